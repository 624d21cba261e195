//! Alerts before the contract's own dates, each some days ahead, the nearest only.

use super::{Agreement, Alert, Clause, Kind};
use crate::day::Day;
use crate::term::KeyDate;
use crate::words;
use contract::{TermClause, TermKind};

/// Days ahead at which a date is called to mind.
fn leads(kind: &str) -> &'static [i32] {
    match kind {
        "notice" => &[90, 30, 7],
        _ => &[30],
    }
}

pub(super) fn alerts(agreement: &Agreement, today: Day) -> Vec<Alert> {
    let dates = agreement.term.dates(today.date(), agreement.calendar);
    dates.iter().filter_map(|date| alert(agreement, date, today)).collect()
}

fn alert(agreement: &Agreement, date: &KeyDate, today: Day) -> Option<Alert> {
    let left = Day::from(date.date).0 - today.0;
    // The nearest step passed: whoever starts late is told once, not three times.
    let lead = leads(date.kind).iter().filter(|lead| left <= **lead).min()?;
    let day = words::date(date.date);
    let (title, action) = match date.kind {
        "notice" => ("Préavis", notice(agreement)),
        "renewal" => (
            "Reconduction tacite",
            "Notez-le : le préavis est passé ou passe, le contrat repart pour une période.".to_owned(),
        ),
        "end" => (
            "Fin du contrat",
            format!("Demandez à {} le plan de réversibilité et la date de remise de vos données.", agreement.provider),
        ),
        _ => (
            "Révision du prix",
            format!("Demandez à {} le calcul, avec l’indice et sa date, avant d’accepter.", agreement.provider),
        ),
    };
    let when = match left {
        0 => "C’est aujourd’hui".to_owned(),
        1 => "C’est demain".to_owned(),
        _ => format!("Dans {left} jours"),
    };
    Some(Alert {
        key: format!("{}#date#{}#{}#{lead}", agreement.contract, date.kind, date.date),
        also: None,
        kind: Kind::Date,
        contract: agreement.contract.to_owned(),
        promise: None,
        date: date.date,
        title: title.to_owned(),
        what: format!("{when}, le {day} : {}.", date.words),
        clause: clause(agreement, date.kind),
        action,
    })
}

fn notice(agreement: &Agreement) -> String {
    let registered = find(agreement, TermKind::Notice).is_some_and(|c| c.registered);
    let letter = if registered {
        "la lettre recommandée que le contrat demande"
    } else {
        "une lettre recommandée avec accusé de réception, qui prouve la date,"
    };
    format!(
        "Décidez si vous gardez {}. Pour partir, envoyez {letter} assez tôt pour qu’elle arrive au plus tard ce jour-là.",
        agreement.provider
    )
}

fn find<'a>(agreement: &Agreement<'a>, kind: TermKind) -> Option<&'a TermClause> {
    agreement.clauses.iter().find(|c| c.kind == kind)
}

/// The clause that a date follows from.
fn clause(agreement: &Agreement, kind: &str) -> Clause {
    let kind = match kind {
        "notice" => TermKind::Notice,
        "renewal" => TermKind::Renewal,
        "end" => TermKind::Length,
        _ => TermKind::Revision,
    };
    find(agreement, kind).map(|c| Clause::quoted(&c.quote)).unwrap_or_default()
}
