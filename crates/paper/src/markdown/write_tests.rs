//! What is written reads back as the same words.

use super::*;
use crate::{Column, bold, italic, markdown::read, plain, text_of};
use proptest::prelude::*;

fn paper(blocks: Vec<Block>) -> Paper {
    Paper { blocks, ..Paper::default() }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn articles_are_numbered_in_words() {
    let mut paper = paper(vec![
        Block::numbered(1, "Objet"),
        Block::numbered(2, "Périmètre"),
        Block::numbered(1, "Durée"),
        Block::heading(1, "Annexe"),
    ]);
    paper.numbering = Numbering::Article;
    assert_eq!(write(&paper), "## Article 1 – Objet\n\n### 1.1 Périmètre\n\n## Article 2 – Durée\n\n## Annexe\n");
}

#[test]
fn a_table_keeps_its_cells_apart_whatever_they_hold() {
    let mut table = Table::with(&[1.0], &["a|b"]);
    table.columns.push(Column { share: 1.0, align: Align::Right });
    table.rows = vec![vec!["x | y".into(), "*z*".into()]];
    let text = write(&paper(vec![Block::Table(table)]));
    assert_eq!(text, "| a\\|b |  |\n| --- | ---: |\n| x \\| y | \\*z\\* |\n");
}

#[test]
fn a_callout_holds_its_blocks() {
    let block = Block::Callout {
        tone: Tone::Bad,
        title: plain("Urgence"),
        blocks: vec![Block::words("Débranchez."), Block::bullets(["a", "b"])],
    };
    assert_eq!(write(&paper(vec![block])), "> [!CAUTION]\n> **Urgence**\n>\n> Débranchez.\n>\n> - a\n> - b\n");
}

proptest! {
    #[test]
    fn words_come_back_whatever_they_are(words in "[ -~éœ«»’\n]{0,60}") {
        let text = write(&paper(vec![Block::words(words.clone())]));
        let back: Vec<String> = read(&text).unwrap().iter().map(|block| match block {
            Block::Paragraph { text, .. } => text_of(text),
            other => format!("{other:?}"),
        }).collect();
        prop_assert_eq!(squeeze(&back.join(" ")), squeeze(&words));
    }

    #[test]
    fn emphasis_keeps_its_words(words in "[a-zé*_ ]{0,20}") {
        let line = vec![Inline::Text("a ".to_owned()), bold(words.clone()), Inline::Text(" b ".to_owned()), italic(words.clone())];
        let text = write(&paper(vec![Block::paragraph(line.clone())]));
        let back: Vec<String> = read(&text).unwrap().iter().map(|block| match block {
            Block::Paragraph { text, .. } => text_of(text),
            other => format!("{other:?}"),
        }).collect();
        prop_assert_eq!(squeeze(&back.join(" ")), squeeze(&text_of(&line)));
    }
}
