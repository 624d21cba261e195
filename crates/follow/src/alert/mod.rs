//! Which alerts are due: before a due date, at a breach, at recovery, before a date of the contract, once a week a
//! digest. One alert a breach, not one a day; what was told already comes in as the keys it was told under.
//!
//! Pure: the state is what was told, so that an alert that could not be sent is simply still due.

mod advice;
mod dates;
mod timing;

pub use timing::{Quiet, Timing};

use crate::day::Day;
use crate::due::Cadence;
use crate::promise::Promise;
use crate::status::Status;
use crate::term::Term;
use crate::timeline::{Episode, Mark, Sign, episodes};
use crate::{Calendar, reason, words};
use contract::TermClause;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::HashSet;

/// Days after which a breach that is over and was never told needs no alert of its own.
const RECENT: i32 = 7;

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A promise was broken.
    Breach,
    /// A proof shows nothing, or a run was partial.
    Doubt,
    /// A broken promise is kept again.
    Recovery,
    /// A proof or document is due soon.
    Due,
    /// A date of the contract comes.
    Date,
}

impl Kind {
    /// The word for users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Breach => "Promesse manquée",
            Self::Doubt => "À vérifier",
            Self::Recovery => "Rétabli",
            Self::Due => "Échéance proche",
            Self::Date => "Date du contrat",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Breach => "breach",
            Self::Doubt => "doubt",
            Self::Recovery => "recovery",
            Self::Due => "due",
            Self::Date => "date",
        }
    }
}

/// Where the contract says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Clause {
    /// "article 6.1", or the heading between quotation marks; empty where unknown.
    pub article: String,
    /// The page, from 1; 0 where unknown.
    pub page: u32,
    /// The contract's words; empty where there are none.
    pub quote: String,
}

impl Clause {
    /// The clause a promise stands in.
    pub fn of(promise: &Promise) -> Self {
        Self {
            article: reason::article(&promise.article).unwrap_or_default(),
            page: promise.page,
            quote: promise.quote.clone(),
        }
    }

    /// The clause of a quote.
    pub fn quoted(quote: &contract::Quote) -> Self {
        let article = reason::article(&quote.article).unwrap_or_default();
        Self { article, page: quote.page, quote: quote.text.clone() }
    }

    /// "article 6.1, page 4"; empty where nothing is known.
    pub fn place(&self) -> String {
        let page = if self.page == 0 { String::new() } else { format!("page {}", self.page) };
        [self.article.clone(), page].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// What it is told under: the same key is never told twice on one channel.
    pub key: String,
    /// A key that is told along with it: the recovery of a breach that was over when it was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub also: Option<String>,
    /// What about.
    pub kind: Kind,
    /// The contract's id.
    pub contract: String,
    /// The promise's id; none for a date of the contract.
    pub promise: Option<String>,
    /// The day it bears on.
    pub date: Date,
    /// A few words.
    pub title: String,
    /// What happened.
    pub what: String,
    /// Where the contract says it.
    pub clause: Clause,
    /// What to do.
    pub action: String,
}

impl Alert {
    /// Every key it is told under.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        [Some(self.key.clone()), self.also.clone()].into_iter().flatten()
    }
}

/// A promise as far as alerts go.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    /// The contract's id.
    pub contract: &'a str,
    /// Who provides.
    pub provider: &'a str,
    /// The promise.
    pub promise: &'a Promise,
    /// Where it stands.
    pub status: &'a Status,
    /// Its periods, in order.
    pub marks: &'a [Mark],
    /// The first day looked at.
    pub first: Day,
}

/// A contract's own time as far as alerts go.
#[derive(Debug, Clone, Copy)]
pub struct Agreement<'a> {
    /// The contract's id.
    pub contract: &'a str,
    /// Who provides.
    pub provider: &'a str,
    /// Its time.
    pub term: &'a Term,
    /// How its delays are counted.
    pub calendar: &'a Calendar,
    /// The clauses that give it.
    pub clauses: &'a [TermClause],
}

/// The keys that were told.
pub type Told = HashSet<String>;

