//! Packages and parts of ODT, and what is read of them.

use super::*;
use crate::NoOcr;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const SPACES: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
    xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0""#;

fn package(body: &str, styles: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    add("mimetype", "application/vnd.oasis.opendocument.text");
    add(
        "content.xml",
        &format!(
            "<office:document-content {SPACES}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
        ),
    );
    add("styles.xml", &format!("<office:document-styles {SPACES}>{styles}</office:document-styles>"));
    more.iter().for_each(|(name, text)| add(name, text));
    zip.finish().unwrap().into_inner()
}

fn document(body: &str, styles: &str) -> Document {
    crate::read("contrat.odt", &package(body, styles, &[]), &NoOcr, &Limits::default()).unwrap()
}

#[test]
fn headings_lists_and_their_labels() {
    let styles = r#"<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
        <text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
        <text:outline-style><text:outline-level-style text:level="1" style:num-format="I" style:num-prefix="Article " style:num-suffix=" –"/>
        <text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>"#;
    let body = r#"<text:h text:outline-level="1">Objet</text:h><text:h text:outline-level="2">Portée</text:h>
        <text:list text:style-name="L"><text:list-item><text:p>un</text:p><text:list><text:list-item><text:p>bas</text:p></text:list-item></text:list></text:list-item>
        <text:list-item><text:p>deux</text:p><text:p>suite</text:p></text:list-item></text:list><text:h text:outline-level="1">Durée</text:h>"#;
    let found = document(body, styles);
    assert_eq!(found.text, "Article I – Objet\nI.1 Portée\n1. un\na) bas\n2. deux\nsuite\nArticle II – Durée\n");
    let kinds: Vec<_> = found.blocks.iter().map(|b| b.kind).collect();
    assert_eq!(kinds[0], BlockKind::Heading { level: 1 });
    assert_eq!(kinds[1], BlockKind::Heading { level: 2 });
    assert_eq!(kinds[3], BlockKind::ListItem { depth: 1 });
}

#[test]
fn white_space_notes_and_deletions() {
    let body = "<text:tracked-changes><text:changed-region><text:deletion><text:p>supprimé</text:p></text:deletion></text:changed-region></text:tracked-changes>\
        <text:p>Un  <text:s text:c=\"2\"/>mot<text:tab/>et<text:line-break/>fin<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>La note.</text:p></text:note-body></text:note>.\
        <office:annotation><text:p>commentaire</text:p></office:annotation></text:p>";
    assert_eq!(document(body, "").text, "Un   mot\tet\nfin.\nLa note.\n");
}

#[test]
fn tables_pages_and_running_lines() {
    let styles = "<office:master-styles><style:master-page><style:header><text:p>En-tête</text:p></style:header><style:footer><text:p>Pied</text:p></style:footer></style:master-page></office:master-styles>";
    let body = "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Niveau</text:p></table:table-cell><table:table-cell><text:p>Délai</text:p></table:table-cell></table:table-row></table:table-header-rows>\
        <table:table-row><table:table-cell><text:p>P1</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table>\
        <text:p>avant <text:soft-page-break/>après</text:p>";
    let found = document(body, styles);
    assert_eq!(found.text, "En-tête\nNiveau | Délai\nP1\navant après\nPied\n");
    assert_eq!(found.blocks[1].kind, BlockKind::TableRow { header: true });
    assert_eq!(found.pages.len(), 2);
    assert_eq!(found.blocks.last().unwrap().kind, BlockKind::Running);
}

#[test]
fn passwords_bombs_and_breaks_are_told() {
    let locked = package(
        "<text:p>x</text:p>",
        "",
        &[("META-INF/manifest.xml", "<m:file-entry><m:encryption-data m:a='b'/></m:file-entry>")],
    );
    assert_eq!(crate::read("c.odt", &locked, &NoOcr, &Limits::default()), Err(ReadError::Encrypted));
    let deep = package(&"<text:list><text:list-item>".repeat(1000), "", &[]);
    assert!(matches!(crate::read("c.odt", &deep, &NoOcr, &Limits::default()), Err(ReadError::Hostile { .. })));
    let broken = package("<text:p>mots</text:p><text:p", "", &[]);
    assert_eq!(crate::read("c.odt", &broken, &NoOcr, &Limits::default()).unwrap().problems.len(), 1);
}
