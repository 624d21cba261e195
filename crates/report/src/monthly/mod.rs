//! The monthly report of a contract: what was promised, what was shown to be done, what to ask. Two minutes for a
//! person who is neither a lawyer nor an engineer: one sentence on top, then a calendar, figures, breaches with their
//! clause, the dates to come and a letter ready to send.
//!
//! [`Content`] holds every word; the renderings only lay it out, so that they can't disagree.

mod ask;
mod breaches;
mod calendars;
mod figures;
mod html;
mod paper;
mod verdict;

pub use self::ask::Letter;
pub use self::breaches::Breach;
pub use self::calendars::{Sheet, Square};
pub use self::figures::{Chart, Delay, Delays, Uptime};
pub use self::html::html;
pub use self::paper::paper;

use ::paper::{Tile, Tone};
use evidence::Fact;
use follow::{Day, KeyDate, Mark, Promise, Seen, Sign, State, Status, Window, words};
use jiff::civil::Date;

/// A promise with what became of it in the month.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// The promise.
    pub promise: &'a Promise,
    /// Where it stands over the month.
    pub status: &'a Status,
    /// Its periods.
    pub marks: &'a [Mark],
    /// What was seen.
    pub seen: &'a [Seen],
}

/// What the report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Month<'a> {
    /// The client's name; may be empty.
    pub client: &'a str,
    /// Who provides.
    pub provider: &'a str,
    /// The contract's id in the register.
    pub contract: &'a str,
    /// The contract's file.
    pub file: &'a str,
    /// The days of the month.
    pub window: Window,
    /// The day on which it is looked at.
    pub today: Date,
    /// The promises under follow-up.
    pub kept: &'a [Kept<'a>],
    /// The month's facts, in order of day.
    pub facts: &'a [(Day, Fact)],
    /// The contract's dates to come.
    pub dates: &'a [KeyDate],
}

/// A line on a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What is promised.
    pub title: String,
    /// "article 6, page 4"; may be empty.
    pub place: String,
    /// Where it stands.
    pub state: State,
    /// Counts or figures, short.
    pub detail: String,
}

/// A date to keep in mind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// The day.
    pub date: Date,
    /// What of.
    pub words: String,
}

/// A penalty due.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// For which promise.
    pub title: String,
    /// Where the contract has the promise; may be empty.
    pub place: String,
    /// Euros.
    pub euros: f64,
}

/// A row on a restore test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// The day.
    pub date: Date,
    /// On what.
    pub what: String,
    /// How it went.
    pub sign: Sign,
    /// Why.
    pub reason: String,
}

/// Everything the report says.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// "mars 2026".
    pub month: String,
    /// The title.
    pub title: String,
    /// Who provides.
    pub provider: String,
    /// Facts below the title: label and value.
    pub facts: Vec<(String, String)>,
    /// The sentence on top.
    pub verdict: String,
    /// Its tone.
    pub tone: Tone,
    /// Large figures.
    pub tiles: Vec<Tile>,
    /// Calendars of what is owed daily.
    pub sheets: Vec<Sheet>,
    /// Availability.
    pub uptimes: Vec<Uptime>,
    /// Delays held to the contract's figures: interventions, recoveries, corrections.
    pub delays: Vec<Delays>,
    /// Restore tests.
    pub tests: Vec<Test>,
    /// What the contract says of restore tests where there was none; may be empty.
    pub no_test: String,
    /// What was broken or not shown.
    pub breaches: Vec<Breach>,
    /// Penalties due.
    pub penalties: Vec<Due>,
    /// Dates to come.
    pub dates: Vec<Coming>,
    /// What to ask the provider; none where there is nothing to ask.
    pub letter: Option<Letter>,
    /// Every promise.
    pub standings: Vec<Standing>,
}

/// Days ahead for which dates are listed.
const AHEAD: i32 = 120;

impl Content {
    /// Gathers what the report says.
    pub fn of(month: &Month) -> Self {
        let first = month.window.first.date();
        let name = format!("{} {}", contract::month_words(first.month().unsigned_abs()), first.year());
        let breaches = breaches::all(month);
        let penalties = penalties(month);
        let sheets = calendars::sheets(month);
        let (tests, no_test) = tests(month);
        Self {
            title: format!("Compte rendu {}{name}", if name.starts_with(['a', 'o']) { "d’" } else { "de " }),
            provider: month.provider.to_owned(),
            facts: facts(month),
            verdict: verdict::sentence(month, &name),
            tone: verdict::tone(month),
            tiles: verdict::tiles(month, &penalties),
            uptimes: figures::uptimes(month),
            delays: figures::delays(month),
            letter: ask::letter(month, &breaches, &penalties, &name),
            dates: dates(month),
            standings: standings(month),
            month: name,
            sheets,
            tests,
            no_test,
            breaches,
            penalties,
        }
    }
}

