//! Inventories of GLPI agent (JSON) and FusionInventory (XML): hardware, system, software, antivirus.
//!
//! Only the sections that a product should keep are read. [`storable`] drops the others (environment variables,
//! processes, users) before anything is hashed or stored: an agent was seen sending a password in
//! clear among its environment variables.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::xml::Document;
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "glpi inventory",
        about: "inventaire de GLPI Agent, JSON",
        kind: Kind::Inventory,
        basis: Basis::Ran,
        rule: Rule { id: "glpi-inventory", version: 1 },
        recognise: |m| {
            m.json.as_ref().is_some_and(|v| json::at(v, "deviceid").is_some() && json::at(v, "content").is_some())
        },
        read: read_json,
    },
    Source {
        name: "fusion inventory",
        about: "inventaire de FusionInventory ou OCS, XML",
        kind: Kind::Inventory,
        basis: Basis::Documentation,
        rule: Rule { id: "fusion-inventory", version: 1 },
        recognise: |m| {
            m.out.trim_start().starts_with('<') && m.out.contains("<REQUEST>") && m.out.contains("<CONTENT>")
        },
        read: read_xml,
    },
];

/// Sections kept.
/// Of the access log only the date: its other fields name persons.
const KEPT: [&str; 15] = [
    "accesslog",
    "hardware",
    "operatingsystem",
    "bios",
    "cpus",
    "memories",
    "drives",
    "storages",
    "networks",
    "firewalls",
    "antivirus",
    "softwares",
    "versionclient",
    "accountinfo",
    "virtualmachines",
];

/// Fields dropped even in a kept section: names of persons.
const DROPPED: [&str; 6] = ["lastloggeduser", "datelastloggeduser", "userid", "userdomain", "winowner", "username"];

/// The inventory with only the sections and fields that may be kept; `None` when it is not an inventory.
#[must_use]
pub fn storable(bytes: &[u8]) -> Option<String> {
    // Most proofs are no inventories: a look for the name that every inventory has spares them the parsing.
    const NAME: &[u8] = b"deviceid";
    let text = crate::core::proof::decode(bytes);
    if !text.as_bytes().windows(NAME.len()).any(|w| w.eq_ignore_ascii_case(NAME)) {
        return None;
    }
    if let Ok(Value::Object(mut root)) = serde_json::from_str::<Value>(&text) {
        root.get("deviceid")?;
        let content = root.get_mut("content")?.as_object_mut()?;
        content.retain(|name, _| KEPT.contains(&name.to_lowercase().as_str()));
        for section in content.values_mut() {
            without_persons(section);
        }
        root.retain(|name, _| ["action", "deviceid", "itemtype", "content", "tag", "partial"].contains(&name.as_str()));
        return serde_json::to_string(&root).ok();
    }
    storable_xml(&text)
}

fn without_persons(value: &mut Value) {
    match value {
        Value::Object(map) => map.retain(|name, _| !DROPPED.contains(&name.to_lowercase().as_str())),
        Value::Array(list) => list.iter_mut().for_each(without_persons),
        _ => {}
    }
}

/// The elements below `CONTENT` are kept by name and written anew.
fn storable_xml(text: &str) -> Option<String> {
    let document = Document::parse(text).filter(|d| d.root() == "REQUEST" && d.complete)?;
    let allowed = |path: &str| {
        let mut names = path.split('/');
        match (names.next(), names.next(), names.next()) {
            (Some("REQUEST"), Some("CONTENT"), Some(section)) => {
                KEPT.contains(&section.to_lowercase().as_str())
                    && !names.any(|n| DROPPED.contains(&n.to_lowercase().as_str()))
            }
            (Some("REQUEST"), Some("CONTENT" | "DEVICEID" | "QUERY") | None, None) => true,
            _ => false,
        }
    };
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut open: Vec<(usize, String)> = Vec::new();
    for (at, element) in document.elements.iter().enumerate().filter(|(_, e)| allowed(&e.path)) {
        while open.last().is_some_and(|(i, _)| Some(*i) != element.parent) {
            if let Some((_, name)) = open.pop() {
                out.push_str(&format!("</{name}>"));
            }
        }
        out.push_str(&format!("<{}>{}", element.name(), quick_xml::escape::escape(element.text.trim())));
        open.push((at, element.name().to_owned()));
    }
    while let Some((_, name)) = open.pop() {
        out.push_str(&format!("</{name}>"));
    }
    Some(out)
}

