//! The articles of a contract as an amendment names them: "l'article 7 (Sauvegardes)", "le point 3 de l'article 5",
//! "la partie intitulée « Sauvegardes »".

use super::super::labels::{Kind, Label};
use super::super::outline::{Outline, is_annex};
use crate::party::{Article, PartyName};
use contract::{Document, Folded};

/// Longest title repeated, in characters: a longer one is a sentence.
const TITLE: usize = 90;

/// How the amendment names an article; the contract itself where there is none.
pub fn designate(outline: &Outline, article: Option<usize>) -> PartyName {
    let Some(article) = article else { return masculine("Contrat") };
    let mut named = bare(outline, article);
    let same = |other: usize| other != article && bare(outline, other).name == named.name;
    if (0..outline.articles.len()).any(same)
        && let Some(page) = page(outline.document, outline.articles[article].block)
    {
        named.name = format!("{}, page {page},", named.name);
    }
    named
}

fn bare(outline: &Outline, article: usize) -> PartyName {
    let here = &outline.articles[article];
    let annex = here.above.iter().copied().find(|a| is_annex(&outline.articles[*a].folded));
    if is_annex(&here.folded) {
        return feminine_elided(format!("annexe intitulée « {} »", short(&here.heading)));
    }
    let mut named = own(outline, article);
    let within = if relative(outline, article) {
        here.above.iter().rev().copied().find(|a| outline.articles[*a].label.is_some())
    } else {
        None
    };
    if let Some(outer) = within.or(annex) {
        named.name = format!("{} {}", named.name, bare(outline, outer).du());
    }
    named
}

/// Whether a number counts only within the article around it.
fn relative(outline: &Outline, article: usize) -> bool {
    let here = &outline.articles[article];
    here.level > outline.main && here.label.as_ref().is_none_or(|l| l.outer.is_empty() && l.prefix.is_empty())
}

fn own(outline: &Outline, article: usize) -> PartyName {
    let here = &outline.articles[article];
    let Some((label, title)) = Label::parse(&here.heading) else {
        return feminine(format!("partie intitulée « {} »", short(&here.heading)));
    };
    let title = title.trim();
    let title = if title.is_empty() || title.chars().count() > TITLE { String::new() } else { format!(" ({title})") };
    let number = label.number_words();
    let word = Folded::of(label.prefix.trim());
    let name = |noun: &str| format!("{noun} {number}{title}");
    match word.text().trim_end_matches(['.', '°', ' ']) {
        "chapitre" => masculine(&name("chapitre")),
        "titre" => masculine(&name("titre")),
        "paragraphe" => masculine(&name("paragraphe")),
        "section" => feminine(name("section")),
        "clause" => feminine(name("clause")),
        "partie" => feminine(name("partie")),
        "" if relative(outline, article) => masculine(&name("point")),
        "" if label.kind != Kind::Figure => feminine(name("partie")),
        _ => PartyName { name: name("article"), article: Article::Elided, feminine: false },
    }
}

fn short(heading: &str) -> String {
    let mut words: String = heading.chars().take(TITLE).collect();
    if words.len() < heading.len() {
        words.push('…');
    }
    words
}

fn masculine(name: &str) -> PartyName {
    PartyName { name: name.into(), article: Article::Le, feminine: false }
}

fn feminine(name: String) -> PartyName {
    PartyName { name, article: Article::La, feminine: true }
}

fn feminine_elided(name: String) -> PartyName {
    PartyName { name, article: Article::Elided, feminine: true }
}

/// The page of a block; `None` for formats without pages.
fn page(document: &Document, block: usize) -> Option<u32> {
    (document.pages.len() > 1).then(|| document.page_at(document.blocks[block].span().start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use readers::{Limits, NoOcr};

    #[test]
    fn articles_are_named_by_their_own_numbers() {
        let text = "# CONTRAT\n\n## Article 1 – Objet\n\nA.\n\n### 1.1 Détail\n\nB.\n\n### Précisions\n\nC.\n\n\
            ## Article 2 – Prix\n\nD.\n\n# Annexe 1 – Sécurité\n\n## 1. Accès\n\nE.\n";
        let document = readers::read("c.md", text.as_bytes(), &NoOcr, &Limits::default()).unwrap();
        let outline = Outline::of(&document, None);
        let names: Vec<String> = (0..outline.articles.len()).map(|a| designate(&outline, Some(a)).le()).collect();
        assert_eq!(
            names,
            [
                "la partie intitulée « CONTRAT »",
                "l'article 1 (Objet)",
                "l'article 1.1 (Détail)",
                "la partie intitulée « Précisions » de l'article 1 (Objet)",
                "l'article 2 (Prix)",
                "l'annexe intitulée « Annexe 1 – Sécurité »",
                "l'article 1 (Accès) de l'annexe intitulée « Annexe 1 – Sécurité »",
            ]
        );
        assert_eq!(designate(&outline, None).au(), "au Contrat");
    }
}
