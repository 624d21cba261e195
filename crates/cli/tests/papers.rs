//! What is handed to people and to other tools: PDF, XLSX, SARIF, OSCAL, drafted documents.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_clausule")).args(args).output().expect("the program starts")
}

fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/maintenance-faible.pdf").display().to_string()
}

/// An empty folder of this test's own.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a scratch folder");
    dir
}

fn check(format: &str, out: &Path) -> Vec<u8> {
    let path = out.display().to_string();
    let args = ["check", "--format", format, "--date", "2026-03-01", "--profile", "pme", "-o", &path, &sample()];
    let output = run(&args);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(out).expect("written")
}

#[test]
fn machine_formats_name_the_same_gaps() {
    let dir = scratch("machine");
    let sarif: Value = serde_json::from_slice(&check("sarif", &dir.join("a.sarif"))).expect("JSON");
    let oscal: Value = serde_json::from_slice(&check("oscal", &dir.join("a.json"))).expect("JSON");
    let mut failed: Vec<String> = sarif["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter(|result| result["kind"] == "fail")
        .map(|result| result["ruleId"].as_str().expect("an id").to_lowercase())
        .collect();
    let mut unsatisfied: Vec<String> = oscal["assessment-results"]["results"][0]["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["target"]["status"]["state"] == "not-satisfied")
        .map(|finding| finding["target"]["target-id"].as_str().expect("an id").to_owned())
        .collect();
    failed.sort();
    unsatisfied.sort();
    assert!(failed.len() > 20);
    assert_eq!(failed, unsatisfied);
    assert!(check("xlsx", &dir.join("a.xlsx")).starts_with(b"PK"));
}

#[test]
fn an_existing_file_is_kept_unless_forced() {
    let dir = scratch("kept");
    let path = dir.join("annexe.md");
    fs::write(&path, "mine").expect("written");
    let name = path.display().to_string();
    let refused = run(&["draft", "annexe-securite", "-o", &name]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&path).expect("read"), "mine");
    assert!(run(&["draft", "annexe-securite", "--force", "-o", &name]).status.success());
    assert!(fs::read_to_string(&path).expect("read").contains("Annexe de sécurité"));
}

#[test]
fn a_document_is_drafted_from_answers_and_passes_the_check() {
    let dir = scratch("draft");
    let file = |name: &str| dir.join(name).display().to_string();
    let list = run(&["draft", "--list"]);
    assert!(String::from_utf8_lossy(&list.stdout).contains("accord-rgpd"));
    assert!(run(&["draft", "clauses-hds", "--questions", "-o", &file("q.toml")]).status.success());
    let questions = fs::read_to_string(file("q.toml")).expect("read");
    let answered = questions.replace("# hebergeur = \"\"", "hebergeur = \"Hébergeur Exemple SAS, Lyon\"");
    assert_ne!(questions, answered);
    fs::write(file("a.toml"), answered).expect("written");
    let made = run(&["draft", "clauses-hds", "--answers", &file("a.toml"), "-o", &file("hds.docx")]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let checked = run(&["check", "--format", "json", "--profile", "complete", &file("hds.docx")]);
    let report: Value = serde_json::from_slice(&checked.stdout).expect("JSON");
    let verdicts = report["documents"][0]["verdicts"].as_array().expect("verdicts");
    for point in ["HEB-01", "HEB-02", "SOR-01", "RGP-12"] {
        let verdict = verdicts.iter().find(|verdict| verdict["point"] == point).expect("the point");
        assert_eq!(verdict["verdict"], "satisfied", "{point}");
    }
    let wrong = run(&["draft", "clauses-hds", "--answers", &sample(), "-o", &file("x.docx")]);
    assert_eq!(wrong.status.code(), Some(2));
    let unknown = run(&["draft", "annexe"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("annexe-securite"));
}

#[test]
fn pdf_is_made_of_reports_and_documents_and_is_the_same_each_time() {
    let dir = scratch("pdf");
    let first = check("pdf", &dir.join("a.pdf"));
    let again = check("pdf", &dir.join("b.pdf"));
    assert!(first.starts_with(b"%PDF-1.7") && first == again);
    let path = dir.join("fiche.pdf").display().to_string();
    assert!(run(&["draft", "cyberattaque", "--date", "2026-03-01", "-o", &path]).status.success());
    assert!(fs::read(&path).expect("read").starts_with(b"%PDF-1.7"));
}
