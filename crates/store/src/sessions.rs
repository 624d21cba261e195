//! Sessions, kept by the digest of their secret; failures of signing in.

use crate::Store;
use crate::error::Result;
use crate::schema::{attempt, session};
use diesel::prelude::*;
use jiff::Timestamp;
use people::session::{IDLE, NOTED, WHOLE, alive};
use people::throttle::{FORGOTTEN, Failures};

/// How far signing in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was good, the one-time code is asked for.
    Code,
    /// Signed in.
    Whole,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Whole => "whole",
        }
    }
}

/// Whose session it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The organisation.
    pub org: String,
    /// The account's number.
    pub account: i64,
    /// How far signing in has come.
    pub stage: Stage,
    /// When it began, in seconds since 1970.
    pub begun: i64,
}

/// Seconds within which the one-time code must follow the password.
const CODE: i64 = 300;

impl Store {
    /// Begins a session under the digest of a fresh secret; the one it takes the place of ends.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn begin_session(
        &mut self,
        account: i64,
        stage: Stage,
        digest: &str,
        former: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        let (org, now) = (self.org.clone(), now.as_second());
        self.conn.write(|conn| {
            if let Some(former) = former {
                diesel::delete(session::table.filter(session::digest.eq(former))).execute(conn)?;
            }
            let old = session::used.lt(now - IDLE).or(session::begun.lt(now - WHOLE));
            diesel::delete(session::table.filter(old)).execute(conn)?;
            let values = (
                session::digest.eq(digest),
                session::org.eq(&org),
                session::account.eq(account),
                session::stage.eq(stage.name()),
                session::begun.eq(now),
                session::used.eq(now),
            );
            diesel::insert_into(session::table).values(values).execute(conn)?;
            Ok(())
        })
    }

    /// The session of a secret's digest, in whatever organisation, if it is alive. Its use is noted once a minute.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn session_anywhere(&mut self, digest: &str, now: Timestamp) -> Result<Option<Session>> {
        let now = now.as_second();
        let own = session::table.filter(session::digest.eq(digest));
        let columns = (session::org, session::account, session::stage, session::begun, session::used);
        let row: Option<(String, i64, String, i64, i64)> = own.select(columns).first(&mut self.conn).optional()?;
        let Some((org, account, stage, begun, used)) = row else { return Ok(None) };
        let stage = if stage == Stage::Whole.name() { Stage::Whole } else { Stage::Code };
        if !alive(begun, used, now) || stage == Stage::Code && now - begun >= CODE {
            diesel::delete(own).execute(&mut self.conn)?;
            return Ok(None);
        }
        if now - used >= NOTED {
            diesel::update(own).set(session::used.eq(now)).execute(&mut self.conn)?;
        }
        Ok(Some(Session { org, account, stage, begun }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn end_session(&mut self, digest: &str) -> Result<()> {
        diesel::delete(session::table.filter(session::digest.eq(digest))).execute(&mut self.conn)?;
        Ok(())
    }

    /// Failures of a subject: an address of the network, an account.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn failures(&mut self, subject: &str) -> Result<Failures> {
        let own = attempt::table.filter(attempt::subject.eq(subject));
        let row: Option<(i64, i64)> =
            own.select((attempt::failures, attempt::latest)).first(&mut self.conn).optional()?;
        Ok(row.map_or_else(Failures::default, |(count, last)| Failures { count, last }))
    }

    /// Counts a failure of each subject before the answer is known, unless one of them must wait: many tries at once are many
    /// failures. Each subject comes with the failures it has free beyond an account's own. Gives the seconds to wait, 0 when the
    /// try may go on.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn attempt(&mut self, subjects: &[(&str, i64)], now: Timestamp) -> Result<i64> {
        let (org, now) = (self.org.clone(), now.as_second());
        self.conn.write(|conn| {
            // Whoever else tries at this moment waits for our count.
            conn.hold(&org)?;
            diesel::delete(attempt::table.filter(attempt::latest.le(now - FORGOTTEN))).execute(conn)?;
            let mut known = Vec::new();
            for (subject, spare) in subjects {
                let own = attempt::table.filter(attempt::subject.eq(*subject));
                let row: Option<(i64, i64)> =
                    own.select((attempt::failures, attempt::latest)).first(conn).optional()?;
                let failures = row.map(|(count, last)| Failures { count, last });
                known.push((*subject, failures, failures.unwrap_or_default().wait(*spare, now)));
            }
            let wait = known.iter().map(|k| k.2).max().unwrap_or(0);
            if wait > 0 {
                return Ok(wait);
            }
            for (subject, failures, _) in known {
                let next = failures.unwrap_or_default().and_one(now);
                let values = (attempt::failures.eq(next.count), attempt::latest.eq(next.last));
                if failures.is_some() {
                    diesel::update(attempt::table.filter(attempt::subject.eq(subject))).set(values).execute(conn)?;
                } else {
                    let values = (attempt::subject.eq(subject), values.0, values.1);
                    diesel::insert_into(attempt::table).values(values).execute(conn)?;
                }
            }
            Ok(0)
        })
    }

    /// Forgets the failures of a subject that got in.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn forgive(&mut self, subject: &str) -> Result<()> {
        diesel::delete(attempt::table.filter(attempt::subject.eq(subject))).execute(&mut self.conn)?;
        Ok(())
    }

    /// Takes one failure of a subject back that was none: it was counted before the answer was known.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn relent(&mut self, subject: &str) -> Result<()> {
        let own = attempt::table.filter(attempt::subject.eq(subject)).filter(attempt::failures.gt(0));
        diesel::update(own).set(attempt::failures.eq(attempt::failures - 1)).execute(&mut self.conn)?;
        Ok(())
    }
}
