//! Veeam: report mails, and sessions as JSON from PowerShell.
//!
//! Written from documentation. The subject's `[Success]` alone proves nothing: the table of machines must be there.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::short;
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "veeam mail",
        about: "courriels de rapport de Veeam Backup & Replication et des agents Veeam",
        kind: Kind::Backup,
        basis: Basis::Documentation,
        rule: Rule { id: "veeam-mail", version: 1 },
        recognise: |m| {
            m.mail.is_some()
                && (bracketed(m.subject()).is_some() || m.out.contains("Veeam Backup") || m.out.contains("Veeam Agent"))
        },
        read: read_mail,
    },
    Source {
        name: "veeam json",
        about: "sessions Veeam exportées par PowerShell (Get-VBRBackupSession | ConvertTo-Json)",
        kind: Kind::Backup,
        basis: Basis::Documentation,
        rule: Rule { id: "veeam-json", version: 1 },
        recognise: |m| !sessions(m).is_empty(),
        read: read_json,
    },
];

/// `[Success] Job (3 objects)`: the word and what stands behind it.
fn bracketed(subject: &str) -> Option<(&str, &str)> {
    let (word, rest) = subject.trim().strip_prefix('[')?.split_once(']')?;
    let known = ["success", "warning", "failed", "error", "none", "réussite", "succès", "avertissement", "échec"];
    known.contains(&word.to_lowercase().as_str()).then_some((word, rest.trim()))
}

/// The judge hears one of Veeam's result words.
fn result(judge: &mut Judge, word: &str, of: &str) -> bool {
    match word.to_lowercase().as_str() {
        "success" | "réussite" | "succès" | "0" => return true,
        "warning" | "avertissement" | "1" => judge.degrade(format!("{of} : avertissement")),
        "failed" | "error" | "échec" | "erreur" | "2" => judge.fail(format!("{of} : échec")),
        _ => judge.lack(format!("{of} : résultat « {word} » inconnu, ou travail pas terminé")),
    }
    false
}

fn read_mail(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let text = &material.out;
    match bracketed(material.subject()) {
        Some((word, rest)) => {
            result(&mut judge, word, "objet du courriel");
            judge.job(rest.split(" (").next());
        }
        None => judge.lack("l'objet n'annonce aucun résultat connu"),
    }
    let cell = |label: &str| after(text, label);
    judge.happened_or_mail(cell("End time").and_then(|t| material.moment(t)), material);
    judge.started(cell("Start time").and_then(|t| material.moment(t)));
    judge.bytes(cell("Data read").or_else(|| cell("Total size")).and_then(size::bytes));
    if let Some(moved) = cell("Transferred").and_then(size::bytes) {
        judge.measure("bytes_added", moved);
    }
    for (label, bad) in [("Warning", false), ("Error", true), ("Failed", true)] {
        if let Some(n) = cell(label).and_then(|c| c.trim().parse::<u64>().ok()).filter(|n| *n > 0) {
            if bad {
                judge.fail(format!("{n} machines en échec"));
            } else {
                judge.degrade(format!("{n} machines avec avertissement"));
            }
        }
    }
    let mut good = 0u64;
    for (name, word) in machines(text) {
        judge.scope([name.as_str()]);
        good += u64::from(result(&mut judge, &word, &format!("machine {name}")));
    }
    if good == 0 && judge.is_clean() {
        judge.lack("le tableau des machines manque : un objet seul ne prouve rien");
    } else if good > 0 {
        judge.measure("machines", good);
        judge.prove(format!("{good} machines sauvegardées"));
    }
    vec![judge.fact()]
}

/// The cell behind a label, in a row of cells parted by tabs, or on the next line.
fn after<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut cells = line.split('\t').map(str::trim);
        if cells.any(|c| c.trim_end_matches(':') == label) {
            let next = cells.find(|c| !c.is_empty());
            return next.or_else(|| lines.next().map(str::trim)).filter(|c| !c.is_empty());
        }
        if let Some(rest) = line.trim().strip_prefix(label).and_then(|r| r.strip_prefix(':')) {
            return Some(rest.trim());
        }
    }
    None
}

