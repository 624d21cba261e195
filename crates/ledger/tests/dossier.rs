//! The dossier: the same bytes each time, read by the verifier, and every change found.

use ledger::{Blob, Checkpoint, Digest, Dossier, Draft, Frontier, Kind, Signer, entry};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

const VECTOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../verify/tests/vectors");

struct Sample {
    signer: Signer,
    lines: Vec<String>,
    leaves: Vec<Digest>,
    checkpoints: Vec<String>,
    files: BTreeMap<Digest, Vec<u8>>,
}

/// Twelve entries: four of the contract `c1` with a file each, the others of `c2`; the last one of `c1`.
fn sample() -> Sample {
    let signer = Signer::new("clausule.example/cabinet", &[42; 32]).expect("a good name");
    let mut out =
        Sample { signer, lines: Vec::new(), leaves: Vec::new(), checkpoints: Vec::new(), files: BTreeMap::new() };
    let mut tree = Frontier::default();
    let mut nth = BTreeMap::from([("c1", 0), ("c2", 0)]);
    for seq in 0..12_u64 {
        let contract = if seq % 3 == 2 { "c1" } else { "c2" };
        let bytes = format!("Rapport n° {seq} : 181 fichiers sauvegardés\n").into_bytes();
        let mut draft = Draft::new(Kind::Proof, format!("2026-03-{:02}T06:00:00Z", seq + 1));
        draft.contract = Some(contract.to_owned());
        draft.happened = Some(format!("2026-03-{:02}T02:00:00+01:00", seq + 1));
        draft.body.insert("state".to_owned(), "ok".into());
        let sha256 = Digest::of(&bytes);
        draft.blobs.push(Blob { sha256, size: bytes.len() as u64, name: format!("rapport-{seq}.txt") });
        out.files.insert(sha256, bytes);
        let n = nth.get_mut(contract).expect("a contract");
        *n += 1;
        let line = draft.place(seq, Some(*n)).line();
        tree.push(entry::leaf(&line));
        out.leaves.push(entry::leaf(&line));
        out.lines.push(line);
        if seq % 4 == 3 {
            let checkpoint = Checkpoint { origin: out.signer.name().to_owned(), size: tree.size(), root: tree.root() };
            out.checkpoints.push(checkpoint.sign(&out.signer));
        }
    }
    out
}

impl Sample {
    fn write(&self, contract: Option<&str>, stamps: &[(u64, Vec<u8>)]) -> Vec<u8> {
        let own = |l: &&String| contract.is_none_or(|c| l.contains(&format!("\"contract\":\"{c}\"")));
        let lines: Vec<String> = self.lines.iter().filter(own).cloned().collect();
        let dossier = Dossier {
            contract,
            created: "2026-03-31T08:00:00Z",
            leaves: &self.leaves,
            lines: &lines,
            checkpoints: &self.checkpoints,
            stamps,
        };
        let mut out = Vec::new();
        let get = |d: &Digest| self.files.get(d).cloned().ok_or_else(|| io::Error::other("gone"));
        dossier.write(&self.signer, &get, &mut out).expect("written to memory");
        out
    }
}

fn stamp() -> (u64, Vec<u8>) {
    (12, fs::read(Path::new(VECTOR).join("12.tsr")).expect("the time stamp"))
}

#[test]
fn the_test_vector_is_what_is_written() {
    let dossier = sample().write(Some("c1"), &[stamp()]);
    let path = Path::new(VECTOR).join("dossier.zip");
    assert_eq!(dossier, fs::read(&path).expect("the vector"), "the format has moved");
}

