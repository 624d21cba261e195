//! Plain text and Markdown: bytes to characters, then structure. The text is the file's own, unchanged.

use crate::{ReadError, structure};
use contract::{Document, Format, Problem};

/// Control characters that no text file holds, in a thousand characters.
const BINARY_PER_THOUSAND: usize = 5;
/// Signs of a text decoded twice from which it is one.
const TWICE: usize = 5;
/// Question marks inside words from which they stand for accents.
const ASKED: usize = 20;
/// Characters looked at for them.
const SEEN: usize = 200_000;

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
        _ if is_macintosh(bytes) => (encoding_rs::MACINTOSH, 0),
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
    let (text, repaired) = repair(text.into_owned());
    Ok((text, lost.into_iter().chain(repaired).collect()))
}

/// Undoes what an old Mac or a program that decoded twice did to a text, and says when accents are gone for good: a contract whose words
/// are not recognised would be judged silent.
fn repair(text: String) -> (String, Option<Problem>) {
    let told = |message: &str| Some(Problem { page: None, message: message.into() });
    let text = if text.contains('\r') && !text.contains('\n') { text.replace('\r', "\n") } else { text };
    if ["Ã©", "Ã¨", "Ã ", "Ãª", "Ã\u{a0}", "â€™"].iter().map(|sign| text.matches(sign).count()).sum::<usize>() >= TWICE
    {
        let (bytes, _, unknown) = encoding_rs::WINDOWS_1252.encode(&text);
        if let (false, Ok(once)) = (unknown, std::str::from_utf8(&bytes)) {
            return (
                once.to_owned(),
                told("ce texte avait été converti deux fois (« Ã© » pour « é ») : il a été remis en ordre"),
            );
        }
        return (text, told("ce texte a été converti deux fois (« Ã© » pour « é ») : enregistrez l'original en UTF-8"));
    }
    let words: Vec<char> = text.chars().take(SEEN).collect();
    let asked = words.windows(3).filter(|w| w[1] == '?' && w[0].is_alphabetic() && w[2].is_lowercase()).count();
    if asked >= ASKED && asked > words.iter().filter(|c| !c.is_ascii() && c.is_alphabetic()).count() {
        return (
            text,
            told(
                "les accents de ce texte ont été perdus (« ? » à leur place) : les verdicts ne sont pas sûrs, demandez l'original",
            ),
        );
    }
    (text, None)
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

/// Mac Roman writes é as 0x8e, è as 0x8f and à as 0x88, which French in Windows-1252 has no use for; 0xe9 is an accent there only.
fn is_macintosh(bytes: &[u8]) -> bool {
    let count = |byte: u8| bytes.iter().filter(|b| **b == byte).count();
    count(0x8e) >= 3 && count(0x8e) + count(0x8f) > 4 * count(0xe9)
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
    fn what_other_programs_did_is_undone_or_told() {
        assert_eq!(decode(b"Article 1\rLe Prestataire\r").unwrap().0, "Article 1\nLe Prestataire\n");
        let twice = "durÃ©e, dÃ©lai, sÃ©curitÃ©, procÃ¨s, lâ€™accord";
        let (text, problems) = decode(twice.as_bytes()).unwrap();
        assert_eq!((text.as_str(), problems.len()), ("durée, délai, sécurité, procès, l’accord", 1));
        let lost = "Le d?lai de s?curit? du prestataire est pr?vu. ".repeat(10);
        assert_eq!(decode(lost.as_bytes()).unwrap().1.len(), 1);
        assert!(decode("Qui paie ? Et quand ? ".repeat(40).as_bytes()).unwrap().1.is_empty());
        assert_eq!(decode(b"dur\x8ee, d\x8elai, s\x8ecurit\x8e, apr\x8fs").unwrap().0, "durée, délai, sécurité, après");
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
