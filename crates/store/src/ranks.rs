//! Which contract serves which: what a provider buys from others to keep its own promises.

use crate::accounts::enter;
use crate::error::{Error, Result};
use crate::promises::object;
use crate::schema::setting;
use crate::{Conn, Store, instant};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Draft, Kind};
use serde_json::json;
use std::collections::BTreeMap;

/// Where the ranks are kept.
const NAME: &str = "rangs";

fn read(conn: &mut Conn, org: &str) -> Result<BTreeMap<String, String>> {
    let own = setting::table.filter(setting::org.eq(org)).filter(setting::name.eq(NAME));
    let text: Option<String> = own.select(setting::value).first(conn).optional()?;
    text.map_or_else(|| Ok(BTreeMap::new()), |t| Ok(serde_json::from_str(&t)?))
}

impl Store {
    /// Contracts that serve another one: the one below → the one above.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn ranks(&mut self) -> Result<BTreeMap<String, String>> {
        read(&mut self.conn, &self.org)
    }

    /// Says which contract another one serves, or that it serves none. An entry of the ledger.
    ///
    /// # Errors
    /// When a contract is unknown, or would serve itself in the end.
    pub fn set_rank(&mut self, below: &str, above: Option<&str>, by: &str, now: Timestamp) -> Result<()> {
        self.contract(below)?;
        if let Some(above) = above {
            self.contract(above)?;
        }
        let org = &self.org;
        self.conn.write(|conn| {
            conn.hold(org)?;
            let mut ranks = read(conn, org)?;
            let mut next = above;
            while let Some(one) = next {
                if one == below {
                    return Err(Error::Refused(
                        "un contrat ne peut pas en servir un autre qui le sert déjà".to_owned(),
                    ));
                }
                next = ranks.get(one).map(String::as_str);
            }
            let before = match above {
                Some(above) => ranks.insert(below.to_owned(), above.to_owned()),
                None => ranks.remove(below),
            };
            if before.as_deref() == above {
                return Ok(());
            }
            diesel::delete(setting::table.filter(setting::org.eq(org)).filter(setting::name.eq(NAME))).execute(conn)?;
            let text = serde_json::to_string(&ranks)?;
            let values = (setting::org.eq(org), setting::name.eq(NAME), setting::value.eq(text));
            diesel::insert_into(setting::table).values(values).execute(conn)?;
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.contract = Some(below.to_owned());
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            draft.body = object(json!({"action": "ranked", "above": above, "before": before}));
            enter(conn, org, draft)
        })
    }
}
