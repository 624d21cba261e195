//! What the comments say.

use crate::clause::{Rendered, Source};
use contract::{PointVerdict, Verdict};
use points::Point;

/// The mark by which a comment on a point is known again.
pub fn tag(point: &Point) -> String {
    format!("{} · ", point.id)
}

/// A comment on words that are weak or adverse.
pub fn on_passage(point: &Point, verdict: &PointVerdict) -> Vec<String> {
    vec![
        title(point, verdict),
        format!("Ce qui ne va pas : {}", verdict.reason),
        format!("Pourquoi cela compte : {}", point.why),
        format!("À proposer : {}", point.ask),
    ]
}

/// A comment on further words that a point was commented on already.
pub fn again(point: &Point) -> Vec<String> {
    vec![format!("{}{} : même remarque que plus haut.", tag(point), point.title)]
}

/// A comment on a clause that was put in.
pub fn on_clause(point: &Point, verdict: &PointVerdict, clause: &Rendered) -> Vec<String> {
    let mut lines = vec![title(point, verdict), format!("Pourquoi : {}", point.why)];
    let words = |f: &&crate::clause::Filled| f.words.clone();
    let open: Vec<String> = clause.filled.iter().filter(|f| f.negotiate).map(|f| words(&f)).collect();
    if !open.is_empty() {
        lines.push(format!("À discuter : {}", open.join(" ; ")));
    }
    let own: Vec<String> = clause.filled.iter().filter(|f| f.source == Source::Contract).map(|f| words(&f)).collect();
    if !own.is_empty() {
        lines.push(format!("Repris du contrat : {}", own.join(" ; ")));
    }
    lines
}

fn title(point: &Point, verdict: &PointVerdict) -> String {
    let said = match verdict.verdict {
        Verdict::Missing | Verdict::NotReadable => "le contrat n'en dit rien",
        Verdict::Weak => "insuffisant",
        Verdict::Adverse => "défavorable",
        Verdict::Satisfied | Verdict::NotApplicable => "complété par précaution",
    };
    format!("{}{} ({said} ; {})", tag(point), point.title, verdict.severity.label())
}
