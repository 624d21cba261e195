//! Contracts brought to be judged.

use super::{now, open};
use contract::{Assessment, Document, Format, Profile};
use serde_json::json;
use std::io::Cursor;
use store::{Error, Figures, LinesWanted, Marks, NewReview, Outcome, Place, Progress, SortBy, Store};

fn outcome(text: &str) -> Outcome {
    let document =
        Document { format: Format::Text, text: text.to_owned(), pages: vec![], blocks: vec![], problems: vec![] };
    let assessment = Assessment {
        profile: Profile::Pme,
        profile_proposed: true,
        facts: vec![],
        provider_names: vec![],
        client_names: vec![],
        remarks: vec![],
        verdicts: vec![],
        commitments: vec![],
        stale_references: vec![],
        provider_view: None,
    };
    Outcome { document, assessment, figures: figures(12, 3, 45) }
}

fn figures(score: u8, gaps: usize, mark: u16) -> Figures {
    let marks = Marks::of([("SAU", mark), ("SAU-01", 3)]);
    Figures { provider: "Hébergement Été".to_owned(), score: Some(score), gaps, blocking: gaps / 4, marks }
}

fn bring(store: &mut Store, name: &str, bytes: &[u8]) -> u64 {
    let new = NewReview { name: name.to_owned(), ..NewReview::default() };
    store.add_review(new, bytes, "camille", now("2026-03-01T08:00:00Z")).expect("filed").id
}

pub fn a_contract_is_judged_once_and_answered(place: Place) {
    let mut store = open(&place, "cabinet");
    let (one, two) = (bring(&mut store, "a.pdf", b"one"), bring(&mut store, "b.pdf", b"two"));
    assert_eq!((one, two), (1, 2));
    let newest: Vec<u64> = store.newest_lines(1).expect("reads").iter().map(|r| r.id).collect();
    assert_eq!(newest, [2]);
    let batch: Vec<u64> = store.batch_lines(1, 10).expect("reads").iter().map(|r| r.id).collect();
    assert_eq!(batch, [1], "the second came by itself");
    let first = store.take_review().expect("reads").expect("one waits");
    assert_eq!((first.id, first.progress), (1, Progress::Reading));
    assert_eq!(store.take_review().expect("reads").map(|r| r.id), Some(2));
    assert_eq!(store.take_review().expect("reads"), None, "nobody is given what another reads");
    store.finish_review(1, Ok(outcome("texte"))).expect("kept");
    store.finish_review(2, Err("illisible".into())).expect("kept");
    assert_eq!(store.review_result(1).expect("done").0.text, "texte");
    assert!(matches!(store.review_result(2), Err(Error::Absent(_))));
    let listed: Vec<_> = store.reviews().expect("reads").into_iter().map(|r| (r.id, r.progress)).collect();
    assert_eq!(listed, [(2, Progress::Failed), (1, Progress::Done)]);
    let size = store.head().expect("reads").0;
    let at = now("2026-03-02T08:00:00Z");
    store.answer_review(1, "SAU-06", false, "voir l'annexe", "camille", at).expect("kept");
    store.answer_review(1, "SAU-06", true, "", "camille", at).expect("changed");
    let answers = store.review_answers(1).expect("reads");
    assert!(answers.len() == 1 && answers[0].holds, "the last answer stands");
    assert_eq!(store.head().expect("reads").0, size + 2, "each answer is an entry");
    store.review_again(1, Some(Profile::Finance), vec![]).expect("asked");
    assert_eq!(store.take_review().expect("reads").map(|r| r.profile), Some(Some(Profile::Finance)));
    store.keep_mend(1, json!({"points": []})).expect("kept");
    drop(store);
    let mut store = open(&place, "cabinet");
    assert_eq!(store.resume_reviews().expect("resumed"), 1, "what was being read waits again");
    assert_eq!(store.take_review().expect("reads").map(|r| r.mend), Some(json!({"points": []})));
    assert!(matches!(open(&place, "voisin").review(1), Err(Error::Absent(_))), "another organisation sees nothing");
}

