//! The command as a user runs it: real files in, verdicts, messages and exit codes out.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sample(name: &str) -> String {
    root().join("samples").join(name).display().to_string()
}

fn fixture(name: &str) -> String {
    root().join("crates/readers/tests/fixtures").join(name).display().to_string()
}

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_clausule")).args(args).output().expect("the program starts")
}

fn json(args: &[&str]) -> Value {
    let output = run(&[&["check", "--format", "json", "--profile", "complete", "--no-ocr"], args].concat());
    serde_json::from_slice(&output.stdout).expect("the output is JSON")
}

fn verdict<'a>(document: &'a Value, point: &str) -> &'a str {
    let verdicts = document["verdicts"].as_array().expect("verdicts");
    verdicts.iter().find(|v| v["point"] == point).and_then(|v| v["verdict"].as_str()).expect("every point is there")
}

/// An empty folder of this test's own.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a scratch folder");
    dir
}

#[test]
fn the_poor_sample_is_found_out_in_every_format() {
    for format in ["pdf", "docx", "txt"] {
        let out = json(&[&sample(&format!("maintenance-faible.{format}"))]);
        let document = &out["documents"][0];
        for point in ["SAU-01", "FIN-04", "FIN-05", "RSP-03"] {
            assert_eq!(verdict(document, point), "adverse", "{point} in {format}");
        }
        assert_eq!(verdict(document, "SAU-08"), "missing", "{format}");
    }
}

#[test]
fn the_good_sample_satisfies_what_matters_most() {
    for format in ["pdf", "docx", "txt"] {
        let out = json(&[&sample(&format!("infogerance-complete.{format}"))]);
        let document = &out["documents"][0];
        for point in
            ["SAU-01", "SAU-03", "SAU-06", "INC-01", "MAJ-03", "CON-01", "RES-04", "RGP-09", "SOR-01", "ASS-01"]
        {
            assert_eq!(verdict(document, point), "satisfied", "{point} in {format}");
        }
    }
}

#[test]
fn every_quote_is_a_slice_of_the_document() {
    let path = sample("accord-rgpd.txt");
    let text = fs::read_to_string(&path).expect("the sample");
    let out = json(&[&path]);
    let mut quotes = 0;
    for verdict in out["documents"][0]["verdicts"].as_array().expect("verdicts") {
        let said = matches!(verdict["verdict"].as_str(), Some("satisfied" | "weak" | "adverse"));
        let list = verdict["quotes"].as_array().expect("quotes");
        assert_eq!(said, !list.is_empty(), "no verdict without words: {verdict}");
        for quote in list {
            let (start, end) = (quote["start"].as_u64().expect("start"), quote["end"].as_u64().expect("end"));
            let slice = &text[start as usize..end as usize];
            let folded = slice.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(Some(folded.as_str()), quote["text"].as_str());
            quotes += 1;
        }
    }
    assert!(quotes > 50, "only {quotes} quotes");
}

#[test]
fn absence_is_proved() {
    let out = json(&[&sample("maintenance-faible.pdf")]);
    let verdicts = out["documents"][0]["verdicts"].as_array().expect("verdicts");
    for missing in verdicts.iter().filter(|v| v["verdict"] == "missing") {
        let absence = &missing["absence"];
        assert!(!absence["looked_for"].as_array().expect("looked_for").is_empty(), "{missing}");
        let nearest = absence["nearest"].as_array().expect("nearest");
        assert!(nearest.len() <= 3);
        assert!(nearest.iter().all(|n| n["reason"].as_str().is_some_and(|r| !r.is_empty())));
    }
}

