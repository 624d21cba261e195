//! What the second reading changes in a verdict, and when.

use super::opinion::Opinion;
use crate::assess::Reader;
use contract::{Absence, Near, PointVerdict, Verdict};
use points::Point;

/// How likely its own verdict must be for it to change that of the signs.
const CHANGES: f64 = 0.5;
/// How likely a verdict must be to be sure: on contracts nobody had read, such verdicts are right 97 times in 100.
pub const SURE: f64 = 0.92;
/// Passages that came near, at the most.
const MOST_NEAR: usize = 3;

/// The verdict that replaces that of the signs, if any. It never denies a promise that the signs understood, never calls
/// a clause adverse, and never finds a promise: it knows words, not who owes what, and a wrong `satisfied` is the worst error.
pub fn change(said: Verdict, opinion: &Opinion) -> Option<Verdict> {
    let held = opinion.verdict();
    let may = matches!(
        (said, held),
        (Verdict::Weak, Verdict::Missing)
            | (Verdict::Missing, Verdict::Weak)
            | (Verdict::Adverse, Verdict::Weak | Verdict::Missing)
    );
    (may && opinion.of(held) >= CHANGES).then_some(held)
}

/// Lets the second reading speak on a verdict that applies and could be read.
pub(crate) fn amend(verdict: &mut PointVerdict, opinion: &Opinion, reader: &Reader, point: &Point) {
    if matches!(verdict.verdict, Verdict::NotApplicable | Verdict::NotReadable) {
        return;
    }
    let unreadable = reader.document.unreadable_pages().next().is_some();
    match change(verdict.verdict, opinion) {
        // What the unreadable pages say is not known.
        Some(Verdict::Missing) if unreadable => {}
        Some(changed) => set(verdict, changed, opinion, reader, point),
        None => {}
    }
    verdict.sure = verdict.contrary.is_empty() && opinion.of(verdict.verdict) >= SURE;
}

fn set(verdict: &mut PointVerdict, changed: Verdict, opinion: &Opinion, reader: &Reader, point: &Point) {
    verdict.verdict = changed;
    if changed == Verdict::Missing {
        let reason = "touche au sujet, mais le contrat pris en entier n'en traite pas";
        let near = |quote| Near { quote, reason: reason.into() };
        let nearest = verdict.quotes.drain(..).take(MOST_NEAR).map(near).collect();
        verdict.contrary.clear();
        verdict.absence = Some(Absence { looked_for: point.looked_for.clone(), nearest });
        verdict.reason = "Aucun passage ne traite vraiment ce point.".into();
        return;
    }
    verdict.absence = None;
    if verdict.quotes.is_empty() {
        let unit = opinion.told.unit;
        let last = reader.segments.tokens(unit).len().saturating_sub(1);
        verdict.quotes = vec![reader.quote(unit, 0, last)];
    }
    verdict.reason = "Le sujet est évoqué, sans engagement assez précis pour être opposable.".into();
}
