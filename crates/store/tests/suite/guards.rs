//! What nobody may do to a register: lose a proof to another contract, break a search, take back an altered archive.

use super::{contract, file, now, open, promise, restic, with_backup};
use follow::{Cadence, Day, Promise, Waiver};
use jiff::civil::date;
use jiff::tz::TimeZone;
use ledger::Digest;
use serde_json::json;
use std::io::{Cursor, Read as _, Write as _};
use store::{Error, Incoming, Place, Standing, Store};
use zip::write::SimpleFileOptions;

/// A second contract with a daily backup under follow-up.
fn second(store: &mut Store) -> String {
    let at = now("2026-03-01T08:00:00Z");
    let id = store.add_contract(contract("Nuage Petit"), b"un autre contrat", "", at).expect("filed");
    let daily = promise(&id, "SAU-01", "backup", Cadence::Days(1));
    store.add_promises(&id, vec![daily], Standing::Confirmed, "", at).expect("entered");
    id
}

pub fn a_proof_for_another_contract_is_another_proof(place: Place) {
    let (mut store, first) = with_backup(&place, "cabinet");
    let second = second(&mut store);
    let at = now("2026-03-09T08:00:00Z");
    let received = at.to_zoned(TimeZone::UTC);
    let bytes = restic(date(2026, 3, 2), 180);
    let bring = |store: &mut Store, contract: Option<&str>| {
        let own = Incoming { name: "a.json", bytes: &bytes, via: "http", contract, ..Incoming::default() };
        store.file(&own, &received, at).expect("filed")
    };
    let one = bring(&mut store, Some(&first));
    let other = bring(&mut store, Some(&second));
    assert!(!other.duplicate && other.proof != one.proof);
    assert_eq!(other.contract.as_deref(), Some(second.as_str()));
    assert_eq!(store.seen_of(&format!("{second}/SAU-01")).expect("read").len(), 1);
    let size = store.head().expect("read").0;
    for (asked, known) in [(Some(&first), &one), (Some(&second), &other), (None, &one)] {
        let again = bring(&mut store, asked.map(String::as_str));
        assert_eq!((again.duplicate, again.proof, &again.contract), (true, known.proof, &known.contract), "{asked:?}");
    }
    assert_eq!(store.head().expect("read").0, size, "nothing was written");
    store.attach(one.proof, &second, "Dr Martin", at).expect("moved");
    let mut again = bring(&mut store, Some(&first));
    assert_eq!((again.duplicate, again.proof, &again.contract), (true, one.proof, &None), "no other contract is named");
    store.settle(&mut again, Some(&first), "", at).expect("looked at");
    assert_eq!(again.contract, None, "what a person moved stays");
    // Nobody could say whose it was; who brings it again says.
    let lost = file(&mut store, "b.json", &restic(date(2026, 3, 3), 180), date(2026, 3, 9));
    assert_eq!(lost.contract, None);
    let bytes = restic(date(2026, 3, 3), 180);
    let own =
        Incoming { name: "b.json", bytes: &bytes, exit_code: Some(0), contract: Some(&second), ..Incoming::default() };
    let mut told = store.file(&own, &received, at).expect("filed");
    store.settle(&mut told, Some(&second), "", at).expect("given");
    assert_eq!((told.proof, told.contract.as_deref()), (lost.proof, Some(second.as_str())));
    assert_eq!(store.proof(lost.proof).expect("there").contract.as_deref(), Some(second.as_str()));
}

pub fn control_characters_stop_neither_a_proof_nor_a_search(place: Place) {
    let (mut store, _) = with_backup(&place, "cabinet");
    let at = now("2026-03-09T08:00:00Z");
    let id = store.add_contract(contract("Nuage\0 Petit"), b"un autre", "", at).expect("filed");
    let long = "é".repeat(3_000);
    for (host, kept) in [("srv\0-\u{1}9", "srv-9"), (long.as_str(), &long[..400])] {
        let bytes = restic(date(2026, 3, 2), kept.len() as u64);
        let own = Incoming {
            name: "a\0.json",
            bytes: &bytes,
            via: "mail",
            contract: Some(&id),
            host: Some(host),
            ..Incoming::default()
        };
        let filed = store.file(&own, &at.to_zoned(TimeZone::UTC), at).expect("filed");
        assert_eq!(filed.facts[0].fact.host.as_deref(), Some(kept));
    }
    let hits = store.search("petit", None, 10).expect("found");
    assert_eq!(hits.len(), 1);
    assert!(!hits.iter().any(|h| h.title.contains('\0') || h.pieces.iter().any(|p| p.0.contains('\0'))), "{hits:?}");
    assert_eq!(store.search("json", None, 10).expect("found").len(), 2);
}

