//! What may be written after `clausule follow`.

use crate::place::PlaceArgs;
use clap::Subcommand;
use contract::{Duration, DurationUnit, Profile};
use follow::{Bound, Cadence, Exclusion, Measure, Penalty, Promise, Region, ServiceHours, Term, Yardstick};
use jiff::civil::Date;
use std::path::PathBuf;

/// Arguments of `follow`.
#[derive(Debug, clap::Args)]
pub struct FollowArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: FollowCommand,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum FollowCommand {
    /// Met un contrat sous suivi : le lit et propose ses promesses.
    Add(AddArgs),
    /// Liste les promesses.
    List(ListArgs),
    /// Confirme des promesses proposées : elles sont suivies.
    Confirm(DecideArgs),
    /// Écarte des promesses.
    Reject(DecideArgs),
    /// Corrige une promesse.
    Correct(CorrectArgs),
    /// Ajoute une promesse à la main.
    New(NewArgs),
    /// Dispense d'une promesse pour un temps, en disant pourquoi.
    Waive(WaiveArgs),
    /// Applique un avenant à une promesse à partir d'une date.
    Amend(AmendArgs),
    /// Montre et confirme les dates du contrat : effet, fin, préavis, reconduction, révision du prix.
    Dates(DatesArgs),
}

/// Arguments of `follow add`.
#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// Le contrat (PDF, DOCX, ODT, HTML, Markdown, texte).
    pub file: PathBuf,
    /// Le prestataire.
    #[arg(long, value_parser = crate::args::some_words)]
    pub provider: String,
    /// Date de signature (AAAA-MM-JJ) ; aujourd'hui si elle n'est pas donnée.
    #[arg(long)]
    pub signed: Option<Date>,
    /// Nom court du contrat dans les commandes ; fait du prestataire et de l'année sinon.
    #[arg(long)]
    pub name: Option<String>,
    /// Premier jour dû, s'il n'est pas celui de la signature.
    #[arg(long)]
    pub from: Option<Date>,
    /// Confirme tout de suite les promesses que des preuves peuvent suivre.
    #[arg(long)]
    pub confirm: bool,
    /// Its time, where the text is not to be believed.
    #[command(flatten)]
    pub term: TermArgs,
    /// Jours fériés : metropole, alsace-moselle, guadeloupe, martinique, guyane, reunion, mayotte…
    #[arg(long, value_parser = region, default_value = "metropole")]
    pub region: Region,
    /// Fuseau du contrat, Europe/Paris s'il n'est pas donné.
    #[arg(long)]
    pub zone: Option<String>,
    /// Heures de service, par exemple « 8h-19h » ou « 24/7 » ; du lundi au vendredi 9h-18h sinon.
    #[arg(long)]
    pub hours: Option<String>,
    /// Le service est ouvert le samedi.
    #[arg(long)]
    pub saturday: bool,
    /// Profil du lecteur ; proposé d'après le document sinon.
    #[arg(long, value_parser = crate::args::profile)]
    pub profile: Option<Profile>,
    /// N'utilise pas l'OCR pour les pages numérisées.
    #[arg(long)]
    pub no_ocr: bool,
}

impl AddArgs {
    /// When the service is open.
    ///
    /// # Errors
    /// When the hours can't be read.
    pub fn service(&self) -> Result<ServiceHours, String> {
        let mut out = ServiceHours::default();
        match self.hours.as_deref().map(str::trim) {
            None => {}
            Some("24/7") => return Ok(ServiceHours { opens: 0, closes: 1440, days: [true; 7], holidays: true }),
            Some(text) => {
                let (opens, closes) = text.split_once('-').ok_or("--hours attend « 8h-19h » ou « 24/7 »")?;
                (out.opens, out.closes) = (minutes(opens)?, minutes(closes)?);
            }
        }
        if out.opens >= out.closes {
            return Err("--hours : la fermeture doit suivre l'ouverture".to_owned());
        }
        out.days[5] = self.saturday;
        Ok(out)
    }
}

