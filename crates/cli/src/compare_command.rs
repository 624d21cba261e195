//! `clausule compare` and `clausule cascade`: contracts side by side.

use crate::args::{CascadeArgs, CompareArgs};
use crate::explain_command::figure;
use crate::input;
use check::cascade::{Cover, Link, cascade};
use check::compare::{Change, Compared, compare};
use check::{Engine, Request};
use contract::{Assessment, PointVerdict, Profile, Quantity};
use points::Catalogue;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

/// Compares two versions of a contract.
///
/// # Errors
/// When a file can't be read.
pub fn run_compare(args: &CompareArgs) -> Result<ExitCode, String> {
    let engine = Engine::embedded();
    let profile = Some(args.profile.unwrap_or(Profile::Complete));
    let before = assess(&engine, &args.before, profile)?;
    let after = assess(&engine, &args.after, profile)?;
    let mut compared = compare(&before, &after);
    if args.json {
        let rows: Vec<Value> = compared.iter().map(|c| compared_json(&engine.catalogue, c)).collect();
        print_json(
            &json!({ "schema": "clausule/compare/1", "before": args.before, "after": args.after, "points": rows }),
        )?;
    } else {
        compared.sort_by_key(|c| c.change);
        print_compared(&engine.catalogue, &compared);
    }
    let worse = compared.iter().any(|c| matches!(c.change, Change::Worse | Change::Gone));
    Ok(ExitCode::from(u8::from(worse)))
}

/// Follows the promises of a main contract down into subcontracts.
///
/// # Errors
/// When a file can't be read.
pub fn run_cascade(args: &CascadeArgs) -> Result<ExitCode, String> {
    let engine = Engine::embedded();
    let above = assess(&engine, &args.main, Some(Profile::Complete))?;
    let mut gaps = false;
    let mut documents = Vec::new();
    for path in &args.below {
        let below = assess(&engine, path, Some(Profile::Complete))?;
        let links = cascade(&above, &below);
        gaps |= links.iter().any(|l| l.cover != Cover::Covered);
        if args.json {
            let rows: Vec<Value> = links.iter().map(|l| link_json(&engine.catalogue, l)).collect();
            documents.push(json!({ "file": path, "promises": rows }));
        } else {
            println!("{} → {}", args.main.display(), path.display());
            print_links(&engine.catalogue, &links);
        }
    }
    if args.json {
        print_json(&json!({ "schema": "clausule/cascade/1", "main": args.main, "below": documents }))?;
    }
    Ok(ExitCode::from(u8::from(gaps)))
}

fn assess(engine: &Engine, path: &Path, profile: Option<Profile>) -> Result<Assessment, String> {
    let document = input::read(path, true).map_err(|e| format!("{} : {e}", path.display()))?;
    Ok(engine.assess(&document, &Request { profile, facts: Vec::new() }))
}

fn print_json(value: &Value) -> Result<(), String> {
    println!("{}", serde_json::to_string_pretty(value).map_err(|e| e.to_string())?);
    Ok(())
}

fn print_compared(catalogue: &Catalogue, compared: &[Compared]) {
    let mut shown = None;
    for c in compared.iter().filter(|c| c.change != Change::Same) {
        if shown != Some(c.change) {
            shown = Some(c.change);
            println!("\n{}", c.change.label().to_uppercase());
        }
        println!(
            "  {} {} : {} → {}",
            c.before.point,
            title(catalogue, c.before),
            c.before.verdict.label(),
            c.after.verdict.label()
        );
        if c.change == Change::Figures {
            println!("      {} → {}", list(&c.figures_before), list(&c.figures_after));
        }
        words("avant", c.before);
        words("après", c.after);
    }
    let same = compared.iter().filter(|c| c.change == Change::Same).count();
    println!("\n{same} points inchangés sur {}.", compared.len());
}

fn words(when: &str, verdict: &PointVerdict) {
    if let Some(quote) = verdict.quotes.first() {
        let page = quote.page_words().map(|page| format!(" ({page})")).unwrap_or_default();
        println!("      {when} : « {} »{page}", quote.text);
    }
}

fn print_links(catalogue: &Catalogue, links: &[Link]) {
    for link in links {
        println!("  {:<20} {} {}", link.cover.label(), link.above.point, title(catalogue, link.above));
        if link.cover == Cover::Figure {
            println!("      promis {} ; acheté {}", list(&link.figures_above), list(&link.figures_below));
        }
        if link.cover != Cover::Covered {
            words("promis", link.above);
            words("acheté", link.below);
        }
    }
    let covered = links.iter().filter(|l| l.cover == Cover::Covered).count();
    println!("  {covered} promesses couvertes sur {}\n", links.len());
}

fn title<'a>(catalogue: &'a Catalogue, verdict: &PointVerdict) -> &'a str {
    catalogue.get(&verdict.point).map_or("", |p| p.title.as_str())
}

fn list(figures: &[Quantity]) -> String {
    if figures.is_empty() { "aucun chiffre".into() } else { figures.iter().map(figure).collect::<Vec<_>>().join(", ") }
}

fn side(verdict: &PointVerdict, figures: &[Quantity]) -> Value {
    json!({ "verdict": verdict.verdict, "quotes": verdict.quotes, "figures": figures })
}

fn compared_json(catalogue: &Catalogue, c: &Compared) -> Value {
    json!({
        "point": c.before.point,
        "title": title(catalogue, c.before),
        "change": format!("{:?}", c.change).to_lowercase(),
        "before": side(c.before, &c.figures_before),
        "after": side(c.after, &c.figures_after),
    })
}

fn link_json(catalogue: &Catalogue, l: &Link) -> Value {
    json!({
        "point": l.above.point,
        "title": title(catalogue, l.above),
        "cover": format!("{:?}", l.cover).to_lowercase(),
        "above": side(l.above, &l.figures_above),
        "below": side(l.below, &l.figures_below),
    })
}
