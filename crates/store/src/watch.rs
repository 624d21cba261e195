//! What alerts and monthly reports look at: statuses with every period, what was seen, and the facts in words.

use crate::error::Result;
use crate::promises::Standing;
use crate::schema::fact;
use crate::{Line, Store};
use diesel::prelude::*;
use evidence::Fact;
use follow::{Calendar, Day, Mark, Seen, Window};
use std::collections::HashMap;

/// A promise with where it stands, period by period.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// Where it stands.
    pub line: Line,
    /// The periods of the window, in order.
    pub marks: Vec<Mark>,
    /// What was seen within the window, in order of day.
    pub seen: Vec<Seen>,
}

impl Store {
    /// Every confirmed promise at `today` with its periods, of one contract or all. `window` gives the days looked at.
    ///
    /// # Errors
    /// When the register can't be read or the contract is unknown.
    pub fn watch(
        &mut self,
        of: Option<&str>,
        window: impl Fn(&follow::Promise) -> Window,
        today: Day,
    ) -> Result<Vec<Watched>> {
        if let Some(id) = of {
            self.contract(id)?;
        }
        let calendars: HashMap<String, Calendar> =
            self.contracts()?.iter().map(|c| (c.id.clone(), c.calendar())).collect();
        let default = Calendar::default();
        let mut out = Vec::new();
        for followed in self.promises(of)?.into_iter().filter(|f| f.standing == Standing::Confirmed) {
            let facts = self.seen_of(&followed.promise.id)?;
            let calendar = calendars.get(&followed.contract).unwrap_or(&default);
            let window = window(&followed.promise);
            let status = follow::status(&followed.promise, &facts, window, today, calendar);
            let marks = follow::timeline(&followed.promise, &facts, window, today, calendar);
            let within = |s: &&Seen| s.day >= window.first && s.day <= window.last && s.received <= today;
            let seen = facts.iter().filter(within).copied().collect();
            let line = Line { contract: followed.contract, promise: followed.promise, status };
            out.push(Watched { line, marks, seen });
        }
        Ok(out)
    }

    /// The facts of a contract whose day lies in a window, in order of day.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn facts(&mut self, contract: &str, window: Window) -> Result<Vec<(Day, Fact)>> {
        let rows: Vec<(i32, String)> = fact::table
            .filter(fact::org.eq(&self.org))
            .filter(fact::contract.eq(contract))
            .filter(fact::day.ge(window.first.0))
            .filter(fact::day.le(window.last.0))
            .order((fact::day, fact::proof, fact::nth))
            .select((fact::day, fact::data))
            .load(&mut self.conn)?;
        rows.into_iter().map(|(day, data)| Ok((Day(day), serde_json::from_str(&data)?))).collect()
    }
}