/// The alerts of a promise that are due and were not told.
pub fn of_promise(watched: &Watched, today: Day, told: &Told) -> Vec<Alert> {
    let mut out = troubles(watched, today, told);
    out.extend(due_soon(watched, today));
    out.retain(|a| !told.contains(&a.key));
    out
}

/// The alerts of a contract's own dates that are due and were not told.
pub fn of_contract(agreement: &Agreement, today: Day, told: &Told) -> Vec<Alert> {
    let mut out = dates::alerts(agreement, today);
    out.retain(|a| !told.contains(&a.key));
    out
}

fn key(promise: &str, kind: Kind, day: Day) -> String {
    format!("{promise}#{}#{}", kind.name(), day.date())
}

/// What was told of a promise and is not yet called over: whether it was a breach, and its first day.
fn open(promise: &str, told: &Told) -> Option<(Kind, Day)> {
    let of = |kind: Kind| {
        let prefix = format!("{promise}#{}#", kind.name());
        let days = told.iter().filter_map(move |k| k.strip_prefix(prefix.as_str())?.parse::<Date>().ok());
        days.map(Day::from).collect::<Vec<_>>()
    };
    let over: HashSet<Day> = of(Kind::Recovery).into_iter().collect();
    let last = |kind: Kind| of(kind).into_iter().filter(|d| !over.contains(d)).max().map(|d| (kind, d));
    let (breach, doubt) = (last(Kind::Breach), last(Kind::Doubt));
    if breach.map(|b| b.1) >= doubt.map(|d| d.1) { breach } else { doubt }
}

fn troubles(watched: &Watched, today: Day, told: &Told) -> Vec<Alert> {
    let cadence = watched.promise.cadence;
    let all = episodes(cadence, watched.marks);
    let known = open(&watched.promise.id, told).filter(|_| cadence != Cadence::Event);
    let now = all.last().filter(|e| e.over.is_none());
    let mut out = Vec::new();
    // Old ones that are over need no word; one cut by the window's edge was told while it lasted.
    let recent = all.iter().filter(|e| e.over.is_some() && e.last >= today.plus(-RECENT) && e.first > watched.first);
    out.extend(recent.filter(|e| known.is_none_or(|k| k.1 < e.first)).map(|e| trouble(watched, e)));
    match (known, now) {
        (None, Some(episode)) => out.push(trouble(watched, episode)),
        (Some((kind, since)), Some(episode)) => {
            // One that began before the window shows as beginning with it.
            let same = episode.first == since || episode.first <= watched.first;
            if !same {
                out.push(recovery(watched, since, all.iter().find(|e| e.first == since)));
                out.push(trouble(watched, episode));
            } else if kind == Kind::Doubt && episode.worst.is_breach() {
                out.push(Alert { key: key(&watched.promise.id, Kind::Breach, since), ..trouble(watched, episode) });
            }
        }
        (Some((_, since)), None) => {
            let ended = all.iter().find(|e| e.first == since);
            out.push(recovery(watched, since, ended));
        }
        (None, None) => {}
    }
    out
}

fn trouble(watched: &Watched, episode: &Episode) -> Alert {
    let promise = watched.promise;
    let kind = if episode.worst.is_breach() { Kind::Breach } else { Kind::Doubt };
    let days = advice::when(promise, episode);
    let mut what = match (promise.cadence, episode.worst) {
        (Cadence::Always, Sign::Missing) => "Aucun document n’a été reçu.".to_owned(),
        (Cadence::Always, Sign::Failed) => "Le document reçu n’est plus valable ou ne suffit pas.".to_owned(),
        (_, Sign::Missing) => format!("Aucune preuve n’est arrivée {days}."),
        (_, Sign::Failed) if promise.yardstick.is_some() => format!("Le chiffre promis n’a pas été tenu {days}."),
        (_, Sign::Failed) => format!("Échec {days}."),
        (_, Sign::Partial) => format!("Exécution seulement partielle {days}."),
        (_, _) => format!("Ce qui est arrivé {days} ne prouve rien."),
    };
    if let (Some(measured), Some(yardstick)) = (watched.status.measured, promise.yardstick) {
        let shown = yardstick.measure.show(measured);
        what.push_str(&format!(" Mesuré : {shown} ; promis : {}.", yardstick.label()));
    }
    let over = episode.over.is_some() && promise.cadence != Cadence::Event;
    if over {
        what.push_str(" C’est rétabli depuis.");
    }
    Alert {
        key: key(&promise.id, kind, episode.first),
        also: over.then(|| key(&promise.id, Kind::Recovery, episode.first)),
        kind,
        contract: watched.contract.to_owned(),
        promise: Some(promise.id.clone()),
        date: episode.first.date(),
        title: promise.title.clone(),
        what,
        clause: Clause::of(promise),
        action: advice::trouble(promise, episode, watched.provider),
    }
}

