//! Gatus statuses and Uptime Kuma heartbeats, as JSON: one fact a service, availability over what was measured.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::measures;
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "gatus",
        about: "Gatus, /api/v1/endpoints/statuses",
        kind: Kind::Availability,
        basis: Basis::Documentation,
        rule: Rule { id: "gatus", version: 1 },
        recognise: |m| {
            m.json.as_ref().is_some_and(|v| {
                endpoints(v).first().is_some_and(|e| json::at(e, "results").is_some_and(Value::is_array))
            })
        },
        read: read_gatus,
    },
    Source {
        name: "uptime kuma",
        about: "Uptime Kuma, battements d'une page d'état (/api/status-page/heartbeat) ou d'un export",
        kind: Kind::Availability,
        basis: Basis::Documentation,
        rule: Rule { id: "uptime-kuma", version: 1 },
        recognise: |m| m.json.as_ref().is_some_and(|v| json::at(v, "heartbeatList").is_some()),
        read: read_kuma,
    },
];

fn endpoints(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => {
            list.iter().filter(|e| json::at(e, "name").is_some() || json::at(e, "key").is_some()).collect()
        }
        other if json::at(other, "results").is_some() && json::at(other, "name").is_some() => vec![other],
        _ => Vec::new(),
    }
}

/// Measured moments of a service: when, and whether it answered (`None` for a maintenance).
fn weigh(judge: &mut Judge, material: &Material, beats: &[(Option<&str>, Option<bool>)]) {
    let (good, bad) =
        (beats.iter().filter(|b| b.1 == Some(true)).count(), beats.iter().filter(|b| b.1 == Some(false)).count());
    let unknown = beats.len() - good - bad;
    let times: Vec<crate::Moment> = beats.iter().filter_map(|b| material.moment(b.0?)).collect();
    let (first, last) = (times.iter().min_by_key(|m| m.seconds()), times.iter().max_by_key(|m| m.seconds()));
    judge.happened(last.cloned()).started(first.cloned());
    judge.measure("checks", beats.len()).measure("checks_failed", bad).measure("checks_unknown", unknown);
    if good + bad == 0 {
        return judge.lack("aucune mesure n'est connue");
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of checks, far below 2^52")]
    let percent = good as f64 * 100.0 / (good + bad) as f64;
    judge.measure(measures::AVAILABILITY_PERCENT, percent);
    if times.is_empty() {
        judge.lack("les mesures ne sont pas datées");
    }
    if unknown > 0 {
        judge.lack(format!("{unknown} mesures inconnues ou en maintenance"));
    }
    if good == 0 {
        judge.fail("le service n'a répondu à aucune mesure");
    } else if bad > 0 {
        judge.degrade(format!("{bad} mesures sur {} sans réponse ({percent:.3} %)", good + bad));
    } else {
        judge.prove(format!("{good} mesures, toutes bonnes"));
    }
}

fn read_gatus(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(value) = &material.json else { return Vec::new() };
    let one = |endpoint: &Value| {
        let mut judge = source.judge();
        let name = json::text(endpoint, "name").or_else(|| json::text(endpoint, "key")).unwrap_or_default();
        let results = json::list(endpoint, "results");
        judge.job(Some(name)).scope([name]).host(results.last().and_then(|r| json::text(r, "hostname")));
        let beats: Vec<_> = results.iter().map(|r| (json::text(r, "timestamp"), json::flag(r, "success"))).collect();
        weigh(&mut judge, material, &beats);
        judge.fact()
    };
    endpoints(value).into_iter().take(2_000).map(one).collect()
}

fn read_kuma(material: &Material, source: &Source) -> Vec<Fact> {
    let list = material.json.as_ref().and_then(|v| json::at(v, "heartbeatList")).and_then(Value::as_object);
    let one = |(id, beats): (&String, &Value)| {
        let mut judge = source.judge();
        judge.job(Some(format!("moniteur {id}"))).scope([id.as_str()]);
        let beats: Vec<_> = json::list(beats, "")
            .iter()
            .map(|b| {
                let answered = match json::count(b, "status") {
                    Some(1) => Some(true),
                    Some(0) => Some(false),
                    _ => None,
                };
                (json::text(b, "time"), answered)
            })
            .collect();
        weigh(&mut judge, material, &beats);
        judge.fact()
    };
    list.into_iter().flatten().take(2_000).map(one).collect()
}
