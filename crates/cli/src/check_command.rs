//! `clausule check`.

use crate::args::{CheckArgs, Format};
use crate::input;
use check::{Engine, Request};
use contract::{Assessment, Document, Verdict};
use report::{Assessed, Catalogue, Failure, PointInfo, Report, html, json, terminal};
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

/// A document that was read and judged.
struct Judged {
    file: String,
    document: Document,
    assessment: Assessment,
}

/// Reads, judges and reports.
///
/// # Errors
/// When the output can't be written, or the catalogue is broken.
pub fn run(args: &CheckArgs) -> Result<ExitCode, String> {
    if let Some(path) = &args.output {
        refuse_overwrite(path, args.force)?;
    }
    // Lives as long as the process: taking it apart piece by piece at the end would cost as much as a page.
    let engine: &Engine = Box::leak(Box::new(Engine::embedded()));
    let infos = infos(&engine.catalogue);
    let request = Request { profile: args.profile, facts: args.facts.clone() };
    let (files, mut failures) = input::expand(&args.files);
    let mut judged = Vec::new();
    for path in &files {
        match input::read(path, !args.no_ocr) {
            Ok(document) => {
                let assessment = engine.assess(&document, &request);
                judged.push(Judged { file: input::display(path), document, assessment });
            }
            Err(message) => failures.push((input::display(path), message)),
        }
    }
    let text = render(args, &infos, &judged, &failures)?;
    write(args, &text)?;
    // The text report lists them itself.
    if args.format != Format::Text || args.output.is_some() {
        for (file, message) in &failures {
            eprintln!("clausule : {file} : {message}");
        }
    }
    Ok(exit_code(args, &judged, &failures))
}

fn render(
    args: &CheckArgs,
    catalogue: &Catalogue,
    judged: &[Judged],
    failures: &[(String, String)],
) -> Result<Vec<u8>, String> {
    let documents: Vec<Assessed> =
        judged.iter().map(|j| Assessed { file: &j.file, document: &j.document, assessment: &j.assessment }).collect();
    let failures: Vec<Failure> = failures.iter().map(|(file, message)| Failure { file, message }).collect();
    let report = Report { catalogue, documents: &documents, failures: &failures };
    Ok(match args.format {
        Format::Json => {
            let mut out = Vec::new();
            json::write(&report, &mut out).map_err(|e| e.to_string())?;
            out
        }
        Format::Html => html::render(&report).into_bytes(),
        Format::Text => {
            let colour = args.output.is_none() && io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            terminal::render(&report, terminal::Options { colour, width: width() }).into_bytes()
        }
    })
}

/// Columns of the terminal, 100 where there is none.
fn width() -> usize {
    rustix::termios::tcgetwinsize(io::stdout()).map_or(100, |size| usize::from(size.ws_col)).max(1)
}

fn refuse_overwrite(path: &Path, force: bool) -> Result<(), String> {
    if path.exists() && !force {
        return Err(format!("{} existe déjà : ajoutez --force pour le remplacer", path.display()));
    }
    Ok(())
}

/// Writes to a temporary file beside the target and renames it, so that nothing is ever half written.
fn write(args: &CheckArgs, bytes: &[u8]) -> Result<(), String> {
    let Some(path) = &args.output else {
        return match io::stdout().write_all(bytes) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("écriture impossible : {error}")),
            _ => Ok(()),
        };
    };
    let mut name = path.file_name().ok_or("le fichier de sortie n'a pas de nom")?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let done = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    done.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        format!("écriture de {} impossible : {error}", path.display())
    })
}

fn exit_code(args: &CheckArgs, judged: &[Judged], failures: &[(String, String)]) -> ExitCode {
    if !failures.is_empty() {
        return ExitCode::from(2);
    }
    let finding = judged
        .iter()
        .flat_map(|j| &j.assessment.verdicts)
        .any(|v| (v.verdict.is_gap() || v.verdict == Verdict::NotReadable) && v.severity >= args.fail_on);
    ExitCode::from(u8::from(finding))
}

/// The words of the points for reports.
pub fn infos(catalogue: &points::Catalogue) -> Catalogue {
    Catalogue::new(
        catalogue
            .points
            .iter()
            .map(|p| PointInfo {
                id: p.id.clone(),
                title: p.title.clone(),
                category: p.category().to_owned(),
                category_title: catalogue.category_title(p.category()).to_owned(),
                ask: p.ask.clone(),
                why: p.why.clone(),
            })
            .collect(),
    )
}
