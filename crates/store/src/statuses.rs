//! The status of every confirmed promise over a window of days.

use crate::error::Result;
use crate::promises::{self, Standing};
use crate::schema::sheet;
use crate::{Conn, Contract, Followed, Store, contract, sheet as sheets};
use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use follow::{Cadence, Calendar, Day, Promise, Seen, Status, Window};
use std::collections::HashMap;

/// A promise with where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The contract's id.
    pub contract: String,
    /// The promise.
    pub promise: Promise,
    /// Where it stands.
    pub status: Status,
}

/// The promises of one contract, with all that was seen of those that are followed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standings {
    /// The promises, whatever was decided of them.
    pub followed: Vec<Followed>,
    /// Where each confirmed promise stands, by its id, over each window asked for.
    pub statuses: Vec<HashMap<String, Status>>,
    /// What was seen of each confirmed promise, by its id, in order of day.
    pub seen: HashMap<String, Vec<Seen>>,
}

/// Gives what was seen of all promises or a few from a month on, promise by promise, without holding more than one in
/// memory.
fn each(
    conn: &mut Conn,
    org: &str,
    from: i32,
    only: Option<&[&str]>,
    mut take: impl FnMut(&str, &[Seen]),
) -> Result<()> {
    let Some(ids) = only else { return stream(conn, org, from, take) };
    for id in ids {
        let own = sheet::table.filter(sheet::org.eq(org)).filter(sheet::promise.eq(*id));
        let rows: Vec<Vec<u8>> =
            own.filter(sheet::month.ge(from)).order(sheet::month).select(sheet::data).load(conn)?;
        let mut facts = Vec::new();
        rows.iter().try_for_each(|r| sheets::read(r, &mut facts))?;
        take(id, &facts);
    }
    Ok(())
}

fn stream(conn: &mut Conn, org: &str, from: i32, mut take: impl FnMut(&str, &[Seen])) -> Result<()> {
    let rows = sheet::table
        .filter(sheet::org.eq(org))
        .filter(sheet::month.ge(from))
        .order((sheet::promise, sheet::month))
        .select((sheet::promise, sheet::data))
        .load_iter::<(String, Vec<u8>), DefaultLoadingMode>(conn)?;
    let (mut current, mut facts) = (String::new(), Vec::new());
    for row in rows {
        let (promise, data) = row?;
        if promise != current {
            take(&current, &facts);
            facts.clear();
            current = promise;
        }
        sheets::read(&data, &mut facts)?;
    }
    take(&current, &facts);
    Ok(())
}

/// Days before a window that the longest periods and documents in force may reach back.
const REACH: i32 = 800;

impl Store {
    /// Where every confirmed promise stands at `today`, of one contract or all, over a window.
    ///
    /// # Errors
    /// When the register can't be read or the contract is unknown.
    pub fn statuses(&mut self, of: Option<&str>, window: Window, today: Day) -> Result<Vec<Line>> {
        let contracts = match of {
            Some(id) => vec![self.contract(id)?],
            None => contract::all(&mut self.conn, &self.org)?,
        };
        let calendars: HashMap<&str, Calendar> = contracts.iter().map(|c| (c.id.as_str(), c.calendar())).collect();
        let mut followed = promises::load(&mut self.conn, &self.org, of)?;
        followed.retain(|f| f.standing == Standing::Confirmed);
        let long = |p: &Promise| !matches!(p.cadence, Cadence::Days(_) | Cadence::WorkingDays | Cadence::Event);
        let reach = if followed.iter().any(|f| long(&f.promise)) { REACH } else { 1 };
        let default = Calendar::default();
        let judge = |f: &Followed, facts: &[Seen]| {
            let calendar = calendars.get(f.contract.as_str()).unwrap_or(&default);
            follow::status(&f.promise, facts, window, today, calendar)
        };
        let places: HashMap<&str, usize> =
            followed.iter().enumerate().map(|(n, f)| (f.promise.id.as_str(), n)).collect();
        let mut found: Vec<Option<Status>> = vec![None; followed.len()];
        let from = sheets::month(window.first.plus(-reach));
        let only: Option<Vec<&str>> = of.map(|_| followed.iter().map(|f| f.promise.id.as_str()).collect());
        each(&mut self.conn, &self.org, from, only.as_deref(), |promise, facts| {
            if let Some(place) = places.get(promise) {
                found[*place] = Some(judge(&followed[*place], facts));
            }
        })?;
        let statuses: Vec<Status> =
            found.into_iter().zip(&followed).map(|(s, f)| s.unwrap_or_else(|| judge(f, &[]))).collect();
        let lines = followed.into_iter().zip(statuses);
        Ok(lines.map(|(f, status)| Line { contract: f.contract, promise: f.promise, status }).collect())
    }

    /// Where the promises of a contract stand over several windows, and what was seen of them: one reading for all.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn standings(&mut self, of: &Contract, windows: &[Window], today: Day) -> Result<Standings> {
        let followed = promises::load(&mut self.conn, &self.org, Some(&of.id))?;
        let confirmed: Vec<&Promise> =
            followed.iter().filter(|f| f.standing == Standing::Confirmed).map(|f| &f.promise).collect();
        let mut seen: HashMap<String, Vec<Seen>> = confirmed.iter().map(|p| (p.id.clone(), Vec::new())).collect();
        let ids: Vec<&str> = confirmed.iter().map(|p| p.id.as_str()).collect();
        let own = sheet::table.filter(sheet::org.eq(&self.org)).filter(sheet::promise.eq_any(ids));
        let rows: Vec<(String, Vec<u8>)> =
            own.order((sheet::promise, sheet::month)).select((sheet::promise, sheet::data)).load(&mut self.conn)?;
        for (promise, data) in rows {
            sheets::read(&data, seen.entry(promise).or_default())?;
        }
        let calendar = of.calendar();
        let over = |window: &Window| {
            let judged = |p: &&Promise| {
                let facts = seen.get(&p.id).map_or(&[][..], Vec::as_slice);
                (p.id.clone(), follow::status(p, facts, *window, today, &calendar))
            };
            confirmed.iter().map(judged).collect()
        };
        let statuses = windows.iter().map(over).collect();
        Ok(Standings { followed, statuses, seen })
    }

    /// What was seen of one promise, in order of day.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn seen_of(&mut self, promise: &str) -> Result<Vec<Seen>> {
        let rows: Vec<Vec<u8>> = sheet::table
            .filter(sheet::org.eq(&self.org))
            .filter(sheet::promise.eq(promise))
            .order(sheet::month)
            .select(sheet::data)
            .load(&mut self.conn)?;
        let mut out = Vec::new();
        rows.iter().try_for_each(|r| sheets::read(r, &mut out))?;
        Ok(out)
    }

    /// The dates to come of every contract that says its term.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn key_dates(&mut self, today: Day) -> Result<Vec<(Contract, Vec<follow::KeyDate>)>> {
        let all = self.contracts()?;
        Ok(all
            .into_iter()
            .filter_map(|c| {
                let dates = c.term?.dates(today.date(), &c.calendar());
                Some((c, dates))
            })
            .collect())
    }
}
