//! What lists and grids show of an assessment, kept beside it so that they need not read it whole.

use contract::{Assessment, Document, Verdict};
use report::Catalogue;
use report::summary::{Counts, categories, score};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{Figures, Marks};

/// The number of a category that has no score.
const NO_SCORE: u16 = 101;

/// Verdicts by their number in the grid, the worst first.
const VERDICTS: [Verdict; 6] = [
    Verdict::Adverse,
    Verdict::Missing,
    Verdict::Weak,
    Verdict::Satisfied,
    Verdict::NotReadable,
    Verdict::NotApplicable,
];

/// The figures of an assessment.
pub fn figures(infos: &Catalogue, document: &Document, assessment: &Assessment) -> Figures {
    let verdicts = &assessment.verdicts;
    let blocking = |v: &&contract::PointVerdict| v.verdict.is_gap() && v.severity == contract::Severity::Bloquant;
    let categories: Vec<(&str, u16)> =
        categories(infos, assessment).iter().map(|c| (c.code, c.score.map_or(NO_SCORE, u16::from))).collect();
    let points = verdicts.iter().map(|v| (v.point.as_str(), number(v.verdict)));
    Figures {
        provider: document.party(&assessment.provider_names).into_iter().next().unwrap_or_default(),
        score: score(verdicts),
        gaps: Counts::of(verdicts).gaps(),
        blocking: verdicts.iter().filter(blocking).count(),
        marks: Marks::of(categories.into_iter().chain(points)),
    }
}

fn number(verdict: Verdict) -> u16 {
    VERDICTS.iter().position(|v| *v == verdict).unwrap_or(VERDICTS.len()) as u16
}

/// The score of a category, where it has one.
pub fn category(figures: &Figures, code: &str) -> Option<u8> {
    figures.marks.get(code).and_then(score_of)
}

/// The score that a number stands for.
pub fn score_of(number: u16) -> Option<u8> {
    u8::try_from(number).ok().filter(|n| u16::from(*n) < NO_SCORE)
}

/// The verdict that a number stands for.
pub fn verdict_of(number: u16) -> Option<Verdict> {
    VERDICTS.get(usize::from(number)).copied()
}

/// The figures as earlier versions of the program kept them with a review.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Former {
    score: Option<u8>,
    gaps: usize,
    blocking: usize,
    provider: String,
    categories: BTreeMap<String, Option<u8>>,
    verdicts: BTreeMap<String, Verdict>,
}

/// Reads what an earlier version kept; nothing for a review that was not done.
pub fn former(summary: &serde_json::Value) -> Option<Figures> {
    let Former { score, gaps, blocking, provider, categories, verdicts } =
        serde_json::from_value(summary.clone()).ok()?;
    let categories = categories.iter().map(|(code, score)| (code.as_str(), score.map_or(NO_SCORE, u16::from)));
    let points = verdicts.iter().map(|(point, verdict)| (point.as_str(), number(*verdict)));
    let marks = Marks::of(categories.chain(points));
    Some(Figures { provider, score, gaps, blocking, marks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_an_earlier_version_kept_is_read() {
        let kept = json!({"score": 40, "profile": "pme", "gaps": 7, "blocking": 1, "provider": "Durand", "pages": 3,
            "categories": {"SAU": 12, "IAX": null}, "verdicts": {"SAU-01": "weak", "SAU-02": "not_applicable"}});
        let figures = former(&kept).expect("figures");
        assert_eq!((figures.score, figures.gaps, figures.blocking), (Some(40), 7, 1));
        assert_eq!((category(&figures, "SAU"), category(&figures, "IAX")), (Some(12), None));
        assert_eq!(figures.marks.get("SAU-01").and_then(verdict_of), Some(Verdict::Weak));
        assert_eq!(figures.marks.get("SAU-03").and_then(verdict_of), None);
        assert_eq!(former(&serde_json::Value::Null), None);
    }
}
