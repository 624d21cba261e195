//! Each construct of a template, read.

use super::*;
use crate::{plain, text_of};

#[test]
fn headings_are_numbered_unless_free() {
    let blocks = read("# Objet\n\n## Annexe {.libre}\n").unwrap();
    assert_eq!(blocks, [Block::numbered(1, "Objet"), Block::heading(2, "Annexe")]);
    let [Block::Heading { text, .. }] = &read("# Convenu avec {le_prestataire}").unwrap()[..] else { panic!() };
    assert_eq!(text_of(text), "Convenu avec {le_prestataire}");
}

#[test]
fn a_poster_holds_what_follows_up_to_the_next_page() {
    let blocks = read("Avant\n\n---\n\n<!-- affiche -->\n\nUn\n\nDeux\n\n---\n\nTrois\n").unwrap();
    let poster = Block::Poster { blocks: vec![Block::words("Un"), Block::words("Deux")] };
    let expected = [Block::words("Avant"), Block::PageBreak, poster, Block::PageBreak, Block::words("Trois")];
    assert_eq!(blocks, expected);
}

#[test]
fn blanks_and_emphasis() {
    let [Block::Paragraph { text, .. }] = &read("Le **[[nom du client]]** paie\n[[montant]] *net*.").unwrap()[..]
    else {
        panic!("one paragraph");
    };
    assert_eq!(text_of(text), "Le [nom du client] paie [montant] net.");
    assert_eq!(text[1], Inline::Bold(vec![Inline::Blank("nom du client".to_owned())]));
}

#[test]
fn an_alert_has_a_title_and_blocks() {
    let blocks = read("> [!CAUTION]\n> **Urgence**\n>\n> Débranchez.\n").unwrap();
    let expected =
        Block::Callout { tone: Tone::Bad, title: plain("Urgence"), blocks: vec![Block::words("Débranchez.")] };
    assert_eq!(blocks, [expected]);
}

#[test]
fn tables_take_their_widths_from_the_comment() {
    let blocks = read("<!-- largeurs: 1 3 -->\n\n| a | b |\n|---|--:|\n| c | [[d]] |\n").unwrap();
    let [Block::Table(table)] = &blocks[..] else { panic!("one table: {blocks:?}") };
    assert_eq!(table.widths(), [0.25, 0.75]);
    assert_eq!(table.columns[1].align, Align::Right);
    assert_eq!(table.rows, [vec![Cell::from("c"), Cell::from(vec![Inline::Blank("d".to_owned())])]]);
    assert!(matches!(read("<!-- largeurs: 1 -->\n\n| a | b |\n|---|---|\n"), Err(ReadError::Widths(_))));
}

#[test]
fn items_hold_blocks() {
    let blocks = read("1. un\n\n   suite\n2. deux\n   - a\n").unwrap();
    let [Block::List { ordered: true, items }] = &blocks[..] else { panic!("one list: {blocks:?}") };
    assert_eq!(items[0].blocks, [Block::words("suite")]);
    assert_eq!(items[1].blocks, [Block::bullets(["a"])]);
}

#[test]
fn signatures_come_one_party_a_paragraph() {
    let blocks = read("```signatures\nPour le Client\nNom : [[nom]]\n\nPour le Prestataire\n```\n").unwrap();
    let [Block::Signatures { parties }] = &blocks[..] else { panic!("signatures: {blocks:?}") };
    assert_eq!(parties.len(), 2);
    assert_eq!(text_of(&parties[0].lines[0]), "Nom : [nom]");
}

#[test]
fn what_papers_do_not_have_is_refused() {
    for text in ["[a](http://b)", "<script>x</script>", "`code`", "```\ncode\n```"] {
        assert!(matches!(read(text), Err(ReadError::Unknown(_))), "{text}");
    }
}
