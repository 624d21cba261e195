//! How a verdict came about: every sign that spoke or nearly did, its frame, and the decision.

use crate::absence::why;
use crate::assess::Reader;
use crate::decide::decide;
use crate::engine::Engine;
use crate::frame::Frame;
use crate::judge::{Judge, Reason};
use crate::parties::Parties;
use crate::segment::segment;
use contract::{Document, Quantity, Quote, Verdict};

/// A sign that spoke in a sentence.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// Position of the sign in the point file, from 1.
    pub sign: usize,
    /// The sentence.
    pub quote: Quote,
    /// The verdict the sign is written for.
    pub written_for: Verdict,
    /// The verdict after the frame was weighed.
    pub verdict: Verdict,
    /// What the frame took from it, in French.
    pub taken: Option<String>,
    /// The frame.
    pub frame: Frame,
    /// Figures of the sentence that count.
    pub figures: Vec<Quantity>,
    /// Whether the decision stands on it.
    pub decides: bool,
}

/// How a verdict came about.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in French.
    pub reason: String,
    /// Signs that spoke, in the order of the document.
    pub spoken: Vec<Spoken>,
    /// Sentences that came near, each with the sign's position and the reason.
    pub rejected: Vec<(usize, Quote, String)>,
}

impl Engine {
    /// Explains the verdict on a point; `None` when the catalogue has no such point.
    pub fn explain(&self, id: &str, document: &Document) -> Option<Explanation> {
        let index = self.catalogue.points.iter().position(|p| p.id.eq_ignore_ascii_case(id))?;
        let point = self.point(index);
        let segments = segment(document);
        let parties = Parties::learn(document, &segments);
        let found = Judge::new(self, &segments, &parties).judge().swap_remove(index);
        let decision = decide(point, &found);
        let reader = Reader::new(document, &segments);
        let spoken = found
            .findings
            .iter()
            .enumerate()
            .map(|(at, f)| Spoken {
                sign: f.sign + 1,
                quote: reader.quote_finding(f),
                written_for: point.signs[f.sign].verdict,
                verdict: f.verdict,
                taken: f.turned.map(|r: Reason| why(point, f.sign, r)),
                frame: f.frame,
                figures: f.figures.clone(),
                decides: decision.grounds.contains(&at),
            })
            .collect();
        let rejected = found
            .rejections
            .iter()
            .map(|r| {
                let quote = reader.quote(r.unit, r.hit.0 as usize, r.hit.1 as usize);
                (r.sign + 1, quote, why(point, r.sign, r.reason))
            })
            .collect();
        Some(Explanation { verdict: decision.verdict, reason: decision.reason, spoken, rejected })
    }
}
