//! Filling sheets from facts already there, attaching a proof later, judging old proofs again.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::judge::{self, Material};
use crate::promises::{self, Held, object};
use crate::proofs::{self, Filed, Kept, verdict_body};
use crate::schema::{fact, proof};
use crate::warm::Warm;
use crate::{Conn, Store, contract, instant, pieces, sheet};
use diesel::prelude::*;
use evidence::Fact;
use follow::Promise;
use jiff::{Timestamp, Zoned};
use ledger::{Blob, Digest, Draft, Kind};
use serde::Serialize;
use serde_json::json;

/// A proof that a newer rule judges otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rejudged {
    /// The proof's number.
    pub proof: i64,
    /// Its name.
    pub name: String,
    /// The states before.
    pub before: Vec<String>,
    /// The states now.
    pub after: Vec<String>,
}

/// When a proof was received, as a moment.
pub(crate) fn moment(text: &str) -> Result<Zoned> {
    let at: Timestamp = text.parse().map_err(|_| Error::Damaged(format!("date de réception « {text} »")))?;
    Ok(at.to_zoned(jiff::tz::TimeZone::UTC))
}

/// Writes the sheets of a promise anew from the facts of its contract.
pub(crate) fn refill(conn: &mut Conn, org: &str, of: &str, promise: &Promise) -> Result<()> {
    let contracts = contract::all(conn, org)?;
    let calendar = contracts.iter().find(|c| c.id == of).map(contract::Contract::calendar).unwrap_or_default();
    let rows: Vec<(i64, String)> = fact::table
        .filter(fact::org.eq(org))
        .filter(fact::contract.eq(of))
        .order((fact::day, fact::proof, fact::nth))
        .select((fact::proof, fact::data))
        .load(conn)?;
    let received: Vec<(i64, String)> = proof::table
        .filter(proof::org.eq(org))
        .filter(proof::contract.eq(of))
        .order(proof::id)
        .select((proof::id, proof::received))
        .load(conn)?;
    let mut seen = Vec::new();
    for (id, data) in rows {
        let one: Fact = serde_json::from_str(&data)?;
        if follow::facts::bears_on(promise, &one) {
            let at = received.binary_search_by_key(&id, |r| r.0).map(|i| received[i].1.as_str());
            let at = moment(at.map_err(|_| Error::Damaged(format!("preuve n° {id}")))?)?;
            seen.push(follow::facts::seen(promise, &one, &at, &calendar));
        }
    }
    sheet::rewrite(conn, org, &promise.id, seen)
}

/// A row of the table of proofs.
struct Row {
    id: i64,
    sha256: Digest,
    contract: Option<String>,
    received: Zoned,
    kept: Kept,
}

fn rows(conn: &mut Conn, org: &str) -> Result<Vec<Row>> {
    let columns = (proof::id, proof::sha256, proof::contract, proof::received, proof::data);
    let rows: Vec<(i64, String, Option<String>, String, String)> =
        proof::table.filter(proof::org.eq(org)).order(proof::id).select(columns).load(conn)?;
    rows.into_iter()
        .map(|(id, sha256, contract, received, data)| {
            let sha256 = Digest::from_hex(&sha256).ok_or_else(|| Error::Damaged(format!("preuve n° {id}")))?;
            Ok(Row { id, sha256, contract, received: moment(&received)?, kept: serde_json::from_str(&data)? })
        })
        .collect()
}

/// Reads a proof again from its stored bytes.
fn reread(conn: &mut Conn, pieces: &dyn pieces::Pieces, org: &str, row: &Row) -> Result<Vec<Fact>> {
    let bytes = pieces::fetch(conn, pieces, org, &row.kept.text.unwrap_or(row.sha256))?;
    let stderr = row.kept.stderr.map(|s| pieces::fetch(conn, pieces, org, &s)).transpose()?;
    Ok(judge::read(&Material {
        name: &row.kept.name,
        bytes: &bytes,
        stderr: stderr.as_deref(),
        exit_code: row.kept.exit_code,
        source: row.kept.source.as_deref(),
        zone: row.kept.zone.as_deref(),
        host: row.kept.host.as_deref(),
        ended: row.kept.ended.as_deref(),
    }))
}

fn stored(conn: &mut Conn, org: &str, id: i64) -> Result<Vec<Fact>> {
    let own = fact::table.filter(fact::org.eq(org)).filter(fact::proof.eq(id)).order(fact::nth);
    let rows: Vec<String> = own.select(fact::data).load(conn)?;
    rows.iter().map(|r| Ok(serde_json::from_str(r)?)).collect()
}

fn put(conn: &mut Conn, org: &str, row: &Row, held: Option<&Held>, facts: Vec<Fact>) -> Result<Vec<proofs::Judged>> {
    diesel::delete(fact::table.filter(fact::org.eq(org)).filter(fact::proof.eq(row.id))).execute(conn)?;
    let judged =
        proofs::enter(conn, org, row.contract.as_deref(), held, facts, (row.id, &row.received), &mut Warm::default())?;
    if let (Some(held), Some(contract)) = (held, &row.contract) {
        // The old facts may still stand on sheets.
        for promise in &held.promises {
            refill(conn, org, contract, promise)?;
        }
    }
    Ok(judged)
}