pub fn reviews_are_listed_a_page_at_a_time(place: Place) {
    let mut store = open(&place, "cabinet");
    // Number, name, score, gaps, number of the category; the fourth can't be read, the fifth waits.
    let judged = [(1, "Zèbre 100%.pdf", 60, 9, 80), (2, "avoine.pdf", 20, 2, 10), (3, "Mûre.pdf", 90, 4, 45)];
    for (id, name, score, gaps, mark) in judged {
        assert_eq!(bring(&mut store, name, name.as_bytes()), id);
        let outcome = Outcome { figures: figures(score, gaps, mark), ..outcome("texte") };
        store.finish_review(id, Ok(outcome)).expect("kept");
    }
    let failed = bring(&mut store, "abîmé.pdf", b"bad");
    store.finish_review(failed, Err("illisible".into())).expect("kept");
    bring(&mut store, "attend.pdf", b"waits");
    let mut ask = |sort: &SortBy, words: &str, blocking: bool, skip: usize, most: usize| {
        let wanted = LinesWanted { words: words.to_owned(), blocking, sort: sort.clone(), skip, most };
        let lines = store.review_lines(&wanted).expect("reads");
        (lines.rows.iter().map(|r| r.id).collect::<Vec<_>>(), lines.found, lines.all, lines.waiting)
    };
    let by = |key: &str| SortBy::Mark(key.to_owned());
    assert_eq!(ask(&SortBy::Date, "", false, 0, 3), (vec![5, 4, 3], 5, 5, 1));
    assert_eq!(ask(&SortBy::Date, "", false, 3, 3).0, [2, 1]);
    assert_eq!(ask(&SortBy::Name, "", false, 0, 9).0, [4, 5, 2, 3, 1]);
    assert_eq!(ask(&SortBy::Score, "", false, 0, 9).0, [2, 1, 3, 5, 4], "what is not judged comes last");
    assert_eq!(ask(&SortBy::Gaps, "", false, 0, 9).0, [1, 3, 2, 5, 4]);
    assert_eq!(ask(&by("SAU"), "", false, 0, 9).0, [2, 3, 1, 5, 4]);
    assert_eq!(ask(&by("SAU-01"), "", false, 0, 9).0, [3, 2, 1, 5, 4], "equal ones by date");
    assert_eq!(ask(&by("') OR 1=1 --"), "", false, 0, 9).0, [5, 4, 3, 2, 1], "no column");
    assert_eq!(ask(&SortBy::Date, "MURE ete", false, 0, 9), (vec![3], 1, 5, 1), "name and provider, folded");
    assert_eq!(ask(&SortBy::Date, "100%", false, 0, 9).0, [1]);
    assert_eq!(ask(&SortBy::Date, "1_0", false, 0, 9).1, 0, "no wildcard");
    assert_eq!(ask(&SortBy::Date, "", true, 0, 9), (vec![3, 1], 2, 5, 1), "only with a gap that forbids signing");
    let line = store.review_lines(&LinesWanted { most: 9, ..LinesWanted::default() }).expect("reads").rows;
    assert_eq!(line[1].message.as_deref(), Some("illisible"));
    assert_eq!(line[2].figures, Some(figures(90, 4, 45)));
    assert_eq!((&line[0].figures, line[0].progress), (&None, Progress::Waiting));
    store.remove_review(3, "camille", now("2026-03-02T08:00:00Z")).expect("removed");
    let left = store.review_lines(&LinesWanted { most: 9, ..LinesWanted::default() }).expect("reads");
    assert_eq!((left.rows.len(), left.all), (4, 4));
    let mut other = open(&place, "voisin");
    assert_eq!(other.review_lines(&LinesWanted { most: 9, ..LinesWanted::default() }).expect("reads").all, 0);
}

