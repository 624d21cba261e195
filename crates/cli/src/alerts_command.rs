//! `clausule alerts`: what should be told, and one round of telling it; `clausule calendar`: the due dates for an agenda.

use crate::output;
use crate::place::PlaceArgs;
use clap::Subcommand;
use daemon::alerts::worker::Post;
use daemon::alerts::{Carrier as _, Carriers, Parcel, Pending};
use daemon::mailer::{Mailer, Server};
use daemon::webhook::Webhook;
use follow::alert::{Quiet, Timing};
use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};
use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::Store;

/// Arguments of `alerts`.
#[derive(Debug, clap::Args)]
pub struct AlertsArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What to do; to list, where nothing is said.
    #[command(subcommand)]
    pub command: Option<AlertsCommand>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum AlertsCommand {
    /// Liste ce qui doit être dit et ne l'a pas encore été.
    List(ListArgs),
    /// Envoie ce qui doit l'être, une fois (par exemple depuis cron).
    Send(SendArgs),
}

/// Arguments of `alerts list`.
#[derive(Debug, Default, clap::Args)]
pub struct ListArgs {
    /// En JSON.
    #[arg(long)]
    pub json: bool,
}

/// Where alerts go. Secrets come by the environment, where listings of processes don't show them.
#[derive(Debug, Clone, clap::Args)]
pub struct WayArgs {
    /// Serveur de courrier : smtp://utilisateur@machine:587 (STARTTLS), smtps://machine, ou smtp://localhost ; mot de
    /// passe dans CLAUSULE_SMTP_PASSWORD.
    #[arg(long, value_name = "ADRESSE")]
    pub smtp: Option<String>,
    /// Expéditeur.
    #[arg(long, default_value = "clausule@localhost")]
    pub from: String,
    /// Destinataires.
    #[arg(long = "to", requires = "smtp")]
    pub to: Vec<String>,
    /// Adresse qui reçoit les alertes en JSON, signées avec le secret de CLAUSULE_WEBHOOK_SECRET.
    #[arg(long, value_name = "ADRESSE")]
    pub webhook: Option<String>,
    /// When to send.
    #[command(flatten)]
    pub timing: TimingArgs,
}

impl WayArgs {
    /// How `serve` tells an organisation; nothing where nobody is to be told.
    ///
    /// # Errors
    /// When an address can't be read or a secret is missing.
    pub fn post(&self, org: &str) -> Result<Option<Post>, String> {
        if self.smtp.is_none() && self.webhook.is_none() {
            return Ok(None);
        }
        carriers(self)?;
        let own = self.clone();
        Ok(Some(Post { org: org.to_owned(), timing: self.timing.timing(), carriers: Arc::new(move || carriers(&own)) }))
    }
}

impl WayArgs {
    /// Sends a mail that says only that mail arrives.
    ///
    /// # Errors
    /// What the relay or the address says, in French.
    pub fn send_test(&self, to: &str, random: &[u8; 32], now: Timestamp) -> Result<(), String> {
        let server = self.smtp.as_deref().ok_or("aucun relais de courrier n'est réglé")?;
        let to = [to.to_owned()];
        let mut mailer = Mailer::new(&Server::parse(server)?, password().as_deref(), &self.from, &to)?;
        mailer.send(&Parcel {
            id: format!("essai-{}", people::secret::letters(random)),
            subject: "Clausule : courriel d'essai".to_owned(),
            text:
                "Ce courriel d'essai a été demandé dans les réglages de Clausule.\n\nS'il vous parvient, les alertes \
                   vous parviendront aussi. Il n'y a rien à faire.\n"
                    .to_owned(),
            json: serde_json::Value::Null,
            now,
        })
    }
}

/// The relay's password.
#[expect(
    clippy::disallowed_methods,
    reason = "secrets stand in the environment, not in arguments that others can list"
)]
fn password() -> Option<String> {
    env::var("CLAUSULE_SMTP_PASSWORD").ok()
}

/// Arguments of `alerts send`.
#[derive(Debug, clap::Args)]
pub struct SendArgs {
    /// Where alerts go.
    #[command(flatten)]
    pub way: WayArgs,
    /// Montre ce qui partirait, sans rien envoyer.
    #[arg(long)]
    pub dry_run: bool,
}

/// When messages may go out.
#[derive(Debug, Clone, clap::Args)]
pub struct TimingArgs {
    /// Heures calmes, pendant lesquelles rien ne part : « 20h-7h30 », ou « aucune ».
    #[arg(long, default_value = "20h-7h30", value_parser = quiet)]
    pub quiet: QuietChoice,
    /// Minutes entre deux messages sur un même contrat.
    #[arg(long, default_value_t = 60)]
    pub pause: u32,
    /// Jour du bilan de la semaine (lundi…dimanche), ou « aucun ».
    #[arg(long, default_value = "lundi", value_parser = digest)]
    pub digest: DigestChoice,
}

/// Quiet hours or none.
#[derive(Debug, Clone, Copy)]
pub struct QuietChoice(Option<Quiet>);

/// The digest's day or none.
#[derive(Debug, Clone, Copy)]
pub struct DigestChoice(Option<Weekday>);

impl TimingArgs {
    /// As the alerts take it.
    pub fn timing(&self) -> Timing {
        Timing { quiet: self.quiet.0, pause: SignedDuration::from_mins(self.pause.into()), digest: self.digest.0 }
    }
}

fn quiet(text: &str) -> Result<QuietChoice, String> {
    if text == "aucune" {
        return Ok(QuietChoice(None));
    }
    let (from, to) = text.split_once('-').ok_or("heures calmes attendues, par exemple « 20h-7h30 », ou « aucune »")?;
    let (from, to) = (crate::follow_args::minutes(from)?, crate::follow_args::minutes(to)?);
    Ok(QuietChoice(Some(Quiet { from, to })))
}

