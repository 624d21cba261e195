//! Prometheus text: blackbox exporter probes and Uptime Kuma's metrics.
//!
//! One probe is one instant, without date: a series of them is the store's.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::between;
use crate::measures;
use std::collections::HashMap;

pub const SOURCES: &[Source] = &[
    Source {
        name: "blackbox",
        about: "sonde blackbox_exporter (HTTP, TCP, ICMP, DNS, TLS)",
        kind: Kind::Availability,
        basis: Basis::Ran,
        rule: Rule { id: "blackbox", version: 1 },
        recognise: |m| {
            m.out.lines().any(|l| l.starts_with("probe_success ") || l.starts_with("probe_duration_seconds "))
        },
        read: read_blackbox,
    },
    Source {
        name: "uptime kuma metrics",
        about: "métriques d'Uptime Kuma (/metrics)",
        kind: Kind::Availability,
        basis: Basis::Documentation,
        rule: Rule { id: "uptime-kuma-metrics", version: 1 },
        recognise: |m| m.out.lines().any(|l| l.starts_with("monitor_status{")),
        read: read_kuma,
    },
];

fn metric(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find(|l| l.strip_prefix(name).is_some_and(|r| r.starts_with([' ', '{'])))?;
    line.rsplit(' ').next()?.parse().ok()
}

fn read_blackbox(material: &Material, source: &Source) -> Vec<Fact> {
    let text = &material.out;
    let mut judge = source.judge();
    judge.happened(material.mail_date()).duration(metric(text, "probe_duration_seconds"));
    if let Some(status) = metric(text, "probe_http_status_code").and_then(size::whole).filter(|s| *s > 0) {
        judge.measure("http_status", status);
    }
    if let Some(expiry) = metric(text, "probe_ssl_earliest_cert_expiry").and_then(epoch) {
        judge.measure("certificate_expires", expiry.text());
    }
    judge.host(text.lines().find_map(|l| between(l, "subject=\"CN=", "\"")));
    match metric(text, "probe_success") {
        Some(1.0) if metric(text, "probe_failed_due_to_regex").is_some_and(|n| n > 0.0) => {
            judge.fail("la page ne contient pas ce qui est attendu")
        }
        Some(1.0) if metric(text, "probe_duration_seconds").is_some() => judge.prove("la sonde a répondu"),
        Some(0.0) => judge.fail("la sonde n'a pas répondu comme attendu"),
        _ => judge.lack("le résultat de la sonde manque"),
    }
    vec![judge.fact()]
}

/// Most monitors turned into facts.
const MONITORS: usize = 2_000;

/// One fact a monitor.
fn read_kuma(material: &Material, source: &Source) -> Vec<Fact> {
    let mut figures: HashMap<(&str, &str), f64> = HashMap::new();
    for line in material.out.lines().filter(|l| l.starts_with("monitor_")) {
        let (Some(metric), Some(name)) = (line.split('{').next(), between(line, "monitor_name=\"", "\"")) else {
            continue;
        };
        if let Some(value) = line.rsplit(' ').next().and_then(|v| v.parse().ok()) {
            figures.entry((metric, name)).or_insert(value);
        }
    }
    let lines = material.out.lines().filter(|l| l.starts_with("monitor_status{")).take(MONITORS);
    lines.map(|line| monitor(line, &figures, material, source)).collect()
}

fn monitor(line: &str, figures: &HashMap<(&str, &str), f64>, material: &Material, source: &Source) -> Fact {
    let mut judge = source.judge();
    let name = between(line, "monitor_name=\"", "\"").unwrap_or_default();
    let host = between(line, "monitor_hostname=\"", "\"").filter(|h| !h.is_empty() && *h != "null");
    let url = between(line, "monitor_url=\"", "\"").filter(|u| u.len() > 8 && *u != "null");
    judge.job(Some(name)).host(host).scope(url.or(host).or(Some(name))).happened(material.mail_date());
    if let Some(ratio) = figures.get(&("monitor_uptime_ratio", name)) {
        judge.measure(measures::AVAILABILITY_PERCENT, ratio * 100.0);
    }
    if let Some(days) = figures.get(&("monitor_cert_days_remaining", name)) {
        judge.measure("certificate_days_left", *days);
    }
    match line.rsplit(' ').next().and_then(|v| v.parse::<f64>().ok()).and_then(size::whole) {
        Some(1) => judge.prove("le service répond"),
        Some(0) => judge.fail("le service ne répond pas"),
        Some(3) => judge.lack("le service est en maintenance : rien n'est mesuré"),
        _ => judge.lack("l'état du service n'est pas connu"),
    }
    judge.fact()
}