pub fn versions_are_found_from_any_of_them(place: Place) {
    let mut store = open(&place, "cabinet");
    for (id, previous) in [(1_u64, None), (2, None), (3, Some(1)), (4, None), (5, Some(3))] {
        let new = NewReview { name: format!("v{id}.pdf"), previous, ..NewReview::default() };
        store.add_review(new, &id.to_le_bytes(), "camille", now("2026-03-01T08:00:00Z")).expect("filed");
    }
    let mut ids = |of: u64| store.version_lines(of, 50).expect("reads").iter().map(|l| l.id).collect::<Vec<_>>();
    assert_eq!([1, 3, 5].map(&mut ids), [vec![5, 3, 1], vec![5, 3, 1], vec![5, 3, 1]]);
    assert_eq!((ids(4), ids(9)), (vec![4], vec![]));
}

pub fn clauses_are_found_once_a_contract_is_read(place: Place) {
    let mut store = open(&place, "cabinet");
    let id = bring(&mut store, "a.pdf", b"one");
    let text = "Le prestataire sauvegarde chaque nuit les girafes.";
    let mut read = outcome(text);
    let piece = contract::Span::new(0, text.len());
    let kind = contract::BlockKind::Paragraph;
    read.document.blocks.push(contract::Block::new(kind, piece));
    store.finish_review(id, Ok(read)).expect("kept");
    let sources = |store: &mut Store, words: &str| {
        store.search(words, None, 9).expect("found").into_iter().map(|h| h.source).collect::<Vec<_>>()
    };
    assert_eq!(sources(&mut store, "girafe sauvegarder"), ["analyse:1"], "whether or not the reading indexed it");
    assert_eq!(sources(&mut store, "girafe licorne"), [""; 0]);
    store.index_review(id).expect("again");
    assert_eq!(sources(&mut store, "girafe"), ["analyse:1"], "once");
    store.remove_review(id, "camille", now("2026-03-02T08:00:00Z")).expect("removed");
    assert_eq!(sources(&mut store, "girafe"), [""; 0]);
    assert!(store.index_review(id).is_err());
}

pub fn what_is_removed_is_gone_unless_another_needs_it(place: Place) {
    let mut store = open(&place, "cabinet");
    bring(&mut store, "a.pdf", b"same");
    bring(&mut store, "again.pdf", b"same");
    bring(&mut store, "c.pdf", b"other");
    let at = now("2026-03-02T08:00:00Z");
    store.remove_review(1, "camille", at).expect("removed");
    assert_eq!(store.review_bytes(2).expect("still there"), b"same");
    store.remove_review(2, "camille", at).expect("removed");
    store.remove_review(3, "camille", at).expect("removed");
    assert!(store.files().expect("reads").is_empty(), "no word of them is left");
    assert_eq!(bring(&mut store, "d.pdf", b"new"), 4, "a number is one contract's for ever");
    store.sign().expect("the ledger stands");
    store.remove_review(4, "camille", at).expect("removed");
    let mut out = Cursor::new(Vec::new());
    store.archive(Some(&place.data), at, &mut out).expect("archived");
    let name = format!("reviews-removed-{}", place.data.file_name().expect("a name").display());
    let other = Place::folder(&super::scratch(&name));
    Store::restore(&other, Cursor::new(out.into_inner()), &super::seed, at).expect("restored");
    assert_eq!(bring(&mut open(&other, "cabinet"), "e.pdf", b"newer"), 5, "after a restore too");
}

