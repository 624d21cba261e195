//! Promises of the register: proposed, confirmed, corrected, rejected, waived, amended; every decision is an entry.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::schema::promise;
use crate::{Conn, Store, attach, contract, instant};
use diesel::prelude::*;
use follow::{Calendar, Promise};
use jiff::Timestamp;
use ledger::{Draft, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// How a promise stands in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Found by the engine, nobody looked at it yet.
    Proposed,
    /// Under follow-up.
    Confirmed,
    /// Set aside by a person.
    Rejected,
}

impl Standing {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        [Self::Proposed, Self::Confirmed, Self::Rejected]
            .into_iter()
            .find(|s| s.name() == name)
            .ok_or_else(|| Error::Damaged(format!("état de promesse « {name} »")))
    }

    /// The word for users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Proposed => "proposée",
            Self::Confirmed => "suivie",
            Self::Rejected => "écartée",
        }
    }
}

/// A promise with its contract and standing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Followed {
    /// The contract's id.
    pub contract: String,
    /// How it stands.
    pub standing: Standing,
    /// The promise.
    pub promise: Promise,
}

/// Confirmed promises of a contract with its calendar.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub provider: String,
    pub calendar: Calendar,
    pub promises: Vec<Promise>,
}

/// The confirmed promises of every contract.
pub(crate) fn held(conn: &mut Conn, org: &str) -> Result<HashMap<String, Held>> {
    let mut out = HashMap::new();
    for c in contract::all(conn, org)? {
        let held = Held { provider: c.provider.clone(), calendar: c.calendar(), promises: Vec::new() };
        out.insert(c.id, held);
    }
    for followed in load(conn, org, None)?.into_iter().filter(|f| f.standing == Standing::Confirmed) {
        if let Some(held) = out.get_mut(&followed.contract) {
            held.promises.push(followed.promise);
        }
    }
    Ok(out)
}

pub(crate) fn load(conn: &mut Conn, org: &str, of: Option<&str>) -> Result<Vec<Followed>> {
    let all = promise::table.filter(promise::org.eq(org));
    let columns = (promise::contract, promise::standing, promise::data);
    let rows: Vec<(String, String, String)> = match of {
        Some(id) => all.filter(promise::contract.eq(id)).order(promise::id).select(columns).load(conn)?,
        None => all.order(promise::id).select(columns).load(conn)?,
    };
    rows.into_iter().map(read).collect()
}

fn read((contract, standing, data): (String, String, String)) -> Result<Followed> {
    let standing = Standing::from_name(&standing)?;
    Ok(Followed { contract, standing, promise: serde_json::from_str(&data)? })
}

impl Store {
    /// Enters promises, as proposals or confirmed at once. A promise whose id is taken gets the next free number.
    ///
    /// # Errors
    /// When the contract is unknown or they can't be stored.
    pub fn add_promises(
        &mut self,
        contract: &str,
        promises: Vec<Promise>,
        standing: Standing,
        by: &str,
        now: Timestamp,
    ) -> Result<Vec<String>> {
        self.contract(contract)?;
        let org = &self.org;
        let ids = self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let mut journal = Journal::at(org, row.frontier);
            let ids = enter(conn, &mut journal, org, (contract, standing), promises, (by, now))?;
            journal.close(conn, row.generation + 1, row.proofs)?;
            Ok(ids)
        })?;
        self.cache = None;
        Ok(ids)
    }

    /// Promises of one contract or all, by id.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn promises(&mut self, contract: Option<&str>) -> Result<Vec<Followed>> {
        load(&mut self.conn, &self.org, contract)
    }

    /// One promise by its id, or by the end of it where that is enough (`SAU-01`).
    ///
    /// # Errors
    /// When there is none, or several.
    pub fn promise(&mut self, id: &str) -> Result<Followed> {
        let own = promise::table.filter(promise::org.eq(&self.org)).filter(promise::id.eq(id));
        let columns = (promise::contract, promise::standing, promise::data);
        let whole: Option<(String, String, String)> = own.select(columns).first(&mut self.conn).optional()?;
        if let Some(row) = whole {
            return read(row);
        }
        let all = self.promises(None)?;
        let ending = format!("/{}", id.to_uppercase());
        let found: Vec<&Followed> = all.iter().filter(|f| f.promise.id.ends_with(&ending)).collect();
        match found.as_slice() {
            [one] => Ok((*one).clone()),
            [] => Err(Error::Absent(format!("aucune promesse « {id} » (clausule follow list les montre)"))),
            several => {
                let ids: Vec<&str> = several.iter().map(|f| f.promise.id.as_str()).collect();
                Err(Error::Refused(format!("« {id} » désigne plusieurs promesses : {}", ids.join(", "))))
            }
        }
    }

    /// Confirms or rejects promises, by whom and why.
    ///
    /// # Errors
    /// When one is unknown.
    pub fn decide(&mut self, ids: &[String], standing: Standing, by: &str, why: &str, now: Timestamp) -> Result<()> {
        let ids = ids.iter().map(|id| Ok(self.promise(id)?.promise.id)).collect::<Result<Vec<String>>>()?;
        let org = &self.org;
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let mut journal = Journal::at(org, row.frontier);
            for id in &ids {
                let one = one(conn, org, id)?;
                let own = promise::table.filter(promise::org.eq(org)).filter(promise::id.eq(&one.promise.id));
                diesel::update(own).set(promise::standing.eq(standing.name())).execute(conn)?;
                let body = json!({"action": standing, "promise": one.promise.id, "why": why});
                journal.append(conn, decision(&one.contract, body, by, now))?;
                if standing == Standing::Confirmed {
                    attach::refill(conn, org, &one.contract, &one.promise)?;
                }
            }
            journal.close(conn, row.generation + 1, row.proofs)
        })?;
        self.cache = None;
        Ok(())
    }

    /// Changes a promise (corrects it, waives it); what it was stays in the ledger. It is read and written in one commit, so that
    /// nothing another person decided meanwhile is lost. Gives what it is now.
    ///
    /// # Errors
    /// When it is unknown, or the change can't be made.
    pub fn correct(
        &mut self,
        action: &str,
        id: &str,
        change: impl FnOnce(&mut Promise) -> Result<()>,
        (by, why): (&str, &str),
        now: Timestamp,
    ) -> Result<Promise> {
        self.changed(id, change, |conn, journal, org, old, new| {
            replace(conn, journal, org, old, &new, (action, by, why, now))?;
            Ok(new)
        })
    }

    /// Amends a promise, in one commit: the old one ends the day before the changed one begins, which takes over from there under
    /// an id of its own. Gives that id.
    ///
    /// # Errors
    /// When it is unknown, the change can't be made, or the amendment begins before the promise.
    pub fn amend(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Promise) -> Result<()>,
        (by, why): (&str, &str),
        now: Timestamp,
    ) -> Result<String> {
        let ids = self.changed(id, change, |conn, journal, org, old, new| {
            if new.from <= old.promise.from {
                let text = format!("l'avenant doit commencer après le {}", follow::words::date(old.promise.from));
                return Err(Error::Refused(text));
            }
            let mut ended = old.promise.clone();
            ended.until = Some(follow::Day::from(new.from).plus(-1).date());
            replace(conn, journal, org, old, &ended, ("amended", by, why, now))?;
            enter(conn, journal, org, (&old.contract, old.standing), vec![new], (by, now))
        })?;
        ids.into_iter().next().ok_or_else(|| Error::Damaged("avenant sans promesse".to_owned()))
    }

    /// Reads a promise, changes it and does something with both, in one commit.
    fn changed<T>(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Promise) -> Result<()>,
        work: impl FnOnce(&mut Conn, &mut Journal, &str, &Followed, Promise) -> Result<T>,
    ) -> Result<T> {
        let id = self.promise(id)?.promise.id;
        let org = &self.org;
        let done = self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let mut journal = Journal::at(org, row.frontier);
            let old = one(conn, org, &id)?;
            let mut new = old.promise.clone();
            change(&mut new)?;
            new.id.clone_from(&id);
            let done = work(conn, &mut journal, org, &old, new)?;
            journal.close(conn, row.generation + 1, row.proofs)?;
            Ok(done)
        })?;
        self.cache = None;
        Ok(done)
    }
}

