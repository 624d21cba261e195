//! Damaged and hostile packages: an error or a document, never a panic, never without bound.

use readers::{Limits, NoOcr, ReadError, read};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A small deterministic generator (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}

fn mutate(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    match numbers.below(4) {
        0 => bytes.truncate(numbers.below(bytes.len())),
        1 => {
            for _ in 0..=numbers.below(64) {
                let at = numbers.below(bytes.len());
                bytes[at] ^= 1 << numbers.below(8);
            }
        }
        2 => {
            let (from, to) = (numbers.below(bytes.len()), numbers.below(bytes.len()));
            let piece = bytes[from..(from + 200).min(bytes.len())].to_vec();
            bytes.splice(to..to, piece);
        }
        _ => {
            let from = numbers.below(bytes.len());
            let to = (from + numbers.below(400)).min(bytes.len());
            bytes.drain(from..to);
        }
    }
}

fn check(name: &str, bytes: &[u8]) -> Option<String> {
    let document = read(name, bytes, &NoOcr, &Limits::default()).ok()?;
    assert!(document.text.len() <= bytes.len() * 200, "{name}: {} bytes of text", document.text.len());
    for block in &document.blocks {
        for piece in &block.pieces {
            assert!(document.text.get(piece.start..piece.end).is_some_and(|t| !t.is_empty()), "{piece:?}");
        }
    }
    for page in &document.pages {
        assert!(document.text.get(page.span.start..page.span.end).is_some());
    }
    Some(document.text)
}

#[test]
fn three_hundred_damaged_packages_do_not_panic() {
    let mut numbers = Numbers(2031);
    for name in ["contrat.docx", "dpa.odt", "dpa.docx"] {
        let sound = fixture(name);
        for _ in 0..100 {
            let mut bytes = sound.clone();
            mutate(&mut bytes, &mut numbers);
            check(name, &bytes);
        }
    }
}

/// The package with its main part changed by `change`.
fn with_part(name: &str, part: &str, mut change: impl FnMut(&mut Vec<u8>)) -> Vec<u8> {
    let bytes = fixture(name);
    let mut archive = ZipArchive::new(Cursor::new(bytes.as_slice())).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let entry_name = entry.name().unwrap().into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if entry_name == part {
            change(&mut content);
        }
        writer.start_file(entry_name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn three_hundred_damaged_parts_do_not_panic_and_many_keep_words() {
    let mut numbers = Numbers(7);
    let mut with_words = 0;
    for (name, part) in [
        ("contrat.docx", "word/document.xml"),
        ("contrat.docx", "word/numbering.xml"),
        ("contrat.docx", "word/styles.xml"),
        ("contrat.odt", "content.xml"),
        ("contrat.odt", "styles.xml"),
    ] {
        for _ in 0..60 {
            let bytes = with_part(name, part, |content| mutate(content, &mut numbers));
            with_words += usize::from(check(name, &bytes).is_some_and(|text| text.contains("Prestataire")));
        }
    }
    assert!(with_words > 150, "{with_words} of 300");
}

#[test]
fn damaged_text_formats_do_not_panic() {
    let mut numbers = Numbers(11);
    for name in ["dpa.html", "contrat.html", "dpa.md"] {
        let sound = fixture(name);
        for _ in 0..100 {
            let mut bytes = sound.clone();
            mutate(&mut bytes, &mut numbers);
            check(name, &bytes);
        }
    }
}

#[test]
fn a_bomb_in_any_part_is_refused() {
    for part in ["word/document.xml", "word/styles.xml", "word/numbering.xml", "word/header1.xml"] {
        let bytes = with_part("contrat.docx", part, |content| content.extend(std::iter::repeat_n(b' ', 64 << 20)));
        let found = read("contrat.docx", &bytes, &NoOcr, &Limits::default());
        assert!(matches!(found, Err(ReadError::Hostile { .. })), "{part}: {found:?}");
    }
}

#[test]
fn entities_are_refused_in_docx_and_odt() {
    let bomb = b"<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><d>&b;</d>";
    for (name, part) in [("contrat.docx", "word/document.xml"), ("contrat.odt", "content.xml")] {
        let bytes = with_part(name, part, |content| *content = bomb.to_vec());
        assert!(matches!(read(name, &bytes, &NoOcr, &Limits::default()), Err(ReadError::Hostile { .. })), "{name}");
    }
}
