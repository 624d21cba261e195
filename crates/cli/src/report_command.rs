//! `clausule report`: the monthly report of a contract, for a person with two minutes.

use crate::output;
use crate::place::PlaceArgs;
use clap::ValueEnum;
use follow::Window;
use jiff::ToSpan;
use jiff::civil::Date;
use report::monthly::{self, Kept, Month};
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::process::ExitCode;
use store::Store;

/// Forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportForm {
    /// Une page web autonome.
    Html,
    /// PDF, accessible et archivable.
    Pdf,
    /// Word.
    Docx,
    /// Markdown.
    Md,
}

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Le contrat ; inutile s'il n'y en a qu'un.
    #[arg(long)]
    pub contract: Option<String>,
    /// Le mois (AAAA-MM) ; le mois passé s'il n'est pas donné.
    #[arg(long, value_parser = month)]
    pub month: Option<Date>,
    /// Le jour où l'on se place (AAAA-MM-JJ), aujourd'hui s'il n'est pas donné.
    #[arg(long)]
    pub today: Option<Date>,
    /// Votre nom, tel qu'il doit paraître.
    #[arg(long, default_value = "")]
    pub client: String,
    /// Forme ; d'après le nom du fichier si elle n'est pas donnée, Markdown dans un terminal.
    #[arg(long, value_enum)]
    pub format: Option<ReportForm>,
    /// Écrit le rapport dans ce fichier.
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// Remplace le fichier de sortie s'il existe.
    #[arg(long)]
    pub force: bool,
}

fn month(text: &str) -> Result<Date, String> {
    format!("{text}-01").parse().map_err(|_| "un mois s'écrit AAAA-MM, par exemple 2026-03".to_owned())
}

impl ReportArgs {
    fn form(&self) -> Result<ReportForm, String> {
        let form = match (self.format, &self.output) {
            (Some(form), _) => form,
            (None, None) => ReportForm::Md,
            (None, Some(path)) => match path.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
                Some("html" | "htm") => ReportForm::Html,
                Some("pdf") => ReportForm::Pdf,
                Some("docx") => ReportForm::Docx,
                Some("md") => ReportForm::Md,
                _ => return Err(format!("{} : terminez le nom par .html, .pdf, .docx ou .md", path.display())),
            },
        };
        if matches!(form, ReportForm::Docx | ReportForm::Pdf) && self.output.is_none() && io::stdout().is_terminal() {
            return Err("ce format ne se lit pas dans un terminal : ajoutez -o et un nom de fichier".to_owned());
        }
        Ok(form)
    }
}

/// Writes the report.
///
/// # Errors
/// When the contract is unknown, the register can't be read or the file not be written.
pub fn run(args: &ReportArgs) -> Result<ExitCode, String> {
    let form = args.form()?;
    if let Some(path) = &args.output {
        output::refuse_overwrite(path, args.force)?;
    }
    let today = args.today.unwrap_or_else(|| args.place.here().date());
    let first = args.month.unwrap_or_else(|| today.first_of_month().saturating_sub(1.month()));
    let mut store = args.place.open()?;
    let id = the_contract(&mut store, args.contract.as_deref())?;
    let bytes = render(&mut store, &id, first, today, &args.client, form)?;
    output::write(args.output.as_deref(), &bytes)?;
    if let Some(path) = &args.output {
        eprintln!("{} : rapport écrit.", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The contract named, or the only one.
fn the_contract(store: &mut Store, named: Option<&str>) -> Result<String, String> {
    if let Some(id) = named {
        return store.contract(id).map(|c| c.id).map_err(|e| e.to_string());
    }
    let all = store.contracts().map_err(|e| e.to_string())?;
    match all.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err("aucun contrat suivi : commencez par clausule follow add".to_owned()),
        several => {
            let ids: Vec<&str> = several.iter().map(|c| c.id.as_str()).collect();
            Err(format!("dites quel contrat avec --contract : {}", ids.join(", ")))
        }
    }
}

fn render(
    store: &mut Store,
    id: &str,
    first: Date,
    today: Date,
    client: &str,
    form: ReportForm,
) -> Result<Vec<u8>, String> {
    let wrong = |e: store::Error| e.to_string();
    let window = Window { first: first.into(), last: first.last_of_month().into() };
    let contract = store.contract(id).map_err(wrong)?;
    let watched = store.watch(Some(id), |_| window, today.into()).map_err(wrong)?;
    let facts = store.facts(id, window).map_err(wrong)?;
    let dates = contract.term.map(|t| t.dates(today, &contract.calendar())).unwrap_or_default();
    let kept: Vec<Kept> = watched
        .iter()
        .map(|w| Kept { promise: &w.line.promise, status: &w.line.status, marks: &w.marks, seen: &w.seen })
        .collect();
    let month = Month {
        client,
        provider: &contract.provider,
        contract: &contract.id,
        file: &contract.file,
        window,
        today,
        kept: &kept,
        facts: &facts,
        dates: &dates,
    };
    match form {
        ReportForm::Html => Ok(monthly::html(&month).into_bytes()),
        ReportForm::Pdf => press::pdf(&monthly::paper(&month)).map_err(|e| e.to_string()),
        ReportForm::Docx => paper::docx::write(&monthly::paper(&month)).map_err(|e| e.to_string()),
        ReportForm::Md => Ok(paper::markdown::write(&monthly::paper(&month)).into_bytes()),
    }
}
