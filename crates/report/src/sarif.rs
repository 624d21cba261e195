//! SARIF 2.1.0, for tools that gather findings. One run; a result for each point that applies, its words located
//! by character offset in the text that was read, which the run carries so that the offsets mean something.

use crate::{Assessed, Catalogue, Report};
use contract::{Document, PointVerdict, Quote, Severity, Verdict};
use serde_json::{Value, json};
use std::io::{self, Write};

/// The schema that the log obeys.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the log. `version` is the program's.
///
/// # Errors
/// When `out` can't be written.
pub fn write(report: &Report<'_>, version: &str, mut out: impl Write) -> io::Result<()> {
    let results: Vec<Value> = report
        .documents
        .iter()
        .enumerate()
        .flat_map(|(at, assessed)| results(report.catalogue, assessed, at))
        .collect();
    let artifacts: Vec<Value> = report.documents.iter().map(artifact).collect();
    let notifications: Vec<Value> = report
        .failures
        .iter()
        .map(|failure| {
            json!({
                "level": "error",
                "message": { "text": failure.message },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(failure.file) } } }],
            })
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Clausule",
                "version": version,
                "language": "fr",
                "rules": rules(report.catalogue),
            }},
            "language": "fr",
            "columnKind": "unicodeCodePoints",
            "artifacts": artifacts,
            "results": results,
            "invocations": [{
                "executionSuccessful": report.failures.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
        }],
    });
    serde_json::to_writer_pretty(&mut out, &log)?;
    writeln!(out)
}

fn rules(catalogue: &Catalogue) -> Vec<Value> {
    let rule = |point: &crate::PointInfo| {
        json!({
            "id": point.id,
            "name": point.title,
            "shortDescription": { "text": sentence(&point.title) },
            "fullDescription": { "text": sentence(&point.why) },
            "help": { "text": sentence(&point.ask) },
            "properties": { "category": point.category_title },
        })
    };
    catalogue.points().iter().map(rule).collect()
}

/// A text that is never empty, as SARIF wants.
fn sentence(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

fn artifact(assessed: &Assessed<'_>) -> Value {
    json!({
        "location": { "uri": uri(assessed.file) },
        "roles": ["analysisTarget"],
        "contents": { "text": assessed.document.text },
    })
}

fn results(catalogue: &Catalogue, assessed: &Assessed<'_>, artifact: usize) -> Vec<Value> {
    let offsets = Offsets::of(&assessed.document.text);
    let applies = assessed.assessment.verdicts.iter().filter(|verdict| verdict.verdict != Verdict::NotApplicable);
    applies.map(|verdict| result(catalogue, assessed, verdict, artifact, &offsets)).collect()
}

fn result(
    catalogue: &Catalogue,
    assessed: &Assessed<'_>,
    verdict: &PointVerdict,
    artifact: usize,
    offsets: &Offsets,
) -> Value {
    let rule = catalogue.points().iter().position(|point| point.id == verdict.point);
    let (kind, level) = kind_and_level(verdict);
    let title = catalogue.title(&verdict.point);
    let text = format!("{title} : {}. {}", verdict.verdict.label(), verdict.reason);
    let quotes = verdict.quotes.iter().chain(&verdict.contrary);
    let mut locations: Vec<Value> = quotes.map(|quote| location(assessed, quote, artifact, offsets)).collect();
    if locations.is_empty() {
        locations.push(json!({ "physicalLocation": { "artifactLocation": place(assessed.file, artifact) } }));
    }
    let mut result = json!({
        "ruleId": verdict.point,
        "kind": kind,
        "level": level,
        "message": { "text": text.trim() },
        "locations": locations,
        "partialFingerprints": { "clausule/v1": format!("{}/{}", assessed.file, verdict.point) },
        "properties": {
            "verdict": verdict.verdict,
            "severity": verdict.severity,
            "sure": verdict.sure,
        },
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = rule.into();
    }
    if let Some(absence) = &verdict.absence {
        result["properties"]["lookedFor"] = json!(absence.looked_for);
        let near: Vec<Value> = absence
            .nearest
            .iter()
            .enumerate()
            .map(|(at, near)| {
                let mut place = location(assessed, &near.quote, artifact, offsets);
                place["id"] = at.into();
                place["message"] = json!({ "text": sentence(&near.reason) });
                place
            })
            .collect();
        result["relatedLocations"] = near.into();
    }
    result
}

fn kind_and_level(verdict: &PointVerdict) -> (&'static str, &'static str) {
    match (verdict.verdict, verdict.severity) {
        (Verdict::Satisfied, _) => ("pass", "none"),
        (Verdict::NotReadable, _) => ("open", "none"),
        (Verdict::NotApplicable, _) => ("notApplicable", "none"),
        (_, Severity::Bloquant) => ("fail", "error"),
        (_, Severity::Majeur) => ("fail", "warning"),
        (_, Severity::Mineur) => ("fail", "note"),
    }
}

fn place(file: &str, artifact: usize) -> Value {
    json!({ "uri": uri(file), "index": artifact })
}

fn location(assessed: &Assessed<'_>, quote: &Quote, artifact: usize, offsets: &Offsets) -> Value {
    let Document { text, .. } = assessed.document;
    let (start, end) = (offsets.at(text, quote.start), offsets.at(text, quote.end));
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": place(assessed.file, artifact),
            "region": {
                "charOffset": start,
                "charLength": end - start,
                "snippet": { "text": text.get(quote.start..quote.end).unwrap_or(&quote.text) },
            },
        },
        "properties": { "page": quote.page, "ocr": quote.ocr },
    });
    if !quote.article.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": quote.article, "kind": "article" }]);
    }
    location
}

/// Characters counted every so many bytes, so that an offset costs a short walk.
struct Offsets {
    marks: Vec<usize>,
}

impl Offsets {
    const STEP: usize = 4096;

    fn of(text: &str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / Self::STEP + 1);
        for (characters, (byte, _)) in text.char_indices().enumerate() {
            while marks.len() * Self::STEP <= byte {
                // The first character at or after the mark: as many characters begin before it.
                marks.push(characters);
            }
        }
        Self { marks }
    }

    /// Characters before the byte; a byte beyond the text counts as its end.
    fn at(&self, text: &str, byte: usize) -> usize {
        let byte = byte.min(text.len());
        let mark = (byte / Self::STEP).min(self.marks.len().saturating_sub(1));
        let mut from = mark * Self::STEP;
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let known = self.marks.get(mark).copied().unwrap_or(0);
        known + text.get(from..byte).map_or(0, |rest| rest.chars().count())
    }
}

/// A file's name as a relative reference: what is not plain in an address is escaped by its bytes.
pub(crate) fn uri(file: &str) -> String {
    let mut out = String::new();
    for byte in file.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_characters() {
        let text = "éà€ ".repeat(5_000);
        let offsets = Offsets::of(&text);
        for byte in (0..=text.len()).filter(|byte| text.is_char_boundary(*byte)).step_by(997) {
            assert_eq!(offsets.at(&text, byte), text[..byte].chars().count(), "{byte}");
        }
        assert_eq!(offsets.at(&text, usize::MAX), text.chars().count());
        assert_eq!(Offsets::of("").at("", 3), 0);
    }

    #[test]
    fn names_become_references() {
        assert_eq!(uri("dossier été/a b.pdf"), "dossier%20%C3%A9t%C3%A9/a%20b.pdf");
        assert_eq!(uri("C:\\a.pdf"), "C%3A/a.pdf");
    }
}
