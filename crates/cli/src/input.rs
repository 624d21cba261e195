//! From the paths a user gives to documents: folders are walked, files are read in a process apart.

use crate::isolate::{Bounds, Isolate, Order};
use contract::Document;
use readers::ReadError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Longest time one file may take to read without OCR.
const TIME: Duration = Duration::from_secs(10);
/// Longest time with OCR, which takes a second or two a page.
const TIME_WITH_OCR: Duration = Duration::from_secs(1_800);
/// Memory one reading process may take, in bytes.
const MEMORY: u64 = 512 << 20;
/// Extensions looked for in folders.
const EXTENSIONS: [&str; 9] = ["pdf", "docx", "docm", "odt", "html", "htm", "md", "markdown", "txt"];
/// Deepest folder followed.
const DEPTH: usize = 16;

/// Files named by the user: themselves, or the readable files of a folder in name order.
///
/// # Errors
/// A French sentence for each path that is not there or can't be opened.
pub fn expand(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<(String, String)>) {
    let (mut files, mut failures) = (Vec::new(), Vec::new());
    for path in paths {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => {
                let before = files.len();
                walk(path, DEPTH, &mut files, &mut failures);
                if files.len() == before {
                    failures.push((
                        display(path),
                        "dossier sans document lisible (PDF, DOCX, ODT, HTML, Markdown, texte)".into(),
                    ));
                }
            }
            Ok(_) => files.push(path.clone()),
            Err(error) => failures.push((display(path), explain(&error))),
        }
    }
    (files, failures)
}

fn walk(dir: &Path, depth: usize, files: &mut Vec<PathBuf>, failures: &mut Vec<(String, String)>) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return failures.push((display(dir), explain(&error))),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(['.', '~']));
        let Ok(meta) = fs::symlink_metadata(&path) else { continue };
        if hidden || meta.is_symlink() {
            continue;
        }
        if meta.is_dir() {
            if depth > 0 {
                walk(&path, depth - 1, files, failures);
            }
        } else if meta.is_file() && readable(&path) {
            files.push(path);
        }
    }
}

fn readable(path: &Path) -> bool {
    path.extension().is_some_and(|e| EXTENSIONS.contains(&e.to_string_lossy().to_lowercase().as_str()))
}

/// What one file may take.
pub fn bounds(ocr: bool) -> Bounds {
    Bounds { time: if ocr { TIME_WITH_OCR } else { TIME }, memory: MEMORY, ocr }
}

/// Reads files one after the other, each within its bounds of memory and time.
pub struct Files {
    isolate: Isolate,
}

impl Files {
    /// With `ocr`, scanned pages go through Tesseract where it is installed.
    pub fn new(ocr: bool) -> Self {
        Self { isolate: Isolate::new(bounds(ocr)) }
    }

    /// Reads one file.
    ///
    /// # Errors
    /// A French sentence: what is wrong and what to do.
    pub fn read(&mut self, path: &Path) -> Result<Document, String> {
        let bytes = fs::read(path).map_err(|e| explain(&e))?;
        self.read_bytes(path, bytes)
    }

    /// Reads a file whose bytes are known.
    ///
    /// # Errors
    /// A French sentence: what is wrong and what to do.
    pub fn read_bytes(&mut self, path: &Path, bytes: Vec<u8>) -> Result<Document, String> {
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let read: Result<Document, ReadError> =
            self.isolate.ask(&Order::Read { name }, &Arc::new(bytes)).map_err(|e| e.to_string())?;
        read.map_err(|e| e.to_string())
    }
}

/// Reads one file.
///
/// # Errors
/// A French sentence: what is wrong and what to do.
pub fn read(path: &Path, ocr: bool) -> Result<Document, String> {
    Files::new(ocr).read(path)
}

/// The path as shown to users.
pub fn display(path: &Path) -> String {
    path.display().to_string()
}

/// What went wrong with a path, and what to do.
pub fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "fichier introuvable : vérifiez le nom et le dossier".into(),
        io::ErrorKind::PermissionDenied => "lecture refusée : vérifiez les droits du fichier (ls -l)".into(),
        _ => format!("lecture impossible : {error}"),
    }
}
