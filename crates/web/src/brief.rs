//! What lists and grids show of an assessment, kept beside it so that they need not read it whole.

use contract::{Assessment, Document, Verdict};
use report::Catalogue;
use report::summary::{Counts, categories, score};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An assessment in a few figures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Brief {
    /// The score, in per cent.
    pub score: Option<u8>,
    /// The profile's name.
    pub profile: String,
    /// Points satisfied.
    pub satisfied: usize,
    /// Gaps.
    pub gaps: usize,
    /// Gaps that forbid signing.
    pub blocking: usize,
    /// The provider, as the contract names it; empty where it was not learnt.
    pub provider: String,
    /// Pages.
    pub pages: usize,
    /// Pages read by OCR.
    pub ocr: usize,
    /// Pages that could not be read.
    pub unreadable: usize,
    /// The score of each category, by code.
    pub categories: BTreeMap<String, Option<u8>>,
    /// The verdict on each point.
    pub verdicts: BTreeMap<String, Verdict>,
}

impl Brief {
    /// The figures of an assessment.
    pub fn of(infos: &Catalogue, document: &Document, assessment: &Assessment) -> Self {
        let verdicts = &assessment.verdicts;
        let counts = Counts::of(verdicts);
        let blocking = |v: &&contract::PointVerdict| v.verdict.is_gap() && v.severity == contract::Severity::Bloquant;
        Self {
            score: score(verdicts),
            profile: assessment.profile.name().to_owned(),
            satisfied: counts.with(Verdict::Satisfied),
            gaps: counts.gaps(),
            blocking: verdicts.iter().filter(blocking).count(),
            provider: document.party(&assessment.provider_names).into_iter().next().unwrap_or_default(),
            pages: document.pages.len(),
            ocr: document.ocr_pages().count(),
            unreadable: document.unreadable_pages().count(),
            categories: categories(infos, assessment).iter().map(|c| (c.code.to_owned(), c.score)).collect(),
            verdicts: verdicts.iter().map(|v| (v.point.clone(), v.verdict)).collect(),
        }
    }

    /// Reads what a review keeps; nothing for one that is not done.
    pub fn read(summary: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(summary.clone()).ok()
    }
}