impl Store {
    /// Gives a proof that was there without a contract to the one its sender asks for now. One that a person moved stays.
    ///
    /// # Errors
    /// When the contract is unknown or it can't be stored.
    pub fn settle(&mut self, filed: &mut Filed, asked: Option<&str>, by: &str, now: Timestamp) -> Result<()> {
        let Some(to) = asked.filter(|_| filed.duplicate && filed.contract.is_none()) else { return Ok(()) };
        let own = proof::table.filter(proof::org.eq(&self.org)).filter(proof::id.eq(filed.proof));
        if own.select(proof::contract).first::<Option<String>>(&mut self.conn)?.is_none() {
            self.attach(filed.proof, to, by, now)?;
            filed.contract = Some(to.to_owned());
        }
        Ok(())
    }

    /// Attaches a proof that was filed without a contract, or moves it.
    ///
    /// # Errors
    /// When proof or contract are unknown.
    pub fn attach(&mut self, id: i64, to: &str, by: &str, now: Timestamp) -> Result<()> {
        let Self { conn, org, pieces, .. } = self;
        conn.write(|conn| {
            let state = journal::take(conn, org)?;
            let held = promises::held(conn, org)?;
            let new = held.get(to).ok_or_else(|| Error::Absent(format!("aucun contrat « {to} »")))?;
            let mut row = rows(conn, org)?
                .into_iter()
                .find(|r| r.id == id)
                .ok_or_else(|| Error::Absent(format!("aucune preuve n° {id}")))?;
            // Of a document that was erased, what was understood is all there is.
            let erased = pieces::erased(conn, org)?.contains(&row.sha256.to_string());
            let mut facts = if erased { stored(conn, org, id)? } else { reread(conn, &**pieces, org, &row)? };
            let old = row.contract.replace(to.to_owned());
            let own = proof::table.filter(proof::org.eq(&*org)).filter(proof::id.eq(id));
            diesel::update(own).set(proof::contract.eq(to)).execute(conn)?;
            judge::hold(conn, org, to, new, &mut facts, &mut Warm::default())?;
            crate::routes::learn(conn, org, to, &facts)?;
            let judged = put(conn, org, &row, Some(new), facts)?;
            if let Some((name, held)) = old.as_ref().and_then(|o| held.get_key_value(o)) {
                for promise in &held.promises {
                    refill(conn, org, name, promise)?;
                }
            }
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.contract = Some(to.to_owned());
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            draft.blobs.push(Blob { sha256: row.sha256, size: row.kept.size, name: row.kept.name.clone() });
            draft.body = object(json!({"action": "attached", "proof": id, "from": old}));
            let mut journal = Journal::at(org, state.frontier);
            journal.append(conn, draft)?;
            journal.append(conn, verdict(&row, &judged, now)?)?;
            journal.close(conn, state.generation, state.proofs)
        })
    }

    /// Judges every proof again under the rules of this version. What is judged otherwise is entered as a new verdict; the
    /// former stays in the ledger.
    ///
    /// # Errors
    /// When a stored proof is gone or damaged.
    pub fn rejudge(&mut self, now: Timestamp) -> Result<Vec<Rejudged>> {
        let Self { conn, org, pieces, .. } = self;
        conn.write(|conn| {
            let state = journal::take(conn, org)?;
            let held = promises::held(conn, org)?;
            let mut journal = Journal::at(org, state.frontier);
            let mut out = Vec::new();
            let erased = pieces::erased(conn, org)?;
            for row in rows(conn, org)?.into_iter().filter(|row| !erased.contains(&row.sha256.to_string())) {
                let mut facts = reread(conn, &**pieces, org, &row)?;
                let own = row.contract.as_ref().and_then(|c| held.get(c));
                let before = stored(conn, org, row.id)?;
                let versions = |f: &[Fact]| f.iter().map(|f| (f.rule.clone(), f.rule_version)).collect::<Vec<_>>();
                if versions(&before) == versions(&facts) {
                    continue;
                }
                if let (Some(held), Some(contract)) = (own, &row.contract) {
                    judge::hold(conn, org, contract, held, &mut facts, &mut Warm::default())?;
                }
                let states = |f: &[Fact]| f.iter().map(|f| f.state.name().to_owned()).collect::<Vec<_>>();
                let after = states(&facts);
                let judged = put(conn, org, &row, own, facts)?;
                journal.append(conn, verdict(&row, &judged, now)?)?;
                out.push(Rejudged { proof: row.id, name: row.kept.name.clone(), before: states(&before), after });
            }
            journal.close(conn, state.generation, state.proofs)?;
            Ok(out)
        })
    }
}

fn verdict(row: &Row, judged: &[proofs::Judged], now: Timestamp) -> Result<Draft> {
    let mut draft = Draft::new(Kind::Verdict, instant(now));
    draft.contract.clone_from(&row.contract);
    draft.body = verdict_body(row.id, None, judged)?;
    Ok(draft)
}
