//! Duplicati: report as JSON (HTTP) or as `Key: value` lines (mail).
//!
//! Written from the source code. The default subject carries no status: `ParsedResult` is decisive, with the counters.

use super::{Basis, Source};
use crate::Moment;
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::{between, short, value};
use serde_json::Value;

pub const SOURCES: &[Source] = &[Source {
    name: "duplicati",
    about: "rapports Duplicati, JSON (HTTP) ou courriel",
    kind: Kind::Backup,
    basis: Basis::Documentation,
    rule: Rule { id: "duplicati", version: 2 },
    recognise: |m| {
        report(m).is_some()
            || (m.out.contains("ParsedResult: ") || m.out.contains("MainOperation: "))
            || (m.subject().contains("Duplicati") && m.out.lines().any(|l| l.starts_with("Failed: ")))
    },
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

/// The value of a name in the lines of a mail; a part of the operation reports indented, below its own title.
fn line<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let own = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(": "));
    own.or_else(|| value(text, &format!("{name}: "))).map(str::trim)
}

/// A date with, in parentheses, the seconds since 1970.
fn dated(text: &str, material: &Material) -> Option<Moment> {
    let seconds = between(text, "(", ")").filter(|s| s.len() == 10).and_then(|s| s.parse::<f64>().ok());
    seconds.and_then(epoch).or_else(|| material.moment(text))
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let report = report(material);
    let field = |name: &str| -> Option<String> {
        match report {
            Some(r) => json::at(r, name).map(|v| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned)),
            None => line(&material.out, name).map(ToOwned::to_owned),
        }
    };
    let date = |name: &str| field(name).and_then(|t| dated(&t, material));
    judge.happened_or_mail(date("EndTime").or_else(|| date("BeginTime")), material).started(date("BeginTime"));
    if let Some(whole) = &material.json {
        judge.job(json::text(whole, "Extra/backup-name")).host(json::text(whole, "Extra/machine-name"));
        if let Some(error) = json::at(whole, "Exception").filter(|e| !e.is_null()) {
            judge.fail(format!("Duplicati : {}", short(&error.to_string())));
        }
    } else {
        judge.job(material.subject().split(" report for ").nth(1));
    }
    for line in material.out.lines().filter(|l| l.starts_with("Failed: ") || l.starts_with("Error: ")) {
        judge.fail(format!("Duplicati : {}", short(line)));
    }
    judge.version(field("Version").and_then(|v| v.split_whitespace().next().map(ToOwned::to_owned)));
    let count = |name: &str| field(name).and_then(|v| v.split_whitespace().next()?.parse::<u64>().ok());
    outcome(&mut judge, field("ParsedResult").as_deref(), &count, &field);
    parts(&mut judge, material);
    for (name, what) in [("ErrorsActualLength", "erreurs"), ("WarningsActualLength", "avertissements")] {
        if let Some(n) = count(name).filter(|n| *n > 0) {
            judge.degrade(format!("{n} {what} pendant l'opération"));
        }
    }
    let mut fact = judge.fact();
    fact.kind = match field("MainOperation").as_deref() {
        Some("Restore") => Kind::Restore,
        Some("Test" | "Verify") => Kind::Integrity,
        Some("Delete" | "Compact") => Kind::Retention,
        _ => Kind::Backup,
    };
    vec![fact]
}

/// The parts of an operation (test, compacting) have results of their own.
fn parts(judge: &mut Judge, material: &Material) {
    let mut results: Vec<&str> = material.out.lines().filter_map(|l| l.trim().strip_prefix("ParsedResult: ")).collect();
    if let Some(value) = &material.json {
        nested(value, 0, &mut results);
    }
    for result in results {
        match result.trim() {
            "Warning" => judge.degrade("une partie de l'opération a un avertissement"),
            "Error" | "Fatal" => judge.fail("une partie de l'opération est en échec"),
            _ => {}
        }
    }
}

fn nested<'a>(value: &'a Value, depth: usize, out: &mut Vec<&'a str>) {
    const DEPTH: usize = 6;
    if let Some(map) = value.as_object().filter(|_| depth < DEPTH) {
        out.extend(map.get("ParsedResult").and_then(Value::as_str));
        map.values().for_each(|v| nested(v, depth + 1, out));
    }
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
