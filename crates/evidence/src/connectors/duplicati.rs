//! Duplicati: report as JSON (HTTP) or as `Key: value` lines (mail).
//!
//! Written from the source code. The default subject carries no status: `ParsedResult` is decisive, with the counters.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::{short, value};
use serde_json::Value;

pub const SOURCES: &[Source] = &[Source {
    name: "duplicati",
    about: "rapports Duplicati, JSON (HTTP) ou courriel",
    kind: Kind::Backup,
    basis: Basis::Documentation,
    rule: Rule { id: "duplicati", version: 1 },
    recognise: |m| report(m).is_some() || (m.out.contains("ParsedResult: ") || m.out.contains("MainOperation: ")),
    read,
}];

fn report(material: &Material) -> Option<&Value> {
    let value = material.json.as_ref()?;
    let inner = json::at(value, "Data")
        .filter(|d| json::at(d, "ParsedResult").is_some() || json::at(d, "MainOperation").is_some());
    inner
        .or_else(|| {
            Some(value).filter(|v| json::at(v, "ParsedResult").is_some() && json::at(v, "MainOperation").is_some())
        })
        .or_else(|| {
            Some(value)
                .filter(|v| json::at(v, "Exception").is_some_and(|e| !e.is_null()) && json::at(v, "Extra").is_some())
        })
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let report = report(material);
    let field = |name: &str| -> Option<String> {
        match report {
            Some(r) => json::at(r, name).map(|v| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned)),
            None => value(&material.out, &format!("{name}: ")).map(ToOwned::to_owned),
        }
    };
    let date = |name: &str| field(name).and_then(|t| material.moment(&t));
    judge.happened_or_mail(date("EndTime").or_else(|| date("BeginTime")), material).started(date("BeginTime"));
    if let Some(whole) = &material.json {
        judge.job(json::text(whole, "Extra/backup-name")).host(json::text(whole, "Extra/machine-name"));
        if let Some(error) = json::at(whole, "Exception").filter(|e| !e.is_null()) {
            judge.fail(format!("Duplicati : {}", short(&error.to_string())));
        }
    } else {
        judge.job(material.subject().split(" report for ").nth(1));
    }
    judge.version(field("Version").and_then(|v| v.split_whitespace().next().map(ToOwned::to_owned)));
    let count = |name: &str| field(name).and_then(|v| v.split_whitespace().next()?.parse::<u64>().ok());
    outcome(&mut judge, field("ParsedResult").as_deref(), &count, &field);
    let mut fact = judge.fact();
    fact.kind = match field("MainOperation").as_deref() {
        Some("Restore") => Kind::Restore,
        Some("Test" | "Verify") => Kind::Integrity,
        Some("Delete" | "Compact") => Kind::Retention,
        _ => Kind::Backup,
    };
    vec![fact]
}

fn outcome(
    judge: &mut Judge,
    result: Option<&str>,
    count: &dyn Fn(&str) -> Option<u64>,
    field: &dyn Fn(&str) -> Option<String>,
) {
    let (files, bytes) = (
        count("ExaminedFiles").or_else(|| count("RestoredFiles")),
        count("SizeOfExaminedFiles").or_else(|| count("SizeOfRestoredFiles")),
    );
    judge.files(files).bytes(bytes);
    let set = |name: &str| field(name).is_some_and(|v| v.eq_ignore_ascii_case("true"));
    if count("FilesWithError").is_some_and(|n| n > 0) {
        judge.degrade(format!("{} fichiers en erreur", count("FilesWithError").unwrap_or(0)));
    }
    if set("PartialBackup") || set("Interrupted") {
        judge.degrade("sauvegarde partielle ou interrompue");
    }
    if set("Dryrun") {
        judge.lack("essai à blanc : rien n'a été sauvegardé");
    }
    match result {
        Some("Success") => {}
        Some("Warning") => judge.degrade("résultat : avertissement"),
        Some("Error" | "Fatal") => judge.fail("résultat : échec"),
        other => judge.lack(format!("résultat « {} » inconnu", other.unwrap_or("absent"))),
    }
    match (files, bytes) {
        (Some(0), _) | (_, Some(0)) => judge.fail("sauvegarde vide : aucun fichier ou aucun octet examiné"),
        (Some(files), Some(bytes)) => judge.prove(format!("{files} fichiers, {bytes} octets examinés")),
        _ => judge.lack("le rapport ne dit pas combien de fichiers et d'octets ont été examinés"),
    }
}
