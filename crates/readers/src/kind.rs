//! What a file is, told from its first bytes and, for text, from its name.

use crate::ReadError;
use contract::{Format, Problem};

/// How far into a file a PDF header may stand.
const PDF_HEADER: usize = 1024;

/// Tells the format of a file; packages (DOCX, ODT) are told apart by [`crate::archive`] from what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// PDF.
    Pdf,
    /// A ZIP archive: DOCX, ODT, or something else.
    Zip,
    /// A text format.
    Text(Format),
}

/// Looks at the bytes.
///
/// # Errors
/// [`ReadError::Unsupported`] for kinds that are known and not read, with the way out in French.
pub(crate) fn of(name: &str, bytes: &[u8]) -> Result<Kind, ReadError> {
    let head = &bytes[..bytes.len().min(PDF_HEADER)];
    if head.windows(5).any(|w| w == b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Zip);
    }
    if let Some(found) = foreign(name, bytes) {
        return Err(ReadError::Unsupported { found });
    }
    let lower = name.to_lowercase();
    let named = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let format = if is_html(head) || named(&[".html", ".htm", ".xhtml"]) {
        Format::Html
    } else if named(&[".md", ".markdown", ".mdx"]) {
        Format::Markdown
    } else {
        Format::Text
    };
    Ok(Kind::Text(format))
}

/// Tells the user when the name's extension says another format than the bytes.
pub(crate) fn mismatch(name: &str, format: Format) -> Option<Problem> {
    let (_, extension) = name.rsplit_once('.')?;
    let extension = extension.to_lowercase();
    let (label, usual): (&str, &[&str]) = match format {
        Format::Pdf => ("PDF", &["pdf"]),
        Format::Docx => ("DOCX", &["docx", "docm", "dotx", "dotm"]),
        Format::Odt => ("ODT", &["odt", "ott", "fodt"]),
        Format::Html => ("HTML", &["html", "htm", "xhtml", "php", "vue", "txt"]),
        Format::Markdown | Format::Text => ("texte", &[]),
    };
    let known = ["pdf", "docx", "docm", "odt", "doc", "rtf", "html", "htm", "txt", "md"];
    let told = known.contains(&extension.as_str()) && !usual.contains(&extension.as_str());
    let text_as_text = usual.is_empty() && matches!(extension.as_str(), "txt" | "md" | "html" | "htm");
    (told && !text_as_text).then(|| Problem {
        page: None,
        message: format!("le nom finit par .{extension} mais le contenu est du {label} : il a été lu comme {label}"),
    })
}

/// The sentence for an archive that is neither DOCX nor ODT.
pub(crate) fn foreign_archive(has: impl Fn(&str) -> bool) -> String {
    let office = |what: &str| format!("{what} ; exportez-le en PDF depuis l'application qui l'a créé");
    if has("xl/workbook.xml") {
        office("un classeur Excel")
    } else if has("ppt/presentation.xml") {
        office("une présentation PowerPoint")
    } else if has("mimetype") && has("content.xml") {
        office("un document OpenDocument qui n'est pas un texte (tableur, présentation ou dessin)")
    } else if has("mimetype") && has("META-INF/container.xml") {
        "un livre EPUB ; convertissez-le : ebook-convert fichier.epub fichier.docx".into()
    } else {
        "une archive ZIP ; décompressez-la et donnez les fichiers un à un : unzip fichier.zip".into()
    }
}

