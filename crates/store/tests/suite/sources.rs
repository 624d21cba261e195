//! Sources, their tokens, and several proofs of one commit.

use super::{now, open, restic, with_backup};
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::io::Cursor;
use store::{Error, Gate, Incoming, Place, Source, Store, Way};

fn source(name: &str, way: Way) -> Source {
    Source {
        id: String::new(),
        name: name.to_owned(),
        way,
        contract: None,
        tool: None,
        zone: "Europe/Paris".to_owned(),
        settings: serde_json::Map::new(),
        created: String::new(),
        revoked: None,
    }
}

pub fn a_token_opens_its_own_way_until_it_is_revoked(place: Place) {
    let at = now("2026-03-01T08:00:00Z");
    let (mut store, mut other) = (open(&place, "cabinet"), open(&place, "clinique"));
    let (made, token) = store.add_source(source("nuit", Way::Http), [1; 32], "Dr Martin", at).expect("made");
    let token = token.expect("a token");
    let (_, none) = store.add_source(source("dossier", Way::Folder), [2; 32], "Dr Martin", at).expect("made");
    let (_, theirs) = other.add_source(source("nuit", Way::Http), [3; 32], "Mme Petit", at).expect("made");
    assert_eq!(none, None, "a folder has no token");
    assert!(matches!(store.add_source(source("nuit", Way::Mail), [4; 32], "", at), Err(Error::Refused(_))));
    let mut unknown = source("autre", Way::Http);
    unknown.contract = Some("rien".to_owned());
    assert!(matches!(store.add_source(unknown, [5; 32], "", at), Err(Error::Absent(_))));

    let mut gate = Gate::open(&place).expect("opens");
    let mut admit = |token: &str, way| gate.admit(token, way).expect("read").map(|o| (o.org, o.source.name));
    let own = Some(("cabinet".to_owned(), "nuit".to_owned()));
    assert_eq!(admit(&token, Way::Http), own);
    assert_eq!(admit(&token.to_uppercase(), Way::Http), own, "a mail server may change the case");
    assert_eq!(admit(&token, Way::Mail), None, "it is no address");
    assert_eq!(admit(&theirs.expect("a token"), Way::Http).map(|o| o.0).as_deref(), Some("clinique"));
    let mixed = format!("{}{}", &token[..8], "a".repeat(32));
    for wrong in ["", "é", &token[..39], &mixed, &format!("{token}a")] {
        assert_eq!(admit(wrong, Way::Http), None, "{wrong}");
    }
    store.keep_source_state(&made.id, "7").expect("kept");
    assert_eq!(store.source_state(&made.id).expect("read"), "7");
    assert!(matches!(store.revoke_source("rien", "", at), Err(Error::Absent(_))));
    store.revoke_source("nuit", "Dr Martin", at).expect("revoked");
    assert_eq!(gate.admit(&token, Way::Http).expect("read"), None);
    let fetched: Vec<String> = gate.fetched().expect("read").into_iter().map(|o| o.source.name).collect();
    assert_eq!(fetched, ["dossier"]);
    assert_eq!(store.sources().expect("read").len(), 2);
    assert_eq!(other.sources().expect("read").len(), 1, "organisations see nothing of each other");
    // Two made, one revoked: three entries, none of which holds the token.
    let mut out = Cursor::new(Vec::new());
    assert_eq!(store.archive(Some(&place.data), at, &mut out).expect("archived").entries, 3);
}

pub fn sources_come_back_with_a_backup_and_tokens_not_with_an_export(place: Place, backup: Place, export: Place) {
    let at = now("2026-03-01T08:00:00Z");
    let mut store = open(&place, "cabinet");
    let (_, token) = store.add_source(source("nuit", Way::Http), [1; 32], "Dr Martin", at).expect("made");
    let token = token.expect("a token");
    for (to, key, opens) in [(&backup, Some(place.data.as_path()), true), (&export, None, false)] {
        let mut out = Cursor::new(Vec::new());
        store.archive(key, at, &mut out).expect("archived");
        Store::restore(to, out, &super::seed, at).expect("restored");
        assert_eq!(open(to, "cabinet").sources().expect("read").len(), 1);
        let admitted = Gate::open(to).expect("opens").admit(&token, Way::Http).expect("read");
        assert_eq!(admitted.is_some(), opens);
    }
}

pub fn proofs_of_one_commit_are_filed_as_one_by_one(place: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    let days: Vec<_> = (1..=4).map(|d| date(2026, 3, d)).collect();
    let bytes: Vec<Vec<u8>> = days.iter().map(|d| restic(*d, 180)).collect();
    let received = days[3].at(6, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a date");
    let one = |n: usize| Incoming {
        name: "restic.json",
        bytes: &bytes[n],
        exit_code: Some(0),
        via: "http",
        ..Incoming::default()
    };
    let mut proofs: Vec<_> = [0, 1, 0, 2].map(|n| (one(n), &received)).into();
    proofs.push((Incoming { contract: Some("rien"), ..one(3) }, &received));
    let filed = store.file_all(&proofs, received.timestamp()).expect("filed");
    let numbers: Vec<Option<(i64, bool)>> =
        filed.iter().map(|f| f.as_ref().ok().map(|f| (f.proof, f.duplicate))).collect();
    assert_eq!(numbers, [Some((1, false)), Some((2, false)), Some((1, true)), Some((3, false)), None]);
    assert!(matches!(filed[4], Err(Error::Absent(_))), "the one whose contract is unknown is refused alone");
    let size = store.head().expect("read").0;
    let again = store.file(&one(3), &received, received.timestamp()).expect("filed");
    assert_eq!((again.proof, again.contract.as_deref()), (4, Some(id.as_str())));
    assert_eq!(store.head().expect("read").0, size + 2);
    let dossier = verify::dossier(&super::dossier(&mut store, Some(&id)), None);
    assert_eq!(dossier.findings, []);
}
