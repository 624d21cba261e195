//! `clausule draft`: whole documents from the templates.

use crate::output;
use clap::ValueEnum;
use contract::Profile;
use draft::Parties;
use draft::documents::{self, DocumentAnswers, DocumentFilling, Template, questionnaire};
use paper::Paper;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Forms of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Word, à compléter et à signer.
    Docx,
    /// PDF accessible et archivable.
    Pdf,
    /// Markdown.
    Md,
}

impl Form {
    /// The extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Md => "md",
        }
    }
}

/// Arguments of `draft`.
#[derive(Debug, clap::Args)]
pub struct DraftArgs {
    /// Le document, par exemple annexe-securite ; sans nom, la liste.
    pub name: Option<String>,
    /// Liste les documents.
    #[arg(long)]
    pub list: bool,
    /// Écrit le fichier de réponses à remplir, avec les questions.
    #[arg(long, conflicts_with = "answers")]
    pub questions: bool,
    /// Le fichier de réponses.
    #[arg(long)]
    pub answers: Option<PathBuf>,
    /// Forme du document ; d'après le nom du fichier de sortie si elle n'est pas donnée.
    #[arg(long, value_enum)]
    pub format: Option<Form>,
    /// Écrit le résultat dans ce fichier.
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// Remplace le fichier de sortie s'il existe.
    #[arg(long)]
    pub force: bool,
    /// Profil dont viennent les valeurs proposées.
    #[arg(long, value_parser = crate::args::profile)]
    pub profile: Option<Profile>,
    /// Jour porté par le document (AAAA-MM-JJ) ; aujourd'hui s'il n'est pas donné.
    #[arg(long, value_parser = output::parse_day)]
    pub date: Option<paper::Date>,
}

/// Lists, asks or drafts.
///
/// # Errors
/// When the document is unknown, an answer is wrong, or the output can't be written.
pub fn run(args: &DraftArgs) -> Result<ExitCode, String> {
    if let Some(path) = &args.output {
        output::refuse_overwrite(path, args.force)?;
    }
    let name = args.name.as_deref().filter(|_| !args.list);
    let bytes = match name {
        None => list()?.into_bytes(),
        Some(name) => one(args, &template(name)?)?,
    };
    output::write(args.output.as_deref(), &bytes)?;
    Ok(ExitCode::SUCCESS)
}

fn list() -> Result<String, String> {
    let templates = documents::all().map_err(|error| error.to_string())?;
    let width = templates.iter().map(|template| template.name.chars().count()).max().unwrap_or(0);
    let lines = templates.iter().map(|template| format!("{:width$}  {}\n", template.name, template.about));
    let lines: String = lines.collect();
    Ok(format!(
        "{lines}\nclausule draft NOM --questions -o reponses.toml   puis   clausule draft NOM --answers reponses.toml -o NOM.docx\n"
    ))
}

fn template(name: &str) -> Result<Template, String> {
    match documents::get(name).map_err(|error| error.to_string())? {
        Some(template) => Ok(template),
        None => {
            let all = documents::all().map_err(|error| error.to_string())?;
            let names: Vec<&str> = all.iter().map(|template| template.name.as_str()).collect();
            Err(format!("document inconnu : {name} ; choix possibles : {}", names.join(", ")))
        }
    }
}

fn one(args: &DraftArgs, template: &Template) -> Result<Vec<u8>, String> {
    let catalogue = points::embedded();
    if args.questions {
        return Ok(questionnaire(template, &catalogue, args.profile).into_bytes());
    }
    let answers = match &args.answers {
        None => DocumentAnswers::default(),
        Some(path) => {
            let text =
                fs::read_to_string(path).map_err(|e| format!("lecture de {} impossible : {e}", path.display()))?;
            DocumentAnswers::parse(&text, template, &catalogue).map_err(|e| format!("{} : {e}", path.display()))?
        }
    };
    let filling = DocumentFilling {
        catalogue: &catalogue,
        parties: &Parties::default(),
        profile: args.profile,
        answers: &answers,
        date: Some(output::day(args.date)?),
    };
    let paper = template.paper(&filling).map_err(|error| error.to_string())?;
    render(&paper, form(args)?)
}

fn form(args: &DraftArgs) -> Result<Form, String> {
    let form = match (args.format, &args.output) {
        (Some(form), _) => form,
        (None, Some(path)) => by_name(path)?,
        (None, None) => Form::Md,
    };
    if form != Form::Md && args.output.is_none() && io::stdout().is_terminal() {
        return Err("ce format ne se lit pas dans un terminal : ajoutez -o et un nom de fichier".into());
    }
    Ok(form)
}

/// The form that a file's name asks for.
///
/// # Errors
/// When its name tells none.
pub fn by_name(path: &Path) -> Result<Form, String> {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "docx" => Ok(Form::Docx),
        "pdf" => Ok(Form::Pdf),
        "md" => Ok(Form::Md),
        _ => Err(format!("{} : le nom doit finir par .docx, .pdf ou .md, ou ajoutez --format", path.display())),
    }
}

/// A paper in a form.
///
/// # Errors
/// When it can't be made.
pub fn render(paper: &Paper, form: Form) -> Result<Vec<u8>, String> {
    match form {
        Form::Docx => paper::docx::write(paper).map_err(|error| error.to_string()),
        Form::Pdf => press::pdf(paper).map_err(|error| error.to_string()),
        Form::Md => Ok(paper::markdown::write(paper).into_bytes()),
    }
}
