//! Compiles the embedded catalogue ahead of time, so that the program begins to judge at once.

#[path = "src/compile.rs"]
mod compile;
#[path = "src/second/numbers.rs"]
#[expect(dead_code, reason = "the build only writes the numbers")]
mod numbers;
#[path = "src/pattern.rs"]
mod pattern;
#[path = "src/program.rs"]
#[expect(dead_code, reason = "the build only writes programs")]
mod program;
#[path = "src/tokens.rs"]
#[expect(dead_code, reason = "the build only cuts patterns into words")]
mod tokens;

use points::{Catalogue, Clause, Item};
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), String> {
    for source in ["compile", "pattern", "program", "second/numbers", "tokens"] {
        println!("cargo::rerun-if-changed=src/{source}.rs");
    }
    println!("cargo::rerun-if-changed=weights/second.txt");
    let catalogue = points::embedded();
    let weights = include_str!("weights/second.txt");
    let numbers = numbers::Numbers::compile(weights, &catalogue).map_err(|e| e.to_string())?;
    write("second.postcard", &postcard::to_stdvec(&numbers).map_err(|e| e.to_string())?)?;
    let (pool, atoms) = compile::compile(&catalogue).map_err(|e| e.to_string())?;
    let pool: Vec<u8> = pool.iter().flat_map(|word| word.to_le_bytes()).collect();
    write("pool.bin", &pool)?;
    write("atoms.txt", atoms.as_bytes())?;
    let clauses: Vec<&Option<Clause>> = catalogue.points.iter().map(|point| &point.clause).collect();
    write("clauses.postcard", &postcard::to_stdvec(&clauses).map_err(|e| e.to_string())?)?;
    write("rules.postcard", &postcard::to_stdvec(&rules(catalogue)).map_err(|e| e.to_string())?)
}

/// The catalogue without what only compiling needs and what only people read at length; of each item, the first
/// pattern stays, for the proof of absence names it.
fn rules(mut catalogue: Catalogue) -> Catalogue {
    catalogue.concepts.clear();
    for point in &mut catalogue.points {
        point.page.clear();
        point.cases.clear();
        point.clause = None;
        point.no_clause = None;
        point.concept.clear();
        for sign in &mut point.signs {
            for Item(patterns) in &mut sign.all {
                patterns.truncate(1);
            }
            for patterns in [&mut sign.none, &mut sign.heading, &mut sign.not_heading, &mut sign.unless_doc] {
                patterns.clear();
            }
        }
    }
    catalogue
}

#[expect(clippy::disallowed_methods, reason = "Cargo hands a build script its settings this way")]
fn write(name: &str, bytes: &[u8]) -> Result<(), String> {
    let out = PathBuf::from(std::env::var("OUT_DIR").map_err(|e| e.to_string())?).join(name);
    fs::write(&out, bytes).map_err(|e| format!("{}: {e}", out.display()))
}