fn foreign(name: &str, bytes: &[u8]) -> Option<String> {
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    let shown = if name.is_empty() { "fichier" } else { name };
    let convert =
        |what: &str| format!("{what} ; convertissez-le : libreoffice --headless --convert-to docx \"{shown}\"");
    let picture = "une image ; faites-en un PDF pour qu'elle soit lue par OCR : img2pdf -o fichier.pdf";
    let signatures: [(&[u8], String); 12] = [
        (OLE, ole(bytes, &convert)),
        (b"{\\rtf", convert("un document RTF")),
        (b"\xff\xd8\xff", format!("{picture} \"{shown}\"")),
        (b"\x89PNG", format!("{picture} \"{shown}\"")),
        (b"GIF8", format!("{picture} \"{shown}\"")),
        (b"II*\0", format!("{picture} \"{shown}\"")),
        (b"MM\0*", format!("{picture} \"{shown}\"")),
        (b"\x7fELF", "un programme".into()),
        (b"MZ", "un programme Windows".into()),
        (b"\x1f\x8b", "une archive compressée ; décompressez-la : gunzip".into()),
        (b"7z\xbc\xaf", "une archive 7-Zip ; décompressez-la : 7z x".into()),
        (b"Rar!", "une archive RAR ; décompressez-la : unrar x".into()),
    ];
    let found = signatures.into_iter().find(|(mark, _)| bytes.starts_with(mark))?;
    let text_after_mz = found.0 == b"MZ" && !bytes[..bytes.len().min(512)].contains(&0);
    (!text_after_mz).then_some(found.1)
}

/// An OLE file is a legacy .doc, or a modern document under a password.
fn ole(bytes: &[u8], convert: &dyn Fn(&str) -> String) -> String {
    let wide = |text: &str| text.bytes().flat_map(|b| [b, 0]).collect::<Vec<u8>>();
    let holds = |text: &str| {
        let wanted = wide(text);
        bytes.windows(wanted.len()).take(4 << 20).any(|w| w == wanted)
    };
    if holds("EncryptedPackage") {
        return "un document Office protégé par un mot de passe ; ouvrez-le et enregistrez-en une copie sans protection".into();
    }
    if holds("Workbook") {
        return convert("un ancien classeur Excel (.xls)").replace("--convert-to docx", "--convert-to pdf");
    }
    convert("un ancien document Word (.doc)")
}

fn is_html(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{fffd}');
    let xml = text.starts_with("<?xml") && text.contains("<html");
    xml || text.starts_with("<!doctype html") || text.starts_with("<html") || text.starts_with("<head")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_kinds_are_told_from_their_bytes() {
        assert_eq!(of("contrat.txt", b"\n\n%PDF-1.4").unwrap(), Kind::Pdf);
        assert_eq!(of("contrat.txt", b"PK\x03\x04").unwrap(), Kind::Zip);
        assert_eq!(of("contrat", b"<!DOCTYPE html><p>x").unwrap(), Kind::Text(Format::Html));
        assert_eq!(of("contrat.md", b"# Titre").unwrap(), Kind::Text(Format::Markdown));
        assert_eq!(of("contrat", "Durée".as_bytes()).unwrap(), Kind::Text(Format::Text));
    }

    #[test]
    fn other_kinds_are_named_with_the_way_out() {
        let message = |name: &str, bytes: &[u8]| of(name, bytes).unwrap_err().to_string();
        assert!(message("bail.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").contains("--convert-to docx \"bail.doc\""));
        assert!(message("x.rtf", b"{\\rtf1 x}").contains("RTF"));
        assert!(message("x.png", b"\x89PNG\r\n").contains("image"));
        assert!(message("x.exe", b"MZ\x90\0\x03").contains("programme"));
        assert!(of("x.txt", b"MZ est le sigle du marche").is_ok());
        let mut locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        locked.extend("EncryptedPackage".bytes().flat_map(|b| [b, 0]));
        assert!(message("x.docx", &locked).contains("mot de passe"));
    }

    #[test]
    fn a_name_that_says_another_format_is_told() {
        assert!(mismatch("contrat.doc", Format::Docx).unwrap().message.contains(".doc"));
        assert!(mismatch("contrat.docx", Format::Docx).is_none());
        assert!(mismatch("contrat.pdf", Format::Text).is_some());
        assert!(mismatch("v1.2", Format::Pdf).is_none());
        assert!(mismatch("contrat.txt", Format::Text).is_none());
    }

    #[test]
    fn archives_of_other_kinds_are_named() {
        assert!(foreign_archive(|n| n == "xl/workbook.xml").contains("Excel"));
        assert!(foreign_archive(|_| false).contains("ZIP"));
    }
}
