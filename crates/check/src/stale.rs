//! References to law that no longer holds. They are matched like the signs of points, by an engine of their own, so
//! that they weigh on no verdict.

use crate::assess::Reader;
use crate::engine::Engine;
use crate::judge::{Found, Judge};
use crate::parties::Parties;
use contract::{Fact, Quote, Severity, StaleReference, Verdict};
use points::{Catalogue, Kind, Point, Sign, Turn};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Places shown for one reference at the most.
const MOST_QUOTES: usize = 5;

/// A catalogue of the stale references alone, each a point of one sign; none when there are none.
pub(crate) fn catalogue(catalogue: &Catalogue) -> Option<Catalogue> {
    let points: Vec<Point> = catalogue.stale.iter().map(as_point).collect();
    (!points.is_empty()).then_some(Catalogue {
        categories: Vec::new(),
        concepts: BTreeMap::new(),
        points,
        stale: Vec::new(),
    })
}

/// A reference is cited whoever owes, in whatever force and under a negation too.
fn as_point(reference: &points::StaleReference) -> Point {
    let sign = Sign {
        verdict: Verdict::Adverse,
        aspect: None,
        name: None,
        all: reference.all.clone(),
        none: reference.none.clone(),
        heading: Vec::new(),
        not_heading: Vec::new(),
        near: None,
        strict: true,
        stance: Vec::new(),
        owes: None,
        figure: None,
        client: Some(Turn::Keep),
        soft: Some(Turn::Keep),
        negated: Some(Turn::Keep),
        unless_sign: Vec::new(),
        unless_doc: Vec::new(),
    };
    Point {
        id: reference.id.clone(),
        title: reference.title.clone(),
        sources: Vec::new(),
        when: Fact::Always,
        kind: Kind::Statement,
        severity: Severity::Mineur,
        severity_by: BTreeMap::new(),
        ask: String::new(),
        why: String::new(),
        looked_for: Vec::new(),
        needs: Vec::new(),
        adverse_first: false,
        no_clause: None,
        clause: None,
        proof: None,
        concept: BTreeMap::new(),
        signs: vec![sign],
        page: String::new(),
        cases: Vec::new(),
    }
}

/// The stale references of a document, in the order of the catalogue, each with the words that cite it; `known` is what
/// was found for each of them, where that is known.
pub(crate) fn stale_references(
    engine: &Engine,
    reader: &Reader<'_>,
    parties: &Parties,
    known: Option<&[Rc<Found>]>,
) -> Vec<StaleReference> {
    let Some(stale) = &engine.stale else { return Vec::new() };
    let found = known.map_or_else(|| Judge::new(stale, reader.segments, parties).judge(), <[_]>::to_vec);
    let cited = engine.catalogue.stale.iter().zip(found).filter(|(_, found)| !found.findings.is_empty());
    cited
        .map(|(reference, found)| {
            let mut quotes: Vec<Quote> = Vec::new();
            for quote in found.findings.iter().map(|finding| reader.quote_finding(finding)) {
                if quotes.len() < MOST_QUOTES && !quotes.iter().any(|known| known.span() == quote.span()) {
                    quotes.push(quote);
                }
            }
            StaleReference {
                reference: reference.id.clone(),
                title: reference.title.clone(),
                why: reference.why.clone(),
                replaced_by: reference.replaced_by.clone(),
                since: reference.since.clone(),
                basis: reference.basis.clone(),
                quotes,
            }
        })
        .collect()
}