pub fn a_search_indexes_only_what_moved(place: Place) {
    let (mut store, _) = with_backup(&place, "cabinet");
    let sources = |store: &mut Store| -> Vec<String> {
        store.search("restic backup", None, 10).expect("found").into_iter().map(|h| h.source).collect()
    };
    for d in 2..=3 {
        file(&mut store, "a.json", &restic(date(2026, 3, d), 180), date(2026, 3, d));
    }
    assert_eq!(sources(&mut store), ["preuve:1", "preuve:2"]);
    file(&mut store, "a.json", &restic(date(2026, 3, 4), 180), date(2026, 3, 4));
    // Passages come in the order they were indexed: the first two were let be.
    assert_eq!(sources(&mut store), ["preuve:1", "preuve:2", "preuve:3"]);
}

pub fn an_amendment_is_one_commit_and_loses_no_waiver(place: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    let mut other = open(&place, "cabinet");
    let (at, by) = (now("2026-03-05T08:00:00Z"), ("Dr Martin", "avenant"));
    let named = format!("{id}/SAU-01");
    assert!(store.promise(&named).expect("there").promise.waivers.is_empty(), "read before the other's waiver");
    let waiver = Waiver { from: date(2026, 3, 1), until: None, by: "Mme Petit".to_owned(), why: "panne".to_owned() };
    let waive = |p: &mut Promise| {
        p.waivers.push(waiver);
        Ok(())
    };
    other.correct("waived", &named, waive, by, at).expect("waived");
    let size = store.head().expect("read").0;
    let late = |p: &mut Promise| {
        p.from = date(2026, 2, 1);
        Ok(())
    };
    assert!(matches!(store.amend(&named, late, by, at), Err(Error::Refused(_))));
    assert_eq!(store.head().expect("read").0, size, "nothing of it was written");
    assert_eq!(store.promise(&named).expect("there").promise.until, None);
    let change = |p: &mut Promise| {
        (p.from, p.cadence) = (date(2026, 3, 10), Cadence::Weeks(1));
        Ok(())
    };
    let next = store.amend(&named, change, by, at).expect("amended");
    for id in [&named, &next] {
        assert_eq!(store.promise(id).expect("there").promise.waivers.len(), 1, "{id}");
    }
    assert_eq!(store.promise(&named).expect("there").promise.until, Some(date(2026, 3, 9)));
    assert_eq!(store.head().expect("read").0, size + 2);
}

pub fn a_start_that_is_a_slip_of_the_pen_is_refused(place: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    let at = now("2026-03-05T08:00:00Z");
    let old = |p: &mut Promise| {
        p.from = date(226, 3, 1);
        Ok(())
    };
    let refused = store.correct("corrected", "SAU-01", old, ("", ""), at).expect_err("refused");
    assert!(refused.to_string().contains("l'année"), "{refused}");
    let mut slip = promise(&id, "SAU-02", "backup", Cadence::WorkingDays);
    slip.from = date(1026, 3, 1);
    assert!(matches!(store.add_promises(&id, vec![slip], Standing::Proposed, "", at), Err(Error::Refused(_))));
    let mut slip = contract("Nuage Petit");
    slip.signed = date(1206, 3, 1);
    assert!(matches!(store.add_contract(slip, b"x", "", at), Err(Error::Refused(_))));
    assert_eq!(store.promises(None).expect("read").len(), 1);
}

/// An archive whose members were changed and whose index fits them again; a member changed to nothing is left out.
fn altered(archive: &[u8], change: impl Fn(&str, String) -> Option<String>) -> Cursor<Vec<u8>> {
    let mut from = zip::ZipArchive::new(Cursor::new(archive)).expect("a ZIP");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut members = Vec::new();
    let mut write = |name: &str, bytes: &[u8]| {
        out.start_file(name, SimpleFileOptions::default()).expect("begun");
        out.write_all(bytes).expect("written");
    };
    for at in 0..from.len() {
        let mut member = from.by_index(at).expect("a member");
        let name = member.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).expect("read");
        if name == "index.json" {
            continue;
        }
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => change(&name, text).map(String::into_bytes),
            Err(other) => Some(other.into_bytes()),
        };
        let Some(bytes) = bytes else { continue };
        members.push(json!({"name": name, "size": bytes.len(), "sha256": Digest::of(&bytes)}));
        write(&name, &bytes);
    }
    write("index.json", json!({"format": "clausule-archive/1", "members": members}).to_string().as_bytes());
    out.finish().expect("finished")
}

