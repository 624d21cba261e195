//! `cargo xtask redline DIR`: every DOCX of a folder is redlined and the laws of a redline are checked with other
//! people's tools: pandoc rejects and accepts the changes, every untouched part is compared by its bytes, a second fix
//! changes nothing, LibreOffice opens the result.

use crate::{bench, pandoc};
use anyhow::{Context, Result, bail};
use check::{Engine, Request};
use contract::{Document, Profile, Verdict};
use draft::Answers;
use draft::mend::{Fixed, How, Selection, Task, fix};
use draft::redline::{self, RedlineError, Signature};
use readers::{Limits, NoOcr};
use rustix::time::{ClockId, clock_gettime};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs of each redline; the median counts.
const RUNS: usize = 5;

#[derive(clap::Args)]
pub struct Args {
    /// Folder of DOCX files.
    dir: PathBuf,
    /// Where the redlines go.
    #[arg(long, default_value = "target/redline")]
    out: PathBuf,
    /// The profile; proposed from each document when absent.
    #[arg(long)]
    profile: Option<String>,
    /// Only gaps at least so grave.
    #[arg(long)]
    severity: Option<String>,
    /// Also has LibreOffice make a PDF of each, and load and save the original, for the ratio of times.
    #[arg(long)]
    office: bool,
}

/// What was checked of one file.
#[derive(Default)]
struct Row {
    mended: usize,
    satisfied: usize,
    commented: usize,
    reject: bool,
    untouched: bool,
    again: bool,
    office: Option<bool>,
    ms: f64,
    /// CPU of LibreOffice loading and saving the original, where it was asked.
    saved: Option<f64>,
    failed: Vec<String>,
}

/// Redlines every file and prints what holds.
///
/// # Errors
/// When a file can't be redlined, or a law does not hold.
pub fn run(args: &Args) -> Result<()> {
    let engine = Engine::embedded_with_clauses();
    fs::create_dir_all(&args.out)?;
    let mut files: Vec<PathBuf> = fs::read_dir(&args.dir)?.filter_map(Result::ok).map(|e| e.path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "docx" || e == "docm"));
    files.sort();
    let mut rows = Vec::new();
    println!("mended satisfied commented reject untouched again office     ms  file");
    for file in &files {
        let row = one(&engine, args, file).with_context(|| file.display().to_string())?;
        println!(
            "{:6} {:9} {:9} {:>6} {:>9} {:>5} {:>6} {:6.1}  {}",
            row.mended,
            row.satisfied,
            row.commented,
            yes(row.reject),
            yes(row.untouched),
            yes(row.again),
            row.office.map_or("-", yes),
            row.ms,
            file.file_name().unwrap_or_default().to_string_lossy()
        );
        row.failed.iter().for_each(|f| println!("       {f}"));
        rows.push(row);
    }
    total(&rows)
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "NO" }
}

fn total(rows: &[Row]) -> Result<()> {
    let sum = |of: fn(&Row) -> usize| rows.iter().map(of).sum::<usize>();
    let (mended, satisfied) = (sum(|r| r.mended), sum(|r| r.satisfied));
    let holds = |of: fn(&Row) -> bool| rows.iter().filter(|r| of(r)).count();
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(0.0)
    };
    let ours = median(rows.iter().map(|r| r.ms).collect());
    println!(
        "{} files: {satisfied} of {mended} mended points satisfied after pandoc accepts, {} commented only; \
         reject gives the original back in {}, untouched parts identical in {}, second fix changes nothing in {}; \
         median {ours:.1} ms of CPU",
        rows.len(),
        sum(|r| r.commented),
        holds(|r| r.reject),
        holds(|r| r.untouched),
        holds(|r| r.again),
    );
    let theirs: Vec<f64> = rows.iter().filter_map(|r| r.saved).collect();
    if !theirs.is_empty() {
        let theirs = median(theirs);
        println!("LibreOffice loads and saves in {theirs:.0} ms of CPU: {:.1} times as long", theirs / ours);
    }
    let all = rows.iter().all(|r| r.reject && r.untouched && r.again && r.office != Some(false));
    if !all || mended != satisfied {
        bail!("a law of redlines does not hold");
    }
    Ok(())
}

