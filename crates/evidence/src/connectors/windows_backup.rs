//! Windows Server Backup: wbadmin output (English, French), `Get-WBSummary` and `Get-WBJob` as JSON.
//!
//! Written from documentation. Its events are read by `windows_events`.

use super::{Basis, Source};
use crate::Moment;
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::core::text::{FAILURE, PROSE, between, first_word, short, without_zero_counts};
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
        about: "wbadmin et événements de la sauvegarde de Windows, sortie ou courriel (anglais, français, allemand)",
        kind: Kind::Backup,
        basis: Basis::Documentation,
        rule: Rule { id: "wbadmin", version: 2 },
        recognise: |m| {
            (m.all.contains("wbadmin ") || m.all.contains("WBADMIN "))
                || m.all.contains("Windows Server Backup")
                || m.all.contains("Sauvegarde Windows Server")
                || m.all.contains("Windows Server-Sicherung")
                || ["Windows Server Backup", "Sauvegarde Windows Server", "Windows Server-Sicherung", "wbadmin"]
                    .iter()
                    .any(|name| m.subject().contains(name))
                || m.all.contains("Microsoft-Windows-Backup")
                || m.all.contains("WindowsServerBackup\\Backup-")
        },
        read: read_text,
    },
];

/// Sentences of success, apostrophes straight; nothing else counts as one.
const DONE: [&str; 10] = [
    "the backup operation successfully completed",
    "the backup operation completed successfully",
    "l'opération de sauvegarde s'est terminée correctement",
    "l'opération de sauvegarde s'est terminée avec succès",
    "l'opération de sauvegarde a été effectuée correctement",
    "l'opération de sauvegarde a été effectuée avec succès",
    "l'opération de sauvegarde est terminée avec succès",
    "der sicherungsvorgang wurde erfolgreich abgeschlossen",
    "die sicherung wurde erfolgreich abgeschlossen",
    "opération de sauvegarde terminée correctement",
];

/// How the events of the log begin and end their sentence: what stands between is when the backup began.
const EVENTS: [(&str, &str); 5] = [
    ("the backup operation that started at ", "finished successfully"),
    ("the backup operation that started at ", "completed successfully"),
    ("l'opération de sauvegarde ", "s'est terminée avec succès"),
    ("l'opération de sauvegarde ", "s'est terminée correctement"),
    ("der sicherungsvorgang", "erfolgreich abgeschlossen"),
];

/// Ends that are none.
const STOPPED: [&str; 8] = [
    "stopped before completing",
    "was cancelled",
    "was canceled",
    "has been stopped",
    "s'est arrêtée avant",
    "a été arrêtée",
    "a été interrompue",
    "wurde beendet, bevor",
];

fn read_text(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    if material.all.len() > PROSE {
        judge.lack("le texte est trop long pour être celui de wbadmin");
        return vec![judge.fact()];
    }
    let plain = material.all.replace('’', "'");
    let text = without_zero_counts(&plain);
    let begun = named_log(material).or_else(|| started(material));
    judge.started(begun.clone()).happened_or_mail(begun.filter(|_| material.mail_date().is_none()), material);
    let volumes = |l: &&str| l.to_lowercase().contains("volume") && l.contains('(');
    let drives = material
        .all
        .lines()
        .filter(volumes)
        .flat_map(|l| l.split(['(', ')']).filter(|p| p.len() == 2 && p.ends_with(':')));
    judge.scope(drives);
    if let Some(word) = first_word(&text, &FAILURE) {
        judge.fail(format!("le texte parle d'échec (« {word} »)"));
    }
    if let Some(end) = STOPPED.iter().find(|s| text.contains(**s)) {
        judge.fail(format!("la sauvegarde n'est pas allée au bout (« {end} »)"));
    }
    for line in plain.lines() {
        let lower = line.to_lowercase();
        let partly = [
            "completed with warnings",
            "with warnings",
            "avec des avertissements",
            "avec avertissement",
            "mit warnungen",
            "not backed up",
            "n'a pas été sauvegardé",
            "n'ont pas été sauvegardé",
            "nicht gesichert",
            "partially",
            "partiellement",
            "skipped",
        ];
        if partly.iter().any(|p| lower.contains(p)) {
            judge.degrade(short(line));
        }
    }
    if done(&text) {
        judge.prove("Windows dit que la sauvegarde s'est terminée correctement");
    } else {
        judge.lack("la phrase de fin de la sauvegarde manque, ou elle est dans une langue inconnue");
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

/// A sentence of success that denies nothing.
fn done(text: &str) -> bool {
    let denies = |l: &str| [" not ", "n't ", " pas ", " nicht "].iter().any(|d| l.contains(d));
    text.lines().filter(|l| !denies(l)).any(|l| {
        let event = |(begin, end): &(&str, &str)| l.split_once(begin).is_some_and(|(_, rest)| rest.contains(end));
        DONE.iter().any(|d| l.contains(d)) || EVENTS.iter().any(event)
    })
}

/// The day and time in the name of the log: `Backup-03-11-2026_03-00-05.log`.
fn named_log(material: &Material) -> Option<Moment> {
    let name = between(&material.all, "\\Backup-", ".log").or_else(|| between(&material.all, "Backup-", ".log"))?;
    let (day, time) = name.split_once('_')?;
    material.moment(&format!("{day} {}", time.replace('-', ":")))
}

/// `The backup operation that started at '2026-11-03T02:00:04.123Z' has …`: Windows puts marks of direction within.
fn started(material: &Material) -> Option<Moment> {
    let marks = ["started at ", "démarré à ", "démarrée à ", "commencé à ", "gestartet wurde"];
    let plain: String = material.all.chars().filter(|c| !matches!(c, '\u{200e}' | '\u{200f}')).collect();
    let rest = marks.iter().find_map(|m| plain.split_once(m)).map(|(_, rest)| rest)?;
    material.moment(rest.lines().next()?)
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

fn moment(value: &Value, material: &Material) -> Option<Moment> {
    let text = value.as_str().or_else(|| json::text(value, "DateTime"))?;
    match text.strip_prefix("/Date(") {
        Some(rest) => crate::core::clock::epoch(
            rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<f64>().ok()? / 1000.0,
        ),
        None => material.moment(text),
    }
}
