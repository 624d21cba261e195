//! Which formula, at what price, and why: boundaries, unknown names, and what the reviewed file promises.

use contract::{Assessment, PointVerdict, Profile, Severity, Verdict};
use insurance::{Bracket, Estimate, Euros, Factor, Formula, Reference, Shown, Situation, SituationError};
use proptest::prelude::*;

fn plain() -> Situation {
    Situation {
        activity: "marketing".into(),
        turnover: Euros::new(60_000),
        persons: 200,
        staff: 1,
        cover: None,
        options: Vec::new(),
        claims: 0,
    }
}

fn estimate(situation: &Situation) -> Estimate {
    Reference::embedded().estimate(situation).expect("a situation that can be judged")
}

fn bracket(least: u64, most: u64) -> Option<Bracket> {
    Some(Bracket { least: Euros::new(least), most: Some(Euros::new(most)) })
}

#[test]
fn a_plain_trade_gets_the_basic_formula_at_the_known_price() {
    let found = estimate(&plain());
    assert_eq!((found.formula, found.bracket, found.year), (Formula::Basic, bracket(110, 220), 2025));
    assert!(found.factors.is_empty());
    assert_eq!(found.price().as_deref(), Some("de 110\u{a0}€ à 220\u{a0}€ par an"));
}

#[test]
fn an_exposed_trade_gets_the_full_formula() {
    let found = estimate(&Situation { activity: "informatique".into(), ..plain() });
    assert_eq!((found.formula, found.bracket), (Formula::Full, bracket(430, 500)));
    assert_eq!(found.factors, [Factor::SensitiveActivity]);
}

#[test]
fn the_cover_decides_exactly_at_its_limit() {
    let with = |cover| estimate(&Situation { cover: Some(Euros::new(cover)), ..plain() });
    assert_eq!(with(10_000).formula, Formula::Basic);
    assert_eq!(with(10_001).factors, [Factor::CoverWanted(Euros::new(10_001))]);
    assert_eq!(with(10_001).formula, Formula::Full);
}

#[test]
fn thirty_days_of_turnover_are_the_mark() {
    let with = |turnover| estimate(&Situation { turnover: Euros::new(turnover), ..plain() });
    assert_eq!(with(0).formula, Formula::Basic);
    assert_eq!(with(121_666).formula, Formula::Basic);
    assert_eq!(with(121_667).factors, [Factor::DaysCovered(29)]);
    assert_eq!(with(3_650_000_000).factors, [Factor::DaysCovered(0)]);
}

#[test]
fn a_thousand_persons_are_the_mark() {
    let with = |persons| estimate(&Situation { persons, ..plain() });
    assert_eq!(with(1_000).formula, Formula::Basic);
    assert_eq!(with(1_001).factors, [Factor::Persons(1_001)]);
    assert_eq!(with(u64::MAX).formula, Formula::Full);
}

#[test]
fn three_options_are_the_mark_and_one_named_twice_counts_once() {
    let with =
        |names: &[&str]| estimate(&Situation { options: names.iter().map(|n| (*n).to_owned()).collect(), ..plain() });
    assert_eq!(with(&["juridique", "technique"]).formula, Formula::Basic);
    assert_eq!(with(&["juridique", "technique", "juridique"]).formula, Formula::Basic);
    assert_eq!(with(&["juridique", "technique", "communication"]).factors, [Factor::Options(3)]);
}

#[test]
fn claims_leave_the_price_open_above() {
    let found = estimate(&Situation { claims: 1, ..plain() });
    assert_eq!(found.bracket, Some(Bracket { least: Euros::new(430), most: None }));
    assert!(found.price().is_some_and(|p| p.contains("sans plafond")));
}

#[test]
fn the_prices_are_not_stretched_to_those_they_are_not_for() {
    let two = estimate(&Situation { staff: 2, ..plain() });
    assert_eq!((two.formula, two.bracket), (Formula::Full, None));
    let hospital = estimate(&Situation { activity: "etablissement".into(), ..plain() });
    assert_eq!((hospital.bracket, hospital.price()), (None, None));
}

#[test]
fn unknown_names_are_refused_with_the_choices() {
    let reference = Reference::embedded();
    let refuse = |situation: &Situation| reference.estimate(situation).expect_err("refused");
    let activity = refuse(&Situation { activity: "pirate".into(), ..plain() });
    assert!(activity.to_string().contains("pirate") && activity.to_string().contains("marketing"));
    let option = refuse(&Situation { options: vec!["rançon".into()], ..plain() });
    assert!(option.to_string().contains("juridique"));
    assert_eq!(refuse(&Situation { staff: 0, ..plain() }), SituationError::Nobody);
}

