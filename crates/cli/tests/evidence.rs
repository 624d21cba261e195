//! `clausule evidence` as a user runs it.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_clausule")).arg("evidence").args(args).output().expect("the program starts")
}

fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../evidence/tests/fixtures").join(name).display().to_string()
}

fn facts(args: &[&str]) -> Vec<Value> {
    let output = run(&[&["--format", "json"], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    value["facts"].as_array().expect("facts").clone()
}

fn written(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("written");
    path.display().to_string()
}

#[test]
fn the_exit_code_and_the_error_output_are_heard() {
    let out = fixture("restic-backup_denied_json.out");
    let err = fixture("restic-backup_denied_json.err");
    let state = |args: &[&str]| facts(args)[0]["state"].as_str().expect("a state").to_owned();
    assert_eq!(state(&[&out]), "unproven");
    assert_eq!(state(&["--exit-code", "3", &out]), "degraded");
    assert_eq!(state(&["--exit-code", "0", "--stderr", &err, &out]), "degraded");
    assert_eq!(state(&["--exit-code", "-9", &out]), "failed");
    assert_eq!(state(&["--source", "borg create", "--exit-code", "0", &out]), "unproven");
}

#[test]
fn several_files_each_with_their_facts() {
    let (a, b) = (fixture("duplicity-v08_full.out"), fixture("nmap-xml_ok.xml"));
    let found = facts(&[&a, &b]);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0]["file"].as_str(), found[0]["source"].as_str()), (Some(a.as_str()), Some("duplicity backup")));
    assert_eq!(found[1]["happened"], "2026-11-29T08:00:37Z");
}

#[test]
fn an_expectation_and_a_day_are_applied() {
    let expected = written("attente.toml", "machines = [\"srv-autre\"]\n");
    let found = facts(&["--expect", &expected, &fixture("duplicity-v08_full.out")]);
    assert_eq!(found[0]["state"], "unproven");
    assert!(found[0]["reasons"][0].as_str().is_some_and(|r| r.contains("srv-autre")));
    let hds = written(
        "hds.txt",
        "CERTIFICAT HDS\nCertificat n° H-1\nSociété : A SAS\nActivités certifiées : 1, 2\nValable du 01/02/2026 au 31/01/2029\n",
    );
    assert_eq!(facts(&["--today", "2026-11-03", &hds])[0]["state"], "ok");
    assert_eq!(facts(&["--today", "2030-01-01", &hds])[0]["state"], "unproven");
}

#[test]
fn the_terminal_speaks_french_and_mistakes_are_told() {
    let output = run(&[&fixture("borg-create_empty.err")]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("manqué · borg create"));
    let wrong = run(&["--source", "inconnu", &fixture("borg-create_empty.err")]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("clausule evidence --list"));
    assert!(String::from_utf8_lossy(&wrong.stdout).contains("manqué · borg create"));
    let absent = run(&["/nulle/part.txt"]);
    assert_eq!(absent.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&run(&["--list"]).stdout).contains("restic backup"));
}
