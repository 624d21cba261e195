//! The report as PDF: the dossier of `report`, with the clauses of `draft`, set by `press`.

use crate::check_command::Judged;
use draft::answers::Answers;
use draft::clause::{self, Filling};
use draft::party::Parties;
use paper::Date;
use report::Report;
use report::dossier::{Clause, Extras};

/// The PDF's bytes.
///
/// # Errors
/// When it can't be set.
pub fn pdf(report: &Report<'_>, judged: &[Judged], day: Date) -> Result<Vec<u8>, String> {
    let points = points::embedded();
    let clauses: Vec<Vec<Clause>> = judged.iter().map(|judged| clauses(&points, judged)).collect();
    let extras = Extras { date: Some(day), clauses: &clauses };
    press::pdf(&report::dossier::paper(report, &extras)).map_err(|error| error.to_string())
}

/// The clauses that would cure the gaps of a contract, under its own names and figures.
fn clauses(points: &points::Catalogue, judged: &Judged) -> Vec<Clause> {
    let parties = Parties::of(&judged.document, &judged.assessment);
    let answers = Answers::default();
    let filling = Filling {
        parties: &parties,
        profile: judged.assessment.profile,
        answers: &answers,
        assessment: Some(&judged.assessment),
    };
    let gaps = judged.assessment.verdicts.iter().filter(|verdict| verdict.verdict.is_gap());
    gaps.filter_map(|gap| clause::render(points.get(&gap.point)?, &filling))
        .map(|rendered| {
            let paragraphs: Vec<String> = rendered
                .paragraphs
                .iter()
                .map(|paragraph| if paragraph.item { format!("- {}", paragraph.text) } else { paragraph.text.clone() })
                .collect();
            Clause { point: rendered.point, heading: rendered.heading, text: paragraphs.join("\n\n") }
        })
        .collect()
}
