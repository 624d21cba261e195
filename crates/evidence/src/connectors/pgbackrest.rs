//! pgBackRest: backup, verify, restore, info JSON.
//!
//! Decisive: the `command end` line *and* what stands above it: `verify` of a corrupted repository ends
//! successfully with exit code 0 (2.45) and says `status: error` only in its text.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{between, short};
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "pgbackrest info",
        about: "pgbackrest info --output=json",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "pgbackrest-info", version: 1 },
        recognise: |m| !stanzas(m).is_empty(),
        read: read_info,
    },
    source("pgbackrest backup", "pgbackrest backup", Kind::Backup, "pgbackrest-backup", |m| begins(m, "backup")),
    source("pgbackrest verify", "pgbackrest verify", Kind::Integrity, "pgbackrest-verify", |m| begins(m, "verify")),
    source("pgbackrest restore", "pgbackrest restore", Kind::Restore, "pgbackrest-restore", |m| begins(m, "restore")),
    source("pgbackrest check", "pgbackrest check et autres commandes", Kind::Integrity, "pgbackrest-check", |m| {
        m.all.contains(" command begin 2.") && m.all.contains("--stanza=")
    }),
];

const fn source(
    name: &'static str,
    about: &'static str,
    kind: Kind,
    rule: &'static str,
    recognise: fn(&Material) -> bool,
) -> Source {
    Source { name, about, kind, basis: Basis::Ran, rule: Rule { id: rule, version: 1 }, recognise, read }
}