fn recovery(watched: &Watched, since: Day, ended: Option<&Episode>) -> Alert {
    let promise = watched.promise;
    let from = ended.and_then(|e| e.over).map_or(String::new(), |d| format!(" depuis le {}", words::date(d.date())));
    let what = format!("La promesse, en défaut depuis le {}, est de nouveau tenue{from}.", words::date(since.date()));
    Alert {
        key: key(&promise.id, Kind::Recovery, since),
        also: None,
        kind: Kind::Recovery,
        contract: watched.contract.to_owned(),
        promise: Some(promise.id.clone()),
        date: since.date(),
        title: promise.title.clone(),
        what,
        clause: Clause::of(promise),
        action: "Rien à faire. Le manquement reste au registre et au rapport du mois.".to_owned(),
    }
}

/// Days before a proof's last day at which it is called to mind; none for what comes by itself every day.
fn lead(cadence: Cadence) -> Option<i32> {
    match cadence {
        Cadence::Days(_) | Cadence::WorkingDays | Cadence::Event => None,
        Cadence::Weeks(_) => Some(1),
        Cadence::Months(1) => Some(2),
        Cadence::Months(_) | Cadence::Once(_) => Some(15),
        Cadence::Always => Some(30),
    }
}

fn due_soon(watched: &Watched, today: Day) -> Option<Alert> {
    let promise = watched.promise;
    let lead = lead(promise.cadence)?;
    let waiting = |m: &&Mark| match promise.cadence {
        Cadence::Always => m.sign == Sign::Kept,
        _ => matches!(m.sign, Sign::Running | Sign::Late),
    };
    let mark = watched.marks.iter().find(waiting)?;
    let due = mark.period.due;
    if due < today || due.0 - today.0 > lead {
        return None;
    }
    let day = words::date(due.date());
    let (what, action) = match promise.cadence {
        Cadence::Always => (
            format!("Le document reçu n’est plus valable après le {day}."),
            format!("Demandez dès maintenant à {} celui qui prend la suite.", watched.provider),
        ),
        _ => (
            format!("Aucune preuve encore ; la dernière limite est le {day}."),
            format!("Demandez à {} {} avant cette date.", watched.provider, advice::proof(promise)),
        ),
    };
    Some(Alert {
        key: key(&promise.id, Kind::Due, due),
        also: None,
        kind: Kind::Due,
        contract: watched.contract.to_owned(),
        promise: Some(promise.id.clone()),
        date: due.date(),
        title: promise.title.clone(),
        what,
        clause: Clause::of(promise),
        action,
    })
}

/// What to ask the provider about everything in these periods that was not kept; empty where all was.
pub fn ask(promise: &Promise, marks: &[Mark]) -> String {
    let bad: Vec<&Mark> = marks.iter().filter(|m| m.sign.is_breach() || m.sign.is_doubt()).collect();
    let (Some(first), Some(last)) = (bad.first(), bad.last()) else { return String::new() };
    let worst = bad.iter().map(|m| m.sign).max().unwrap_or(Sign::Unproven);
    let days = bad.iter().map(|m| m.day).collect();
    let all = Episode { first: first.period.first, days, worst, last: last.period.last, over: None };
    advice::letter(promise, &all)
}
