//! The provider's view and the insurance estimate, as a user runs them.

use paper::{Block, Paper};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_clausule")).args(args).output().expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// An empty folder of this test's own.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a scratch folder");
    dir
}

/// A contract with three demands that go too far beside what is normal.
fn contract(dir: &Path) -> String {
    let mut paper = Paper::default();
    paper.meta.title = "Contrat de services".into();
    let articles = [
        ("Sécurité", "Le Prestataire garantit une sécurité absolue des serveurs du Client."),
        ("Sauvegarde", "Le Prestataire sauvegarde chaque nuit les données du Client."),
        ("Évolution", "Le Client peut à tout moment modifier les exigences de sécurité, sans supplément de prix."),
        ("Responsabilité", "La responsabilité du Prestataire est illimitée."),
        ("Durée", "Le contrat est conclu pour douze mois."),
    ];
    for (heading, words) in articles {
        paper.push(Block::numbered(1, heading));
        paper.push(Block::words(words));
    }
    let path = dir.join("contrat.docx");
    fs::write(&path, paper::docx::write(&paper).expect("a document")).expect("written");
    path.display().to_string()
}

fn demands(file: &str) -> Vec<String> {
    let output = run(&["check", "--format", "json", "--profile", "prestataire", file]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = report["documents"][0]["provider_view"]["demands"].as_array().expect("the provider's view").clone();
    found.iter().map(|d| d["demand"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn the_provider_sees_what_goes_too_far_and_replaces_it() {
    let dir = scratch("prestataire");
    let file = contract(&dir);
    let mut found = demands(&file);
    found.sort();
    assert_eq!(found, ["AJT-01", "ILL-01", "IMP-01"]);
    let line = run(&["check", "--format", "jsonl", "--profile", "prestataire", &file]);
    let line: Value = serde_json::from_slice(&line.stdout).expect("a line of JSON");
    assert_eq!(line["document"]["provider_view"]["demands"].as_array().map(Vec::len), Some(3), "{line}");
    let page = said(&run(&["check", "--format", "html", "--profile", "prestataire", &file]));
    assert!(page.contains("3 demandes vont trop loin") && page.contains("Contre-proposition"));
    let text = said(&run(&["check", "--profile", "prestataire", &file]));
    assert!(text.contains("LÉGITIMEMENT TENU") && text.contains("Sauvegardes quotidiennes"));
    let fixed = dir.join("corrige.docx").display().to_string();
    let done = run(&["fix", "--profile", "prestataire", "--date", "2026-03-01", "-o", &fixed, &file]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(said(&done).contains("3 demandes excessives remplacées"), "{}", said(&done));
    assert!(said(&done).contains("encore là après acceptation : 0"), "{}", said(&done));
    assert_eq!(demands(&fixed), Vec::<String>::new(), "changes are read as accepted");
    let again = run(&["fix", "--profile", "prestataire", "-o", &dir.join("2.docx").display().to_string(), &fixed]);
    assert!(said(&again).starts_with("Rien à"), "{}", said(&again));
}

#[test]
fn other_profiles_are_told_nothing_of_the_providers_view() {
    let file = contract(&scratch("autre-profil"));
    let output = run(&["check", "--format", "json", "--profile", "pme", &file]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(report["documents"][0].get("provider_view").is_none());
    let table = said(&run(&["check", "--format", "csv", "--profile", "prestataire", &file]));
    assert!(!table.contains("IMP-01"), "a table has a row a point and none for a demand");
}

#[test]
fn the_insurance_is_estimated_with_and_without_a_contract() {
    let dir = scratch("assurance");
    let situation = ["assurance", "--activity", "informatique", "--turnover", "80 000 €", "--records", "500"];
    let text = said(&run(&situation));
    for words in ["FORMULE COMPLÈTE", "430", "500", "2025", "estimation, pas une offre", "72"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let file = contract(&dir);
    let with = [&situation[..], &["--contract", &file, "--format", "json"]].concat();
    let value: Value = serde_json::from_slice(&run(&with).stdout).expect("JSON");
    assert_eq!(value["estimate"]["bracket"]["least"], 430);
    let saves = value["demands"].as_array().expect("demands").iter().find(|d| d["demand"] == "sauvegardes");
    let saves = saves.expect("the demand");
    assert_eq!(saves["shown"], "partly");
    assert_eq!(
        saves["verdicts"][0]["quotes"][0]["text"],
        "Le Prestataire sauvegarde chaque nuit les données du Client"
    );
    let out = dir.join("assurance.docx").display().to_string();
    let word = [&situation[..], &["--contract", &file, "--format", "docx", "-o", &out]].concat();
    assert!(run(&word).status.success());
    assert_eq!(run(&word).status.code(), Some(2), "an output is never overwritten unasked");
}

#[test]
fn a_situation_that_makes_no_sense_is_refused_in_french() {
    let refuse = |args: &[&str]| {
        let output = run(&[&["assurance"], args].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(refuse(&["--turnover", "-5", "--records", "1", "--activity", "conseil"]).contains("négatif"));
    assert!(refuse(&["--turnover", "5", "--records", "1", "--activity", "pirate"]).contains("choix possibles"));
    assert!(refuse(&["--turnover", "5", "--records", "1"]).contains("--activity"));
    assert!(
        refuse(&["--turnover", "5", "--records", "1", "--activity", "conseil", "--option", "x"]).contains("juridique")
    );
}