/// "8h30" as minutes after midnight.
///
/// # Errors
/// When it is no time of day.
pub fn minutes(text: &str) -> Result<u16, String> {
    let (hours, rest) = text.trim().split_once(['h', ':']).unwrap_or((text.trim(), ""));
    let part = |t: &str| if t.is_empty() { Ok(0) } else { t.parse::<u16>() };
    let total = part(hours).and_then(|h| part(rest).map(|m| h.saturating_mul(60).saturating_add(m)));
    total.ok().filter(|t| *t <= 1440).ok_or_else(|| format!("heure « {text} » illisible : écrivez 8h ou 8h30"))
}

/// A contract's own time, as a person says it.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct TermArgs {
    /// Durée du contrat, par exemple « 36 mois ».
    #[arg(long, value_parser = duration)]
    pub term: Option<Duration>,
    /// Préavis, par exemple « 3 mois ».
    #[arg(long, value_parser = duration)]
    pub notice: Option<Duration>,
    /// Durée de chaque reconduction tacite, par exemple « 12 mois ».
    #[arg(long, value_parser = duration)]
    pub renewal: Option<Duration>,
    /// Fréquence de révision du prix, par exemple « 12 mois ».
    #[arg(long, value_parser = duration)]
    pub revision: Option<Duration>,
}

impl TermArgs {
    /// Whether a person said anything.
    pub fn any(&self) -> bool {
        self.term.or(self.notice).or(self.renewal).or(self.revision).is_some()
    }

    /// What a person said, the rest as it was.
    ///
    /// # Errors
    /// When a notice or renewal is given without a length.
    pub fn over(&self, known: Option<Term>, start: Date) -> Result<Term, String> {
        let blank = Term { start, length: None, notice: None, renewal: None, revision: None, revised: None };
        let mut term = known.unwrap_or(blank);
        term.length = self.term.or(term.length);
        term.notice = self.notice.or(term.notice);
        term.renewal = self.renewal.or(term.renewal);
        if self.revision.is_some() {
            (term.revision, term.revised) = (self.revision, None);
        }
        if term.length.is_none() && term.notice.or(term.renewal).is_some() {
            return Err("--notice et --renewal demandent --term, la durée du contrat".to_owned());
        }
        Ok(term)
    }
}

/// Arguments of `follow dates`.
#[derive(Debug, clap::Args)]
pub struct DatesArgs {
    /// Le contrat ; tous s'il n'est pas donné.
    pub contract: Option<String>,
    /// Confirme les dates lues dans le contrat, corrigées par les options qui suivent.
    #[arg(long, requires = "contract")]
    pub confirm: bool,
    /// Premier jour du contrat (AAAA-MM-JJ).
    #[arg(long, requires = "confirm")]
    pub start: Option<Date>,
    /// The rest of it.
    #[command(flatten)]
    pub term: TermArgs,
    /// Pourquoi.
    #[arg(long)]
    pub why: Option<String>,
}

/// Arguments of `follow list`.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Seulement ce contrat.
    pub contract: Option<String>,
    /// Aussi les promesses écartées et celles qu'aucune preuve automatique ne suit.
    #[arg(long)]
    pub all: bool,
    /// En JSON.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `follow confirm` and `follow reject`.
#[derive(Debug, clap::Args)]
pub struct DecideArgs {
    /// Promesses (durand-2026/SAU-01, ou SAU-01 si un seul contrat en a) ; avec --all, contrats.
    #[arg(required = true)]
    pub promises: Vec<String>,
    /// Toutes les promesses proposées du contrat que des preuves peuvent suivre.
    #[arg(long)]
    pub all: bool,
    /// Avec --all, aussi celles qu'aucune preuve automatique ne suit.
    #[arg(long, requires = "all")]
    pub unprovable: bool,
    /// Pourquoi.
    #[arg(long)]
    pub why: Option<String>,
}

