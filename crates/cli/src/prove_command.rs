//! `clausule prove`: proofs into the register, each on the disk before it is acknowledged.

use crate::input;
use crate::place::PlaceArgs;
use evidence::State;
use jiff::{Timestamp, Zoned};
use serde_json::json;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::{Filed, Incoming, Store};

/// Largest proof taken in.
const MOST: u64 = evidence::MAX_BYTES as u64;

/// Arguments of `prove`.
#[derive(Debug, clap::Args)]
#[command(subcommand_negates_reqs = true)]
pub struct ProveArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Rather than files.
    #[command(subcommand)]
    pub instead: Option<ProveCommand>,
    /// Les preuves : courriels, sorties de commandes, JSON, XML, CSV, journaux, PDF.
    #[arg(required_unless_present = "again")]
    pub files: Vec<PathBuf>,
    /// Contrat que les preuves concernent ; trouvé d'après leur contenu s'il n'est pas donné.
    #[arg(long)]
    pub contract: Option<String>,
    /// Source des preuves ; reconnue d'après le contenu si elle n'est pas donnée.
    #[arg(long, value_name = "NOM")]
    pub source: Option<String>,
    /// Code de sortie de la commande.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub exit_code: Option<i32>,
    /// Ce que la commande a écrit sur sa sortie d'erreur.
    #[arg(long, value_name = "FICHIER")]
    pub stderr: Option<PathBuf>,
    /// Fuseau des heures écrites sans fuseau.
    #[arg(long, value_name = "FUSEAU", default_value = "Europe/Paris")]
    pub zone: String,
    /// Instant de réception, si ce n'est pas maintenant (par exemple 2026-03-02T06:00:00+01:00).
    #[arg(long)]
    pub received: Option<Timestamp>,
    /// Juge à nouveau toutes les preuves du registre selon les règles de cette version.
    #[arg(long, conflicts_with = "files")]
    pub again: bool,
    /// En JSON, une ligne par preuve.
    #[arg(long)]
    pub json: bool,
}

/// What `prove` does besides filing files.
#[derive(Debug, clap::Subcommand)]
pub enum ProveCommand {
    /// Lance une commande et classe (ou envoie) ce qu'elle a dit, avec son code de sortie.
    Run(crate::run_command::RunArgs),
}

/// Files the proofs. Exit code 2 when one could not be read or stored.
///
/// # Errors
/// When the register can't be opened.
pub fn run(args: &ProveArgs) -> Result<ExitCode, String> {
    if let Some(ProveCommand::Run(run)) = &args.instead {
        for_files_only(args)?;
        return crate::run_command::run(&args.place, run);
    }
    if let Some(source) = args.source.as_ref().filter(|s| !evidence::is_known(s)) {
        return Err(format!("source « {source} » inconnue ; la liste : clausule evidence --list"));
    }
    if evidence::Zone::named(&args.zone).is_none() {
        return Err("--zone : fuseau inconnu ; écrivez par exemple Europe/Paris ou +02:00".to_owned());
    }
    let stderr = args.stderr.as_deref().map(bytes).transpose()?;
    let mut store = args.place.open()?;
    if args.again {
        return again(args, &mut store);
    }
    let mut code = ExitCode::SUCCESS;
    for path in &args.files {
        match file(args, &mut store, path, stderr.as_deref()) {
            Ok(filed) => acknowledge(args, path, &filed)?,
            Err(message) => {
                eprintln!("clausule : {} : {message}", input::display(path));
                code = ExitCode::from(2);
            }
        }
    }
    store.sign().map_err(|e| e.to_string())?;
    Ok(code)
}

/// What is said of files means nothing for a command that is run.
fn for_files_only(args: &ProveArgs) -> Result<(), String> {
    let given = [
        (args.contract.is_some(), "--contract (après run : --for)"),
        (args.source.is_some(), "--source (après run : --tool)"),
        (args.exit_code.is_some(), "--exit-code"),
        (args.stderr.is_some(), "--stderr"),
        (args.received.is_some(), "--received"),
        (args.again, "--again"),
        (args.json, "--json"),
        (!args.files.is_empty(), "un fichier"),
    ];
    match given.iter().find(|g| g.0) {
        Some((_, what)) => Err(format!("« prove run » ne va pas avec {what}")),
        None => Ok(()),
    }
}

