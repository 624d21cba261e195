//! Outputs of the real tools, made by the authors: right state, with and without being told the source.

mod common;

use common::{samples, worst};
use evidence::State;

#[test]
fn every_fixture_has_its_state() {
    let samples = samples();
    assert!(samples.len() > 70);
    for sample in samples {
        let facts = sample.facts();
        assert_eq!(worst(&facts).name(), sample.wanted, "{}: {facts:?}", sample.name);
        let told = sample.told();
        assert_eq!(worst(&told).name(), sample.wanted, "{} told {}: {told:?}", sample.name, sample.source);
    }
}

#[test]
fn dates_hosts_and_scopes_are_read() {
    let find = |name: &str| samples().into_iter().find(|s| s.name.starts_with(name)).unwrap().facts().remove(0);
    let borg = find("borg-create_json");
    assert_eq!(borg.happened.as_deref(), Some("2026-11-29T07:54:04"));
    assert_eq!((borg.scope.as_slice(), borg.volume.files), (["data".to_owned()].as_slice(), Some(60)));
    let duplicity = find("duplicity-v08_full");
    assert_eq!(duplicity.happened.as_deref(), Some("2026-11-29T08:00:08Z"));
    let nmap = find("nmap-xml_ok");
    assert_eq!(
        (nmap.happened.as_deref(), nmap.scope.first().map(String::as_str)),
        (Some("2026-11-29T08:00:37Z"), Some("127.0.0.1"))
    );
    let pgbackrest = find("pgbr-backup_full");
    assert_eq!(pgbackrest.happened.as_deref(), Some("2026-11-29T08:07:22"));
    assert_eq!((pgbackrest.scope.as_slice(), pgbackrest.volume.files), (["cabinet".to_owned()].as_slice(), Some(2477)));
    let rsnapshot = find("rsnapshot-log_ok");
    assert_eq!(rsnapshot.scope, ["/srv/demo2/data/"]);
    let restore = find("restic-restore_corrupt");
    assert_eq!(restore.host.as_deref(), Some("srv-demo"));
}

#[test]
fn an_exit_code_that_is_not_zero_is_never_ok() {
    for sample in samples().into_iter().filter(|s| s.wanted == "ok") {
        for code in [1, 2, 3, 127, -9] {
            let altered = common::Sample { code: Some(code), ..sample.clone() };
            assert_ne!(worst(&altered.facts()), State::Ok, "{} with {code}", sample.name);
        }
    }
}

#[test]
fn an_empty_output_is_never_ok() {
    for sample in samples() {
        for code in [None, Some(0), Some(1)] {
            let altered = common::Sample { code, bytes: Vec::new(), stderr: None, ..sample.clone() };
            assert_ne!(worst(&altered.facts()), State::Ok);
            assert_ne!(worst(&altered.told()), State::Ok, "{} told", sample.name);
        }
    }
}

#[test]
fn a_line_less_never_makes_a_bad_proof_good() {
    // restic 0.14 to 0.18 tells an absent source in one line and nowhere else: without it nobody can know.
    for sample in samples().into_iter().filter(|s| s.wanted != "ok" && !s.name.contains("one_absent")) {
        for stream in [0, 1] {
            let bytes = if stream == 0 { sample.bytes.clone() } else { sample.stderr.clone().unwrap_or_default() };
            let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
            for at in 0..lines.len() {
                let kept: Vec<u8> =
                    lines.iter().enumerate().filter(|(i, _)| *i != at).flat_map(|(_, l)| l.to_vec()).collect();
                let mut altered = sample.clone();
                if stream == 0 {
                    altered.bytes = kept;
                } else {
                    altered.stderr = Some(kept);
                }
                assert_ne!(worst(&altered.facts()), State::Ok, "{} without line {at} of stream {stream}", sample.name);
                assert_ne!(worst(&altered.told()), State::Ok, "{} without line {at}, told", sample.name);
            }
        }
    }
}

/// What must be there for an ok, by source: a cut before it is never ok.
const DECISIVE: [(&str, &[&str]); 13] = [
    ("restic backup", &["saved", "snapshot_id"]),
    ("restic check", &["no errors were found"]),
    ("restic forget", &["done"]),
    ("borg create", &["This archive", "\"location\""]),
    ("borg check", &["Archive consistency check complete"]),
    ("borgmatic create", &["Successfully ran configuration file"]),
    ("borgmatic check", &["Successfully ran configuration file"]),
    ("duplicity backup", &["Errors 0"]),
    ("duplicity verify", &["Verify complete"]),
    ("rsnapshot", &["rm -f "]),
    ("pgbackrest", &["backup command end: completed", "verify command end: completed"]),
    ("pg_restore", &["processing data for table"]),
    ("nmap", &["Nmap done", "</nmaprun>"]),
];

#[test]
fn a_cut_before_the_decisive_line_is_never_ok() {
    for sample in samples().into_iter().filter(|s| s.wanted == "ok") {
        let Some((_, marks)) = DECISIVE.iter().find(|(source, _)| *source == sample.source) else { continue };
        let all = [sample.bytes.clone(), sample.stderr.clone().unwrap_or_default()].concat();
        let text = String::from_utf8_lossy(&all);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let last = lines.iter().rposition(|l| marks.iter().any(|m| l.contains(m))).unwrap();
        for keep in 0..=last {
            let cut: String = lines.iter().take(keep).copied().collect();
            for code in [None, Some(0)] {
                let altered = common::Sample { bytes: cut.clone().into_bytes(), stderr: None, code, ..sample.clone() };
                assert_ne!(worst(&altered.facts()), State::Ok, "{} cut to {keep} lines", sample.name);
                assert_ne!(worst(&altered.told()), State::Ok, "{} cut to {keep} lines, told", sample.name);
            }
        }
    }
}

#[test]
fn another_language_is_never_ok() {
    let words = [
        ("no errors were found", "aucune erreur trouvée"),
        ("no problems found", "aucun problème trouvé"),
        ("saved", "enregistré"),
        ("processed", "traité"),
        ("Number of files", "Nombre de fichiers"),
        ("Verify complete", "Vérification terminée"),
        ("completed successfully", "terminé correctement"),
        ("Errors 0", "Erreurs 0"),
        ("processing data for table", "traitement de la table"),
        ("differences found", "différences trouvées"),
        ("All files verified successfully", "Tous les fichiers sont vérifiés"),
        ("Nmap done", "Nmap terminé"),
        ("done", "terminé"),
    ];
    for sample in samples().into_iter().filter(|s| s.wanted == "ok" && !s.name.ends_with(".xml")) {
        let translate =
            |bytes: &[u8]| words.iter().fold(String::from_utf8_lossy(bytes).into_owned(), |t, (a, b)| t.replace(a, b));
        let (out, err) = (translate(&sample.bytes), sample.stderr.as_deref().map(translate));
        if out.as_bytes() == sample.bytes && err.as_deref().map(str::as_bytes) == sample.stderr.as_deref() {
            continue;
        }
        let altered = common::Sample { bytes: out.into_bytes(), stderr: err.map(String::into_bytes), ..sample.clone() };
        assert_ne!(worst(&altered.facts()), State::Ok, "{}", sample.name);
    }
}
