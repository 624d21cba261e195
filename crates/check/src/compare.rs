//! Two versions of a contract, verdict by verdict.

use contract::{Assessment, PointVerdict, Quantity, Quote, Verdict};
use rustc_hash::FxHashSet;

/// What became of a point from one version to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The client is worse off.
    Worse,
    /// The clause is gone.
    Gone,
    /// The client is better off.
    Better,
    /// A clause came where there was none.
    New,
    /// Same verdict, other figures.
    Figures,
    /// Same verdict, other words.
    Reworded,
    /// Same words under another article.
    Moved,
    /// Nothing changed.
    Same,
}

impl Change {
    /// The word shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Worse => "moins bien",
            Self::Gone => "disparu",
            Self::Better => "mieux",
            Self::New => "nouveau",
            Self::Figures => "chiffres changés",
            Self::Reworded => "reformulé",
            Self::Moved => "déplacé",
            Self::Same => "inchangé",
        }
    }
}

/// A point in both versions.
#[derive(Debug, Clone)]
pub struct Compared<'a> {
    /// The verdict on the first version.
    pub before: &'a PointVerdict,
    /// The verdict on the second.
    pub after: &'a PointVerdict,
    /// What became of it.
    pub change: Change,
    /// Figures of the first version's promises.
    pub figures_before: Vec<Quantity>,
    /// Figures of the second's.
    pub figures_after: Vec<Quantity>,
}

/// Compares two assessments point by point, in catalogue order; points outside either profile are left out.
pub fn compare<'a>(before: &'a Assessment, after: &'a Assessment) -> Vec<Compared<'a>> {
    before
        .verdicts
        .iter()
        .filter_map(|old| {
            let new = after.verdicts.iter().find(|v| v.point == old.point)?;
            let applies = |v: &PointVerdict| v.verdict != Verdict::NotApplicable;
            (applies(old) && applies(new)).then(|| {
                let (figures_before, figures_after) = (figures(before, &old.point), figures(after, &old.point));
                let change = change(old, new, figures_before != figures_after);
                Compared { before: old, after: new, change, figures_before, figures_after }
            })
        })
        .collect()
}

/// The figures of the promises on a point.
pub fn figures(assessment: &Assessment, point: &str) -> Vec<Quantity> {
    assessment.commitments.iter().filter(|c| c.point == point).flat_map(|c| c.figures.clone()).collect()
}

/// How well off the client is: adverse words are worse than silence.
pub fn rank(verdict: Verdict) -> Option<u8> {
    match verdict {
        Verdict::Adverse => Some(0),
        Verdict::Missing => Some(1),
        Verdict::Weak => Some(2),
        Verdict::Satisfied => Some(3),
        Verdict::NotReadable | Verdict::NotApplicable => None,
    }
}

fn change(old: &PointVerdict, new: &PointVerdict, figures: bool) -> Change {
    let (Some(before), Some(after)) = (rank(old.verdict), rank(new.verdict)) else { return Change::Same };
    match (old.verdict, new.verdict) {
        (a, b) if a == b => same_verdict(old, new, figures),
        (Verdict::Missing, Verdict::Adverse) => Change::Worse,
        (Verdict::Missing, _) => Change::New,
        (Verdict::Adverse, Verdict::Missing) => Change::Better,
        (_, Verdict::Missing) => Change::Gone,
        _ if after > before => Change::Better,
        _ => Change::Worse,
    }
}

fn same_verdict(old: &PointVerdict, new: &PointVerdict, figures: bool) -> Change {
    let words = |v: &PointVerdict| -> FxHashSet<String> { v.quotes.iter().map(plain).collect() };
    let articles = |v: &PointVerdict| -> FxHashSet<String> { v.quotes.iter().map(|q| q.article.clone()).collect() };
    if figures {
        Change::Figures
    } else if words(old) != words(new) {
        Change::Reworded
    } else if articles(old) != articles(new) {
        Change::Moved
    } else {
        Change::Same
    }
}

/// The words of a quote, without what a new layout changes.
fn plain(quote: &Quote) -> String {
    contract::fold::fold(&quote.text).chars().filter(char::is_ascii_alphanumeric).collect()
}