/// What may be changed of a promise.
#[derive(Debug, clap::Args)]
pub struct Changes {
    /// Fréquence : jour, jour-ouvre, semaine, mois, trimestre, semestre, an, evenement, permanent, ou une date.
    #[arg(long, value_parser = cadence)]
    pub every: Option<Cadence>,
    /// Natures de preuve qui la prouvent (backup, restore, patch, availability…).
    #[arg(long = "proof")]
    pub proofs: Vec<String>,
    /// Machines dont chacune doit être prouvée.
    #[arg(long = "machine")]
    pub machines: Vec<String>,
    /// Ce que mesure le chiffre : availability, intervention, recovery, patch_days, versions, retention_days, cover.
    #[arg(long, value_parser = measure)]
    pub measure: Option<Measure>,
    /// Le chiffre du contrat, dans l'unité de la mesure : « >=99,9 » ou « <=4 ».
    #[arg(long, allow_hyphen_values = true)]
    pub figure: Option<String>,
    /// Les heures se comptent pendant les heures de service.
    #[arg(long)]
    pub service_hours: bool,
    /// Jours de délai pour que la preuve arrive.
    #[arg(long, value_parser = clap::value_parser!(i32).range(0..=3_650))]
    pub grace: Option<i32>,
    /// Maintenance annoncée, hors du calcul de disponibilité : « 2026-03-10 4h motif ».
    #[arg(long = "exclude")]
    pub exclusions: Vec<String>,
    /// Pénalité : « 5% par 0,1 de 450 plafond 30% » ou « 50 par 1 ».
    #[arg(long)]
    pub penalty: Option<String>,
}

impl Changes {
    /// Changes the promise.
    ///
    /// # Errors
    /// When a value can't be read.
    pub fn apply(&self, promise: &mut Promise) -> Result<(), String> {
        if let Some(unknown) = self.proofs.iter().find(|p| !points::proof::KINDS.contains(&p.as_str())) {
            return Err(format!("nature de preuve « {unknown} » inconnue : {}", points::proof::KINDS.join(", ")));
        }
        promise.cadence = self.every.unwrap_or(promise.cadence);
        if !self.proofs.is_empty() {
            promise.proved_by.clone_from(&self.proofs);
        }
        if !self.machines.is_empty() {
            promise.machines.clone_from(&self.machines);
        }
        promise.grace = self.grace.or(promise.grace);
        if let Some(text) = &self.figure {
            let measure = self.measure.or(promise.yardstick.map(|y| y.measure));
            let measure = measure.ok_or("--figure demande --measure : dites ce qui est mesuré")?;
            let (bound, number) = match (text.strip_prefix(">="), text.strip_prefix("<=")) {
                (Some(n), _) => (Bound::AtLeast, n),
                (_, Some(n)) => (Bound::AtMost, n),
                _ => return Err("--figure attend « >=99,9 » ou « <=4 »".to_owned()),
            };
            let value = number_of(number)?;
            promise.yardstick = Some(Yardstick { measure, bound, value, service_hours: self.service_hours });
        }
        for text in &self.exclusions {
            promise.exclusions.push(exclusion(text)?);
        }
        if let Some(text) = &self.penalty {
            promise.penalty = Some(penalty(text)?);
        }
        Ok(())
    }
}

/// Arguments of `follow correct`.
#[derive(Debug, clap::Args)]
pub struct CorrectArgs {
    /// La promesse.
    pub promise: String,
    /// The changes.
    #[command(flatten)]
    pub changes: Changes,
    /// Pourquoi.
    #[arg(long)]
    pub why: Option<String>,
}

/// Arguments of `follow new`.
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// Le contrat.
    pub contract: String,
    /// Ce qui est promis, en quelques mots.
    #[arg(long, value_parser = crate::args::some_words)]
    pub title: String,
    /// L'article.
    #[arg(long)]
    pub article: Option<String>,
    /// La page.
    #[arg(long)]
    pub page: Option<u32>,
    /// Les mots du contrat.
    #[arg(long)]
    pub quote: Option<String>,
    /// The rest.
    #[command(flatten)]
    pub changes: Changes,
}

