//! What was told to whom: an entry of the ledger for every message that was accepted, and an index of their keys, so
//! that a restart tells nothing twice.

use crate::error::Result;
use crate::journal::{self, Journal};
use crate::promises::object;
use crate::schema::told;
use crate::{Conn, Store, instant};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Digest, Draft, Entry, Kind};
use serde_json::json;
use std::collections::HashMap;

/// A message that was accepted by the one who carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The channel: `mail` or `webhook`.
    pub channel: String,
    /// The contract it is about; none for a digest of all.
    pub contract: Option<String>,
    /// Who got it.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// What it told, by the alerts' keys.
    pub keys: Vec<String>,
    /// The digest of its bytes.
    pub sha256: Digest,
}

impl Store {
    /// The keys that were told on a channel, each with its instant.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn told(&mut self, channel: &str) -> Result<HashMap<String, String>> {
        let own = told::table.filter(told::org.eq(&self.org)).filter(told::channel.eq(channel));
        let rows: Vec<(String, String)> = own.select((told::key, told::at)).load(&mut self.conn)?;
        Ok(rows.into_iter().collect())
    }

    /// When something was last told on a channel about a contract, or about all for none.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn last_told(&mut self, channel: &str, contract: Option<&str>) -> Result<Option<String>> {
        let own = told::table.filter(told::org.eq(&self.org)).filter(told::channel.eq(channel));
        let latest = diesel::dsl::max(told::at);
        Ok(match contract {
            Some(id) => own.filter(told::contract.eq(id)).select(latest).first(&mut self.conn)?,
            None => own.filter(told::contract.is_null()).select(latest).first(&mut self.conn)?,
        })
    }

    /// Enters that a message was accepted. Keys that were told before stay as they were.
    ///
    /// # Errors
    /// When it can't be stored; it will then be told again.
    pub fn tell(&mut self, message: &Message, now: Timestamp) -> Result<()> {
        let org = &self.org;
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let mut draft = Draft::new(Kind::Alert, instant(now));
            draft.contract.clone_from(&message.contract);
            draft.body = object(json!({
                "channel": message.channel, "to": message.to, "subject": message.subject, "keys": message.keys,
                "sha256": message.sha256,
            }));
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, draft)?;
            let contract = message.contract.as_deref();
            note(conn, org, &message.channel, contract, &instant(now), message.keys.iter().map(String::as_str))?;
            journal.close(conn, row.generation, row.proofs)
        })
    }
}

fn note<'a>(
    conn: &mut Conn,
    org: &str,
    channel: &str,
    contract: Option<&str>,
    at: &str,
    keys: impl Iterator<Item = &'a str>,
) -> Result<()> {
    for key in keys {
        let own = told::table.find((org, channel, key));
        let known: Option<String> = own.select(told::key).first(conn).optional()?;
        if known.is_none() {
            let values = (
                told::org.eq(org),
                told::channel.eq(channel),
                told::key.eq(key),
                told::contract.eq(contract),
                told::at.eq(at),
            );
            diesel::insert_into(told::table).values(values).execute(conn)?;
        }
    }
    Ok(())
}

/// Takes the keys of an alert's entry back into the index.
pub(crate) fn refill(conn: &mut Conn, org: &str, entry: &Entry) -> Result<()> {
    if entry.kind != Kind::Alert {
        return Ok(());
    }
    let channel = entry.body.get("channel").and_then(|c| c.as_str()).unwrap_or_default();
    let keys = entry.body.get("keys").and_then(|k| k.as_array()).into_iter().flatten().filter_map(|k| k.as_str());
    note(conn, org, channel, entry.contract.as_deref(), &entry.filed, keys)
}
