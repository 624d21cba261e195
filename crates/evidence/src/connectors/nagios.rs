//! Nagios family: plugin outputs, notification mails, nagios.log, status.dat.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::{between, short, value};
use crate::measures;
use std::collections::BTreeMap;

pub const SOURCES: &[Source] = &[
    source(
        "nagios mail",
        "courriels de notification Nagios",
        "nagios-mail",
        |m| m.out.contains("***** Nagios") || m.subject().starts_with("** "),
        read_mail,
    ),
    source(
        "nagios log",
        "nagios.log : alertes et retours à la normale",
        "nagios-log",
        |m| {
            m.out.lines().take(50).any(|l| {
                l.starts_with('[')
                    && (l.contains("] LOG VERSION: ")
                        || l.contains("] SERVICE ALERT: ")
                        || l.contains("] HOST ALERT: "))
            })
        },
        read_log,
    ),
    source(
        "nagios status",
        "status.dat de Nagios",
        "nagios-status",
        |m| {
            m.out.contains("NAGIOS STATUS FILE")
                || (m.out.contains("servicestatus {") && m.out.contains("current_state="))
        },
        read_status,
    ),
    source(
        "nagios plugin",
        "sortie d'une sonde Nagios, Centreon ou Icinga",
        "nagios-plugin",
        |m| plugin_word(&m.out).is_some(),
        read_plugin,
    ),
];

type Recognise = fn(&Material) -> bool;
type Read = fn(&Material, &Source) -> Vec<Fact>;

const fn source(
    name: &'static str,
    about: &'static str,
    rule: &'static str,
    recognise: Recognise,
    read: Read,
) -> Source {
    Source {
        name,
        about,
        kind: Kind::Availability,
        basis: Basis::Ran,
        rule: Rule { id: rule, version: 1 },
        recognise,
        read,
    }
}

/// The state word of a plugin's line: `DISK OK - …`, `WARNING - …`, `FILE_AGE CRITICAL: …`.
fn plugin_word(text: &str) -> Option<(&'static str, &str)> {
    let lines = text.lines().filter(|l| !l.trim().is_empty()).take(3);
    lines.into_iter().find_map(|line| {
        let head = line.split('|').next().unwrap_or(line);
        let end = [" - ", ": "].iter().filter_map(|mark| head.find(mark)).min()?;
        let words = head.get(..end)?;
        let word = words.rsplit(' ').next()?.trim_end_matches(':');
        let known = ["OK", "WARNING", "CRITICAL", "UNKNOWN"].into_iter().find(|w| *w == word)?;
        let upper = words.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, ' ' | '_' | '-'));
        (upper && words.split(' ').count() <= 4).then_some((known, line))
    })
}

fn state(judge: &mut Judge, word: &str, said: &str) {
    match word {
        "OK" | "UP" => judge.prove(short(said)),
        "WARNING" => judge.degrade(short(said)),
        "CRITICAL" | "DOWN" | "UNREACHABLE" => judge.fail(short(said)),
        _ => judge.lack(short(said)),
    }
}

fn read_plugin(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    let Some((word, line)) = plugin_word(&material.out) else {
        judge.lack("aucun état connu");
        judge.exit(material, &[], true);
        return vec![judge.fact()];
    };
    let (said, figures) = line.split_once('|').unwrap_or((line, ""));
    state(&mut judge, word, said);
    judge.job(said.split([':', '-']).next().map(|w| w.trim().trim_end_matches(word).trim()));
    for pair in figures.split_whitespace() {
        if let Some((label, rest)) = pair.split_once('=') {
            let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
            if let Ok(number) = number.parse::<f64>() {
                judge.measure(label.trim_matches('\''), number);
            }
        }
    }
    match material.code {
        Some(3) => judge.lack("code de sortie 3 : la sonde n'a rien pu dire"),
        Some(1) => judge.degrade("code de sortie 1 : avertissement"),
        _ => judge.exit(material, &[], true),
    }
    vec![judge.fact()]
}

fn read_mail(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let text = &material.out;
    judge.happened_or_mail(value(text, "Date/Time:").and_then(|t| material.moment(t)), material);
    judge
        .host(value(text, "Host:"))
        .scope(value(text, "Service:").or_else(|| value(text, "Host:")))
        .job(value(text, "Service:"));
    let said = text.split("Additional Info:").nth(1).unwrap_or_default().trim();
    let current = value(text, "State:").unwrap_or_default();
    match (value(text, "Notification Type:"), current) {
        (Some("RECOVERY"), "OK" | "UP") => {
            judge.degrade(format!("le service répond de nouveau après une panne : {}", short(said)))
        }
        (Some("PROBLEM" | "FLAPPINGSTART"), word) if word != "WARNING" => {
            judge.fail(format!("panne signalée ({word}) : {}", short(said)))
        }
        (Some("PROBLEM"), word) => state(&mut judge, word, said),
        (Some(other), _) => judge.lack(format!("notification {other} : elle ne mesure rien")),
        (None, _) => judge.lack("le type de notification manque"),
    }
    vec![judge.fact()]
}

