//! Laws over the whole catalogue, and the cases that stand in the point files.

use check::{Engine, Request};
use contract::{Document, Profile, Verdict};
use points::Catalogue;
use readers::{Limits, NoOcr};
use std::collections::BTreeSet;

fn engine() -> Engine {
    Engine::new(points::embedded()).expect("every pattern of the catalogue compiles")
}

fn document(text: &str) -> Document {
    readers::read("cas.txt", text.as_bytes(), &NoOcr, &Limits::default()).expect("plain text is read")
}

fn verdict(engine: &Engine, point: &str, text: &str) -> Verdict {
    let request = Request { profile: Some(Profile::Complete), facts: Vec::new() };
    let assessment = engine.assess(&document(text), &request);
    assessment.verdicts.iter().find(|v| v.point == point).map(|v| v.verdict).expect("every point has a verdict")
}

#[test]
fn every_case_of_every_point_gets_its_verdict() {
    let engine = engine();
    let mut wrong = Vec::new();
    for point in &engine.catalogue.points {
        for case in &point.cases {
            let got = verdict(&engine, &point.id, &case.text);
            if got != case.verdict {
                wrong.push(format!("{}: expected {:?}, got {got:?}: {}", point.id, case.verdict, case.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_catalogue_has_the_132_points_each_in_a_declared_category() {
    let Catalogue { points, categories, .. } = points::embedded();
    let ids: BTreeSet<&str> = points.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids.len(), 132);
    assert_eq!(categories.len(), 19);
    for category in categories {
        assert!(points.iter().any(|p| p.category() == category.id), "{} is empty", category.id);
    }
}

#[test]
fn the_words_shown_to_users_are_whole_sentences() {
    for point in points::embedded().points {
        for (what, text) in [("ask", &point.ask), ("why", &point.why)] {
            assert!(text.ends_with('.'), "{} {what} does not end with a full stop", point.id);
            assert!(
                text.trim_start_matches(['«', ' ', '\u{a0}', '\u{202f}'])
                    .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()),
                "{} {what} lacks a capital",
                point.id
            );
        }
        assert!(!point.title.ends_with('.'), "{} title ends with a full stop", point.id);
        assert!(point.looked_for.len() >= 2, "{} says too little of what was looked for", point.id);
    }
}

#[test]
fn every_point_can_be_adverse_only_where_a_sign_says_so_and_speaks_somewhere() {
    for point in points::embedded().points {
        assert!(point.signs.iter().any(|s| s.verdict == Verdict::Satisfied), "{} can't be satisfied", point.id);
        let adverse_case = point.cases.iter().any(|c| c.verdict == Verdict::Adverse);
        let adverse_sign =
            point.signs.iter().any(|s| s.verdict == Verdict::Adverse || s.client.is_some() || s.negated.is_some());
        assert!(!adverse_case || adverse_sign, "{} has an adverse case and no sign for it", point.id);
    }
}

#[test]
fn a_document_without_a_commitment_says_nothing() {
    let engine = engine();
    let request = Request { profile: Some(Profile::Complete), facts: Vec::new() };
    let assessment = engine.assess(&document("Rien.\n"), &request);
    assert!(assessment.verdicts.iter().all(|v| v.verdict == Verdict::Missing && v.quotes.is_empty()));
}
