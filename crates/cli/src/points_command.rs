//! `clausule points`.

use crate::args::PointsArgs;
use contract::Profile;
use contract::fold::fold;
use points::Point;
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct PointJson<'a> {
    id: &'a str,
    title: &'a str,
    category: &'a str,
    sources: &'a [String],
    when: contract::Fact,
    kind: points::Kind,
    severity: contract::Severity,
    ask: &'a str,
    why: &'a str,
    looked_for: &'a [String],
}

/// Lists the points.
///
/// # Errors
/// When nothing matches, or the list can't be written.
pub fn run(args: &PointsArgs) -> Result<ExitCode, String> {
    let catalogue = points::embedded();
    let profile = args.profile.unwrap_or(Profile::Complete);
    let chosen: Vec<&Point> = catalogue.points.iter().filter(|p| keep(args, profile, p)).collect();
    if chosen.is_empty() {
        return Err("aucun point ne correspond ; essayez sans filtre : clausule points".into());
    }
    if args.json {
        let list: Vec<PointJson> = chosen.iter().map(|p| as_json(p, profile)).collect();
        println!("{}", serde_json::to_string_pretty(&list).map_err(|e| e.to_string())?);
        return Ok(ExitCode::SUCCESS);
    }
    let mut category = "";
    for point in &chosen {
        if point.category() != category {
            category = point.category();
            println!("\n{category} · {}", catalogue.category_title(category));
        }
        println!("  {}  {:<9} {}", point.id, point.severity_for(profile).label(), point.title);
    }
    println!("\n{} points. La page d'un point : clausule explain {}", chosen.len(), chosen[0].id);
    Ok(ExitCode::SUCCESS)
}

fn keep(args: &PointsArgs, profile: Profile, point: &Point) -> bool {
    args.category.as_ref().is_none_or(|c| c.eq_ignore_ascii_case(point.category()))
        && args.severity.is_none_or(|s| point.severity_for(profile) == s)
        && profile.facts().contains(&point.when)
        && args.search.as_ref().is_none_or(|s| fold(&point.title).contains(&fold(s)))
}

fn as_json(point: &Point, profile: Profile) -> PointJson<'_> {
    PointJson {
        id: &point.id,
        title: &point.title,
        category: point.category(),
        sources: &point.sources,
        when: point.when,
        kind: point.kind,
        severity: point.severity_for(profile),
        ask: &point.ask,
        why: &point.why,
        looked_for: &point.looked_for,
    }
}