pub fn an_archive_that_is_not_what_its_ledger_says_is_refused(place: Place, other: Place) {
    let (mut store, id) = with_backup(&place, "cabinet");
    for d in 2..=4 {
        file(&mut store, "a.json", &restic(date(2026, 3, d), 180), date(2026, 3, d));
        store.sign().expect("signed");
    }
    let later = file(&mut store, "b.json", &restic(date(2026, 3, 5), 180), date(2026, 3, 5));
    let at = now("2026-03-20T09:00:00Z");
    store.attach(later.proof, &id, "Dr Martin", at).expect("attached");
    let waive = |p: &mut Promise| {
        p.title = "Sauvegarde de la nuit".to_owned();
        Ok(())
    };
    store.correct("corrected", "SAU-01", waive, ("", ""), at).expect("corrected");
    store.decide(&[format!("{id}/SAU-01")], Standing::Confirmed, "", "", at).expect("decided");
    let mut out = Cursor::new(Vec::new());
    store.archive(None, at, &mut out).expect("archived");
    let archive = out.into_inner();
    let size = store.head().expect("read").0;
    type Change = Box<dyn Fn(&str, String) -> Option<String>>;
    let swap = |member: &'static str, from: &'static str, to: &'static str| -> Change {
        Box::new(move |name, text| {
            assert!(name != member || text.contains(from), "{text}");
            Some(if name == member { text.replacen(from, to, 1) } else { text })
        })
    };
    let last = format!("checkpoints/{size}.txt");
    let unsigned: Change = Box::new(move |name, text| (name != last).then_some(text));
    let one_less = |member: &'static str| -> Change {
        Box::new(move |name, text| {
            let rest = text.lines().skip(1).map(|l| format!("{l}\n")).collect();
            Some(if name == member { rest } else { text })
        })
    };
    let file = format!("pieces/{}", Digest::of(&restic(date(2026, 3, 3), 180)));
    let stripped = |claim: bool| -> Change {
        let file = file.clone();
        Box::new(move |name, text| match name {
            "erased.jsonl" if claim => {
                Some(json!({"sha256": file.trim_start_matches("pieces/"), "size": 1, "erased": 1}).to_string() + "\n")
            }
            name => (name != file).then_some(text),
        })
    };
    let changes: [(&str, Change); 10] = [
        ("file gone", stripped(false)),
        ("file said to be erased", stripped(true)),
        ("folder", swap("organisation.jsonl", "\"cabinet\"", "\"../../ailleurs\"")),
        ("unsigned end", unsigned),
        ("state", swap("facts.jsonl", "\"state\":\"ok\"", "\"state\":\"failed\"")),
        ("attachment", swap("facts.jsonl", "\"contract\":\"", "\"contract\":\"x")),
        ("origin", swap("proofs.jsonl", "\"via\":\"file\"", "\"via\":\"http\"")),
        ("proof gone", one_less("proofs.jsonl")),
        ("promise", swap("promises.jsonl", "Sauvegarde de la nuit", "Sauvegarde du mois")),
        ("contract", swap("contracts.jsonl", "Durand", "Dupond")),
    ];
    for (what, change) in changes {
        let refused = Store::restore(&other, altered(&archive, change), &super::seed, at);
        assert!(matches!(refused, Err(Error::Refused(_))), "{what}: {refused:?}");
    }
    assert!(!other.data.parent().expect("a folder").join("ailleurs.key").exists());
    let forged =
        altered(&archive, |name, text| Some(if name.starts_with("checkpoints/") { forge(&text) } else { text }));
    assert!(matches!(Store::restore(&other, forged, &super::seed, at), Err(Error::Refused(_))), "signature");
    let restored = Store::restore(&other, altered(&archive, |_, text| Some(text)), &super::seed, at);
    assert_eq!(restored.expect("whole").signed_by, store.public_key());
    assert_eq!(open(&other, "cabinet").promises(None).expect("read").len(), 1);
    let window = follow::Window { first: date(2026, 3, 1).into(), last: date(2026, 3, 31).into() };
    let lines = open(&other, "cabinet").statuses(None, window, Day::from(date(2026, 3, 20))).expect("statuses");
    assert_eq!(lines[0].status.counts.received, 4);
}

/// A note whose signature was made by nobody.
fn forge(note: &str) -> String {
    let (text, signature) = note.rsplit_once(' ').expect("a signature");
    let middle = signature.len() / 2;
    let other = if signature.as_bytes()[middle] == b'A' { "B" } else { "A" };
    format!("{text} {}{other}{}", &signature[..middle], &signature[middle + 1..])
}
