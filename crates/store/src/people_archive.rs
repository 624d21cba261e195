//! Accounts and settings in a backup, never in an export: they hold hashes of passwords and keys of one-time codes. Sessions,
//! invitations and tokens stay behind.

use crate::Conn;
use crate::error::{Error, Result};
use crate::schema::{account, setting};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A line of `people.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub(crate) enum Kept {
    /// An account.
    Account {
        id: i64,
        email: String,
        name: String,
        role: String,
        contract: Option<String>,
        password: Option<String>,
        totp: Option<Vec<u8>>,
        totp_step: i64,
        created: i64,
        closed: Option<i64>,
    },
    /// A setting.
    Setting { name: String, value: String },
}

type Row = (i64, String, String, String, Option<String>, Option<String>, Option<Vec<u8>>, i64, i64, Option<i64>);

/// The lines of an organisation.
pub(crate) fn lines(conn: &mut Conn, org: &str) -> Result<Vec<Value>> {
    let columns = (
        account::id,
        account::email,
        account::name,
        account::role,
        account::contract,
        account::password,
        account::totp,
        account::totp_step,
        account::created,
        account::closed,
    );
    let rows: Vec<Row> = account::table.filter(account::org.eq(org)).order(account::id).select(columns).load(conn)?;
    let accounts =
        rows.into_iter().map(|(id, email, name, role, contract, password, totp, totp_step, created, closed)| {
            Kept::Account { id, email, name, role, contract, password, totp, totp_step, created, closed }
        });
    let rows: Vec<(String, String)> = setting::table
        .filter(setting::org.eq(org))
        .order(setting::name)
        .select((setting::name, setting::value))
        .load(conn)?;
    let settings = rows.into_iter().map(|(name, value)| Kept::Setting { name, value });
    accounts.chain(settings).map(|kept| serde_json::to_value(kept).map_err(Error::from)).collect()
}

/// Takes the lines back.
pub(crate) fn refill(conn: &mut Conn, org: &str, lines: Vec<Kept>) -> Result<()> {
    for line in lines {
        match line {
            Kept::Account { id, email, name, role, contract, password, totp, totp_step, created, closed } => {
                let values = (
                    account::org.eq(org),
                    account::id.eq(id),
                    account::email.eq(email),
                    account::name.eq(name),
                    account::role.eq(role),
                    account::contract.eq(contract),
                    account::password.eq(password),
                    account::totp.eq(totp),
                    account::totp_step.eq(totp_step),
                    account::created.eq(created),
                    account::closed.eq(closed),
                );
                diesel::insert_into(account::table).values(values).execute(conn)?;
            }
            Kept::Setting { name, value } => {
                let values = (setting::org.eq(org), setting::name.eq(name), setting::value.eq(value));
                diesel::insert_into(setting::table).values(values).execute(conn)?;
            }
        }
    }
    Ok(())
}
