//! The reason of a status in French: what was promised and where, what was counted, which days.

use crate::due::Cadence;
use crate::promise::Promise;
use crate::status::{State, Status, Window};
use crate::words;

/// Writes the reason.
pub(crate) fn write(promise: &Promise, status: &Status, remarks: &[String], window: Window) -> String {
    let mut parts = vec![head(promise)];
    parts.extend(body(promise, status, remarks, window));
    parts.join(" ")
}

/// The reason without the sentence that names promise and clause, for readers who have both before their eyes.
pub fn tail(promise: &Promise, status: &Status, window: Window) -> String {
    let head = head(promise);
    match status.reason.strip_prefix(&head) {
        Some(rest) => rest.trim().to_owned(),
        None => body(promise, status, &[], window).join(" "),
    }
}

fn body(promise: &Promise, status: &Status, remarks: &[String], window: Window) -> Vec<String> {
    let mut parts = Vec::new();
    let counts = counts(promise, status, window.last.date().year());
    if !counts.is_empty() {
        parts.push(format!("{counts}."));
    }
    if let Some(measured) = status.measured.zip(promise.yardstick).map(|(m, y)| y.measure.show(m)) {
        let reference =
            if status.reference.is_empty() { String::new() } else { format!(", référence {}", status.reference) };
        parts.push(format!("Mesuré : {measured} ; promis : {}{reference}.", status.promised));
    }
    parts.extend(remarks.iter().map(|r| capital(r) + "."));
    if status.penalty > 0.0 {
        parts.push(format!("Pénalité due selon le contrat : {} €.", words::number(status.penalty)));
    }
    if status.state == State::Waived
        && let Some(waiver) = promise.waived(window.last).or(promise.waivers.last())
    {
        parts.push(format!("Dispense accordée par {} : {}.", waiver.by, waiver.why.trim_end_matches('.')));
    }
    if promise.proved_by.is_empty() && status.counts.received == 0 {
        parts.push(
            "Aucune preuve automatique n’existe pour cette promesse : demandez une attestation datée.".to_owned(),
        );
    }
    parts
}

/// "Sauvegardes quotidiennes, promesse de l'article 6 (page 4), chaque jour."
fn head(promise: &Promise) -> String {
    let place = match (place(&promise.article), promise.page) {
        (None, 0) => "promesse ajoutée à la main".to_owned(),
        (None, page) => format!("promesse de la page {page}"),
        (Some(article), 0) => format!("promesse de {article}"),
        (Some(article), page) => format!("promesse de {article} (page {page})"),
    };
    format!("{}, {place}, {}.", promise.title, promise.cadence.label())
}

/// "l’article 6.1" from a heading path, or its innermost heading between quotes.
fn place(path: &str) -> Option<String> {
    let article = article(path)?;
    Some(if article.starts_with("article") { format!("l’{article}") } else { article })
}

/// "article 6.1" from a heading path, or its annex or innermost heading between quotes.
pub(crate) fn article(path: &str) -> Option<String> {
    let headings: Vec<&str> = path.split(" › ").map(str::trim).filter(|h| !h.is_empty()).collect();
    let number = |heading: &&str| {
        let rest = heading.strip_prefix("Article").or_else(|| heading.strip_prefix("ARTICLE")).unwrap_or(heading);
        let number: String = rest.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let number = number.trim_end_matches('.').to_owned();
        (!number.is_empty()).then_some(number)
    };
    let annex = headings.iter().find(|h| h.to_lowercase().starts_with("annexe"));
    if let Some(annex) = annex {
        return Some(format!("« {annex} »"));
    }
    let numbered = headings.iter().rev().find_map(number).map(|n| format!("article {n}"));
    numbered.or_else(|| headings.last().map(|h| format!("« {h} »")))
}

fn counts(promise: &Promise, status: &Status, year: i16) -> String {
    let c = &status.counts;
    let mut out = Vec::new();
    let many = |n: u32, one: &str, more: &str| if n < 2 { format!("{n} {one}") } else { format!("{n} {more}") };
    let days =
        |days: &[crate::Day]| if days.is_empty() { String::new() } else { format!(" {}", words::days(days, year)) };
    match promise.cadence {
        Cadence::Always => {}
        Cadence::Event if c.expected == 0 => out.push("aucun cas sur la période".to_owned()),
        Cadence::Event => {
            out.push(format!("{} sur {} dans le délai ou réussis", c.received, many(c.expected, "cas", "cas")))
        }
        _ if c.expected > 0 => {
            out.push(format!(
                "{} sur {}",
                many(c.received, "preuve", "preuves"),
                many(c.expected, "attendue", "attendues")
            ));
        }
        _ if c.late == 0 && c.waived == 0 => out.push("rien n’était encore dû".to_owned()),
        _ => {}
    }
    if c.failures > 0 {
        out.push(many(c.failures, "échec", "échecs") + &days(&status.failed));
    }
    if c.degraded > 0 {
        out.push(many(c.degraded, "exécution partielle", "exécutions partielles") + &days(&status.degraded));
    }
    if c.unproven > 0 {
        out.push(
            many(c.unproven, "preuve qui ne prouve rien", "preuves qui ne prouvent rien") + &days(&status.unproven),
        );
    }
    if c.missing > 0 && promise.cadence != Cadence::Always {
        out.push(format!("aucune preuve{}", days(&status.missing)));
    }
    if c.late > 0 && promise.cadence != Cadence::Always {
        out.push(many(c.late, "preuve attendue, encore dans le délai", "preuves attendues, encore dans le délai"));
    }
    if c.waived > 0 {
        out.push(many(c.waived, "échéance dispensée", "échéances dispensées"));
    }
    capital(&out.join(", "))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().collect::<String>() + chars.as_str())
}
