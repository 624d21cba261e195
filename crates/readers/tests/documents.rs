//! Files of other programs (python-docx, LibreOffice, pandoc) come out with the same words and blocks.

use contract::{BlockKind, Document, Format};
use readers::{Limits, NoOcr, ReadError, read};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn document(name: &str) -> Document {
    read(name, &fixture(name), &NoOcr, &Limits::default()).unwrap()
}

/// Kind and words of every block that is not running.
fn blocks(document: &Document) -> Vec<(BlockKind, String)> {
    let shown = document.blocks.iter().filter(|b| b.kind != BlockKind::Running);
    shown.map(|b| (b.kind, document.slice(b.span()).to_owned())).collect()
}

fn expected_contract() -> Vec<(BlockKind, String)> {
    let heading = |level| BlockKind::Heading { level };
    let row = |header| BlockKind::TableRow { header };
    let item = BlockKind::ListItem { depth: 0 };
    let expected = [
        (heading(1), "Contrat d'infogérance"),
        (heading(1), "Article 1 – Objet"),
        (BlockKind::Paragraph, "Le Prestataire exploite les serveurs du Client décrits à l'annexe 1."),
        (heading(2), "1.1 Périmètre"),
        (BlockKind::Paragraph, "Le périmètre comprend :"),
        (item, "• six serveurs virtuels ;"),
        (item, "• le réseau du siège."),
        (item, "1. sauvegarde"),
        (item, "2. supervision"),
        (heading(1), "Article 2 – Niveaux de service"),
        (row(true), "Niveau | Prise en charge | Rétablissement"),
        (row(false), "P1 | 30 minutes | 4 heures"),
        (row(false), "P2 | 2 heures | 8 heures"),
        (BlockKind::Paragraph, "Une pénalité de 2 %"),
        (heading(2), "Dispositions finales"),
        (BlockKind::Paragraph, "Le contrat est soumis au droit français."),
        (BlockKind::Paragraph, "Le Client règle à trente jours."),
    ];
    expected.into_iter().map(|(kind, text)| (kind, text.to_owned())).collect()
}

#[test]
fn docx_and_odt_of_one_contract_are_alike() {
    for name in ["contrat.docx", "contrat.odt"] {
        let found = document(name);
        assert_eq!(blocks(&found), expected_contract(), "{name}");
        let running: Vec<_> = found.blocks.iter().filter(|b| b.kind == BlockKind::Running).collect();
        assert_eq!(running.len(), 2, "{name}");
        assert_eq!(found.pages.len(), 2, "{name}");
        let last = found.blocks.iter().rfind(|b| b.kind == BlockKind::Paragraph).unwrap();
        assert_eq!(found.page_at(last.span().start), 2, "{name}");
        assert!(found.problems.is_empty(), "{name}");
    }
}

/// All but the last sentence: LibreOffice writes tracked deletions into HTML as plain words.
#[test]
fn html_of_libreoffice_has_the_same_words() {
    let texts: Vec<String> = blocks(&document("contrat.html")).into_iter().map(|(_, text)| text).collect();
    for (_, text) in expected_contract().into_iter().rev().skip(1) {
        assert!(texts.contains(&text), "{text} in {texts:?}");
    }
}

#[test]
fn notes_lists_and_tables_of_pandoc_come_out_in_every_format() {
    for name in ["dpa.docx", "dpa.odt", "dpa.html", "dpa.md"] {
        let found = document(name);
        let texts = blocks(&found);
        let has = |kind: BlockKind, end: &str| texts.iter().any(|(k, text)| *k == kind && text.ends_with(end));
        assert!(has(BlockKind::Heading { level: 2 }, "Article 2 : Sécurité"), "{name}: {texts:?}");
        assert!(has(BlockKind::ListItem { depth: 0 }, "Il tient un registre."), "{name}: {texts:?}");
        assert!(has(BlockKind::ListItem { depth: 1 }, "par téléphone."), "{name}: {texts:?}");
        assert!(
            texts.iter().any(|(k, t)| *k == BlockKind::TableRow { header: true } && t.contains("Fréquence")),
            "{name}"
        );
        assert!(texts.iter().any(|(_, text)| text.contains("instruction est écrite.")), "{name}: {texts:?}");
    }
    let docx = document("dpa.docx");
    let at = |words: &str| docx.text.find(words).unwrap();
    assert!(
        at("du Responsable") < at("instruction est écrite") && at("instruction est écrite") < at("tient un registre")
    );
}

#[test]
fn a_pdf_becomes_blocks_with_pages_and_without_its_running_lines() {
    let found = document("entetes.pdf");
    assert_eq!((found.format, found.pages.len()), (Format::Pdf, 3));
    let texts = blocks(&found);
    let heading = |text: &str| texts.iter().any(|(k, t)| *k == BlockKind::Heading { level: 1 } && t == text);
    assert!(heading("Article 8 – Litiges"), "{texts:?}");
    assert!(texts.iter().all(|(_, text)| !text.contains("Paraphes")));
    let litiges = found.text.find("Article 8").unwrap();
    assert_eq!(found.page_at(litiges), 3);
}

#[test]
fn the_extension_may_lie_when_the_bytes_can_be_read() {
    let found = read("contrat.pdf", &fixture("contrat.docx"), &NoOcr, &Limits::default()).unwrap();
    assert_eq!(found.format, Format::Docx);
    assert!(found.problems[0].message.contains(".pdf"));
}

#[test]
fn files_that_are_no_documents_are_refused_with_a_way_out() {
    let refused = |name: &str, bytes: &[u8]| read(name, bytes, &NoOcr, &Limits::default()).unwrap_err();
    assert_eq!(refused("vide.txt", b""), ReadError::Empty);
    assert_eq!(refused("blanc.txt", b" \n\n "), ReadError::Empty);
    assert!(refused("bail.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1reste").to_string().contains("libreoffice"));
    assert!(matches!(refused("x.bin", &[0, 1, 2, 3, 0, 255, 254]), ReadError::Unsupported { .. }));
    let limits = Limits { file_bytes: 3, ..Limits::default() };
    assert!(matches!(read("x.txt", b"trop long", &NoOcr, &limits), Err(ReadError::TooLarge { .. })));
}

#[test]
fn a_document_survives_being_written_and_read_again() {
    let found = document("contrat.docx");
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), found);
}
