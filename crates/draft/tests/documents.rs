//! Every document satisfies the points that it claims, in Word and in Markdown, and says nothing adverse.

use contract::{Assessment, Document, Fact, Profile, Verdict};
use draft::Parties;
use draft::documents::{self, DocumentAnswers, DocumentFilling, Template};

fn assessed(engine: &check::Engine, document: &Document) -> Assessment {
    let facts = vec![Fact::PersonalData, Fact::HealthData, Fact::CardPayments, Fact::OnSite];
    engine.assess(document, &check::Request { profile: Some(Profile::Complete), facts })
}

fn read(name: &str, bytes: &[u8]) -> Document {
    readers::read(name, bytes, &readers::ocr::NoOcr, &readers::Limits::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What goes wrong with a document, a line each.
fn faults(engine: &check::Engine, template: &Template, document: &Document) -> Vec<String> {
    let assessment = assessed(engine, document);
    let mut faults = Vec::new();
    for verdict in &assessment.verdicts {
        let claimed = template.points.contains(&verdict.point);
        let quote = verdict.quotes.first().map_or("", |quote| &quote.text);
        if claimed && verdict.verdict != Verdict::Satisfied {
            faults.push(format!("{}: {} {:?} « {quote} »", template.name, verdict.point, verdict.verdict));
        }
        if verdict.verdict == Verdict::Adverse {
            faults.push(format!("{}: {} adverse « {quote} »", template.name, verdict.point));
        }
    }
    faults
}

#[test]
fn documents_satisfy_what_they_claim_and_nothing_in_them_is_adverse() {
    let catalogue = points::embedded();
    let engine = check::Engine::new(points::embedded()).unwrap();
    let parties = Parties::default();
    let answers = DocumentAnswers::default();
    let mut all = Vec::new();
    for template in documents::all().unwrap() {
        let known = template.points.iter().all(|point| catalogue.get(point).is_some());
        assert!(known, "{}: claims a point that does not exist", template.name);
        let filling =
            DocumentFilling { catalogue: &catalogue, parties: &parties, profile: None, answers: &answers, date: None };
        let paper = template.paper(&filling).unwrap();
        let word = read("document.docx", &paper::docx::write(&paper).unwrap());
        let markdown = read("document.md", paper::markdown::write(&paper).as_bytes());
        for (form, document) in [("docx", &word), ("md", &markdown)] {
            all.extend(faults(&engine, &template, document).into_iter().map(|fault| format!("{form} {fault}")));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}
