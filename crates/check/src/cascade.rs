//! What rank 1 owes the client, does rank 2 owe rank 1?

use crate::compare::{figures, rank};
use contract::{Assessment, Debtor, PointVerdict, Quantity, Verdict};

/// How a promise fares one rank below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// Owed below with the same figures or better.
    Covered,
    /// Owed below, but less firmly or with nothing precise.
    Weaker,
    /// Owed below with a figure that does not keep the promise above.
    Figure,
    /// Not owed below.
    Absent,
    /// The contract below says the contrary.
    Contrary,
}

impl Cover {
    /// The words shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Covered => "couvert",
            Self::Weaker => "moins ferme",
            Self::Figure => "chiffre insuffisant",
            Self::Absent => "non répercuté",
            Self::Contrary => "contredit",
        }
    }
}

/// A promise of the main contract, and what the contract below says of it.
#[derive(Debug, Clone)]
pub struct Link<'a> {
    /// The verdict on the main contract.
    pub above: &'a PointVerdict,
    /// The verdict on the contract below.
    pub below: &'a PointVerdict,
    /// How it fares.
    pub cover: Cover,
    /// Figures promised above.
    pub figures_above: Vec<Quantity>,
    /// Figures bought below.
    pub figures_below: Vec<Quantity>,
}

/// Every promise of the main contract that binds its provider, against a subcontract.
pub fn cascade<'a>(above: &'a Assessment, below: &'a Assessment) -> Vec<Link<'a>> {
    above
        .verdicts
        .iter()
        .filter(|v| v.verdict == Verdict::Satisfied)
        .filter(|v| above.commitments.iter().any(|c| c.point == v.point && c.debtor != Debtor::Client))
        .filter_map(|v| {
            let other = below.verdicts.iter().find(|o| o.point == v.point)?;
            let (figures_above, figures_below) = (figures(above, &v.point), figures(below, &v.point));
            let cover = cover(other, &figures_above, &figures_below)?;
            Some(Link { above: v, below: other, cover, figures_above, figures_below })
        })
        .collect()
}

fn cover(below: &PointVerdict, above_figures: &[Quantity], below_figures: &[Quantity]) -> Option<Cover> {
    rank(below.verdict)?;
    Some(match below.verdict {
        Verdict::Adverse => Cover::Contrary,
        Verdict::Missing => Cover::Absent,
        Verdict::Weak => Cover::Weaker,
        _ if falls_short(above_figures, below_figures) => Cover::Figure,
        _ => Cover::Covered,
    })
}

/// Whether the best figure below is worse than the best above: a longer delay, a lower rate, a rarer recurrence.
fn falls_short(above: &[Quantity], below: &[Quantity]) -> bool {
    let hours = |list: &[Quantity]| {
        list.iter()
            .filter_map(|q| match q {
                Quantity::Duration(d) => Some(d.hours()),
                _ => None,
            })
            .reduce(f64::min)
    };
    let most = |list: &[Quantity], pick: fn(&Quantity) -> Option<f64>| list.iter().filter_map(pick).reduce(f64::max);
    let percent = |q: &Quantity| match q {
        Quantity::Percent(p) => Some(*p),
        _ => None,
    };
    let frequency = |q: &Quantity| match q {
        Quantity::Frequency(f) => Some(f.per_year),
        _ => None,
    };
    let longer = matches!((hours(above), hours(below)), (Some(a), Some(b)) if b > a);
    let lower = |pick| matches!((most(above, pick), most(below, pick)), (Some(a), Some(b)) if b < a);
    longer || lower(percent) || lower(frequency)
}
