//! What the tests share: fixtures with their truth, and short ways to read a text or a mail.
#![allow(dead_code, reason = "each test file uses a part")]

use evidence::{Fact, Proof, State};
use std::fs;
use std::path::{Path, PathBuf};

/// A fixture: the files of one name, with the source and the state that are right.
#[derive(Debug, Clone)]
pub struct Sample {
    pub name: String,
    pub source: String,
    pub wanted: String,
    pub bytes: Vec<u8>,
    pub stderr: Option<Vec<u8>>,
    pub code: Option<i32>,
}

impl Sample {
    pub fn facts(&self) -> Vec<Fact> {
        let proof = Proof {
            name: &self.name,
            bytes: &self.bytes,
            stderr: self.stderr.as_deref(),
            exit_code: self.code,
            ..Proof::default()
        };
        evidence::read(&proof)
    }

    pub fn told(&self) -> Vec<Fact> {
        let proof = Proof {
            name: &self.name,
            bytes: &self.bytes,
            stderr: self.stderr.as_deref(),
            exit_code: self.code,
            source: Some(&self.source),
            ..Proof::default()
        };
        evidence::read(&proof)
    }
}

/// Every fixture of `tests/fixtures/truth.tsv`.
pub fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let truth = fs::read_to_string(folder.join("truth.tsv")).unwrap();
    let rows = truth.lines().filter(|l| !l.starts_with('#'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        let with = |ending: &str| PathBuf::from(format!("{}.{ending}", folder.join(cells[0]).display()));
        let path = ["out", "xml", "log"].iter().map(|e| with(e)).find(|p| p.exists()).unwrap();
        Sample {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            source: cells[1].to_owned(),
            wanted: cells[2].to_owned(),
            bytes: fs::read(&path).unwrap(),
            stderr: fs::read(with("err")).ok(),
            code: fs::read_to_string(with("rc")).ok().map(|t| t.trim().rsplit('=').next().unwrap().parse().unwrap()),
        }
    })
    .collect()
}

pub fn worst(facts: &[Fact]) -> State {
    facts.iter().map(|f| f.state).max().unwrap()
}

/// The facts of a text alone.
pub fn text(content: &str) -> Vec<Fact> {
    evidence::read(&Proof { name: "preuve.txt", bytes: content.as_bytes(), ..Proof::default() })
}

/// A mail with a subject and a plain body.
pub fn mail_text(subject: &str, body: &str) -> String {
    format!(
        "From: Sauvegardes <robot@prestataire.example>\r\nTo: preuves@clausule.example\r\nSubject: {subject}\r\n\
         Date: Tue, 03 Nov 2026 03:10:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}",
        body.replace('\n', "\r\n")
    )
}

/// The facts of such a mail.
pub fn mail(subject: &str, body: &str) -> Vec<Fact> {
    text(&mail_text(subject, body))
}

/// The only fact, which must be of this source.
pub fn one(facts: Vec<Fact>, source: &str) -> Fact {
    assert_eq!(facts.len(), 1, "{facts:?}");
    let fact = facts.into_iter().next().unwrap();
    assert_eq!(fact.source, source, "{fact:?}");
    fact
}
