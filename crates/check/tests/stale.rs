//! Every file of `law/stale/` reports its own sentences, with their words, and leaves the near ones alone.

use check::{Engine, Request};
use contract::{Assessment, Block, BlockKind, Document, Format, Span};
use std::collections::HashSet;

fn document(sentences: &[&str]) -> Document {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    for sentence in sentences {
        let start = text.len();
        text.push_str(sentence);
        blocks.push(Block::new(BlockKind::Paragraph, Span::new(start, text.len())));
        text.push('\n');
    }
    Document { format: Format::Text, text, pages: Vec::new(), blocks, problems: Vec::new() }
}

fn assess(engine: &Engine, sentences: &[&str]) -> Assessment {
    engine.assess(&document(sentences), &Request::default())
}

#[test]
fn every_reference_is_reported_where_it_stands_and_nowhere_else() {
    let engine = Engine::new(points::embedded()).expect("the catalogue compiles");
    assert!(engine.catalogue.stale.len() >= 10);
    let mut wrong = Vec::new();
    for reference in &engine.catalogue.stale {
        for sentence in &reference.stale {
            let found = assess(&engine, &[sentence]).stale_references;
            match found.iter().find(|f| f.reference == reference.id) {
                Some(found) => assert!(sentence.contains(&found.quotes[0].text), "the quote is the document's own"),
                None => wrong.push(format!("{}: not reported: {sentence}", reference.id)),
            }
        }
        for sentence in &reference.sound {
            for found in assess(&engine, &[sentence]).stale_references {
                wrong.push(format!("{}: reported in {sentence}", found.reference));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_reference_cited_twice_is_one_finding_with_two_quotes_and_weighs_on_no_verdict() {
    let engine = Engine::new(points::embedded()).expect("the catalogue compiles");
    let plain = ["Le Prestataire sauvegarde chaque nuit les données du Client."];
    let citing =
        [plain[0], "Le Prestataire a désigné un CIL.", "Il prévient le correspondant informatique et libertés."];
    let found = assess(&engine, &citing);
    assert_eq!(found.stale_references.len(), 1);
    assert_eq!(found.stale_references[0].quotes.len(), 2);
    let verdicts = |a: &Assessment| a.verdicts.iter().map(|v| v.verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(&found), verdicts(&assess(&engine, &plain)));
}

#[test]
fn the_words_shown_to_users_are_whole_sentences() {
    let mut ids = HashSet::new();
    for reference in points::embedded().stale {
        assert!(ids.insert(reference.id.clone()), "{} twice", reference.id);
        for text in [&reference.why, &reference.replaced_by] {
            assert!(text.ends_with('.') && text.chars().next().is_some_and(char::is_uppercase), "{text:?}");
        }
        assert!(!reference.title.ends_with('.') && !reference.basis.is_empty());
    }
}