pub fn what_was_erased_is_told_from_what_is_missing(place: Place) {
    use store::Matter;
    let (mut store, id) = super::with_backup(&place, "cabinet");
    for d in 1..=3 {
        let day = jiff::civil::date(2026, 3, d);
        super::file(&mut store, "a.json", &super::restic(day, 180), day);
    }
    let at = now("2026-06-02T08:00:00Z");
    let today = jiff::civil::date(2026, 6, 2);
    store.keep_for(Matter::Proof, Some(3), "camille", at).expect("set");
    let due = store.due_for_erasure(today).expect("read");
    assert_eq!(due.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["1", "2"], "three months, to the day");
    let window =
        follow::Window { first: jiff::civil::date(2026, 3, 1).into(), last: jiff::civil::date(2026, 3, 31).into() };
    let before = store.statuses(None, window, today.into()).expect("statuses");
    let gone = store.erase(&[(Matter::Proof, "1".to_owned())], today, "camille", at).expect("erased");
    assert_eq!(gone, 1);
    assert!(
        matches!(store.erase(&[(Matter::Proof, "1".to_owned())], today, "camille", at), Err(Error::Refused(_))),
        "once"
    );
    assert_eq!(store.statuses(None, window, today.into()).expect("statuses"), before, "what it proved stays proved");
    assert_eq!(store.rejudge(at).expect("judged"), [], "and is not judged without its bytes");
    let proof = store.proof(1).expect("there");
    assert!(matches!(store.bytes(&proof.sha256), Err(Error::Refused(_))));
    for of in [Some(id.as_str()), None] {
        let report = verify::dossier(&super::dossier(&mut store, of), None);
        assert_eq!(report.findings, [], "the dossier verifies: {of:?}");
    }
    let mut out = Cursor::new(Vec::new());
    store.archive(Some(&place.data), at, &mut out).expect("archived");
    let name = format!("erased-back-{}", place.data.file_name().expect("a name").display());
    let other = Place::folder(&super::scratch(&name));
    Store::restore(&other, Cursor::new(out.into_inner()), &super::seed, at).expect("restored");
    let mut back = open(&other, "cabinet");
    assert!(matches!(back.bytes(&proof.sha256), Err(Error::Refused(_))), "erased it stays");
    assert_eq!(verify::dossier(&super::dossier(&mut back, Some(&id)), None).findings, []);
    // The same bytes brought anew are kept anew.
    let day = jiff::civil::date(2026, 3, 1);
    bring(&mut back, "a.json", super::restic(day, 180).as_ref());
    assert!(back.bytes(&proof.sha256).is_ok());
}

pub fn a_large_file_leaves_the_disk_with_its_review(place: Place) {
    let mut store = open(&place, "cabinet");
    let large = vec![b'x'; store::SMALL + 1];
    for name in ["a.pdf", "again.pdf"] {
        bring(&mut store, name, &large);
    }
    let name = ledger::Digest::of(&large).to_string();
    let path = place.data.join("pieces/cabinet").join(&name[..2]).join(&name);
    let at = now("2026-03-02T08:00:00Z");
    store.remove_review(1, "camille", at).expect("removed");
    assert!(path.exists(), "another has the same");
    store.remove_review(2, "camille", at).expect("removed");
    assert!(!path.exists());
}

pub fn reviews_are_in_a_backup(place: Place) {
    let mut store = open(&place, "cabinet");
    bring(&mut store, "a.pdf", b"one");
    store.take_review().expect("reads");
    store.finish_review(1, Ok(outcome("texte"))).expect("kept");
    store.answer_review(1, "SAU-06", true, "", "camille", now("2026-03-02T08:00:00Z")).expect("kept");
    let mut out = Cursor::new(Vec::new());
    store.archive(None, now("2026-03-03T08:00:00Z"), &mut out).expect("written");
    drop(store);
    let other =
        Place::folder(&super::scratch(&format!("reviews-back-{}", place.data.file_name().expect("a name").display())));
    Store::restore(&other, Cursor::new(out.into_inner()), &super::seed, now("2026-03-04T08:00:00Z")).expect("taken");
    let mut back = open(&other, "cabinet");
    assert_eq!(back.review(1).expect("there").progress, Progress::Waiting, "it is read again");
    assert_eq!(back.review_bytes(1).expect("there"), b"one");
    assert_eq!(back.review_answers(1).expect("there").len(), 1);
}