/// Alerts of one service: when and which state.
type Alerts<'a> = BTreeMap<(String, String), Vec<(f64, &'a str)>>;

/// One fact a service that had an alert.
fn read_log(material: &Material, source: &Source) -> Vec<Fact> {
    let mut alerts: Alerts = BTreeMap::new();
    let mut last = None;
    for line in material.out.lines() {
        let Some(time) = between(line, "[", "]").and_then(|t| t.parse::<f64>().ok()) else { continue };
        last = Some(time);
        if let Some(rest) = line.split("] SERVICE ALERT: ").nth(1) {
            let cells: Vec<&str> = rest.splitn(6, ';').collect();
            if let [host, service, word, kind, ..] = cells.as_slice()
                && *kind == "HARD"
            {
                alerts.entry(((*host).to_owned(), (*service).to_owned())).or_default().push((time, word));
            }
        } else if let Some(rest) = line.split("] HOST ALERT: ").nth(1) {
            let cells: Vec<&str> = rest.splitn(5, ';').collect();
            if let [host, word, kind, ..] = cells.as_slice()
                && *kind == "HARD"
            {
                alerts.entry(((*host).to_owned(), String::new())).or_default().push((time, word));
            }
        }
    }
    if alerts.is_empty() {
        let mut judge = source.judge();
        judge.happened(last.and_then(epoch));
        judge.lack("aucune alerte dans ce journal : il ne dit pas ce qui était surveillé");
        return vec![judge.fact()];
    }
    alerts.iter().take(2_000).map(|((host, service), list)| service_fact(host, service, list, source)).collect()
}

fn service_fact(host: &str, service: &str, list: &[(f64, &str)], source: &Source) -> Fact {
    let mut judge = source.judge();
    judge.host(Some(host)).job(Some(service)).scope([if service.is_empty() { host } else { service }]);
    judge.happened(list.last().and_then(|l| epoch(l.0))).started(list.first().and_then(|l| epoch(l.0)));
    let (mut down, mut since, mut outages) = (0.0, None, 0u64);
    for (time, word) in list {
        let good = matches!(*word, "OK" | "UP" | "WARNING");
        match (good, since) {
            (false, None) => (since, outages) = (Some(*time), outages + 1),
            (true, Some(start)) => (down, since) = (down + (*time - start).max(0.0), None),
            _ => {}
        }
    }
    judge.measure("outages", outages).measure(measures::DOWNTIME_S, down);
    if since.is_some() {
        judge.fail("panne sans retour à la normale dans ce journal");
    } else if outages > 0 {
        judge.degrade(format!("{outages} pannes, {down} secondes d'arrêt"));
    } else {
        judge.lack("seulement des avertissements");
    }
    judge.fact()
}

/// The state of every service at one moment, as one fact.
fn read_status(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let text = &material.out;
    judge.happened(between(text, "created=", "\n").and_then(|t| t.trim().parse().ok()).and_then(epoch));
    judge.version(between(text, "\tversion=", "\n"));
    let mut services = 0u64;
    for block in text.split("servicestatus {").skip(1).chain(text.split("hoststatus {").skip(1)) {
        let block = block.split('}').next().unwrap_or_default();
        let field = |name: &str| value(block, name);
        let (host, service) = (field("host_name=").unwrap_or_default(), field("service_description="));
        judge.scope([service.map_or_else(|| host.to_owned(), |s| format!("{host}/{s}"))]);
        let name = service.unwrap_or(host);
        services += 1;
        match (service.is_some(), field("current_state="), field("has_been_checked=")) {
            (_, _, Some("0")) => judge.lack(format!("{name} n'a jamais été mesuré")),
            (_, Some("0"), _) => {}
            (true, Some("1"), _) => judge.degrade(format!("{name} : avertissement")),
            (true, Some("3"), _) | (_, None, _) => judge.lack(format!("{name} : état inconnu")),
            _ => judge.fail(format!("{name} : en panne")),
        }
    }
    judge.measure("services", services);
    if services == 0 {
        judge.lack("aucun service dans ce fichier");
    } else {
        judge.prove(format!("{services} services et machines répondent"));
    }
    vec![judge.fact()]
}