fn begins(material: &Material, command: &str) -> bool {
    material.all.contains(&format!("INFO: {command} command begin "))
        || material.all.contains(&format!("INFO: {command} command end: "))
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let command = source.name.rsplit(' ').next().unwrap_or_default();
    let text = &material.all;
    let line = |mark: &str| text.lines().find(|l| l.contains(&format!("INFO: {command} command {mark}")));
    let (begin, end) = (line("begin "), line("end: "));
    judge.happened_or_mail(end.or(begin).and_then(|l| material.moment(l)), material);
    judge.started(begin.and_then(|l| material.moment(l)));
    judge.version(begin.and_then(|l| between(l, " command begin ", ":")));
    let stanza = begin.and_then(|l| l.split("--stanza=").nth(1)).and_then(|l| l.split_whitespace().next());
    judge.scope(stanza);
    judge.duration(end.and_then(|l| between(l, "(", "ms)")?.parse::<f64>().ok()).map(|ms| ms / 1000.0));
    errors(&mut judge, text);
    match end {
        Some(end) if end.contains("end: completed successfully") => outcome(&mut judge, command, text),
        Some(end) => judge.fail(format!("pgBackRest : {}", short(end.split(" end: ").nth(1).unwrap_or(end)))),
        None if judge.has_failed() => {}
        None => judge.fail("la commande n'est pas allée au bout : sa ligne de fin manque"),
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn errors(judge: &mut Judge, text: &str) {
    for line in text.lines().map(str::trim) {
        if line.contains("ERROR: [")
            || line.contains("status: error")
            || line.contains("status: invalid")
            || line.contains("invalid checksum")
            || line.contains("ASSERT: [")
        {
            judge.fail(format!("pgBackRest : {}", short(line)));
        } else if line.contains("WARN:") && ["checksum", "page", "missing", "skip"].iter().any(|w| line.contains(w)) {
            judge.degrade(format!("pgBackRest : {}", short(line)));
        }
        for label in ["checksum invalid: ", "missing: ", "size invalid: ", "other: "] {
            if line.contains(label)
                && line.rsplit(label).next().and_then(size::count).is_some_and(|n| n > 0)
                && !line.contains("INFO: option")
            {
                judge.fail(format!("pgBackRest : {}", short(line)));
            }
        }
    }
}

fn outcome(judge: &mut Judge, command: &str, text: &str) {
    match command {
        "backup" => {
            judge.job(text.lines().find_map(|l| l.split("new backup label = ").nth(1)));
            let line = text.lines().find(|l| l.contains(" backup size = "));
            let files = line.and_then(|l| size::count(l.split("file total = ").nth(1)?));
            let bytes = line.and_then(|l| size::bytes(l.split(" backup size = ").nth(1)?));
            judge.files(files).bytes(bytes);
            match (files, bytes, text.contains("new backup label = ")) {
                (Some(0), ..) => judge.fail("sauvegarde vide"),
                (Some(files), Some(bytes), true) => {
                    judge.prove(format!("{files} fichiers, {bytes} octets sauvegardés"))
                }
                _ => judge.lack("la sortie ne nomme pas la sauvegarde, ou ne dit pas sa taille"),
            }
        }
        "verify" => {
            let checked = text
                .lines()
                .filter_map(|l| between(l, "total files checked: ", ",").and_then(size::count))
                .sum::<u64>();
            if checked > 0 {
                judge.files(Some(checked));
            }
            if text.contains("no backups exist") || text.contains("No usable") || text.contains("no archives") {
                judge.lack("le dépôt ne contient rien à vérifier");
            }
            judge.prove("vérification du dépôt terminée sans fichier manquant ni somme fausse");
        }
        "restore" => {
            let line = text.lines().find(|l| l.contains("restore size = "));
            let files = line.and_then(|l| size::count(l.split("file total = ").nth(1)?));
            let bytes = line.and_then(|l| size::bytes(l.split("restore size = ").nth(1)?));
            judge.files(files).bytes(bytes);
            match (files, bytes) {
                (Some(files), Some(_)) if files > 0 => judge.prove(format!("{files} fichiers restaurés")),
                _ => judge.lack("la sortie ne dit pas combien de fichiers ont été restaurés"),
            }
        }
        _ => judge.lack("cette commande ne montre ni sauvegarde, ni relecture, ni restauration"),
    }
}

fn stanzas(material: &Material) -> Vec<&Value> {
    let list = material.json.as_ref().map_or(&[][..], |v| json::list(v, ""));
    list.iter().filter(|s| json::at(s, "backup").is_some() && json::at(s, "status/code").is_some()).collect()
}

/// One fact a backup; a stanza without backup gives one failed fact.
fn read_info(material: &Material, source: &Source) -> Vec<Fact> {
    let mut facts = Vec::new();
    for stanza in stanzas(material) {
        let backups = json::list(stanza, "backup");
        let name = json::text(stanza, "name").unwrap_or_default();
        let status = json::count(stanza, "status/code");
        for backup in backups {
            let mut judge = source.judge();
            judge.exit(material, &[], false);
            stanza_status(&mut judge, stanza, status);
            one_backup(&mut judge, backup);
            judge.scope([name]);
            facts.push(judge.fact());
        }
        if backups.is_empty() {
            let mut judge = source.judge();
            judge.scope([name]);
            judge.fail(format!("aucune sauvegarde pour {name}"));
            facts.push(judge.fact());
        }
    }
    facts
}

fn stanza_status(judge: &mut Judge, stanza: &Value, status: Option<u64>) {
    match status {
        Some(0) => {}
        _ => judge.fail(format!("état du dépôt : {}", json::text(stanza, "status/message").unwrap_or("inconnu"))),
    }
}

fn one_backup(judge: &mut Judge, backup: &Value) {
    judge.happened(json::number(backup, "timestamp/stop").and_then(epoch));
    judge.started(json::number(backup, "timestamp/start").and_then(epoch));
    judge.job(json::text(backup, "label")).version(json::text(backup, "backrest/version"));
    let bytes = json::count(backup, "info/size");
    judge.bytes(bytes);
    match (json::flag(backup, "error"), bytes) {
        (Some(true), _) => judge.fail("des pages de la base ont une somme de contrôle fausse"),
        (_, Some(0)) => judge.fail("sauvegarde vide"),
        (Some(false), Some(bytes)) => judge.prove(format!("sauvegarde présente dans le dépôt : {bytes} octets")),
        _ => judge.lack("la liste ne dit pas si la sauvegarde est sans erreur, ou sa taille"),
    }
}