#[test]
fn every_factor_is_said_in_a_whole_sentence() {
    let reference = Reference::embedded();
    let all = [
        Factor::SensitiveActivity,
        Factor::CoverWanted(Euros::new(50_000)),
        Factor::DaysCovered(1),
        Factor::Persons(12_000),
        Factor::Options(4),
        Factor::Claims(1),
        Factor::Claims(2),
        Factor::Staff(3),
        Factor::BeyondScope,
    ];
    for factor in all {
        let said = reference.explain(factor);
        assert!(said.ends_with('.') && !said.contains("{"), "{said}");
    }
    assert!(reference.explain(Factor::DaysCovered(1)).contains("1 jour de"));
    assert!(reference.explain(Factor::Persons(12_000)).contains("12\u{a0}000"));
}

#[test]
fn the_reviewed_file_names_only_points_of_the_catalogue() {
    let catalogue = points::embedded();
    let reference = Reference::embedded();
    assert!(reference.demands.len() >= 14);
    for demand in &reference.demands {
        assert!(!demand.points.is_empty(), "{}", demand.id);
        for point in &demand.points {
            assert!(catalogue.get(point).is_some(), "{}: {point}", demand.id);
        }
    }
    for profile in Profile::ALL {
        let named = reference.activities.iter().filter(|a| a.profiles.contains(&profile)).count();
        assert!(named <= 1, "{profile:?} stands for two trades");
    }
    assert!(Reference::parse("year = 2025").is_err());
}

fn verdict(point: &str, verdict: Verdict) -> PointVerdict {
    PointVerdict {
        point: point.into(),
        verdict,
        severity: Severity::Majeur,
        sure: true,
        quotes: Vec::new(),
        reason: String::new(),
        contrary: Vec::new(),
        absence: None,
    }
}

fn assessment(verdicts: Vec<PointVerdict>) -> Assessment {
    Assessment {
        profile: Profile::Complete,
        profile_proposed: false,
        facts: Vec::new(),
        provider_names: Vec::new(),
        client_names: Vec::new(),
        remarks: Vec::new(),
        verdicts,
        commitments: Vec::new(),
        stale_references: Vec::new(),
        provider_view: None,
    }
}

#[test]
fn a_demand_is_covered_only_when_all_of_it_is_and_a_contrary_point_outweighs() {
    let reference = Reference::embedded();
    let shown = |verdicts: &[Verdict]| {
        let points = ["SAU-01", "SAU-06", "SAU-08", "SAU-09"];
        let all = assessment(points.iter().zip(verdicts).map(|(p, v)| verdict(p, *v)).collect());
        let coverage = reference.coverage(&all);
        coverage.iter().find(|c| c.demand == "sauvegardes").map(|c| c.shown).expect("the demand")
    };
    use Verdict::{Adverse, Missing, NotApplicable, NotReadable, Satisfied, Weak};
    assert_eq!(shown(&[Satisfied, Satisfied, Satisfied, Satisfied]), Shown::Covered);
    assert_eq!(shown(&[Satisfied, Satisfied, Satisfied, NotApplicable]), Shown::Covered);
    assert_eq!(shown(&[Satisfied, Satisfied, Satisfied, Missing]), Shown::Partly);
    assert_eq!(shown(&[Satisfied, NotReadable, Satisfied, Satisfied]), Shown::Partly);
    assert_eq!(shown(&[Weak, Missing, Missing, Missing]), Shown::Partly);
    assert_eq!(shown(&[Satisfied, Satisfied, Satisfied, Adverse]), Shown::Contrary);
    assert_eq!(shown(&[NotReadable, Missing, Missing, Missing]), Shown::Unknown);
    assert_eq!(shown(&[Missing, Missing, Missing, Missing]), Shown::Gap);
    assert_eq!(shown(&[NotApplicable, NotApplicable, NotApplicable, NotApplicable]), Shown::Gap);
    assert_eq!(shown(&[]), Shown::Gap);
}

proptest! {
    /// A price never leaves what the file knows, and more risk never makes it cheaper.
    #[test]
    fn prices_stay_within_what_is_known(turnover in any::<u64>(), persons in any::<u64>(), claims in 0u32..4) {
        let situation = Situation { turnover: Euros::new(turnover), persons, claims, ..plain() };
        let found = estimate(&situation);
        let bracket = found.bracket.expect("someone alone");
        prop_assert!(bracket.least >= Euros::new(110) && bracket.most.is_none_or(|m| m <= Euros::new(500)));
        prop_assert!(bracket.most.is_none_or(|m| m > bracket.least));
        let more = Situation { persons: persons.saturating_add(5_000), claims: claims + 1, ..situation };
        let worse = estimate(&more).bracket.expect("someone alone");
        prop_assert!(worse.least >= bracket.least);
    }
}