/// "mars 2026" comes after "de", "avril" after "d’".
fn facts(month: &Month) -> Vec<(String, String)> {
    let period = format!("du {} au {}", words::date(month.window.first.date()), words::date(month.window.last.date()));
    let mut out = Vec::new();
    if !month.client.is_empty() {
        out.push(("Client".to_owned(), month.client.to_owned()));
    }
    out.push(("Prestataire".to_owned(), month.provider.to_owned()));
    out.push(("Contrat".to_owned(), format!("{} ({})", month.contract, month.file)));
    out.push(("Période".to_owned(), period));
    out.push(("État au".to_owned(), words::date(month.today)));
    out
}

/// "article 6, page 4".
fn place(promise: &Promise) -> String {
    follow::alert::Clause::of(promise).place()
}

/// Euros, "1 250 €".
fn euros(amount: f64) -> String {
    format!("{}\u{a0}€", words::number(amount))
}

fn penalties(month: &Month) -> Vec<Due> {
    let due = month.kept.iter().filter(|k| k.status.penalty > 0.0);
    due.map(|k| Due { title: k.promise.title.clone(), place: place(k.promise), euros: k.status.penalty }).collect()
}

/// Restore tests of the month; where a test is promised and none came, when the next is due.
fn tests(month: &Month) -> (Vec<Test>, String) {
    let mut out: Vec<Test> = Vec::new();
    for (day, fact) in month.facts.iter().filter(|(_, f)| f.kind == evidence::Kind::Restore) {
        let what = [fact.host.as_deref(), fact.job.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let sign = sign_of(fact.state);
        let reason = fact.reasons.first().cloned().unwrap_or_default();
        out.push(Test { date: day.date(), what, sign, reason });
    }
    let promised = month.kept.iter().find(|k| k.promise.proved_by.iter().any(|p| p == "restore"));
    let none = match promised {
        Some(kept) if out.is_empty() => {
            let due = kept.status.next_due.map_or(String::new(), |d| {
                format!(" ; le prochain doit être prouvé au plus tard le {}", words::date(d.date()))
            });
            format!("Aucun test de restauration ce mois-ci ; il est promis {}{due}.", kept.promise.cadence.label())
        }
        _ => String::new(),
    };
    (out, none)
}

fn sign_of(state: evidence::State) -> Sign {
    match state {
        evidence::State::Ok => Sign::Kept,
        evidence::State::Degraded => Sign::Partial,
        evidence::State::Unproven => Sign::Unproven,
        evidence::State::Failed => Sign::Failed,
    }
}

fn dates(month: &Month) -> Vec<Coming> {
    let mut out: Vec<Coming> =
        month.dates.iter().map(|d| Coming { date: d.date, words: verdict::capital(&d.words) }).collect();
    let today = Day::from(month.today);
    for kept in month.kept {
        let daily = matches!(kept.promise.cadence, follow::Cadence::Days(_) | follow::Cadence::WorkingDays);
        let due = kept.status.next_due.filter(|d| !daily && *d >= today && d.0 - today.0 <= AHEAD);
        if let Some(due) = due {
            let words = format!("Preuve attendue au plus tard : {}", kept.promise.title);
            out.push(Coming { date: due.date(), words });
        }
        let document = kept.marks.last().filter(|m| {
            kept.promise.cadence == follow::Cadence::Always && m.sign == Sign::Kept && m.period.due.0 - today.0 <= AHEAD
        });
        if let Some(mark) = document {
            let words = format!("Fin de validité du document reçu : {}", kept.promise.title);
            out.push(Coming { date: mark.period.due.date(), words });
        }
    }
    out.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.words.cmp(&b.words)));
    out
}

/// Every promise, worst first.
fn standings(month: &Month) -> Vec<Standing> {
    let mut out: Vec<Standing> = month
        .kept
        .iter()
        .map(|k| Standing {
            title: k.promise.title.clone(),
            place: place(k.promise),
            state: k.status.state,
            detail: figures::detail(k),
        })
        .collect();
    out.sort_by(|a, b| b.state.cmp(&a.state).then_with(|| a.title.cmp(&b.title)));
    out
}

/// The tone of a period's sign.
fn tone(sign: Sign) -> Tone {
    match sign {
        Sign::Kept => Tone::Good,
        Sign::Partial | Sign::Unproven => Tone::Caution,
        Sign::Failed | Sign::Missing => Tone::Bad,
        Sign::Late | Sign::Running | Sign::Waived => Tone::Silent,
    }
}

/// The tone of a promise's state.
fn state_tone(state: State) -> Tone {
    match state {
        State::Kept => Tone::Good,
        State::Unproved | State::Late => Tone::Caution,
        State::Breached => Tone::Bad,
        State::Pending | State::Waived => Tone::Silent,
    }
}

/// A sign that tells periods apart without colour.
fn glyph(sign: Sign) -> &'static str {
    match sign {
        Sign::Kept => "✓",
        Sign::Partial => "≈",
        Sign::Unproven => "?",
        Sign::Failed => "✕",
        Sign::Missing => "∅",
        Sign::Late => "…",
        Sign::Running | Sign::Waived => "–",
    }
}

/// A sign that tells states apart without colour.
fn state_glyph(state: State) -> &'static str {
    match state {
        State::Kept => "✓",
        State::Unproved => "?",
        State::Late => "…",
        State::Breached => "✕",
        State::Pending | State::Waived => "–",
    }
}
