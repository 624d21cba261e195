//! The bytes are the same each time, and our own reader finds the words again.

use super::*;
use crate::{Block, Cover, Date, Inline, Item, Meta, Signatory, Table, Tone, blank, plain};

fn sample() -> Paper {
    let mut table = Table::with(&[1.0, 2.0], &["Mesure", "Délai"]);
    table.rows = vec![vec!["Correctif <critique> & \"urgent\"".into(), "4 heures".into()]];
    Paper {
        meta: Meta { title: "Annexe".to_owned(), date: Some(Date { year: 2026, month: 3, day: 1 }), ..Meta::default() },
        cover: Some(Cover { title: "Annexe de sécurité".to_owned(), ..Cover::default() }),
        numbering: Numbering::Article,
        blocks: vec![
            Block::numbered(1, "Objet"),
            Block::paragraph(vec![Inline::Text("Le client est ".to_owned()), blank("nom")]),
            Block::List {
                ordered: true,
                items: vec![Item { text: plain("un"), blocks: vec![Block::bullets(["dedans"])] }],
            },
            Block::Table(table),
            Block::Callout { tone: Tone::Bad, title: plain("Urgence"), blocks: vec![Block::words("Débranchez.")] },
            Block::Signatures { parties: vec![Signatory { party: plain("Pour le Client"), lines: vec![] }] },
        ],
        ..Paper::default()
    }
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    assert_eq!(write(&sample()).unwrap(), write(&sample()).unwrap());
}

#[test]
fn our_reader_finds_the_words_in_order() {
    let bytes = write(&sample()).unwrap();
    let document = readers::read("annexe.docx", &bytes, &readers::ocr::NoOcr, &readers::Limits::default()).unwrap();
    let mut rest = document.text.as_str();
    for words in [
        "Annexe de sécurité",
        "Objet",
        "Le client est",
        "[nom]",
        "un",
        "dedans",
        "Correctif <critique> & \"urgent\"",
        "4 heures",
        "Urgence",
        "Débranchez.",
        "Pour le Client",
    ] {
        let at = rest.find(words).unwrap_or_else(|| panic!("{words} in {}", document.text));
        rest = &rest[at + words.len()..];
    }
    assert!(document.text.contains("Article 1"), "the number of the article is real: {}", document.text);
}
