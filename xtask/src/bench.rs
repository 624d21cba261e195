//! `cargo xtask bench`: ratios measured in one run, never a timed test.

use crate::corpus;
use anyhow::{Context, Result, bail};
use check::{Engine, Request};
use contract::Profile;
use points::Catalogue;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// Runs of each command; the median counts.
const RUNS: usize = 10;

#[derive(clap::Args)]
pub struct Args {
    /// Folder of PDF files.
    #[arg(long, default_value = "../shared/corpus/originals")]
    pdf: PathBuf,
    /// Folder of text contracts, for the cost against the number of points.
    #[arg(long, default_value = "samples")]
    texts: PathBuf,
    /// The program.
    #[arg(long, default_value = "target/release/clausule")]
    bin: PathBuf,
}

/// Measures and prints.
///
/// # Errors
/// When a program or a folder is missing.
pub fn run(args: &Args) -> Result<()> {
    reading(args)?;
    points(args)
}

/// CPU of `clausule check --format json` against `pdftotext -layout`, file by file and all together.
fn reading(args: &Args) -> Result<()> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(&args.pdf)
        .with_context(|| args.pdf.display().to_string())?
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "pdf"))
        .collect();
    files.sort();
    let (mut ours, mut theirs) = (0.0, 0.0);
    println!("CPU ms (user + system, median of {RUNS}) of `clausule check --format json` / `pdftotext -layout`");
    for file in &files {
        let check = || {
            let mut command = Command::new(&args.bin);
            command.args(["check", "--format", "json", "--no-ocr"]).arg(file);
            command
        };
        let poppler = || {
            let mut command = Command::new("pdftotext");
            command.arg("-layout").arg(file).arg("-");
            command
        };
        let (a, b) = (median(check)?, median(poppler)?);
        ours += a;
        theirs += b;
        println!("  {a:7.1} / {b:7.1} = {:4.2}  {}", a / b, file.file_name().unwrap_or_default().to_string_lossy());
    }
    if theirs == 0.0 {
        bail!("no PDF in {}", args.pdf.display());
    }
    println!("  {ours:7.1} / {theirs:7.1} = {:4.2}  all, a run for each", ours / theirs);
    let together = median(|| {
        let mut command = Command::new(&args.bin);
        command.args(["check", "--format", "json", "--no-ocr", "--jobs", "1"]).args(&files);
        command
    })?;
    println!("  {together:7.1} / {theirs:7.1} = {:4.2}  all, one run of ours over all of them", together / theirs);
    Ok(())
}

fn median(make: impl Fn() -> Command) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        times.push(cpu(make())?);
    }
    times.sort_by(f64::total_cmp);
    Ok((times[RUNS / 2 - 1] + times[RUNS / 2]) / 2.0)
}

/// CPU milliseconds (user and system) that a program and what it waited for took.
///
/// # Errors
/// When it can't be started.
pub fn cpu(mut command: Command) -> Result<f64> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context(program)?;
    let used = child.wait4()?.rusage;
    Ok((used.utime + used.stime).as_secs_f64() * 1000.0)
}

/// Time of the engine with the catalogue as it is and ten times as large: once with the same points under other ids,
/// once with every copy changed a little.
fn points(args: &Args) -> Result<()> {
    let one = points::embedded();
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(&args.texts)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "txt") {
            documents.push(corpus::read(Path::new(&path))?);
        }
    }
    let count = one.points.len();
    let (same, varied) = (Engine::new(tenfold(&one, false))?, Engine::new(tenfold(&one, true))?);
    let alone = time(&Engine::new(one)?, &documents);
    println!("engine on {} documents: {count} points {alone:.1} ms", documents.len());
    for (what, engine) in [("the same under other ids", &same), ("each changed a little", &varied)] {
        let ten = time(engine, &documents);
        let growth = (ten / alone - 1.0) * 100.0;
        println!("  {} points, {what}: {ten:.1} ms, growth {growth:.0} %", engine.catalogue.points.len());
    }
    Ok(())
}

/// Milliseconds for all documents, median.
#[expect(clippy::disallowed_methods, reason = "a benchmark looks at the clock; it prints ratios and fails nothing")]
fn time(engine: &Engine, documents: &[contract::Document]) -> f64 {
    let request = Request { profile: Some(Profile::Complete), facts: Vec::new() };
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            for document in documents {
                std::hint::black_box(engine.assess(document, &request));
            }
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2].as_secs_f64() * 1000.0
}

/// The catalogue with nine copies of every point, under other ids; `varied` drops another pattern from the first sign
/// of each copy, so that no two ask quite the same.
fn tenfold(catalogue: &Catalogue, varied: bool) -> Catalogue {
    let mut large = catalogue.clone();
    for copy in 1..10 {
        for point in &catalogue.points {
            let mut point = point.clone();
            point.id = format!("{}-COPY{copy}", point.id);
            let first = point.signs.first_mut().and_then(|sign| sign.all.first_mut());
            if let Some(item) = first.filter(|item| varied && item.0.len() > 1) {
                item.0.remove(copy % item.0.len());
            }
            large.points.push(point);
        }
    }
    large
}
