//! Microsoft Defender on Linux: `mdatp health --output json`. `healthy: true` was seen with protection off.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::Rule;
use crate::core::proof::Material;

pub const SOURCES: &[Source] = &[Source {
    name: "mdatp health",
    about: "état de Microsoft Defender (mdatp health --output json)",
    kind: Kind::Antivirus,
    basis: Basis::Documentation,
    rule: Rule { id: "mdatp-health", version: 1 },
    recognise: |m| {
        m.json.as_ref().is_some_and(|v| json::at(v, "healthy").is_some() && json::at(v, "definitionsStatus").is_some())
    },
    read,
}];

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(value) = &material.json else { return Vec::new() };
    let mut judge = source.judge();
    let flag = |name: &str| json::flag(value, &format!("{name}/value")).or_else(|| json::flag(value, name));
    let updated = json::at(value, "definitionsUpdated").and_then(|v| {
        let number = v.as_f64().or_else(|| v.as_str()?.parse().ok());
        number.and_then(|n| crate::core::clock::epoch(n / 1000.0)).or_else(|| material.moment(v.as_str()?))
    });
    if let Some(moment) = &updated {
        judge.measure("definitions_updated", moment.text());
    }
    judge.happened(material.mail_date());
    judge.version(json::text(value, "appVersion")).host(json::text(value, "machineName"));
    match flag("realTimeProtectionEnabled") {
        Some(true) => {}
        Some(false) => judge.fail("la protection en temps réel est arrêtée"),
        None => judge.lack("l'état de la protection en temps réel manque"),
    }
    if flag("passiveModeEnabled") == Some(true) {
        judge.fail("Defender est en mode passif : il ne bloque rien");
    }
    if flag("healthy") == Some(false) {
        judge.fail("Defender ne se dit pas en bon état");
    }
    let status = json::text(value, "definitionsStatus/$type")
        .or_else(|| json::text(value, "definitionsStatus"))
        .unwrap_or_default();
    match status {
        "upToDate" | "up_to_date" => {}
        "" => judge.lack("l'état des signatures manque"),
        other => judge.degrade(format!("signatures : {other}")),
    }
    if updated.is_none() {
        judge.lack("la date des signatures manque");
    }
    judge.prove("protection en temps réel active, signatures à jour");
    judge.exit(material, &[], false);
    vec![judge.fact()]
}
