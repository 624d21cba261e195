//! `clausule evidence`: reads proofs without filing them.

use crate::input;
use clap::ValueEnum;
use evidence::{Expectation, Fact, Proof, Zone};
use serde::Serialize;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Forms of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Texte pour le terminal.
    Text,
    /// JSON (docs/evidence.md).
    Json,
}

/// Arguments of `evidence`.
#[derive(Debug, clap::Args)]
pub struct EvidenceArgs {
    /// Preuves : sorties de commandes, courriels, journaux, JSON, XML, PDF.
    #[arg(required_unless_present = "list")]
    pub files: Vec<PathBuf>,
    /// Source des preuves ; reconnue d'après le contenu si elle n'est pas donnée.
    #[arg(long, value_name = "NOM")]
    pub source: Option<String>,
    /// Code de sortie de la commande.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub exit_code: Option<i32>,
    /// Ce que la commande a écrit sur sa sortie d'erreur.
    #[arg(long, value_name = "FICHIER")]
    pub stderr: Option<PathBuf>,
    /// Fuseau des heures écrites sans fuseau, par exemple Europe/Paris.
    #[arg(long, value_name = "FUSEAU", value_parser = zone)]
    pub zone: Option<Zone>,
    /// Ce qui est attendu (TOML : machines, paths, min_files, min_bytes, not_before, not_after, valid_on, holder).
    #[arg(long, value_name = "FICHIER")]
    pub expect: Option<PathBuf>,
    /// Jour auquel un certificat doit valoir, aujourd'hui s'il n'est pas donné (AAAA-MM-JJ).
    #[arg(long, value_name = "JOUR", value_parser = a_day)]
    pub today: Option<String>,
    /// Forme du résultat.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
    /// Liste les sources connues.
    #[arg(long)]
    pub list: bool,
}

#[derive(Serialize)]
struct Filed<'a> {
    file: &'a str,
    #[serde(flatten)]
    fact: &'a Fact,
}

#[derive(Serialize)]
struct Facts<'a> {
    facts: Vec<Filed<'a>>,
}

/// Reads the proofs and prints their facts.
///
/// # Errors
/// When a file can't be read, or an option means nothing.
pub fn run(args: &EvidenceArgs) -> Result<ExitCode, String> {
    if args.list {
        list();
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(source) = args.source.as_ref().filter(|s| !evidence::is_known(s)) {
        // The rules of the content's own source are applied: nothing is proved by a name.
        eprintln!("clausule : source « {source} » inconnue, le contenu décide ; la liste : clausule evidence --list");
    }
    let stderr = args.stderr.as_deref().map(bytes).transpose()?;
    let expected = args.expect.as_deref().map(expectation).transpose()?;
    let mut found: Vec<(String, Vec<Fact>)> = Vec::new();
    for path in &args.files {
        let mut facts = facts(path, args, stderr.as_deref())?;
        let today = today(args);
        for fact in facts.iter_mut().filter(|fact| fact.kind == evidence::Kind::Attestation) {
            evidence::apply(fact, &Expectation { valid_on: Some(today.clone()), ..Expectation::default() });
        }
        if let Some(expected) = &expected {
            facts.iter_mut().for_each(|fact| evidence::apply(fact, expected));
        }
        found.push((input::display(path), facts));
    }
    match args.format {
        Form::Json => print_json(&found)?,
        Form::Text => print_text(&found),
    }
    Ok(ExitCode::SUCCESS)
}

/// A day as given, when the calendar has it.
fn a_day(text: &str) -> Result<String, String> {
    crate::output::parse_day(text).map(|_| text.to_owned())
}

/// The day asked for, or the machine's.
#[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
fn today(args: &EvidenceArgs) -> String {
    let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    args.today.clone().unwrap_or_else(|| evidence::day_of(now()))
}

fn zone(name: &str) -> Result<Zone, String> {
    Zone::named(name).ok_or_else(|| "fuseau inconnu ; écrivez par exemple Europe/Paris ou +02:00".to_owned())
}

/// The file's facts; a PDF is read in a process of its own, only its text comes here.
fn facts(path: &Path, args: &EvidenceArgs, stderr: Option<&[u8]>) -> Result<Vec<Fact>, String> {
    let mut content = bytes(path)?;
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    if content.starts_with(b"%PDF-") {
        // A scanned page has no text: nothing is guessed from it, and the fact says so.
        content = input::read(path, false).map(|document| document.text.into_bytes()).unwrap_or_default();
    }
    let proof = Proof {
        name: &name,
        bytes: &content,
        stderr,
        exit_code: args.exit_code,
        source: args.source.as_deref(),
        zone: args.zone.clone().unwrap_or_default(),
    };
    Ok(evidence::read(&proof))
}

/// The bytes of a file, no further than the reader looks.
fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    let limit = evidence::MAX_BYTES as u64 + 1;
    fs::File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut content))
        .map_err(|error| format!("{} : {}", input::display(path), input::explain(&error)))?;
    Ok(content)
}

fn expectation(path: &Path) -> Result<Expectation, String> {
    let text =
        String::from_utf8(bytes(path)?).map_err(|_| format!("{} : ce n'est pas du texte", input::display(path)))?;
    Expectation::from_toml(&text).map_err(|error| format!("{} : {error}", input::display(path)))
}

fn print_json(found: &[(String, Vec<Fact>)]) -> Result<(), String> {
    let all = found.iter().flat_map(|(file, facts)| facts.iter().map(move |fact| Filed { file, fact }));
    let facts = Facts { facts: all.collect() };
    println!("{}", serde_json::to_string_pretty(&facts).map_err(|error| error.to_string())?);
    Ok(())
}

fn print_text(found: &[(String, Vec<Fact>)]) {
    for (file, facts) in found {
        for fact in facts {
            let when = fact.happened.as_deref().unwrap_or("sans date");
            println!("{file} : {} · {} · {when}", fact.state.label(), fact.source);
            let who = [("machine", &fact.host), ("titulaire", &fact.client), ("travail", &fact.job)];
            for (word, value) in who {
                if let Some(value) = value {
                    println!("  {word} : {value}");
                }
            }
            if !fact.scope.is_empty() {
                let shown: Vec<&str> = fact.scope.iter().take(6).map(String::as_str).collect();
                let more = fact.scope.len().saturating_sub(shown.len());
                let rest = if more > 0 { format!(" et {more} autres") } else { String::new() };
                println!("  périmètre : {}{rest}", shown.join(", "));
            }
            for reason in &fact.reasons {
                println!("  - {reason}");
            }
        }
    }
}

fn list() {
    for source in evidence::sources() {
        let basis = if source.basis == evidence::Basis::Documentation { " (d'après la documentation)" } else { "" };
        println!("{:<28} {}{basis}", source.name, source.about);
    }
}
