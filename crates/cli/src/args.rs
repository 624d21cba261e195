//! What may be written on the command line.

use check::Request;
use clap::{Parser, Subcommand, ValueEnum};
use contract::{Fact, Profile, Severity};
use std::path::PathBuf;

/// Lit un contrat d'infogérance, d'hébergement ou de maintenance et dit, point par point, à quoi il engage.
#[derive(Debug, Parser)]
#[command(name = "clausule", version, disable_help_subcommand = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lit un ou plusieurs contrats et rend un verdict sur chaque point.
    Check(CheckArgs),
    /// Compare deux versions d'un contrat, verdict par verdict.
    Compare(CompareArgs),
    /// Suit les promesses du contrat principal dans les contrats de sous-traitance.
    Cascade(CascadeArgs),
    /// Montre la page d'un point et, avec un fichier, comment le verdict a été rendu.
    Explain(ExplainArgs),
    /// Lit des preuves et dit ce qu'elles prouvent, sans les enregistrer.
    Evidence(crate::evidence_command::EvidenceArgs),
    /// Rédige un document : annexe, accord, procédure, plan, lettre.
    Draft(crate::draft_command::DraftArgs),
    /// Corrige un contrat : suivi des modifications dans un fichier Word, avenant pour un PDF, un scan ou un texte.
    Fix(crate::fix_command::FixArgs),
    /// Estime l'assurance cyber qui convient, et dit ce que le contrat montre de ce qu'elle demande.
    Assurance(crate::assurance_command::AssuranceArgs),
    /// Liste les points du catalogue.
    Points(PointsArgs),
    /// Met un contrat sous suivi, tient le registre de ses promesses.
    Follow(crate::follow_args::FollowArgs),
    /// Classe des preuves au registre.
    Prove(crate::prove_command::ProveArgs),
    /// Crée, liste, révoque ce qui apporte des preuves de soi-même : dépôt HTTP, courriel, dossier, agent, sonde.
    Source(crate::source_command::SourceArgs),
    /// Dit où en est chaque promesse.
    Status(crate::status_command::StatusArgs),
    /// Écrit le compte rendu mensuel d'un contrat : deux minutes de lecture, et la lettre à envoyer.
    Report(crate::report_command::ReportArgs),
    /// Dit ce qui mérite une alerte, et l'envoie : échéances, manquements, rétablissements, bilan de la semaine.
    Alerts(crate::alerts_command::AlertsArgs),
    /// Écrit les échéances pour un agenda (.ics).
    Calendar(crate::alerts_command::CalendarArgs),
    /// Écrit le dossier de preuves d'un contrat, vérifiable par un tiers.
    Dossier(crate::keep_command::DossierArgs),
    /// Sauvegarde le registre, clé comprise, dans un fichier relu aussitôt.
    Backup(crate::keep_command::ArchiveArgs),
    /// Reprend une sauvegarde.
    Restore(crate::keep_command::RestoreArgs),
    /// Exporte tout en formats ouverts (JSON Lines, CSV, fichiers d'origine).
    Export(crate::keep_command::ArchiveArgs),
    /// Reprend un export.
    Import(crate::keep_command::RestoreArgs),
    /// Demande ou garde l'horodatage (RFC 3161) du registre.
    Stamp(crate::keep_command::StampArgs),
    /// Tire au sort ce qu'un test de restauration doit restaurer.
    Draw(crate::keep_command::DrawArgs),
    /// Ouvre Clausule dans le navigateur ; tout reste sur cette machine.
    Serve(crate::serve_command::ServeArgs),
    /// Invite des personnes et montre qui a un compte.
    People(crate::people_command::PeopleArgs),
    /// Sert les assistants (MCP) sur l'entrée et la sortie : vérifier, expliquer, suivre, chercher ; lecture seule.
    Mcp(crate::mcp_command::McpArgs),
    /// Vérifie un dossier de preuves, sans réseau : rien n'a été changé, retiré, déplacé ni coupé.
    Verify(crate::verify_command::VerifyArgs),
}

/// How a contract is read and judged.
#[derive(Debug, Clone, clap::Args)]
pub struct JudgeArgs {
    /// Profil du lecteur ; proposé d'après le document s'il n'est pas donné.
    #[arg(long, value_parser = profile)]
    pub profile: Option<Profile>,
    /// Faits qui ajoutent des points.
    #[arg(long = "fact", value_parser = fact)]
    pub facts: Vec<Fact>,
    /// N'utilise pas l'OCR pour les pages numérisées.
    #[arg(long)]
    pub no_ocr: bool,
}

impl JudgeArgs {
    /// What the engine is asked.
    pub fn request(&self) -> Request {
        Request { profile: self.profile, facts: self.facts.clone() }
    }

    /// Whether scanned pages are read.
    pub fn ocr(&self) -> bool {
        !self.no_ocr
    }
}

