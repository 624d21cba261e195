//! The letter to the provider: what to change before signing, worst first, each with the place in the contract.

use contract::{Assessment, PointVerdict, Severity, Verdict};
use paper::typography::french;
use paper::{Block, Cover, Date, Inline, Meta, Paper, plain};
use points::Catalogue;

/// What a letter is about.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The words of the points.
    pub catalogue: &'a Catalogue,
    /// The contract's file, as the user knows it.
    pub file: &'a str,
    /// The verdicts.
    pub assessment: &'a Assessment,
    /// The points to ask for, by id.
    pub points: &'a [String],
    /// Whether the contract with its proposed changes goes along.
    pub enclosed: bool,
    /// The day it bears.
    pub date: Option<Date>,
}

/// The letter, ready to be signed; names and addresses are left blank.
pub fn paper(letter: &Letter<'_>) -> Paper {
    let asked = |severity| {
        let own = move |v: &&PointVerdict| v.severity == severity && v.verdict.is_gap();
        letter.assessment.verdicts.iter().filter(own).filter(|v| letter.points.contains(&v.point))
    };
    let mut paper = Paper {
        meta: Meta {
            title: "Lettre au prestataire".to_owned(),
            subject: "Points du contrat à revoir".to_owned(),
            date: letter.date,
            ..Meta::default()
        },
        cover: Some(Cover {
            kicker: String::new(),
            title: french("Points du contrat à revoir"),
            subtitle: french(letter.file),
            facts: vec![
                ("De".to_owned(), vec![paper::blank("votre nom et votre adresse")]),
                ("À".to_owned(), vec![paper::blank("nom du prestataire")]),
                ("Le".to_owned(), plain(letter.date.map(Date::words).unwrap_or_default())),
            ],
            own_page: false,
        }),
        ..Paper::default()
    };
    let mut say = |text: &str| paper.push(Block::words(french(text)));
    say("Madame, Monsieur,");
    say("Nous avons lu le contrat que vous nous proposez. Plusieurs points nous empêchent de le signer ou de le \
         garder en l'état. Nous vous demandons de les revoir, et de nous répondre par écrit sur chacun.");
    if letter.enclosed {
        say(
            "Vous trouverez ci-joint le contrat avec les modifications que nous proposons, en suivi des modifications : \
             vous pouvez les accepter, ou nous dire ce qui vous gêne.",
        );
    }
    let parts = [
        (Severity::Bloquant, "Ce sans quoi nous ne signerons pas"),
        (Severity::Majeur, "Ce que nous demandons d'améliorer"),
        (Severity::Mineur, "Ce qui mérite d'être précisé"),
    ];
    for (severity, title) in parts {
        let items: Vec<paper::Item> = asked(severity).map(|v| item(letter, v)).collect();
        if !items.is_empty() {
            paper.push(Block::heading(2, french(title)));
            paper.push(Block::List { ordered: true, items });
        }
    }
    let mut say = |text: &str| paper.push(Block::words(french(text)));
    say("Nous restons à votre disposition pour en parler, et vous remercions de votre réponse.");
    paper.push(Block::paragraph(vec![paper::blank("votre nom et votre signature")]));
    paper
}

/// "Test de restauration : demandez … (article 8, page 5)".
fn item(letter: &Letter<'_>, verdict: &PointVerdict) -> paper::Item {
    let (title, ask) = letter.catalogue.get(&verdict.point).map_or(("", ""), |p| (p.title.as_str(), p.ask.as_str()));
    let mut text: Vec<Inline> = vec![paper::bold(french(&format!("{title} : "))), Inline::Text(french(ask))];
    if let Some(quote) = verdict.quotes.first() {
        let says = match verdict.verdict {
            Verdict::Adverse => "Le contrat dit le contraire",
            _ => "Le contrat ne dit que ceci",
        };
        let place = if quote.article.is_empty() { String::new() } else { format!(", {}", quote.article) };
        text.extend(plain(french(&format!(" {says} : « {} » (page {}{place}).", quote.text, quote.page))));
    }
    paper::Item { text, blocks: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use check::{Engine, Request};
    use contract::{Block as DocBlock, BlockKind, Document, Format, Page, PageState, Span};

    fn assessed() -> (Engine, Assessment) {
        let text = "Le Prestataire sauvegarde les données du Client de temps en temps.".to_owned();
        let span = Span::new(0, text.len());
        let document = Document {
            format: Format::Text,
            pages: vec![Page { number: 1, span, state: PageState::Text }],
            blocks: vec![DocBlock::new(BlockKind::Paragraph, span)],
            problems: Vec::new(),
            text,
        };
        let engine = Engine::embedded();
        let assessment = engine.assess(&document, &Request { profile: None, facts: Vec::new() });
        (engine, assessment)
    }

    #[test]
    fn it_asks_for_what_was_chosen_and_nothing_else() {
        let (engine, assessment) = assessed();
        let gaps: Vec<String> =
            assessment.verdicts.iter().filter(|v| v.verdict.is_gap()).map(|v| v.point.clone()).collect();
        let (chosen, left) = (&gaps[..2], &gaps[2]);
        let letter = Letter {
            catalogue: &engine.catalogue,
            file: "contrat.pdf",
            assessment: &assessment,
            points: chosen,
            enclosed: false,
            date: None,
        };
        let words = paper::markdown::write(&paper(&letter));
        let title = |id: &str| french(&engine.catalogue.get(id).expect("a point").title);
        for id in chosen {
            assert!(words.contains(&title(id)), "{id} is asked for in {words}");
        }
        assert!(!words.contains(&title(left)), "{left} was not chosen");
        assert!(!words.contains("ci-joint"), "nothing is enclosed");
    }
}
