//! Pure figures that every format shows: counts, scores, the worst gaps, three sentences.

use crate::typography::french;
use crate::words::{count, list, pages};
use crate::{Assessed, Catalogue};
use contract::{Assessment, PointVerdict, Severity, Verdict};
use serde::Serialize;

/// How many points got each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Clear commitments.
    pub satisfied: usize,
    /// Topics that do not bind.
    pub weak: usize,
    /// Clauses that say the contrary.
    pub adverse: usize,
    /// Silences.
    pub missing: usize,
    /// Points that unreadable pages may hold.
    pub not_readable: usize,
    /// Points outside the profile.
    pub not_applicable: usize,
    /// Verdicts, of the applicable ones, that a person should check.
    pub unsure: usize,
    /// Gaps of severity `bloquant`.
    pub blocking: usize,
}

impl Counts {
    /// Counts verdicts.
    pub fn of<'v>(verdicts: impl IntoIterator<Item = &'v PointVerdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            *counts.slot(verdict.verdict) += 1;
            if verdict.verdict != Verdict::NotApplicable && !verdict.sure {
                counts.unsure += 1;
            }
            if verdict.verdict.is_gap() && verdict.severity == Severity::Bloquant {
                counts.blocking += 1;
            }
        }
        counts
    }

    fn slot(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Satisfied => &mut self.satisfied,
            Verdict::Weak => &mut self.weak,
            Verdict::Adverse => &mut self.adverse,
            Verdict::Missing => &mut self.missing,
            Verdict::NotReadable => &mut self.not_readable,
            Verdict::NotApplicable => &mut self.not_applicable,
        }
    }

    /// How many points got this verdict.
    pub fn with(mut self, verdict: Verdict) -> usize {
        *self.slot(verdict)
    }

    /// Points inside the profile.
    pub fn applicable(&self) -> usize {
        self.satisfied + self.weak + self.adverse + self.missing + self.not_readable
    }

    /// Points the user has to negotiate.
    pub fn gaps(&self) -> usize {
        self.weak + self.adverse + self.missing
    }
}

/// How much a point weighs in a score.
pub fn weight(severity: Severity) -> f64 {
    match severity {
        Severity::Bloquant => 3.0,
        Severity::Majeur => 2.0,
        Severity::Mineur => 1.0,
    }
}

/// What a verdict is worth, from 0 to 1; nothing for a point outside the profile.
pub fn worth(verdict: Verdict) -> Option<f64> {
    match verdict {
        Verdict::Satisfied => Some(1.0),
        Verdict::Weak => Some(0.4),
        Verdict::Adverse | Verdict::Missing | Verdict::NotReadable => Some(0.0),
        Verdict::NotApplicable => None,
    }
}

/// The score in percent over the applicable points, each weighted by its severity; nothing where none applies.
/// 100 and 0 are kept for "all satisfied" and "nothing at all".
pub fn score<'v>(verdicts: impl IntoIterator<Item = &'v PointVerdict>) -> Option<u8> {
    let (mut got, mut possible) = (0.0, 0.0);
    for verdict in verdicts {
        if let Some(worth) = worth(verdict.verdict) {
            got += worth * weight(verdict.severity);
            possible += weight(verdict.severity);
        }
    }
    if possible == 0.0 {
        return None;
    }
    let percent = (100.0 * got / possible).round() as u8;
    Some(if got >= possible {
        100
    } else if got > 0.0 {
        percent.clamp(1, 99)
    } else {
        0
    })
}

/// A category of one document.
#[derive(Debug, Clone)]
pub struct Category<'a> {
    /// The code, such as `SAU`.
    pub code: &'a str,
    /// The French name.
    pub title: &'a str,
    /// The score in percent; nothing where no point applies.
    pub score: Option<u8>,
    /// Counts of its verdicts.
    pub counts: Counts,
    /// Its verdicts, in the assessment's order.
    pub verdicts: Vec<&'a PointVerdict>,
}

/// The categories of an assessment in catalogue order; those the catalogue does not know come last.
pub fn categories<'a>(catalogue: &'a Catalogue, assessment: &'a Assessment) -> Vec<Category<'a>> {
    let mut categories: Vec<Category<'a>> = Vec::new();
    let mut slot_of = |code: &'a str, title: &'a str, verdict: Option<&'a PointVerdict>| {
        let at = categories.iter().position(|c| c.code == code).unwrap_or_else(|| {
            let counts = Counts::default();
            categories.push(Category { code, title, score: None, counts, verdicts: Vec::new() });
            categories.len() - 1
        });
        categories[at].verdicts.extend(verdict);
    };
    for point in catalogue.points() {
        slot_of(&point.category, &point.category_title, None);
    }
    for verdict in &assessment.verdicts {
        let code = catalogue.category(&verdict.point);
        slot_of(code, code, Some(verdict));
    }
    categories.retain(|category| !category.verdicts.is_empty());
    for category in &mut categories {
        category.counts = Counts::of(category.verdicts.iter().copied());
        category.score = score(category.verdicts.iter().copied());
    }
    categories
}

