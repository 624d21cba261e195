//! Laws over the counter-proposals: each asks for nothing excessive itself, harms no point of the client, and stands
//! beside every clause of the catalogue without taking anything back; the clauses of the points are no demands.

use check::{Engine, Request};
use contract::{Assessment, Block, BlockKind, Document, Format, Profile, Span, Verdict};
use draft::clause::{Filling, Rendered, render};
use draft::party::{Article, Parties, PartyName};
use draft::{Answers, Demands};
use points::Point;

fn document(clauses: &[Rendered]) -> Document {
    let lines = clauses.iter().flat_map(|clause| {
        let body = clause.paragraphs.iter().map(|p| match p.item {
            true => (BlockKind::ListItem { depth: 0 }, format!("- {}", p.text)),
            false => (BlockKind::Paragraph, p.text.clone()),
        });
        std::iter::once((BlockKind::Heading { level: 1 }, clause.heading.clone())).chain(body)
    });
    of_lines(lines)
}

fn of_lines(lines: impl Iterator<Item = (BlockKind, String)>) -> Document {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    for (kind, words) in lines {
        let start = text.len();
        text.push_str(&words);
        blocks.push(Block::new(kind, Span::new(start, text.len())));
        text.push('\n');
    }
    Document { format: Format::Text, text, pages: Vec::new(), blocks, problems: Vec::new() }
}

fn names() -> [Parties; 3] {
    let name = |name: &str, article| PartyName { name: name.into(), article, feminine: false };
    let pair = |a, one: &str, b, other: &str| Parties { provider: name(one, a), client: name(other, b) };
    [
        Parties::default(),
        pair(Article::Elided, "Hébergeur", Article::Elided, "Acheteur"),
        pair(Article::Le, "Titulaire", Article::Le, "Bénéficiaire"),
    ]
}

fn rendered(point: &Point, parties: &Parties) -> Option<Rendered> {
    let answers = Answers::default();
    render(point, &Filling { parties, profile: Profile::Prestataire, answers: &answers, assessment: None })
}

fn judged(engine: &Engine, document: &Document) -> Assessment {
    engine.assess(document, &Request { profile: Some(Profile::Complete), facts: Vec::new() })
}

fn adverse(assessment: &Assessment) -> Vec<String> {
    let found = assessment.verdicts.iter().filter(|v| v.verdict == Verdict::Adverse);
    found.map(|v| format!("{}: {}", v.point, v.quotes.first().map_or("", |q| q.text.as_str()))).collect()
}

#[test]
fn a_counter_proposal_demands_nothing_excessive_and_harms_no_point() {
    let points = Engine::new(points::embedded()).expect("the catalogue compiles");
    let demands = Demands::embedded();
    let mut broken = Vec::new();
    for demand in &demands.catalogue().points {
        for parties in names() {
            let clause = rendered(demand, &parties).expect("every demand has its clause");
            let document = document(&[clause]);
            let told = adverse(&demands.assess(&document)).into_iter().chain(adverse(&judged(&points, &document)));
            broken.extend(told.map(|found| format!("{} against {found}", demand.id)));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn beside_the_clauses_of_every_point_it_takes_nothing_back() {
    let points = Engine::new(points::embedded()).expect("the catalogue compiles");
    let demands = Demands::embedded();
    let parties = Parties::default();
    let mut clauses: Vec<Rendered> = points.catalogue.points.iter().filter_map(|p| rendered(p, &parties)).collect();
    let alone = document(&clauses);
    assert_eq!(adverse(&demands.assess(&alone)), Vec::<String>::new(), "the product's own clauses go too far");
    let before = judged(&points, &alone);
    clauses.extend(demands.catalogue().points.iter().filter_map(|d| rendered(d, &parties)));
    let after = judged(&points, &document(&clauses));
    let lost: Vec<String> = before
        .verdicts
        .iter()
        .zip(&after.verdicts)
        .filter(|(was, now)| was.verdict == Verdict::Satisfied && now.verdict != Verdict::Satisfied)
        .map(|(was, now)| format!("{}: {:?}", was.point, now.verdict))
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn the_view_names_the_parties_as_the_contract_does_and_holds_to_no_excess() {
    let lines = [
        "Le présent marché est conclu entre la commune d'Arvel, ci-après « l'Acheteur », et la société Lumen, ci-après « le Titulaire ».",
        "Le Titulaire sauvegarde chaque nuit les données de l'Acheteur.",
        "La responsabilité du Titulaire est illimitée.",
        "Le Titulaire teste la restauration des sauvegardes tous les six mois et en remet le compte rendu à l'Acheteur.",
    ];
    let document = of_lines(lines.iter().map(|line| (BlockKind::Paragraph, (*line).to_owned())));
    let points = Engine::new(points::embedded()).expect("the catalogue compiles");
    let request = Request { profile: Some(Profile::Prestataire), facts: Vec::new() };
    let assessment = points.assess(&document, &request);
    let view = Demands::embedded().view(&document, &assessment, &Answers::default());
    let found: Vec<&str> = view.demands.iter().map(|d| d.demand.as_str()).collect();
    assert_eq!(found, ["ILL-01"]);
    assert_eq!(view.demands[0].quotes[0].text, "La responsabilité du Titulaire est illimitée");
    assert!(view.demands[0].proposal.contains("Le Titulaire répond"), "{}", view.demands[0].proposal);
    assert!(view.held_to.iter().any(|held| held.point == "SAU-01"));
    assert!(view.held_to.iter().all(|held| !held.quotes.is_empty()));
    assert!(view.held_to.iter().flat_map(|h| &h.quotes).all(|q| !q.text.contains("illimitée")));
}
