//! What was broken or not shown: in words, with the clause, and what the proofs said.

use super::{Kept, Month, place, sign_of};
use follow::{Day, Sign, State};

/// Most remarks of proofs shown for one promise.
const REMARKS: usize = 3;

/// A promise that was not kept, or not shown to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What is promised.
    pub title: String,
    /// Whether it was broken, or only not shown.
    pub state: State,
    /// Counts, days, figures: the status's reason without its first sentence.
    pub reason: String,
    /// "article 6, page 4"; may be empty.
    pub place: String,
    /// The contract's words, shortened; may be empty.
    pub quote: String,
    /// What the proofs said: "17 mars : …".
    pub remarks: Vec<String>,
    /// What to ask, as a sentence that begins with a capital.
    pub ask: String,
}

/// The breaches, worst first.
pub(super) fn all(month: &Month) -> Vec<Breach> {
    let mut out: Vec<Breach> = month
        .kept
        .iter()
        .filter(|k| matches!(k.status.state, State::Breached | State::Unproved))
        .map(|k| Breach {
            title: k.promise.title.clone(),
            state: k.status.state,
            reason: follow::reason::tail(k.promise, k.status, month.window),
            place: place(k.promise),
            quote: shorten(&k.promise.quote),
            remarks: remarks(month, k),
            ask: follow::alert::ask(k.promise, k.marks),
        })
        .collect();
    out.sort_by(|a, b| b.state.cmp(&a.state).then_with(|| a.title.cmp(&b.title)));
    out
}

/// The contract's words, cut at a word where they are long.
pub(super) fn shorten(quote: &str) -> String {
    const MOST: usize = 320;
    if quote.chars().count() <= MOST {
        return quote.to_owned();
    }
    let cut: String = quote.chars().take(MOST).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{whole} […]")
}

/// What proofs that were not good said, by day.
fn remarks(month: &Month, kept: &Kept) -> Vec<String> {
    let named = |day: Day| {
        let signs = kept.marks.iter().filter(|m| m.period.first <= day && day <= m.period.last);
        signs.map(|m| m.sign).max().is_some_and(|s| s.is_breach() || s.is_doubt())
    };
    let mut out = Vec::new();
    for (day, fact) in month.facts {
        let sign = sign_of(fact.state);
        let bears = follow::facts::bears_on(kept.promise, fact);
        let reason = fact.reasons.first().filter(|_| bears && sign != Sign::Kept && named(*day));
        if let Some(reason) = reason {
            let date = day.date();
            let month = contract::month_words(date.month().unsigned_abs());
            let host = fact.host.as_deref().map_or(String::new(), |h| format!(" sur {h}"));
            let remark = format!("{} {month}{host} : {reason}", date.day());
            if !out.contains(&remark) {
                out.push(remark);
            }
        }
    }
    let more = out.len().saturating_sub(REMARKS);
    out.truncate(REMARKS);
    if more > 0 {
        out.push(format!("et {}", crate::words::count(more, "autre", "autres")));
    }
    out
}
