//! How a verdict came about: every sign that spoke or nearly did, its frame, and the decision.

use crate::absence::why;
use crate::assess::Reader;
use crate::confidence::sure;
use crate::decide::{Decision, decide};
use crate::engine::Engine;
use crate::frame::Frame;
use crate::judge::{Judge, Reason};
use crate::parties::Parties;
use crate::second::{CLASSES, Opinion, change, second_reading};
use crate::segment::segment;
use contract::{Document, Quantity, Quote, Verdict};
use std::rc::Rc;

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

/// What the second reading brought.
#[derive(Debug, Clone)]
pub struct SecondReading {
    /// Verdict and probability, in percent, the likeliest first.
    pub chances: Vec<(Verdict, f64)>,
    /// Inputs that spoke most for the likeliest verdict against the next one: name, what it brought.
    pub reasons: Vec<(&'static str, f64)>,
    /// The sentence most like those that readers quote for the point.
    pub nearest: Quote,
    /// Its words that say so, with their weights.
    pub words: Vec<(String, f32)>,
}

/// How a verdict came about.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict of the signs alone.
    pub signs: Verdict,
    /// Why, in French.
    pub reason: String,
    /// The second reading, where the document is long enough for one.
    pub second: Option<SecondReading>,
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
        let found = Judge::new(self, &segments, &parties).judge();
        let points = &self.catalogue.points;
        let decisions: Vec<Rc<Decision>> = points.iter().zip(&found).map(|(p, f)| Rc::new(decide(p, f))).collect();
        let sure = sure(points, &found, &decisions);
        let mut opinions =
            second_reading(self.second(), &segments, points, &found, &decisions, &sure, (Some(index), None));
        let opinion = opinions.swap_remove(index);
        let (found, decision) = (&found[index], &decisions[index]);
        let reader = Reader::new(document, &segments);
        let changed = opinion.as_ref().and_then(|o| change(decision.verdict, o));
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
        Some(Explanation {
            verdict: changed.unwrap_or(decision.verdict),
            signs: decision.verdict,
            reason: decision.reason.clone(),
            second: opinion.map(|o| self.told(&reader, &o)),
            spoken,
            rejected,
        })
    }

    fn told(&self, reader: &Reader, opinion: &Opinion) -> SecondReading {
        let mut chances: Vec<(Verdict, f64)> = CLASSES.iter().map(|v| (*v, 100.0 * opinion.of(*v))).collect();
        chances.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut reasons = opinion.reasons(self.second(), chances[0].0, chances[1].0);
        reasons.truncate(MOST_REASONS);
        let last = reader.segments.tokens(opinion.told.unit).len().saturating_sub(1);
        let nearest = reader.quote(opinion.told.unit, 0, last);
        SecondReading { chances, reasons, nearest, words: opinion.words.clone() }
    }
}

/// Inputs shown at the most.
const MOST_REASONS: usize = 6;
