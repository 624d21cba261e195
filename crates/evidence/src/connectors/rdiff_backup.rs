//! rdiff-backup 2: backup, verify.
//!
//! Decisive: the session statistics with `Errors 0`, or `All files verified successfully` with exit code 0.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{short, value};

pub const SOURCES: &[Source] = &[
    Source {
        name: "rdiff-backup verify",
        about: "rdiff-backup verify",
        kind: Kind::Integrity,
        basis: Basis::Ran,
        rule: Rule { id: "rdiff-backup-verify", version: 1 },
        recognise: |m| {
            m.all.contains("All files verified successfully") || m.all.contains("potentially corrupted file")
        },
        read: read_verify,
    },
    Source {
        name: "rdiff-backup",
        about: "rdiff-backup backup (statistiques de session)",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "rdiff-backup", version: 1 },
        recognise: |m| {
            m.all.contains("[ Session statistics ]")
                || m.all.contains("Action backup failed on step")
                || m.all.contains("rdiff-backup: error:")
                || m.all.contains("Starting mirror from source path")
                || m.all.contains("backup operation from source path")
        },
        read: read_backup,
    },
];

fn errors(judge: &mut Judge, text: &str) {
    for line in text.lines().map(str::trim) {
        if line.starts_with("ERROR:") || line.contains("rdiff-backup: error:") || line.starts_with("FATAL") {
            judge.fail(format!("rdiff-backup : {}", short(line)));
        } else if line.starts_with("WARNING:") {
            judge.degrade(format!("rdiff-backup : {}", short(line)));
        }
    }
}

fn read_verify(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    errors(&mut judge, &material.all);
    if material.all.lines().any(|l| l.trim_end().ends_with("All files verified successfully")) {
        judge.prove("tous les fichiers ont été relus et comparés à leur empreinte");
    }
    judge.exit(material, &[], true);
    vec![judge.fact()]
}

fn read_backup(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    errors(&mut judge, &material.all);
    let figure = |name: &str| {
        value(&material.all, &format!("{name} ")).and_then(|v| v.split_whitespace().next()?.parse::<f64>().ok())
    };
    let whole = |name: &str| figure(name).and_then(size::whole);
    let (files, bytes, faults) = (whole("SourceFiles"), whole("SourceFileSize"), whole("Errors"));
    judge.happened_or_mail(figure("EndTime").and_then(epoch), material).started(figure("StartTime").and_then(epoch));
    judge.files(files).bytes(bytes).duration(figure("ElapsedTime"));
    match (files, bytes, faults) {
        (_, _, Some(faults)) if faults > 0 => judge.degrade(format!("{faults} erreurs pendant la sauvegarde")),
        (Some(files), Some(bytes), Some(_)) if files <= 1 || bytes == 0 => {
            judge.fail("sauvegarde vide : aucun fichier lu")
        }
        (Some(files), Some(bytes), Some(_)) if figure("EndTime").is_some() => {
            judge.prove(format!("{files} fichiers et dossiers, {bytes} octets, aucune erreur"));
        }
        _ if judge.has_failed() => {}
        _ => judge.lack("pas de statistiques de session : ajoutez --print-statistics"),
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}
