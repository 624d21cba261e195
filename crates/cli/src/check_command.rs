//! `clausule check`.

use crate::args::{CheckArgs, Format};
use crate::dossier;
use crate::input::{self, Files};
use crate::ordered::in_order;
use crate::outlet::Outlet;
use crate::output;
use crate::progress::Progress;
use crate::stream;
use check::Engine;
use contract::{Assessment, Document, Profile, Verdict};
use draft::{Answers, Demands};
use report::json::JsonWriter;
use report::{Assessed, Catalogue, Failure, Report, html, oscal, sarif, terminal, xlsx};
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

/// A document that was read and judged.
pub struct Judged {
    /// The file's name as the user knows it.
    pub file: String,
    /// What was read.
    pub document: Document,
    /// What the engine says of it.
    pub assessment: Assessment,
}

/// Reads, judges and reports.
///
/// # Errors
/// When the output can't be written.
pub fn run(args: &CheckArgs) -> Result<ExitCode, String> {
    // Lives as long as the process: taking it apart piece by piece at the end would cost as much as a page.
    let engine: &Engine = Box::leak(Box::new(Engine::embedded()));
    let infos = Catalogue::from(&engine.catalogue);
    if let Some(path) = &args.output {
        output::refuse_input(path, &args.files)?;
    }
    if matches!(args.format, Format::Jsonl | Format::Csv | Format::Parquet) {
        return stream::run(args, engine, &infos);
    }
    if args.resume {
        return Err("seules les formes jsonl, csv et parquet se reprennent : choisissez-en une avec --format".into());
    }
    if let Some(path) = &args.output {
        output::refuse_overwrite(path, args.force)?;
    } else if matches!(args.format, Format::Pdf | Format::Xlsx) && io::stdout().is_terminal() {
        return Err("ce format ne se lit pas dans un terminal : ajoutez -o et un nom de fichier".into());
    }
    let (files, mut failures) = input::expand(&args.files);
    let write = if args.format == Format::Json { json } else { page };
    let found = write(args, (engine, &infos), &files, &mut failures)?;
    // The text report lists them itself.
    if args.format != Format::Text || args.output.is_some() {
        for (file, message) in &failures {
            eprintln!("clausule : {file} : {message}");
        }
    }
    Ok(ExitCode::from(if failures.is_empty() { u8::from(found) } else { 2 }))
}

/// Threads at work on so many documents.
pub fn jobs(args: &CheckArgs, count: usize) -> usize {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    args.jobs.unwrap_or_else(cores).min(count)
}

/// Whether a document has a gap at or above the severity asked for.
pub fn has_gap(args: &CheckArgs, assessment: &Assessment) -> bool {
    assessment
        .verdicts
        .iter()
        .any(|v| (v.verdict.is_gap() || v.verdict == Verdict::NotReadable) && v.severity >= args.fail_on)
}

/// Reads and judges every file and hands over the documents in order.
fn judge(
    args: &CheckArgs,
    engine: &Engine,
    files: &[PathBuf],
    failures: &mut Vec<(String, String)>,
    mut each: impl FnMut(Judged) -> Result<(), String>,
) -> Result<(), String> {
    let request = args.judge.request();
    let progress = Progress::new(files.len(), 0);
    let demands = (args.judge.profile == Some(Profile::Prestataire)).then(Demands::embedded);
    let answers = Answers::default();
    let work = |reader: &mut Files, at: usize| {
        let document = reader.read(&files[at])?;
        let mut assessment = engine.assess(&document, &request);
        assessment.provider_view = demands.as_ref().map(|d| d.view(&document, &assessment, &answers));
        Ok(Judged { file: input::display(&files[at]), document, assessment })
    };
    let outcome = in_order(
        files.len(),
        jobs(args, files.len()),
        || Files::new(args.judge.ocr()),
        work,
        |at, result| {
            progress.step();
            match result {
                Ok(judged) => each(judged),
                Err(message) => {
                    failures.push((input::display(&files[at]), message));
                    Ok(())
                }
            }
        },
    );
    progress.end();
    outcome
}

/// Writes each document as it comes, so that a run over thousands holds only a few; says whether a gap was found.
fn json(
    args: &CheckArgs,
    (engine, infos): (&Engine, &Catalogue),
    files: &[PathBuf],
    failures: &mut Vec<(String, String)>,
) -> Result<bool, String> {
    let mut outlet = Outlet::open(args.output.as_deref(), args.force)?;
    let explain = |error: io::Error| format!("écriture impossible : {error}");
    let mut found = false;
    let mut fill = |outlet: &mut Outlet| {
        let mut writer = JsonWriter::new(outlet, infos).map_err(explain)?;
        judge(args, engine, files, failures, |judged| {
            found |= has_gap(args, &judged.assessment);
            let Judged { file, document, assessment } = &judged;
            writer.push(&Assessed { file, document, assessment }).map_err(explain)
        })?;
        writer.finish(&failed(failures)).map(|_| ()).map_err(explain)
    };
    match fill(&mut outlet) {
        Err(_) if outlet.is_closed() => {}
        filled => filled.and_then(|()| outlet.finish())?,
    }
    Ok(found)
}

/// Writes a report over all documents; says whether a gap was found.
fn page(
    args: &CheckArgs,
    (engine, catalogue): (&Engine, &Catalogue),
    files: &[PathBuf],
    failures: &mut Vec<(String, String)>,
) -> Result<bool, String> {
    let mut judged = Vec::new();
    judge(args, engine, files, failures, |one| {
        judged.push(one);
        Ok(())
    })?;
    let documents: Vec<Assessed> =
        judged.iter().map(|j| Assessed { file: &j.file, document: &j.document, assessment: &j.assessment }).collect();
    let failures = failed(failures);
    let report = Report { catalogue, documents: &documents, failures: &failures };
    let bytes = match args.format {
        Format::Pdf => dossier::pdf(&report, &judged, output::day(args.date)?)?,
        _ => render(args, &report)?,
    };
    output::write(args.output.as_deref(), &bytes)?;
    Ok(judged.iter().any(|j| has_gap(args, &j.assessment)))
}

fn failed(failures: &[(String, String)]) -> Vec<Failure<'_>> {
    failures.iter().map(|(file, message)| Failure { file, message }).collect()
}

fn render(args: &CheckArgs, report: &Report<'_>) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    match args.format {
        Format::Html => out = html::render(report).into_bytes(),
        Format::Xlsx => out = xlsx::write(report, Some(output::day(args.date)?)).map_err(|e| e.to_string())?,
        Format::Sarif => sarif::write(report, env!("CARGO_PKG_VERSION"), &mut out).map_err(|e| e.to_string())?,
        Format::Oscal => {
            let day = output::day(args.date)?;
            oscal::write(report, env!("CARGO_PKG_VERSION"), day, &mut out).map_err(|e| e.to_string())?;
        }
        _ => {
            let colour = args.output.is_none() && io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            out = terminal::render(report, terminal::Options { colour, width: width() }).into_bytes();
        }
    }
    Ok(out)
}

/// Columns of the terminal, 100 where there is none.
pub fn width() -> usize {
    rustix::termios::tcgetwinsize(io::stdout()).map_or(100, |size| usize::from(size.ws_col)).max(1)
}
