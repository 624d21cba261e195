//! Plain text and Markdown: bytes to characters, then structure. The text is the file's own, unchanged.

use crate::{ReadError, structure};
use contract::{Document, Format, Problem};

/// Control characters that no text file holds, in a thousand characters.
const BINARY_PER_THOUSAND: usize = 5;

/// Reads a plain text or Markdown file.
///
/// # Errors
/// [`ReadError::Unsupported`] when the bytes are no text.
pub fn read(bytes: &[u8], format: Format) -> Result<Document, ReadError> {
    let (text, problems) = decode(bytes)?;
    let (pages, blocks) = structure::of_text(&text);
    Ok(Document { format, text, pages, blocks, problems })
}

/// Decodes UTF-8, UTF-16 (with its mark) or Windows-1252, and says when characters were lost.
///
/// # Errors
/// [`ReadError::Unsupported`] when the bytes are no text.
pub fn decode(bytes: &[u8]) -> Result<(String, Vec<Problem>), ReadError> {
    let (encoding, skip) = match bytes {
        [0xef, 0xbb, 0xbf, ..] => (encoding_rs::UTF_8, 3),
        [0xff, 0xfe, ..] => (encoding_rs::UTF_16LE, 2),
        [0xfe, 0xff, ..] => (encoding_rs::UTF_16BE, 2),
        _ if std::str::from_utf8(bytes).is_ok() => (encoding_rs::UTF_8, 0),
        _ if is_nearly_utf8(bytes) => (encoding_rs::UTF_8, 0),
        _ => (encoding_rs::WINDOWS_1252, 0),
    };
    let (text, lossy) = encoding.decode_without_bom_handling(&bytes[skip..]);
    if is_binary(&text) {
        return Err(ReadError::Unsupported { found: "des données binaires".into() });
    }
    let lost = lossy.then(|| Problem {
        page: None,
        message: "certains caractères sont illisibles (encodage abîmé) : enregistrez le fichier en UTF-8".into(),
    });
    Ok((text.into_owned(), lost.into_iter().collect()))
}

/// UTF-8 with a few broken bytes: several multi-byte characters and under one broken place in fifty of them.
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 20 && bad * 50 < good
}

fn is_binary(text: &str) -> bool {
    let (mut odd, mut count) = (0usize, 0usize);
    for c in text.chars().take(200_000) {
        count += 1;
        odd += usize::from(
            (c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{b}' | '\u{85}')) || c == '\u{fffd}',
        );
    }
    text.contains('\0') || odd * 1000 > count * BINARY_PER_THOUSAND + 2000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decode("durée".as_bytes()).unwrap().0, "durée");
        assert_eq!(decode(b"dur\xe9e \x80").unwrap().0, "durée €");
        assert_eq!(decode(b"\xef\xbb\xbfdur\xc3\xa9e").unwrap().0, "durée");
        assert_eq!(decode(b"\xff\xfed\x00\xe9\x00").unwrap().0, "dé");
        assert_eq!(decode(b"\xfe\xff\x00d\x00\xe9").unwrap().0, "dé");
    }

    #[test]
    fn one_broken_byte_does_not_turn_utf8_into_windows_1252() {
        let mut bytes = "é".repeat(100).into_bytes();
        bytes.push(0xc3);
        let (text, problems) = decode(&bytes).unwrap();
        assert!(text.starts_with("éé"));
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn binary_data_is_refused() {
        assert!(matches!(decode(b"\x7fELF\x02\x01\0\0\0"), Err(ReadError::Unsupported { .. })));
        assert!(decode(b"page\x0cpage").is_ok());
    }

    #[test]
    fn the_text_is_the_file_s_own() {
        let source = "# Titre\r\n\r\n**Gras** et\ttab\u{a0}: fin  \r\n";
        let document = read(source.as_bytes(), Format::Markdown).unwrap();
        assert_eq!(document.text, source);
        assert_eq!(document.blocks.len(), 2);
    }
}