/// Arguments of `follow waive`.
#[derive(Debug, clap::Args)]
pub struct WaiveArgs {
    /// La promesse.
    pub promise: String,
    /// Pourquoi.
    #[arg(long, value_parser = crate::args::some_words)]
    pub why: String,
    /// Premier jour, aujourd'hui s'il n'est pas donné.
    #[arg(long)]
    pub from: Option<Date>,
    /// Dernier jour.
    #[arg(long)]
    pub until: Option<Date>,
}

/// Arguments of `follow amend`.
#[derive(Debug, clap::Args)]
pub struct AmendArgs {
    /// La promesse.
    pub promise: String,
    /// Premier jour de l'avenant.
    #[arg(long)]
    pub date: Date,
    /// Ce qui change.
    #[command(flatten)]
    pub changes: Changes,
    /// Référence de l'avenant.
    #[arg(long)]
    pub why: Option<String>,
}

fn number_of(text: &str) -> Result<f64, String> {
    let clean = text.trim().trim_end_matches(['%', '€']).trim().replace(',', ".");
    clean.parse().ok().filter(|n: &f64| n.is_finite()).ok_or_else(|| format!("« {text} » n'est pas un nombre"))
}

fn region(name: &str) -> Result<Region, String> {
    let names: Vec<&str> = Region::ALL.iter().map(|r| r.1).collect();
    Region::from_name(name).ok_or_else(|| format!("région inconnue ; choix possibles : {}", names.join(", ")))
}

fn cadence(name: &str) -> Result<Cadence, String> {
    Cadence::from_name(name).ok_or_else(|| {
        "fréquence inconnue : jour, jour-ouvre, semaine, mois, trimestre, semestre, an, evenement, permanent ou AAAA-MM-JJ"
            .to_owned()
    })
}

fn measure(name: &str) -> Result<Measure, String> {
    Measure::from_name(name).ok_or_else(|| format!("mesure inconnue : {}", points::proof::MEASURES.join(", ")))
}

/// "36 mois", "3 ans", "90 jours", "30 jours ouvrés".
fn duration(text: &str) -> Result<Duration, String> {
    let (amount, unit) = text.trim().split_once(' ').ok_or("durée attendue, par exemple « 36 mois »")?;
    let unit = match unit.trim() {
        "mois" => DurationUnit::Month,
        "an" | "ans" | "année" | "années" => DurationUnit::Year,
        "semaine" | "semaines" => DurationUnit::Week,
        "jour" | "jours" => DurationUnit::Day,
        "jours ouvrés" | "jour ouvré" => DurationUnit::WorkingDay,
        "jours ouvrables" | "jour ouvrable" => DurationUnit::BusinessDay,
        other => return Err(format!("unité « {other} » inconnue : jours, jours ouvrés, semaines, mois, ans")),
    };
    Ok(Duration { amount: number_of(amount)?, unit })
}

/// "2026-03-10 4h motif".
fn exclusion(text: &str) -> Result<Exclusion, String> {
    const FORM: &str = "--exclude attend « AAAA-MM-JJ 4h motif »";
    let mut parts = text.splitn(3, ' ');
    let day = parts.next().and_then(|d| d.parse().ok()).ok_or(FORM)?;
    let length = minutes(parts.next().ok_or(FORM)?)?;
    let why = parts.next().filter(|w| !w.trim().is_empty()).ok_or(FORM)?.to_owned();
    Ok(Exclusion { day, seconds: u32::from(length) * 60, why })
}

/// "5% par 0,1 de 450 plafond 30%".
fn penalty(text: &str) -> Result<Penalty, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let after = |word: &str| words.iter().position(|w| *w == word).and_then(|at| words.get(at + 1)).copied();
    let rate = words.first().ok_or("--penalty est vide")?;
    let percent = rate.ends_with('%');
    let base = after("de").map(number_of).transpose()?;
    if percent && base.is_none() {
        return Err("une pénalité en pourcentage dit de quoi : « 5% par 0,1 de 450 »".to_owned());
    }
    Ok(Penalty {
        rate: number_of(rate)?,
        percent,
        step: after("par").map(number_of).transpose()?.unwrap_or(1.0),
        base: base.unwrap_or(0.0),
        cap_percent: after("plafond").map(number_of).transpose()?,
    })
}
