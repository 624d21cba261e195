//! GLPI tickets as CSV: one fact a ticket, with the minutes until someone took it and until it was solved.
//!
//! Written from documentation. The opening time is the provider's entry, not the client's call; the time spent
//! "waiting" stops GLPI's clock and is shown apart.

use super::{Basis, Source};
use crate::Moment;
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::measures;

pub const SOURCES: &[Source] = &[Source {
    name: "glpi tickets",
    about: "tickets GLPI, export CSV",
    kind: Kind::Intervention,
    basis: Basis::Documentation,
    rule: Rule { id: "glpi-tickets", version: 2 },
    recognise: |m| columns(m).is_some(),
    read,
}];

/// Most tickets turned into facts.
const TICKETS: usize = 20_000;

/// Names of columns, lower-case: French, English, German, Spanish, Italian, Dutch.
const NAMES: [(&str, &[&str]); 14] = [
    ("id", &["id", "n°", "numéro", "ticket id", "nummer", "número", "numero", "id ticket", "id du ticket"]),
    ("title", &["titre", "title", "nom", "name", "titel", "título", "titolo", "intitulé"]),
    (
        "opened",
        &[
            "date d'ouverture",
            "opening date",
            "date d’ouverture",
            "date de création",
            "date creation",
            "creation date",
            "date",
            "eröffnungsdatum",
            "erstellungsdatum",
            "fecha de apertura",
            "data di apertura",
            "openingsdatum",
        ],
    ),
    (
        "taken",
        &[
            "date de prise en compte",
            "take into account date",
            "date de prise en charge",
            "taken into account",
            "takeintoaccountdate",
            "datum der übernahme",
            "fecha de toma en cuenta",
            "data presa in carico",
        ],
    ),
    (
        "take_delay",
        &[
            "délai de prise en compte",
            "délai de prise en charge",
            "take into account time",
            "takeintoaccount_delay_stat",
            "statistiques - temps de prise en compte",
            "zeit bis zur übernahme",
        ],
    ),
    (
        "own_by",
        &[
            "temps de prise en compte",
            "temps de prise en charge",
            "time to own",
            "time_to_own",
            "tto",
            "zeit zur übernahme",
        ],
    ),
    (
        "solved",
        &[
            "date de résolution",
            "resolution date",
            "date de solution",
            "solvedate",
            "solution date",
            "solved date",
            "lösungsdatum",
            "fecha de resolución",
            "data di risoluzione",
            "oplossingsdatum",
        ],
    ),
    (
        "solve_delay",
        &[
            "délai de résolution",
            "solve_delay_stat",
            "statistiques - temps de résolution",
            "resolution time",
            "lösungszeit",
        ],
    ),
    (
        "solve_by",
        &[
            "temps de résolution",
            "time to resolve",
            "time_to_resolve",
            "ttr",
            "date d'échéance",
            "échéance",
            "due date",
        ],
    ),
    ("waiting", &["temps d'attente", "temps d’attente", "waiting time", "waiting_duration", "en attente (durée)"]),
    ("status", &["statut", "status", "état", "estado", "stato"]),
    ("priority", &["priorité", "priority", "priorität", "prioridad", "priorità", "prioriteit"]),
    ("entity", &["entité", "entity", "entität", "entidad", "entità", "entiteit"]),
    (
        "late",
        &[
            "temps de prise en compte dépassé",
            "temps de prise en charge dépassé",
            "délai de prise en compte dépassé",
            "time to own exceeded",
            "temps de résolution dépassé",
            "délai de résolution dépassé",
            "time to resolve exceeded",
        ],
    ),
];

/// Separator and the index of each known column; several may say that a deadline has passed.
fn columns(material: &Material) -> Option<(char, Vec<(&'static str, usize)>)> {
    let head = material.out.lines().next()?;
    let separator = [';', '\t', '|', ','].into_iter().max_by_key(|s| cells(head, *s).len())?;
    let names: Vec<String> = cells(head, separator).iter().map(|c| c.trim().to_lowercase()).collect();
    let known = |name: &String| NAMES.iter().find(|(_, aliases)| aliases.contains(&name.as_str())).map(|(key, _)| *key);
    let found: Vec<_> = names.iter().enumerate().filter_map(|(at, name)| Some((known(name)?, at))).collect();
    let has = |key: &str| found.iter().any(|(k, _)| *k == key);
    let timed = ["taken", "take_delay", "own_by", "solved", "solve_by"].iter().any(|key| has(key));
    (has("id") && has("opened") && (has("status") || timed)).then_some((separator, found))
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
    let between = |a: &Option<Moment>, b: &Option<Moment>| Some((b.as_ref()?.seconds() - a.as_ref()?.seconds()) / 60);
    // Columns of deadlines hold a date, or in some versions the delay itself.
    let delay = |key: &str, deadline: &str| {
        cell(key).or_else(|| cell(deadline).filter(|_| moment(deadline).is_none())).and_then(minutes)
    };
    let take = between(&opened, &taken).or_else(|| delay("take_delay", "own_by"));
    let solve = delay("solve_delay", "solve_by").or_else(|| between(&opened, &solved));
    let later = |minutes: Option<i64>| Some(opened.clone()?.later(minutes?.checked_mul(60)?));
    let (taken, solved) = (taken.or_else(|| later(take)), solved.or_else(|| later(solve)));
    overdue(&mut judge, (&taken, moment("own_by")), (&solved, moment("solve_by")));
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

/// A deadline in the export that was passed.
fn overdue(judge: &mut Judge, taken: (&Option<Moment>, Option<Moment>), solved: (&Option<Moment>, Option<Moment>)) {
    for (done, by, what) in [(taken.0, taken.1, "prise en compte"), (solved.0, solved.1, "résolution")] {
        if let (Some(done), Some(by)) = (done, by)
            && done.seconds() > by.seconds()
        {
            judge.fail(format!("{what} après l'échéance du ticket ({})", by.text()));
        }
    }
}

/// Minutes of a delay: seconds alone, `hh:mm:ss`, or `2 jours 3 heures 10 minutes`.
fn minutes(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds / 60);
    }
    if let Some(seconds) = size::clock_seconds(text) {
        return size::whole(seconds / 60.0).and_then(|n| i64::try_from(n).ok());
    }
    size::spoken_seconds(text).map(|seconds| seconds / 60)
}
