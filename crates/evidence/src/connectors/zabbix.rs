//! Zabbix real-time export (NDJSON): problems and recoveries; history and trends hold figures, not availability.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::Rule;
use crate::core::proof::Material;
use serde_json::Value;
use std::collections::HashMap;

pub const SOURCES: &[Source] = &[
    Source {
        name: "zabbix problems",
        about: "Zabbix, export des problèmes et retours à la normale (NDJSON)",
        kind: Kind::Availability,
        basis: Basis::Ran,
        rule: Rule { id: "zabbix-problems", version: 1 },
        recognise: |m| {
            !m.lines.is_empty()
                && m.lines.iter().all(|l| json::at(l, "eventid").is_some() && json::at(l, "clock").is_some())
        },
        read: read_problems,
    },
    Source {
        name: "zabbix history",
        about: "Zabbix, export d'historique ou de tendances (NDJSON)",
        kind: Kind::Availability,
        basis: Basis::Ran,
        rule: Rule { id: "zabbix-history", version: 1 },
        recognise: |m| {
            !m.lines.is_empty()
                && m.lines.iter().take(100).all(|l| json::at(l, "itemid").is_some() && json::at(l, "clock").is_some())
        },
        read: read_history,
    },
];

/// One fact a problem.
fn read_problems(material: &Material, source: &Source) -> Vec<Fact> {
    let ends = material.lines.iter().filter_map(|l| Some((json::count(l, "p_eventid")?, json::number(l, "clock")?)));
    let ends: HashMap<u64, f64> = ends.collect();
    let recovery = |id: u64| ends.get(&id).copied();
    let problems: Vec<&Value> = material.lines.iter().filter(|l| json::count(l, "value") == Some(1)).collect();
    if problems.is_empty() {
        let mut judge = source.judge();
        judge.happened(material.lines.last().and_then(|l| json::number(l, "clock")).and_then(epoch));
        judge.lack("seulement des retours à la normale : les problèmes sont dans un autre fichier");
        return vec![judge.fact()];
    }
    problems
        .into_iter()
        .take(5_000)
        .map(|problem| {
            let mut judge = source.judge();
            let start = json::number(problem, "clock");
            let end = json::count(problem, "eventid").and_then(recovery);
            judge.started(start.and_then(epoch)).happened(end.or(start).and_then(epoch));
            judge.job(json::text(problem, "name")).host(json::text(problem, "hosts/0/host"));
            judge.scope(json::list(problem, "hosts").iter().filter_map(|h| json::text(h, "host")));
            judge.measure("severity", json::count(problem, "severity").unwrap_or(0));
            let name = json::text(problem, "name").unwrap_or("problème");
            match (start, end) {
                (Some(start), Some(end)) => {
                    judge.measure("downtime_s", (end - start).max(0.0));
                    judge.degrade(format!("{name} : résolu en {} secondes", (end - start).max(0.0)));
                }
                _ if json::count(problem, "severity").is_some_and(|s| s <= 2) => {
                    judge.degrade(format!("{name} : sans retour à la normale dans ce fichier"))
                }
                _ => judge.fail(format!("{name} : sans retour à la normale dans ce fichier")),
            }
            judge.fact()
        })
        .collect()
}

fn read_history(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let clocks: Vec<f64> = material.lines.iter().filter_map(|l| json::number(l, "clock")).collect();
    judge
        .started(clocks.iter().copied().reduce(f64::min).and_then(epoch))
        .happened(clocks.iter().copied().reduce(f64::max).and_then(epoch));
    judge.measure("values", clocks.len());
    judge.scope(material.lines.iter().filter_map(|l| json::text(l, "host/host").or_else(|| json::text(l, "host"))));
    judge.host(material.lines.first().and_then(|l| json::text(l, "host/host")));
    judge.lack("des relevés de mesures ne disent pas si le service était rendu : envoyez l'export des problèmes");
    vec![judge.fact()]
}
