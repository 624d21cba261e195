//! Proofs and ledger entries as people read them: a page at a time, the newest first.

use crate::error::{Error, Result};
use crate::proofs::Kept;
use crate::schema::{checkpoint, contract, entry, fact, proof};
use crate::{Store, journal};
use diesel::prelude::*;
use evidence::Fact;
use ledger::{Digest, Entry};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// A proof as it lies in the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its digest.
    pub sha256: Digest,
    /// The contract it was given to.
    pub contract: Option<String>,
    /// When it was received (RFC 3339, UTC).
    pub received: String,
    /// When it was filed (RFC 3339, UTC).
    pub filed: String,
    /// The way in.
    pub via: String,
    /// What is known of its origin.
    pub origin: Map<String, Value>,
    /// What was understood.
    pub facts: Vec<Fact>,
}

/// Which proofs are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this contract only.
    pub contract: Option<String>,
    /// Only those without a contract.
    pub unattached: bool,
    /// Only those whose number is below: the page that follows.
    pub before: Option<i64>,
}

/// An entry with the path that leads from it to a root.
#[derive(Debug, Clone, PartialEq)]
pub struct Inclusion {
    /// The stored line.
    pub line: String,
    /// Its place.
    pub seq: u64,
    /// Its leaf hash.
    pub leaf: Digest,
    /// The audit path, from the leaf up (RFC 6962).
    pub path: Vec<Digest>,
    /// Entries of the checkpoint that the path leads to.
    pub size: u64,
    /// The signed checkpoint.
    pub checkpoint: String,
}

type ProofRow = (i64, String, Option<String>, String, String, String);

