//! Synology: Hyper Backup and Active Backup mails, in English, French and German.
//!
//! Written from documentation; the texts can be edited by the administrator and differ by version. Failure words are
//! heard first, and only known sentences are taken for a success.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{FAILURE, PROSE, WARNING, between, first_word, value, without_zero_counts};

pub const SOURCES: &[Source] = &[Source {
    name: "synology mail",
    about: "courriels Synology Hyper Backup et Active Backup for Business (anglais, français, allemand)",
    kind: Kind::Backup,
    basis: Basis::Documentation,
    rule: Rule { id: "synology-mail", version: 2 },
    recognise,
    read,
}];

/// Sentences of success: nothing else counts as one.
const DONE: [&str; 30] = [
    "has been completed",
    "has completed",
    "is now complete",
    "has been completed successfully",
    "has been successfully completed",
    "has completed successfully",
    "was completed successfully",
    "completed successfully",
    "successfully completed",
    "has successfully completed",
    "has finished successfully",
    "has successfully finished",
    "successfully backed up",
    "backup task successful",
    "backup task was successful",
    "backup successful",
    "est terminée avec succès",
    "s'est terminée avec succès",
    "s’est terminée avec succès",
    "terminée avec succès",
    "terminé avec succès",
    "s'est achevée avec succès",
    "achevée avec succès",
    "a été effectuée avec succès",
    "a été sauvegardé avec succès",
    "a réussi",
    "est maintenant terminée",
    "est à présent terminée",
    "erfolgreich abgeschlossen",
    "ist nun abgeschlossen",
];

/// What a sentence of success must speak of, and must not.
const BACKUP: [&str; 5] = ["backup", "sauvegarde", "sicherung", "hyper backup", "tâche"];
const OTHER: [&str; 16] = [
    "update",
    "upgrade",
    "mise à jour",
    "package",
    "paquet",
    "configuration",
    "konfiguration",
    "aktualisierung",
    "login",
    "connexion",
    "rotation",
    "suppression",
    "deletion",
    "deleted",
    "supprimé",
    "gelöscht",
];

fn recognise(material: &Material) -> bool {
    let text = format!("{} {}", material.subject(), material.out).to_lowercase();
    material.mail.is_some()
        && (text.contains("hyper backup")
            || text.contains("active backup")
            || text.contains("synology")
            || text.contains("diskstation"))
        && (text.contains("backup") || text.contains("sauvegarde") || text.contains("sicherung"))
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let field = |labels: &[&str]| labelled(&material.out, labels);
    let start = field(&["start time", "heure de début", "début", "startzeit", "beginn"]);
    let end = field(&["end time", "completion time", "heure de fin", "fin", "endzeit", "ende"]);
    let start = start.and_then(|t| material.moment(t));
    let took = field(&["duration", "durée", "dauer"]).and_then(size::spoken_seconds);
    let after = start.clone().zip(took).map(|(start, seconds)| start.later(seconds));
    let end = end.and_then(|t| material.moment(t)).or(after);
    judge.happened_or_mail(end.or_else(|| start.clone()), material).started(start);
    let task = field(&[
        "backup task",
        "task name",
        "task",
        "tâche de sauvegarde",
        "nom de la tâche",
        "tâche",
        "datensicherungsaufgabe",
        "sicherungsaufgabe",
        "aufgabenname",
    ]);
    judge.job(task.or_else(|| between(&material.out, "backup task ", " is now complete")));
    judge.scope(field(&[
        "backup destination",
        "destination",
        "destination de sauvegarde",
        "destination de la sauvegarde",
        "datensicherungsziel",
        "sicherungsziel",
    ]));
    judge.scope(field(&["device", "device list", "appareil", "appareils", "gerät"]));
    let signed = ["From ", "De la part de ", "Provenant de ", "Von "].iter().find_map(|l| value(&material.out, l));
    judge.host(between(material.subject(), "[", "]").or(signed));
    let bytes = field(&["backup size", "transferred size", "taille transférée", "taille de la sauvegarde"]);
    judge.bytes(bytes.and_then(size::bytes));
    if bytes.and_then(size::bytes) == Some(0) {
        judge.degrade("aucune donnée transférée");
    }
    weigh(&mut judge, material);
    let mut fact = judge.fact();
    fact.kind = kind(material);
    vec![fact]
}

/// The value behind a label, whatever its case and the space before the colon.
fn labelled<'a>(text: &'a str, labels: &[&str]) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (label, value) = line.split_once([':', '\t'])?;
        let label = label.trim_matches([' ', '\u{a0}', '\u{202f}', '\t', '-', '•']).to_lowercase();
        let value = value.trim_matches([' ', '\u{a0}', '\t', ':']);
        (labels.contains(&label.as_str()) && !value.is_empty()).then_some(value)
    })
}

/// A check of what is stored, or a restoration, is no backup.
fn kind(material: &Material) -> Kind {
    let text = format!("{}\n{}", material.subject(), material.out).to_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if says(&[
        "integrity check",
        "vérification de l'intégrité",
        "vérification de l’intégrité",
        "contrôle d'intégrité",
        "integritätsprüfung",
    ]) {
        Kind::Integrity
    } else if says(&["restore task", "restoration", "restauration", "wiederherstellung"]) {
        Kind::Restore
    } else {
        Kind::Backup
    }
}

fn weigh(judge: &mut Judge, material: &Material) {
    if material.out.len() > PROSE {
        return judge.lack("le message est trop long pour être un rapport");
    }
    let text = without_zero_counts(&format!("{}\n{}", material.subject(), material.out));
    if let Some(word) = first_word(&text, &FAILURE) {
        judge.fail(format!("le message parle d'échec (« {word} »)"));
    }
    if let Some(word) = first_word(&text, &WARNING) {
        judge.degrade(format!("le message parle de réserve (« {word} »)"));
    }
    for line in material.out.lines() {
        let lower = line.to_lowercase();
        let counted = lower.split([':', '\t']).nth(1).and_then(|n| n.trim().parse::<u64>().ok()).filter(|n| *n > 0);
        if let Some(n) = counted
            && ["fail", "échec", "échou", "skipped", "fehl", "error", "erreur"].iter().any(|w| lower.contains(w))
        {
            judge.fail(format!("{n} éléments en échec"));
        }
    }
    // A sentence that denies ("n'est pas terminée") holds the same words.
    let denied =
        ["not ", "n't ", " pas ", "n'a pas", "n'est pas", "never", "jamais", "partiel", " nicht ", " kein", "except"];
    let about = |line: &&str| BACKUP.iter().any(|w| line.contains(w)) && !OTHER.iter().any(|w| line.contains(w));
    // A subject alone proves nothing.
    let body = without_zero_counts(&material.out);
    let told: Vec<(&str, &str)> =
        body.lines().filter(about).filter_map(|l| DONE.iter().find(|d| l.contains(**d)).map(|d| (l, *d))).collect();
    match told.first() {
        Some(_) if told.iter().any(|(line, _)| denied.iter().any(|d| line.contains(d))) => {
            judge.lack("le message contient une négation : à lire par une personne");
        }
        Some((_, sentence)) => judge.prove(format!("le message dit « {sentence} »")),
        None => judge.lack("aucune phrase de réussite connue d'une sauvegarde : à lire par une personne"),
    }
}
