//! Windows events: XML (`wevtutil qe /f:xml`, Event Viewer) and JSON (Get-WinEvent, evtx_dump, NXLog, Winlogbeat).
//!
//! An event is known by its provider *and* its number: 20 means a failed update for one provider and a boot for
//! another. Log-cleared events (1102, 104) fail the log whatever else it holds.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::series;
use crate::core::text::short;
use crate::core::xml::Document;
use serde_json::Value;

pub const SOURCES: &[Source] = &[Source {
    name: "windows events",
    about: "journaux d'événements Windows, XML ou JSON",
    kind: Kind::Log,
    basis: Basis::Documentation,
    rule: Rule { id: "windows-events", version: 1 },
    recognise: |m| !events(m).is_empty(),
    read,
}];

/// Most events read.
const EVENTS: usize = 500_000;

#[derive(Debug, Default)]
struct Event {
    provider: String,
    id: u64,
    record: Option<u64>,
    time: String,
    computer: String,
    channel: String,
    message: String,
}

fn events(material: &Material) -> Vec<Event> {
    if let Some(value) = &material.json {
        return match value {
            Value::Array(list) => list.iter().take(EVENTS).filter_map(from_json).collect(),
            one => from_json(one).into_iter().collect(),
        };
    }
    if material.out.contains("<Event") {
        return from_xml(&material.out);
    }
    material.lines.iter().take(EVENTS).filter_map(from_json).collect()
}

fn from_json(value: &Value) -> Option<Event> {
    let system = ["Event/System", "System", "winlog"].iter().find_map(|p| json::at(value, p)).unwrap_or(value);
    let text = |names: &[&str]| {
        names.iter().find_map(|n| {
            let found = json::at(system, n).or_else(|| json::at(value, n))?;
            found.as_str().map(ToOwned::to_owned).or_else(|| found.as_u64().map(|n| n.to_string()))
        })
    };
    let id = text(&["EventID", "EventID/#text", "Id", "event_id", "EventId"])?.parse().ok()?;
    let provider =
        text(&["ProviderName", "Provider/#attributes/Name", "Provider/Name", "provider_name", "SourceName", "Source"])?;
    Some(Event {
        provider,
        id,
        record: text(&["EventRecordID", "RecordId", "record_id", "RecordNumber"]).and_then(|r| r.parse().ok()),
        time: text(&[
            "TimeCreated/#attributes/SystemTime",
            "TimeCreated/SystemTime",
            "TimeCreated/DateTime",
            "TimeCreated",
            "@timestamp",
            "EventTime",
            "UtcTime",
        ])
        .unwrap_or_default(),
        computer: text(&["Computer", "MachineName", "computer_name", "Hostname"]).unwrap_or_default(),
        channel: text(&["Channel", "LogName", "channel"]).unwrap_or_default(),
        message: text(&["Message", "message"]).unwrap_or_default(),
    })
}

fn from_xml(text: &str) -> Vec<Event> {
    let whole = text.trim_start().trim_start_matches('\u{feff}');
    let bare = !whole.starts_with("<?xml") && whole.matches("<Event ").count() > 1 && !whole.contains("<Events");
    let wrapped = if bare { format!("<Events>{whole}</Events>") } else { whole.to_owned() };
    let Some(document) = Document::parse(&wrapped) else { return Vec::new() };
    let mut found: Vec<Event> = Vec::new();
    for element in &document.elements {
        if element.name() == "Event" && found.len() < EVENTS {
            found.push(Event::default());
        }
        let Some(event) = found.last_mut() else { continue };
        let text = element.text.trim();
        match element.name() {
            "Provider" => element.attribute("Name").unwrap_or_default().clone_into(&mut event.provider),
            "EventID" => event.id = text.parse().unwrap_or(0),
            "EventRecordID" => event.record = text.parse().ok(),
            "TimeCreated" => element.attribute("SystemTime").unwrap_or_default().clone_into(&mut event.time),
            "Computer" => text.clone_into(&mut event.computer),
            "Channel" => text.clone_into(&mut event.channel),
            "Message" => text.clone_into(&mut event.message),
            _ => {}
        }
    }
    found.retain(|e| e.id > 0 && !e.provider.is_empty());
    found
}

