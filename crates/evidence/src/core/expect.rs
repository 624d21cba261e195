//! What was expected of a proof: another machine, day, client or volume turns an ok into unproven.

use crate::core::clock::{Zone, parse};
use crate::core::fact::{Fact, State};
use serde::{Deserialize, Serialize};

/// What a contract, or the last accepted run, lets one expect. Every part that is given must be met.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expectation {
    /// Machines that must all be covered.
    pub machines: Vec<String>,
    /// Paths, databases or services that must all be covered.
    pub paths: Vec<String>,
    /// Fewest files.
    pub min_files: Option<u64>,
    /// Fewest bytes.
    pub min_bytes: Option<u64>,
    /// The earliest day that counts (`2026-11-22`).
    pub not_before: Option<String>,
    /// The latest day that counts.
    pub not_after: Option<String>,
    /// The day on which a certificate or attestation must be valid.
    pub valid_on: Option<String>,
    /// The client or holder that must be named.
    pub holder: Option<String>,
}

impl Expectation {
    /// Reads an expectation written as TOML.
    ///
    /// # Errors
    /// A sentence that names what is not understood.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| format!("attente illisible : {}", error.message()))
    }
}

/// Holds a fact against what was expected; only an `ok` or `degraded` fact can lose.
pub fn apply(fact: &mut Fact, expected: &Expectation) {
    let mut missed = Vec::new();
    for machine in &expected.machines {
        let named = fact.host.as_ref().is_some_and(|h| same_host(h, machine));
        if !named && !fact.scope.iter().any(|s| same_host(s, machine)) {
            let who = fact.host.as_deref().unwrap_or("aucune machine nommée");
            missed.push(format!("cette preuve ne dit rien de la machine {machine} ({who})"));
        }
    }
    for path in &expected.paths {
        if !fact.scope.iter().any(|s| covers(s, path)) {
            missed.push(format!("{path} n'est pas dans ce que la preuve couvre"));
        }
    }
    floor(&mut missed, "fichiers", fact.volume.files, expected.min_files);
    floor(&mut missed, "octets", fact.volume.bytes, expected.min_bytes);
    day(&mut missed, fact, expected);
    validity(&mut missed, fact, expected);
    if let Some(holder) = &expected.holder {
        match &fact.client {
            Some(client) if same_party(client, holder) => {}
            Some(client) => missed.push(format!("la preuve concerne {client}, et non {holder}")),
            None => missed.push(format!("la preuve ne nomme pas {holder}")),
        }
    }
    if missed.is_empty() {
        return;
    }
    if matches!(fact.state, State::Ok | State::Degraded) {
        fact.state = State::Unproven;
        missed.append(&mut fact.reasons);
        fact.reasons = missed;
    } else {
        fact.reasons.append(&mut missed);
    }
}

fn floor(missed: &mut Vec<String>, unit: &str, found: Option<u64>, least: Option<u64>) {
    let Some(least) = least else { return };
    match found {
        Some(found) if found >= least => {}
        Some(found) => missed.push(format!("{found} {unit}, moins que les {least} attendus")),
        None => missed.push(format!("la preuve ne dit pas combien de {unit} ont été traités ({least} attendus)")),
    }
}

fn day(missed: &mut Vec<String>, fact: &Fact, expected: &Expectation) {
    if expected.not_before.is_none() && expected.not_after.is_none() {
        return;
    }
    let zone = Zone::default();
    let Some(date) = fact.happened.as_ref().and_then(|h| parse(h, &zone)).map(|m| m.date()) else {
        missed.push("la preuve n'est pas datée".into());
        return;
    };
    let bound = |text: &Option<String>| text.as_ref().and_then(|t| parse(t, &zone)).map(|m| m.date());
    if bound(&expected.not_before).is_some_and(|first| date < first) {
        missed.push(format!("la preuve date du {date}, avant le jour attendu"));
    }
    if bound(&expected.not_after).is_some_and(|last| date > last) {
        missed.push(format!("la preuve date du {date}, après le jour attendu"));
    }
}

/// An attestation must cover the day; one that states no end proves nothing about it.
fn validity(missed: &mut Vec<String>, fact: &Fact, expected: &Expectation) {
    let Some(on) = &expected.valid_on else { return };
    let zone = Zone::default();
    let date = |text: &str| parse(text, &zone).map(|m| m.date());
    let bound = |name: &str| fact.measures.get(name).and_then(|v| v.as_str()).and_then(date);
    let Some(on) = date(on) else { return missed.push(format!("jour attendu illisible : {on}")) };
    match bound(crate::measures::VALID_TO) {
        Some(end) if end < on => missed.push(format!("validité finie le {end}, avant le {on}")),
        None => missed.push("la preuve ne dit pas jusqu'à quand elle vaut".into()),
        Some(_) if bound(crate::measures::VALID_FROM).is_some_and(|start| start > on) => {
            missed.push(format!("la validité ne commence qu'après le {on}"));
        }
        Some(_) => {}
    }
}

/// `srv-cabinet`, `SRV-CABINET.example.fr` and Bacula's `srv-cabinet-fd` are one machine.
fn same_host(found: &str, expected: &str) -> bool {
    let plain = |name: &str| {
        let name = name.trim().to_lowercase();
        name.strip_suffix("-fd").unwrap_or(&name).to_owned()
    };
    let (found, expected) = (plain(found), plain(expected));
    let first = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    found == expected || (first(&found) == first(&expected) && (!found.contains('.') || !expected.contains('.')))
}

/// A covered folder covers what stands below it.
fn covers(found: &str, expected: &str) -> bool {
    let (found, expected) = (found.trim_end_matches(['/', '\\']), expected.trim_end_matches(['/', '\\']));
    found.eq_ignore_ascii_case(expected)
        || expected.strip_prefix(found).is_some_and(|rest| rest.starts_with(['/', '\\']) && !found.is_empty())
}

/// Company names compared by their words, without legal forms, accents or case.
fn same_party(found: &str, expected: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        const FORMS: [&str; 14] =
            ["sas", "sarl", "sa", "sasu", "eurl", "selarl", "scp", "sci", "snc", "societe", "ste", "the", "et", "de"];
        plain(name)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty() && !FORMS.contains(w))
            .map(ToOwned::to_owned)
            .collect()
    };
    let (mut found, mut expected) = (words(found), words(expected));
    found.sort();
    expected.sort();
    !expected.is_empty() && found == expected
}

fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| match c {
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'à' | 'â' | 'ä' => 'a',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'û' | 'ù' | 'ü' => 'u',
            'ç' => 'c',
            other => other,
        })
        .collect()
}
