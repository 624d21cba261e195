//! The provider's redline strikes a sentence as far as it hangs together: no half of it is left that nobody says.

use check::{Engine, Request};
use contract::{Document, Profile};
use draft::mend::{Selection, Task, fix_demands};
use draft::redline::{self, RedlineError, Signature};
use draft::{Answers, Demands};
use paper::{Block, Paper};
use readers::{Limits, NoOcr};

/// The text of a contract with one sentence, once the provider's changes are accepted.
fn accepted(sentence: &str) -> String {
    let mut paper = Paper::default();
    paper.meta.title = "Contrat de services".into();
    paper.push(Block::numbered(1, "Sécurité"));
    paper.push(Block::words(sentence));
    paper.push(Block::numbered(1, "Durée"));
    paper.push(Block::words("Le contrat est conclu pour douze mois."));
    let bytes = paper::docx::write(&paper).expect("a document");
    let (engine, demands, limits) = (Engine::embedded_with_clauses(), Demands::embedded(), Limits::default());
    let opened = redline::open(&bytes, &limits).expect("opens");
    let answers = Answers::default();
    let task = Task {
        engine: &engine,
        request: Request { profile: Some(Profile::Prestataire), facts: Vec::new() },
        selection: Selection::default(),
        answers: &answers,
        comments: "",
    };
    let signature = Signature { author: "Clausule".into(), date: "2026-03-01T00:00:00Z".into() };
    let mut read = |plan: &redline::Plan| {
        let applied = redline::apply(&bytes, &opened, plan, &signature)?;
        let document: Document = readers::read("contrat.docx", &applied.bytes, &NoOcr, &limits)?;
        Ok::<_, RedlineError>((applied, document))
    };
    let fixed = fix_demands(&task, &demands, &opened.document, &opened.map, &mut read).expect("a plan");
    let bytes = fixed.bytes.expect("something to change");
    readers::read("contrat.docx", &bytes, &NoOcr, &limits)
        .expect("reads")
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn the_rest_of_a_sentence_goes_with_its_beginning() {
    let text = accepted(
        "Le Prestataire garantit une sécurité absolue des serveurs du Client ; il en supporte seul les conséquences.",
    );
    assert!(!text.contains("absolue") && !text.contains("il en supporte seul"), "{text}");
    let text = accepted(
        "Le Prestataire garantit : une sécurité absolue des serveurs du Client ; une protection totale ; l'absence de toute panne.",
    );
    assert!(!text.contains("absolue") && !text.contains("une protection totale ;"), "{text}");
}

#[test]
fn what_says_itself_of_whom_it_speaks_stays() {
    let text = accepted(
        "Le Prestataire garantit une sécurité absolue des serveurs du Client ; le Client désigne un interlocuteur.",
    );
    assert!(!text.contains("absolue") && text.contains("le Client désigne un interlocuteur"), "{text}");
}
