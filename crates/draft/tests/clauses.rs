//! Laws over every clause of the catalogue, held through the real engine: what a clause is for it achieves, alone
//! under its heading, for every profile and under other parties' names; it harms no other point; all together
//! contradict each other nowhere.

use check::{Engine, Request};
use contract::{Assessment, Block, BlockKind, Document, Format, Profile, Span, Verdict};
use draft::Answers;
use draft::clause::{Filling, Rendered, render};
use draft::party::{Article, Parties, PartyName};
use points::Point;

fn document(clauses: &[Rendered]) -> Document {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    let mut push = |kind: BlockKind, words: &str| {
        let start = text.len();
        text.push_str(words);
        blocks.push(Block::new(kind, Span::new(start, text.len())));
        text.push('\n');
    };
    for (number, clause) in (1..).zip(clauses) {
        push(BlockKind::Heading { level: 1 }, &format!("Article {number} – {}", clause.heading));
        for paragraph in &clause.paragraphs {
            let kind = if paragraph.item { BlockKind::ListItem { depth: 0 } } else { BlockKind::Paragraph };
            let dash = if paragraph.item { "- " } else { "" };
            push(kind, &format!("{dash}{}", paragraph.text));
        }
    }
    Document { format: Format::Text, text, pages: Vec::new(), blocks, problems: Vec::new() }
}

/// Every profile judges with every fact, so that every point applies.
fn assess(engine: &Engine, clauses: &[Rendered], profile: Profile) -> Assessment {
    let request = Request { profile: Some(profile), facts: Profile::Complete.facts().to_vec() };
    engine.assess(&document(clauses), &request)
}

/// The parties under the usual names and under others that contracts give them.
fn names() -> [Parties; 4] {
    let name = |name: &str, article| PartyName { name: name.into(), article, feminine: false };
    let pair = |a, one: &str, b, other: &str| Parties { provider: name(one, a), client: name(other, b) };
    [
        Parties::default(),
        pair(Article::Elided, "Hébergeur", Article::Elided, "Acheteur"),
        pair(Article::Le, "Titulaire", Article::Le, "Commanditaire"),
        pair(Article::Elided, "Infogérant", Article::Le, "Bénéficiaire"),
    ]
}

fn rendered(point: &Point, profile: Profile, parties: &Parties) -> Option<Rendered> {
    render(point, &Filling { parties, profile, answers: &Answers::default(), assessment: None })
}

#[test]
fn every_clause_mends_its_own_point_and_harms_no_other() {
    let engine = Engine::new(points::embedded()).expect("the catalogue compiles");
    let mut broken = Vec::new();
    for point in &engine.catalogue.points {
        let mut seen = Vec::new();
        for (profile, parties) in Profile::ALL.into_iter().flat_map(|p| names().map(|n| (p, n))) {
            let Some(clause) = rendered(point, profile, &parties) else { continue };
            if seen.contains(&clause.text()) {
                continue;
            }
            seen.push(clause.text());
            for verdict in assess(&engine, std::slice::from_ref(&clause), profile).verdicts {
                let own = verdict.point == point.id;
                if own && verdict.verdict != Verdict::Satisfied {
                    broken.push(format!("{} ({}): {:?}: {}", point.id, profile.name(), verdict.verdict, clause.text()));
                } else if verdict.verdict == Verdict::Adverse {
                    broken.push(format!("{} makes {} adverse: {}", point.id, verdict.point, clause.text()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{} laws broken\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn all_clauses_together_contradict_each_other_nowhere() {
    let engine = Engine::new(points::embedded()).expect("the catalogue compiles");
    for profile in Profile::ALL {
        let of = |p: &Point| rendered(p, profile, &Parties::default());
        let clauses: Vec<Rendered> = engine.catalogue.points.iter().filter_map(of).collect();
        let assessment = assess(&engine, &clauses, profile);
        for clause in &clauses {
            let verdict = assessment.verdicts.iter().find(|v| v.point == clause.point).expect("every point is judged");
            assert_eq!(verdict.verdict, Verdict::Satisfied, "{} among all, {}", clause.point, profile.name());
            assert!(verdict.contrary.is_empty(), "{} is contradicted: {:?}", clause.point, verdict.contrary);
        }
    }
}

#[test]
fn clauses_read_as_french_law_does() {
    for point in points::embedded().points {
        let Some(clause) = rendered(&point, Profile::Complete, &Parties::default()) else { continue };
        assert!(!clause.paragraphs.is_empty(), "{} says nothing", point.id);
        for paragraph in &clause.paragraphs {
            let text = &paragraph.text;
            assert!(text.ends_with(['.', ';', ':', ',']), "{}: {text:?} does not end", point.id);
            for weak in ["s'efforce", "dans la mesure du possible", "meilleurs efforts", "  ", " de le ", " à le "] {
                assert!(!text.contains(weak), "{}: {weak:?} in {text:?}", point.id);
            }
        }
    }
}
