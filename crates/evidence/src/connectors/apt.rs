//! apt: history.log (one fact a run), pending upgrades (`apt list --upgradable`, `apt-get -s upgrade`), needrestart.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{short, value};

pub const SOURCES: &[Source] = &[
    Source {
        name: "apt history",
        about: "/var/log/apt/history.log",
        kind: Kind::Patch,
        basis: Basis::Ran,
        rule: Rule { id: "apt-history", version: 1 },
        recognise: |m| m.out.lines().any(|l| l.starts_with("Start-Date: ")),
        read: read_history,
    },
    Source {
        name: "apt pending",
        about: "mises à jour en attente (apt list --upgradable, apt-get -s upgrade)",
        kind: Kind::Patch,
        basis: Basis::Ran,
        rule: Rule { id: "apt-pending", version: 1 },
        recognise: |m| {
            m.out.contains("[upgradable from: ")
                || m.out.contains("[pouvant être mis à jour depuis : ")
                || (m.out.contains("Building dependency tree") && summary(&m.out).is_some())
        },
        read: read_pending,
    },
    Source {
        name: "needrestart",
        about: "needrestart -b (noyau ou microcode à recharger)",
        kind: Kind::Patch,
        basis: Basis::Ran,
        rule: Rule { id: "needrestart", version: 1 },
        recognise: |m| m.out.lines().any(|l| l.starts_with("NEEDRESTART-VER: ")),
        read: read_needrestart,
    },
];

/// Most runs turned into facts.
const RUNS: usize = 5_000;

fn read_history(material: &Material, source: &Source) -> Vec<Fact> {
    let mut runs: Vec<String> = Vec::new();
    for line in material.out.lines() {
        if line.starts_with("Start-Date: ") {
            runs.push(String::new());
        }
        if let Some(run) = runs.last_mut() {
            run.push_str(line);
            run.push('\n');
        }
    }
    runs.iter().take(RUNS).map(|run| one_run(run, material, source)).collect()
}

fn one_run(run: &str, material: &Material, source: &Source) -> Fact {
    let mut judge = source.judge();
    let date = |label: &str| value(run, label).and_then(|t| material.moment(t));
    judge.happened(date("End-Date:").or_else(|| date("Start-Date:"))).started(date("Start-Date:"));
    judge.job(value(run, "Commandline:"));
    let mut changed = 0;
    for (label, name) in [
        ("Upgrade:", "packages_upgraded"),
        ("Install:", "packages_installed"),
        ("Remove:", "packages_removed"),
        ("Purge:", "packages_purged"),
        ("Reinstall:", "packages_reinstalled"),
        ("Downgrade:", "packages_downgraded"),
    ] {
        let Some(list) = run.lines().find_map(|l| l.strip_prefix(label)) else { continue };
        let packages: Vec<&str> =
            list.split("), ").filter_map(|p| p.trim().split([' ', ':']).next()).filter(|p| !p.is_empty()).collect();
        changed += packages.len();
        judge.measure(name, packages.len()).scope(packages);
    }
    if let Some(error) = run.lines().find_map(|l| l.strip_prefix("Error:")) {
        judge.fail(format!("apt : {}", short(error)));
    }
    if date("End-Date:").is_none() {
        judge.fail("le passage n'est pas allé au bout : sa date de fin manque");
    } else if changed == 0 {
        judge.lack("aucun paquet n'est nommé");
    } else {
        judge.prove(format!("{changed} paquets traités sans erreur"));
    }
    judge.fact()
}

/// `3 upgraded, 0 newly installed, 0 to remove and 2 not upgraded.`
fn summary(text: &str) -> Option<(u64, u64)> {
    let line = text.lines().rev().find(|l| {
        (l.contains(" upgraded, ") && l.contains(" not upgraded"))
            || (l.contains(" mis à jour, ") && l.contains(" non mis à jour"))
    })?;
    let last = line.rsplit([' ']).collect::<Vec<_>>();
    let left = last.iter().find_map(|w| w.parse::<u64>().ok())?;
    Some((size::count(line)?, left))
}

fn read_pending(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    let waiting = |l: &&str| {
        l.starts_with("Inst ") || l.contains("[upgradable from: ") || l.contains("[pouvant être mis à jour depuis : ")
    };
    let lines: Vec<&str> = material.out.lines().filter(waiting).collect();
    let security = lines.iter().filter(|l| l.to_lowercase().contains("security")).count();
    judge.scope(lines.iter().filter_map(|l| l.trim_start_matches("Inst ").split([' ', '/']).next()));
    judge.measure("packages_pending", lines.len()).measure("security_packages_pending", security);
    match (security, lines.len(), summary(&material.out)) {
        (1.., ..) => judge.degrade(format!("{security} mises à jour de sécurité en attente, sur {}", lines.len())),
        (0, 1.., _) => judge.degrade(format!("{} mises à jour en attente, aucune de sécurité", lines.len())),
        (0, 0, Some((0, 0))) => judge.prove("aucune mise à jour en attente"),
        _ => judge.lack("la liste est vide sans le dire : elle peut être tronquée"),
    }
    for line in material.all.lines().filter(|l| l.starts_with("E: ") || l.starts_with("Err:")) {
        judge.fail(format!("apt : {}", short(line)));
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn read_needrestart(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    judge.version(value(&material.out, "NEEDRESTART-VER:"));
    let state = |label: &str| value(&material.out, label).and_then(|v| v.parse::<u64>().ok());
    let services = material.out.lines().filter(|l| l.starts_with("NEEDRESTART-SVC:")).count();
    match state("NEEDRESTART-KSTA:") {
        Some(1) => judge.prove("le noyau qui tourne est le noyau installé"),
        Some(2 | 3) => judge.degrade("le noyau installé n'est pas celui qui tourne : un redémarrage est nécessaire"),
        _ => judge.lack("l'état du noyau n'est pas connu"),
    }
    if services > 0 {
        judge.degrade(format!("{services} services tournent encore avec d'anciens fichiers"));
    }
    if state("NEEDRESTART-UCSTA:") == Some(2) {
        judge.degrade("le microcode du processeur est à recharger");
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}
