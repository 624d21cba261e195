//! `clausule assurance`: which cyber insurance fits, what it costs, what the contract shows of what it demands.

use crate::args::profile;
use crate::{input, output};
use check::{Engine, Request};
use clap::ValueEnum;
use contract::{Document, Format, Profile};
use insurance::sheet::{Contract, Sheet};
use insurance::{AmountError, Coverage, Estimate, Euros, Reference, Situation};
use serde_json::{Value, json};
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

/// Forms of the estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Texte pour le terminal.
    Text,
    /// JSON (docs/json-schema.md).
    Json,
    /// Markdown.
    Md,
    /// Word.
    Docx,
}

/// Arguments of `assurance`.
#[derive(Debug, clap::Args)]
pub struct AssuranceArgs {
    /// Votre métier, par exemple informatique ; d'après --profile s'il n'est pas donné.
    #[arg(long)]
    pub activity: Option<String>,
    /// Profil, comme pour check.
    #[arg(long, value_parser = profile)]
    pub profile: Option<Profile>,
    /// Chiffre d'affaires d'une année, en euros.
    #[arg(long, value_parser = euros, allow_hyphen_values = true)]
    pub turnover: Euros,
    /// Nombre de personnes dont vous gardez des données (clients, patients, abonnés).
    #[arg(long)]
    pub records: u64,
    /// Nombre de personnes qui travaillent chez vous, vous compris.
    #[arg(long, default_value_t = 1)]
    pub staff: u32,
    /// Garantie voulue, en euros.
    #[arg(long, value_parser = euros, allow_hyphen_values = true)]
    pub cover: Option<Euros>,
    /// Ce que l'assurance doit payer : sinistre, remediation, communication, juridique, technique.
    #[arg(long = "option", value_delimiter = ',')]
    pub options: Vec<String>,
    /// Sinistres ou attaques déjà connus.
    #[arg(long, default_value_t = 0)]
    pub claims: u32,
    /// Contrat informatique à comparer aux demandes de l'assureur.
    #[arg(long)]
    pub contract: Option<PathBuf>,
    /// N'utilise pas l'OCR pour les pages numérisées du contrat.
    #[arg(long)]
    pub no_ocr: bool,
    /// Forme du résultat.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
    /// Écrit le résultat dans ce fichier.
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// Remplace le fichier de sortie s'il existe.
    #[arg(long)]
    pub force: bool,
    /// Jour porté par le document (AAAA-MM-JJ) ; aujourd'hui s'il n'est pas donné.
    #[arg(long, value_parser = output::parse_day)]
    pub date: Option<paper::Date>,
}

/// A contract that was read and judged.
struct Judged {
    file: String,
    document: Document,
    assessment: contract::Assessment,
}

fn euros(text: &str) -> Result<Euros, String> {
    text.parse().map_err(|error: AmountError| error.to_string())
}

/// Estimates.
///
/// # Errors
/// When the situation can't be judged, the contract can't be read, or the output can't be written.
pub fn run(args: &AssuranceArgs) -> Result<ExitCode, String> {
    if let Some(path) = &args.output {
        output::refuse_overwrite(path, args.force)?;
    } else if args.format == Form::Docx && io::stdout().is_terminal() {
        return Err("ce format ne se lit pas dans un terminal : ajoutez -o et un nom de fichier".into());
    }
    let reference = Reference::embedded();
    let situation = situation(args, &reference)?;
    let estimate = reference.estimate(&situation).map_err(|error| error.to_string())?;
    let engine = Engine::embedded();
    let judged = args.contract.as_ref().map(|path| judge(args, &engine, path)).transpose()?;
    let coverage = judged.as_ref().map(|j| reference.coverage(&j.assessment));
    if args.format == Form::Json {
        let value = json(&situation, &estimate, &reference, judged.as_ref().zip(coverage.as_deref()));
        let mut bytes = serde_json::to_vec_pretty(&value).map_err(|error| error.to_string())?;
        bytes.push(b'\n');
        output::write(args.output.as_deref(), &bytes)?;
        return Ok(ExitCode::SUCCESS);
    }
    let title = |id: &str| engine.catalogue.get(id).map_or_else(|| id.to_owned(), |point| point.title.clone());
    let contract = judged.as_ref().zip(coverage.as_deref()).map(|(judged, coverage)| Contract {
        file: &judged.file,
        coverage,
        pages: judged.document.pages.len() > 1 || judged.document.format == Format::Pdf,
    });
    let date = Some(output::day(args.date)?);
    let sheet =
        Sheet { reference: &reference, situation: &situation, estimate: &estimate, contract, title: &title, date };
    let paper = sheet.paper();
    let bytes = match args.format {
        Form::Docx => paper::docx::write(&paper).map_err(|error| error.to_string())?,
        Form::Md => paper::markdown::write(&paper).into_bytes(),
        _ => paper::text::write(&paper, crate::check_command::width()).into_bytes(),
    };
    output::write(args.output.as_deref(), &bytes)?;
    Ok(ExitCode::SUCCESS)
}

fn situation(args: &AssuranceArgs, reference: &Reference) -> Result<Situation, String> {
    let of_profile = || args.profile.and_then(|p| reference.activity_of(p)).map(|a| a.id.clone());
    let activity = args.activity.clone().or_else(of_profile).ok_or_else(|| {
        let choices: Vec<&str> = reference.activities.iter().map(|a| a.id.as_str()).collect();
        format!("dites votre métier avec --activity ; choix possibles : {}", choices.join(", "))
    })?;
    Ok(Situation {
        activity,
        turnover: args.turnover,
        persons: args.records,
        staff: args.staff,
        cover: args.cover,
        options: args.options.clone(),
        claims: args.claims,
    })
}

/// Every point applies: the insurer asks what it asks, whatever the profile.
fn judge(args: &AssuranceArgs, engine: &Engine, path: &std::path::Path) -> Result<Judged, String> {
    let document = input::read(path, !args.no_ocr).map_err(|e| format!("{} : {e}", path.display()))?;
    let request = Request { profile: Some(Profile::Complete), facts: Vec::new() };
    let assessment = engine.assess(&document, &request);
    Ok(Judged { file: input::display(path), document, assessment })
}

fn json(
    situation: &Situation,
    estimate: &Estimate,
    reference: &Reference,
    contract: Option<(&Judged, &[Coverage<'_>])>,
) -> Value {
    let demands: Vec<Value> = match contract {
        Some((_, coverage)) => {
            coverage.iter().map(|c| json!({ "demand": c.demand, "shown": c.shown, "verdicts": c.verdicts })).collect()
        }
        None => reference.demands.iter().map(|d| json!({ "demand": d.id, "points": d.points })).collect(),
    };
    json!({
        "schema": "clausule/insurance/1",
        "estimate_only": true,
        "currency": "EUR",
        "activity": situation.activity,
        "turnover": situation.turnover,
        "records": situation.persons,
        "staff": situation.staff,
        "claims": situation.claims,
        "estimate": estimate,
        "contract": contract.map(|(judged, _)| &judged.file),
        "demands": demands,
    })
}