fn file(args: &ProveArgs, store: &mut Store, path: &Path, stderr: Option<&[u8]>) -> Result<Filed, String> {
    let content = bytes(path)?;
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let text = content.starts_with(b"%PDF-").then(|| {
        // A scanned page has no text: nothing is guessed from it, and the fact says so.
        input::read(path, false).map(|document| document.text.into_bytes()).unwrap_or_default()
    });
    let incoming = Incoming {
        name: &name,
        bytes: &content,
        text: text.as_deref(),
        stderr,
        exit_code: args.exit_code,
        source: args.source.as_deref(),
        zone: Some(&args.zone),
        via: "file",
        contract: args.contract.as_deref(),
        ..Incoming::default()
    };
    let now = args.place.now();
    let received: Zoned = args.received.unwrap_or(now).to_zoned(args.place.here().time_zone().clone());
    let mut filed = store.file(&incoming, &received, now).map_err(|e| e.to_string())?;
    store.settle(&mut filed, args.contract.as_deref(), &args.place.by(), now).map_err(|e| e.to_string())?;
    Ok(filed)
}

/// Tells the user that a proof is stored, at once: what was told survives a crash.
fn acknowledge(args: &ProveArgs, path: &Path, filed: &Filed) -> Result<(), String> {
    let text = if args.json {
        let states: Vec<_> = filed.facts.iter().map(|j| json!({"fact": j.fact, "promises": j.promises})).collect();
        json!({
            "file": input::display(path), "proof": filed.proof, "sha256": filed.sha256, "duplicate": filed.duplicate,
            "contract": filed.contract, "entry": filed.entry, "facts": states,
        })
        .to_string()
            + "\n"
    } else {
        words(path, filed)
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| format!("sortie : {e}"))
}

fn words(path: &Path, filed: &Filed) -> String {
    let shown = input::display(path);
    if filed.duplicate {
        return format!("{shown} : déjà au registre (preuve n° {}), rien n'a été ajouté\n", filed.proof);
    }
    let contract = match &filed.contract {
        Some(id) => id.clone(),
        None => "aucun contrat reconnu, redites-la avec --contract".to_owned(),
    };
    let mut out = format!("{shown} : preuve n° {}, {contract}\n", filed.proof);
    for judged in &filed.facts {
        let fact = &judged.fact;
        let when = fact.happened.as_deref().unwrap_or("sans date");
        let host = fact.host.as_deref().map_or(String::new(), |h| format!(", {h}"));
        out.push_str(&format!("  {} — {} ({when}{host})\n", fact.state.label(), fact.source));
        if let Some(reason) = fact.reasons.first().filter(|_| fact.state != State::Ok || fact.reasons.len() == 1) {
            out.push_str(&format!("    {reason}\n"));
        }
        if !judged.promises.is_empty() {
            out.push_str(&format!("    pour {}\n", judged.promises.join(", ")));
        }
    }
    out
}

fn again(args: &ProveArgs, store: &mut Store) -> Result<ExitCode, String> {
    let changed = store.rejudge(args.place.now()).map_err(|e| e.to_string())?;
    store.sign().map_err(|e| e.to_string())?;
    for one in &changed {
        println!("preuve n° {} ({}) : {} → {}", one.proof, one.name, one.before.join(", "), one.after.join(", "));
    }
    println!("{} preuve(s) jugée(s) autrement ; les jugements précédents restent au registre.", changed.len());
    Ok(ExitCode::SUCCESS)
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let size = fs::metadata(path).map_err(|e| input::explain(&e))?.len();
    if size > MOST {
        return Err(format!("{size} octets, plus que les {MOST} qu'une preuve peut avoir : envoyez un extrait"));
    }
    fs::read(path).map_err(|e| input::explain(&e))
}
