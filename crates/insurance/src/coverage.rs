//! What a contract shows of the insurer's demands.

use crate::reference::Reference;
use contract::{Assessment, PointVerdict, Verdict};
use serde::Serialize;

/// How far a contract shows a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Every point is satisfied.
    Covered,
    /// Some of it.
    Partly,
    /// The contract says the contrary, or puts it on the client.
    Contrary,
    /// Pages that could hold it could not be read.
    Unknown,
    /// Nothing.
    Gap,
}

impl Shown {
    /// The words shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Covered => "couvert",
            Self::Partly => "en partie",
            Self::Contrary => "le contrat dit le contraire",
            Self::Unknown => "illisible",
            Self::Gap => "rien dans le contrat",
        }
    }
}

/// A demand as a contract shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage<'a> {
    /// The demand, by its name in the reference.
    pub demand: &'a str,
    /// How far.
    pub shown: Shown,
    /// The verdicts on its points, in the order of the reference.
    pub verdicts: Vec<&'a PointVerdict>,
}

impl Reference {
    /// What a contract shows of each demand, in the order of the reference.
    pub fn coverage<'a>(&'a self, assessment: &'a Assessment) -> Vec<Coverage<'a>> {
        let of = |id: &String| assessment.verdicts.iter().find(|v| v.point == *id);
        let demands = self.demands.iter().map(|demand| {
            let verdicts: Vec<&PointVerdict> = demand.points.iter().filter_map(of).collect();
            Coverage { demand: &demand.id, shown: shown(&verdicts), verdicts }
        });
        demands.collect()
    }
}

/// A point to the contrary outweighs the rest; what could not be read is never taken for good nor for absence.
fn shown(verdicts: &[&PointVerdict]) -> Shown {
    let any = |verdict| verdicts.iter().any(|v| v.verdict == verdict);
    let judged = || verdicts.iter().filter(|v| v.verdict != Verdict::NotApplicable);
    if any(Verdict::Adverse) {
        Shown::Contrary
    } else if judged().count() > 0 && judged().all(|v| v.verdict == Verdict::Satisfied) {
        Shown::Covered
    } else if any(Verdict::Satisfied) || any(Verdict::Weak) {
        Shown::Partly
    } else if any(Verdict::NotReadable) {
        Shown::Unknown
    } else {
        Shown::Gap
    }
}
