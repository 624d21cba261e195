//! The report as PDF: the dossier of `report`, with the clauses of `draft`, set by `press`.

use crate::check_command::Judged;
use draft::clause::remedies;
use paper::Date;
use report::Report;
use report::dossier::{Clause, Extras, More};

/// The PDF's bytes.
///
/// # Errors
/// When it can't be set.
pub fn pdf(report: &Report<'_>, judged: &[Judged], day: Date) -> Result<Vec<u8>, String> {
    let points = points::embedded();
    let more: Vec<More> = judged.iter().map(|judged| more(&points, judged)).collect();
    let extras = Extras { date: Some(day), documents: &more };
    press::pdf(&report::dossier::paper(report, &extras)).map_err(|error| error.to_string())
}

fn more(points: &points::Catalogue, judged: &Judged) -> More {
    let (parties, clauses) = remedies(points, &judged.document, &judged.assessment);
    let clause =
        |r: draft::Rendered| Clause { text: r.text().replace('\n', "\n\n"), point: r.point, heading: r.heading };
    More {
        provider: parties.provider.own().to_owned(),
        client: parties.client.own().to_owned(),
        clauses: clauses.into_iter().map(clause).collect(),
    }
}
