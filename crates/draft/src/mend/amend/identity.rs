//! What a contract is called and when it was signed, as far as its own words tell.

use super::super::outline::{Outline, words};
use contract::{BlockKind, Document, Folded, month_words};

/// How an amendment refers to its contract.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// Its title, as it writes it; `None` when no line of it can be told to be one.
    pub title: Option<String>,
    /// The day of its signature in French words; `None` when it does not tell.
    pub date: Option<String>,
}

/// Longest title, in characters.
const TITLE: usize = 160;
/// Beginnings of headings that name a part of a contract, not the contract.
const PARTS: [&str; 14] = [
    "entre",
    "preambule",
    "expose",
    "sommaire",
    "table ",
    "il a ete",
    "il est",
    "article",
    "parties",
    "identification",
    "annexe",
    "definition",
    "objet",
    "d'une part",
];
/// Beginnings of the titles of contracts.
const NAMES: [&str; 14] = [
    "contrat",
    "convention",
    "conditions",
    "cahier",
    "accord",
    "acte d'engagement",
    "charte",
    "cgv",
    "cgu",
    "cctp",
    "ccap",
    "marche",
    "niveaux de service",
    "protocole",
];
/// What stands before the day of a signature.
const SIGNED: [&str; 5] = ["fait a ", "fait le ", "fait en ", "signe le ", "conclu le "];
/// Words that a day of the law comes with, not one of a signature.
const LAW: [&str; 6] = ["loi ", "reglement", "directive", "decret", "ordonnance", "arrete"];
/// How near the day stands, in characters.
const NEAR: usize = 80;

impl Identity {
    /// Looks for a contract's title and date.
    pub fn of(document: &Document) -> Self {
        let outline = Outline::of(document, None);
        Self { title: title(&outline), date: date(document) }
    }
}

fn title(outline: &Outline) -> Option<String> {
    let document = outline.document;
    let fits = |text: &str| (8..=TITLE).contains(&text.chars().count());
    let begins = |text: &str, list: &[&str]| {
        let folded = Folded::of(text);
        list.iter().any(|l| folded.text().starts_with(l))
    };
    let first = outline.articles.iter().find(|a| a.label.is_some()).map_or(document.blocks.len(), |a| a.block);
    let early = || {
        let blocks = document.blocks[..first].iter().take(40);
        let told = blocks.filter(|b| !matches!(b.kind, BlockKind::Running | BlockKind::TocEntry));
        told.map(|b| (matches!(b.kind, BlockKind::Heading { .. }), words(document, b))).filter(|(_, t)| fits(t))
    };
    let named = early().find(|(_, t)| begins(t, &NAMES) && !t.ends_with(['.', ';', ',']));
    let heading = || early().find(|(heading, t)| *heading && !begins(t, &PARTS));
    named.or_else(heading).map(|(_, title)| title)
}

/// The day written where the contract is signed.
fn date(document: &Document) -> Option<String> {
    let folded = Folded::of(&document.text);
    let text = folded.text();
    let places = SIGNED.iter().flat_map(|s| text.rmatch_indices(s).take(4).map(|(at, _)| at));
    let mut places: Vec<usize> = places.collect();
    places.sort_unstable();
    places.into_iter().rev().find_map(|at| {
        let near: String = text[at..].chars().take(NEAR).collect();
        day(&near).filter(|_| !LAW.iter().any(|l| near.contains(l)))
    })
}

/// The first day in folded words: "3 mars 2024", "1er mars 2024", "03/03/2024".
fn day(text: &str) -> Option<String> {
    let tokens: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|t| !t.is_empty()).collect();
    tokens.windows(3).find_map(|three| {
        let day: u8 = three[0].trim_end_matches("er").parse().ok()?;
        let month = match three[1].parse::<u8>() {
            Ok(number) => number,
            Err(_) => (1..=12).find(|m| Folded::of(month_words(*m)).text() == three[1])?,
        };
        let year: i32 = three[2].parse().ok()?;
        crate::figures::date(&format!("{year}-{month}-{day}")).filter(|_| (1990..2100).contains(&year))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use readers::{Limits, NoOcr};

    fn identity(text: &str) -> Identity {
        Identity::of(&readers::read("c.md", text.as_bytes(), &NoOcr, &Limits::default()).unwrap())
    }

    #[test]
    fn the_title_and_the_day_of_signature_are_the_contracts_own() {
        let found = identity(
            "# SARL DURAND\n\n## CONTRAT D'INFOGÉRANCE\n\nEntre les soussignés.\n\n## Article 1 – Objet\n\nLa loi du 6 \
             janvier 1978.\n\nFait à Lyon, le 1er août 2024, en deux exemplaires.\n",
        );
        assert_eq!(found.title.as_deref(), Some("CONTRAT D'INFOGÉRANCE"));
        assert_eq!(found.date.as_deref(), Some("1er août 2024"));
        assert_eq!(identity("# Objet\n\nUn mot.\n\nFait à Lyon, le ........ 2024\n"), Identity::default());
        assert_eq!(day("signe le 03/02/2023 a paris").as_deref(), Some("3 février 2023"));
        assert_eq!(day("fait a lyon le 31/02/2023"), None);
    }
}