/// One promise as it stands within a transaction.
fn one(conn: &mut Conn, org: &str, id: &str) -> Result<Followed> {
    let own = promise::table.filter(promise::org.eq(org)).filter(promise::id.eq(id));
    read(own.select((promise::contract, promise::standing, promise::data)).first(conn)?)
}

/// Enters promises; one whose id is taken gets the next free number. Gives their ids.
fn enter(
    conn: &mut Conn,
    journal: &mut Journal,
    org: &str,
    (contract, standing): (&str, Standing),
    promises: Vec<Promise>,
    (by, now): (&str, Timestamp),
) -> Result<Vec<String>> {
    let mut taken: Vec<String> = promise::table.filter(promise::org.eq(org)).select(promise::id).load(conn)?;
    let mut ids = Vec::new();
    for mut new in promises {
        contract::plausible(new.from)?;
        let base = new.id.clone();
        let free = (2..).map(|n| format!("{base}-{n}"));
        new.id = std::iter::once(base.clone()).chain(free).find(|n| !taken.contains(n)).unwrap_or(base);
        taken.push(new.id.clone());
        insert(conn, org, contract, standing, &new)?;
        let mut draft = Draft::new(Kind::Commitment, instant(now));
        draft.contract = Some(contract.to_owned());
        draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
        draft.body = object(json!({"standing": standing, "promise": new}));
        journal.append(conn, draft)?;
        if standing == Standing::Confirmed {
            attach::refill(conn, org, contract, &new)?;
        }
        ids.push(new.id);
    }
    Ok(ids)
}

fn decision(contract: &str, body: Value, by: &str, now: Timestamp) -> Draft {
    let mut draft = Draft::new(Kind::Decision, instant(now));
    draft.contract = Some(contract.to_owned());
    draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
    draft.body = object(body);
    draft
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

pub(crate) fn insert(conn: &mut Conn, org: &str, contract: &str, standing: Standing, new: &Promise) -> Result<()> {
    let values = (
        promise::org.eq(org),
        promise::id.eq(&new.id),
        promise::contract.eq(contract),
        promise::standing.eq(standing.name()),
        promise::data.eq(serde_json::to_string(new)?),
    );
    diesel::insert_into(promise::table).values(values).execute(conn)?;
    Ok(())
}

/// Replaces a promise by another of the same id: the entry of the decision, and its sheets.
fn replace(
    conn: &mut Conn,
    journal: &mut Journal,
    org: &str,
    old: &Followed,
    new: &Promise,
    (action, by, why, now): (&str, &str, &str, Timestamp),
) -> Result<()> {
    contract::plausible(new.from)?;
    let own = promise::table.filter(promise::org.eq(org)).filter(promise::id.eq(&new.id));
    diesel::update(own).set(promise::data.eq(serde_json::to_string(new)?)).execute(conn)?;
    let body = json!({"action": action, "promise": new.id, "why": why, "before": old.promise, "after": new});
    journal.append(conn, decision(&old.contract, body, by, now))?;
    if old.standing == Standing::Confirmed {
        attach::refill(conn, org, &old.contract, new)?;
    }
    Ok(())
}
