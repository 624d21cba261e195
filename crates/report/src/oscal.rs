//! OSCAL assessment-results 1.1.2 in JSON, for governance tools. Identifiers are drawn from what they name, so
//! that the same contract gives the same file.

use crate::{Assessed, Catalogue, Report, sarif};
use contract::{PointVerdict, Quote, Verdict};
use paper::Date;
use serde_json::{Value, json};
use std::io::{self, Write};
use uuid::Uuid;

/// Under which every identifier is drawn.
const SPACE: Uuid = Uuid::from_u128(0x2f4a_51d6_2a0c_5b61_9c0e_7f1c_a05e_11aa);
/// The namespace of our properties.
const NS: &str = "https://clausule.invalid/ns/oscal";

/// Writes the results. `version` is the program's; `date` is the day of the assessment.
///
/// # Errors
/// When `out` can't be written.
pub fn write(report: &Report<'_>, version: &str, date: Date, mut out: impl Write) -> io::Result<()> {
    let day = format!("{:04}-{:02}-{:02}T00:00:00Z", date.year, date.month, date.day);
    let catalogue = id(&["catalogue"]);
    let results: Vec<Value> =
        report.documents.iter().map(|assessed| result(report.catalogue, assessed, &day)).collect();
    let mut resources = vec![json!({
        "uuid": catalogue,
        "title": "Catalogue de points de Clausule",
        "description": "Les points que Clausule vérifie dans un contrat d'infogérance ; chacun est une page du catalogue (clausule points).",
    })];
    resources.extend(report.documents.iter().map(|assessed| {
        json!({
            "uuid": document_id(assessed),
            "title": assessed.file,
            "rlinks": [{ "href": sarif::uri(assessed.file) }],
        })
    }));
    let names: Vec<&str> = report.documents.iter().map(|assessed| assessed.file).collect();
    let mut document = json!({ "assessment-results": {
        "uuid": id(&["results", &day, &names.join("\n")]),
        "metadata": {
            "title": "Examen de contrats par Clausule",
            "last-modified": day,
            "version": version,
            "oscal-version": "1.1.2",
        },
        "import-ap": {
            "href": format!("#{catalogue}"),
            "remarks": "Le plan d'évaluation est le catalogue de points lui-même.",
        },
        "results": results,
        "back-matter": { "resources": resources },
    }});
    if !report.failures.is_empty() {
        let failed: Vec<String> =
            report.failures.iter().map(|failure| format!("{} : {}", failure.file, failure.message)).collect();
        document["assessment-results"]["metadata"]["remarks"] =
            format!("Fichiers qui n'ont pas pu être lus : {}", failed.join(" ; ")).into();
    }
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}

fn id(parts: &[&str]) -> Uuid {
    Uuid::new_v5(&SPACE, parts.join("\u{1f}").as_bytes())
}

fn document_id(assessed: &Assessed<'_>) -> Uuid {
    id(&["document", assessed.file, &assessed.document.text])
}

/// A point's id as an OSCAL token.
fn token(point: &str) -> String {
    point.to_lowercase()
}

fn result(catalogue: &Catalogue, assessed: &Assessed<'_>, day: &str) -> Value {
    let document = document_id(assessed);
    let profile = assessed.assessment.profile;
    let applicable: Vec<&PointVerdict> =
        assessed.assessment.verdicts.iter().filter(|verdict| verdict.verdict != Verdict::NotApplicable).collect();
    let selection = if applicable.is_empty() {
        json!({ "description": "Aucun point ne s'applique à ce profil.", "include-all": {} })
    } else {
        let controls: Vec<Value> =
            applicable.iter().map(|verdict| json!({ "control-id": token(&verdict.point) })).collect();
        json!({ "description": format!("Points du profil « {} »", profile.label()), "include-controls": controls })
    };
    let mut result = json!({
        "uuid": id(&["result", &document.to_string(), profile.name(), day]),
        "title": assessed.file,
        "description": crate::summary::sentences(catalogue, assessed).join(" "),
        "start": day,
        "props": [{ "name": "profile", "ns": NS, "value": profile.name() }],
        "reviewed-controls": { "control-selections": [selection] },
    });
    if !applicable.is_empty() {
        let observations: Vec<Value> =
            applicable.iter().map(|verdict| observation(catalogue, verdict, document, day)).collect();
        let findings: Vec<Value> = applicable.iter().map(|verdict| finding(catalogue, verdict, document)).collect();
        result["observations"] = observations.into();
        result["findings"] = findings.into();
    }
    result
}