#[test]
fn a_whole_dossier_verifies_with_its_time_stamp() {
    let sample = sample();
    for contract in [Some("c1"), None] {
        let report = verify::dossier(&sample.write(contract, &[stamp()]), None);
        assert_eq!(report.findings, [], "{contract:?}");
        assert_eq!(report.size, 12);
        assert_eq!(report.entries, if contract.is_some() { 4 } else { 12 });
        assert_eq!(report.checkpoints, [4, 8, 12]);
        assert_eq!(report.stamps.len(), 1);
        assert_eq!(report.key, sample.signer.public());
    }
    let stamp = fs::read(Path::new(VECTOR).join("tsa/ec.tsr")).expect("a time stamp");
    let root = fs::read(Path::new(VECTOR).join("tsa/root.pem")).expect("a certificate");
    let root = verify::Authorities::read(&root).expect("a certificate");
    let trust = verify::Trust { key: None, authorities: Some(&root) };
    let report = verify::dossier_by(&sample.write(None, &[(12, stamp)]), &trust);
    assert!(report.is_whole() && report.stamps[0].authority.as_ref().is_ok_and(|a| a.trusted), "{:?}", report.findings);
    let other = Signer::new("clausule.example/cabinet", &[43; 32]).expect("a good name");
    let other = verify::Key::parse(&other.public()).expect("a key");
    let report = verify::dossier(&sample.write(None, &[]), Some(&other));
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
}

/// What an owner of the key could try: write a new dossier that holds something back. The ledger's own numbers tell.
#[test]
fn what_the_holder_of_the_key_holds_back_shows() {
    type Change = fn(&mut Vec<String>);
    let cases: [(&str, Change); 4] = [
        ("manque", |l| drop(l.remove(1))),
        ("coupée", |l| l.truncate(3)),
        ("ordre", |l| l.swap(0, 2)),
        ("a été changée", |l| l[2] = l[2].replace("\"ok\"", "\"failed\"")),
    ];
    for (word, change) in cases {
        let sample = sample();
        let mut own: Vec<String> = sample.lines.iter().filter(|l| l.contains("\"c1\"")).cloned().collect();
        change(&mut own);
        let dossier = Dossier {
            contract: Some("c1"),
            created: "2026-03-31T08:00:00Z",
            leaves: &sample.leaves,
            lines: &own,
            checkpoints: &sample.checkpoints,
            stamps: &[],
        };
        let mut out = Vec::new();
        dossier.write(&sample.signer, &|d: &Digest| Ok(sample.files[d].clone()), &mut out).expect("written");
        let report = verify::dossier(&out, None);
        assert!(report.findings.iter().any(|f| f.problem.contains(word)), "{word}: {:?}", report.findings);
    }
}

#[test]
fn a_rewritten_history_shows_against_an_earlier_checkpoint() {
    let mut sample = sample();
    sample.lines[1] = sample.lines[1].replace("\"ok\"", "\"failed\"");
    sample.leaves[1] = entry::leaf(&sample.lines[1]);
    let root = Frontier::over(&sample.leaves).root();
    let last = Checkpoint { origin: sample.signer.name().to_owned(), size: 12, root };
    sample.checkpoints[2] = last.sign(&sample.signer);
    let report = verify::dossier(&sample.write(None, &[]), None);
    let places: Vec<&str> = report.findings.iter().map(|f| f.place.as_str()).collect();
    assert_eq!(places, ["checkpoints/4.txt", "checkpoints/8.txt"], "{:?}", report.findings);
}

#[test]
fn a_stored_file_that_was_altered_is_not_handed_out() {
    let sample = sample();
    let dossier = Dossier {
        contract: None,
        created: "2026-03-31T08:00:00Z",
        leaves: &sample.leaves,
        lines: &sample.lines,
        checkpoints: &sample.checkpoints,
        stamps: &[],
    };
    let mut out = Vec::new();
    let refused = dossier.write(&sample.signer, &|_: &Digest| Ok(b"other".to_vec()), &mut out);
    assert!(matches!(refused, Err(ledger::DossierError::Altered { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_single_change_is_found(at in any::<prop::sample::Index>(), to in any::<u8>(), kind in 0..4) {
        let whole = fs::read(Path::new(VECTOR).join("dossier.zip")).expect("the vector");
        let mut changed = whole.clone();
        let at = at.index(whole.len());
        match kind {
            0 => changed[at] = to,
            1 => { changed.remove(at); }
            2 => changed.insert(at, to),
            _ => changed.truncate(at),
        }
        prop_assume!(changed != whole);
        prop_assert!(!verify::dossier(&changed, None).is_whole());
    }
}
