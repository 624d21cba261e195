//! rclone: sync, copy, check; JSON log and text.
//!
//! Decisive: the final statistics. `rclone sync` from an empty source deletes the backup with exit code 0 and no
//! error: deletions are weighed against what was compared and copied.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{between, short};

pub const SOURCES: &[Source] = &[
    Source {
        name: "rclone check",
        about: "rclone check, texte ou --use-json-log",
        kind: Kind::Integrity,
        basis: Basis::Ran,
        rule: Rule { id: "rclone-check", version: 1 },
        recognise: |m| {
            said(m).lines().any(|l| {
                l.ends_with(" differences found") || l.ends_with(" matching files") || l.contains("Failed to check")
            })
        },
        read: read_check,
    },
    Source {
        name: "rclone sync",
        about: "rclone sync et copy, texte (-v) ou --use-json-log",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "rclone-sync", version: 1 },
        recognise,
        read: read_sync,
    },
];

fn recognise(material: &Material) -> bool {
    let text = &material.all;
    material.lines.iter().any(|l| {
        json::at(l, "stats/transfers").is_some() || json::text(l, "source").is_some_and(|s| s.contains(".go:"))
    }) || text.contains("rclone/rclone.conf")
        || (text.contains("Transferred:") && text.contains("Elapsed time:"))
        || text.contains("NOTICE: Config file")
}

