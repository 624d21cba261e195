//! `clausule check` over thousands of contracts: each document is written as soon as it is judged, in the order of the
//! files, and a run that was interrupted goes on where it stopped.

use crate::args::{CheckArgs, Format};
use crate::check_command::{has_gap, jobs};
use crate::input::{self, Files};
use crate::ordered::in_order;
use crate::outlet::Outlet;
use crate::output::temporary;
use crate::partial::{Partial, State, digest};
use crate::progress::Progress;
use check::{Engine, Request};
use contract::Profile;
use draft::{Answers, Demands};
use report::{Assessed, Catalogue, Failure, json, parquet, rows};
use std::fs::{self, File};
use std::io::{BufRead, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Where the documents go.
enum Sink {
    /// The terminal or a pipe: nothing to resume.
    Out(Outlet, State),
    /// A file that survives being killed.
    File(Box<Partial>),
}

/// A document as it is written.
struct Record {
    bytes: Vec<u8>,
    state: State,
    /// Why it could not be read.
    message: Option<String>,
    /// The [`digest`] of the file's bytes, 0 when it could not be opened.
    digest: u64,
}

/// Reads, judges and writes, document by document.
///
/// # Errors
/// When the output can't be written or resumed.
pub fn run(args: &CheckArgs, engine: &Engine, catalogue: &Catalogue) -> Result<ExitCode, String> {
    if args.output.is_none() && (args.resume || args.format == Format::Parquet) {
        return Err("cette forme s'écrit dans un fichier : ajoutez -o FICHIER".into());
    }
    let (files, failures) = input::expand(&args.files);
    let judge = Judge { args, engine, request: args.judge.request(), catalogue, demands: demands(args) };
    let opening = if args.format == Format::Csv { rows::csv_head() } else { Vec::new() };
    let listed: Vec<&Path> =
        failures.iter().map(|(file, _)| Path::new(file)).chain(files.iter().map(PathBuf::as_path)).collect();
    let mut sink = match &args.output {
        Some(path) => {
            let settings = judge.settings();
            Sink::File(Box::new(Partial::open(path, &settings, &opening, &listed, (args.resume, args.force))?))
        }
        None => {
            let mut out = Outlet::open(None, false)?;
            out.write_all(&opening).map_err(|e| out.explain(&e))?;
            Sink::Out(out, State::Good)
        }
    };
    let (done, dropped) = sink.kept();
    let todo: Vec<&PathBuf> = files.iter().skip(done.saturating_sub(failures.len())).collect();
    let progress = Progress::new(files.len(), files.len() - todo.len());
    if dropped > 0 {
        progress.say(&format!(
            "clausule : fichiers changés depuis l'interruption : {dropped} document(s) sont jugés de nouveau"
        ));
    }
    let failures = &failures[done.min(failures.len())..];
    let outcome = fill(&judge, (&todo, failures), &mut sink, &progress);
    progress.end();
    match outcome {
        Err(_) if sink.is_closed() => return Ok(code(sink.worst())),
        outcome => outcome?,
    }
    Ok(code(finish(args.format, sink)?))
}

fn code(worst: State) -> ExitCode {
    ExitCode::from(match worst {
        State::Good => 0,
        State::Gap => 1,
        State::Failed => 2,
    })
}

fn fill(
    judge: &Judge<'_>,
    (todo, failures): (&[&PathBuf], &[(String, String)]),
    sink: &mut Sink,
    progress: &Progress,
) -> Result<(), String> {
    for (file, message) in failures {
        sink.push(Path::new(file), failed(judge.args.format, file, message.clone(), 0), progress)?;
    }
    let work = |files: &mut Files, at: usize| judge.record(files, todo[at]);
    in_order(
        todo.len(),
        jobs(judge.args, todo.len()),
        || Files::new(judge.args.judge.ocr()),
        work,
        |at, record| {
            sink.push(todo[at], record, progress)?;
            progress.step();
            Ok(())
        },
    )
}

/// What goes too far for a provider, where the form has room for it: a line of JSON holds all of a document, a table has
/// one row a point and no place for what is no point.
fn demands(args: &CheckArgs) -> Option<Demands> {
    (args.judge.profile == Some(Profile::Prestataire) && args.format == Format::Jsonl).then(Demands::embedded)
}

/// What every document is judged with.
struct Judge<'a> {
    args: &'a CheckArgs,
    engine: &'a Engine,
    request: Request,
    catalogue: &'a Catalogue,
    demands: Option<Demands>,
}

