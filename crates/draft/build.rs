//! Finds the documents' templates and embeds them.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), String> {
    let root = PathBuf::from(env("CARGO_MANIFEST_DIR")?).join("../../documents");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&root)
        .map_err(|e| format!("{}: {e}", root.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    let mut out = String::from("[\n");
    for path in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let _ = writeln!(out, "({name:?}, include_str!({:?})),", path.display().to_string());
    }
    out.push_str("]\n");
    let target = PathBuf::from(env("OUT_DIR")?).join("documents.rs");
    fs::write(&target, out).map_err(|e| format!("{}: {e}", target.display()))
}

#[expect(clippy::disallowed_methods, reason = "Cargo hands a build script its settings this way")]
fn env(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|e| format!("{name}: {e}"))
}
