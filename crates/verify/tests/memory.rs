//! Dossiers made to fill the memory of whoever checks them.

use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;

const VECTOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/dossier.zip");

/// A ZIP as any program makes it, compressed.
fn zipped(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        out.start_file(name.as_str(), SimpleFileOptions::default()).expect("begun");
        out.write_all(bytes).expect("written");
    }
    out.finish().expect("finished").into_inner()
}

#[test]
fn a_dossier_of_line_feeds_has_a_list_of_findings_that_ends() {
    let feeds = vec![b'\n'; 3 << 20];
    let members: Vec<_> = ["index.txt", "leaves.txt", "entries.jsonl"].map(|n| (n.to_owned(), feeds.clone())).into();
    let members: Vec<verify::Member> =
        members.iter().map(|(name, bytes)| verify::Member { name: name.clone(), bytes }).collect();
    let report = verify::contents(&members, &verify::Trust::default());
    assert_eq!(report.findings.len(), 1_001);
    assert!(report.findings[1_000].problem.contains("ne sont pas énumérées"));
    assert!(report.leaves.len() <= feeds.len() / 65 + 1, "{}", report.leaves.len());
}

#[test]
fn what_inflates_beyond_measure_is_not_looked_into() {
    let members: Vec<_> = ["index.txt", "leaves.txt"].map(|n| (n.to_owned(), vec![b'\n'; 4 << 20])).into();
    let bomb = zipped(&members);
    assert!(bomb.len() < 64 << 10, "{}", bomb.len());
    let report = verify::dossier(&bomb, None);
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
}

#[test]
fn a_dossier_that_was_only_packed_anew_is_said_to_be_so() {
    let whole = std::fs::read(VECTOR).expect("the vector");
    let mut from = zip::ZipArchive::new(Cursor::new(&whole)).expect("a ZIP");
    let mut members = Vec::new();
    for at in 0..from.len() {
        let mut member = from.by_index(at).expect("a member");
        let name = member.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).expect("read");
        members.push((name, bytes));
    }
    let report = verify::dossier(&zipped(&members), None);
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert!(report.findings[0].problem.contains("le contenu, lui, est intact"), "{:?}", report.findings);
}
