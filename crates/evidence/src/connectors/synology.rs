//! Synology: Hyper Backup and Active Backup mails, in English and French.
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
    about: "courriels Synology Hyper Backup et Active Backup for Business",
    kind: Kind::Backup,
    basis: Basis::Documentation,
    rule: Rule { id: "synology-mail", version: 1 },
    recognise,
    read,
}];

/// Sentences of success: nothing else counts as one.
const DONE: [&str; 16] = [
    "is now complete",
    "has been completed successfully",
    "has completed successfully",
    "was completed successfully",
    "completed successfully",
    "has successfully completed",
    "successfully backed up",
    "backup task successful",
    "backup successful",
    "est terminée avec succès",
    "s'est terminée avec succès",
    "terminée avec succès",
    "terminé avec succès",
    "a été effectuée avec succès",
    "a été sauvegardé avec succès",
    "est maintenant terminée",
];

fn recognise(material: &Material) -> bool {
    let text = format!("{} {}", material.subject(), material.out).to_lowercase();
    material.mail.is_some()
        && (text.contains("hyper backup")
            || text.contains("active backup")
            || text.contains("synology")
            || text.contains("diskstation"))
        && (text.contains("backup") || text.contains("sauvegarde"))
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let text = &material.out;
    let field = |labels: &[&str]| labels.iter().find_map(|l| value(text, l)).filter(|v| !v.is_empty());
    let start = field(&["Start Time:", "Start time:", "Heure de début :", "Heure de début:"]);
    let end = field(&["End Time:", "End time:", "Completion Time:", "Heure de fin :", "Heure de fin:"]);
    judge.happened_or_mail(end.or(start).and_then(|t| material.moment(t)), material);
    judge.started(start.and_then(|t| material.moment(t)));
    let task = field(&[
        "Backup Task:",
        "Backup task:",
        "Task Name:",
        "Task name:",
        "Tâche de sauvegarde :",
        "Tâche de sauvegarde:",
        "Nom de la tâche :",
    ]);
    judge.job(task.or_else(|| between(text, "backup task ", " is now complete")));
    judge.scope(field(&[
        "Backup Destination:",
        "Backup destination:",
        "Destination de sauvegarde :",
        "Destination de la sauvegarde :",
    ]));
    judge.scope(field(&["Device:", "Device list:", "Appareil :"]));
    judge.host(between(material.subject(), "[", "]").or_else(|| field(&["From ", "De la part de "])));
    judge.bytes(
        field(&["Backup size:", "Transferred Size:", "Transferred size:", "Taille transférée :"]).and_then(size::bytes),
    );
    weigh(&mut judge, material);
    vec![judge.fact()]
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
            && (lower.contains("fail") || lower.contains("échec") || lower.contains("skipped"))
        {
            judge.fail(format!("{n} éléments en échec"));
        }
    }
    // A sentence that denies ("n'est pas terminée") holds the same words.
    let denied = ["not ", "n't ", " pas ", "n'a pas", "n'est pas", "never", "jamais", "partiel"];
    let sentence = DONE.iter().find(|d| text.contains(**d));
    match sentence {
        Some(_) if denied.iter().any(|d| text.contains(d)) => {
            judge.lack("le message contient une négation : à lire par une personne")
        }
        Some(sentence) => judge.prove(format!("le message dit « {sentence} »")),
        None => judge.lack("aucune phrase de réussite connue : à lire par une personne"),
    }
}
