//! Word files made for tests, and what is left of one when every tracked change is rejected.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The binding of the usual prefix.
pub const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;

const SENTENCES: [(&str, &str); 4] = [
    ("Article 1 – Objet", "Le Prestataire assure l'infogérance du système d'information du Client pendant trois ans."),
    ("Article 2 – Sauvegardes", "Le Client est seul responsable de la sauvegarde de ses données et de ses fichiers."),
    ("Article 3 – Prix", "Le Client paie une redevance de 400 € par mois, à trente jours de la facture reçue."),
    (
        "Article 4 – Droit applicable",
        "Le présent contrat est soumis au droit français, les tribunaux de Lyon décident.",
    ),
];

/// A package under construction.
pub struct Package(Vec<(String, String)>);

impl Package {
    /// A package with this main part.
    pub fn of(document: &str) -> Self {
        let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
        let rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
        let parts = [("[Content_Types].xml", types), ("_rels/.rels", rels), ("word/document.xml", document)];
        Self(parts.map(|(name, text)| (name.to_owned(), text.to_owned())).into())
    }

    /// A short contract.
    pub fn sample() -> Self {
        Self::of(&document("w", &articles("w")))
    }

    /// With one more part.
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.0.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in &self.0 {
            out.start_file(name.as_str(), SimpleFileOptions::default()).expect("an entry");
            out.write_all(text.as_bytes()).expect("written");
        }
        out.finish().expect("an archive").into_inner()
    }
}

fn document(p: &str, body: &str) -> String {
    let binding = W.replace("xmlns:w", &format!("xmlns:{p}"));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><{p}:document {binding}><{p}:body>{body}<{p}:sectPr/></{p}:body></{p}:document>"#
    )
}

fn paragraph(p: &str, text: &str, heading: bool) -> String {
    let look = if heading { format!(r#"<{p}:pPr><{p}:outlineLvl {p}:val="0"/></{p}:pPr>"#) } else { String::new() };
    format!("<{p}:p>{look}<{p}:r><{p}:t>{text}</{p}:t></{p}:r></{p}:p>")
}

fn articles(p: &str) -> String {
    let one = |(heading, text): &(&str, &str)| paragraph(p, heading, true) + &paragraph(p, text, false);
    SENTENCES.iter().map(one).collect()
}

/// A contract with a table in a cell of a table.
pub fn nested_tables() -> String {
    let cell = |inner: &str| format!("<w:tc>{inner}</w:tc>");
    let table = |cells: &str| format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl>");
    let inner = table(&cell(&paragraph("w", "Le Client sauvegarde lui-même ses postes.", false)));
    let outer = table(&(cell(&(inner + &paragraph("w", "Postes", false))) + &cell(&paragraph("w", "Douze", false))));
    document("w", &(articles("w") + &outer + &paragraph("w", "Fait à Lyon, le 3 mars 2026.", false)))
}

/// A contract whose paragraphs stand in content controls, one of them locked.
pub fn content_controls() -> String {
    let control = |inner: &str, lock: &str| {
        format!("<w:sdt><w:sdtPr>{lock}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>")
    };
    let locked = control(
        &paragraph("w", "Le Client est seul responsable de la sécurité de ses postes.", false),
        r#"<w:lock w:val="sdtContentLocked"/>"#,
    );
    document("w", &(control(&articles("w"), "") + &locked + &paragraph("w", "Fait à Lyon, le 3 mars 2026.", false)))
}

/// A contract whose elements have a prefix of another tool.
pub fn odd_prefixes() -> String {
    document("ns0", &articles("ns0"))
}

/// A part of a package as text.
pub fn part(path: &Path, name: &str) -> String {
    let bytes = fs::read(path).expect("the package");
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    let at = zip.index_for_name(name).unwrap_or_else(|| panic!("{name} is in {}", path.display()));
    zip.by_index(at).expect("the part").read_to_string(&mut text).expect("text");
    text
}

/// The words that it has with every change accepted.
pub fn words(path: &Path) -> String {
    tell(path, |inside| !inside.iter().any(|e| e == "del")).replace('\u{202f}', " ")
}

/// The words left when every change is rejected: those inserted go, those deleted come back; a paragraph's end is "¶"
/// where its mark was not inserted.
pub fn original(path: &Path) -> String {
    tell(path, |inside| !inside.iter().any(|e| e == "ins"))
}

fn tell(path: &Path, kept: impl Fn(&[String]) -> bool) -> String {
    let xml = part(path, "word/document.xml");
    let (mut out, mut inside) = (String::new(), Vec::<String>::new());
    let mut marks = Vec::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
        let name = name.split_once(':').map_or(name, |(_, n)| n).to_owned();
        if tag.starts_with('/') {
            inside.pop();
            if name == "p" && !marks.pop().unwrap_or(false) {
                out.push('¶');
            }
        } else if tag.ends_with('/') {
            if name == "ins"
                && inside.last().is_some_and(|e| e == "rPr")
                && inside.iter().any(|e| e == "pPr")
                && let Some(mark) = marks.last_mut()
            {
                *mark = true;
            }
        } else {
            if name == "p" {
                marks.push(false);
            }
            inside.push(name);
        }
        let says = inside.last().is_some_and(|e| e == "t" || e == "delText");
        if says && kept(&inside) {
            out.push_str(text);
        }
    }
    out
}
