//! Alerts and the weekly digest as messages that a person reads: plain text, one subject line, what happened, which
//! clause, what to do.

use crate::typography::french;
use crate::words::{capitalised, count};
use follow::alert::{Alert, Clause, Kind};
use follow::{KeyDate, Promise, State, Status, words};
use jiff::civil::Date;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The subject line.
    pub subject: String,
    /// The text, lines ended by a line feed.
    pub text: String,
}

/// Longest quote shown, in characters.
const QUOTE: usize = 400;

/// One message for the alerts of one contract.
pub fn alerts(provider: &str, contract: &str, alerts: &[Alert]) -> Notice {
    let subject = match alerts {
        [one] => format!("{provider} : {}, {}", lower(one.kind.label()), lower(&one.title)),
        several => {
            let breaches = several.iter().filter(|a| a.kind == Kind::Breach).count();
            let worst = if breaches > 0 {
                format!("{}, ", count(breaches, "promesse manquée", "promesses manquées"))
            } else {
                String::new()
            };
            format!("{provider} : {worst}{}", count(several.len(), "alerte", "alertes"))
        }
    };
    let mut text = format!("Contrat {contract} ({provider})\n");
    for alert in alerts {
        text.push_str(&format!("\n{} : {}\n{}\n", alert.kind.label().to_uppercase(), alert.title, alert.what));
        if let Some(clause) = clause(&alert.clause) {
            text.push_str(&format!("Clause : {clause}\n"));
        }
        text.push_str(&format!("À faire : {}\n", alert.action));
    }
    text.push_str(&format!(
        "\n-- \nEnvoyé par Clausule : une alerte par manquement, pas une par jour. L'état complet : clausule status \
         --contract {contract}\n"
    ));
    Notice { subject: french(&subject), text: french(&text) }
}

/// "article 6, page 4 : « … »"; none where nothing is known.
pub fn clause(clause: &Clause) -> Option<String> {
    let place = clause.place();
    let quote = match clause.quote.char_indices().nth(QUOTE) {
        _ if clause.quote.is_empty() => None,
        None => Some(format!("« {} »", clause.quote)),
        Some((at, _)) => Some(format!("« {} […] »", clause.quote[..at].trim_end())),
    };
    match (place.is_empty(), quote) {
        (true, None) => None,
        (true, Some(quote)) => Some(quote),
        (false, None) => Some(place),
        (false, Some(quote)) => Some(format!("{place} : {quote}")),
    }
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain([second]).chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

/// A contract in the digest.
#[derive(Debug, Clone)]
pub struct Summary<'a> {
    /// Its id.
    pub contract: &'a str,
    /// Who provides.
    pub provider: &'a str,
    /// The promises under follow-up with where they stand over the week.
    pub promises: Vec<(&'a Promise, &'a Status)>,
    /// Dates to come.
    pub dates: Vec<KeyDate>,
}

/// The weekly digest of every contract, up to a day.
pub fn digest(summaries: &[Summary], from: Date, to: Date) -> Notice {
    let all = || summaries.iter().flat_map(|s| s.promises.iter());
    let breached = all().filter(|(_, s)| s.state == State::Breached).count();
    let head = if breached == 0 {
        "rien de manqué".to_owned()
    } else {
        count(breached, "promesse manquée", "promesses manquées")
    };
    let subject = format!("Bilan de la semaine : {head}");
    let mut text = format!("Du {} au {}.\n", words::date(from), words::date(to));
    for summary in summaries {
        text.push_str(&format!("\n{} ({})\n", summary.provider, summary.contract));
        let number = |state| summary.promises.iter().filter(|(_, s)| s.state == state).count();
        let parts: Vec<String> = [
            (State::Kept, "promesse tenue", "promesses tenues"),
            (State::Breached, "manquée", "manquées"),
            (State::Unproved, "non prouvée", "non prouvées"),
            (State::Late, "attendue", "attendues"),
        ]
        .into_iter()
        .filter(|(state, ..)| number(*state) > 0)
        .map(|(state, one, more)| count(number(state), one, more))
        .collect();
        let line = if parts.is_empty() { "Rien n'était dû.".to_owned() } else { format!("{}.", parts.join(", ")) };
        text.push_str(&format!("{line}\n"));
        let bad = summary.promises.iter().filter(|(_, s)| matches!(s.state, State::Breached | State::Unproved));
        for (_, status) in bad {
            text.push_str(&format!("- {}\n", status.reason));
        }
        for date in &summary.dates {
            text.push_str(&format!("- {} : {}\n", capitalised(&words::date(date.date)), date.words));
        }
    }
    text.push_str("\n-- \nEnvoyé par Clausule, une fois par semaine.\n");
    Notice { subject: french(&subject), text: french(&text) }
}
