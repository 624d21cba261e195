//! The sentence on top, its tone, and the large figures.

use super::{Due, Month, euros};
use crate::words::{count, list};
use follow::{Cadence, Sign, State};
use paper::{Tile, Tone};

/// Promises named in the sentence.
const NAMED: usize = 3;

fn of<'a>(month: &'a Month, state: State) -> Vec<&'a super::Kept<'a>> {
    month.kept.iter().filter(|k| k.status.state == state).collect()
}

/// "En mars 2026, Médorane a manqué 2 des 6 promesses suivies : …"
pub(super) fn sentence(month: &Month, name: &str) -> String {
    let (breached, unproved) = (of(month, State::Breached), of(month, State::Unproved));
    let kept = of(month, State::Kept).len();
    let due = month.kept.len() - of(month, State::Pending).len() - of(month, State::Waived).len();
    let provider = month.provider;
    let open = if month.today <= month.window.last.date() { " (mois en cours)" } else { "" };
    let head = format!("En {name}{open}, {provider}");
    if month.kept.is_empty() {
        return format!("{head} : aucune promesse n’est suivie. Confirmez celles que le contrat contient.");
    }
    if due == 0 {
        return format!("{head} n’avait rien à prouver : aucune échéance ne tombait ce mois-ci.");
    }
    let of_due = if due == 1 { "la seule promesse due".to_owned() } else { format!("des {due} promesses dues") };
    if breached.is_empty() && unproved.is_empty() {
        let late = due - kept;
        let rest = if late == 0 {
            String::new()
        } else {
            format!(" {}, encore dans le délai.", count(late, "preuve est attendue", "preuves sont attendues"))
        };
        if kept == 0 {
            return format!("{head} n’a encore rien prouvé.{rest}");
        }
        let all = if due == 1 { of_due } else { format!("{kept} {of_due}") };
        let all = if late == 0 && due > 1 { format!("les {due} promesses dues") } else { all };
        return format!("{head} a tenu {all}, preuves à l’appui.{rest}");
    }
    let mut parts = Vec::new();
    if !breached.is_empty() {
        let many = if due == 1 { of_due.clone() } else { format!("{} {of_due}", breached.len()) };
        parts.push(format!("a manqué {many} : {}", names(&breached)));
    }
    if !unproved.is_empty() {
        let many = if due == 1 { "la seule promesse due".to_owned() } else { count(unproved.len(), "autre", "autres") };
        let many = if breached.is_empty() && due > 1 { format!("{} {of_due}", unproved.len()) } else { many };
        parts.push(format!("n’a pas prouvé {many} : {}", names(&unproved)));
    }
    format!("{head} {}.", parts.join(" ; il "))
}

fn names(kept: &[&super::Kept]) -> String {
    let mut titles: Vec<String> = kept.iter().take(NAMED).map(|k| short(k)).collect();
    if kept.len() > NAMED {
        titles.push(count(kept.len() - NAMED, "autre", "autres"));
    }
    list(&titles)
}

/// "sauvegardes quotidiennes (1 échec, 1 jour sans preuve)".
fn short(kept: &super::Kept) -> String {
    let counts = &kept.status.counts;
    let mut why = Vec::new();
    if kept.promise.cadence == Cadence::Always {
        why.push("document absent ou périmé".to_owned());
    } else {
        if counts.failures > 0 {
            why.push(count(counts.failures as usize, "échec", "échecs"));
        }
        if counts.missing > 0 {
            let daily = matches!(kept.promise.cadence, Cadence::Days(_) | Cadence::WorkingDays);
            let noun =
                if daily { ("jour sans preuve", "jours sans preuve") } else { ("preuve absente", "preuves absentes") };
            why.push(count(counts.missing as usize, noun.0, noun.1));
        }
        if counts.unproven > 0 {
            why.push(count(counts.unproven as usize, "preuve vide", "preuves vides"));
        }
        if counts.degraded > 0 {
            why.push(count(counts.degraded as usize, "exécution partielle", "exécutions partielles"));
        }
    }
    format!("{} ({})", lower(&kept.promise.title), why.join(", "))
}

/// The title within a sentence: its first letter small, unless a word of capitals begins it.
fn lower(title: &str) -> String {
    let mut chars = title.chars();
    let (first, second) = (chars.next(), chars.next());
    match (first, second) {
        (Some(f), Some(s)) if !s.is_uppercase() => f.to_lowercase().chain([s]).chain(chars).collect(),
        _ => title.to_owned(),
    }
}

/// The text with its first letter in upper case.
pub(super) fn capital(text: &str) -> String {
    crate::words::capitalised(text)
}

pub(super) fn tone(month: &Month) -> Tone {
    let any = |state| month.kept.iter().any(|k| k.status.state == state);
    if any(State::Breached) {
        Tone::Bad
    } else if any(State::Unproved) || any(State::Late) {
        Tone::Caution
    } else if any(State::Kept) {
        Tone::Good
    } else {
        Tone::Silent
    }
}

/// Promises kept, broken, nights without a good backup, penalties.
pub(super) fn tiles(month: &Month, penalties: &[Due]) -> Vec<Tile> {
    let number = |state| of(month, state).len();
    let (kept, breached, unproved) = (number(State::Kept), number(State::Breached), number(State::Unproved));
    let tile = |figure: String, label: &str, tone| Tile { figure, label: label.to_owned(), tone };
    let plural = |n: usize, one: &str, more: &str| if n < 2 { one.to_owned() } else { more.to_owned() };
    let mut out = vec![
        tile(kept.to_string(), &plural(kept, "promesse tenue", "promesses tenues"), Tone::Good),
        tile(
            breached.to_string(),
            &plural(breached, "promesse manquée", "promesses manquées"),
            if breached > 0 { Tone::Bad } else { Tone::Silent },
        ),
    ];
    if unproved > 0 {
        out.push(tile(unproved.to_string(), &plural(unproved, "non prouvée", "non prouvées"), Tone::Caution));
    }
    if let Some(backup) = month.kept.iter().find(|k| super::calendars::is_daily_backup(k)) {
        let bad = backup.marks.iter().filter(|m| m.sign.is_breach() || m.sign.is_doubt()).count();
        let good = backup.marks.iter().filter(|m| m.sign == Sign::Kept).count();
        let tone = if bad == 0 { Tone::Good } else { Tone::Bad };
        out.push(tile(format!("{good}/{}", good + bad), "nuits bien sauvegardées", tone));
    }
    let sum: f64 = penalties.iter().map(|p| p.euros).sum();
    if sum > 0.0 {
        out.push(tile(euros(sum), "de pénalités dues", Tone::Accent));
    }
    out
}
