//! A proof read and judged: its facts, held to the contract they bear on.

use crate::Conn;
use crate::error::Result;
use crate::promises::Held;
use crate::schema::fact;
use diesel::prelude::*;
use evidence::{Expectation, Fact, Kind, Proof, State, Zone};
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
}

/// The facts of a proof.
pub(crate) fn read(material: &Material) -> Vec<Fact> {
    evidence::read(&Proof {
        name: material.name,
        bytes: material.bytes,
        stderr: material.stderr,
        exit_code: material.exit_code,
        source: material.source,
        zone: material.zone.and_then(Zone::named).unwrap_or_default(),
    })
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
/// Earlier facts looked at for a floor.
const LOOKED_AT: i64 = 40;

/// Holds facts to what the contract lets one expect: the holder of a certificate, the volume of the last accepted run.
pub(crate) fn hold(conn: &mut Conn, org: &str, contract: &str, held: &Held, facts: &mut [Fact]) -> Result<()> {
    for one in facts {
        let mut expected = Expectation::default();
        if one.kind == Kind::Attestation {
            expected.holder = Some(held.provider.clone()).filter(|p| !p.is_empty());
        }
        // An incremental run may be as small as the day's work.
        let partial = one.measures.get("level").and_then(|l| l.as_str()).is_some_and(|l| !l.starts_with("Full"));
        let counted = !partial && one.kind == Kind::Backup && one.volume.files.or(one.volume.bytes).is_some();
        if counted && matches!(one.state, State::Ok | State::Degraded) {
            let rows: Vec<String> = fact::table
                .filter(fact::org.eq(org))
                .filter(fact::contract.eq(contract))
                .filter(fact::kind.eq("backup"))
                .filter(fact::state.eq("ok"))
                .order(fact::day.desc())
                .limit(LOOKED_AT)
                .select(fact::data)
                .load(conn)?;
            let earlier = rows.iter().filter_map(|r| serde_json::from_str::<Fact>(r).ok());
            let job = |f: &Fact| follow::job(f.job.as_deref().unwrap_or_default());
            let same = |f: &Fact| {
                f.source == one.source
                    && f.host == one.host
                    && job(f) == job(one)
                    && f.scope == one.scope
                    && f.measures.get("level") == one.measures.get("level")
            };
            if let Some(last) = earlier.into_iter().find(same) {
                let part = |n: u64| (n as f64 * FLOOR) as u64;
                // An incremental run writes less; files seen do not vary so.
                expected.min_files = last.volume.files.map(part);
                expected.min_bytes = last.volume.bytes.filter(|_| last.volume.files.is_none()).map(part);
            }
        }
        if expected != Expectation::default() {
            evidence::apply(one, &expected);
        }
    }
    Ok(())
}
