//! restic check: only a check that read the data again proves integrity.
//!
//! The text says `read all data` or `read 50.0% of data packs`; the JSON summary is the same with and without
//! `--read-data`, so there the command must be declared (source `restic check --read-data`, or the file's name).

use super::{Basis, Source, restic};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::{between, short};
use serde_json::Value;

pub const SOURCES: &[Source] = &[Source {
    name: "restic check",
    about: "restic check, texte ou --json",
    kind: Kind::Integrity,
    basis: Basis::Ran,
    rule: Rule { id: "restic-check", version: 2 },
    recognise,
    read,
}];

fn recognise(material: &Material) -> bool {
    summary(material).is_some()
        || material.all.contains("check snapshots, trees and blobs")
        || (material.all.contains("create exclusive lock for repository") && material.all.contains("check all packs"))
        || material.all.contains("Fatal: repository contains errors")
}

fn summary(material: &Material) -> Option<&Value> {
    let is = |l: &&Value| json::text(l, "message_type") == Some("summary") && json::at(l, "num_errors").is_some();
    material.lines.iter().rev().find(is)
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    found_errors(&mut judge, material);
    let clean = match summary(material) {
        Some(summary) => from_json(&mut judge, summary),
        None => material.all.lines().any(|l| l.trim() == "no errors were found"),
    };
    if let Some((done, all)) = progress(&material.all, " snapshots") {
        judge.measure("snapshots_checked", done);
        if done < all {
            judge.lack(format!("{done} instantanés vérifiés sur {all}"));
        }
    }
    if clean && !judge.has_failed() {
        data_read(&mut judge, material);
    } else if !judge.has_failed() {
        judge.lack("la vérification ne dit pas qu'elle est allée au bout sans erreur");
    }
    judge.exit(material, &[], summary(material).is_some());
    vec![judge.fact()]
}

fn found_errors(judge: &mut Judge, material: &Material) {
    for line in &material.lines {
        if matches!(json::text(line, "message_type"), Some("error" | "exit_error")) {
            let message = json::text(line, "message").or_else(|| json::text(line, "error/message")).unwrap_or("erreur");
            judge.fail(format!("dépôt endommagé : {}", short(message)));
        }
    }
    restic::errors(judge, material);
    for line in material.all.lines().map(str::trim).filter(|l| !l.starts_with('{')) {
        let bad =
            ["Pack ID does not match", "ciphertext verification failed", ": does not exist", "repository is damaged"];
        if bad.iter().any(|b| line.contains(b)) {
            judge.fail(format!("dépôt endommagé : {}", short(line)));
        }
    }
}

fn from_json(judge: &mut Judge, summary: &Value) -> bool {
    let errors = json::count(summary, "num_errors");
    if let Some(errors) = errors.filter(|e| *e > 0) {
        judge.fail(format!("{errors} erreurs trouvées dans le dépôt"));
    }
    if !json::list(summary, "broken_packs").is_empty() {
        judge.fail("des paquets de données sont abîmés");
    }
    errors == Some(0)
}

/// How much of the data was read again.
fn data_read(judge: &mut Judge, material: &Material) {
    if material.all.lines().any(|l| l.trim() == "read all data") {
        return packs(judge, material, 100.0);
    }
    let part = material.all.lines().find_map(|l| {
        let share = l.trim().strip_prefix("read ")?.split_once("% of data packs")?.0;
        share.parse::<f64>().ok()
    });
    if let Some(part) = part {
        return packs(judge, material, part);
    }
    if let Some((group, share)) = material.all.lines().find_map(read_group) {
        judge.measure("read_group", group);
        return packs(judge, material, share);
    }
    if summary(material).is_some() && declared_read(material) {
        judge.measure("read_data", "declared");
        judge.prove("aucune erreur ; la relecture des données (--read-data) est déclarée par l'envoyeur, le résumé n'en dit rien");
        return;
    }
    judge.lack("la vérification n'a relu aucune donnée (sans --read-data) : elle ne prouve que la structure");
}

/// `read group #1 of 2 data packs (out of total 4 packs in 5 groups)`: which of the groups, and the part of the data in percent.
fn read_group(line: &str) -> Option<(String, f64)> {
    let rest = line.trim().strip_prefix("read group #")?;
    let (group, rest) = rest.split_once(" of ")?;
    let part = rest.split_once(" data packs")?.0.parse::<f64>().ok()?;
    let all = between(line, "out of total ", " packs")?.parse::<f64>().ok().filter(|n| *n > 0.0)?;
    let groups = between(line, " packs in ", " groups")?;
    Some((format!("{group}/{groups}"), (part * 1000.0 / all).round() / 10.0))
}

fn packs(judge: &mut Judge, material: &Material, percent: f64) {
    match progress(&material.all, " packs") {
        Some((done, all)) if done == all && all > 0 => {
            judge.measure("read_data_percent", percent).measure("packs_read", done);
            judge.prove(format!("aucune erreur, {percent} % des données relues ({done} paquets)"));
        }
        _ => judge.lack("la relecture des données n'est pas allée au bout"),
    }
}

/// The last progress line `[0:00] 100.00%  3 / 3 packs`.
fn progress(text: &str, unit: &str) -> Option<(u64, u64)> {
    text.lines().rev().find_map(|line| {
        let counts = line.trim().strip_suffix(unit)?.rsplit_once("%  ")?.1;
        let (done, all) = counts.split_once(" / ")?;
        Some((done.trim().parse().ok()?, all.trim().parse().ok()?))
    })
}

/// The sender says that data was read: in the declared source, or in the file's name, and does not deny it.
fn declared_read(material: &Material) -> bool {
    if material.declares("--read-data") {
        return true;
    }
    let name: String =
        material.name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let told = name.contains("readdata") || name.contains("read_data");
    let denied = ["no", "non", "not", "sans", "without", "noread", "noreaddata", "w", "missing", "pas"];
    told && !name.split('_').any(|word| denied.contains(&word))
}
