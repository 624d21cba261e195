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
    /// Alters every sample (a line less, cut anywhere, another exit code) and prints what still comes out ok.
    #[arg(long)]
    alter: bool,
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
    if args.alter {
        alter(&args.folder, &truth)?;
    }
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

/// A sample's files: `.out`, `.err` and `.rc` of one name belong together.
struct Sample {
    name: String,
    bytes: Vec<u8>,
    stderr: Option<Vec<u8>>,
    code: Option<i32>,
}

impl Sample {
    fn load(stem: &Path) -> Result<Self> {
        let with = |ending: &str| PathBuf::from(format!("{}.{ending}", stem.display()));
        let endings =
            ["out", "jsonl", "json", "eml", "xml", "log", "txt", "prom", "ndjson", "dat", "csv", "console", "toml"];
        let path = endings.iter().map(|e| with(e)).find(|p| p.exists()).with_context(|| stem.display().to_string())?;
        let code = fs::read_to_string(with("rc")).ok().and_then(|t| t.trim().rsplit('=').next()?.trim().parse().ok());
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, bytes: fs::read(&path)?, stderr: fs::read(with("err")).ok(), code })
    }

    fn facts(&self, source: Option<&str>) -> Vec<Fact> {
        let (stderr, exit_code) = (self.stderr.as_deref(), self.code);
        let proof = Proof { name: &self.name, bytes: &self.bytes, stderr, exit_code, source, ..Proof::default() };
        ::evidence::read(&proof)
    }
}

fn judge(stem: &Path, source: Option<&str>) -> Result<Vec<Fact>> {
    Ok(Sample::load(stem)?.facts(source))
}

/// Lines of a stream without one of them, or only the first so many.
fn without(bytes: &[u8], line: usize) -> Vec<u8> {
    let lines = bytes.split_inclusive(|b| *b == b'\n').enumerate();
    lines.filter(|(i, _)| *i != line).flat_map(|(_, l)| l.to_vec()).collect()
}

fn first(bytes: &[u8], count: usize) -> Vec<u8> {
    bytes.split_inclusive(|b| *b == b'\n').take(count).flat_map(<[u8]>::to_vec).collect()
}

/// Most lines altered one by one.
const LINES: usize = 400;

fn alter(folder: &Path, truth: &str) -> Result<()> {
    let mut tried = 0;
    for line in truth.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        let mut cells = line.split('\t');
        let (Some(name), Some(source), Some(wanted)) = (cells.next(), cells.next(), cells.next()) else { continue };
        let sample = Sample::load(&folder.join(name))?;
        let mut report = |what: String, altered: &Sample| {
            tried += 1;
            for told in [None, Some(source)] {
                if worst(&altered.facts(told)) == State::Ok {
                    println!("{name} ({wanted}) still ok: {what}");
                    break;
                }
            }
        };
        let copy = || Sample {
            name: sample.name.clone(),
            bytes: sample.bytes.clone(),
            stderr: sample.stderr.clone(),
            code: sample.code,
        };
        let ok = wanted == "ok";
        for code in [1, 2, 3, 255, -1].into_iter().filter(|_| ok) {
            report(format!("exit code {code}"), &Sample { code: Some(code), ..copy() });
        }
        for (stream, bytes) in [("out", Some(&sample.bytes)), ("err", sample.stderr.as_ref())] {
            let Some(bytes) = bytes else { continue };
            let count = bytes.split_inclusive(|b| *b == b'\n').count().min(LINES);
            for at in 0..count {
                let (what, altered) = if ok {
                    (format!("cut before line {at} of {count} of {stream}"), first(bytes, at))
                } else {
                    (format!("without line {at} of {stream}"), without(bytes, at))
                };
                let altered = if stream == "out" {
                    Sample { bytes: altered, ..copy() }
                } else {
                    Sample { stderr: Some(altered), ..copy() }
                };
                report(what, &altered);
            }
        }
    }
    println!("{tried} alterations tried");
    Ok(())
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
