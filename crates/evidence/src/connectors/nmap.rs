//! nmap: XML and normal output.
//!
//! `exit="success"` says that nmap ended, not that it saw anything: hosts must be up and ports scanned.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{between, short};
use crate::core::xml::{Document, Element};

pub const SOURCES: &[Source] = &[Source {
    name: "nmap",
    about: "nmap, XML (-oX) ou texte",
    kind: Kind::Scan,
    basis: Basis::Ran,
    rule: Rule { id: "nmap", version: 1 },
    recognise: |m| {
        m.out.contains("<nmaprun")
            || m.all.contains("# Nmap ")
            || m.all.contains("Starting Nmap ")
            || m.all.contains("Nmap done")
    },
    read,
}];

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    match Document::parse(&material.out).filter(|d| d.root() == "nmaprun") {
        Some(document) => from_xml(&mut judge, &document),
        None => from_text(&mut judge, material),
    }
    for line in material.all.lines().filter(|l| l.starts_with("Failed to resolve") || l.starts_with("QUITTING!")) {
        judge.degrade(format!("nmap : {}", short(line)));
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn from_xml(judge: &mut Judge, document: &Document) {
    let root = document.elements.first();
    judge.version(root.and_then(|r| r.attribute("version")));
    judge.started(root.and_then(|r| r.attribute("start")?.parse().ok()).and_then(epoch));
    let finished = document.all("runstats/finished").next().map(|(_, e)| e);
    let start = root.and_then(|r| r.attribute("start")?.parse::<f64>().ok());
    let end = finished.and_then(|f| f.attribute("time")?.parse::<f64>().ok());
    judge.happened(end.or(start).and_then(epoch));
    judge.duration(finished.and_then(|f| f.attribute("elapsed")?.parse().ok()));
    for (at, _) in document.all("nmaprun/host") {
        let is_up = |e: &Element| e.name() == "status" && e.attribute("state") == Some("up");
        if document.children(at).any(is_up) {
            let address = document.children(at).find(|e| e.name() == "address");
            judge.scope(address.and_then(|a| a.attribute("addr")));
        }
    }
    let mut up = document.all("status").filter(|(_, e)| e.attribute("state") == Some("up"));
    if let (Some((_, only)), None) = (up.next(), up.next()) {
        let host = only.parent.and_then(|at| document.children(at).find(|e| e.name() == "address"));
        judge.host(host.and_then(|a| a.attribute("addr")));
    }
    let open = document.all("port/state").filter(|(_, e)| e.attribute("state") == Some("open")).count();
    judge.measure("open_ports", open);
    match finished.and_then(|f| f.attribute("exit")) {
        Some("success") if document.complete => {}
        Some("success") | None => return judge.fail("l'examen a été interrompu : sa fin manque"),
        Some(other) => return judge.fail(format!("nmap s'est arrêté : {other}")),
    }
    let hosts = document.all("runstats/hosts").next().map(|(_, e)| e);
    let number = |name: &str| hosts.and_then(|h| h.attribute(name)?.parse::<u64>().ok());
    let ports =
        document.all("scaninfo").filter_map(|(_, e)| e.attribute("numservices")?.parse::<u64>().ok()).sum::<u64>();
    let seen = document.all("ports/port").count() + document.all("ports/extraports").count();
    judge.measure("ports_scanned", ports);
    outcome(judge, number("up"), number("total"), ports > 0 && seen > 0);
}

fn outcome(judge: &mut Judge, up: Option<u64>, total: Option<u64>, ports: bool) {
    let (Some(up), Some(total)) = (up, total) else { return judge.lack("le nombre de machines vues manque") };
    judge.measure("hosts_up", up).measure("hosts_total", total);
    if up == 0 {
        judge.lack("aucune machine n'a répondu : rien n'a été examiné");
    } else if !ports {
        judge.lack("aucun port n'a été examiné");
    } else if up < total {
        judge.degrade(format!("{up} machines examinées sur {total}"));
    } else {
        judge.prove(format!("{up} machines examinées"));
    }
}

fn from_text(judge: &mut Judge, material: &Material) {
    let text = &material.all;
    let begin =
        text.lines().find(|l| l.starts_with("# Nmap ") && l.contains("initiated") || l.starts_with("Starting Nmap "));
    judge.version(begin.and_then(|l| l.split("Nmap ").nth(1)).and_then(|l| l.split_whitespace().next()));
    let done = text.lines().rev().find(|l| l.starts_with("# Nmap done at ") || l.starts_with("Nmap done: "));
    let when = |l: &str| {
        material
            .moment(l.split(" -- ").next().unwrap_or(l).trim_start_matches("# Nmap done at "))
            .or_else(|| material.moment(l.rsplit(" at ").next()?))
    };
    let started =
        |l: &str| l.split(" initiated ").nth(1).or_else(|| l.split(") at ").nth(1)).and_then(|t| material.moment(t));
    judge.happened(done.filter(|l| l.starts_with('#')).and_then(when).or_else(|| begin.and_then(started)));
    judge.scope(text.lines().filter_map(|l| l.strip_prefix("Nmap scan report for ")));
    let Some(done) = done else { return judge.fail("l'examen a été interrompu : sa fin manque") };
    let counts = done.rsplit(" -- ").next().unwrap_or(done).trim_start_matches("Nmap done: ");
    let total = size::count(counts);
    let up = between(counts, "(", " host").and_then(|n| n.trim().parse().ok());
    let ports =
        text.lines().any(|l| l.starts_with("PORT ") || l.starts_with("Not shown: ") || l.contains("scanned ports on "));
    outcome(judge, up, total, ports);
}
