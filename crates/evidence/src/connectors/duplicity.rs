//! duplicity: backup, verify, restore; 0.8 and 3.
//!
//! Decisive: the statistics block with `Errors 0`, or `Verify complete` with no difference. duplicity 3 says
//! `Duplicity backup complete.` after everything, also after a failed verify: that sentence proves nothing.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{short, value};
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "duplicity verify",
        about: "duplicity verify",
        kind: Kind::Integrity,
        basis: Basis::Ran,
        rule: Rule { id: "duplicity-verify", version: 1 },
        recognise: |m| m.all.lines().any(|l| l.starts_with("Verify complete: ")),
        read: read_verify,
    },
    Source {
        name: "duplicity backup",
        about: "duplicity, sauvegarde complète ou incrémentale, texte ou --jsonstat",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "duplicity-backup", version: 1 },
        recognise: |m| m.all.contains("[ Backup Statistics ]") || statistics(m).is_some() || is_failure(&m.all),
        read: read_backup,
    },
    Source {
        name: "duplicity restore",
        about: "duplicity restore et collection-status (ne prouvent rien seuls)",
        kind: Kind::Restore,
        basis: Basis::Ran,
        rule: Rule { id: "duplicity-restore", version: 1 },
        recognise: |m| {
            m.all.contains("Local and Remote metadata are synchronized") || m.all.contains("Last full backup date:")
        },
        read: read_silent,
    },
];

fn is_failure(text: &str) -> bool {
    let absent = [" does not exist.", " n'existe pas.", " existiert nicht."];
    text.lines().any(|l| l.starts_with("Backup source directory ") && absent.iter().any(|a| l.ends_with(a)))
        || text.contains("GPGError: GPG Failed")
        || text.contains("CommandLineError: Argument source_path")
        || text.contains("duplicity --help")
}

fn errors(judge: &mut Judge, text: &str) {
    for line in text.lines() {
        let bad = [
            "GPGError",
            "CommandLineError",
            "BackendException",
            "Traceback (most recent",
            "gpg: decryption failed",
            "Command line error",
            "Fatal Error: ",
            "Giving up after",
        ];
        if bad.iter().any(|b| line.contains(b)) || is_failure(line) {
            judge.fail(format!("duplicity : {}", short(line)));
        } else if line.starts_with("Error accessing")
            || line.starts_with("Error reading")
            || line.contains("IGNORED_ERROR")
            || line.starts_with("Skipping socket")
        {
            judge.degrade(format!("non lu : {}", short(line)));
        }
    }
    if text.trim_start().starts_with("Usage:") || text.contains("\nUsage:") {
        judge.fail("duplicity a refusé la ligne de commande");
    }
}

/// The JSON of `--jsonstat`, which may stand behind other lines.
fn statistics(material: &Material) -> Option<Value> {
    let is = |v: &Value| json::at(v, "SourceFileSize").is_some() && json::at(v, "Errors").is_some();
    if let Some(value) = material.json.as_ref().filter(|v| is(v)) {
        return Some(value.clone());
    }
    let start = material.all.find("\n{\n")? + 1;
    let end = material.all.rfind("\n}")? + 2;
    serde_json::from_str(material.all.get(start..end)?).ok().filter(is)
}

fn read_backup(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    errors(&mut judge, &material.all);
    let found = statistics(material);
    let figure = |name: &str| match &found {
        Some(value) => json::number(value, name),
        None => {
            value(&material.all, &format!("{name} ")).and_then(|v| v.split_whitespace().next()?.parse::<f64>().ok())
        }
    };
    let whole = |name: &str| figure(name).and_then(size::whole);
    let (files, bytes, faults) = (whole("SourceFiles"), whole("SourceFileSize"), whole("Errors"));
    judge.happened_or_mail(figure("EndTime").and_then(epoch), material);
    judge.started(figure("StartTime").and_then(epoch));
    judge.files(files).bytes(bytes).duration(figure("ElapsedTime"));
    if let Some(written) = whole("TotalDestinationSizeChange") {
        judge.measure("bytes_added", written);
    }
    match (files, bytes, faults) {
        (_, _, Some(faults)) if faults > 0 => judge.degrade(format!("{faults} erreurs pendant la sauvegarde")),
        (Some(files), Some(bytes), Some(_)) if files <= 1 || bytes <= 4096 => {
            judge.fail("sauvegarde vide : aucun fichier lu")
        }
        (Some(files), Some(bytes), Some(_)) if figure("EndTime").is_some() => {
            judge.prove(format!("{files} fichiers et dossiers, {bytes} octets, aucune erreur"));
        }
        _ if judge.has_failed() => {}
        _ => judge.lack("le bloc de statistiques manque ou est incomplet"),
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn read_verify(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    errors(&mut judge, &material.all);
    let line = material.all.lines().rev().find_map(|l| l.strip_prefix("Verify complete: ")).unwrap_or_default();
    let mut parts = line.split(", ");
    let compared = parts.next().filter(|p| p.contains("compared")).and_then(size::count);
    let differences = parts.next().filter(|p| p.contains("difference")).and_then(size::count);
    judge.files(compared);
    match (compared, differences) {
        (_, Some(n)) if n > 0 => judge.fail(format!("{n} différences entre la sauvegarde et les fichiers")),
        (Some(0), _) => judge.lack("aucun fichier n'a été comparé"),
        (Some(n), Some(0)) => judge.prove(format!("{n} fichiers comparés, aucune différence")),
        _ => judge.lack("le résultat de la comparaison n'est pas lisible"),
    }
    for line in material.all.lines().filter(|l| l.starts_with("Difference found:")) {
        judge.fail(short(line));
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn read_silent(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    errors(&mut judge, &material.all);
    if material.all.contains("Collection Status") {
        judge.lack("cette liste montre que des sauvegardes existent, sans dire ce qu'elles contiennent");
    } else {
        judge.lack("duplicity ne dit pas ce qu'il a restauré : prouvez-le par duplicity verify ou par un essai de restauration");
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}
