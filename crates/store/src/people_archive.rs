//! Accounts and settings in a backup, never in an export: they hold hashes of passwords, keys of one-time codes and passkeys. Sessions,
//! invitations and tokens stay behind.

use crate::Conn;
use crate::error::{Error, Result};
use crate::schema::{account, identity, passkey, setting};
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
        #[serde(default)]
        outside: i64,
    },
    /// A person's name at a provider of identities.
    Identity { issuer: String, subject: String, account: i64, created: i64 },
    /// A passkey.
    Passkey {
        credential: String,
        account: i64,
        id: i64,
        name: String,
        material: Vec<u8>,
        counter: i64,
        created: i64,
        used: Option<i64>,
    },
    /// A setting.
    Setting { name: String, value: String },
}

type Row = (i64, String, String, String, Option<String>, Option<String>, Option<Vec<u8>>, i64, i64, Option<i64>, i64);

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
        account::outside,
    );
    let rows: Vec<Row> = account::table.filter(account::org.eq(org)).order(account::id).select(columns).load(conn)?;
    let accounts = rows.into_iter().map(
        |(id, email, name, role, contract, password, totp, totp_step, created, closed, outside)| Kept::Account {
            id,
            email,
            name,
            role,
            contract,
            password,
            totp,
            totp_step,
            created,
            closed,
            outside,
        },
    );
    let rows: Vec<(String, String)> = setting::table
        .filter(setting::org.eq(org))
        .order(setting::name)
        .select((setting::name, setting::value))
        .load(conn)?;
    let settings = rows.into_iter().map(|(name, value)| Kept::Setting { name, value });
    let keys = keys(conn, org)?;
    accounts.chain(settings).chain(keys).map(|kept| serde_json::to_value(kept).map_err(Error::from)).collect()
}

/// What opens accounts besides passwords.
fn keys(conn: &mut Conn, org: &str) -> Result<Vec<Kept>> {
    let columns = (identity::issuer, identity::subject, identity::account, identity::created);
    let rows: Vec<(String, String, i64, i64)> = identity::table
        .filter(identity::org.eq(org))
        .order((identity::issuer, identity::subject))
        .select(columns)
        .load(conn)?;
    let identities = rows.into_iter().map(|(issuer, subject, account, created)| Kept::Identity {
        issuer,
        subject,
        account,
        created,
    });
    let mut kept: Vec<Kept> = identities.collect();
    let columns = (
        passkey::credential,
        passkey::account,
        passkey::id,
        passkey::name,
        passkey::material,
        passkey::counter,
        passkey::created,
        passkey::used,
    );
    type Row = (String, i64, i64, String, Vec<u8>, i64, i64, Option<i64>);
    let own = passkey::table.filter(passkey::org.eq(org)).order((passkey::account, passkey::id));
    let rows: Vec<Row> = own.select(columns).load(conn)?;
    kept.extend(rows.into_iter().map(|(credential, account, id, name, material, counter, created, used)| {
        Kept::Passkey { credential, account, id, name, material, counter, created, used }
    }));
    Ok(kept)
}

/// Takes the lines back.
pub(crate) fn refill(conn: &mut Conn, org: &str, lines: Vec<Kept>) -> Result<()> {
    for line in lines {
        match line {
            Kept::Account { id, email, name, role, contract, password, totp, totp_step, created, closed, outside } => {
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
                    account::outside.eq(outside),
                );
                diesel::insert_into(account::table).values(values).execute(conn)?;
            }
            Kept::Identity { issuer, subject, account, created } => {
                let values = (
                    identity::issuer.eq(issuer),
                    identity::subject.eq(subject),
                    identity::org.eq(org),
                    identity::account.eq(account),
                    identity::created.eq(created),
                );
                diesel::insert_into(identity::table).values(values).execute(conn)?;
            }
            Kept::Passkey { credential, account, id, name, material, counter, created, used } => {
                let values = (
                    passkey::credential.eq(credential),
                    passkey::org.eq(org),
                    passkey::account.eq(account),
                    passkey::id.eq(id),
                    passkey::name.eq(name),
                    passkey::material.eq(material),
                    passkey::counter.eq(counter),
                    passkey::created.eq(created),
                    passkey::used.eq(used),
                );
                diesel::insert_into(passkey::table).values(values).execute(conn)?;
            }
            Kept::Setting { name, value } => {
                let values = (setting::org.eq(org), setting::name.eq(name), setting::value.eq(value));
                diesel::insert_into(setting::table).values(values).execute(conn)?;
            }
        }
    }
    Ok(())
}
