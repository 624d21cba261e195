//! Every contract in a line: worst state, counts, next dates; and which contracts changed since, so that a list over thousands
//! is kept up to date by looking at the few that moved.

use crate::error::Result;
use crate::promises::Standing;
use crate::schema::{contract, entry, org, promise};
use crate::{Contract, Line, Store};
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
        let lines = self.statuses(of, window(today), today)?;
        let mut own: HashMap<String, Vec<Line>> = HashMap::new();
        for line in lines {
            own.entry(line.contract.clone()).or_default().push(line);
        }
        let waiting = self.proposed(of)?;
        Ok(contracts
            .into_iter()
            .map(|contract| {
                let lines = own.remove(&contract.id).unwrap_or_default();
                let proposed = waiting.get(&contract.id).copied().unwrap_or(0);
                summary(contract, &lines, proposed, today)
            })
            .collect())
    }

    /// Proposals that wait, by contract.
    fn proposed(&mut self, of: Option<&str>) -> Result<HashMap<String, usize>> {
        let own = promise::table
            .filter(promise::org.eq(&self.org))
            .filter(promise::standing.eq(Standing::Proposed.name()))
            .select(promise::contract);
        let rows: Vec<String> = match of {
            Some(id) => own.filter(promise::contract.eq(id)).load(&mut self.conn)?,
            None => own.load(&mut self.conn)?,
        };
        let mut out = HashMap::new();
        for id in rows {
            *out.entry(id).or_default() += 1;
        }
        Ok(out)
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
    Summary {
        state: states.first().map(|s| s.0),
        states,
        followed: lines.len(),
        proposed,
        next_due: lines.iter().filter_map(|l| l.status.next_due).min(),
        next_date: dates.into_iter().next(),
        contract,
    }
}
