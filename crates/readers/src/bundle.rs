//! An archive of documents taken apart: what can be read of it, each under the last part of its name.
//!
//! Nothing is written anywhere, so that no name can lead elsewhere; what is bounded is how much a small file may become.

use serde::{Deserialize, Serialize};
use std::io::{Cursor, Read};
use thiserror::Error;
use zip::ZipArchive;

/// Bounds of an archive of documents.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most members of any kind, folders included.
    pub members: usize,
    /// Most documents.
    pub documents: usize,
    /// Largest document, in bytes.
    pub document_bytes: u64,
    /// Most bytes of all documents together.
    pub bytes: u64,
    /// Deepest folder.
    pub depth: usize,
    /// Longest name of a member with its folders, in bytes.
    pub name: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { members: 10_000, documents: 500, document_bytes: 64 << 20, bytes: 128 << 20, depth: 16, name: 1_024 }
    }
}

/// Endings of what can be read.
const READABLE: [&str; 9] = [".pdf", ".docx", ".docm", ".odt", ".html", ".htm", ".md", ".markdown", ".txt"];

/// Why an archive is not taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum BundleError {
    /// Not a whole archive.
    #[error("cette archive est abîmée : demandez-en une nouvelle copie")]
    Damaged,
    /// A member needs a password, or is packed in a way not known.
    #[error("cette archive est protégée par un mot de passe ou d'un type inconnu : envoyez les fichiers eux-mêmes")]
    Locked,
    /// Too many members or documents.
    #[error("cette archive contient trop de fichiers (plus de {0}) : envoyez-les en plusieurs fois")]
    TooMany(usize),
    /// Too many bytes once taken apart.
    #[error("cette archive contient plus de données qu'un envoi ne peut en avoir : envoyez-la en plusieurs fois")]
    TooLarge,
    /// Folders too deep or a name too long.
    #[error("cette archive a des dossiers ou des noms démesurés : envoyez les fichiers eux-mêmes")]
    TooDeep,
    /// No document.
    #[error("cette archive ne contient aucun document lisible (PDF, DOCX, ODT, HTML, Markdown, texte)")]
    Empty,
}

/// Whether bytes under this name are an archive to be taken apart.
pub fn is_bundle(name: &str, bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") && name.to_lowercase().ends_with(".zip")
}

/// The readable documents of an archive, in its order, each with its name and folders; folders, hidden files, archives within
/// the archive and everything else are left.
///
/// # Errors
/// [`BundleError`]: an archive is taken whole or not at all.
pub fn unpack(bytes: &[u8], bounds: &Bounds) -> Result<Vec<(String, Vec<u8>)>, BundleError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| BundleError::Damaged)?;
    if archive.len() > bounds.members {
        return Err(BundleError::TooMany(bounds.members));
    }
    let (mut out, mut left) = (Vec::new(), bounds.bytes);
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).map_err(|_| BundleError::Locked)?;
        let path = member.name().map_err(|_| BundleError::Damaged)?.replace('\\', "/");
        if path.len() > bounds.name || path.split('/').count() > bounds.depth + 1 {
            return Err(BundleError::TooDeep);
        }
        let hidden = path.split('/').any(|part| (part.starts_with('.') && part != "..") || part == "__MACOSX");
        let readable = READABLE.iter().any(|end| path.to_lowercase().ends_with(end));
        if member.is_dir() || member.is_symlink() || hidden || !readable {
            continue;
        }
        if out.len() == bounds.documents {
            return Err(BundleError::TooMany(bounds.documents));
        }
        let limit = left.min(bounds.document_bytes);
        let mut content = Vec::new();
        (&mut member).take(limit + 1).read_to_end(&mut content).map_err(|_| BundleError::Damaged)?;
        if content.len() as u64 > limit {
            return Err(BundleError::TooLarge);
        }
        left -= content.len() as u64;
        out.push((path, content));
    }
    if out.is_empty() { Err(BundleError::Empty) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            zip.start_file(*name, SimpleFileOptions::default()).expect("begun");
            zip.write_all(bytes).expect("written");
        }
        zip.finish().expect("whole").into_inner()
    }

    fn names(bytes: &[u8]) -> Result<Vec<String>, BundleError> {
        Ok(unpack(bytes, &Bounds::default())?.into_iter().map(|m| m.0).collect())
    }

    #[test]
    fn documents_only_are_taken() {
        let inner = archive(&[("x.pdf", b"%PDF")]);
        let bytes = archive(&[
            ("lot/a.pdf", b"%PDF"),
            ("lot/.cache/b.pdf", b"x"),
            ("__MACOSX/a.pdf", b"x"),
            ("c.exe", b"MZ"),
            ("lot.zip", &inner),
            ("..\\d.TXT", b"d"),
        ]);
        assert_eq!(names(&bytes), Ok(vec!["lot/a.pdf".to_owned(), "../d.TXT".to_owned()]));
        assert_eq!(names(&archive(&[("c.exe", b"MZ"), ("lot.zip", &inner)])), Err(BundleError::Empty));
        assert!(is_bundle("Lot.ZIP", &bytes) && !is_bundle("lot.docx", &bytes) && !is_bundle("lot.zip", b"%PDF"));
    }

    #[test]
    fn what_swells_or_multiplies_is_refused() {
        let small = Bounds { documents: 2, document_bytes: 100, bytes: 150, members: 4, ..Bounds::default() };
        let ask = |members: &[(&str, &[u8])]| unpack(&archive(members), &small).map(|m| m.len());
        let (body, half) = ([b' '; 101], [b' '; 80]);
        assert_eq!(ask(&[("a.txt", &body)]), Err(BundleError::TooLarge), "one too large");
        assert_eq!(ask(&[("a.txt", &half), ("b.txt", &half)]), Err(BundleError::TooLarge), "together too large");
        assert_eq!(ask(&[("a.txt", b"a"), ("b.txt", b"b")]), Ok(2));
        assert_eq!(ask(&[("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c")]), Err(BundleError::TooMany(2)));
        let five: Vec<(&str, &[u8])> = ["1", "2", "3", "4", "5"].map(|name| (name, &b""[..])).to_vec();
        assert_eq!(ask(&five), Err(BundleError::TooMany(4)));
    }

    #[test]
    fn broken_locked_and_endless_archives_are_refused() {
        let whole = archive(&[("a.txt", &[b'x'; 4_000])]);
        assert_eq!(names(b"PK broken"), Err(BundleError::Damaged));
        assert_eq!(names(&whole[..whole.len() - 30]), Err(BundleError::Damaged));
        let deep = format!("{}a.txt", "d/".repeat(17));
        assert_eq!(names(&archive(&[(&deep, b"a")])), Err(BundleError::TooDeep));
        let long = format!("{}.txt", "é".repeat(600));
        assert_eq!(names(&archive(&[(&long, b"a")])), Err(BundleError::TooDeep));
        // The flag that says "encrypted", set in both headers of the one member.
        let mut locked = archive(&[("a.txt", b"secret")]);
        let central = locked.windows(4).rposition(|w| w == b"PK\x01\x02").expect("a directory");
        locked[6] |= 1;
        locked[central + 8] |= 1;
        assert_eq!(names(&locked), Err(BundleError::Locked));
    }
}
