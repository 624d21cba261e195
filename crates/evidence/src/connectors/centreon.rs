//! Centreon: availability report as CSV (one service or host).
//!
//! Written from the source code. Labels are translated; undetermined time is shown as unknown, never as good.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::PROSE;
use crate::measures;

pub const SOURCES: &[Source] = &[Source {
    name: "centreon",
    about: "rapport de disponibilité Centreon, CSV",
    kind: Kind::Availability,
    basis: Basis::Documentation,
    rule: Rule { id: "centreon", version: 1 },
    recognise,
    read,
}];

fn recognise(material: &Material) -> bool {
    if material.out.len() > PROSE || !material.out.contains(';') {
        return false;
    }
    let rows = rows(material);
    let named = |state: &str| rows.iter().any(|r| r.first().is_some_and(|label| is(label, state)));
    named("undetermined") && (named("ok") || named("up"))
}

/// Rows with at least three cells.
fn rows(material: &Material) -> Vec<Vec<String>> {
    let cells = |l: &str| l.split(';').map(|c| c.trim().trim_matches('"').to_owned()).collect::<Vec<_>>();
    material.out.lines().map(cells).filter(|r| r.len() >= 2).collect()
}

/// Whether a label, in English or French, names a state.
fn is(label: &str, state: &str) -> bool {
    let label = label.to_lowercase();
    let names: &[&str] = match state {
        "ok" => &["ok"],
        "up" => &["up"],
        "warning" => &["warning", "alerte"],
        "critical" => &["critical", "critique", "down", "unreachable", "injoignable", "indisponible"],
        "unknown" => &["unknown", "inconnu"],
        "downtime" => &["scheduled downtime", "temps d'arrêt planifié", "arrêt planifié", "plage de maintenance"],
        _ => &["undetermined", "indéterminé", "indetermine"],
    };
    names.contains(&label.as_str())
}

fn percent(row: &[String]) -> Option<f64> {
    let cell = row.iter().skip(1).find(|c| c.contains('%'))?;
    size::decimal(cell.trim_end_matches('%').trim())
}

/// A figure as it is written in French.
fn french(figure: f64) -> String {
    format!("{figure:.3}").replace('.', ",")
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let rows = rows(material);
    let head = rows.iter().position(|r| r.iter().any(|c| matches!(c.to_lowercase().as_str(), "host" | "hôte")));
    if let Some(values) = head.and_then(|i| rows.get(i + 1)) {
        let service =
            head.and_then(|i| rows.get(i)).is_some_and(|h| h.iter().any(|c| c.eq_ignore_ascii_case("service")));
        judge.host(values.first().cloned());
        judge.scope(values.iter().take(if service { 2 } else { 1 }).skip(usize::from(service)).cloned());
        judge.job(values.get(1).filter(|_| service).cloned());
        let dates: Vec<crate::Moment> =
            values.iter().skip(1).filter(|c| c.contains('/')).filter_map(|c| material.moment(c)).collect();
        judge.started(dates.first().cloned()).happened(dates.get(1).cloned());
    }
    let state = |name: &str| rows.iter().filter(|r| is(&r[0], name)).filter_map(|r| percent(r)).reduce(|a, b| a + b);
    let good = state("ok").or_else(|| state("up"));
    let (bad, undetermined, unknown) =
        (state("critical").unwrap_or(0.0), state("undetermined"), state("unknown").unwrap_or(0.0));
    for (name, figure) in [
        ("ok_percent", good),
        ("critical_percent", Some(bad)),
        ("warning_percent", state("warning")),
        ("unknown_percent", Some(unknown)),
        ("downtime_percent", state("downtime")),
        ("undetermined_percent", undetermined),
    ] {
        if let Some(figure) = figure {
            judge.measure(name, figure);
        }
    }
    let (Some(good), Some(undetermined)) = (good, undetermined) else {
        judge.lack("la part de temps correcte ou indéterminée manque");
        return vec![judge.fact()];
    };
    let known = good + bad + state("warning").unwrap_or(0.0) + unknown;
    if known > 0.0 {
        judge.measure(measures::AVAILABILITY_PERCENT, (good + state("warning").unwrap_or(0.0)) * 100.0 / known);
    }
    if undetermined + unknown > 0.0 {
        judge.lack(format!("{} % du temps n'est pas connu", french(undetermined + unknown)));
    }
    if good <= 0.0 {
        judge.fail("le service n'a jamais été disponible");
    } else if bad > 0.0 {
        judge.degrade(format!("{} % du temps en panne", french(bad)));
    } else {
        judge.prove(format!("{} % du temps disponible", french(good)));
    }
    vec![judge.fact()]
}
