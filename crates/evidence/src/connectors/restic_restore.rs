//! restic restore: text and `--json`.
//!
//! Decisive: as many files and bytes restored as the snapshot holds, and the exit code. A text without `--verify`
//! or summary (0.14) shows only that the command began.

use super::{Basis, Source, restic};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::between;
use serde_json::Value;

pub const SOURCES: &[Source] = &[Source {
    name: "restic restore",
    about: "restic restore, texte ou --json",
    kind: Kind::Restore,
    basis: Basis::Ran,
    rule: Rule { id: "restic-restore", version: 1 },
    recognise,
    read,
}];

fn recognise(material: &Material) -> bool {
    summary(material).is_some()
        || material.all.lines().any(|l| l.starts_with("restoring <Snapshot ") || l.starts_with("restoring snapshot "))
        || material.all.lines().any(|l| l.starts_with("Summary: Restored "))
        || material.lines.iter().any(|l| json::text(l, "during") == Some("restore"))
}

fn summary(material: &Material) -> Option<&Value> {
    let is = |l: &&Value| {
        json::text(l, "message_type") == Some("summary")
            && json::at(l, "total_bytes").is_some()
            && json::at(l, "total_files").is_some()
    };
    material.lines.iter().rev().find(is)
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    restic::errors(&mut judge, material);
    if material.lines.iter().any(|l| json::text(l, "message_type") == Some("error")) {
        judge.fail("des fichiers n'ont pas pu être restaurés");
    }
    snapshot(&mut judge, material);
    match summary(material) {
        Some(summary) => from_json(&mut judge, summary),
        None => from_text(&mut judge, &material.all),
    }
    judge.exit(material, &[], true);
    vec![judge.fact()]
}

/// `restoring <Snapshot 1a2b of [/paths] at 2026-… by root@host> to /target`.
fn snapshot(judge: &mut Judge, material: &Material) {
    let Some(line) = material.all.lines().find(|l| l.starts_with("restoring ")) else { return };
    if let Some(paths) = between(line, " of [", "]") {
        judge.scope(paths.split_whitespace());
    }
    if let Some(time) = between(line, " at ", " by ").and_then(|t| material.moment(t)) {
        judge.measure("snapshot_time", time.text());
    }
    let by = line.split_once(" by ").map(|(_, by)| by.split(['>', ' ']).next().unwrap_or_default());
    judge.host(by.and_then(|b| b.split_once('@')).map(|(_, host)| host));
}

fn from_json(judge: &mut Judge, summary: &Value) {
    let (total, restored) = (json::count(summary, "total_files"), json::count(summary, "files_restored"));
    let (bytes, written) = (json::count(summary, "total_bytes"), json::count(summary, "bytes_restored"));
    judge.files(restored).bytes(written).duration(json::number(summary, "seconds_elapsed"));
    let skipped = json::count(summary, "files_skipped").unwrap_or(0);
    match (total, restored, bytes, written) {
        (Some(0), ..) | (_, _, Some(0), _) => judge.fail("restauration vide : aucun fichier ou aucun octet"),
        (Some(total), Some(restored), Some(bytes), Some(written)) => {
            if restored + skipped < total || (written < bytes && skipped == 0) {
                judge.fail(format!("{restored} fichiers restaurés sur {total}, {written} octets sur {bytes}"));
            } else if skipped > 0 {
                judge.degrade(format!("{skipped} fichiers déjà présents n'ont pas été restaurés"));
            } else {
                judge.prove(format!("{restored} fichiers restaurés sur {total}, {written} octets"));
            }
        }
        _ => judge.lack("le résumé ne dit pas combien de fichiers et d'octets ont été restaurés"),
    }
}

fn from_text(judge: &mut Judge, text: &str) {
    if let Some(verified) = text.lines().find_map(|l| l.strip_prefix("finished verifying ")) {
        let files = size::count(verified).filter(|_| verified.contains(" files in "));
        judge.files(files);
        match files {
            Some(0) => judge.fail("restauration vide : aucun fichier à vérifier"),
            Some(files) => judge.prove(format!("{files} fichiers restaurés et vérifiés")),
            None => judge.lack("le nombre de fichiers vérifiés n'est pas lisible"),
        }
    } else if let Some(summary) = text.lines().find_map(|l| l.strip_prefix("Summary: Restored ")) {
        restored_line(judge, summary);
    } else if !judge.has_failed() {
        judge.lack("la sortie ne dit pas ce qui a été restauré (ajoutez --verify ou --json)");
    }
}

/// `183 files/dirs (14.4 MiB) in 0:00`, or `61 / 62 files/dirs (3.3 MiB / 3.4 MiB) in 0:00`.
fn restored_line(judge: &mut Judge, summary: &str) {
    let counts = summary.split_once(" files/dirs").map(|(c, _)| c);
    let sizes = between(summary, "(", ")").unwrap_or_default();
    let bytes = size::bytes(sizes);
    match counts.map(|c| c.split_once(" / ")) {
        Some(Some((done, all))) => judge.fail(format!("{done} fichiers restaurés sur {all}")),
        Some(None) => {
            let files = counts.and_then(size::count);
            judge.files(files).bytes(bytes);
            match (files, bytes) {
                (Some(0), _) | (_, Some(0)) => judge.fail("restauration vide : aucun fichier ou aucun octet"),
                (Some(files), Some(_)) => judge.prove(format!("{files} fichiers et dossiers restaurés")),
                _ => judge.lack("le nombre de fichiers restaurés n'est pas lisible"),
            }
        }
        None => judge.lack("le nombre de fichiers restaurés n'est pas lisible"),
    }
}
