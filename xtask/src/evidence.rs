//! `cargo xtask evidence`: the state of labelled proofs against `truth.tsv`.

use ::evidence::{Fact, Proof, State};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// What a folder of proofs is scored with.
#[derive(clap::Args)]
pub struct Args {
    /// The folder that holds truth.tsv.
    folder: PathBuf,
    /// Also prints what is made of the files without a label.
    #[arg(long)]
    all: bool,
    /// Tells the reader the source of truth.tsv instead of letting it recognise the content.
    #[arg(long)]
    told: bool,
}

/// Scores a folder.
///
/// # Errors
/// When a file can't be read, or a proof is judged wrongly.
pub fn run(args: &Args) -> Result<()> {
    let truth = fs::read_to_string(args.folder.join("truth.tsv")).context("truth.tsv")?;
    let (mut right, mut total, mut green, mut known) = (0, 0, 0, Vec::new());
    for line in truth.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        let mut cells = line.split('\t');
        let (Some(sample), Some(source), Some(wanted)) = (cells.next(), cells.next(), cells.next()) else { continue };
        let stem = args.folder.join(sample);
        let facts = judge(&stem, args.told.then_some(source))?;
        known.push(stem);
        total += 1;
        let found = worst(&facts);
        if found.name() == wanted {
            right += 1;
        } else {
            green += usize::from(found == State::Ok);
            println!("{sample} ({source}): {} instead of {wanted}: {}", found.name(), describe(&facts));
        }
    }
    println!("{right}/{total} right, {green} false greens");
    if args.all {
        others(&args.folder, &known)?;
    }
    if right < total {
        bail!("{} proofs judged wrongly", total - right);
    }
    Ok(())
}

/// The worst state of a proof's facts.
fn worst(facts: &[Fact]) -> State {
    facts.iter().map(|f| f.state).max().unwrap_or(State::Unproven)
}

fn describe(facts: &[Fact]) -> String {
    let one = |f: &Fact| {
        let (when, host) = (f.happened.as_deref().unwrap_or("-"), f.host.as_deref().unwrap_or("-"));
        format!(
            "[{} {} {when} {host} {:?} {:?}] {}",
            f.source,
            f.state.name(),
            f.scope.iter().take(3).collect::<Vec<_>>(),
            f.volume.files,
            f.reasons.join(" ; ")
        )
    };
    let shown: Vec<String> = facts.iter().take(4).map(one).collect();
    format!("{} facts: {}", facts.len(), shown.join("\n      "))
}

/// The facts of a sample: `.out`, `.err` and `.rc` of one name belong together.
fn judge(stem: &Path, source: Option<&str>) -> Result<Vec<Fact>> {
    let with = |ending: &str| PathBuf::from(format!("{}.{ending}", stem.display()));
    let endings = ["out", "jsonl", "json", "eml", "xml", "log", "txt", "prom", "ndjson", "dat", "csv", "console"];
    let path = endings.iter().map(|e| with(e)).find(|p| p.exists()).with_context(|| stem.display().to_string())?;
    let bytes = fs::read(&path)?;
    let stderr = fs::read(with("err")).ok();
    let code = fs::read_to_string(with("rc")).ok().and_then(|t| t.trim().rsplit('=').next()?.trim().parse().ok());
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let proof =
        Proof { name: &name, bytes: &bytes, stderr: stderr.as_deref(), exit_code: code, source, ..Proof::default() };
    Ok(::evidence::read(&proof))
}

fn others(folder: &Path, known: &[PathBuf]) -> Result<()> {
    let mut stack = vec![folder.to_path_buf()];
    let mut stems = Vec::new();
    while let Some(dir) = stack.pop() {
        for entry in fs::read_dir(&dir)? {
            let path = entry?.path();
            let ending = path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                stack.push(path);
            } else if !["err", "rc", "pdf", "png", "tsv", "md"].contains(&ending.as_str())
                && !known.contains(&path.with_extension(""))
            {
                stems.push(path.with_extension(""));
            }
        }
    }
    stems.sort();
    stems.dedup();
    for stem in stems {
        match judge(&stem, None) {
            Ok(facts) => println!("{}: {} {}", stem.display(), worst(&facts).name(), describe(&facts)),
            Err(error) => println!("{}: {error}", stem.display()),
        }
    }
    Ok(())
}