/// Rows whose second cell is a result, below the head `Name  Status  Start time`.
fn machines(text: &str) -> Vec<(String, String)> {
    let head = |l: &&str| {
        let cells: Vec<String> = l.split('\t').map(|c| c.trim().to_lowercase()).collect();
        matches!(cells.as_slice(), [name, status, ..] if (name == "name" || name == "nom" || name == "object") && (status == "status" || status == "état" || status == "statut"))
    };
    let below = text.lines().skip_while(|l| !head(l)).skip(1);
    let rows = below.filter_map(|l| {
        let mut cells = l.split('\t').map(str::trim);
        let (name, word) = (cells.next()?, cells.next()?);
        let known =
            ["success", "warning", "failed", "error", "réussite", "avertissement", "échec", "pending", "canceled"];
        (known.contains(&word.to_lowercase().as_str()) && !name.is_empty()).then(|| (name.to_owned(), word.to_owned()))
    });
    rows.take(5_000).collect()
}

fn sessions(material: &Material) -> Vec<&Value> {
    let Some(value) = &material.json else { return Vec::new() };
    let is = |v: &&Value| {
        json::at(v, "Result").is_some()
            && (json::at(v, "JobName").is_some() || json::at(v, "Name").is_some())
            && (json::at(v, "EndTime").is_some() || json::at(v, "CreationTime").is_some())
    };
    match value {
        Value::Array(list) => list.iter().filter(is).collect(),
        _ => Some(value).filter(is).into_iter().collect(),
    }
}

/// One fact a session.
fn read_json(material: &Material, source: &Source) -> Vec<Fact> {
    sessions(material).into_iter().take(5_000).map(|session| one(session, material, source)).collect()
}

fn one(session: &Value, material: &Material, source: &Source) -> Fact {
    let mut judge = source.judge();
    let word = |path: &str| {
        json::at(session, path).map(|v| match v {
            Value::String(s) => s.clone(),
            Value::Object(_) => {
                json::at(v, "value").or_else(|| json::at(v, "Value")).map(ToString::to_string).unwrap_or_default()
            }
            other => other.to_string(),
        })
    };
    let name = json::text(session, "JobName").or_else(|| json::text(session, "Name")).unwrap_or_default();
    judge.job(Some(name));
    let date = |key: &str| json::at(session, key).and_then(|v| powershell_date(v, material));
    judge.happened(date("EndTime").or_else(|| date("CreationTime"))).started(date("CreationTime"));
    judge.host(json::text(session, "ComputerName").or_else(|| json::text(session, "ObjectName")));
    judge.scope(json::texts(session, "Objects")).scope(json::text(session, "ObjectName"));
    let bytes = [
        "ProcessedSize",
        "Progress/ProcessedSize",
        "Info/Progress/ProcessedSize",
        "BackupStats/DataSize",
        "TransferedSize",
    ];
    let bytes = bytes.iter().find_map(|p| json::count(session, p));
    judge.bytes(bytes);
    let good = result(&mut judge, &word("Result").unwrap_or_default(), &format!("travail {}", short(name)));
    if let Some(state) = word("State").filter(|s| !matches!(s.to_lowercase().as_str(), "stopped" | "-1" | "idle")) {
        judge.lack(format!("le travail n'est pas terminé (état {state})"));
    }
    match bytes {
        Some(0) => judge.fail("sauvegarde vide"),
        _ if good && date("EndTime").is_some() => judge.prove("session terminée avec succès"),
        _ if good => judge.lack("la session n'a pas de date de fin"),
        _ => {}
    }
    judge.fact()
}

/// Dates of PowerShell: `/Date(1795321706000)/`, an object with `DateTime`, or a text.
fn powershell_date(value: &Value, material: &Material) -> Option<crate::Moment> {
    let text = value.as_str().or_else(|| json::text(value, "DateTime")).or_else(|| json::text(value, "value"))?;
    match text.strip_prefix("/Date(") {
        Some(rest) => {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            epoch(digits.parse::<f64>().ok()? / 1000.0)
        }
        None => material.moment(text),
    }
}
