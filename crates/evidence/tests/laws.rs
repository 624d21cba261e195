//! Laws that hold for any bytes: no panic, nothing proved by noise, facts that can be written and read again.

mod common;

use evidence::{Fact, Proof, State};
use proptest::prelude::*;

/// Words that connectors look for, so that noise reaches deep into them.
const WORDS: [&str; 60] = [
    "{\"message_type\":\"summary\",",
    "\"total_files_processed\":",
    "\"num_errors\":0",
    "snapshot ",
    " saved",
    "processed ",
    " files, ",
    "Archive fingerprint: ",
    "Number of files: ",
    "This archive: ",
    "Analyzing archive a (",
    "no problems found.",
    "Verify complete: ",
    "SourceFiles ",
    "Errors 0",
    "[",
    "]",
    "(",
    ")",
    "\n",
    "\n",
    "\n",
    ": ",
    ";",
    "\"",
    "{",
    "}",
    "<nmaprun ",
    "<host>",
    "</host>",
    "<Event ",
    "EventID",
    "Termination: Backup OK",
    "  JobId: 1",
    "Start time: ",
    "2026-11-29 08:00:00 ",
    "22-Nov-2026 04:28:26",
    "vzdump backup status (pve): backup successful",
    "100 web ok 00:01:00 1.0 GiB",
    "Subject: ",
    "From: a@b\n",
    "Date: ",
    "Number of files: 12 (reg: 10, dir: 2)",
    "Total file size: 1,234 bytes",
    "Transferred:   ",
    "Elapsed time: ",
    "INFO: backup command end: completed successfully (1ms)",
    "kind = \"clausule.restore_test/1\"",
    "Start-Date: ",
    "End-Date: ",
    "probe_success ",
    "monitor_status{",
    "ID;Titre;Statut;Date d'ouverture",
    "certificat n° 1",
    "HDS",
    "Assureur : ",
    "é",
    "\u{202f}",
    "99999999999999999999",
    "-1",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![4 => prop::sample::select(WORDS.to_vec()).prop_map(ToOwned::to_owned), 1 => "[ -~]{0,12}", 1 => "\\PC{0,6}"], 0..40)
        .prop_map(|parts| parts.concat())
}

fn check(facts: &[Fact]) {
    assert!(!facts.is_empty());
    for fact in facts {
        assert!(!fact.reasons.is_empty(), "{fact:?}");
        let json = serde_json::to_string(fact).unwrap();
        let back: Fact = serde_json::from_str(&json).unwrap();
        assert_eq!(back.state, fact.state);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn arbitrary_bytes_panic_no_connector_and_prove_nothing(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for source in evidence::sources() {
            let facts = evidence::read(&Proof { name: "x", bytes: &bytes, source: Some(source.name), ..Proof::default() });
            check(&facts);
            prop_assert!(facts.iter().all(|f| f.state != State::Ok), "{facts:?}");
        }
    }

    #[test]
    fn words_in_any_order_panic_no_connector(text in soup(), code in prop::option::of(-2i32..4)) {
        for source in evidence::sources() {
            let err = text.as_bytes();
            let facts = evidence::read(&Proof { name: "x", bytes: err, stderr: Some(err), exit_code: code, source: Some(source.name), ..Proof::default() });
            check(&facts);
        }
        check(&evidence::read(&Proof { name: "x", bytes: text.as_bytes(), exit_code: code, ..Proof::default() }));
    }

    #[test]
    fn a_fixture_cut_or_spoiled_anywhere_panics_nothing(at in any::<prop::sample::Index>(), byte in any::<u8>(), pick in any::<prop::sample::Index>()) {
        let samples = common::samples();
        let sample = pick.get(&samples);
        if sample.bytes.is_empty() {
            return Ok(());
        }
        let position = at.index(sample.bytes.len());
        let mut spoiled = sample.clone();
        spoiled.bytes[position] = byte;
        check(&spoiled.facts());
        spoiled.bytes.truncate(position);
        check(&spoiled.facts());
    }

    #[test]
    fn reading_twice_gives_the_same(text in soup()) {
        prop_assert_eq!(common::text(&text), common::text(&text));
    }
}

#[test]
fn deep_and_long_inputs_are_bounded() {
    let deep = "[".repeat(200_000);
    check(&common::text(&deep));
    check(&common::text(&format!("kind = \"restore_test\"\na = {deep}")));
    let xml = "<a>".repeat(200_000);
    check(&common::text(&xml));
    let line = "x".repeat(4 << 20);
    check(&common::text(&line));
    let digits = format!("restic\nprocessed {} files, 1 B in 0:00\nsnapshot 12345678 saved\n", "9".repeat(5_000));
    assert_ne!(common::worst(&common::text(&digits)), State::Ok);
}

#[test]
fn every_source_has_a_name_a_rule_and_a_version_of_its_own() {
    let mut names: Vec<&str> = evidence::sources().map(|s| s.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    let mut rules: Vec<&str> = evidence::sources().map(|s| s.rule.id).collect();
    rules.sort_unstable();
    rules.dedup();
    assert_eq!(rules.len(), count);
    assert!(evidence::sources().all(|s| s.rule.version >= 1 && evidence::is_known(s.name)));
    assert!(!evidence::is_known("inexistante"));
}
