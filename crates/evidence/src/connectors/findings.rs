//! SARIF, pip-audit and npm audit: an empty list of findings proves nothing unless the scan is known to have run.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::core::text::short;
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "sarif",
        about: "résultats SARIF 2.1",
        kind: Kind::Scan,
        basis: Basis::Documentation,
        rule: Rule { id: "sarif", version: 1 },
        recognise: |m| {
            m.json.as_ref().is_some_and(|v| {
                json::at(v, "runs").is_some_and(Value::is_array)
                    && (json::at(v, "version").is_some() || json::at(v, "$schema").is_some())
            })
        },
        read: read_sarif,
    },
    Source {
        name: "pip-audit",
        about: "pip-audit -f json",
        kind: Kind::Scan,
        basis: Basis::Ran,
        rule: Rule { id: "pip-audit", version: 1 },
        recognise: |m| dependencies(m).is_some() || m.all.contains("No known vulnerabilities found"),
        read: read_pip,
    },
    Source {
        name: "npm audit",
        about: "npm audit --json",
        kind: Kind::Scan,
        basis: Basis::Documentation,
        rule: Rule { id: "npm-audit", version: 1 },
        recognise: |m| {
            m.json.as_ref().is_some_and(|v| {
                json::at(v, "auditReportVersion").is_some()
                    || json::at(v, "metadata/vulnerabilities").is_some()
                    || (json::at(v, "error").is_some() && json::at(v, "statusCode").is_some())
            })
        },
        read: read_npm,
    },
];

/// One fact a run.
fn read_sarif(material: &Material, source: &Source) -> Vec<Fact> {
    let runs = material.json.as_ref().map_or(&[][..], |v| json::list(v, "runs"));
    runs.iter().take(1_000).map(|run| one_run(run, material, source)).collect()
}

fn one_run(run: &Value, material: &Material, source: &Source) -> Fact {
    let mut judge = source.judge();
    judge
        .job(json::text(run, "tool/driver/name"))
        .version(json::text(run, "tool/driver/version").or_else(|| json::text(run, "tool/driver/semanticVersion")));
    let invocations = json::list(run, "invocations");
    let last = invocations.last();
    let date = |key: &str| last.and_then(|i| json::text(i, key)).and_then(|t| material.moment(t));
    judge.happened_or_mail(date("endTimeUtc").or_else(|| date("startTimeUtc")), material).started(date("startTimeUtc"));
    judge.host(last.and_then(|i| json::text(i, "machine")));
    judge.scope(json::list(run, "artifacts").iter().filter_map(|a| json::text(a, "location/uri")));
    match last.and_then(|i| json::at(i, "executionSuccessful")) {
        Some(Value::Bool(true)) => judge.prove("l'examen s'est exécuté jusqu'au bout"),
        Some(Value::Bool(false)) => judge.fail("l'examen ne s'est pas exécuté jusqu'au bout"),
        _ => judge.lack("le rapport ne dit pas que l'examen s'est exécuté (executionSuccessful)"),
    }
    if invocations.iter().any(|i| json::at(i, "executionSuccessful") == Some(&Value::Bool(false))) {
        judge.fail("une exécution a échoué");
    }
    if json::at(run, "results").is_none_or(Value::is_null) {
        judge.lack("le rapport n'a pas de liste de résultats");
    }
    let level = |name: &str| {
        json::list(run, "results")
            .iter()
            .filter(|r| json::text(r, "level").unwrap_or("warning") == name && json::list(r, "suppressions").is_empty())
            .count()
    };
    let (errors, warnings) = (level("error"), level("warning"));
    judge.measure("errors", errors).measure("warnings", warnings);
    if errors > 0 {
        judge.fail(format!("{errors} résultats graves"));
    }
    if warnings > 0 {
        judge.degrade(format!("{warnings} résultats moyens"));
    }
    judge.fact()
}

fn dependencies(material: &Material) -> Option<&[Value]> {
    let value = material.json.as_ref()?;
    let list = json::at(value, "dependencies").and_then(Value::as_array).map(Vec::as_slice);
    list.filter(|l| {
        l.iter().all(|d| {
            json::at(d, "name").is_some() && (json::at(d, "vulns").is_some() || json::at(d, "skip_reason").is_some())
        })
    })
}

fn read_pip(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    let all = dependencies(material).unwrap_or_default();
    let skipped = all.iter().filter(|d| json::at(d, "skip_reason").is_some()).count();
    let looked = all.len() - skipped;
    let weak: Vec<&str> =
        all.iter().filter(|d| !json::list(d, "vulns").is_empty()).filter_map(|d| json::text(d, "name")).collect();
    judge.scope(all.iter().filter(|d| json::at(d, "skip_reason").is_none()).filter_map(|d| json::text(d, "name")));
    judge
        .measure("dependencies_audited", looked)
        .measure("dependencies_skipped", skipped)
        .measure("vulnerable", weak.len());
    if !weak.is_empty() {
        judge.fail(format!("{} dépendances vulnérables : {}", weak.len(), short(&weak.join(", "))));
    }
    if looked == 0 {
        judge.lack("aucune dépendance n'a été examinée : l'outil n'a pas pu regarder");
    } else if skipped > 0 {
        judge.degrade(format!("{skipped} dépendances sur {} n'ont pas été examinées", all.len()));
    } else {
        judge.prove(format!("{looked} dépendances examinées, aucune vulnérable"));
    }
    match material.code {
        Some(1) if judge.has_failed() => {}
        _ => judge.exit(material, &[], false),
    }
    vec![judge.fact()]
}

fn read_npm(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(value) = &material.json else { return Vec::new() };
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    if json::at(value, "error").is_some() || json::count(value, "statusCode").is_some_and(|c| c >= 400) {
        judge.lack(format!("npm n'a pas pu regarder : {}", short(json::text(value, "message").unwrap_or("erreur"))));
        return vec![judge.fact()];
    }
    let number = |level: &str| json::count(value, &format!("metadata/vulnerabilities/{level}"));
    let total =
        json::count(value, "metadata/dependencies/total").or_else(|| json::count(value, "metadata/totalDependencies"));
    judge.measure("dependencies_audited", total.unwrap_or(0));
    let grave = number("critical").unwrap_or(0) + number("high").unwrap_or(0);
    let light = number("moderate").unwrap_or(0) + number("low").unwrap_or(0);
    if grave > 0 {
        judge.fail(format!("{grave} vulnérabilités graves"));
    }
    if light > 0 {
        judge.degrade(format!("{light} vulnérabilités moins graves"));
    }
    match (total, number("critical"), number("high")) {
        (Some(0), ..) => judge.lack("aucune dépendance n'a été examinée"),
        (Some(total), Some(_), Some(_)) => judge.prove(format!("{total} dépendances examinées")),
        _ => judge.lack("le compte des vulnérabilités ou des dépendances manque"),
    }
    vec![judge.fact()]
}
