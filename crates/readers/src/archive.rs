//! ZIP packages (DOCX, ODT), read with bounds: entries, size unpacked, ratio, names that lead outside.

use crate::{Limits, ReadError};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Most entries of a package; real ones have tens.
const ENTRIES: usize = 10_000;
/// Size, in bytes, from which the ratio of unpacked to packed bytes is looked at.
const RATIO_FROM: u64 = 8 << 20;
/// Largest ratio of unpacked to packed bytes of an entry over [`RATIO_FROM`].
const RATIO: u64 = 200;

/// An opened package.
pub(crate) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    format: &'static str,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'b> Archive<'b> {
    /// Opens a package and looks at its directory.
    ///
    /// # Errors
    /// `Damaged` when it is no ZIP archive, `Hostile` when its directory has tricks, `TooLarge`.
    pub fn open(bytes: &'b [u8], format: &'static str, limits: &Limits) -> Result<Self, ReadError> {
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| ReadError::Damaged { format, detail: "archive ZIP illisible".into() })?;
        let hostile = |detail: &str| ReadError::Hostile { format, detail: detail.into() };
        if zip.len() > ENTRIES {
            return Err(hostile(&format!("{} fichiers dans l'archive", zip.len())));
        }
        for name in zip.file_names_raw() {
            let name = String::from_utf8_lossy(name);
            let leaves = name.split(['/', '\\']).any(|part| part == "..");
            let absolute = name.starts_with(['/', '\\']) || name.as_bytes().get(1) == Some(&b':');
            if leaves || absolute || name.contains('\0') {
                return Err(hostile("un chemin interne sort de l'archive"));
            }
        }
        Ok(Self { zip, format, left: limits.unpacked_bytes })
    }

    /// Names the package's format once its entries have told it.
    pub fn set_format(&mut self, format: &'static str) {
        self.format = format;
    }

    /// Whether the package has the entry.
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The bytes of an entry; `None` when there is no such entry.
    ///
    /// # Errors
    /// `Hostile` or `TooLarge` over the bounds, `Damaged` when the entry cannot be unpacked, `Encrypted`.
    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let format = self.format;
        let damaged = || ReadError::Damaged { format, detail: format!("partie {name} illisible") };
        let locked = self.zip.by_index_data(index).is_ok_and(|entry| entry.encrypted());
        if locked {
            return Err(ReadError::Encrypted);
        }
        let file = self.zip.by_index(index).map_err(|_| damaged())?;
        let packed = file.compressed_size().max(1);
        let mut bytes = Vec::with_capacity(file.size().min(1 << 20) as usize);
        let most = self.left;
        let mut bounded = file.take(most + 1);
        let whole = bounded.read_to_end(&mut bytes).is_ok();
        let length = bytes.len() as u64;
        if length > RATIO_FROM && length / packed > RATIO {
            return Err(ReadError::Hostile { format, detail: format!("partie {name} anormalement compressée") });
        }
        if length > most {
            return Err(ReadError::TooLarge { what: "contenu décompressé".into() });
        }
        if !whole && bytes.is_empty() {
            return Err(damaged());
        }
        self.left -= length;
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn package(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn entries_are_read_and_absent_ones_are_none() {
        let bytes = package(&[("word/document.xml", b"<a/>")]);
        let mut archive = Archive::open(&bytes, "DOCX", &Limits::default()).unwrap();
        assert_eq!(archive.read("word/document.xml").unwrap().unwrap(), b"<a/>");
        assert_eq!(archive.read("absent").unwrap(), None);
    }

    #[test]
    fn a_bomb_is_refused_by_its_ratio_and_by_the_total() {
        let bytes = package(&[("word/document.xml", &vec![b' '; 32 << 20])]);
        let mut archive = Archive::open(&bytes, "DOCX", &Limits::default()).unwrap();
        assert!(matches!(archive.read("word/document.xml"), Err(ReadError::Hostile { .. })));
        let small = Limits { unpacked_bytes: 1000, ..Limits::default() };
        let mut archive = Archive::open(&bytes, "DOCX", &small).unwrap();
        assert!(matches!(archive.read("word/document.xml"), Err(ReadError::TooLarge { .. })));
    }

    #[test]
    fn names_that_lead_outside_are_refused() {
        for name in ["../../etc/passwd", "/etc/passwd", "C:\\x", "a/..\\b"] {
            let bytes = package(&[(name, b"x")]);
            assert!(
                matches!(Archive::open(&bytes, "DOCX", &Limits::default()), Err(ReadError::Hostile { .. })),
                "{name}"
            );
        }
    }
}
