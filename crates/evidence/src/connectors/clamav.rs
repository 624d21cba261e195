//! ClamAV: clamscan and freshclam.
//!
//! A scan proves something only with a real signature base (a million signatures), files read and no error.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{between, last_value, short};

pub const SOURCES: &[Source] = &[
    Source {
        name: "clamscan",
        about: "clamscan et clamdscan (résumé compris)",
        kind: Kind::Antivirus,
        basis: Basis::Ran,
        rule: Rule { id: "clamscan", version: 1 },
        recognise: |m| {
            m.all.contains("- SCAN SUMMARY -")
                || m.all.lines().any(|l| l.trim_end().ends_with(" FOUND") && l.contains(": "))
                || m.all.contains("LibClamAV Error")
        },
        read: read_scan,
    },
    Source {
        name: "freshclam",
        about: "freshclam, sortie ou journal",
        kind: Kind::Antivirus,
        basis: Basis::Ran,
        rule: Rule { id: "freshclam", version: 1 },
        recognise: |m| {
            m.all.contains("ClamAV update process started")
                || m.all.contains("freshclam config file")
                || m.all.contains("Database update completed successfully")
        },
        read: read_update,
    },
];

/// Fewest signatures of a real base; the official one holds more than eight million.
const LEAST_SIGNATURES: u64 = 1_000_000;

fn read_scan(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let text = &material.all;
    let figure = |label: &str| last_value(text, label).and_then(size::count);
    let date = |label: &str| last_value(text, label).and_then(|t| material.moment(t));
    judge.happened_or_mail(date("End Date").or_else(|| date("Start Date")), material).started(date("Start Date"));
    judge.version(last_value(text, "Engine version"));
    let (known, files, infected) = (figure("Known viruses:"), figure("Scanned files:"), figure("Infected files:"));
    judge.files(files).duration(last_value(text, "Time:").and_then(|t| t.split_whitespace().next()?.parse().ok()));
    if let Some(known) = known {
        judge.measure("signatures", known);
    }
    let found: Vec<&str> = text.lines().filter(|l| l.trim_end().ends_with(" FOUND")).collect();
    judge.measure("infected", infected.unwrap_or(found.len() as u64));
    for line in &found {
        judge.fail(format!("logiciel malveillant : {}", short(line)));
    }
    if infected.is_some_and(|n| n > 0) {
        judge.fail(format!("{} fichiers infectés", infected.unwrap_or(0)));
    }
    let seen = text.lines().filter_map(|l| {
        l.trim_end()
            .strip_suffix(": OK")
            .or_else(|| l.split_once(": ").filter(|_| l.ends_with(" FOUND")).map(|(p, _)| p))
    });
    judge.scope(seen.filter_map(|path| path.rsplit_once(['/', '\\'])).map(|(folder, _)| folder));
    scan_errors(&mut judge, text);
    match (known, files, infected) {
        (Some(_), Some(0), _) => judge.lack("aucun fichier n'a été examiné"),
        (Some(known), Some(_), Some(_)) if known < LEAST_SIGNATURES => {
            judge.lack(format!("base de {known} signatures seulement : elle ne peut rien reconnaître"));
        }
        (Some(_), Some(files), Some(0)) => judge.prove(format!("{files} fichiers examinés, aucun infecté")),
        (Some(_), Some(_), Some(_)) => {}
        _ => judge.lack("le résumé de l'examen manque ou est incomplet"),
    }
    if date("End Date").is_none() && last_value(text, "Time:").is_none() {
        judge.lack("le résumé de l'examen n'est pas entier");
    }
    match material.code {
        Some(1) if judge.has_failed() => {}
        Some(2) => judge.fail("code de sortie 2 : l'examen a rencontré des erreurs"),
        _ => judge.exit(material, &[], false),
    }
    vec![judge.fact()]
}

fn scan_errors(judge: &mut Judge, text: &str) {
    if let Some(errors) = last_value(text, "Total errors:").and_then(size::count).filter(|n| *n > 0) {
        judge.degrade(format!("{errors} fichiers n'ont pas pu être lus"));
    }
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("ERROR:")
            || line.starts_with("LibClamAV Error")
            || line.contains("Can't access file")
            || line.ends_with(": No such file or directory")
        {
            judge.fail(format!("l'examen n'a pas pu lire ce qu'on lui demandait : {}", short(line)));
        } else if line.ends_with(": Access denied") || line.ends_with(": Permission denied") {
            judge.degrade(format!("non lu : {}", short(line)));
        }
    }
}

/// One fact a run of the log.
fn read_update(material: &Material, source: &Source) -> Vec<Fact> {
    let mark = "ClamAV update process started";
    let starts: Vec<usize> = material
        .all
        .match_indices(mark)
        .map(|(i, _)| material.all.get(..i).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1))
        .collect();
    if starts.len() < 2 {
        return vec![one_update(&material.all, material, source, true)];
    }
    let ends = starts.iter().skip(1).copied().chain([material.all.len()]);
    let last = starts.len() - 1;
    let parts = starts.iter().zip(ends).enumerate();
    parts
        .map(|(i, (start, end))| {
            one_update(material.all.get(*start..end).unwrap_or_default(), material, source, i == last)
        })
        .collect()
}

fn one_update(run: &str, material: &Material, source: &Source, last: bool) -> Fact {
    let mut judge = source.judge();
    let stamp = |line: &str| {
        line.split(" -> ")
            .next()
            .and_then(|t| material.moment(t.trim_start_matches("WARNING: ").trim_start_matches("ERROR: ")))
    };
    judge.happened_or_mail(
        run.lines()
            .rev()
            .filter(|l| l.contains(" -> "))
            .find_map(stamp)
            .or_else(|| material.moment(run.lines().find(|l| l.contains("process started"))?)),
        material,
    );
    let mut current = Vec::new();
    for line in run.lines() {
        let said = line.rsplit(" -> ").next().unwrap_or(line).trim();
        if line.contains("ERROR: ") || said.starts_with("Update failed") || said.contains("database update failed") {
            // A retry that works in the end is told by the lines below.
            judge.degrade(format!("freshclam : {}", short(said)));
        }
        if said.starts_with("Update failed")
            || said.contains("Update failed for database")
            || said.contains("Database update process failed")
            || said.contains("No DatabaseMirror")
        {
            judge.fail(format!("mise à jour manquée : {}", short(said)));
        }
        if said.contains(" updated (version: ")
            || said.contains("is up-to-date (version: ")
            || said.contains("is up to date (version: ")
        {
            let name = said.split(['.', ' ']).next().unwrap_or_default().to_owned();
            if let Some(signatures) =
                between(said, "sigs: ", ")").or_else(|| between(said, "sigs: ", ",")).and_then(size::count)
            {
                judge.measure(&format!("signatures_{name}"), signatures);
            }
            current.push(name);
        }
    }
    judge.scope(current.iter().map(String::as_str));
    let complete = run.contains("Database update completed successfully");
    let official = ["daily", "main"].iter().all(|n| current.iter().any(|c| c == n));
    if current.is_empty() {
        judge.lack("aucune base n'est dite à jour");
    } else if complete || official {
        judge.prove(format!("bases à jour : {}", current.join(", ")));
    } else {
        judge.lack("la mise à jour ne dit pas qu'elle est allée au bout");
    }
    if last {
        judge.exit(material, &[], false);
    }
    judge.fact()
}
