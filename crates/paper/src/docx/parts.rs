//! The parts around the text: types, relations, properties, settings, header and footer.

use super::xml::Xml;
use crate::Paper;
use std::io;

/// Which part is of what type.
pub(super) const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>"#;

/// Where the package's parts are.
pub(super) const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties" Target="docProps/app.xml"/></Relationships>"#;

/// Where the text's parts are.
pub(super) const DOCUMENT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/><Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>"#;

/// What made the file.
pub(super) const APP: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Clausule</Application></Properties>"#;

/// The locale that Word wants for a language's code.
pub(super) fn locale(language: &str) -> &'static str {
    if language.starts_with("en") { "en-GB" } else { "fr-FR" }
}

/// Title, author and date.
pub(super) fn core(paper: &Paper) -> io::Result<Vec<u8>> {
    let root = "cp:coreProperties";
    let mut xml = Xml::root(
        root,
        &[
            ("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:dcterms", "http://purl.org/dc/terms/"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ],
    )?;
    xml.words("dc:title", &[], &paper.meta.title)?;
    xml.words("dc:subject", &[], &paper.meta.subject)?;
    xml.words("dc:creator", &[], &paper.meta.author)?;
    xml.words("dc:language", &[], locale(paper.language()))?;
    if let Some(date) = paper.meta.date {
        let day = format!("{:04}-{:02}-{:02}T00:00:00Z", date.year, date.month, date.day);
        xml.words("dcterms:created", &[("xsi:type", "dcterms:W3CDTF")], &day)?;
    }
    xml.finish(root)
}

/// Settings: the language of the styles' names and today's compatibility.
pub(super) fn settings(language: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:zoom w:percent="100"/><w:autoHyphenation w:val="true"/><w:defaultTabStop w:val="708"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="{language}"/></w:settings>"#
    )
}

fn run(xml: &mut Xml, words: &str) -> io::Result<()> {
    xml.open("w:r", &[])?;
    xml.words("w:t", &[("xml:space", "preserve")], words)?;
    xml.close("w:r")
}

fn tab(xml: &mut Xml) -> io::Result<()> {
    xml.open("w:r", &[])?;
    xml.empty("w:tab", &[])?;
    xml.close("w:r")
}

fn field(xml: &mut Xml, code: &str) -> io::Result<()> {
    xml.open("w:fldSimple", &[("w:instr", code)])?;
    run(xml, "1")?;
    xml.close("w:fldSimple")
}

fn begin(xml: &mut Xml, style: &str) -> io::Result<()> {
    xml.open("w:p", &[])?;
    xml.open("w:pPr", &[])?;
    xml.value("w:pStyle", style)?;
    xml.close("w:pPr")
}

/// What stands at the top of every page.
pub(super) fn header(paper: &Paper) -> io::Result<Vec<u8>> {
    let mut xml = Xml::word("w:hdr")?;
    begin(&mut xml, "Header")?;
    run(&mut xml, &paper.running.head)?;
    tab(&mut xml)?;
    run(&mut xml, &paper.running.head_right)?;
    xml.close("w:p")?;
    xml.finish("w:hdr")
}

/// What stands at the bottom of every page, with the page number and the number of pages.
pub(super) fn footer(paper: &Paper) -> io::Result<Vec<u8>> {
    let mut xml = Xml::word("w:ftr")?;
    begin(&mut xml, "Footer")?;
    run(&mut xml, &paper.running.foot)?;
    tab(&mut xml)?;
    field(&mut xml, "PAGE")?;
    run(&mut xml, " / ")?;
    field(&mut xml, "NUMPAGES")?;
    xml.close("w:p")?;
    xml.finish("w:ftr")
}