fn read_json(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(value) = &material.json else { return Vec::new() };
    let mut judge = source.judge();
    let text = |path: &str| json::text(value, path).filter(|t| !t.trim().is_empty());
    judge.host(
        text("content/hardware/name").or_else(|| text("content/operatingsystem/fqdn")).or_else(|| text("deviceid")),
    );
    judge.client(text("tag").or_else(|| text("content/accountinfo/value")));
    judge.version(text("content/versionclient"));
    judge.happened_or_mail(text("content/accesslog/logdate").and_then(|t| material.moment(t)), material);
    let softwares = json::list(value, "content/softwares");
    judge.measure("softwares", softwares.len());
    for (name, path) in [
        ("system", "content/operatingsystem/full_name"),
        ("system_version", "content/operatingsystem/version"),
        ("kernel", "content/operatingsystem/kernel_version"),
        ("last_boot", "content/operatingsystem/boot_time"),
    ] {
        if let Some(found) = text(path) {
            judge.measure(name, found);
        }
    }
    for antivirus in json::list(value, "content/antivirus") {
        let field = |name: &str| json::at(antivirus, name).or_else(|| json::at(antivirus, &name.to_uppercase()));
        let word = |name: &str| field(name).map(|v| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned));
        protection(&mut judge, word("name"), word("enabled"), word("uptodate"), word("version"));
    }
    content(&mut judge, text("content/operatingsystem/full_name").is_some(), softwares.len());
    if json::flag(value, "partial") == Some(true) {
        judge.lack("inventaire partiel");
    }
    vec![judge.fact()]
}

fn read_xml(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(document) = Document::parse(&material.out) else { return Vec::new() };
    let mut judge = source.judge();
    let text = |tail: &str| document.text(tail).filter(|t| !t.is_empty());
    judge.host(text("HARDWARE/NAME").or_else(|| text("REQUEST/DEVICEID")));
    judge.client(text("ACCOUNTINFO/KEYVALUE")).version(text("CONTENT/VERSIONCLIENT"));
    judge.happened_or_mail(text("ACCESSLOG/LOGDATE").and_then(|t| material.moment(t)), material);
    let softwares = document.all("CONTENT/SOFTWARES").count();
    judge.measure("softwares", softwares);
    let system = text("OPERATINGSYSTEM/FULL_NAME").or_else(|| text("HARDWARE/OSNAME"));
    if let Some(system) = system {
        judge.measure("system", system);
    }
    for (at, _) in document.all("CONTENT/ANTIVIRUS") {
        let word = |name: &str| document.child(at, name).map(ToOwned::to_owned);
        protection(&mut judge, word("NAME"), word("ENABLED"), word("UPTODATE"), word("VERSION"));
    }
    if !document.complete {
        judge.lack("le document est tronqué");
    }
    content(&mut judge, system.is_some(), softwares);
    vec![judge.fact()]
}

fn content(judge: &mut Judge, system: bool, softwares: usize) {
    if system && softwares > 0 {
        judge.prove(format!("machine inventoriée : système et {softwares} logiciels"));
    } else {
        judge.lack("l'inventaire ne dit pas le système ou les logiciels");
    }
}

/// An antivirus that is off or out of date.
fn protection(
    judge: &mut Judge,
    name: Option<String>,
    enabled: Option<String>,
    current: Option<String>,
    version: Option<String>,
) {
    let name = name.unwrap_or_else(|| "antivirus".to_owned());
    let yes =
        |word: &Option<String>| word.as_deref().map(|w| matches!(w.to_lowercase().as_str(), "1" | "true" | "yes"));
    judge.scope([format!("antivirus {name}")]);
    judge.measure("antivirus_enabled", yes(&enabled)).measure("antivirus_current", yes(&current));
    if let Some(version) = version {
        judge.measure("antivirus_version", version);
    }
    if yes(&enabled) == Some(false) {
        judge.degrade(format!("{name} est arrêté"));
    }
    if yes(&current) == Some(false) {
        judge.degrade(format!("{name} n'est pas à jour"));
    }
}