impl Judge<'_> {
    /// What must be the same for a run to be gone on with.
    fn settings(&self) -> String {
        let args = self.args;
        format!(
            "clausule {} {:016x} {:016x}, {:?}, profil {}, faits {:?}, seuil {}, OCR {}",
            env!("CARGO_PKG_VERSION"),
            self.engine.fingerprint(),
            self.demands.as_ref().map_or(0, |demands| demands.engine().fingerprint()),
            args.format,
            args.judge.profile.map_or("proposé", Profile::name),
            args.judge.facts,
            args.fail_on.label(),
            args.judge.ocr()
        )
    }

    fn record(&self, files: &mut Files, path: &Path) -> Record {
        let format = self.args.format;
        let file = input::display(path);
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return failed(format, &file, input::explain(&error), 0),
        };
        let digest = digest(&bytes);
        let document = match files.read_bytes(path, bytes) {
            Ok(document) => document,
            Err(message) => return failed(format, &file, message, digest),
        };
        let mut assessment = self.engine.assess(&document, &self.request);
        let view = self.demands.as_ref().map(|d| d.view(&document, &assessment, &Answers::default()));
        assessment.provider_view = view;
        let gap = has_gap(self.args, &assessment);
        let assessed = Assessed { file: &file, document: &document, assessment: &assessment };
        let bytes = match format {
            Format::Csv => rows::csv(&rows::of_document(self.catalogue, &assessed)),
            Format::Parquet => row_lines(&rows::of_document(self.catalogue, &assessed)),
            _ => json::line(self.catalogue, &assessed),
        };
        Record { bytes, state: if gap { State::Gap } else { State::Good }, message: None, digest }
    }
}

fn failed(format: Format, file: &str, message: String, digest: u64) -> Record {
    let failure = Failure { file, message: &message };
    let bytes = match format {
        Format::Csv => rows::csv(&[rows::of_failure(&failure)]),
        Format::Parquet => row_lines(&[rows::of_failure(&failure)]),
        _ => json::failure_line(&failure),
    };
    Record { bytes, state: State::Failed, message: Some(message), digest }
}

/// Rows as they wait to become Parquet, which can't be written piece by piece.
fn row_lines(rows: &[rows::Row]) -> Vec<u8> {
    let mut lines = Vec::new();
    for row in rows {
        lines.extend(serde_json::to_vec(row).unwrap_or_default());
        lines.push(b'\n');
    }
    lines
}

impl Sink {
    /// How many documents of the list are whole already, and how many were dropped.
    fn kept(&self) -> (usize, usize) {
        match self {
            Self::Out(..) => (0, 0),
            Self::File(partial) => (partial.done, partial.dropped),
        }
    }

    fn is_closed(&self) -> bool {
        matches!(self, Self::Out(out, _) if out.is_closed())
    }

    fn worst(&self) -> State {
        match self {
            Self::Out(_, worst) => *worst,
            Self::File(partial) => partial.worst,
        }
    }

    fn push(&mut self, file: &Path, record: Record, progress: &Progress) -> Result<(), String> {
        if let Some(message) = &record.message {
            progress.say(&format!("clausule : {} : {message}", input::display(file)));
        }
        match self {
            Self::File(partial) => partial.push(file, &record.bytes, record.state, record.digest),
            Self::Out(out, worst) => {
                *worst = (*worst).max(record.state);
                out.write_all(&record.bytes).and_then(|()| out.flush()).map_err(|e| out.explain(&e))
            }
        }
    }
}

fn finish(format: Format, sink: Sink) -> Result<State, String> {
    let partial = match sink {
        Sink::Out(out, worst) => return out.finish().map(|()| worst),
        Sink::File(partial) => *partial,
    };
    if format != Format::Parquet {
        return partial.finish(None);
    }
    let made = temporary(partial.target())?;
    let converted = convert(&partial, &made);
    if let Err(error) = converted {
        let _ = fs::remove_file(&made);
        return Err(format!("écriture de {} impossible : {error}", partial.target().display()));
    }
    partial.finish(Some(&made))
}

/// Makes Parquet of the rows, group by group.
fn convert(partial: &Partial, made: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut writer = parquet::Writer::new(BufWriter::new(File::create(made)?))?;
    let mut group = Vec::new();
    for line in partial.reread()?.lines() {
        group.push(serde_json::from_str(&line?)?);
        if group.len() == parquet::GROUP {
            writer.push(&group)?;
            group.clear();
        }
    }
    if !group.is_empty() {
        writer.push(&group)?;
    }
    let mut out = writer.finish()?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(())
}
