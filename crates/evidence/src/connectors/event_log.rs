//! Logs: syslog (RFC 5424, RFC 3164, rsyslog's file format), journald JSON, `journalctl --verify`.
//!
//! What a log proves is the period that it covers; it says nothing of what happened while it was silent.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::series;
use crate::core::text::{between, short};

pub const SOURCES: &[Source] = &[
    source(
        "journald",
        "journal systemd en JSON (journalctl -o json)",
        "journald",
        |m| !m.lines.is_empty() && m.lines.iter().take(50).all(|l| json::at(l, "__REALTIME_TIMESTAMP").is_some()),
        read_journald,
    ),
    source(
        "journal verify",
        "journalctl --verify (scellement)",
        "journal-verify",
        |m| m.all.lines().any(|l| (l.starts_with("PASS: ") || l.starts_with("FAIL: ")) && l.contains(".journal")),
        read_verify,
    ),
    source(
        "syslog",
        "journaux syslog (RFC 5424, RFC 3164)",
        "syslog",
        |m| {
            let n = m.out.lines().filter(|l| !l.trim().is_empty()).take(20).count();
            n > 0
                && m.out.lines().filter(|l| !l.trim().is_empty()).take(20).filter(|l| stamp(l).is_some()).count() * 2
                    > n
        },
        read_syslog,
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
    Source { name, about, kind: Kind::Log, basis: Basis::Ran, rule: Rule { id: rule, version: 1 }, recognise, read }
}

/// Most lines dated of one log.
const LINES: usize = 1_000_000;

/// How a syslog line is dated.
enum Stamp<'a> {
    /// With year and zone: the stamp, and what stands behind.
    Full(&'a str, &'a str),
    /// `Nov 22 04:59:27`: no year, no zone.
    Short(&'a str),
}

fn stamp(line: &str) -> Option<Stamp<'_>> {
    let rest = match line.strip_prefix('<') {
        Some(pri) => {
            let (number, rest) = pri.split_once('>')?;
            number.parse::<u16>().ok()?;
            rest.strip_prefix("1 ").unwrap_or(rest)
        }
        None => line,
    };
    let first = rest.split(' ').next()?;
    let dated = first.len() >= 19 && first.get(4..5) == Some("-") && first.get(10..11) == Some("T");
    if dated {
        return Some(Stamp::Full(first, rest.get(first.len()..)?.trim_start()));
    }
    let month = ["Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec "];
    let clock = rest.get(7..15).is_some_and(|c| c.get(2..3) == Some(":") && c.get(5..6) == Some(":"));
    (month.iter().any(|m| rest.starts_with(m)) && clock).then(|| Stamp::Short(rest.get(16..).unwrap_or_default()))
}

fn read_syslog(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let (mut moments, mut undated, mut strange) = (Vec::new(), 0u64, 0u64);
    for line in material.out.lines().filter(|l| !l.trim().is_empty()).take(LINES) {
        match stamp(line) {
            Some(Stamp::Full(time, rest)) => {
                moments.extend(material.moment(time));
                judge.scope(rest.split(' ').next().filter(|h| *h != "-"));
            }
            Some(Stamp::Short(rest)) => {
                undated += 1;
                judge.scope(rest.split(' ').next());
            }
            None => strange += 1,
        }
        cleared(&mut judge, line);
    }
    judge.measure("events", moments.len() as u64 + undated).measure("lines_not_understood", strange);
    if material.out.contains("isSynced=\"0\"") {
        judge.degrade("l'horloge de la machine n'était pas synchronisée");
    }
    if undated > 0 && moments.is_empty() {
        judge.happened(material.mail_date());
        judge.lack("ces lignes n'ont ni année ni fuseau : la période couverte n'est pas sûre");
    } else {
        series::weigh(&mut judge, &moments);
        judge.prove(format!("{} événements datés", moments.len()));
    }
    one_host(&mut judge, material);
    vec![judge.fact()]
}

/// A log that names one machine is that machine's.
fn one_host(judge: &mut Judge, material: &Material) {
    let mut hosts: Vec<&str> = material
        .out
        .lines()
        .take(LINES)
        .filter_map(|l| match stamp(l)? {
            Stamp::Full(_, rest) | Stamp::Short(rest) => rest.split(' ').next(),
        })
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    if let [only] = hosts.as_slice() {
        judge.host(Some(*only));
    }
}

/// Lines that say a log was emptied or stopped.
fn cleared(judge: &mut Judge, line: &str) {
    let lower = line.to_lowercase();
    let marks = [
        "audit log cleared",
        "log was cleared",
        "journal effacé",
        "vacuuming done, freed",
        "audit daemon is exiting",
        "imuxsock begins to drop",
        "messages lost",
        "suppressed ",
    ];
    if let Some(mark) = marks.iter().find(|m| lower.contains(**m)) {
        match *mark {
            "audit log cleared" | "log was cleared" | "journal effacé" => {
                judge.fail(format!("journal effacé : {}", short(line)))
            }
            _ => judge.degrade(format!("journal incomplet : {}", short(line))),
        }
    }
}

fn read_journald(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let mut moments = Vec::new();
    for line in material.lines.iter().take(LINES) {
        moments.extend(json::number(line, "__REALTIME_TIMESTAMP").and_then(|us| epoch(us / 1e6)));
        judge.scope(json::text(line, "_HOSTNAME"));
        cleared(&mut judge, json::text(line, "MESSAGE").unwrap_or_default());
    }
    let written = material.out.lines().filter(|l| !l.trim().is_empty()).count();
    if written > material.lines.len() {
        judge.degrade(format!("{} lignes illisibles", written - material.lines.len()));
    }
    let mut boots: Vec<&str> = material.lines.iter().filter_map(|l| json::text(l, "_BOOT_ID")).collect();
    boots.sort_unstable();
    boots.dedup();
    judge.host(material.lines.first().and_then(|l| json::text(l, "_HOSTNAME")));
    judge.measure("events", material.lines.len()).measure("boots", boots.len());
    series::weigh(&mut judge, &moments);
    judge.prove(format!("{} événements datés", moments.len()));
    vec![judge.fact()]
}

fn read_verify(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let text = &material.all;
    for line in text.lines() {
        if line.starts_with("FAIL: ") || line.starts_with("File corruption detected") || line.contains("Invalid hash") {
            judge.fail(format!("journal altéré : {}", short(line)));
        }
        judge.scope(line.strip_prefix("PASS: "));
    }
    let sealed = text.lines().find(|l| l.contains("Validated from "));
    judge.started(sealed.and_then(|l| between(l, "Validated from ", " to ")).and_then(|t| material.moment(t)));
    judge.happened(sealed.and_then(|l| between(l, " to ", ", final")).and_then(|t| material.moment(t)));
    match sealed.map(|l| between(l, "final ", " entries not sealed")) {
        Some(Some("0")) => judge.prove("journal scellé et intact"),
        Some(_) => judge.degrade("les derniers événements ne sont pas encore scellés"),
        None => judge.lack("le journal n'est pas scellé : rien n'empêche qu'il ait été réécrit"),
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}
