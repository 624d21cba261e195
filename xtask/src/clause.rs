//! `cargo xtask clause SAU-06`: the clause as it is rendered, and what the engine says of it.

use crate::corpus;
use anyhow::{Context, Result, bail};
use check::Request;
use contract::{Profile, Verdict};
use draft::clause::{Filling, render};
use draft::{Answers, Parties};
use readers::{Limits, NoOcr};
use std::path::Path;

/// Prints the clauses of some points (all where none is named) for a profile, each judged alone under its heading.
///
/// # Errors
/// When a point is unknown, a point file is wrong, or a clause does not mend its point or harms another.
pub fn run(points: &Path, ids: &[String], profile: &str) -> Result<()> {
    let profile = Profile::from_name(profile).with_context(|| format!("unknown profile {profile}"))?;
    let engine = corpus::engine(points, &[])?;
    let request = Request { profile: Some(profile), facts: Profile::Complete.facts().to_vec() };
    let (parties, answers) = (Parties::default(), Answers::default());
    let filling = Filling { parties: &parties, profile, answers: &answers, assessment: None };
    let (mut good, mut bad, mut without) = (0, 0, 0);
    for point in &engine.catalogue.points {
        if !ids.is_empty() && !ids.iter().any(|i| i.eq_ignore_ascii_case(&point.id)) {
            continue;
        }
        let Some(clause) = render(point, &filling) else {
            without += 1;
            continue;
        };
        let text = format!("Article 1 – {}\n\n{}\n", clause.heading, clause.text().replace('\n', "\n\n"));
        let document = readers::read("clause.md", format!("# {text}").as_bytes(), &NoOcr, &Limits::default())?;
        let verdicts = engine.assess(&document, &request).verdicts;
        let own = verdicts.iter().find(|v| v.point == point.id).context("every point is judged")?;
        let others: Vec<String> = verdicts
            .iter()
            .filter(|v| v.point != point.id && v.verdict.is_gap() && v.verdict != Verdict::Missing)
            .chain(verdicts.iter().filter(|v| v.point != point.id && v.verdict == Verdict::Satisfied))
            .map(|v| format!("{} {}", v.point, v.verdict.label()))
            .collect();
        let harms = verdicts.iter().any(|v| v.point != point.id && v.verdict == Verdict::Adverse);
        let ok = own.verdict == Verdict::Satisfied && !harms;
        if ok {
            good += 1
        } else {
            bad += 1
        }
        println!("{} {} — {}\n{text}", if ok { "✓" } else { "✗" }, point.id, own.verdict.label());
        println!("  {}\n  also: {}\n", own.reason, others.join(", "));
    }
    println!("{good} mend their point, {bad} do not, {without} without a clause");
    if bad > 0 {
        bail!("some clauses do not mend");
    }
    Ok(())
}
