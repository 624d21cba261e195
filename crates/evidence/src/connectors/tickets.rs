//! GLPI tickets as CSV: one fact a ticket, with the minutes until someone took it and until it was solved.
//!
//! Written from documentation. The opening time is the provider's entry, not the client's call; the time spent
//! "waiting" stops GLPI's clock and is shown apart.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::measures;

pub const SOURCES: &[Source] = &[Source {
    name: "glpi tickets",
    about: "tickets GLPI, export CSV",
    kind: Kind::Intervention,
    basis: Basis::Documentation,
    rule: Rule { id: "glpi-tickets", version: 1 },
    recognise: |m| columns(m).is_some(),
    read,
}];

/// Most tickets turned into facts.
const TICKETS: usize = 20_000;

/// Names of columns, French and English, lower-case.
const NAMES: [(&str, &[&str]); 12] = [
    ("id", &["id", "n°", "numéro", "ticket id"]),
    ("title", &["titre", "title", "nom", "name"]),
    ("opened", &["date d'ouverture", "opening date", "date d’ouverture", "date de création", "date creation", "date"]),
    ("taken", &["date de prise en compte", "take into account date", "date de prise en charge", "taken into account"]),
    (
        "take_delay",
        &[
            "temps de prise en compte",
            "take into account time",
            "délai de prise en compte",
            "takeintoaccount_delay_stat",
            "statistiques - temps de prise en compte",
        ],
    ),
    ("solved", &["date de résolution", "resolution date", "date de solution", "solvedate", "solution date"]),
    (
        "solve_delay",
        &["temps de résolution", "resolution time", "solve_delay_stat", "statistiques - temps de résolution"],
    ),
    ("waiting", &["temps d'attente", "waiting time", "waiting_duration", "en attente (durée)"]),
    ("status", &["statut", "status", "état"]),
    ("priority", &["priorité", "priority"]),
    ("entity", &["entité", "entity"]),
    (
        "late",
        &[
            "temps de prise en compte dépassé",
            "time to own exceeded",
            "temps de résolution dépassé",
            "time to resolve exceeded",
        ],
    ),
];

/// Separator and the index of each known column.
fn columns(material: &Material) -> Option<(char, Vec<(&'static str, usize)>)> {
    let head = material.out.lines().next()?;
    let separator = if head.contains(';') { ';' } else { ',' };
    let names: Vec<String> = cells(head, separator).iter().map(|c| c.trim().to_lowercase()).collect();
    let find = |aliases: &[&str]| names.iter().position(|n| aliases.contains(&n.as_str()));
    let found: Vec<_> = NAMES.iter().filter_map(|(key, aliases)| Some((*key, find(aliases)?))).collect();
    let has = |key: &str| found.iter().any(|(k, _)| *k == key);
    (has("id") && has("opened") && (has("status") || has("taken") || has("take_delay"))).then_some((separator, found))
}

/// Cells of a row, quotes taken off.
fn cells(line: &str, separator: char) -> Vec<String> {
    let (mut out, mut current, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                current.push('"');
            }
            '"' => quoted = !quoted,
            c if c == separator && !quoted => out.push(std::mem::take(&mut current)),
            c => current.push(c),
        }
    }
    out.push(current);
    out
}

/// Rows may hold line ends inside quotes.
fn rows(text: &str) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        match rows.last_mut() {
            Some(last) if open => {
                last.push(' ');
                last.push_str(line);
            }
            _ => rows.push(line.to_owned()),
        }
        open ^= line.matches('"').count() % 2 == 1;
    }
    rows
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let Some((separator, columns)) = columns(material) else { return Vec::new() };
    let rows = rows(&material.out);
    let tickets = rows.iter().skip(1).filter(|r| !r.trim().is_empty()).take(TICKETS);
    tickets.map(|row| ticket(&cells(row, separator), &columns, material, source)).collect()
}

fn ticket(cells: &[String], columns: &[(&str, usize)], material: &Material, source: &Source) -> Fact {
    let mut judge = source.judge();
    let cell = |key: &str| {
        columns
            .iter()
            .find(|(k, _)| *k == key)
            .and_then(|(_, i)| cells.get(*i))
            .map(|c| c.trim())
            .filter(|c| !c.is_empty())
    };
    let moment = |key: &str| cell(key).and_then(|c| material.moment(c));
    let (opened, taken, solved) = (moment("opened"), moment("taken"), moment("solved"));
    judge.started(opened.clone()).happened(solved.clone().or_else(|| taken.clone()).or_else(|| opened.clone()));
    judge
        .job(cell("id").map(|id| format!("ticket {}", id.replace(' ', ""))))
        .client(cell("entity"))
        .scope(cell("title"));
    let between = |a: &Option<crate::Moment>, b: &Option<crate::Moment>| {
        Some((b.as_ref()?.seconds() - a.as_ref()?.seconds()) / 60)
    };
    let take = between(&opened, &taken).or_else(|| cell("take_delay").and_then(minutes));
    let solve = cell("solve_delay").and_then(minutes).or_else(|| between(&opened, &solved));
    for (name, figure) in [
        (measures::TAKE_MINUTES, take),
        (measures::SOLVE_MINUTES, solve),
        ("waiting_minutes", cell("waiting").and_then(minutes)),
    ] {
        if let Some(figure) = figure {
            judge.measure(name, figure);
        }
    }
    for (name, key) in [("status", "status"), ("priority", "priority")] {
        if let Some(word) = cell(key) {
            judge.measure(name, word);
        }
    }
    let yes = |c: &str| matches!(c.to_lowercase().as_str(), "oui" | "yes" | "1");
    let late = columns.iter().filter(|(k, _)| *k == "late").any(|(_, i)| cells.get(*i).is_some_and(|c| yes(c.trim())));
    if late {
        judge.fail("délai dépassé, d'après GLPI lui-même");
    }
    match (opened.is_some(), take) {
        (false, _) => judge.lack("la date d'ouverture manque ou n'est pas lisible"),
        (_, None) => judge.lack("la prise en compte n'est pas datée"),
        (_, Some(take)) if take < 0 => {
            judge.lack("le ticket est pris en compte avant d'être ouvert : dates à vérifier")
        }
        (_, Some(take)) => judge.prove(format!("pris en compte en {take} minutes")),
    }
    judge.fact()
}

/// Minutes of a delay: seconds alone, `hh:mm:ss`, or `2 jours 3 heures 10 minutes`.
fn minutes(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds / 60);
    }
    if let Some(seconds) = crate::core::size::clock_seconds(text) {
        return crate::core::size::whole(seconds / 60.0).and_then(|n| i64::try_from(n).ok());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut total = None;
    for pair in words.windows(2) {
        let Ok(number) = pair[0].parse::<i64>() else { continue };
        let factor = match pair[1].to_lowercase().trim_end_matches(['s', ',']) {
            "jour" | "day" => 1440 * 60,
            "heure" | "hour" => 3600,
            "minute" | "min" => 60,
            "seconde" | "second" => 1,
            _ => continue,
        };
        total = Some(total.unwrap_or(0i64).checked_add(number.checked_mul(factor)?)?);
    }
    total.map(|seconds| seconds / 60)
}
