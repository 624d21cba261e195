//! restic snapshots (what the repository really holds) and restic forget/prune (what was let go).

use super::{Basis, Source, restic};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::measures;
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "restic snapshots",
        about: "liste des instantanés d'un dépôt restic (--json)",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "restic-snapshots", version: 1 },
        recognise: is_snapshots,
        read: read_snapshots,
    },
    Source {
        name: "restic forget",
        about: "restic forget et prune, texte ou --json",
        kind: Kind::Retention,
        basis: Basis::Ran,
        rule: Rule { id: "restic-forget", version: 2 },
        recognise: is_forget,
        read: read_forget,
    },
];

/// Most snapshots turned into facts.
const SNAPSHOTS: usize = 5_000;

fn is_snapshots(material: &Material) -> bool {
    material.json.as_ref().is_some_and(|v| {
        let list = json::list(v, "");
        !list.is_empty() && list.iter().all(|s| json::text(s, "short_id").is_some() && json::text(s, "time").is_some())
    })
}

/// One fact a snapshot.
fn read_snapshots(material: &Material, source: &Source) -> Vec<Fact> {
    let list = material.json.as_ref().map_or(&[][..], |v| json::list(v, ""));
    list.iter().take(SNAPSHOTS).map(|snapshot| one(snapshot, material, source)).collect()
}

fn one(snapshot: &Value, material: &Material, source: &Source) -> Fact {
    let mut judge = source.judge();
    let (files, bytes) = (
        json::count(snapshot, "summary/total_files_processed"),
        json::count(snapshot, "summary/total_bytes_processed"),
    );
    let end = json::text(snapshot, "summary/backup_end").or_else(|| json::text(snapshot, "time"));
    judge.happened(end.and_then(|t| material.moment(t)));
    judge.started(json::text(snapshot, "time").and_then(|t| material.moment(t)));
    judge
        .host(json::text(snapshot, "hostname"))
        .job(json::text(snapshot, "short_id").map(|id| format!("snapshot {id}")));
    judge.scope(json::texts(snapshot, "paths")).files(files).bytes(bytes);
    judge.version(json::text(snapshot, "program_version").map(|v| v.trim_start_matches("restic ")));
    match (files, bytes) {
        (Some(0), _) | (_, Some(0)) => judge.fail("instantané vide : aucun fichier ou aucun octet"),
        (Some(files), Some(bytes)) => {
            judge.prove(format!("instantané présent dans le dépôt : {files} fichiers, {bytes} octets"))
        }
        _ => judge.lack("l'instantané existe, mais la liste ne dit pas ce qu'il contient (restic avant 0.17)"),
    }
    judge.exit(material, &[], false);
    judge.fact()
}

fn is_forget(material: &Material) -> bool {
    let groups = material.json.as_ref().map_or(&[][..], |v| json::list(v, ""));
    (!groups.is_empty() && groups.iter().all(|g| json::at(g, "keep").is_some() && json::at(g, "reasons").is_some()))
        || material.all.lines().any(|l| l.starts_with("Applying Policy: "))
        || material.all.contains("finding data that is still in use for ")
}

fn read_forget(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    restic::errors(&mut judge, material);
    judge.happened(material.mail_date());
    let groups = material.json.as_ref().map_or(&[][..], |v| json::list(v, ""));
    let mut kept = None;
    if groups.is_empty() {
        for line in material.all.lines() {
            if let Some(n) = line
                .strip_prefix("keep ")
                .and_then(|l| l.split_once(" snapshots:"))
                .and_then(|(n, _)| n.parse::<u64>().ok())
            {
                kept = Some(kept.unwrap_or(0) + n);
            }
            if let Some(n) =
                line.strip_prefix("finding data that is still in use for ").and_then(crate::core::size::count)
            {
                kept = kept.or(Some(n));
            }
        }
    } else {
        for group in groups {
            kept = Some(kept.unwrap_or(0) + json::list(group, "keep").len() as u64);
            judge.host(json::text(group, "host")).scope(json::texts(group, "paths"));
        }
        if let Some(days) = groups.iter().map(|g| depth(g, material)).min().flatten() {
            judge.measure(measures::RETENTION_DAYS, days);
        }
    }
    if groups.is_empty() && !complete(&material.all) {
        judge.lack("la sortie est incomplète : sa fin manque");
    }
    if material.all.contains("Would have removed") || material.all.contains("would be removed") {
        judge.lack("essai à blanc (--dry-run) : rien n'a été retiré");
    }
    match kept {
        Some(0) => judge.fail("plus aucun instantané n'est gardé"),
        Some(kept) => {
            judge.measure(measures::SNAPSHOTS_KEPT, kept);
            judge.prove(format!("{kept} instantanés gardés"));
        }
        None => judge.lack("la sortie ne dit pas combien d'instantanés sont gardés"),
    }
    judge.exit(material, &[], true);
    vec![judge.fact()]
}

/// Whole days from the oldest snapshot kept to the newest.
fn depth(group: &Value, material: &Material) -> Option<i64> {
    let times = json::list(group, "keep").iter().map(|s| json::text(s, "time").and_then(|t| material.moment(t)));
    let seconds: Vec<i64> = times.map(|m| m.map(|m| m.seconds())).collect::<Option<_>>()?;
    Some((seconds.iter().max()? - seconds.iter().min()?) / 86_400)
}

/// Every table is closed by its count, and a prune by `done`.
fn complete(text: &str) -> bool {
    let lines = || text.lines().map(str::trim);
    let tables =
        lines().filter(|l| (l.starts_with("keep ") || l.starts_with("remove ")) && l.ends_with(" snapshots:")).count();
    let closed = lines().filter(|l| l.strip_suffix(" snapshots").is_some_and(|n| n.parse::<u64>().is_ok())).count();
    let prunes = text.contains("loading indexes") || text.contains("finding data that is still in use for ");
    closed >= tables && (!prunes || lines().any(|l| l == "done"))
}
