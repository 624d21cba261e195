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
    println!("  {ours:7.1} / {theirs:7.1} = {:4.2}  all", ours / theirs);
    Ok(())
}

fn median(make: impl Fn() -> Command) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let mut command = make();
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context(program)?;
        let used = child.wait4()?.rusage;
        times.push((used.utime + used.stime).as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok((times[RUNS / 2 - 1] + times[RUNS / 2]) / 2.0)
}

/// Time of the engine with the catalogue as it is and ten times as large.
#[expect(clippy::disallowed_methods, reason = "a benchmark looks at the clock; it prints ratios and fails nothing")]
fn points(args: &Args) -> Result<()> {
    let one = points::embedded();
    let ten = tenfold(&one);
    let (counts, engines) = ((one.points.len(), ten.points.len()), (Engine::new(one)?, Engine::new(ten)?));
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(&args.texts)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "txt") {
            documents.push(corpus::read(Path::new(&path))?);
        }
    }
    let request = Request { profile: Some(Profile::Complete), facts: Vec::new() };
    let time = |engine: &Engine| {
        let mut times: Vec<Duration> = (0..RUNS)
            .map(|_| {
                let start = Instant::now();
                for document in &documents {
                    std::hint::black_box(engine.assess(document, &request));
                }
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        times[RUNS / 2].as_secs_f64() * 1000.0
    };
    let (a, b) = (time(&engines.0), time(&engines.1));
    println!(
        "engine on {} documents: {} points {a:.1} ms, {} points {b:.1} ms, growth {:.0} %",
        documents.len(),
        counts.0,
        counts.1,
        (b / a - 1.0) * 100.0
    );
    Ok(())
}

/// The catalogue with nine copies of every point, under other ids.
fn tenfold(catalogue: &Catalogue) -> Catalogue {
    let mut large = catalogue.clone();
    for copy in 1..10 {
        for point in &catalogue.points {
            let mut point = point.clone();
            point.id = format!("{}-COPY{copy}", point.id);
            large.points.push(point);
        }
    }
    large
}
