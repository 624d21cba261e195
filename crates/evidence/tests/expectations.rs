//! Another machine, day, path, client or volume turns an ok into unproven and says so; it never mends anything.

mod common;

use evidence::{Expectation, Fact, Proof, State, apply};

fn snapshot() -> Fact {
    let json = r#"[{"time":"2026-11-03T02:00:00Z","paths":["/srv/dossiers"],"hostname":"srv-metier","short_id":"aa11bb22","id":"aa11bb22cc","summary":{"backup_end":"2026-11-03T02:05:00Z","total_files_processed":1200,"total_bytes_processed":52428800}}]"#;
    common::one(common::text(json), "restic snapshots")
}

fn with(expected: &str) -> Fact {
    let mut fact = snapshot();
    assert_eq!(fact.state, State::Ok);
    apply(&mut fact, &Expectation::from_toml(expected).unwrap());
    fact
}

#[test]
fn what_fits_stays_ok() {
    let fits = "machines = [\"SRV-METIER.cabinet.example\"]\npaths = [\"/srv/dossiers/patients\"]\nmin_files = 1000\nmin_bytes = 1000000\nnot_before = \"2026-11-03\"\nnot_after = \"2026-11-03\"";
    assert_eq!(with(fits).state, State::Ok);
}

#[test]
fn what_does_not_fit_proves_nothing_and_says_why() {
    for (expected, word) in [
        ("machines = [\"srv-compta\"]", "srv-compta"),
        ("machines = [\"srv-metier\", \"srv-compta\"]", "srv-compta"),
        ("machines = [\"srv-met\"]", "srv-met"),
        ("paths = [\"/srv/compta\"]", "/srv/compta"),
        ("paths = [\"/srv/dossiers2\"]", "/srv/dossiers2"),
        ("paths = [\"/srv\"]", "/srv"),
        ("min_files = 5000", "5000"),
        ("min_bytes = 99999999999", "99999999999"),
        ("not_before = \"2026-11-04\"", "avant"),
        ("not_after = \"2026-11-02\"", "après"),
        ("holder = \"Cabinet Martin\"", "Martin"),
        ("valid_on = \"2026-11-03\"", "jusqu'à quand"),
    ] {
        let fact = with(expected);
        assert_eq!(fact.state, State::Unproven, "{expected}");
        assert!(fact.reasons[0].contains(word), "{expected}: {:?}", fact.reasons);
    }
}

#[test]
fn an_expectation_never_mends_a_failure() {
    let mut fact = common::one(common::text("Fatal: wrong password or no key found\n"), "restic backup");
    apply(&mut fact, &Expectation::default());
    assert_eq!(fact.state, State::Failed);
    apply(&mut fact, &Expectation::from_toml("machines = [\"a\"]").unwrap());
    assert_eq!(fact.state, State::Failed);
}

#[test]
fn an_unknown_key_is_refused() {
    assert!(Expectation::from_toml("machine = \"a\"").is_err());
}

#[test]
fn a_declared_read_of_the_data_counts_and_a_denied_one_does_not() {
    let json = br#"{"message_type":"summary","num_errors":0,"broken_packs":null,"suggest_repair_index":false,"suggest_prune":false}"#;
    let read = |name: &str, source: Option<&str>| {
        let proof = Proof { name, bytes: json, exit_code: Some(0), source, ..Proof::default() };
        evidence::read(&proof)[0].state
    };
    assert_eq!(read("check.json", None), State::Unproven);
    assert_eq!(read("check.json", Some("restic check")), State::Unproven);
    assert_eq!(read("check.json", Some("restic check --read-data")), State::Ok);
    assert_eq!(read("check-readdata.json", None), State::Ok);
    for name in
        ["check-no-readdata.json", "check_without_read_data.json", "check_sans_readdata.json", "noreaddata.json"]
    {
        assert_eq!(read(name, None), State::Unproven, "{name}");
    }
}

#[test]
fn the_zone_is_applied_to_times_without_one() {
    let text = b"[2026-07-14T02:00:00] /usr/bin/rsnapshot -c a.conf alpha: started\n[2026-07-14T02:03:00] Number of files: 10 (reg: 8, dir: 2)\n[2026-07-14T02:03:00] Total file size: 900,000 bytes\n[2026-07-14T02:03:01] /usr/bin/rsnapshot -c a.conf alpha: completed successfully\n";
    let zone = evidence::Zone::named("Europe/Paris").unwrap();
    let facts = evidence::read(&Proof { name: "a", bytes: text, zone, ..Proof::default() });
    let fact = common::one(facts, "rsnapshot");
    assert_eq!((fact.state, fact.happened.as_deref()), (State::Ok, Some("2026-07-14T02:03:01+02:00")));
    assert_eq!(fact.happened_certainty, Some(evidence::Certainty::AssumedZone));
}
