//! The proof that something is not there: what was looked for, what came near and why it does not count.

use crate::assess::Reader;
use crate::judge::{Found, Reason, Rejection};
use contract::{Absence, Near};
use points::Point;

/// Nearest passages shown at the most.
const MOST_NEAR: usize = 3;

pub(crate) fn absence(reader: &Reader, point: &Point, found: &Found) -> Absence {
    let mut rejections: Vec<&Rejection> = found.rejections.iter().collect();
    rejections.sort_by_key(|r| (std::cmp::Reverse(r.near), r.unit));
    let mut nearest: Vec<Near> = Vec::new();
    let mut units = Vec::new();
    for rejection in rejections {
        if nearest.len() == MOST_NEAR || units.contains(&rejection.unit) {
            continue;
        }
        units.push(rejection.unit);
        nearest.push(Near {
            quote: reader.quote(rejection.unit, rejection.hit.0 as usize, rejection.hit.1 as usize),
            reason: why(point, rejection.sign, rejection.reason),
        });
    }
    Absence { looked_for: point.looked_for.clone(), nearest }
}

/// A reason as a user reads it.
pub(crate) fn why(point: &Point, sign: usize, reason: Reason) -> String {
    match reason {
        Reason::Lacks(item) => match point.signs[sign].all.get(item).and_then(|i| i.0.first()) {
            Some(pattern) => format!("touche au sujet, mais rien sur « {} »", readable(pattern)),
            None => "touche au sujet sans le traiter".into(),
        },
        Reason::Elsewhere => "se trouve dans un article qui traite d'autre chose".into(),
        Reason::Other => "parle d'autre chose".into(),
        Reason::ClientOwes => "c'est un devoir du client".into(),
        Reason::OtherOwes => "ce n'est pas la partie attendue qui s'engage".into(),
        Reason::NoFigure => "aucun chiffre avec son unité, ou hors de la borne".into(),
        Reason::NotFirm => "simple option, objectif ou effort".into(),
        Reason::Negated => "exclu ou nié".into(),
        Reason::Definition => "simple définition".into(),
    }
}

/// A pattern as a person would read it.
fn readable(pattern: &str) -> String {
    pattern
        .split_whitespace()
        .filter(|w| !w.starts_with('.'))
        .map(|w| w.split('|').next().unwrap_or(w).trim_matches(['{', '}']).replace('*', "…").replace('_', " "))
        .collect::<Vec<_>>()
        .join(" ")
}