fn digest(text: &str) -> Result<DigestChoice, String> {
    Ok(DigestChoice(Some(match text {
        "aucun" => return Ok(DigestChoice(None)),
        "lundi" => Weekday::Monday,
        "mardi" => Weekday::Tuesday,
        "mercredi" => Weekday::Wednesday,
        "jeudi" => Weekday::Thursday,
        "vendredi" => Weekday::Friday,
        "samedi" => Weekday::Saturday,
        "dimanche" => Weekday::Sunday,
        _ => return Err("un jour de la semaine est attendu, par exemple lundi, ou « aucun »".to_owned()),
    })))
}

/// Lists or sends. Exit code 1 when something could not be sent; it is sent next time.
///
/// # Errors
/// When the register can't be read or an address is none.
pub fn run(args: &AlertsArgs) -> Result<ExitCode, String> {
    let mut store = args.place.open()?;
    match &args.command {
        None => list(&args.place, &mut store, &ListArgs::default()),
        Some(AlertsCommand::List(list)) => self::list(&args.place, &mut store, list),
        Some(AlertsCommand::Send(send)) => self::send(&args.place, &mut store, send),
    }
}

fn pending(place: &PlaceArgs, store: &mut Store, channel: &str, timing: &Timing) -> Result<Vec<Pending>, String> {
    daemon::alerts::pending(store, channel, timing, &place.here()).map_err(|e| e.to_string())
}

fn list(place: &PlaceArgs, store: &mut Store, args: &ListArgs) -> Result<ExitCode, String> {
    let all = pending(place, store, "mail", &Timing { digest: None, ..Timing::default() })?;
    if args.json {
        let alerts: Vec<_> = all.iter().flat_map(|p| &p.alerts).collect();
        println!("{}", serde_json::to_string_pretty(&alerts).map_err(|e| e.to_string())?);
    } else if all.is_empty() {
        println!("Rien à dire : tout ce qui devait l'être l'a été.");
    } else {
        all.iter().for_each(show);
    }
    Ok(ExitCode::SUCCESS)
}

fn show(one: &Pending) {
    println!("{}\n\n{}", one.notice.subject, one.notice.text);
}

#[expect(
    clippy::disallowed_methods,
    reason = "secrets stand in the environment, not in arguments that others can list"
)]
fn carriers(args: &WayArgs) -> Result<Carriers, String> {
    let mut out = Carriers::new();
    if let Some(url) = &args.smtp {
        out.push(Box::new(Mailer::new(&Server::parse(url)?, password().as_deref(), &args.from, &args.to)?));
    }
    if let Some(url) = &args.webhook {
        let secret =
            env::var("CLAUSULE_WEBHOOK_SECRET").map_err(|_| "mettez un secret dans CLAUSULE_WEBHOOK_SECRET")?;
        out.push(Box::new(Webhook::new(url, &secret, Box::new(std::thread::sleep))?));
    }
    Ok(out)
}

fn send(place: &PlaceArgs, store: &mut Store, args: &SendArgs) -> Result<ExitCode, String> {
    let timing = args.way.timing.timing();
    let mut carriers = carriers(&args.way)?;
    if carriers.is_empty() && !args.dry_run {
        return Err("dites par où envoyer : --smtp … --to …, ou --webhook …".to_owned());
    }
    if args.dry_run {
        let channel = if args.way.smtp.is_none() && args.way.webhook.is_some() { "webhook" } else { "mail" };
        let all = pending(place, store, channel, &timing)?;
        all.iter().for_each(show);
        println!("{} message(s) partiraient.", all.len());
        return Ok(ExitCode::SUCCESS);
    }
    let outcome = daemon::alerts::round(store, &mut carriers, &timing, &place.here()).map_err(|e| e.to_string())?;
    for (channel, subject) in &outcome.sent {
        println!("envoyé ({channel}) : {subject}");
    }
    if outcome.waiting > 0 {
        println!("{} message(s) attendent la fin des heures calmes ou de la pause.", outcome.waiting);
    }
    for failure in &outcome.failures {
        eprintln!("clausule : {failure} ; rien n'est perdu, l'envoi sera repris");
    }
    if outcome.sent.is_empty() && outcome.waiting == 0 && outcome.failures.is_empty() {
        println!("Rien à dire : tout ce qui devait l'être l'a été.");
    }
    Ok(ExitCode::from(u8::from(!outcome.failures.is_empty())))
}

/// Arguments of `calendar`.
#[derive(Debug, clap::Args)]
pub struct CalendarArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Écrit l'agenda dans ce fichier (.ics).
    #[arg(long, short)]
    pub output: Option<PathBuf>,
    /// Remplace le fichier de sortie s'il existe.
    #[arg(long)]
    pub force: bool,
    /// Montre le chemin secret auquel clausule serve donne cet agenda aux programmes qui s'y abonnent.
    #[arg(long, conflicts_with = "output")]
    pub feed: bool,
}

/// Writes the calendar of due dates.
///
/// # Errors
/// When the register can't be read or the file not be written.
pub fn calendar(args: &CalendarArgs) -> Result<ExitCode, String> {
    if let Some(path) = &args.output {
        output::refuse_overwrite(path, args.force)?;
    }
    let mut store = args.place.open()?;
    if args.feed {
        println!("/calendrier/{}.ics", store.feed_token());
        return Ok(ExitCode::SUCCESS);
    }
    let text = daemon::agenda::calendar(&mut store, &args.place.here()).map_err(|e| e.to_string())?;
    output::write(args.output.as_deref(), text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
