//! Every file of `demands/` finds its own sentences, with their words, and leaves the near ones alone.

use check::{Engine, Request};
use contract::{Assessment, Block, BlockKind, Document, Format, Profile, Span, Verdict};

fn document(text: &str) -> Document {
    let (mut all, mut blocks) = (String::new(), Vec::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let start = all.len();
        let (kind, words) = match line.strip_prefix("## ") {
            Some(words) => (BlockKind::Heading { level: 1 }, words),
            None => (BlockKind::Paragraph, line),
        };
        all.push_str(words);
        blocks.push(Block::new(kind, Span::new(start, all.len())));
        all.push('\n');
    }
    Document { format: Format::Text, text: all, pages: Vec::new(), blocks, problems: Vec::new() }
}

fn assess(engine: &Engine, text: &str) -> Assessment {
    engine.assess(&document(text), &Request { profile: Some(Profile::Prestataire), facts: Vec::new() })
}

#[test]
fn every_demand_is_found_where_it_stands_and_nowhere_else() {
    let demands = points::demands();
    let engine = Engine::new(points::demands()).expect("every pattern compiles");
    assert!(demands.points.len() >= 14);
    let mut wrong = Vec::new();
    for demand in &demands.points {
        for case in &demand.cases {
            let assessment = assess(&engine, &case.text);
            for verdict in &assessment.verdicts {
                let own = verdict.point == demand.id;
                let found = verdict.verdict == Verdict::Adverse;
                if own && found != (case.verdict == Verdict::Adverse) {
                    wrong.push(format!("{}: {:?} for {:?}", demand.id, verdict.verdict, case.text));
                }
                // A sentence that nothing is wrong with is nobody's.
                if !own && found && case.verdict == Verdict::Missing {
                    wrong.push(format!("{}: {} found in {:?}", demand.id, verdict.point, case.text));
                }
                for quote in verdict.quotes.iter().filter(|_| own && found) {
                    assert!(case.text.contains(&quote.text), "the quote is the document's own: {}", quote.text);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_words_shown_to_users_are_whole_sentences() {
    for demand in points::demands().points {
        for text in [&demand.ask, &demand.why] {
            assert!(text.ends_with('.') && text.chars().next().is_some_and(char::is_uppercase), "{text:?}");
        }
        assert!(!demand.title.ends_with('.'));
        assert!(demand.cases.iter().filter(|c| c.verdict == Verdict::Adverse).count() >= 2, "{}", demand.id);
        assert!(demand.cases.iter().filter(|c| c.verdict == Verdict::Missing).count() >= 2, "{}", demand.id);
    }
}

#[test]
fn the_points_of_a_contract_are_no_demands() {
    let ids: Vec<String> = points::embedded().points.into_iter().map(|p| p.id).collect();
    assert!(points::demands().points.iter().all(|d| !ids.contains(&d.id)), "an id names one thing");
}
