//! restic backup: text and `--json`, 0.14 to 0.19.
//!
//! Decisive: the summary (files, bytes, snapshot) *and* the exit code. The summary alone looks the same when files
//! could not be read (0.17 and later exit with 3), and 0.14 to 0.18 exit with 0 when one source is absent.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{between, short};
use serde_json::Value;

pub const SOURCES: &[Source] = &[Source {
    name: "restic backup",
    about: "restic backup, texte ou --json",
    kind: Kind::Backup,
    basis: Basis::Ran,
    rule: Rule { id: "restic-backup", version: 1 },
    recognise,
    read,
}];

/// Sentences of restic that stop any command.
const FATAL: [&str; 8] = [
    "Fatal: wrong password or no key found",
    // restic 0.14; later ones say it as the next one.
    "Fatal: unable to open config file",
    "repository does not exist: unable to open config file",
    "unable to create lock in backend",
    "all source directories/files do not exist",
    "all target directories/files do not exist",
    "Fatal: unable to save snapshot",
    "Fatal: unable to open repository",
];

fn recognise(material: &Material) -> bool {
    summary(material).is_some()
        || saved(&material.all).is_some()
        || FATAL.iter().any(|f| material.all.contains(f))
        || (is_restic_error(material) && material.out.trim().is_empty())
}

fn is_restic_error(material: &Material) -> bool {
    material.lines.iter().any(|l| json::text(l, "message_type") == Some("exit_error"))
}

fn summary(material: &Material) -> Option<&Value> {
    material
        .lines
        .iter()
        .rev()
        .find(|l| json::text(l, "message_type") == Some("summary") && json::at(l, "total_files_processed").is_some())
}

/// The id in `snapshot 1a2b3c4d saved`.
fn saved(text: &str) -> Option<&str> {
    text.lines()
        .rev()
        .find_map(|l| l.trim().strip_prefix("snapshot ")?.strip_suffix(" saved"))
        .filter(|id| id.len() >= 8 && id.chars().all(|c| c.is_ascii_hexdigit()))
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    errors(&mut judge, material);
    absent(&mut judge, material);
    if let Some(summary) = summary(material) {
        from_json(&mut judge, summary, material);
    } else if let Some(id) = saved(&material.all) {
        judge.job(Some(format!("snapshot {id}")));
        from_text(&mut judge, &material.all);
    } else if !judge.has_failed() {
        judge.lack("pas de résumé : la commande a été interrompue, ou sa sortie est incomplète");
    }
    if let Some(paths) = between(&material.all, "start backup on [", "]") {
        judge.scope(paths.split_whitespace());
    }
    judge.exit(material, &[3], true);
    let moment = summary(material)
        .and_then(|s| json::text(s, "backup_end").or_else(|| json::text(s, "backup_start")))
        .and_then(|t| material.moment(t));
    judge.happened_or_mail(moment.or_else(|| lock_time(material)), material);
    vec![judge.fact()]
}

/// The moment of a refused lock: `lock was created at … (2.01s ago)`.
fn lock_time(material: &Material) -> Option<crate::Moment> {
    let text = material.all.replace("\\n", "\n");
    let line = text.lines().find(|l| l.starts_with("lock was created at "))?;
    let ago = between(line, "(", " ago)").and_then(go_seconds)?;
    Some(material.moment(line.strip_prefix("lock was created at ")?)?.later(ago))
}

/// A duration of Go (`1h2m3.5s`), in whole seconds.
fn go_seconds(text: &str) -> Option<i64> {
    let (mut total, mut number) = (0.0, String::new());
    for c in text.chars() {
        let unit = match c {
            'h' => 3600.0,
            'm' => 60.0,
            's' => 1.0,
            _ => {
                number.push(c);
                continue;
            }
        };
        total += number.parse::<f64>().ok()? * unit;
        number.clear();
    }
    size::whole(total).and_then(|n| i64::try_from(n).ok())
}

/// Errors of restic, as JSON or as text, shared by its commands.
pub fn errors(judge: &mut Judge, material: &Material) {
    for line in &material.lines {
        match json::text(line, "message_type") {
            Some("exit_error") => {
                let message = short(json::text(line, "message").unwrap_or("erreur"));
                match json::count(line, "code") {
                    Some(3) => judge.degrade(format!("restic : {message}")),
                    _ => judge.fail(format!("restic : {message}")),
                }
            }
            Some("error") => {
                let item = json::text(line, "item").unwrap_or_default();
                let message = json::text(line, "error/message").or_else(|| json::text(line, "message"));
                judge.degrade(format!("non lu : {} {}", item, short(message.unwrap_or_default())).trim().to_owned());
            }
            _ => {}
        }
    }
    for line in material.all.lines().map(str::trim).filter(|l| !l.starts_with('{')) {
        if line.starts_with("Fatal:") || FATAL.iter().any(|f| line.contains(f)) {
            judge.fail(format!("restic : {}", short(line)));
        } else if line.starts_with("error:") || line.starts_with("Warning: at least one") {
            judge.degrade(format!("restic : {}", short(line)));
        } else if line.starts_with("error ") || line.starts_with("ignoring error") || line.starts_with("panic:") {
            judge.fail(format!("restic : {}", short(line)));
        }
    }
}

fn absent(judge: &mut Judge, material: &Material) {
    for line in material.all.lines().filter(|l| l.contains("does not exist, skipping")) {
        judge.degrade(format!("source absente : {}", short(line)));
    }
}

fn from_json(judge: &mut Judge, summary: &Value, material: &Material) {
    let files = json::count(summary, "total_files_processed");
    let bytes = json::count(summary, "total_bytes_processed");
    let id = json::text(summary, "snapshot_id").filter(|id| id.len() >= 8);
    judge.files(files).bytes(bytes).duration(json::number(summary, "total_duration"));
    judge.job(id.map(|id| format!("snapshot {}", id.get(..8).unwrap_or(id))));
    judge.started(json::text(summary, "backup_start").and_then(|t| material.moment(t)));
    if let Some(added) = json::count(summary, "data_added") {
        judge.measure("bytes_added", added);
    }
    if json::flag(summary, "dry_run") == Some(true) {
        judge.lack("essai à blanc (--dry-run) : rien n'a été sauvegardé");
    }
    if id.is_none() {
        judge.lack("le résumé ne nomme aucun instantané (snapshot)");
    }
    volume(judge, files, bytes);
}

fn from_text(judge: &mut Judge, text: &str) {
    let line = text.lines().rev().find_map(|l| l.trim().strip_prefix("processed "));
    let files = line.and_then(|l| l.split_once(" files").and_then(|(n, _)| size::count(n)));
    let bytes = line.and_then(|l| l.split_once(", ").and_then(|(_, rest)| size::bytes(rest)));
    let duration = line.and_then(|l| l.rsplit_once(" in ").and_then(|(_, t)| size::clock_seconds(t)));
    judge.files(files).bytes(bytes).duration(duration);
    volume(judge, files, bytes);
}

/// A backup must have read something.
fn volume(judge: &mut Judge, files: Option<u64>, bytes: Option<u64>) {
    match (files, bytes) {
        (Some(0), _) | (_, Some(0)) => judge.fail("sauvegarde vide : aucun fichier ou aucun octet lu"),
        (Some(files), Some(bytes)) => {
            judge.prove(format!("{files} fichiers, {bytes} octets lus, instantané enregistré"))
        }
        _ => judge.lack("le résumé ne dit pas combien de fichiers et d'octets ont été lus"),
    }
}