/// Messages of both forms, one a line.
fn said(material: &Material) -> String {
    let mut out = String::new();
    for line in material.all.lines() {
        if line.starts_with('{') {
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    for line in &material.lines {
        if let Some(message) = json::text(line, "msg") {
            out.push_str(message.trim());
            out.push('\n');
        }
    }
    out
}

/// The final figures.
#[derive(Default)]
struct Stats {
    transfers: Option<u64>,
    checks: Option<u64>,
    deletes: u64,
    errors: u64,
    fatal: bool,
    bytes: Option<u64>,
    seconds: Option<f64>,
}

fn stats(material: &Material) -> Option<Stats> {
    if let Some(found) = material.lines.iter().rev().find_map(|l| json::at(l, "stats")) {
        return Some(Stats {
            transfers: json::count(found, "transfers"),
            checks: json::count(found, "checks"),
            deletes: json::count(found, "deletes").unwrap_or(u64::MAX),
            errors: json::count(found, "errors").unwrap_or(u64::MAX),
            fatal: json::flag(found, "fatalError") == Some(true),
            bytes: json::count(found, "bytes"),
            seconds: json::number(found, "elapsedTime"),
        });
    }
    let text = &material.all;
    let elapsed = text.rfind("Elapsed time:")?;
    let start = text
        .get(..elapsed)?
        .rfind("Transferred:   ")
        .map_or(0, |i| text.get(..i).and_then(|t| t.rfind("Transferred:   ")).filter(|j| i - j < 200).unwrap_or(i));
    let block = text.get(start..)?;
    let mut found = Stats { seconds: block.split("Elapsed time:").nth(1).and_then(seconds), ..Stats::default() };
    let (mut copied, mut compared) = (0, 0);
    for line in block.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("Transferred:") {
            match rest.split('/').next().map(str::trim).map(|n| (n.parse::<u64>().ok(), size::bytes(n))) {
                Some((Some(files), _)) => copied = files,
                Some((None, bytes)) => found.bytes = bytes,
                None => {}
            }
        } else if let Some(rest) = line.strip_prefix("Checks:") {
            compared = size::count(rest.trim()).unwrap_or(0);
        } else if let Some(rest) = line.strip_prefix("Deleted:") {
            found.deletes = size::count(rest.trim()).unwrap_or(0);
        } else if let Some(rest) = line.strip_prefix("Errors:") {
            found.errors = size::count(rest.trim()).unwrap_or(1);
            found.fatal |= rest.contains("fatal");
        }
    }
    (found.transfers, found.checks) = (Some(copied), Some(compared));
    Some(found)
}

fn seconds(text: &str) -> Option<f64> {
    text.trim().lines().next()?.trim().trim_end_matches('s').rsplit(['m', 'h']).next()?.parse().ok()
}

/// The time of the last log line.
fn last_time(material: &Material) -> Option<crate::Moment> {
    let json_time = material.lines.iter().rev().find_map(|l| json::text(l, "time"));
    let text_time =
        || material.all.lines().rev().find(|l| l.len() > 19 && l.get(4..5) == Some("/") && l.get(7..8) == Some("/"));
    json_time.or_else(text_time).and_then(|t| material.moment(t))
}

fn errors(judge: &mut Judge, material: &Material) {
    for line in &material.lines {
        if matches!(json::text(line, "level"), Some("error" | "critical" | "fatal")) {
            judge.fail(format!(
                "rclone : {} {}",
                json::text(line, "object").unwrap_or_default(),
                short(json::text(line, "msg").unwrap_or_default())
            ));
        }
    }
    for line in material.all.lines() {
        if line.contains(" ERROR : ")
            || line.contains(" CRITICAL: ")
            || line.contains(": Failed to ")
            || line.contains(" Failed to ") && !line.starts_with('{')
        {
            judge.fail(format!("rclone : {}", short(line)));
        }
    }
}

fn read_sync(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened_or_mail(last_time(material), material);
    errors(&mut judge, material);
    match stats(material) {
        Some(mut found) => {
            // Deletions are also told one by one: the higher count wins.
            let told = said(material).lines().filter(|l| l.ends_with(": Deleted") || *l == "Deleted").count() as u64;
            found.deletes = found.deletes.max(told);
            weigh(&mut judge, &found);
        }
        None if judge.has_failed() => {}
        None => judge.lack("pas de statistiques finales : ajoutez -v, ou --use-json-log --stats 1m"),
    }
    if said(material).lines().any(|l| l.contains("--dry-run is set") || l.contains("as --dry-run")) {
        judge.lack("essai à blanc (--dry-run) : rien n'a été copié");
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn weigh(judge: &mut Judge, found: &Stats) {
    judge.files(found.transfers).bytes(found.bytes).duration(found.seconds);
    if found.errors != u64::MAX {
        judge.measure("errors", found.errors);
    }
    if found.errors > 0 || found.fatal {
        judge.fail("des erreurs sont comptées, ou leur compte manque");
    }
    let (Some(transfers), Some(checks)) = (found.transfers, found.checks) else {
        return judge.lack("les statistiques ne disent pas combien de fichiers ont été copiés et comparés");
    };
    let deletes = if found.deletes == u64::MAX {
        return judge.lack("les statistiques ne disent pas combien de fichiers ont été effacés");
    } else {
        found.deletes
    };
    judge.measure("files_checked", checks).measure("files_deleted", deletes);
    // rclone counts a file that it deletes among those that it checked.
    let kept = transfers + checks.saturating_sub(deletes);
    if kept == 0 && deletes > 0 {
        judge.fail(format!("la source était vide : {deletes} fichiers de la copie ont été effacés"));
    } else if kept == 0 {
        judge.lack("rien n'a été copié ni comparé");
    } else if deletes > kept {
        judge.fail(format!("{deletes} fichiers effacés de la copie, plus qu'il n'en reste ({kept})"));
    } else if deletes * 10 > kept {
        judge.degrade(format!("{deletes} fichiers effacés de la copie, pour {kept} gardés"));
    } else {
        judge.prove(format!("{transfers} fichiers copiés, {checks} comparés, aucune erreur"));
    }
}

fn read_check(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened_or_mail(last_time(material), material);
    errors(&mut judge, material);
    let said = said(material);
    let figure = |tail: &str| {
        let line = said.lines().rev().find(|l| l.trim().ends_with(tail))?;
        line.trim().strip_suffix(tail)?.rsplit([' ', ':']).next()?.parse::<u64>().ok()
    };
    let (differences, matching) = (figure(" differences found"), figure(" matching files"));
    judge.files(matching);
    let objects = material
        .lines
        .iter()
        .filter_map(|l| json::text(l, "object"))
        .filter_map(|o| o.strip_prefix("Local file system at "));
    judge.scope(objects);
    let plain = material.all.lines().filter(|l| !l.starts_with('{'));
    judge.scope(plain.filter_map(|l| between(l, "Local file system at ", ":")));
    match (differences, matching) {
        (Some(n), _) if n > 0 => judge.fail(format!("{n} fichiers diffèrent de la source")),
        (_, Some(0)) => judge.lack("aucun fichier n'a été comparé"),
        (Some(0), Some(n)) => judge.prove(format!("{n} fichiers identiques, aucune différence")),
        _ if judge.has_failed() => {}
        _ => judge.lack("le nombre de fichiers comparés ou de différences manque"),
    }
    if figure(" errors while checking").is_some_and(|n| n > 0) {
        judge.fail("des fichiers n'ont pas pu être comparés");
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}
