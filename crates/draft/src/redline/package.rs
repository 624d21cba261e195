//! The package of a DOCX: what must not be edited is refused, what is not edited is copied as it is packed.

use std::io::{Cursor, Read, Write};
use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Why a DOCX can't be edited.
#[derive(Debug, Clone, PartialEq, Eq, Error, serde::Serialize, serde::Deserialize)]
pub enum RedlineError {
    /// The reader refuses it.
    #[error("{0}")]
    Read(#[from] readers::ReadError),
    /// Signed electronically.
    #[error(
        "le document porte une signature électronique, que toute modification annulerait : \
         demandez-en une copie non signée"
    )]
    Signed,
    /// Protected against changes.
    #[error(
        "le document est protégé contre les modifications : ouvrez-le dans Word, onglet Révision, \
         « Restreindre la modification », désactivez la protection, puis recommencez"
    )]
    Protected,
    /// Broken where an editor must not guess.
    #[error(
        "le document ne peut pas être modifié sans risque ({0}) : ouvrez-le dans Word ou LibreOffice et réenregistrez-le"
    )]
    Unsafe(String),
}

/// An opened package.
pub struct Package<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
}

/// Most bytes of one part that is edited.
const PART_BYTES: u64 = 64 << 20;

impl<'b> Package<'b> {
    /// Opens a package that may be edited.
    ///
    /// # Errors
    /// `Signed`, `Protected`, `Unsafe`.
    pub fn open(bytes: &'b [u8]) -> Result<Self, RedlineError> {
        let zip =
            ZipArchive::new(Cursor::new(bytes)).map_err(|_| RedlineError::Unsafe("archive ZIP illisible".into()))?;
        let mut package = Self { zip };
        if package.names().iter().any(|n| n.to_lowercase().starts_with("_xmlsignatures/")) {
            return Err(RedlineError::Signed);
        }
        Ok(package)
    }

    /// Names of the entries, in order.
    pub fn names(&mut self) -> Vec<String> {
        (0..self.zip.len()).filter_map(|i| self.name(i)).collect()
    }

    fn name(&self, index: usize) -> Option<String> {
        Some(self.zip.name_for_index(index)?.ok()?.into_owned())
    }

    /// A part as text, without its byte order mark; `None` where there is no such part.
    ///
    /// # Errors
    /// `Unsafe` when it can't be unpacked, is too large or not UTF-8.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, RedlineError> {
        let broken = |what: &str| RedlineError::Unsafe(format!("partie {name} {what}"));
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let file = self.zip.by_index(index).map_err(|_| broken("illisible"))?;
        let mut bytes = Vec::new();
        file.take(PART_BYTES + 1).read_to_end(&mut bytes).map_err(|_| broken("illisible"))?;
        if bytes.len() as u64 > PART_BYTES {
            return Err(broken("démesurée"));
        }
        let text = String::from_utf8(bytes).map_err(|_| broken("dans un encodage inattendu"))?;
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    /// The package with some parts replaced or added; every other entry is copied as it is packed, in its place.
    ///
    /// # Errors
    /// `Unsafe` when an entry can't be copied.
    pub fn with_parts(mut self, parts: &[(String, String)]) -> Result<Vec<u8>, RedlineError> {
        let failed = |_| RedlineError::Unsafe("archive ZIP illisible".into());
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let mut left: Vec<&(String, String)> = parts.iter().collect();
        for index in 0..self.zip.len() {
            let name = self.name(index).unwrap_or_default();
            if let Some(at) = left.iter().position(|(n, _)| *n == name) {
                let (_, text) = left.remove(at);
                out.start_file(name.as_str(), options).map_err(failed)?;
                out.write_all(text.as_bytes()).map_err(|e| failed(e.into()))?;
            } else {
                let file = self.zip.by_index_raw(index).map_err(failed)?;
                out.raw_copy_file(file).map_err(failed)?;
            }
        }
        for (name, text) in left {
            out.start_file(name.as_str(), options).map_err(failed)?;
            out.write_all(text.as_bytes()).map_err(|e| failed(e.into()))?;
        }
        Ok(out.finish().map_err(failed)?.into_inner())
    }
}