fn observation_id(document: Uuid, verdict: &PointVerdict) -> Uuid {
    id(&["observation", &document.to_string(), &verdict.point])
}

fn observation(catalogue: &Catalogue, verdict: &PointVerdict, document: Uuid, day: &str) -> Value {
    let mut observation = json!({
        "uuid": observation_id(document, verdict),
        "title": catalogue.title(&verdict.point),
        "description": words(&verdict.reason, verdict.verdict.label()),
        "methods": ["EXAMINE"],
        "types": ["finding"],
        "collected": day,
        "props": [
            { "name": "verdict", "ns": NS, "value": verdict.verdict.label() },
            { "name": "severity", "ns": NS, "value": verdict.severity.label() },
            { "name": "sure", "ns": NS, "value": if verdict.sure { "oui" } else { "non" } },
        ],
    });
    let mut evidence: Vec<Value> =
        verdict.quotes.iter().chain(&verdict.contrary).map(|quote| passage(quote, document)).collect();
    if let Some(absence) = &verdict.absence {
        if !absence.looked_for.is_empty() {
            observation["remarks"] = format!("Cherché : {}", absence.looked_for.join(", ")).into();
        }
        evidence.extend(absence.nearest.iter().map(|near| {
            let mut passage = passage(&near.quote, document);
            passage["remarks"] = format!("Passage écarté : {}", near.reason).into();
            passage
        }));
    }
    if !evidence.is_empty() {
        observation["relevant-evidence"] = evidence.into();
    }
    observation
}

fn passage(quote: &Quote, document: Uuid) -> Value {
    let mut props = vec![json!({ "name": "byte-range", "ns": NS, "value": format!("{}-{}", quote.start, quote.end) })];
    if quote.page > 0 {
        props.push(json!({ "name": "page", "ns": NS, "value": quote.page.to_string() }));
    }
    if !quote.article.trim().is_empty() {
        props.push(json!({ "name": "article", "ns": NS, "value": quote.article.trim() }));
    }
    json!({
        "href": format!("#{document}"),
        "description": words(&quote.text, "passage"),
        "props": props,
    })
}

/// A text that is never empty, as OSCAL wants.
fn words<'w>(text: &'w str, otherwise: &'w str) -> &'w str {
    if text.trim().is_empty() { otherwise } else { text.trim() }
}

fn finding(catalogue: &Catalogue, verdict: &PointVerdict, document: Uuid) -> Value {
    let satisfied = verdict.verdict == Verdict::Satisfied;
    let info = catalogue.get(&verdict.point);
    let description = info.map_or("", |info| if satisfied { info.why.as_str() } else { info.ask.as_str() });
    let mut status = json!({ "state": if satisfied { "satisfied" } else { "not-satisfied" } });
    if verdict.verdict == Verdict::NotReadable {
        status["reason"] = "other".into();
        status["remarks"] = "Des pages n'ont pas pu être lues : le point reste sans réponse.".into();
    }
    json!({
        "uuid": id(&["finding", &document.to_string(), &verdict.point]),
        "title": catalogue.title(&verdict.point),
        "description": words(description, catalogue.title(&verdict.point)),
        "target": {
            "type": "objective-id",
            "target-id": token(&verdict.point),
            "status": status,
        },
        "related-observations": [{ "observation-uuid": observation_id(document, verdict) }],
    })
}
