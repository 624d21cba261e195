//! Sheets of our own probes (`clausule.probe/1`): a web page, a port, a certificate, a name, over an hour at most.
//!
//! Seconds up and down are counted from the checks, never taken from the sheet: a check speaks until the next one, for two
//! intervals at most; what nobody observed, or a check that could not be made, is neither up nor down.

use super::{Basis, Source};
use crate::core::clock::Moment;
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::core::text::short;
use crate::measures;
use serde_json::Value;

pub const SOURCES: &[Source] = &[Source {
    name: "clausule probe",
    about: "relevés des sondes de Clausule (page web, port, certificat, nom)",
    kind: Kind::Availability,
    basis: Basis::Ran,
    rule: Rule { id: "clausule-probe", version: 2 },
    recognise: |m| m.json.as_ref().is_some_and(|v| json::text(v, "kind") == Some("clausule.probe/1")),
    read,
}];

/// Intervals for which a check speaks.
const REACH: i64 = 2;

/// A check: when, and up or down or neither.
type Beat = (i64, Option<bool>);

/// Seconds observed and seconds down between `from` and `to`.
fn seconds(from: i64, to: i64, every: i64, carried: Option<bool>, checks: &[Beat]) -> (i64, i64) {
    let mut all: Vec<Beat> = carried.map(|up| (from, Some(up))).into_iter().collect();
    all.extend(checks.iter().filter(|(at, _)| (from..=to).contains(at)));
    all.sort_by_key(|c| c.0);
    let (mut observed, mut down) = (0, 0);
    for (at, (start, up)) in all.iter().enumerate() {
        let next = all.get(at + 1).map_or(to, |c| c.0);
        let spoken = (next.min(start + REACH * every).min(to) - start).max(0);
        observed += if up.is_some() { spoken } else { 0 };
        down += if *up == Some(false) { spoken } else { 0 };
    }
    (observed, down)
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(value) = &material.json else { return Vec::new() };
    let mut judge = source.judge();
    let check = json::text(value, "check").unwrap_or_default();
    judge.host(json::text(value, "host")).job(json::text(value, "name"));
    judge.scope(json::text(value, "target"));
    let moment = |text: Option<&str>| text.and_then(|t| material.moment(t));
    let at = |v: &Value| moment(json::text(v, "at"));
    let list = json::list(value, "checks");
    let dated: Vec<(Moment, &Value)> = list.iter().filter_map(|v| Some((at(v)?, v))).collect();
    let (from, to) = (moment(json::text(value, "from")), moment(json::text(value, "to")));
    judge.started(from.clone());
    // The last check, not the end of the sheet: a sheet that ends at midnight is the former day's.
    judge.happened(dated.last().map(|d| d.0.clone()));
    let up = |v: &Value| (json::flag(v, "untried") != Some(true)).then_some(json::flag(v, "ok") == Some(true));
    let beats: Vec<Beat> = dated.iter().map(|(m, v)| (m.seconds(), up(v))).collect();
    let bad = beats.iter().filter(|b| b.1 == Some(false)).count();
    let tried = beats.iter().filter(|b| b.1.is_some()).count();
    judge.measure("checks", tried).measure("checks_failed", bad);
    let every = json::number(value, "every_s").unwrap_or(0.0) as i64;
    if let (Some(from), Some(to), 1..=86_400) = (&from, &to, every)
        && (0..=86_400).contains(&(to.seconds() - from.seconds()))
    {
        let carried = json::flag(value, "carried");
        let (observed, down) = seconds(from.seconds(), to.seconds(), every, carried, &beats);
        judge.measure(measures::OBSERVED_S, observed).measure(measures::DOWN_S, down);
    } else {
        judge.lack("la période du relevé est illisible");
    }
    let said =
        dated.iter().rev().find_map(|(_, v)| json::text(v, "said").filter(|s| !s.is_empty())).unwrap_or_default();
    if let Some(end) = dated.last().and_then(|(_, v)| json::text(v, "expires")) {
        judge.measure("certificate_expires", end);
    }
    match (tried, bad) {
        (0, _) if beats.is_empty() => judge.lack("le relevé n'a aucune mesure datée"),
        (0, _) => judge.lack(format!("aucune mesure n'a pu être faite : {}", short(said))),
        (all, 0) if all < beats.len() => {
            judge.degrade(format!(
                "{all} mesures bonnes, {} n'ont pas pu être faites : {}",
                beats.len() - all,
                short(said)
            ));
        }
        (all, bad) if bad == all => judge.fail(format!("le service ne répond pas comme attendu : {}", short(said))),
        (all, 0) => judge.prove(format!("{all} mesures, toutes bonnes")),
        (all, bad) => judge.degrade(format!("{bad} mesures sur {all} mauvaises : {}", short(said))),
    }
    let mut fact = judge.fact();
    if check == "tls" {
        // How long a certificate holds says nothing of whether the service answers.
        fact.kind = Kind::Scan;
        fact.measures.remove(measures::OBSERVED_S);
        fact.measures.remove(measures::DOWN_S);
    }
    vec![fact]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::fact::State;

    #[test]
    fn unobserved_seconds_are_neither_up_nor_down() {
        // Checks at 0 (up), 60 (down), then nothing: the second speaks for two minutes, the rest is unknown.
        assert_eq!(seconds(0, 3_600, 60, None, &[(0, Some(true)), (60, Some(false))]), (180, 120));
        assert_eq!(
            seconds(0, 60, 60, Some(false), &[(60, Some(true))]),
            (60, 60),
            "carried over until the first check"
        );
        assert_eq!(
            seconds(0, 60, 60, Some(true), &[(-5, Some(false)), (90, Some(false))]),
            (60, 0),
            "checks of other sheets"
        );
        assert_eq!(seconds(0, 60, 60, None, &[]), (0, 0));
        assert_eq!(seconds(0, 180, 60, None, &[(0, Some(true)), (60, None), (120, Some(false))]), (120, 60), "untried");
    }

    #[test]
    fn a_check_that_could_not_be_made_is_no_outage() {
        let sheet = |checks: &str| {
            format!(
                r#"{{"kind":"clausule.probe/1","check":"http","name":"portail","host":"portail.exemple","target":"https://portail.exemple/",
                "every_s":60,"from":"2026-03-02T08:00:00Z","to":"2026-03-02T08:02:00Z","carried":null,"checks":[{checks}]}}"#
            )
        };
        let untried = r#"{"at":"2026-03-02T08:00:00Z","ok":false,"ms":1,"said":"adresse privée","untried":true}"#;
        let good = r#"{"at":"2026-03-02T08:01:00Z","ok":true,"ms":1}"#;
        for (checks, state) in [(untried.to_owned(), State::Unproven), (format!("{untried},{good}"), State::Degraded)] {
            let text = sheet(&checks);
            let facts = crate::read(&crate::Proof { bytes: text.as_bytes(), ..crate::Proof::default() });
            assert_eq!(facts[0].state, state, "{facts:?}");
            assert!(facts[0].measures.get(measures::DOWN_S).is_some_and(|d| d.as_f64() == Some(0.0)), "{facts:?}");
        }
    }
}
