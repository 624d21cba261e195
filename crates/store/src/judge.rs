//! A proof read and judged: its facts, held to the contract they bear on.

use crate::Conn;
use crate::error::Result;
use crate::promises::Held;
use crate::schema::fact;
use crate::warm::Warm;
use diesel::prelude::*;
use evidence::{Certainty, Expectation, Fact, Kind, Proof, State, Volume, Zone};
use follow::Promise;
use std::collections::HashMap;

/// What the evidence crate needs of a proof.
pub(crate) struct Material<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
    pub stderr: Option<&'a [u8]>,
    pub exit_code: Option<i32>,
    pub source: Option<&'a str>,
    pub zone: Option<&'a str>,
    pub host: Option<&'a str>,
    pub ended: Option<&'a str>,
}

/// Longest name of a machine kept, in characters.
const NAME: usize = 200;

/// A machine's name that any database takes and an index holds: without control characters, not too long.
fn machine(name: &str) -> Option<String> {
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME).collect();
    Some(name).filter(|n| !n.trim().is_empty())
}

/// The facts of a proof.
pub(crate) fn read(material: &Material) -> Vec<Fact> {
    let mut facts = evidence::read(&Proof {
        name: material.name,
        bytes: material.bytes,
        stderr: material.stderr,
        exit_code: material.exit_code,
        source: material.source,
        zone: material.zone.and_then(Zone::named).unwrap_or_default(),
    });
    // What ran the command saw where and when; it fills in what the output doesn't say, and never contradicts it.
    for one in &mut facts {
        one.host = one.host.as_deref().and_then(machine).or_else(|| material.host.and_then(machine));
        if one.happened.is_none()
            && let Some(ended) = material.ended
        {
            one.happened = Some(ended.to_owned());
            one.happened_certainty = Some(Certainty::ExplicitZone);
        }
    }
    facts
}

/// The kind's name.
pub(crate) fn kind_name(kind: Kind) -> String {
    serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The promises of a contract that a fact bears on.
pub(crate) fn bearing<'a>(held: &'a Held, fact: &Fact) -> Vec<&'a Promise> {
    held.promises.iter().filter(|p| follow::facts::bears_on(p, fact)).collect()
}

/// The contract a proof belongs to, where only one can be meant: the one asked for, the only one with a promise that the
/// facts bear on, or among several the only one that the machine's proofs were given to before.
pub(crate) fn route(facts: &[Fact], held: &HashMap<String, Held>, routes: &[(String, String)]) -> Option<String> {
    let mut bear: Vec<&String> =
        held.iter().filter(|(_, h)| facts.iter().any(|f| !bearing(h, f).is_empty())).map(|(id, _)| id).collect();
    if bear.len() > 1 {
        let hosts: Vec<String> = facts.iter().filter_map(|f| f.host.as_ref()).map(|h| h.to_lowercase()).collect();
        bear.retain(|id| routes.iter().any(|(host, contract)| contract == *id && hosts.contains(host)));
    }
    match bear.as_slice() {
        [one] => Some((*one).clone()),
        _ => None,
    }
}

/// Part of the last accepted run's files and bytes below which a run proves nothing.
const FLOOR: f64 = 0.5;

/// A number for what must be the same for two runs to be compared: source, machine, job, what it covers, level.
pub(crate) fn job_number(fact: &Fact) -> i64 {
    let job = follow::job(fact.job.as_deref().unwrap_or_default());
    let level = fact.measures.get("level").and_then(|l| l.as_str()).unwrap_or_default();
    let host = fact.host.as_deref().unwrap_or_default();
    let text = format!("{}\n{host}\n{job}\n{}\n{level}", fact.source, fact.scope.join("\n"));
    let digest = ledger::Digest::of(text.as_bytes()).0;
    i64::from_le_bytes([0, 1, 2, 3, 4, 5, 6, 7].map(|n| digest[n]))
}

/// Holds facts to what the contract lets one expect: the holder of a certificate, the volume of the last accepted run.
pub(crate) fn hold(
    conn: &mut Conn,
    org: &str,
    contract: &str,
    held: &Held,
    facts: &mut [Fact],
    warm: &mut Warm,
) -> Result<()> {
    for one in facts {
        let mut expected = Expectation::default();
        if one.kind == Kind::Attestation {
            expected.holder = Some(held.provider.clone()).filter(|p| !p.is_empty());
        }
        // An incremental run may be as small as the day's work.
        let partial = one.measures.get("level").and_then(|l| l.as_str()).is_some_and(|l| !l.starts_with("Full"));
        let counted = !partial && one.kind == Kind::Backup && one.volume.files.or(one.volume.bytes).is_some();
        if !counted || !matches!(one.state, State::Ok | State::Degraded) {
            if expected != Expectation::default() {
                evidence::apply(one, &expected);
            }
            continue;
        }
        let job = job_number(one);
        let last = match warm.floor(contract, job) {
            Some(known) => known,
            None => last_accepted(conn, org, contract, job)?,
        };
        let part = |n: u64| (n as f64 * FLOOR) as u64;
        expected.min_files = last.and_then(|v| v.files).map(part);
        // Files seen vary less than bytes; bytes only where files are not counted.
        expected.min_bytes = last.filter(|v| v.files.is_none()).and_then(|v| v.bytes).map(part);
        if expected != Expectation::default() {
            evidence::apply(one, &expected);
        }
        warm.keep_floor(contract, job, if one.state == State::Ok { Some(one.volume) } else { last });
    }
    Ok(())
}

/// The volume of a job's last accepted run.
fn last_accepted(conn: &mut Conn, org: &str, contract: &str, job: i64) -> Result<Option<Volume>> {
    let row: Option<String> = fact::table
        .filter(fact::org.eq(org))
        .filter(fact::contract.eq(contract))
        .filter(fact::job.eq(job))
        .filter(fact::state.eq("ok"))
        .order((fact::day.desc(), fact::proof.desc()))
        .select(fact::data)
        .first(conn)
        .optional()?;
    Ok(row.map(|r| serde_json::from_str::<Fact>(&r)).transpose()?.map(|f| f.volume))
}