impl Store {
    /// Proofs, the newest first.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn proofs(&mut self, wanted: &Wanted, most: i64) -> Result<Vec<Received>> {
        let mut query = proof::table.filter(proof::org.eq(&self.org)).into_boxed();
        if let Some(id) = &wanted.contract {
            query = query.filter(proof::contract.eq(id.clone()));
        }
        if wanted.unattached {
            query = query.filter(proof::contract.is_null());
        }
        if let Some(before) = wanted.before {
            query = query.filter(proof::id.lt(before));
        }
        let columns = (proof::id, proof::sha256, proof::contract, proof::received, proof::filed, proof::data);
        let rows: Vec<ProofRow> = query.order(proof::id.desc()).limit(most).select(columns).load(&mut self.conn)?;
        let ids: Vec<i64> = rows.iter().map(|r| r.0).collect();
        let mut facts = self.facts_of(&ids)?;
        rows.into_iter().map(|row| received(row, &mut facts)).collect()
    }

    /// One proof.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn proof(&mut self, id: i64) -> Result<Received> {
        let wanted = Wanted { before: Some(id.saturating_add(1)), ..Wanted::default() };
        let found = self.proofs(&wanted, 1)?.pop().filter(|p| p.id == id);
        found.ok_or_else(|| Error::Absent(format!("aucune preuve n° {id}")))
    }

    /// How many proofs wait for a contract.
    ///
    /// # Errors
    /// When they can't be counted.
    pub fn count_unattached(&mut self) -> Result<i64> {
        let own = proof::table.filter(proof::org.eq(&self.org)).filter(proof::contract.is_null());
        Ok(own.count().get_result(&mut self.conn)?)
    }

    fn facts_of(&mut self, proofs: &[i64]) -> Result<HashMap<i64, Vec<Fact>>> {
        let own = fact::table.filter(fact::org.eq(&self.org)).filter(fact::proof.eq_any(proofs.to_vec()));
        let rows: Vec<(i64, String)> =
            own.order((fact::proof, fact::nth)).select((fact::proof, fact::data)).load(&mut self.conn)?;
        let mut out: HashMap<i64, Vec<Fact>> = HashMap::new();
        for (id, data) in rows {
            out.entry(id).or_default().push(serde_json::from_str(&data)?);
        }
        Ok(out)
    }

    /// Entries of the ledger, the newest first, of one contract or all, below a place.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn entries(&mut self, of: Option<&str>, before: Option<u64>, most: i64) -> Result<Vec<Entry>> {
        let mut query = entry::table.filter(entry::org.eq(&self.org)).into_boxed();
        if let Some(id) = of {
            query = query.filter(entry::contract.eq(id.to_owned()));
        }
        if let Some(before) = before {
            query = query.filter(entry::seq.lt(i64::try_from(before).unwrap_or(i64::MAX)));
        }
        let lines: Vec<String> = query.order(entry::seq.desc()).limit(most).select(entry::line).load(&mut self.conn)?;
        lines.iter().map(|l| Ok(serde_json::from_str(l)?)).collect()
    }

    /// The proof that an entry stands in the last signed checkpoint that holds it.
    ///
    /// # Errors
    /// When there is no such entry, or no checkpoint signed since.
    pub fn inclusion(&mut self, seq: u64) -> Result<Inclusion> {
        let at = i64::try_from(seq).unwrap_or(i64::MAX);
        let own = entry::table.filter(entry::org.eq(&self.org)).filter(entry::seq.eq(at));
        let line: Option<String> = own.select(entry::line).first(&mut self.conn).optional()?;
        let line = line.ok_or_else(|| Error::Absent(format!("aucune écriture n° {seq}")))?;
        let signed: Option<(i64, String)> = checkpoint::table
            .filter(checkpoint::org.eq(&self.org))
            .filter(checkpoint::size.gt(at))
            .order(checkpoint::size.desc())
            .select((checkpoint::size, checkpoint::note))
            .first(&mut self.conn)
            .optional()?;
        let (size, note) =
            signed.ok_or_else(|| Error::Refused("aucun relevé signé ne comprend encore cette écriture".to_owned()))?;
        let mut leaves = journal::leaves(&mut self.conn, &self.org)?;
        leaves.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        let path = ledger::proof::inclusion(&leaves, usize::try_from(seq).unwrap_or(usize::MAX));
        let path = path.ok_or_else(|| Error::Damaged(format!("l'écriture n° {seq} manque à l'arbre")))?;
        let leaf = ledger::entry::leaf(&line);
        Ok(Inclusion { line, seq, leaf, path, size: size.unsigned_abs(), checkpoint: note })
    }

    /// The last signed checkpoint: its size, its note, whether a time-stamping authority answered.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn last_checkpoint(&mut self) -> Result<Option<(u64, String, bool)>> {
        let own = checkpoint::table.filter(checkpoint::org.eq(&self.org)).order(checkpoint::size.desc());
        let row: Option<(i64, String, Option<Vec<u8>>)> =
            own.select((checkpoint::size, checkpoint::note, checkpoint::stamp)).first(&mut self.conn).optional()?;
        Ok(row.map(|(size, note, stamp)| (size.unsigned_abs(), note, stamp.is_some())))
    }

    /// Which of these contracts are there; for choices offered beside a proof.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn contract_names(&mut self, most: i64) -> Result<Vec<String>> {
        let own = contract::table.filter(contract::org.eq(&self.org)).order(contract::id);
        Ok(own.limit(most).select(contract::id).load(&mut self.conn)?)
    }
}

fn received(row: ProofRow, facts: &mut HashMap<i64, Vec<Fact>>) -> Result<Received> {
    let (id, sha256, contract, received, filed, data) = row;
    let kept: Kept = serde_json::from_str(&data)?;
    let sha256 = Digest::from_hex(&sha256).ok_or_else(|| Error::Damaged(format!("empreinte {sha256}")))?;
    Ok(Received {
        id,
        name: kept.name,
        size: kept.size,
        sha256,
        contract,
        received,
        filed,
        via: kept.via,
        origin: kept.origin,
        facts: facts.remove(&id).unwrap_or_default(),
    })
}