fn one(engine: &Engine, args: &Args, file: &Path) -> Result<Row> {
    let bytes = fs::read(file)?;
    let profile = args.profile.as_deref().map(|n| Profile::from_name(n).context("unknown profile")).transpose()?;
    let severity = args.severity.as_deref().map(severity).transpose()?;
    let selection = Selection { severity, ..Selection::default() };
    let request = Request { profile, facts: Vec::new() };
    let (fixed, ms) = timed(|| redlined(engine, &bytes, &request, &selection));
    let fixed = fixed?;
    let mut row = Row { ms, ..Row::default() };
    let Some(out) = &fixed.bytes else {
        return Ok(Row { reject: true, untouched: true, again: true, ..row });
    };
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let target = args.out.join(format!("{name}.corrige.docx"));
    fs::write(&target, out)?;
    row.reject = pandoc::rejected(file)? == pandoc::rejected(&target)?;
    row.untouched = untouched(&bytes, out)?;
    let accepted = args.out.join(format!("{name}.accepte.docx"));
    fs::write(&accepted, pandoc::convert(&target, "accept", "docx")?)?;
    accept(engine, &fixed, &read(&fs::read(&accepted)?)?, &mut row);
    let request = Request { profile: Some(fixed.before.profile), facts: fixed.before.facts.clone() };
    let again = redlined(engine, out, &request, &selection)?;
    row.again = again.bytes.is_none();
    again.mended.iter().for_each(|m| row.failed.push(format!("again: {} {:?}", m.point, m.how)));
    row.office = args.office.then(|| office(&target, &args.out)).transpose()?;
    row.saved = args.office.then(|| load_save(file, &args.out)).transpose()?;
    Ok(row)
}

fn severity(name: &str) -> Result<contract::Severity> {
    use contract::Severity::{Bloquant, Majeur, Mineur};
    [Mineur, Majeur, Bloquant].into_iter().find(|s| s.label() == name).context("unknown severity")
}

/// What the work gives, and the median CPU milliseconds that it takes in this thread.
fn timed<T>(work: impl Fn() -> T) -> (T, f64) {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
    };
    let run = || {
        let start = now();
        let done = work();
        (done, now() - start)
    };
    let mut runs: Vec<(T, f64)> = (0..RUNS).map(|_| run()).collect();
    runs.sort_by(|a, b| a.1.total_cmp(&b.1));
    runs.swap_remove(RUNS / 2)
}

/// Redlines in this process.
pub fn redlined(engine: &Engine, bytes: &[u8], request: &Request, selection: &Selection) -> Result<Fixed> {
    let limits = Limits::default();
    let signature = Signature { author: "Clausule".into(), date: "2026-11-29T10:00:00Z".into() };
    let opened = redline::open(bytes, &limits)?;
    let answers = Answers::default();
    let task = Task {
        engine,
        request: request.clone(),
        selection: selection.clone(),
        answers: &answers,
        comments: &opened.comments,
    };
    let fixed = fix(&task, &opened.document, &opened.map, &mut |plan| {
        let applied = redline::apply(bytes, &opened, plan, &signature)?;
        let document = readers::read("contrat.docx", &applied.bytes, &NoOcr, &limits)?;
        Ok::<_, RedlineError>((applied, document))
    })?;
    Ok(fixed)
}

fn read(bytes: &[u8]) -> Result<Document> {
    Ok(readers::read("contrat.docx", bytes, &NoOcr, &Limits::default())?)
}

/// Judges what pandoc accepted.
fn accept(engine: &Engine, fixed: &Fixed, accepted: &Document, row: &mut Row) {
    let request = Request { profile: Some(fixed.before.profile), facts: fixed.before.facts.clone() };
    let after = engine.assess(accepted, &request);
    for mended in &fixed.mended {
        if matches!(mended.how, How::Commented | How::Left) {
            row.commented += 1;
            row.failed.push(format!("{:?}: {} {:?}", mended.how, mended.point, mended.before));
            continue;
        }
        row.mended += 1;
        let verdict = after.verdicts.iter().find(|v| v.point == mended.point);
        match verdict.map(|v| v.verdict) {
            Some(Verdict::Satisfied) => row.satisfied += 1,
            other => row.failed.push(format!("accepted: {} {:?} in « {} »", mended.point, other, mended.article)),
        }
    }
}

/// Whether every part but the main one, the comments and what names them is the same.
fn untouched(before: &[u8], after: &[u8]) -> Result<bool> {
    let (before, after) = (parts(before)?, parts(after)?);
    let touched = |name: &str| {
        let own = ["document", "comments", "document.xml.rels", "[Content_Types].xml"];
        own.iter().any(|t| name.contains(t))
    };
    Ok(before.iter().all(|(name, bytes)| touched(name) || after.get(name) == Some(bytes)))
}

fn parts(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut out = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        out.insert(entry.name()?.into_owned(), bytes);
    }
    Ok(out)
}

/// Has LibreOffice open the file and make a PDF of it.
fn office(file: &Path, out: &Path) -> Result<bool> {
    let mut command = Command::new("soffice");
    command.args(["--headless", "--convert-to", "pdf", "--outdir"]).arg(out).arg(file);
    let output = command.output().context("soffice")?;
    let pdf = out.join(file.with_extension("pdf").file_name().unwrap_or_default());
    Ok(output.status.success() && fs::metadata(pdf).is_ok_and(|m| m.len() > 1000))
}

/// CPU milliseconds that LibreOffice takes to load a file and save it.
fn load_save(file: &Path, out: &Path) -> Result<f64> {
    let saved = out.join("office");
    fs::create_dir_all(&saved)?;
    let mut command = Command::new("soffice");
    command.args(["--headless", "--convert-to", "docx", "--outdir"]).arg(&saved).arg(file);
    bench::cpu(command)
}
