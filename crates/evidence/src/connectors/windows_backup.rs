//! Windows Server Backup: wbadmin output (English, French), `Get-WBSummary` and `Get-WBJob` as JSON.
//!
//! Written from documentation. Its events are read by `windows_events`.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::core::text::{FAILURE, PROSE, first_word, short, without_zero_counts};
use crate::measures;
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "windows backup json",
        about: "Get-WBSummary ou Get-WBJob, en JSON",
        kind: Kind::Backup,
        basis: Basis::Documentation,
        rule: Rule { id: "windows-backup-json", version: 1 },
        recognise: |m| {
            m.json.as_ref().is_some_and(|v| {
                json::at(v, "LastBackupResultHR").is_some()
                    || (json::at(v, "JobType").is_some() && json::at(v, "HResult").is_some())
            })
        },
        read: read_json,
    },
    Source {
        name: "wbadmin",
        about: "wbadmin, sortie ou courriel (anglais, français)",
        kind: Kind::Backup,
        basis: Basis::Documentation,
        rule: Rule { id: "wbadmin", version: 1 },
        recognise: |m| {
            (m.all.contains("wbadmin ") || m.all.contains("WBADMIN "))
                || m.all.contains("Windows Server Backup")
                || m.all.contains("Sauvegarde Windows Server")
        },
        read: read_text,
    },
];

const DONE: [&str; 6] = [
    "the backup operation successfully completed",
    "the backup operation to",
    "l'opération de sauvegarde s'est terminée correctement",
    "l'opération de sauvegarde s'est terminée avec succès",
    "l’opération de sauvegarde s’est terminée correctement",
    "l’opération de sauvegarde s’est terminée avec succès",
];

fn read_text(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    if material.all.len() > PROSE {
        judge.lack("le texte est trop long pour être celui de wbadmin");
        return vec![judge.fact()];
    }
    let text = without_zero_counts(&material.all);
    judge.happened_or_mail(None, material);
    let volumes = |l: &&str| l.to_lowercase().contains("volume") && l.contains(':') && l.contains('(');
    let drives = material
        .all
        .lines()
        .filter(volumes)
        .filter_map(|l| l.split(['(', ')']).find(|p| p.len() == 2 && p.ends_with(':')));
    judge.scope(drives);
    if let Some(word) = first_word(&text, &FAILURE) {
        judge.fail(format!("le texte parle d'échec (« {word} »)"));
    }
    for line in material.all.lines() {
        let lower = line.to_lowercase();
        if lower.contains("completed with warnings")
            || lower.contains("avec des avertissements")
            || lower.contains("not backed up")
        {
            judge.degrade(short(line));
        }
    }
    let done = DONE.iter().any(|d| {
        text.lines().any(|l| {
            l.contains(d)
                && (*d != "the backup operation to"
                    || l.contains("completed successfully")
                    || l.contains("successfully completed"))
        })
    });
    if done {
        judge.prove("wbadmin dit que la sauvegarde s'est terminée correctement");
    } else {
        judge.lack("la phrase de fin de wbadmin manque, ou elle est dans une langue inconnue");
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn read_json(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(value) = &material.json else { return Vec::new() };
    let mut judge = source.judge();
    let date = |key: &str| json::at(value, key).and_then(|v| moment(v, material));
    if json::at(value, "LastBackupResultHR").is_some() {
        let (last, good) = (date("LastBackupTime"), date("LastSuccessfulBackupTime"));
        judge.happened(last.clone());
        if let Some(versions) = json::count(value, "NumberOfVersions") {
            judge.measure(measures::VERSIONS, versions);
        }
        match json::at(value, "LastBackupResultHR").and_then(Value::as_i64) {
            Some(0) if last.is_none() || json::count(value, "NumberOfVersions") == Some(0) => {
                judge.lack("aucune sauvegarde n'existe")
            }
            Some(0) if last == good => judge.prove("la dernière sauvegarde a réussi"),
            Some(0) => judge.lack("la dernière sauvegarde n'est pas la dernière réussie"),
            Some(code) => judge.fail(format!("la dernière sauvegarde a échoué (HRESULT {code:#x})")),
            None => judge.lack("le résultat de la dernière sauvegarde manque"),
        }
    } else {
        judge.happened(date("EndTime")).started(date("StartTime"));
        if let Some(error) = json::text(value, "ErrorDescription").filter(|e| !e.trim().is_empty()) {
            judge.fail(format!("Windows Server Backup : {}", short(error)));
        }
        match json::at(value, "HResult").and_then(Value::as_i64) {
            Some(0) if date("EndTime").is_some() => judge.prove("le travail s'est terminé sans erreur"),
            Some(0) | None => judge.lack("le travail n'a pas de fin ou pas de résultat"),
            Some(code) => judge.fail(format!("le travail a échoué (HRESULT {code:#x})")),
        }
    }
    judge.host(json::text(value, "ComputerName").or_else(|| json::text(value, "PSComputerName")));
    judge.scope(json::texts(value, "Volumes"));
    vec![judge.fact()]
}

fn moment(value: &Value, material: &Material) -> Option<crate::Moment> {
    let text = value.as_str().or_else(|| json::text(value, "DateTime"))?;
    match text.strip_prefix("/Date(") {
        Some(rest) => crate::core::clock::epoch(
            rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<f64>().ok()? / 1000.0,
        ),
        None => material.moment(text),
    }
}
