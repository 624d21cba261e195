//! unattended-upgrades: mails, outputs and log.
//!
//! Subject and body are both read and the worst wins: the body says `All upgrades installed` when dpkg failed
//! completely, and the subject says SUCCESS over dozens of security packages kept back.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::{between, short};

pub const SOURCES: &[Source] = &[
    Source {
        name: "unattended-upgrades mail",
        about: "courriels de unattended-upgrades",
        kind: Kind::Patch,
        basis: Basis::Ran,
        rule: Rule { id: "unattended-upgrades-mail", version: 2 },
        recognise: |m| {
            m.subject().contains("unattended-upgrades result for ") || m.all.contains("Unattended upgrade result: ")
        },
        read: read_mail,
    },
    Source {
        name: "unattended-upgrades log",
        about: "sortie ou journal de unattended-upgrades",
        kind: Kind::Patch,
        basis: Basis::Ran,
        rule: Rule { id: "unattended-upgrades-log", version: 1 },
        recognise: |m| {
            m.all.contains("Starting unattended upgrades script")
                || m.all.contains("Lock could not be acquired")
                || m.all.contains("Cache lock can not be acquired")
        },
        read: read_log,
    },
];

/// Sentences that say an upgrade failed.
const FAILURES: [&str; 11] = [
    "Installing the upgrades failed!",
    "dpkg returned a error!",
    "dpkg returned an error",
    "Exception happened during upgrade",
    "error message: ",
    "Unable to fetch some archives",
    "Lock could not be acquired",
    "Cache lock can not be acquired",
    "Cache has broken packages",
    "An error occurred: ",
    " failed to download, aborting",
];

fn read_mail(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let body = &material.all;
    judge.happened_or_mail(log_end(material), material);
    host(&mut judge, material);
    let subject = material.subject();
    let result = subject.rsplit(": ").next().unwrap_or_default().trim();
    let installed = body.contains("Unattended upgrade result: All upgrades installed");
    let nothing = body.contains("No packages found that can be upgraded");
    failures(&mut judge, body);
    let prompts = body.lines().filter(|l| l.contains("has conffile prompt")).count();
    if prompts > 0 {
        judge.degrade(format!("{prompts} paquets demandent une réponse humaine (fichier de configuration)"));
    }
    match result {
        "SUCCESS" => {}
        // The only cause named is a question about a configuration file: the rest was installed.
        "FAILURE" if prompts > 0 && installed && !judge.has_failed() => {
            judge.degrade("le résultat annoncé est un échec partiel")
        }
        "FAILURE" => judge.fail("le résultat annoncé est un échec"),
        _ if material.mail.is_some() => judge.lack("l'objet n'annonce aucun résultat connu"),
        _ => judge.lack("sans l'objet du courriel, le résultat n'est pas connu"),
    }
    let upgraded = section(body, "Packages that were upgraded:");
    let attempted = section(body, "Packages that attempted to upgrade:");
    judge.scope(upgraded.iter().chain(&attempted).map(String::as_str));
    judge.measure("packages_upgraded", upgraded.len()).measure("packages_attempted", attempted.len());
    kept_back(&mut judge, body);
    if subject.contains("[reboot required]") || body.contains("A reboot is required") {
        judge.degrade("un redémarrage est nécessaire");
    }
    if subject.contains("[package on hold]") {
        judge.degrade("des paquets sont retenus");
    }
    // Both logs stand behind the list of what was kept back.
    if !body.contains("Unattended-upgrades log:") && !body.lines().any(|l| l.starts_with("Log ended: ")) {
        judge.lack("la fin du courriel manque : les paquets non mis à jour y seraient nommés");
    }
    if installed || nothing || !upgraded.is_empty() {
        judge.prove("toutes les mises à jour possibles sont installées");
    } else {
        judge.lack("le texte ne dit pas ce qui a été installé");
    }
    vec![judge.fact()]
}

/// `localhost` names no machine: then the sender's domain stands for it.
fn host(judge: &mut Judge, material: &Material) {
    let named = between(material.subject(), " result for ", ":");
    let sender = material.mail.as_ref().and_then(|m| m.from.split_once('@')).map(|(_, domain)| domain.to_owned());
    match named {
        Some("localhost" | "") | None => judge.host(sender.or_else(|| named.map(ToOwned::to_owned))),
        Some(name) => judge.host(Some(name)),
    };
}

