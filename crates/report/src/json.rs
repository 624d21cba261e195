//! JSON: `clausule/assessment/1`, described in `docs/json-schema.md`. Documents are written one at a time, so a
//! run over thousands of contracts holds only one.

use crate::summary::{self, Counts};
use crate::{Assessed, Catalogue, Failure, Report};
use contract::{
    Absence, Commitment, Fact, Format, PageState, PointVerdict, Profile, ProviderView, Quote, Severity, StaleReference,
    Verdict,
};
use serde::Serialize;
use std::io::{self, Write};

/// The schema's name and version; the number rises when a reader of the former shape would break.
pub const SCHEMA: &str = "clausule/assessment/1";

#[derive(Serialize)]
struct DocumentJson<'a> {
    file: &'a str,
    format: Format,
    pages: usize,
    unreadable_pages: Vec<UnreadableJson<'a>>,
    ocr_pages: Vec<u32>,
    profile: Profile,
    profile_proposed: bool,
    facts: &'a [Fact],
    parties: PartiesJson<'a>,
    remarks: &'a [String],
    problems: &'a [contract::Problem],
    summary: SummaryJson<'a>,
    categories: Vec<CategoryJson<'a>>,
    verdicts: Vec<VerdictJson<'a>>,
    commitments: &'a [Commitment],
    stale_references: &'a [StaleReference],
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_view: Option<&'a ProviderView>,
}

#[derive(Serialize)]
struct UnreadableJson<'a> {
    page: u32,
    reason: &'a str,
}

#[derive(Serialize)]
struct PartiesJson<'a> {
    provider: &'a [String],
    client: &'a [String],
}

#[derive(Serialize)]
struct SummaryJson<'a> {
    counts: Counts,
    score: Option<u8>,
    sentences: [String; 3],
    worst: Vec<&'a str>,
}

#[derive(Serialize)]
struct CategoryJson<'a> {
    category: &'a str,
    title: &'a str,
    score: Option<u8>,
    counts: Counts,
}

#[derive(Serialize)]
struct VerdictJson<'a> {
    point: &'a str,
    title: &'a str,
    category: &'a str,
    verdict: Verdict,
    severity: Severity,
    sure: bool,
    quotes: &'a [Quote],
    reason: &'a str,
    contrary: &'a [Quote],
    absence: Option<&'a Absence>,
    why: Option<&'a str>,
    ask: Option<&'a str>,
}

#[derive(Serialize)]
struct FailureJson<'a> {
    file: &'a str,
    message: &'a str,
}

fn verdict_json<'a>(catalogue: &'a Catalogue, verdict: &'a PointVerdict) -> VerdictJson<'a> {
    let info = catalogue.get(&verdict.point);
    VerdictJson {
        point: &verdict.point,
        title: catalogue.title(&verdict.point),
        category: catalogue.category(&verdict.point),
        verdict: verdict.verdict,
        severity: verdict.severity,
        sure: verdict.sure,
        quotes: &verdict.quotes,
        reason: &verdict.reason,
        contrary: &verdict.contrary,
        absence: verdict.absence.as_ref(),
        why: info.map(|info| info.why.as_str()),
        ask: info.map(|info| info.ask.as_str()),
    }
}

fn document_json<'a>(catalogue: &'a Catalogue, assessed: &Assessed<'a>) -> DocumentJson<'a> {
    let Assessed { file, document, assessment } = *assessed;
    let unreadable_pages = document.pages.iter().filter_map(|page| match &page.state {
        PageState::Unreadable { reason } => Some(UnreadableJson { page: page.number, reason }),
        _ => None,
    });
    let categories = summary::categories(catalogue, assessment);
    DocumentJson {
        file,
        format: document.format,
        pages: document.pages.len(),
        unreadable_pages: unreadable_pages.collect(),
        ocr_pages: document.ocr_pages().map(|page| page.number).collect(),
        profile: assessment.profile,
        profile_proposed: assessment.profile_proposed,
        facts: &assessment.facts,
        parties: PartiesJson { provider: &assessment.provider_names, client: &assessment.client_names },
        remarks: &assessment.remarks,
        problems: &document.problems,
        summary: SummaryJson {
            counts: Counts::of(&assessment.verdicts),
            score: summary::score(&assessment.verdicts),
            sentences: summary::sentences(catalogue, assessed),
            worst: summary::worst_gaps(assessment, 10).into_iter().map(|gap| gap.point.as_str()).collect(),
        },
        categories: categories
            .iter()
            .map(|c| CategoryJson { category: c.code, title: c.title, score: c.score, counts: c.counts })
            .collect(),
        verdicts: assessment.verdicts.iter().map(|verdict| verdict_json(catalogue, verdict)).collect(),
        commitments: &assessment.commitments,
        stale_references: &assessment.stale_references,
        provider_view: assessment.provider_view.as_ref(),
    }
}

/// The schema of a line of JSON Lines.
pub const LINE_SCHEMA: &str = "clausule/line/1";

#[derive(Serialize)]
struct LineJson<'a> {
    schema: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<DocumentJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureJson<'a>>,
}

/// One document as a line of JSON Lines, its end included.
pub fn line(catalogue: &Catalogue, assessed: &Assessed<'_>) -> Vec<u8> {
    line_of(&LineJson { schema: LINE_SCHEMA, document: Some(document_json(catalogue, assessed)), failure: None })
}

/// A file that could not be read as a line of JSON Lines, its end included.
pub fn failure_line(failure: &Failure<'_>) -> Vec<u8> {
    let failure = FailureJson { file: failure.file, message: failure.message };
    line_of(&LineJson { schema: LINE_SCHEMA, document: None, failure: Some(failure) })
}

fn line_of(line: &LineJson<'_>) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(line).expect("plain data becomes JSON");
    bytes.push(b'\n');
    bytes
}

/// Writes documents as they come; [`JsonWriter::finish`] closes the array and adds the files that failed.
pub struct JsonWriter<'c, W: Write> {
    out: W,
    catalogue: &'c Catalogue,
    empty: bool,
}

impl<'c, W: Write> JsonWriter<'c, W> {
    /// Opens the object.
    pub fn new(mut out: W, catalogue: &'c Catalogue) -> io::Result<Self> {
        write!(out, "{{\"schema\":\"{SCHEMA}\",\"documents\":[")?;
        Ok(Self { out, catalogue, empty: true })
    }

    /// Writes one document, on a line of its own.
    pub fn push(&mut self, assessed: &Assessed<'_>) -> io::Result<()> {
        self.out.write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        serde_json::to_writer(&mut self.out, &document_json(self.catalogue, assessed))?;
        Ok(())
    }

    /// Closes the object and gives the output back.
    pub fn finish(mut self, failures: &[Failure<'_>]) -> io::Result<W> {
        let failures: Vec<FailureJson<'_>> =
            failures.iter().map(|failure| FailureJson { file: failure.file, message: failure.message }).collect();
        self.out.write_all(b"\n],\"failures\":")?;
        serde_json::to_writer(&mut self.out, &failures)?;
        self.out.write_all(b"}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Writes a whole report.
pub fn write(report: &Report<'_>, out: impl Write) -> io::Result<()> {
    let mut writer = JsonWriter::new(out, report.catalogue)?;
    for assessed in report.documents {
        writer.push(assessed)?;
    }
    writer.finish(report.failures)?;
    Ok(())
}
