//! Packages and parts of DOCX, and what is read of them.

use super::*;
use crate::read as read_any;
use crate::{NoOcr, ReadError};
use contract::PageState;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A package with these parts beside the body.
fn package(namespace: &str, prefix: &str, body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let head = format!(
        r#"<{prefix}:document xmlns:{prefix}="{namespace}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
        xmlns:v="urn:schemas-microsoft-com:vml" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">"#
    );
    add("word/document.xml", &format!("{head}<{prefix}:body>{body}</{prefix}:body></{prefix}:document>"));
    for (name, text) in parts {
        add(name, text);
    }
    zip.finish().unwrap().into_inner()
}

fn document_with(body: &str, parts: &[(&str, &str)]) -> Document {
    let bytes = package(WORD, "w", body, parts);
    read_any("contrat.docx", &bytes, &NoOcr, &Limits::default()).unwrap()
}

fn document(body: &str) -> Document {
    document_with(body, &[])
}

fn p(inner: &str) -> String {
    format!("<w:p>{inner}</w:p>")
}

fn r(text: &str) -> String {
    format!(r#"<w:r><w:t xml:space="preserve">{text}</w:t></w:r>"#)
}

fn part(root: &str, inner: &str) -> String {
    format!(r#"<w:{root} xmlns:w="{WORD}">{inner}</w:{root}>"#)
}

#[test]
fn tracked_changes_are_accepted() {
    let body = p(&format!(
        "{}<w:ins>{}</w:ins><w:del><w:r><w:delText>refus</w:delText></w:r></w:del><w:moveFrom>{}</w:moveFrom><w:moveTo>{}</w:moveTo>",
        r("délai de "),
        r("quatre "),
        r("parti"),
        r("heures")
    ));
    assert_eq!(document(&body).text, "délai de quatre heures\n");
}

#[test]
fn a_deleted_paragraph_mark_joins_two_paragraphs() {
    let body = p(&format!("<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{}", r("Le Prestataire "))) + &p(&r("sauvegarde."));
    assert_eq!(document(&body).text, "Le Prestataire sauvegarde.\n");
}

#[test]
fn old_properties_of_tracked_formatting_do_not_count() {
    let body = p(
        r#"<w:pPr><w:pPrChange><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:pPrChange></w:pPr><w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>visible</w:t></w:r>"#,
    );
    let found = document(&body);
    assert_eq!(found.text, "visible\n");
    assert_eq!(found.blocks[0].kind, BlockKind::Paragraph);
}

#[test]
fn a_text_box_counts_once_and_follows_its_paragraph() {
    let inside = format!("<w:txbxContent>{}</w:txbxContent>", p(&r("dans la boîte")));
    let body = p(&format!(
        "{}<w:r><mc:AlternateContent><mc:Choice><w:drawing>{inside}</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>{}",
        r("avant "),
        r("après")
    ));
    assert_eq!(document(&body).text, "avant après\ndans la boîte\n");
    let vml = p(&format!("<w:r><w:pict><v:textbox>{inside}</v:textbox></w:pict></w:r>"));
    assert_eq!(document(&vml).text, "dans la boîte\n");
}

#[test]
fn fields_show_their_result_only() {
    let char = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
    let body = p(&format!(
        "{}{}<w:r><w:instrText>REF x \\h</w:instrText></w:r>{}{}{}<w:hyperlink>{}</w:hyperlink>",
        r("voir "),
        char("begin"),
        char("separate"),
        r("article 5"),
        char("end"),
        r(" ici")
    ));
    assert_eq!(document(&body).text, "voir article 5 ici\n");
}

#[test]
fn marks_inside_runs_become_text_and_hidden_text_is_left_out() {
    let body = p(
        r#"<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:sym w:font="Wingdings" w:char="F0FE"/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r>"#,
    );
    assert_eq!(document(&body).text, "a\tb\nc-d☑\n");
}

#[test]
fn notes_follow_the_paragraph_that_refers_to_them() {
    let notes = part(
        "footnotes",
        &format!(
            r#"<w:footnote w:id="0" w:type="separator">{}</w:footnote><w:footnote w:id="2">{}</w:footnote>"#,
            p(&r("trait")),
            p(&r("Hors jours fériés."))
        ),
    );
    let call = r#"<w:r><w:footnoteReference w:id="2"/></w:r>"#;
    let body = p(&format!("{}{}", r("Support 24 h."), call.repeat(1000))) + &p(&r("Suite."));
    let found = document_with(&body, &[("word/footnotes.xml", &notes)]);
    assert_eq!(found.text, "Support 24 h.\nHors jours fériés.\nSuite.\n");
}

#[test]
fn styles_and_numbering_give_headings_with_their_number() {
    let styles = part(
        "styles",
        r#"<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="TM1"><w:name w:val="toc 1"/></w:style>"#,
    );
    let numbering = part(
        "numbering",
        r#"<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="Article %1 –"/><w:pStyle w:val="Titre1"/></w:lvl>
        <w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/><w:pStyle w:val="Titre2"/></w:lvl></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>"#,
    );
    let styled = |style: &str, text: &str| p(&format!(r#"<w:pPr><w:pStyle w:val="{style}"/></w:pPr>{}"#, r(text)));
    let body = styled("TM1", "Objet\t3")
        + &styled("Titre1", "Objet")
        + &styled("Titre2", "Portée")
        + &p(&r("Texte."))
        + &styled("Titre1", "Durée");
    let found = document_with(&body, &[("word/styles.xml", &styles), ("word/numbering.xml", &numbering)]);
    assert_eq!(found.text, "Objet\t3\nArticle 1 – Objet\n1.1 Portée\nTexte.\nArticle 2 – Durée\n");
    let kinds: Vec<_> = found.blocks.iter().map(|b| b.kind).collect();
    let heading = |level| BlockKind::Heading { level };
    assert_eq!(kinds, [BlockKind::TocEntry, heading(1), heading(2), BlockKind::Paragraph, heading(1)]);
}

#[test]
fn strict_namespaces_and_odd_prefixes_are_read() {
    let body = "<zz:p><zz:r><zz:t>mots</zz:t></zz:r></zz:p>";
    let bytes = package("http://purl.oclc.org/ooxml/wordprocessingml/main", "zz", body, &[]);
    let found = read_any("contrat.docm", &bytes, &NoOcr, &Limits::default()).unwrap();
    assert_eq!(found.text, "mots\n");
    assert!(found.problems.is_empty());
}

#[test]
fn tables_are_rows_and_deleted_rows_are_gone() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", p(&r(text)));
    let row = |inner: &str| format!("<w:tr>{inner}</w:tr>");
    let body = format!(
        "<w:tbl>{}{}{}</w:tbl>",
        row(&format!("<w:trPr><w:tblHeader/></w:trPr>{}{}", cell("Niveau"), cell("Délai"))),
        row(&format!("<w:trPr><w:del/></w:trPr>{}{}", cell("P0"), cell("1 h"))),
        row(&(cell("P1")
            + &format!(
                "<w:tc><w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt></w:tc>",
                p(&r("4 h"))
            )))
    );
    let found = document(&body);
    assert_eq!(found.text, "Niveau | Délai\nP1 | 4 h\n");
    assert_eq!(found.blocks[0].kind, BlockKind::TableRow { header: true });
}

#[test]
fn pages_come_from_word_s_own_breaks_or_from_manual_ones() {
    let manual = p(&format!(r#"{}<w:r><w:br w:type="page"/></w:r>{}"#, r("un"), r("deux")));
    assert_eq!(document(&manual).pages.len(), 2);
    let both = p(&format!(
        r#"{}<w:r><w:br w:type="page"/></w:r><w:r><w:lastRenderedPageBreak/><w:t>deux</w:t></w:r>"#,
        r("un")
    ));
    let found = document(&both);
    assert_eq!(found.pages.len(), 2);
    assert_eq!(found.slice(found.pages[1].span), "deux\n");
    assert_eq!(found.pages[1].state, PageState::Text);
}

#[test]
fn headers_and_footers_are_running_and_come_once() {
    let rels = r#"<Relationships><Relationship Id="1" Type="x/header" Target="header1.xml"/><Relationship Id="2" Type="x/header" Target="header2.xml"/><Relationship Id="3" Type="x/footer" Target="footer1.xml"/></Relationships>"#;
    let header = part("hdr", &p(&r("Contrat n° 12")));
    let footer = part("ftr", &p(&r("Confidentiel")));
    let parts = [
        ("word/_rels/document.xml.rels", rels),
        ("word/header1.xml", header.as_str()),
        ("word/header2.xml", header.as_str()),
        ("word/footer1.xml", footer.as_str()),
    ];
    let found = document_with(&p(&r("Texte.")), &parts);
    let kinds: Vec<_> = found.blocks.iter().map(|b| b.kind).collect();
    assert_eq!(found.text, "Contrat n° 12\nTexte.\nConfidentiel\n");
    assert_eq!(kinds, [BlockKind::Running, BlockKind::Paragraph, BlockKind::Running]);
}

#[test]
fn broken_ends_are_told_and_broken_files_refused() {
    let bytes = package(WORD, "w", "<w:p><w:r><w:t>début</w:t></w:r></w:p><w:p><w", &[]);
    let found = read_any("c.docx", &bytes, &NoOcr, &Limits::default()).unwrap();
    assert_eq!((found.text.as_str(), found.problems.len()), ("début\n", 1));
    let nothing = package(WORD, "w", "<w", &[]);
    assert!(matches!(read_any("c.docx", &nothing, &NoOcr, &Limits::default()), Err(ReadError::Damaged { .. })));
}

#[test]
fn entities_deep_nesting_and_long_texts_are_bounded() {
    let numbering = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>"#;
    let bytes = package(WORD, "w", "", &[("word/styles.xml", numbering)]);
    assert!(matches!(read_any("c.docx", &bytes, &NoOcr, &Limits::default()), Err(ReadError::Hostile { .. })));
    let deep = package(WORD, "w", &"<w:tbl><w:tr><w:tc>".repeat(5000), &[]);
    assert!(matches!(read_any("c.docx", &deep, &NoOcr, &Limits::default()), Err(ReadError::Hostile { .. })));
    let small = Limits { text_chars: 10, ..Limits::default() };
    let bytes = package(WORD, "w", &(p(&r("court")) + &p(&r("bien trop long pour la limite"))), &[]);
    let found = read_any("c.docx", &bytes, &NoOcr, &small).unwrap();
    assert_eq!((found.text.as_str(), found.problems.len()), ("court\n", 1));
}

#[test]
fn every_word_of_the_body_is_traced_to_its_bytes() {
    let cell = |text: &str| format!("<w:tc>{}{}</w:tc>", p(&r("  ")), p(&r(text)));
    let table = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("Niveau"),
        cell(" Délai "),
        cell("P1"),
        cell("4 h&#233;é")
    );
    let deleted = "<w:del><w:r><w:delText>non</w:delText></w:r></w:del>";
    let body = p(&format!("{}{deleted}{}", r("Le Prestataire "), r("s'engage &amp; livre."))) + &table + &p(&r("Fin."));
    let bytes = package(WORD, "w", &body, &[]);
    let (document, map) = crate::read_docx_with_source(&bytes, &Limits::default()).unwrap();
    let plain = document_with(&body, &[]);
    assert_eq!(document, plain, "tracing changes nothing of the document");
    let mut archive = Archive::open(&bytes, "DOCX", &Limits::default()).unwrap();
    let xml = String::from_utf8(archive.read(&map.part).unwrap().unwrap()).unwrap();
    let mut traced = String::new();
    for piece in &map.pieces {
        let (words, source) = (document.slice(piece.text), &xml[piece.xml.clone()]);
        assert!(words == source || source.starts_with('&'), "{words:?} is not {source:?}");
        traced += words;
    }
    let kept: String = traced.chars().filter(|c| !c.is_whitespace()).collect();
    assert_eq!(kept, "LePrestatairesengage&livre.NiveauDélaiP14hééFin.".replace("senga", "s'enga"));
}