#[test]
fn bad_files_are_told_apart_and_lose_nothing_for_the_others() {
    let dir = scratch("bad");
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.join(name);
        fs::write(&path, bytes).expect("written");
        path.display().to_string()
    };
    let pdf = fs::read(sample("accord-rgpd.pdf")).expect("the sample");
    let cases = [
        (write("vide.pdf", b""), "vide"),
        (write("tronque.pdf", &pdf[..2_000]), "endommagé"),
        (write("programme.pdf", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0"), "lisible"),
        (dir.join("absent.pdf").display().to_string(), "introuvable"),
        (fixture("chiffre-utilisateur.pdf"), "mot de passe"),
    ];
    for (path, word) in &cases {
        let output = run(&["check", "--format", "json", path, &sample("accord-rgpd.txt")]);
        assert_eq!(output.status.code(), Some(2), "{path}");
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(message.contains(word), "{path}: {message}");
        let out: Value = serde_json::from_slice(&output.stdout).expect("JSON all the same");
        assert_eq!(out["documents"].as_array().map(Vec::len), Some(1), "{path}: the other file was judged");
        assert_eq!(out["failures"].as_array().map(Vec::len), Some(1), "{path}");
    }
}

#[test]
fn a_document_in_english_is_not_judged() {
    let dir = scratch("english");
    let path = dir.join("agreement.txt");
    let sentence =
        "The Provider shall back up the data of the Client by any means set out in the schedule of this Agreement.\n";
    fs::write(&path, sentence.repeat(12)).expect("written");
    let out = json(&[&path.display().to_string()]);
    let document = &out["documents"][0];
    assert_eq!(verdict(document, "SAU-01"), "not_readable");
    assert!(document["remarks"][0].as_str().is_some_and(|r| r.contains("anglais")));
}

#[test]
fn two_contracts_in_one_file_are_told() {
    let remarks = |path: &str| json(&[path])["documents"][0]["remarks"].to_string();
    let texts =
        ["accord-rgpd.txt", "maintenance-faible.txt"].map(|n| fs::read_to_string(sample(n)).expect("the sample"));
    let path = scratch("two").join("deux.txt");
    fs::write(&path, texts.concat()).expect("written");
    assert!(remarks(&path.display().to_string()).contains("plusieurs contrats"));
    assert!(!remarks(&sample("accord-rgpd.txt")).contains("plusieurs contrats"));
}

#[test]
fn a_scanned_page_is_never_taken_for_silence() {
    let out = json(&[&fixture("scan.pdf")]);
    let document = &out["documents"][0];
    assert_eq!(document["unreadable_pages"].as_array().map(Vec::len), Some(1));
    assert_eq!(verdict(document, "SAU-08"), "not_readable");
}

#[test]
fn exit_codes_follow_the_gravest_gap() {
    let poor = sample("maintenance-faible.txt");
    assert_eq!(run(&["check", &poor]).status.code(), Some(1));
    assert_eq!(run(&["check", &poor, "--fail-on", "mineur"]).status.code(), Some(1));
    assert_eq!(run(&["check", &poor, "--fail-on", "grave"]).status.code(), Some(2));
}

#[test]
fn an_output_is_never_overwritten_unasked() {
    let path = scratch("output").join("rapport.html");
    let target = path.display().to_string();
    let args = ["check", "--format", "html", "-o", &target, &sample("accord-rgpd.txt")];
    run(&args);
    let first = fs::read(&path).expect("the report");
    assert!(first.starts_with(b"<!"), "an HTML page");
    let again = run(&args);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--force"));
    assert_eq!(fs::read(&path).expect("still there"), first);
}

#[test]
fn explain_shows_the_page_and_the_decision() {
    let output = run(&["explain", "sau-06", &sample("infogerance-complete.txt")]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for words in ["## Pourquoi", "satisfait", "qui doit"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(run(&["explain", "XXX-99"]).status.code(), Some(2));
}

#[test]
fn a_contract_compared_with_itself_is_the_same() {
    let path = sample("accord-rgpd.txt");
    let output = run(&["compare", "--json", &path, &path]);
    assert_eq!(output.status.code(), Some(0));
    let out: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(out["points"].as_array().expect("points").iter().all(|p| p["change"] == "same"));
}

#[test]
fn a_version_without_its_backups_is_worse_and_a_cascade_shows_the_gap() {
    let good = sample("infogerance-complete.txt");
    let dir = scratch("versions");
    let text = fs::read_to_string(&good).expect("the sample");
    let cut: String =
        text.lines().filter(|l| !l.to_lowercase().contains("sauvegarde")).map(|l| format!("{l}\n")).collect();
    let worse = dir.join("v2.txt");
    fs::write(&worse, cut).expect("written");
    let worse = worse.display().to_string();
    let output = run(&["compare", "--json", &good, &worse]);
    assert_eq!(output.status.code(), Some(1));
    let out: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let change = |id: &str| {
        out["points"].as_array().and_then(|p| p.iter().find(|p| p["point"] == id)).map(|p| p["change"].clone())
    };
    assert!(change("SAU-01").is_some_and(|c| c == "gone" || c == "worse"), "{:?}", change("SAU-01"));
    let output = run(&["cascade", "--json", &good, &worse]);
    let out: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let promises = out["below"][0]["promises"].as_array().expect("promises").clone();
    assert!(promises.iter().any(|p| p["point"] == "SAU-01" && p["cover"] != "covered"));
}
