//! Settings of an organisation, answers kept to be given again, and openings noted in the ledger.

use crate::accounts::enter;
use crate::error::Result;
use crate::promises::object;
use crate::schema::{replay, setting};
use crate::{Store, instant};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Draft, Kind};
use serde_json::json;

/// An answer kept under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The digest of the request it answered.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub answer: String,
}

/// Seconds an answer is kept: a day.
const KEPT: i64 = 86_400;

impl Store {
    /// A setting.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn setting(&mut self, name: &str) -> Result<Option<String>> {
        let own = setting::table.filter(setting::org.eq(&self.org)).filter(setting::name.eq(name));
        Ok(own.select(setting::value).first(&mut self.conn).optional()?)
    }

    /// Changes a setting. An entry of the ledger, without the value.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn set_setting(&mut self, name: &str, value: &str, by: &str, now: Timestamp) -> Result<()> {
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            diesel::delete(setting::table.filter(setting::org.eq(&org)).filter(setting::name.eq(name)))
                .execute(conn)?;
            let values = (setting::org.eq(&org), setting::name.eq(name), setting::value.eq(value));
            diesel::insert_into(setting::table).values(values).execute(conn)?;
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            draft.body = object(json!({"action": "setting", "name": name}));
            enter(conn, &org, draft)
        })
    }

    /// The answer kept under a key, if it is of the last day.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn replay(&mut self, mark: &str, now: Timestamp) -> Result<Option<Replay>> {
        let own = replay::table.filter(replay::org.eq(&self.org)).filter(replay::mark.eq(mark));
        let fresh = own.filter(replay::at.gt(now.as_second() - KEPT));
        let columns = (replay::request, replay::status, replay::answer);
        let row: Option<(String, i32, String)> = fresh.select(columns).first(&mut self.conn).optional()?;
        Ok(row.map(|(request, status, answer)| Replay { request, status: status.unsigned_abs() as u16, answer }))
    }

    /// Keeps an answer under a key; old ones go.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn keep_replay(&mut self, mark: &str, kept: &Replay, now: Timestamp) -> Result<()> {
        let (org, now) = (self.org.clone(), now.as_second());
        self.conn.write(|conn| {
            let same = replay::table.filter(replay::org.eq(&org)).filter(replay::mark.eq(mark));
            diesel::delete(same).execute(conn)?;
            diesel::delete(replay::table.filter(replay::at.lt(now - KEPT))).execute(conn)?;
            let values = (
                replay::org.eq(&org),
                replay::mark.eq(mark),
                replay::request.eq(&kept.request),
                replay::status.eq(i32::from(kept.status)),
                replay::answer.eq(&kept.answer),
                replay::at.eq(now),
            );
            diesel::insert_into(replay::table).values(values).execute(conn)?;
            Ok(())
        })
    }

    /// Notes in the ledger that somebody opened something that must leave a trace.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn note_opening(&mut self, contract: Option<&str>, what: &str, by: &str, now: Timestamp) -> Result<()> {
        let org = self.org.clone();
        let mut draft = Draft::new(Kind::Opening, instant(now));
        draft.contract = contract.map(str::to_owned);
        draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
        draft.body = object(json!({"what": what}));
        self.conn.write(|conn| {
            conn.hold(&org)?;
            enter(conn, &org, draft)
        })
    }

    /// Notes in the ledger that somebody had the program do something.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn note_done(&mut self, action: &str, by: &str, now: Timestamp) -> Result<()> {
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            enter(conn, &org, crate::accounts::decision(by, now, json!({ "action": action })))
        })
    }
}