/// Output formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Texte pour le terminal.
    Text,
    /// JSON (docs/json-schema.md).
    Json,
    /// Une page HTML autonome.
    Html,
    /// Un rapport à remettre : PDF accessible et archivable.
    Pdf,
    /// Un classeur : une ligne par point.
    Xlsx,
    /// SARIF 2.1.0, pour les outils qui rassemblent des constats.
    Sarif,
    /// OSCAL assessment-results 1.1.2, pour les outils de gouvernance.
    Oscal,
    /// Une ligne JSON par contrat (docs/json-schema.md).
    Jsonl,
    /// Une ligne par contrat et par point, pour un tableur.
    Csv,
    /// Les mêmes lignes en Parquet.
    Parquet,
}

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Fichiers ou dossiers (PDF, DOCX, ODT, HTML, Markdown, texte).
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Forme du résultat.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Écrit le résultat dans ce fichier.
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// Remplace le fichier de sortie s'il existe.
    #[arg(long)]
    pub force: bool,
    /// How the contracts are read and judged.
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// Code de sortie 1 dès qu'un manque atteint cette gravité.
    #[arg(long, value_parser = severity, default_value = "bloquant")]
    pub fail_on: Severity,
    /// Contrats traités en même temps ; autant que de cœurs s'il n'est pas donné.
    #[arg(long, value_parser = count)]
    pub jobs: Option<usize>,
    /// Reprend un travail interrompu (jsonl, csv ou parquet, dans un fichier) : ce qui est fait n'est pas refait.
    #[arg(long)]
    pub resume: bool,
    /// Jour porté par le rapport (AAAA-MM-JJ) ; aujourd'hui s'il n'est pas donné.
    #[arg(long, value_parser = crate::output::parse_day)]
    pub date: Option<paper::Date>,
}

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// La version d'avant.
    pub before: PathBuf,
    /// La version d'après.
    pub after: PathBuf,
    /// Profil du lecteur ; tous les points s'il n'est pas donné.
    #[arg(long, value_parser = profile)]
    pub profile: Option<Profile>,
    /// En JSON.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cascade`.
#[derive(Debug, clap::Args)]
pub struct CascadeArgs {
    /// Le contrat passé avec le client.
    pub main: PathBuf,
    /// Les contrats passés avec les sous-traitants.
    #[arg(required = true)]
    pub below: Vec<PathBuf>,
    /// En JSON.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// Le point, par exemple SAU-06.
    pub point: String,
    /// Un contrat.
    pub file: Option<PathBuf>,
}

/// Arguments of `points`.
#[derive(Debug, clap::Args)]
pub struct PointsArgs {
    /// Seulement cette catégorie, par exemple SAU.
    #[arg(long)]
    pub category: Option<String>,
    /// Seulement les points de cette gravité pour le profil.
    #[arg(long, value_parser = severity)]
    pub severity: Option<Severity>,
    /// Seulement les points qui s'appliquent à ce profil.
    #[arg(long, value_parser = profile)]
    pub profile: Option<Profile>,
    /// Seulement les points dont le titre contient ces mots.
    #[arg(long)]
    pub search: Option<String>,
    /// En JSON.
    #[arg(long)]
    pub json: bool,
}

fn count(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|n| (1..=256).contains(n));
    number.ok_or_else(|| "un nombre de 1 à 256 est attendu".to_owned())
}

/// Reads a profile's name.
///
/// # Errors
/// When there is none of this name.
pub fn profile(name: &str) -> Result<Profile, String> {
    Profile::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Profile::ALL.iter().map(|p| p.name()).collect();
        format!("profil inconnu ; choix possibles : {}", names.join(", "))
    })
}

/// Reads the name of a severity.
///
/// # Errors
/// When there is none of this name.
pub fn severity(name: &str) -> Result<Severity, String> {
    [Severity::Mineur, Severity::Majeur, Severity::Bloquant]
        .into_iter()
        .find(|s| s.label() == name)
        .ok_or_else(|| "gravité inconnue ; choix possibles : mineur, majeur, bloquant".to_owned())
}

/// Reads the name of a fact.
///
/// # Errors
/// When there is none of this name.
pub fn fact(name: &str) -> Result<Fact, String> {
    match name {
        "personal-data" => Ok(Fact::PersonalData),
        "health-data" => Ok(Fact::HealthData),
        "card-payments" => Ok(Fact::CardPayments),
        "on-site" => Ok(Fact::OnSite),
        _ => Err("fait inconnu ; choix possibles : personal-data, health-data, card-payments, on-site".to_owned()),
    }
}

/// Words that a person must give: not nothing, not blanks.
///
/// # Errors
/// When there is none.
pub fn some_words(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("il faut quelques mots".to_owned()) } else { Ok(text.to_owned()) }
}