/// `Log ended: 2026-11-22  04:43:40` of the package log.
fn log_end(material: &Material) -> Option<crate::Moment> {
    let line = material.all.lines().rev().find(|l| l.starts_with("Log ended: "));
    line.or_else(|| material.all.lines().find(|l| l.starts_with("Log started: "))).and_then(|l| material.moment(l))
}

fn failures(judge: &mut Judge, text: &str) {
    for line in text.lines().filter(|l| FAILURES.iter().any(|f| l.contains(f))) {
        judge.fail(format!("mise à jour manquée : {}", short(line)));
    }
}

/// Words of an indented list behind a title.
fn section(text: &str, title: &str) -> Vec<String> {
    let Some(at) = text.find(title) else { return Vec::new() };
    let rest = text.get(at + title.len()..).unwrap_or_default();
    let lines = rest.lines().skip(1).take_while(|l| l.starts_with(' '));
    lines.filter(|l| !l.trim().ends_with(':')).flat_map(str::split_whitespace).map(ToOwned::to_owned).collect()
}

/// Packages kept back, and how many of them are of a security origin.
fn kept_back(judge: &mut Judge, text: &str) {
    let title = "Packages with upgradable origin but kept back:";
    let Some(at) = text.find(title) else { return };
    let rest = text.get(at + title.len()..).unwrap_or_default();
    let (mut all, mut security, mut is_security) = (0usize, 0usize, false);
    for line in rest.lines().skip(1).take_while(|l| l.starts_with(' ')) {
        if line.trim().ends_with(':') {
            is_security = line.to_lowercase().contains("security");
            continue;
        }
        let packages = line.split_whitespace().count();
        all += packages;
        security += if is_security { packages } else { 0 };
    }
    judge.measure("packages_kept_back", all).measure("security_packages_kept_back", security);
    judge.degrade(format!("{all} paquets non mis à jour, dont {security} de sécurité"));
}

/// One fact a run.
fn read_log(material: &Material, source: &Source) -> Vec<Fact> {
    let mark = "Starting unattended upgrades script";
    let mut runs: Vec<String> = Vec::new();
    for line in material.all.lines() {
        if line.contains(mark) || runs.is_empty() {
            runs.push(String::new());
        }
        if let Some(run) = runs.last_mut() {
            run.push_str(line);
            run.push('\n');
        }
    }
    if runs.iter().any(|r| r.contains(mark)) {
        runs.retain(|r| r.contains(mark));
    }
    let single = runs.len() == 1;
    runs.iter().map(|run| one_run(run, material, source, single)).collect()
}

fn one_run(run: &str, material: &Material, source: &Source, single: bool) -> Fact {
    let mut judge = source.judge();
    let stamped = |l: &&str| l.len() > 23 && l.get(4..5) == Some("-") && l.get(10..11) == Some(" ");
    judge.happened_or_mail(run.lines().rev().find(stamped).and_then(|l| material.moment(l)), material);
    judge.started(run.lines().find(stamped).and_then(|l| material.moment(l)));
    failures(&mut judge, run);
    let after = run.lines().find_map(|l| l.split("Packages that will be upgraded: ").nth(1));
    judge.scope(after.unwrap_or_default().split_whitespace());
    let kept = ["is not on the strict whitelist", "is kept back", "is blacklisted", "has conffile prompt"];
    let left = run.lines().filter(|l| kept.iter().any(|k| l.contains(k))).count();
    judge.measure("packages_kept_back", left);
    if left > 0 {
        judge.degrade(format!("{left} paquets ne sont pas mis à jour"));
    }
    if run.contains("--dry-run given") {
        judge.lack("essai à blanc (--dry-run) : rien n'a été installé");
    }
    if run.contains("reboot-required") || run.contains("A reboot is required") {
        judge.degrade("un redémarrage est nécessaire");
    }
    if run.contains("All upgrades installed") || run.contains("No packages found that can be upgraded unattended") {
        judge.prove("toutes les mises à jour possibles sont installées");
    } else if !judge.has_failed() && (left == 0 || !single) {
        judge.lack("ce passage ne dit pas qu'il est allé au bout");
    }
    if single {
        match material.code {
            // The command ends with 1 when a package asks a question.
            Some(1) if run.contains("has conffile prompt") && !judge.has_failed() => judge.degrade("code de sortie 1"),
            _ => judge.exit(material, &[], false),
        }
    }
    judge.fact()
}
