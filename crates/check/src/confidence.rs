//! When a verdict is sure. The bounds were set on contracts whose errors nobody had read (docs/method.md has the
//! figures): what is not sure is shown to the user as "à vérifier".

use crate::decide::Decision;
use crate::judge::Found;
use contract::{Debtor, Verdict};
use points::Point;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Strongest share of a category that a contract may treat for the silence on its other points to be sure.
const TREATED: f64 = 0.3;
/// Sentences that must say the same for `satisfied` to be sure.
const SATISFIED_FINDINGS: usize = 4;
/// How strongly the best of them must speak.
const STRENGTH: i32 = 10;

/// Says of each decision whether it is sure, in the order of the points.
pub fn sure(points: &[Point], found: &[Rc<Found>], decisions: &[Rc<Decision>]) -> Vec<bool> {
    let mut treated: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
    for (point, decision) in points.iter().zip(decisions) {
        let (said, all) = treated.entry(point.category()).or_default();
        *said += usize::from(decision.verdict != Verdict::Missing);
        *all += 1;
    }
    points
        .iter()
        .zip(found)
        .zip(decisions)
        .map(|((point, found), decision)| match decision.verdict {
            Verdict::Missing => {
                let (said, all) = treated[point.category()];
                found.rejections.is_empty() && said as f64 <= TREATED * all as f64
            }
            Verdict::Satisfied => well_grounded(found, decision),
            _ => false,
        })
        .collect()
}

fn well_grounded(found: &Found, decision: &Decision) -> bool {
    let satisfied = found.findings.iter().filter(|f| f.verdict == Verdict::Satisfied).count();
    let best = decision.grounds.first().map(|g| &found.findings[*g]);
    decision.contrary.is_empty()
        && satisfied >= SATISFIED_FINDINGS
        && best.is_some_and(|f| f.strength >= STRENGTH && f.frame.debtor == Debtor::Provider)
}
