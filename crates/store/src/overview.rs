//! Every contract in a line: worst state, counts, next dates; and which contracts changed since, so that a list over thousands
//! is kept up to date by looking at the few that moved.

use crate::error::Result;
use crate::promises::Standing;
use crate::schema::{contract, entry, org, promise};
use crate::{Contract, Line, Store};
use ::contract::Folded;
use diesel::prelude::*;
use follow::{Day, KeyDate, State, Window};
use std::collections::HashMap;

/// A contract in a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The contract.
    pub contract: Contract,
    /// The worst state of its promises; `None` while none is followed.
    pub state: Option<State>,
    /// How many promises stand in each state.
    pub states: Vec<(State, usize)>,
    /// Promises followed.
    pub followed: usize,
    /// Promises proposed that nobody decided on.
    pub proposed: usize,
    /// The last day on which the next proof may arrive.
    pub next_due: Option<Day>,
    /// The contract's next date.
    pub next_date: Option<KeyDate>,
    /// What is looked for in lists: provider, id and file, folded.
    pub words: String,
    /// Promises that were not kept or not proved, the worst first.
    pub wrong: Vec<Told>,
}

/// A promise that was not kept or not proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The promise's id.
    pub promise: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// Why, without the words that name promise and clause.
    pub reason: String,
}

/// What moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Entries of the ledger now.
    pub size: i64,
    /// Contracts with entries since.
    pub contracts: Vec<String>,
}

/// Days looked back on, as `clausule status` does.
const BACK: i32 = 30;

/// The window that lists look at.
pub fn window(today: Day) -> Window {
    Window { first: today.plus(-BACK), last: today }
}

impl Store {
    /// Contracts that got an entry at or after this size of the ledger.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn moved_since(&mut self, size: i64) -> Result<Moved> {
        let now: i64 = org::table.filter(org::id.eq(&self.org)).select(org::size).first(&mut self.conn)?;
        if now == size {
            return Ok(Moved { size, contracts: Vec::new() });
        }
        let rows = entry::table.filter(entry::org.eq(&self.org)).filter(entry::seq.ge(size));
        let mut contracts: Vec<String> = rows
            .filter(entry::contract.is_not_null())
            .select(entry::contract.assume_not_null())
            .load(&mut self.conn)?;
        contracts.sort();
        contracts.dedup();
        Ok(Moved { size: now, contracts })
    }

    /// A line for each contract, or for one.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn summaries(&mut self, of: Option<&str>, today: Day) -> Result<Vec<Summary>> {
        let contracts = match of {
            Some(id) => vec![self.contract(id)?],
            None => self.contracts()?,
        };
        let (waiting, followed) = (self.standing(Standing::Proposed, of)?, self.standing(Standing::Confirmed, of)?);
        let mut out = Vec::with_capacity(contracts.len());
        for contract in contracts {
            // Contract by contract: the promises of thousands are never in memory together.
            let lines = match followed.contains_key(&contract.id) {
                true => self.statuses(Some(&contract.id), window(today), today)?,
                false => Vec::new(),
            };
            let proposed = waiting.get(&contract.id).copied().unwrap_or(0);
            out.push(summary(contract, &lines, proposed, today));
        }
        Ok(out)
    }

    /// How many promises stand so, by contract.
    fn standing(&mut self, standing: Standing, of: Option<&str>) -> Result<HashMap<String, usize>> {
        let mut own = promise::table
            .filter(promise::org.eq(&self.org))
            .filter(promise::standing.eq(standing.name()))
            .group_by(promise::contract)
            .select((promise::contract, diesel::dsl::count_star()))
            .into_boxed();
        if let Some(id) = of {
            own = own.filter(promise::contract.eq(id.to_owned()));
        }
        let rows: Vec<(String, i64)> = own.load(&mut self.conn)?;
        Ok(rows.into_iter().map(|(id, n)| (id, usize::try_from(n).unwrap_or(0))).collect())
    }

    /// How many contracts there are.
    ///
    /// # Errors
    /// When they can't be counted.
    pub fn count_contracts(&mut self) -> Result<i64> {
        Ok(contract::table.filter(contract::org.eq(&self.org)).count().get_result(&mut self.conn)?)
    }
}

fn summary(contract: Contract, lines: &[Line], proposed: usize, today: Day) -> Summary {
    let mut states: Vec<(State, usize)> = Vec::new();
    for line in lines {
        match states.iter_mut().find(|s| s.0 == line.status.state) {
            Some(state) => state.1 += 1,
            None => states.push((line.status.state, 1)),
        }
    }
    states.sort_by_key(|s| std::cmp::Reverse(s.0));
    let dates = contract.term.map(|t| t.dates(today.date(), &contract.calendar())).unwrap_or_default();
    let bad = |l: &&Line| matches!(l.status.state, State::Breached | State::Unproved | State::Late);
    let told = |l: &Line| Told {
        promise: l.promise.id.clone(),
        title: l.promise.title.clone(),
        state: l.status.state,
        reason: follow::reason::tail(&l.promise, &l.status, window(today)),
    };
    let mut wrong: Vec<Told> = lines.iter().filter(bad).map(told).collect();
    wrong.sort_by_key(|w| std::cmp::Reverse(w.state));
    let words = Folded::of(&format!("{} {} {}", contract.provider, contract.id, contract.file)).text().to_owned();
    Summary {
        words,
        wrong,
        state: states.first().map(|s| s.0),
        states,
        followed: lines.len(),
        proposed,
        next_due: lines.iter().filter_map(|l| l.status.next_due).min(),
        next_date: dates.into_iter().next(),
        contract,
    }
}
