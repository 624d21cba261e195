//! Veeam: report mails, and sessions as JSON from PowerShell.
//!
//! Written from documentation. The subject's `[Success]` alone proves nothing: the table of machines must be there.

use super::{Basis, Source, veeam_table as table};
use crate::Moment;
use crate::core::clock::{Certainty, epoch};
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
        rule: Rule { id: "veeam-mail", version: 2 },
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
        "success" | "réussite" | "succès" | "réussi" | "0" => return true,
        "warning" | "avertissement" | "1" => judge.degrade(format!("{of} : avertissement")),
        "failed" | "error" | "échec" | "erreur" | "canceled" | "cancelled" | "2" => {
            judge.fail(format!("{of} : échec"))
        }
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
    let cell = |label: &str| table::after(text, label);
    let begun = day(material);
    let clock = |label: &str| cell(label).and_then(|t| on_day(material, begun.as_ref(), t));
    let (start, end) = (clock("Start time").or(begun.clone()), clock("End time"));
    judge.happened_or_mail(end, material).started(start);
    let size = |label: &str| cell(label).and_then(size::bytes);
    judge.bytes(size("Data read").filter(|n| *n > 0).or_else(|| size("Total size")).or_else(|| size("Data read")));
    if let Some(moved) = size("Transferred") {
        judge.measure("bytes_added", moved);
    }
    if size("Total size") == Some(0) {
        judge.fail("sauvegarde vide : taille totale nulle");
    }
    let counted = |label: &str| table::all_after(text, label).find_map(|c| c.trim().parse::<u64>().ok());
    for (label, bad) in [("Warning", false), ("Error", true), ("Failed", true)] {
        if let Some(n) = counted(label).filter(|n| *n > 0) {
            if bad {
                judge.fail(format!("{n} machines en échec"));
            } else {
                judge.degrade(format!("{n} machines avec avertissement"));
            }
        }
    }
    processed(&mut judge, text);
    machines(&mut judge, text, counted("Success"), objects(material.subject()));
    vec![judge.fact()]
}

/// `2 of 3 VMs processed`.
fn processed(judge: &mut Judge, text: &str) {
    for line in text.lines().filter(|l| l.contains(" processed")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let counts = words.windows(3).find(|w| w[1] == "of").and_then(|w| Some((number(w[0])?, number(w[2])?)));
        if let Some((done, all)) = counts.filter(|(done, all)| done < all) {
            judge.degrade(format!("{done} machines traitées sur {all}"));
        }
    }
}

fn number(word: &str) -> Option<u64> {
    word.parse().ok()
}

/// `[Success] Job (3 machines)`: how many machines the job has.
fn objects(subject: &str) -> Option<u64> {
    subject.rsplit('(').next()?.split(' ').next()?.parse().ok()
}

/// The machines of the table: as many good ones as the report counts, as many at all as the subject says.
fn machines(judge: &mut Judge, text: &str, told: Option<u64>, objects: Option<u64>) {
    let (mut good, mut all) = (0u64, 0u64);
    let rows = table::machines(text);
    for (name, word) in &rows {
        judge.scope([name.as_str()]);
        all += 1;
        good += u64::from(result(judge, word, &format!("machine {name}")));
    }
    if let [(only, _)] = rows.as_slice() {
        judge.host(Some(only.as_str()));
    }
    if let Some(told) = told.filter(|told| good < *told && all > 0) {
        judge.lack(format!("{good} machines réussies dans le tableau, {told} annoncées : le rapport est incomplet"));
    }
    if let Some(objects) = objects.filter(|objects| all < *objects && all > 0) {
        judge.lack(format!("{all} machines dans le tableau, {objects} dans le travail"));
    }
    if good == 0 && judge.is_clean() {
        judge.lack("le tableau des machines manque : un objet seul ne prouve rien");
    } else if good > 0 {
        judge.measure("machines", good);
        judge.prove(format!("{good} machines sauvegardées"));
    }
}

/// When the session began, as the head of the report says; the line that tells who made the job tells another day.
fn day(material: &Material) -> Option<Moment> {
    let lines = || material.out.lines().filter(|l| !l.to_lowercase().contains("created by"));
    let mut moments = lines().filter_map(|l| material.moment(l));
    moments.find(|m| m.certainty != Certainty::DateOnly).or_else(|| lines().find_map(|l| material.moment(l)))
}

/// A time of day alone is of the day of the session, or of the next where it would lie before it began.
fn on_day(material: &Material, begun: Option<&Moment>, text: &str) -> Option<Moment> {
    if let Some(whole) = material.moment(text) {
        return Some(whole);
    }
    let mail = || material.mail.as_ref().and_then(|m| m.date.clone());
    let base = begun.cloned().or_else(mail)?;
    let moment = material.moment(&format!("{} {text}", base.date())).filter(|m| m.certainty != Certainty::DateOnly)?;
    let early = moment.seconds() < base.seconds();
    Some(match begun {
        Some(_) if early => moment.later(DAY),
        None if moment.seconds() > base.seconds() => moment.later(-DAY),
        _ => moment,
    })
}

/// Seconds of a day.
const DAY: i64 = 86_400;

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
fn powershell_date(value: &Value, material: &Material) -> Option<Moment> {
    let text = value.as_str().or_else(|| json::text(value, "DateTime")).or_else(|| json::text(value, "value"))?;
    match text.strip_prefix("/Date(") {
        Some(rest) => {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            epoch(digits.parse::<f64>().ok()? / 1000.0)
        }
        None => material.moment(text),
    }
}
