//! The rows of an archive held to its ledger: what the entries say of contracts, promises and proofs is what the rows must say.

use crate::promises::{Followed, Standing};
use crate::restore::{FactRow, ProofRow, wrong};
use crate::{Contract, error::Result};
use follow::{Promise, Term};
use ledger::{Digest, Entry, Kind};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What stands of a fact in the entry of its verdict.
const TOLD: [&str; 8] = ["kind", "state", "source", "host", "happened", "reasons", "rule", "rule_version"];
/// What of a proof's row stands in its entry otherwise than in the body, or not at all.
const APART: [&str; 5] = ["name", "size", "text", "stderr", "asked"];

/// A proof as its entry has it.
#[derive(Debug, Clone, Default)]
struct Proof {
    sha256: Option<Digest>,
    received: Option<String>,
    body: Map<String, Value>,
}

/// What the entries say, the last word of each.
#[derive(Debug, Default)]
pub(crate) struct Told {
    contracts: BTreeMap<String, Contract>,
    promises: BTreeMap<String, Followed>,
    entries: BTreeMap<u64, Proof>,
    proofs: BTreeMap<i64, (Proof, Option<String>, Vec<Value>)>,
    /// Files that entries name, and those that one says were erased.
    files: BTreeSet<Digest>,
    erased: BTreeSet<Digest>,
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T> {
    serde_json::from_value(value.clone()).map_err(wrong)
}

impl Told {
    /// Reads the entries.
    pub fn of(lines: &[String]) -> Result<Self> {
        let mut told = Self::default();
        for line in lines {
            told.take(serde_json::from_str(line).map_err(wrong)?)?;
        }
        Ok(told)
    }

    fn take(&mut self, entry: Entry) -> Result<()> {
        let Entry { seq, kind, contract, received, blobs, body, .. } = entry;
        self.files.extend(blobs.iter().map(|b| b.sha256));
        if body.get("action").and_then(Value::as_str) == Some("erased") {
            self.erased.extend(read::<Vec<Digest>>(body.get("files").unwrap_or(&Value::Null))?);
        }
        match (kind, contract) {
            (Kind::Contract, Some(id)) => {
                self.contracts.insert(id, read(&Value::Object(body))?);
            }
            (Kind::Commitment, Some(contract)) => {
                let promise: Promise = read(body.get("promise").unwrap_or(&Value::Null))?;
                let standing = read(body.get("standing").unwrap_or(&Value::Null))?;
                self.promises.insert(promise.id.clone(), Followed { contract, standing, promise });
            }
            (Kind::Decision, Some(contract)) => self.decide(&contract, &body)?,
            (Kind::Proof, _) => {
                let sha256 = blobs.first().map(|b| b.sha256);
                self.entries.insert(seq, Proof { sha256, received, body });
            }
            (Kind::Verdict, contract) => {
                let Some(id) = body.get("proof").and_then(Value::as_i64) else { return Ok(()) };
                let facts = body.get("facts").and_then(Value::as_array).cloned().unwrap_or_default();
                let entered = body.get("entry").and_then(Value::as_u64).and_then(|seq| self.entries.remove(&seq));
                let own = self.proofs.entry(id).or_default();
                own.0 = entered.unwrap_or_else(|| std::mem::take(&mut own.0));
                (own.1, own.2) = (contract, facts);
            }
            _ => {}
        }
        Ok(())
    }

    fn decide(&mut self, contract: &str, body: &Map<String, Value>) -> Result<()> {
        let action = body.get("action").and_then(Value::as_str).unwrap_or_default();
        if action == "dated" {
            let term: Term = read(body.get("after").unwrap_or(&Value::Null))?;
            if let Some(own) = self.contracts.get_mut(contract) {
                own.term = Some(term);
            }
        }
        let promise = body.get("promise").and_then(Value::as_str).and_then(|id| self.promises.get_mut(id));
        let Some(promise) = promise else { return Ok(()) };
        if let Some(after) = body.get("after") {
            promise.promise = read(after)?;
        } else if let Ok(standing) = serde_json::from_value::<Standing>(Value::String(action.to_owned())) {
            promise.standing = standing;
        }
        Ok(())
    }

    /// Holds the files to the entries: each that one names is there, or was erased by one.
    pub fn hold_files(&self, there: &BTreeSet<Digest>, gone: &BTreeSet<Digest>) -> Result<()> {
        let missing = self.files.iter().find(|f| !there.contains(*f) && !gone.contains(*f));
        if let Some(file) = missing.or_else(|| gone.difference(&self.erased).next()) {
            return Err(wrong(format!("le fichier {file} manque, et rien ne dit qu'il a été effacé")));
        }
        Ok(())
    }

    /// Holds contracts and promises to the entries.
    pub fn hold(&self, contracts: &[Contract], promises: &[Followed]) -> Result<()> {
        let other = contracts.iter().find(|c| self.contracts.get(&c.id) != Some(c)).map(|c| &c.id);
        if other.is_some() || contracts.len() != self.contracts.len() {
            return Err(changed("les contrats", other));
        }
        let other = promises.iter().find(|p| self.promises.get(&p.promise.id) != Some(p)).map(|p| &p.promise.id);
        if other.is_some() || promises.len() != self.promises.len() {
            return Err(changed("les promesses", other));
        }
        Ok(())
    }

    /// Holds proofs and their facts to the entries.
    pub fn hold_proofs(&self, proofs: &[ProofRow], facts: &[FactRow]) -> Result<()> {
        let mut by_proof: BTreeMap<i64, Vec<&FactRow>> = BTreeMap::new();
        for fact in facts {
            by_proof.entry(fact.proof).or_default().push(fact);
        }
        for row in proofs {
            let own = by_proof.remove(&row.id).unwrap_or_default();
            if !self.fits(row, own)? {
                return Err(changed("les preuves", Some(&row.id.to_string())));
            }
        }
        if proofs.len() != self.proofs.len() || !by_proof.is_empty() {
            return Err(changed("les preuves", None));
        }
        Ok(())
    }

    fn fits(&self, row: &ProofRow, mut facts: Vec<&FactRow>) -> Result<bool> {
        let Some((entered, contract, told)) = self.proofs.get(&row.id) else { return Ok(false) };
        let mut data = row.data.as_object().cloned().unwrap_or_default();
        for name in APART {
            data.remove(name);
        }
        let same = entered.sha256.is_some_and(|s| s.to_string() == row.sha256)
            && entered.received.as_ref() == Some(&row.received)
            && entered.body == data
            && *contract == row.contract
            && told.len() == facts.len();
        facts.sort_by_key(|f| f.nth);
        for (fact, told) in facts.iter().zip(told) {
            let value = serde_json::to_value(&fact.fact)?;
            let of = |value: &Value, name| value.get(name).cloned().unwrap_or_default();
            if fact.contract != *contract || TOLD.iter().any(|name| of(&value, name) != of(told, name)) {
                return Ok(false);
            }
        }
        Ok(same)
    }
}

fn changed(what: &str, which: Option<&String>) -> crate::Error {
    let which = which.map_or_else(String::new, |id| format!(" ({id})"));
    wrong(format!("{what} ne sont pas ceux du registre{which}"))
}
