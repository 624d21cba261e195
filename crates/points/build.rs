//! Finds the point files, refuses the ones that are not whole, and embeds the catalogue as postcard.

#[path = "src/clause.rs"]
mod clause;
#[path = "src/figure.rs"]
mod figure;
#[path = "src/parse.rs"]
mod parse;
#[path = "src/parse_clause.rs"]
mod parse_clause;
#[path = "src/proof.rs"]
mod proof;
#[path = "src/stale.rs"]
mod stale;
#[path = "src/types.rs"]
mod types;

pub use clause::Clause;
pub use figure::Figure;
pub use proof::Proof;
pub use stale::StaleReference;

use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), String> {
    let root = PathBuf::from(env("CARGO_MANIFEST_DIR")?).join("../..");
    let points = texts(&root.join("points"))?;
    let stale = texts(&root.join("law/stale"))?;
    let mut catalogue = parse::catalogue(pairs(&points)).map_err(|e| e.to_string())?;
    catalogue.stale = stale::stale_references(pairs(&stale)).map_err(|e| e.to_string())?;
    let demands = texts(&root.join("demands"))?;
    let lexicons = points.iter().filter(|(path, _)| path.ends_with(".toml"));
    let demands: Vec<(String, String)> = lexicons.cloned().chain(demands).collect();
    let demands = parse::demands(pairs(&demands)).map_err(|e| e.to_string())?;
    embed("catalogue.postcard", &catalogue)?;
    embed("demands.postcard", &demands)
}

fn embed(name: &str, catalogue: &types::Catalogue) -> Result<(), String> {
    let bytes = postcard::to_stdvec(catalogue).map_err(|e| e.to_string())?;
    let out = PathBuf::from(env("OUT_DIR")?).join(name);
    fs::write(&out, bytes).map_err(|e| format!("{}: {e}", out.display()))
}

/// The files under a folder with their texts, in the order of their paths.
fn texts(root: &Path) -> Result<Vec<(String, String)>, String> {
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(root, &mut files)?;
    files.sort();
    let read = |path: &PathBuf| {
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok((path.display().to_string(), text))
    };
    files.iter().map(read).collect()
}

fn pairs(texts: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
}

#[expect(clippy::disallowed_methods, reason = "Cargo hands a build script its settings this way")]
fn env(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|e| format!("{name}: {e}"))
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
