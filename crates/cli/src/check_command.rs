//! `clausule check`.

use crate::args::{CheckArgs, Format};
use crate::{input, output};
use check::{Engine, Request};
use contract::{Assessment, Document, Verdict};
use report::{Assessed, Catalogue, Failure, PointInfo, Report, html, json, oscal, sarif, terminal, xlsx};
use std::io::{self, IsTerminal};
use std::process::ExitCode;

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
/// When the output can't be written, or the catalogue is broken.
pub fn run(args: &CheckArgs) -> Result<ExitCode, String> {
    if let Some(path) = &args.output {
        output::refuse_overwrite(path, args.force)?;
    } else if args.format == Format::Xlsx && io::stdout().is_terminal() {
        return Err("ce format ne se lit pas dans un terminal : ajoutez -o et un nom de fichier".into());
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
    let bytes = render(args, &infos, &judged, &failures)?;
    output::write(args.output.as_deref(), &bytes)?;
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
        Format::Xlsx => xlsx::write(&report, Some(output::day(args.date)?)).map_err(|e| e.to_string())?,
        Format::Sarif => {
            let mut out = Vec::new();
            sarif::write(&report, env!("CARGO_PKG_VERSION"), &mut out).map_err(|e| e.to_string())?;
            out
        }
        Format::Oscal => {
            let mut out = Vec::new();
            let day = output::day(args.date)?;
            oscal::write(&report, env!("CARGO_PKG_VERSION"), day, &mut out).map_err(|e| e.to_string())?;
            out
        }
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
