//! Laws of the tree that no compiler checks: lengths, module headers, paths named in documents, the crate table.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest source file, in lines.
const FILE_LINES: usize = 450;
/// Documents whose paths must exist.
const DOCUMENTS: [&str; 3] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/// Checks the tree.
///
/// # Errors
/// Every law broken, a line each.
pub fn run() -> Result<()> {
    let mut broken = Vec::new();
    let mut sources = Vec::new();
    for dir in ["crates", "xtask"] {
        collect(Path::new(dir), &mut sources)?;
    }
    sources.sort();
    for path in &sources {
        source(path, &mut broken)?;
    }
    for document in DOCUMENTS {
        paths(document, &mut broken)?;
    }
    crates(&mut broken)?;
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    println!("{} source files tidy", sources.len());
    Ok(())
}

fn collect(dir: &Path, out: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, out)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
    Ok(())
}

fn source(path: &Path, broken: &mut Vec<String>) -> Result<()> {
    let text = fs::read_to_string(path)?;
    let lines = text.lines().count();
    if lines > FILE_LINES {
        broken
            .push(format!("{}: {lines} lines, more than {FILE_LINES}: is there a second thing in it?", path.display()));
    }
    if !text.starts_with("//!") {
        broken.push(format!("{}: no `//!` line that says what the module is for", path.display()));
    }
    let ignored = "#[ignore";
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with(ignored) && !line.contains('=') {
            broken.push(format!("{}:{}: an ignored test without a reason", path.display(), number + 1));
        }
    }
    Ok(())
}

/// Paths between backticks that hold a slash must exist.
fn paths(document: &str, broken: &mut Vec<String>) -> Result<()> {
    let text = fs::read_to_string(document).with_context(|| document.to_owned())?;
    for (index, word) in text.split('`').enumerate() {
        let is_path = index % 2 == 1 && word.contains('/') && !word.contains([' ', '<', '*', '{', ':', '$', '"']);
        if is_path && !word.starts_with(['.', '/', '-', '~']) && !Path::new(word.trim_end_matches('/')).exists() {
            broken.push(format!("{document}: `{word}` does not exist"));
        }
    }
    Ok(())
}

/// ARCHITECTURE.md names every crate.
fn crates(broken: &mut Vec<String>) -> Result<()> {
    let text = fs::read_to_string("ARCHITECTURE.md")?;
    for entry in fs::read_dir("crates")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !text.contains(&format!("| `{name}` |")) {
            broken.push(format!("ARCHITECTURE.md: the crate table lacks `{name}`"));
        }
    }
    Ok(())
}
