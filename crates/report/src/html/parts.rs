//! The pieces of an assessment's page one by one, for whoever lays them out on pages of its own.

use super::{contract, overview, verdicts};
use crate::{Assessed, Catalogue};
use ::contract::PointVerdict;
use std::collections::HashSet;

/// What precedes the reading: on a page of its own, whose links lead to the reading at `base`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Score and three sentences.
    pub summary: String,
    /// What to know before trusting it; may be empty.
    pub notices: String,
    /// The worst gaps; empty where there is none.
    pub worst: String,
    /// References to law that no longer holds; may be empty.
    pub stale: String,
    /// Scores by category.
    pub categories: String,
}

/// The contract's text with its highlights beside the verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The contract.
    pub paper: String,
    /// The points with their filters.
    pub points: String,
    /// Style rules of this document's highlights: a style sheet of its own.
    pub style: String,
}

/// The opening of an assessment; headings begin at level 2.
pub fn opening(catalogue: &Catalogue, assessed: &Assessed<'_>, base: &str) -> Opening {
    let (shown, after) = (HashSet::new(), |_: &PointVerdict| String::new());
    let context = verdicts::Context { catalogue, prefix: "", level: 1, shown: &shown, base, after: &after, apart: "" };
    Opening {
        summary: overview::summary_section(&context, assessed),
        notices: overview::notices(&context, assessed),
        worst: overview::worst(&context, assessed),
        stale: overview::stale(&context, assessed),
        categories: overview::categories(&context, assessed),
    }
}

/// The provider's view of an assessment that has one; headings begin at level 2, links lead to the reading at `base`.
pub fn provider(catalogue: &Catalogue, assessed: &Assessed<'_>, base: &str) -> String {
    let (shown, after) = (HashSet::new(), |_: &PointVerdict| String::new());
    super::provider::section(
        &verdicts::Context { catalogue, prefix: "", level: 1, shown: &shown, base, after: &after, apart: "" },
        assessed,
    )
}

/// The reading of an assessment; `after` gives HTML for the end of a point. `apart`, followed by a point's id, is the address
/// of a page that shows [`point`]; the list beside the contract then leaves out what that page says.
pub fn reading(
    catalogue: &Catalogue,
    assessed: &Assessed<'_>,
    apart: &str,
    after: &dyn Fn(&PointVerdict) -> String,
) -> Reading {
    let drawn = contract::draw(catalogue, assessed, "", 3);
    let context = verdicts::Context { catalogue, prefix: "", level: 1, shown: &drawn.shown, base: "", after, apart };
    Reading {
        points: verdicts::section(&context, assessed),
        paper: contract::pane(assessed.file, &drawn, "", 2),
        style: drawn.style,
    }
}

/// All the words of one verdict and what was looked for, on a page of its own; links lead to the reading at `base`.
pub fn point(catalogue: &Catalogue, assessed: &Assessed<'_>, verdict: &PointVerdict, base: &str) -> String {
    let drawn = contract::draw(catalogue, assessed, "", 3);
    let after = |_: &PointVerdict| String::new();
    let context =
        verdicts::Context { catalogue, prefix: "", level: 1, shown: &drawn.shown, base, after: &after, apart: "" };
    verdicts::words(&context, verdict, " open")
}
