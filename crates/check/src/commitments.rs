//! Promises kept as data: who owes whom, what is to be done, with which figures, in which words.

use crate::assess::{Reader, squeeze};
use crate::decide::Decision;
use crate::judge::{Finding, Found};
use contract::{Commitment, Debtor, Frequency, Quantity, Verdict};
use points::{Kind, Point};

/// The promises that a decision stands on.
pub(crate) fn promises(reader: &Reader, point: &Point, found: &Found, decision: &Decision) -> Vec<Commitment> {
    let binds = matches!(point.kind, Kind::Commitment | Kind::Figure | Kind::Right)
        && matches!(decision.verdict, Verdict::Satisfied | Verdict::Weak);
    if !binds {
        return Vec::new();
    }
    let findings = decision.grounds.iter().map(|g| &found.findings[*g]);
    findings
        .filter(|f| f.verdict != Verdict::Adverse)
        // What is denied, defined, left to the client or still to be written promises nothing.
        .filter(|f| !(f.frame.negated || f.frame.definition || f.frame.burden || f.frame.note))
        // What may be ordered besides, or what the provider may do, binds nobody.
        .filter(|f| point.kind == Kind::Right || !f.frame.optional)
        .filter_map(|finding| {
            let (debtor, creditor) = sides(point.kind, finding.frame.debtor)?;
            Some(Commitment {
                point: point.id.clone(),
                debtor,
                creditor,
                action: action(reader, finding),
                object: words(reader, finding.unit, finding.hit.0 as usize, finding.hit.1 as usize),
                figures: finding.figures.clone(),
                frequency: frequency(&finding.figures),
                quote: reader.quote_finding(finding),
            })
        })
        .collect()
}

/// A right of the client is a duty of the provider; a duty of the client is no promise to it.
fn sides(kind: Kind, debtor: Debtor) -> Option<(Debtor, Debtor)> {
    match (kind, debtor) {
        (Kind::Right, Debtor::Client) => Some((Debtor::Provider, Debtor::Client)),
        (_, Debtor::Client) => None,
        (_, Debtor::Both) => Some((Debtor::Both, Debtor::Both)),
        (_, debtor) => Some((debtor, Debtor::Client)),
    }
}

fn frequency(figures: &[Quantity]) -> Option<Frequency> {
    figures.iter().find_map(|f| match f {
        Quantity::Frequency(frequency) => Some(*frequency),
        _ => None,
    })
}

/// The verb nearest before the match: an infinitive after "à" or "de", or a future; else the lead-in's.
fn action(reader: &Reader, finding: &Finding) -> String {
    let mut unit = Some(finding.unit);
    let mut before = finding.hit.1 as usize;
    while let Some(here) = unit {
        if let Some(at) = (0..=before).rev().find(|at| is_verb(reader, here, *at)) {
            return words(reader, here, at, at);
        }
        unit = reader.segments.units[here].intro;
        before = unit.map_or(0, |u| reader.segments.tokens(u).len().saturating_sub(1));
    }
    String::new()
}

fn is_verb(reader: &Reader, unit: usize, at: usize) -> bool {
    let tokens = reader.segments.tokens(unit);
    let word = |i: usize| tokens.get(i).map_or("", |t| reader.segments.word(t));
    let before = at.checked_sub(1).map_or("", word);
    let here = word(at);
    let infinitive = ["er", "ir", "oir", "re"].iter().any(|e| here.ends_with(e));
    let starts = at == 0 || at == 1 && before.len() <= 2;
    here.len() > 3
        && (infinitive && (matches!(before, "a" | "de" | "d" | "doit" | "devra" | "peut" | "et") || starts)
            || here.ends_with("era") && before != "le")
}

fn words(reader: &Reader, unit: usize, first: usize, last: usize) -> String {
    let text = reader.segments.units[unit].text;
    squeeze(reader.document.slice(reader.segments.original(text, first, last)))
}
