//! Contracts brought to be judged.

use super::{now, open};
use contract::{Assessment, Document, Format, Profile};
use serde_json::json;
use std::io::Cursor;
use store::{Error, NewReview, Outcome, Place, Progress, Store};

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
    Outcome { document, assessment, summary: json!({"score": 12}) }
}

fn bring(store: &mut Store, name: &str, bytes: &[u8]) -> u64 {
    let new = NewReview { name: name.to_owned(), ..NewReview::default() };
    store.add_review(new, bytes, "camille", now("2026-03-01T08:00:00Z")).expect("filed").id
}

pub fn a_contract_is_judged_once_and_answered(place: Place) {
    let mut store = open(&place, "cabinet");
    let (one, two) = (bring(&mut store, "a.pdf", b"one"), bring(&mut store, "b.pdf", b"two"));
    assert_eq!((one, two), (1, 2));
    let newest: Vec<u64> = store.newest_reviews(1).expect("reads").iter().map(|r| r.id).collect();
    assert_eq!(newest, [2]);
    let batch: Vec<u64> = store.batch_reviews(1, 10).expect("reads").iter().map(|r| r.id).collect();
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
