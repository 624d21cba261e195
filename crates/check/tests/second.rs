//! The second reading: what its file may hold, what it may change, and that its verdicts stand on words.

use check::second::{CLASSES, FEWEST_UNITS, INPUTS, Numbers, Opinion, TRAINED, Told, change};
use check::{Engine, Request};
use contract::{Document, Profile, Verdict};

const SAMPLE: &str = include_str!("../../../samples/infogerance-complete.txt");

fn document(text: &str) -> Document {
    readers::read("contrat.txt", text.as_bytes(), &readers::NoOcr, &readers::Limits::default()).expect("read")
}

fn request() -> Request {
    Request { profile: Some(Profile::Complete), facts: Vec::new() }
}

fn opinion(held: Verdict, probability: f64) -> Opinion {
    let rest = (1.0 - probability) / 3.0;
    let probabilities = CLASSES.map(|class| if class == held { probability } else { rest });
    Opinion { probabilities, told: Told { inputs: vec![0.0; INPUTS.len()], unit: 0 }, words: Vec::new() }
}

#[test]
fn the_file_holds_stems_and_no_sentence() {
    assert!(TRAINED.len() < 600_000, "{} bytes", TRAINED.len());
    let numbers = Numbers::compile(TRAINED, &points::embedded()).expect("every line is one of weights");
    assert_eq!(numbers.stack.len(), INPUTS.len());
    assert_eq!(numbers.points.len(), 132);
    for line in TRAINED.lines().filter(|line| line.starts_with("point ")) {
        for feature in line.split(' ').skip(6) {
            let (name, weight) = feature.split_once(':').expect("a weight");
            let stems: Vec<&str> = name.trim_start_matches('^').split('_').collect();
            assert!(stems.len() <= 2 && stems.iter().all(|stem| stem.len() <= 7), "{feature}");
            assert!(weight.parse::<f32>().is_ok_and(|w| w > 0.0), "{feature}");
        }
    }
    let mut keys = numbers.keys.clone();
    keys.dedup();
    assert_eq!(keys, numbers.keys, "sorted, none twice");
    let broken = TRAINED.replacen("tone ", "tune ", 1);
    assert!(Numbers::compile(&broken, &points::embedded()).is_err());
}

#[test]
fn a_promise_is_never_denied_nor_invented_and_nothing_becomes_adverse() {
    for said in CLASSES {
        for held in CLASSES {
            let changed = change(said, &opinion(held, 0.99));
            assert!(
                changed
                    .is_none_or(|verdict| verdict == held && verdict != Verdict::Adverse && said != Verdict::Satisfied)
            );
            assert_ne!(changed, Some(Verdict::Satisfied));
            assert_eq!(change(said, &opinion(held, 0.4)), None, "not without good grounds");
        }
    }
    assert_eq!(change(Verdict::Weak, &opinion(Verdict::Missing, 0.6)), Some(Verdict::Missing));
}

#[test]
fn what_it_says_stands_on_words_of_the_document() {
    let engine = Engine::embedded();
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Every other line: a contract with holes, where the signs hesitate more.
    let holes: Vec<&str> = SAMPLE.lines().enumerate().filter(|(i, _)| i % 3 != 1).map(|(_, line)| line).collect();
    for text in [SAMPLE.to_owned(), holes.join("\n")] {
        let document = document(&text);
        let whole = squeezed(&document.text);
        let first = engine.assess(&document, &request());
        for verdict in &first.verdicts {
            let silent = matches!(verdict.verdict, Verdict::Missing | Verdict::NotApplicable | Verdict::NotReadable);
            assert_eq!(silent, verdict.quotes.is_empty(), "{}", verdict.point);
            assert_eq!(verdict.verdict == Verdict::Missing, verdict.absence.is_some(), "{}", verdict.point);
            assert!(verdict.quotes.iter().all(|q| whole.contains(&q.text)), "{}", verdict.point);
        }
        assert_eq!(first, engine.assess(&document, &request()));
    }
}

#[test]
fn a_clause_or_two_are_left_to_the_signs() {
    let engine = Engine::embedded();
    let short: Vec<&str> = SAMPLE.lines().take(12).collect();
    let document = document(&short.join("\n"));
    assert!(check::segment::segment(&document).units.len() < FEWEST_UNITS);
    assert!(engine.explain("SAU-01", &document).expect("a point").second.is_none());
    let long = engine.explain("SAU-01", &self::document(SAMPLE)).expect("a point");
    let second = long.second.expect("long enough");
    assert!((second.chances.iter().map(|c| c.1).sum::<f64>() - 100.0).abs() < 1e-6);
    assert!(!second.reasons.is_empty() && !second.words.is_empty());
}