/// The worst gaps: gravest first, then contrary before silent before vague, then in catalogue order.
pub fn worst_gaps(assessment: &Assessment, limit: usize) -> Vec<&PointVerdict> {
    let mut gaps: Vec<&PointVerdict> = assessment.verdicts.iter().filter(|v| v.verdict.is_gap()).collect();
    let rank = |verdict: Verdict| match verdict {
        Verdict::Adverse => 0,
        Verdict::Missing => 1,
        _ => 2,
    };
    gaps.sort_by_key(|gap| (std::cmp::Reverse(gap.severity), rank(gap.verdict)));
    gaps.truncate(limit);
    gaps
}

/// Three sentences in plain words: what the contract commits to, what to mend first, how far to trust this.
pub fn sentences(catalogue: &Catalogue, assessed: &Assessed<'_>) -> [String; 3] {
    let counts = Counts::of(&assessed.assessment.verdicts);
    [
        french(&what_it_commits_to(assessed, &counts)),
        french(&what_to_mend(catalogue, assessed.assessment, &counts)),
        french(&how_far_to_trust(assessed, &counts)),
    ]
}

fn what_it_commits_to(assessed: &Assessed<'_>, counts: &Counts) -> String {
    let applicable = counts.applicable();
    let profile = assessed.assessment.profile.label();
    if applicable == 0 {
        return format!("Aucun point ne s'applique à ce document avec le profil « {profile} ».");
    }
    let mut rest = Vec::new();
    if counts.weak > 0 {
        rest.push(format!("{} sans rien de contraignant", count(counts.weak, "abordé", "abordés")));
    }
    if counts.adverse > 0 {
        rest.push(format!("{} à l'inverse de ce qu'il faudrait", count(counts.adverse, "réglé", "réglés")));
    }
    if counts.missing > 0 {
        rest.push(count(counts.missing, "absent", "absents"));
    }
    if counts.not_readable > 0 {
        rest.push(count(counts.not_readable, "illisible", "illisibles"));
    }
    let opening = format!(
        "Sur {} pour le profil « {profile} », ce contrat en satisfait {}",
        count(applicable, "point vérifié", "points vérifiés"),
        if counts.satisfied == 0 { "aucun".to_owned() } else { counts.satisfied.to_string() },
    );
    if rest.is_empty() { format!("{opening}.") } else { format!("{opening} ; les autres : {}.", list(&rest)) }
}

fn what_to_mend(catalogue: &Catalogue, assessment: &Assessment, counts: &Counts) -> String {
    if counts.gaps() == 0 {
        return format!("{}.", headline(counts));
    }
    let first: Vec<String> =
        worst_gaps(assessment, 3).into_iter().map(|gap| format!("« {} »", catalogue.title(&gap.point))).collect();
    let what = if counts.blocking == 0 { "négocier" } else { "corriger" };
    format!("{} ; à {what} d'abord : {}.", headline(counts), list(&first))
}

/// Whether to sign, in a few words without a full stop.
pub(crate) fn headline(counts: &Counts) -> String {
    match counts.blocking {
        0 if counts.gaps() == 0 => "Rien d'important n'est à renégocier d'après ce qui a pu être lu".to_owned(),
        0 => "Aucun manque n'interdit de signer".to_owned(),
        1 => "Ne signez pas en l'état : un manque est bloquant".to_owned(),
        n => format!("Ne signez pas en l'état : {n} manques sont bloquants"),
    }
}

fn how_far_to_trust(assessed: &Assessed<'_>, counts: &Counts) -> String {
    let unreadable: Vec<u32> = assessed.document.unreadable_pages().map(|page| page.number).collect();
    let mut doubts = Vec::new();
    if !unreadable.is_empty() {
        let open = match counts.not_readable {
            0 => String::new(),
            n => format!(" (ce qui laisse {} sans réponse)", count(n, "point", "points")),
        };
        let pages = pages(&unreadable);
        doubts.push(match unreadable.len() {
            1 => format!("La {pages} n'a pas pu être lue{open}"),
            _ => format!("Les {pages} n'ont pas pu être lues{open}"),
        });
    }
    if counts.unsure > 0 {
        let verb = if counts.unsure < 2 { "est" } else { "sont" };
        doubts.push(format!("{} {verb} à vérifier de vos yeux", count(counts.unsure, "verdict", "verdicts")));
    }
    match doubts.as_slice() {
        [] => "Toutes les pages ont été lues ; relisez tout de même les passages cités avant de décider.".to_owned(),
        doubts => format!("{}.", list(doubts)),
    }
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