/// Backup and update events stand for themselves; the rest is a log with its period.
fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let all = events(material);
    let mut facts: Vec<Fact> = all.iter().filter_map(|e| telling(e, material, source)).take(5_000).collect();
    if facts.len() < all.len() || all.iter().any(is_cleared) {
        facts.push(log(&all, material, source));
    }
    facts
}

fn is_cleared(event: &Event) -> bool {
    let provider = event.provider.to_lowercase();
    (event.id == 1102 && (provider.contains("eventlog") || provider.contains("security")))
        || (event.id == 104 && provider.contains("eventlog"))
}

fn log(all: &[Event], material: &Material, source: &Source) -> Fact {
    let mut judge = source.judge();
    let moments: Vec<crate::Moment> = all.iter().filter_map(|e| material.moment(&e.time)).collect();
    judge.host(all.first().map(|e| e.computer.as_str()));
    judge.scope(all.iter().map(|e| e.channel.as_str()));
    judge.measure("events", all.len());
    for event in all.iter().filter(|e| is_cleared(e)) {
        judge.fail(format!("journal effacé le {}", event.time));
    }
    series::weigh(&mut judge, &moments);
    let one_channel = all.windows(2).all(|w| w[0].channel == w[1].channel && w[0].computer == w[1].computer);
    if one_channel {
        series::missing_records(&mut judge, all.iter().filter_map(|e| e.record).collect());
    }
    judge.prove(format!("{} événements datés", moments.len()));
    judge.fact()
}

/// What one event says of a promise: its kind and the judge's word.
fn telling(event: &Event, material: &Material, source: &Source) -> Option<Fact> {
    let provider = event.provider.to_lowercase();
    let kind = match provider.as_str() {
        p if p.contains("windows-backup") => Kind::Backup,
        p if p.contains("windowsupdateclient") => Kind::Patch,
        p if p.contains("windows defender") => Kind::Antivirus,
        _ => return None,
    };
    let mut judge = Judge::new(source.name, kind, source.rule);
    if !verdict(&mut judge, kind, event) {
        return None;
    }
    judge
        .happened(material.moment(&event.time))
        .host(Some(event.computer.as_str()))
        .job(Some(format!("{} {}", event.provider, event.id)));
    if judge.is_clean() && material.moment(&event.time).is_none() {
        judge.lack("l'événement n'est pas daté");
    }
    Some(judge.fact())
}

/// Whether the number means something here.
fn verdict(judge: &mut Judge, kind: Kind, event: &Event) -> bool {
    let said = short(&event.message);
    match (kind, event.id) {
        (Kind::Backup, 4 | 14) => judge.prove("la sauvegarde Windows s'est terminée"),
        (
            Kind::Backup,
            5 | 8 | 9 | 17 | 18 | 19 | 20 | 21 | 22 | 49 | 50 | 52 | 100 | 517 | 518 | 521 | 527 | 528 | 544 | 545
            | 546 | 561 | 564 | 612,
        ) => {
            judge.fail(format!("la sauvegarde Windows a échoué (événement {}) {said}", event.id));
        }
        (Kind::Patch, 19) => judge.prove(format!("mise à jour installée {said}")),
        (Kind::Patch, 20 | 25 | 31) => judge.fail(format!("mise à jour manquée {said}")),
        (Kind::Antivirus, 1001 | 2000) => judge.prove("analyse ou mise à jour de Defender terminée"),
        (Kind::Antivirus, 1116) => judge.fail(format!("logiciel malveillant détecté {said}")),
        (Kind::Antivirus, 1117) => judge.degrade(format!("logiciel malveillant traité {said}")),
        (Kind::Antivirus, 2001 | 2003 | 3002 | 5001 | 5010 | 5012) => {
            judge.fail(format!("protection arrêtée ou pas à jour (événement {}) {said}", event.id))
        }
        (Kind::Antivirus, 1002 | 1005) => judge.fail("analyse de Defender arrêtée"),
        _ => return false,
    }
    true
}
