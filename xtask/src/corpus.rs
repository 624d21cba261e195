//! Point files and labelled documents from disk.

use anyhow::{Context, Result};
use check::Engine;
use contract::{Document, Verdict};
use readers::{Limits, NoOcr};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The engine over a folder of point files; `only` keeps some categories.
pub fn engine(dir: &Path, only: &[String]) -> Result<Engine> {
    let mut files = Vec::new();
    collect(dir, &mut files)?;
    files.sort();
    let mut texts = Vec::new();
    for path in files {
        let folder = path.parent().and_then(Path::file_name).map(|f| f.to_string_lossy().to_string());
        let top = path.parent() == Some(dir);
        if top || only.is_empty() || folder.is_some_and(|f| only.contains(&f)) {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            texts.push((path.display().to_string(), text));
        }
    }
    let catalogue = points::catalogue(texts.iter().map(|(p, t)| (p.as_str(), t.as_str())))?;
    Ok(Engine::new(catalogue)?)
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// A labelled document.
pub struct Labelled {
    /// The stem of its files.
    pub stem: String,
    /// The document.
    pub document: Document,
    /// Point → verdict and gold quotes; a point without a line is missing.
    pub gold: BTreeMap<String, (Verdict, Vec<String>)>,
}

/// Every document of a folder that has labels.
pub fn labelled(dir: &Path) -> Result<Vec<Labelled>> {
    let mut files = Vec::new();
    collect(dir, &mut files)?;
    files.sort();
    let mut out = Vec::new();
    for labels in files.iter().filter(|p| p.to_string_lossy().ends_with(".labels.tsv")) {
        let name = labels.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.trim_end_matches(".labels.tsv").to_owned();
        let source = ["txt", "md"]
            .iter()
            .map(|e| labels.with_file_name(format!("{stem}.{e}")))
            .find(|p| p.exists())
            .with_context(|| format!("no text for {name}"))?;
        out.push(Labelled { document: read(&source)?, gold: gold(&fs::read_to_string(labels)?)?, stem });
    }
    Ok(out)
}

/// Reads a document without OCR.
pub fn read(path: &Path) -> Result<Document> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(readers::read(&name, &bytes, &NoOcr, &Limits::default())?)
}

fn gold(text: &str) -> Result<BTreeMap<String, (Verdict, Vec<String>)>> {
    let mut out = BTreeMap::new();
    for line in text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')) {
        let mut cells = line.split('\t');
        let (Some(point), Some(verdict)) = (cells.next(), cells.next()) else { continue };
        let verdict = match verdict {
            "satisfied" => Verdict::Satisfied,
            "weak" => Verdict::Weak,
            "adverse" => Verdict::Adverse,
            other => anyhow::bail!("unknown verdict {other:?}"),
        };
        let quotes = cells.next().unwrap_or_default().split(" || ").map(|q| q.trim().to_owned());
        out.insert(point.to_owned(), (verdict, quotes.filter(|q| !q.is_empty()).collect()));
    }
    Ok(out)
}
