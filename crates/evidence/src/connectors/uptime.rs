//! Gatus statuses and Uptime Kuma heartbeats, as JSON: one fact a service, availability over what was measured.

use super::{Basis, Source};
use crate::Moment;
use crate::core::clock::epoch;
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
    Source {
        name: "uptime kuma event",
        about: "notification d'Uptime Kuma (webhook JSON)",
        kind: Kind::Availability,
        basis: Basis::Documentation,
        rule: Rule { id: "uptime-kuma-event", version: 1 },
        recognise: |m| {
            m.json.as_ref().is_some_and(|v| {
                json::at(v, "heartbeat/status").is_some() && json::at(v, "monitor").is_some_and(Value::is_object)
            })
        },
        read: read_kuma_event,
    },
    Source {
        name: "prometheus query",
        about: "réponse de Prometheus (probe_success, up) à une requête sur une période",
        kind: Kind::Availability,
        basis: Basis::Documentation,
        rule: Rule { id: "prometheus-query", version: 1 },
        recognise: |m| {
            m.json.as_ref().is_some_and(|v| {
                json::text(v, "data/resultType").is_some() && json::at(v, "data/result").is_some_and(Value::is_array)
            })
        },
        read: read_prometheus,
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

/// A measured moment of a service: when, and whether it answered (`None` for a maintenance).
type Beat = (Option<Moment>, Option<bool>);

/// Judges the measured moments of a service.
fn weigh(judge: &mut Judge, beats: &[Beat]) {
    let (good, bad) =
        (beats.iter().filter(|b| b.1 == Some(true)).count(), beats.iter().filter(|b| b.1 == Some(false)).count());
    let unknown = beats.len() - good - bad;
    let times: Vec<&Moment> = beats.iter().filter_map(|b| b.0.as_ref()).collect();
    let (first, last) = (times.iter().min_by_key(|m| m.seconds()), times.iter().max_by_key(|m| m.seconds()));
    judge.happened(last.map(|m| (*m).clone())).started(first.map(|m| (*m).clone()));
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
        let what = if bad == 1 { "mesure" } else { "mesures" };
        let percent = format!("{percent:.2}").replace('.', ",");
        judge.degrade(format!("{bad} {what} sans réponse sur {} ({percent} %)", good + bad));
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
        let when = |r: &Value| json::text(r, "timestamp").and_then(|t| material.moment(t));
        let beats: Vec<Beat> = results.iter().map(|r| (when(r), json::flag(r, "success"))).collect();
        weigh(&mut judge, &beats);
        judge.fact()
    };
    endpoints(value).into_iter().take(2_000).map(one).collect()
}

fn read_kuma(material: &Material, source: &Source) -> Vec<Fact> {
    let list = material.json.as_ref().and_then(|v| json::at(v, "heartbeatList")).and_then(Value::as_object);
    let one = |(id, beats): (&String, &Value)| {
        let mut judge = source.judge();
        judge.job(Some(format!("moniteur {id}"))).scope([id.as_str()]);
        let beats: Vec<Beat> = json::list(beats, "").iter().map(|b| (kuma_time(b, material), kuma_answer(b))).collect();
        weigh(&mut judge, &beats);
        judge.fact()
    };
    list.into_iter().flatten().take(2_000).map(one).collect()
}

fn kuma_answer(beat: &Value) -> Option<bool> {
    match json::count(beat, "status") {
        Some(1) => Some(true),
        Some(0) => Some(false),
        _ => None,
    }
}

/// Uptime Kuma writes its times in UTC, without saying so.
fn kuma_time(beat: &Value, material: &Material) -> Option<Moment> {
    let text = json::text(beat, "time")?;
    let bare = !text.contains(['Z', '+']);
    material.moment(&if bare { format!("{text}Z") } else { text.to_owned() })
}

/// One beat proves one moment: what it was before is not in it.
fn read_kuma_event(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(value) = &material.json else { return Vec::new() };
    let mut judge = source.judge();
    let name = json::text(value, "monitor/name");
    let url = json::text(value, "monitor/url").filter(|u| u.len() > 8);
    judge.job(name).scope(url.or(name)).host(json::text(value, "monitor/hostname"));
    if let Some(beat) = json::at(value, "heartbeat") {
        judge.happened(kuma_time(beat, material));
        match kuma_answer(beat) {
            Some(true) if json::flag(beat, "important") == Some(true) => {
                judge.degrade("le service répond de nouveau : une panne vient de finir");
            }
            Some(true) => judge.prove("le service répond"),
            Some(false) => judge.fail("le service ne répond pas"),
            None => judge.lack("le service est en maintenance, ou son état n'est pas connu"),
        }
    }
    vec![judge.fact()]
}

/// Names of metrics that say whether a service answers.
const ANSWERS: [&str; 3] = ["probe_success", "up", "monitor_status"];

/// One fact a series.
fn read_prometheus(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(value) = &material.json else { return Vec::new() };
    let one = |series: &Value| {
        let mut judge = source.judge();
        let label = |name: &str| json::text(series, &format!("metric/{name}"));
        judge.job(label("job")).scope(label("instance")).host(label("instance"));
        if json::text(value, "status").is_some_and(|s| s != "success") {
            judge.fail("Prometheus n'a pas pu répondre");
        }
        let mut points = json::list(series, "values").to_vec();
        points.extend(json::at(series, "value").cloned());
        let beat = |point: &Value| -> Beat {
            let when = json::list(point, "").first().and_then(Value::as_f64).and_then(epoch);
            let told = json::list(point, "").get(1).and_then(Value::as_str);
            let answered = match told.and_then(|t| t.parse::<f64>().ok()) {
                Some(n) if (n - 1.0).abs() < f64::EPSILON => Some(true),
                Some(n) if n.abs() < f64::EPSILON => Some(false),
                _ => None,
            };
            (when, answered)
        };
        match label("__name__") {
            Some(name) if ANSWERS.contains(&name) => weigh(&mut judge, &points.iter().map(beat).collect::<Vec<_>>()),
            _ => judge.lack("cette mesure ne dit pas si un service répond (probe_success, up)"),
        }
        judge.fact()
    };
    json::list(value, "data/result").iter().take(2_000).map(one).collect()
}
