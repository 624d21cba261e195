//! `clausule follow dates`: a contract's own dates, as read from its words, confirmed or corrected by a person.

use crate::follow_args::DatesArgs;
use crate::place::PlaceArgs;
use contract::{Duration, TermClause, TermKind};
use follow::{Term, words};
use store::{Contract, Store};

/// Shows the dates, and sets them where a person confirms.
///
/// # Errors
/// When the contract is unknown or says no time and none is given.
pub fn run(place: &PlaceArgs, args: &DatesArgs, store: &mut Store) -> Result<(), String> {
    if args.confirm {
        let id = args.contract.as_deref().ok_or("dites quel contrat")?;
        let contract = store.contract(id).map_err(|e| e.to_string())?;
        let known = contract.term.or_else(|| Term::of(&contract.clauses, contract.signed));
        let mut term = args.term.over(known, contract.signed)?;
        term.start = args.start.unwrap_or(term.start);
        if term.length.or(term.revision).is_none() {
            return Err("ce contrat ne dit ni sa durée ni la révision du prix : donnez --term ou --revision".to_owned());
        }
        let why = args.why.clone().unwrap_or_default();
        store.set_term(id, term, &place.by(), &why, place.now()).map_err(|e| e.to_string())?;
        println!("Dates de {id} confirmées.");
    } else if args.term.any() {
        return Err("pour corriger une date, ajoutez --confirm".to_owned());
    }
    match &args.contract {
        Some(id) => show(place, store, id),
        None => {
            let all = store.contracts().map_err(|e| e.to_string())?;
            all.iter().try_for_each(|c| show(place, store, &c.id))
        }
    }
}

/// What a contract says of its time, and the days that follow from it.
///
/// # Errors
/// When the contract is unknown.
pub fn show(place: &PlaceArgs, store: &mut Store, id: &str) -> Result<(), String> {
    let contract = store.contract(id).map_err(|e| e.to_string())?;
    print!("{}", text(&contract, place.here().date()));
    Ok(())
}

fn text(contract: &Contract, today: jiff::civil::Date) -> String {
    let mut out = String::new();
    let mut line = |text: String| out.push_str(&(text + "\n"));
    let proposed = Term::of(&contract.clauses, contract.signed);
    let state = match (contract.term, proposed) {
        (Some(_), _) => "confirmées",
        (None, Some(_)) => "lues dans le contrat, à confirmer",
        (None, None) => "le contrat ne les dit pas",
    };
    line(format!("Dates de {} : {state}.", contract.id));
    if let Some(term) = contract.term {
        let kept = [
            ("durée", term.length),
            ("préavis", term.notice),
            ("reconduction", term.renewal),
            ("révision du prix", term.revision),
        ];
        for (what, length) in kept {
            line(format!("  {what} : {}", length.map_or("non".to_owned(), duration)));
        }
        if !contract.clauses.is_empty() {
            line("  Le texte du contrat, lui, dit :".to_owned());
        }
    }
    for clause in &contract.clauses {
        line(format!("  {} : {}", clause.kind.label(), value(clause)));
        let quote: String = clause.quote.text.chars().take(220).collect();
        let page = clause.quote.page_words().map(|page| format!("{page} : ")).unwrap_or_default();
        line(format!("    {page}« {quote} »"));
    }
    for date in contract.term.or(proposed).map(|t| t.dates(today, &contract.calendar())).unwrap_or_default() {
        line(format!("  {} : {}", words::date(date.date), date.words));
    }
    if contract.term.is_none() && proposed.is_some() {
        line(format!(
            "  Pour confirmer : clausule follow dates {} --confirm (--term, --notice… corrigent)",
            contract.id
        ));
    }
    out
}

/// A clause's value in words.
fn value(clause: &TermClause) -> String {
    let mut parts = Vec::new();
    if let Some(day) = clause.day {
        let year = day.year.map_or(String::new(), |y| format!(" {y}"));
        let number = if day.day == 1 { "1er".to_owned() } else { day.day.to_string() };
        parts.push(format!("{number} {}{year}", contract::month_words(day.month)));
    }
    match (clause.kind, clause.duration) {
        (TermKind::Renewal, None) => parts.push("pour la même durée".to_owned()),
        (TermKind::Revision, Some(d)) => parts.push(format!("tous les {}", duration(d))),
        (_, Some(d)) => parts.push(duration(d)),
        (_, None) => {}
    }
    if clause.registered {
        parts.push("par lettre recommandée".to_owned());
    }
    if !clause.index.is_empty() {
        parts.push(format!("indice {}", clause.index));
    }
    parts.join(", ")
}

/// "3 mois".
fn duration(duration: Duration) -> String {
    let (one, many) = contract::unit_words(duration.unit);
    format!("{} {}", words::number(duration.amount), if duration.amount < 2.0 { one } else { many })
}
