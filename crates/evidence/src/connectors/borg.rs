//! borg create, info and list: text, `--json`, `--log-json`; 1.2 and 1.4.
//!
//! Decisive: the statistics (files, original size) *and* the exit code, or the line `terminating with success
//! status` of `--show-rc`. 1 and 100 to 127 are warnings; every other code is a failure.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{last_value, short};
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "borg create",
        about: "borg create, texte, --json ou --log-json",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "borg-create", version: 1 },
        recognise: |m| created(m).is_some() || messages(m).contains("Archive fingerprint: ") || is_borg_error(m),
        read: read_create,
    },
    Source {
        name: "borg info",
        about: "borg info ou borgmatic info, --json : les archives d'un dépôt",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "borg-info", version: 1 },
        recognise: |m| !archives(m).is_empty(),
        read: read_info,
    },
];

/// Smallest archive taken for more than its own description, in bytes (borg 1.2 counts some 500 for itself).
const LEAST_BYTES: u64 = 2048;
/// Most archives turned into facts.
const ARCHIVES: usize = 5_000;

/// Everything borg says, log lines in JSON turned into their message.
pub fn messages(material: &Material) -> String {
    let mut out = String::with_capacity(material.all.len());
    for line in material.all.lines() {
        let trimmed = line.trim();
        match Some(trimmed).filter(|l| l.starts_with("{\"")).and_then(|l| serde_json::from_str::<Value>(l).ok()) {
            Some(value) => {
                if let Some(message) = json::text(&value, "message") {
                    let level = json::text(&value, "levelname").unwrap_or_default();
                    if matches!(level, "ERROR" | "CRITICAL" | "WARNING") {
                        out.push_str(level);
                        out.push_str(": ");
                    }
                    out.push_str(message);
                    out.push('\n');
                }
            }
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// Sentences of borg that stop a command.
const FATAL: [&str; 12] = [
    "passphrase supplied in",
    "already exists",
    "is not a valid repository",
    "Failed to create/acquire the lock",
    "Connection closed by remote host",
    "Traceback (most recent call last)",
    "Data integrity error",
    "IntegrityError",
    "Cache, or information obtained from the security directory is newer",
    "Inconsistency detected",
    "Insufficient free space",
    "No space left on device",
];

fn is_borg_error(material: &Material) -> bool {
    let named = |l: &Value| json::text(l, "name").is_some_and(|n| n.starts_with("borg."));
    let text = &material.all;
    let absent = text.lines().any(|l| l.trim().starts_with("Repository ") && l.trim().ends_with(" does not exist."));
    let exists = text.lines().any(|l| l.trim().starts_with("Archive ") && l.trim().ends_with(" already exists"));
    material.lines.iter().any(named) || absent || exists || text.contains("BORG_PASSPHRASE")
}

/// Errors and warnings shared by borg's commands.
pub fn errors(judge: &mut Judge, said: &str) {
    for line in said.lines().map(str::trim) {
        if let Some(message) = line.strip_prefix("ERROR: ").or_else(|| line.strip_prefix("CRITICAL: ")) {
            judge.fail(format!("borg : {}", short(message)));
        } else if line.starts_with("Repository ") && line.ends_with(" does not exist.")
            || FATAL.iter().any(|f| line.contains(f))
        {
            judge.fail(format!("borg : {}", short(line)));
        } else if let Some(message) = line.strip_prefix("WARNING: ") {
            judge.degrade(format!("borg : {}", short(message)));
        } else if line.contains(": [Errno ") && !line.starts_with("OSError") && !line.contains("Error: [Errno") {
            judge.degrade(format!("non lu : {}", short(line.trim_start_matches("Message: "))));
        } else if line.ends_with("file changed while we backed it up") {
            judge.degrade(format!("modifié pendant la sauvegarde : {}", short(line)));
        } else if line.strip_prefix("E ").is_some_and(|path| !path.is_empty() && !path.contains(':')) {
            judge.degrade(format!("non lu : {}", short(line)));
        } else if line.starts_with("terminating with error status") {
            judge.fail(format!("borg : {line}"));
        } else if line.starts_with("terminating with warning status") {
            judge.degrade(format!("borg : {line}"));
        }
    }
}

/// Borg's exit code, or its own word for it.
pub fn exit(judge: &mut Judge, material: &Material, said: &str) {
    let own_word = said.lines().any(|l| l.trim() == "terminating with success status, rc 0");
    let warnings: Vec<i32> = std::iter::once(1).chain(100..=127).collect();
    judge.exit(material, &warnings, !own_word);
}

/// The JSON of `borg create --json`: an object with `archive`, alone or in borgmatic's list.
pub fn created(material: &Material) -> Option<Value> {
    let has = |v: &Value| json::at(v, "archive/stats").is_some();
    if let Some(value) = material.json.as_ref().filter(|v| has(v)) {
        return Some(value.clone());
    }
    let listed = |v: Value| json::list(&v, "").iter().find(|v| has(v)).cloned();
    material.json.clone().and_then(listed).or_else(|| {
        material
            .all
            .lines()
            .filter(|l| l.starts_with("[{\"archive\""))
            .find_map(|l| listed(serde_json::from_str(l).ok()?))
    })
}

fn read_create(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let said = messages(material);
    errors(&mut judge, &said);
    statistics(&mut judge, material, &said);
    exit(&mut judge, material, &said);
    vec![judge.fact()]
}

/// Reads the statistics of a backup, in JSON or in text, into the judge.
pub fn statistics(judge: &mut Judge, material: &Material, said: &str) {
    if let Some(value) = created(material) {
        archive(judge, json::at(&value, "archive").unwrap_or(&Value::Null), material, said);
        judge.measure("repository", json::text(&value, "repository/location").unwrap_or_default());
        return;
    }
    let moment = last_value(said, "Time (end)").and_then(|t| material.moment(t));
    judge.happened_or_mail(logged_at(material).or(moment), material);
    judge.started(last_value(said, "Time (start)").and_then(|t| material.moment(t)));
    judge.job(last_value(said, "Archive name"));
    if let Some(repository) = last_value(said, "Repository:").filter(|_| said.contains("Archive fingerprint")) {
        judge.measure("repository", repository);
    }
    let files = last_value(said, "Number of files").and_then(size::count);
    let bytes = last_value(said, "This archive").and_then(size::bytes);
    judge.files(files).bytes(bytes);
    judge.duration(last_value(said, "Duration").and_then(|d| d.split_whitespace().next()?.parse().ok()));
    let closed =
        said.split("This archive:").nth(1).is_some_and(|rest| rest.lines().any(|l| l.trim().starts_with("-----")));
    if (said.contains("Archive fingerprint: ") || files.is_some()) && !closed {
        judge.lack("le bloc de statistiques n'est pas entier");
    } else if files.is_some() {
        volume(judge, files, bytes);
    } else if !judge.has_failed() {
        judge.lack("pas de statistiques d'archive : ajoutez --stats ou --json");
    }
}

/// The moment of the last log line in JSON.
fn logged_at(material: &Material) -> Option<crate::Moment> {
    let time = |l: &Value| json::number(l, "time").filter(|_| json::text(l, "levelname").is_some());
    material.lines.iter().rev().find_map(time).and_then(crate::core::clock::epoch)
}

fn archive(judge: &mut Judge, archive: &Value, material: &Material, said: &str) {
    let moment = |key: &str| json::text(archive, key).and_then(|t| material.moment(t));
    judge.happened_or_mail(moment("end").or_else(|| moment("start")), material).started(moment("start"));
    judge.host(json::text(archive, "hostname")).job(json::text(archive, "name"));
    let (files, bytes) = (json::count(archive, "stats/nfiles"), json::count(archive, "stats/original_size"));
    judge.files(files).bytes(bytes).duration(json::number(archive, "duration"));
    let words: Vec<String> = json::texts(archive, "command_line").collect();
    let after = words.iter().position(|w| w.contains("::")).map_or(words.len(), |i| i + 1);
    // A source that could not be found is not covered.
    let absent = |path: &str| {
        let lines = said.lines().map(|l| l.trim_start_matches("WARNING: "));
        lines.filter(|l| l.contains("[Errno ")).any(|l| l.strip_prefix(path).is_some_and(|r| r.starts_with(':')))
    };
    judge.scope(words.into_iter().skip(after).filter(|w| !w.starts_with('-') && !absent(w)));
    volume(judge, files, bytes);
}

/// An archive must hold more than its own description.
fn volume(judge: &mut Judge, files: Option<u64>, bytes: Option<u64>) {
    match (files, bytes) {
        (Some(0), _) => judge.fail("archive vide : aucun fichier"),
        (Some(files), Some(bytes)) if bytes < LEAST_BYTES => {
            judge.fail(format!("archive vide : {files} fichiers, {bytes} octets"));
        }
        (Some(files), Some(bytes)) => judge.prove(format!("{files} fichiers, {bytes} octets dans l'archive")),
        _ => judge.lack("les statistiques ne disent pas combien de fichiers et d'octets l'archive contient"),
    }
}

/// Archives of `info --json` and `list --json`, also in borgmatic's list.
fn archives(material: &Material) -> Vec<Value> {
    let Some(value) = &material.json else { return Vec::new() };
    let mut found: Vec<Value> = json::list(value, "archives").to_vec();
    for repository in json::list(value, "") {
        found.extend(json::list(repository, "archives").iter().cloned());
    }
    found.retain(|a| json::at(a, "start").is_some() && json::at(a, "name").is_some());
    found
}

/// One fact an archive; a list without statistics proves existence only.
fn read_info(material: &Material, source: &Source) -> Vec<Fact> {
    let one = |found: &Value| {
        let mut judge = source.judge();
        archive(&mut judge, found, material, "");
        judge.exit(material, &[], false);
        judge.fact()
    };
    archives(material).iter().take(ARCHIVES).map(one).collect()
}
