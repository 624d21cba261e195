//! From what was found to the verdict on a point.

use crate::judge::{Finding, Found, Reason};
use contract::Verdict;
use points::Point;

/// A decision and the findings it stands on.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// Positions in [`Found::findings`], most telling first.
    pub grounds: Vec<usize>,
    /// Positions of findings that only touch on it, beside a satisfied verdict: a reader quotes them too.
    pub besides: Vec<usize>,
    /// Positions of findings that say the contrary.
    pub contrary: Vec<usize>,
    /// Why, in French.
    pub reason: String,
}

/// Quotes shown for a verdict at the most.
const MOST_GROUNDS: usize = 5;

/// Weaker passages shown beside a satisfied verdict at the most.
const MOST_BESIDES: usize = 2;

/// Decides a point.
pub fn decide(point: &Point, found: &Found) -> Decision {
    let of = |verdict| ranked(found, verdict);
    let (satisfied, weak, adverse) = (of(Verdict::Satisfied), of(Verdict::Weak), of(Verdict::Adverse));
    let complete = lacking(point, found, &satisfied).is_empty() && !satisfied.is_empty();
    if !adverse.is_empty() && (point.adverse_first || !complete) {
        let contrary = if complete { satisfied } else { Vec::new() };
        return decision(point, found, Verdict::Adverse, adverse, contrary);
    }
    if complete {
        let mut decision = decision(point, found, Verdict::Satisfied, spread(point, found, satisfied), adverse);
        decision.besides = besides(found, &decision.grounds, weak);
        return decision;
    }
    let mut grounds = satisfied;
    grounds.extend(weak);
    if grounds.is_empty() {
        return Decision {
            verdict: Verdict::Missing,
            grounds,
            besides: Vec::new(),
            contrary: Vec::new(),
            reason: "Aucun passage ne traite ce point.".into(),
        };
    }
    decision(point, found, Verdict::Weak, grounds, Vec::new())
}

/// Weaker passages for the places that the grounds leave free.
fn besides(found: &Found, grounds: &[usize], weak: Vec<usize>) -> Vec<usize> {
    let mut units: Vec<usize> = grounds.iter().map(|g| found.findings[*g].unit).collect();
    let mut out = Vec::new();
    for index in weak {
        let unit = found.findings[index].unit;
        if out.len() < MOST_BESIDES && grounds.len() + out.len() < MOST_GROUNDS && !units.contains(&unit) {
            units.push(unit);
            out.push(index);
        }
    }
    out
}

fn ranked(found: &Found, verdict: Verdict) -> Vec<usize> {
    let mut list: Vec<usize> = (0..found.findings.len()).filter(|i| found.findings[*i].verdict == verdict).collect();
    list.sort_by_key(|i| (std::cmp::Reverse(found.findings[*i].strength), found.findings[*i].unit));
    list
}

/// Needed aspects that no satisfied finding answers.
fn lacking<'p>(point: &'p Point, found: &Found, satisfied: &[usize]) -> Vec<&'p str> {
    let answers = |need: &str| {
        satisfied.iter().any(|i| {
            let aspect = &point.signs[found.findings[*i].sign].aspect;
            aspect.as_deref().is_none_or(|a| a == need)
        })
    };
    point.needs.iter().map(String::as_str).filter(|need| !answers(need)).collect()
}

/// One ground for each needed aspect first, then the rest.
fn spread(point: &Point, found: &Found, ranked: Vec<usize>) -> Vec<usize> {
    let mut grounds = Vec::new();
    for need in &point.needs {
        let best = ranked.iter().find(|i| point.signs[found.findings[**i].sign].aspect.as_ref() == Some(need));
        if let Some(best) = best
            && !grounds.contains(best)
        {
            grounds.push(*best);
        }
    }
    grounds.extend(ranked.iter().filter(|i| !grounds.contains(i)).copied().collect::<Vec<_>>());
    grounds
}

fn decision(point: &Point, found: &Found, verdict: Verdict, ranked: Vec<usize>, contrary: Vec<usize>) -> Decision {
    let mut grounds: Vec<usize> = Vec::new();
    for index in ranked {
        let unit = found.findings[index].unit;
        if grounds.len() < MOST_GROUNDS && !grounds.iter().any(|g| found.findings[*g].unit == unit) {
            grounds.push(index);
        }
    }
    let reason = reason(point, found, verdict, &grounds);
    let mut contrary = contrary;
    contrary.truncate(2);
    Decision { verdict, grounds, besides: Vec::new(), contrary, reason }
}

fn reason(point: &Point, found: &Found, verdict: Verdict, grounds: &[usize]) -> String {
    match verdict {
        Verdict::Satisfied => "Le contrat prend un engagement précis sur ce point.".into(),
        Verdict::Adverse => "Le contrat dit le contraire, ou met ce point à la charge du client.".into(),
        _ => weak_reason(point, found, grounds),
    }
}

fn weak_reason(point: &Point, found: &Found, grounds: &[usize]) -> String {
    let satisfied: Vec<usize> =
        (0..found.findings.len()).filter(|i| found.findings[*i].verdict == Verdict::Satisfied).collect();
    let lacking = lacking(point, found, &satisfied);
    if !lacking.is_empty() && !satisfied.is_empty() {
        return format!("Une partie seulement est dite ; il manque : {}.", lacking.join(", "));
    }
    let turned = grounds.iter().find_map(|g| found.findings.get(*g).and_then(|f: &Finding| f.turned));
    match turned {
        Some(Reason::ClientOwes) => "Le sujet est évoqué, mais comme un devoir du client.".into(),
        Some(Reason::NotFirm) => "Le sujet est évoqué comme une option, un objectif ou un simple effort.".into(),
        Some(Reason::Definition) => "Le sujet n'est que défini, sans engagement.".into(),
        Some(Reason::Negated) => "Le sujet est évoqué sous une négation ou une exclusion.".into(),
        _ => "Le sujet est évoqué, sans engagement assez précis pour être opposable.".into(),
    }
}
