//! Passkeys of accounts. That one was added or taken away is an entry of the ledger; the key is not in it.

use crate::Store;
use crate::accounts::{decision, enter};
use crate::error::{Error, Result};
use crate::schema::passkey;
use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;

/// Most passkeys of an account.
const MOST: i64 = 20;

/// A passkey of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// The organisation.
    pub org: String,
    /// The account's number.
    pub account: i64,
    /// The number within the account.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// What its authenticator calls it, in base 64 for addresses.
    pub credential: String,
    /// The public key, as COSE writes it.
    pub material: Vec<u8>,
    /// How often it signed, where it counts.
    pub counter: u32,
    /// When it was added, in seconds since 1970.
    pub created: i64,
    /// When it last signed in, in seconds since 1970.
    pub used: Option<i64>,
}

type Row = (String, i64, i64, String, String, Vec<u8>, i64, i64, Option<i64>);

const COLUMNS: (
    passkey::org,
    passkey::account,
    passkey::id,
    passkey::name,
    passkey::credential,
    passkey::material,
    passkey::counter,
    passkey::created,
    passkey::used,
) = (
    passkey::org,
    passkey::account,
    passkey::id,
    passkey::name,
    passkey::credential,
    passkey::material,
    passkey::counter,
    passkey::created,
    passkey::used,
);

fn read(row: Row) -> Passkey {
    let (org, account, id, name, credential, material, counter, created, used) = row;
    let counter = u32::try_from(counter).unwrap_or(u32::MAX);
    Passkey { org, account, id, name, credential, material, counter, created, used }
}

impl Store {
    /// Keeps a passkey of an account.
    ///
    /// # Errors
    /// When it is kept already, of whomever, or the account has too many.
    pub fn add_passkey(
        &mut self,
        account: i64,
        name: &str,
        made: &people::webauthn::Passkey,
        by: &str,
        now: Timestamp,
    ) -> Result<()> {
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(60).collect();
        if name.is_empty() {
            return Err(Error::Refused("donnez un nom à cette clé d'accès".to_owned()));
        }
        let (org, credential) = (self.org.clone(), people::secret::letters(&made.credential));
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let own = passkey::table.filter(passkey::org.eq(&org)).filter(passkey::account.eq(account));
            let taken = passkey::table.filter(passkey::credential.eq(&credential)).count().get_result::<i64>(conn)?;
            let last: Option<i64> = own.select(diesel::dsl::max(passkey::id)).first(conn)?;
            if taken > 0 || own.count().get_result::<i64>(conn)? >= MOST {
                return Err(Error::Refused("cette clé d'accès est déjà connue, ou vous en avez trop".to_owned()));
            }
            let values = (
                passkey::credential.eq(&credential),
                passkey::org.eq(&org),
                passkey::account.eq(account),
                passkey::id.eq(last.unwrap_or(0) + 1),
                passkey::name.eq(&name),
                passkey::material.eq(&made.key),
                passkey::counter.eq(i64::from(made.counter)),
                passkey::created.eq(now.as_second()),
            );
            diesel::insert_into(passkey::table).values(values).execute(conn)?;
            enter(conn, &org, decision(by, now, json!({"action": "passkey", "account": account, "on": true})))
        })
    }

    /// The passkeys of an account, the oldest first.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn passkeys(&mut self, account: i64) -> Result<Vec<Passkey>> {
        let own = passkey::table.filter(passkey::org.eq(&self.org)).filter(passkey::account.eq(account));
        Ok(own.order(passkey::id).select(COLUMNS).load::<Row>(&mut self.conn)?.into_iter().map(read).collect())
    }

    /// The passkey that its authenticator calls so, in whatever organisation.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn passkey_anywhere(&mut self, credential: &str) -> Result<Option<Passkey>> {
        let own = passkey::table.filter(passkey::credential.eq(credential));
        Ok(own.select(COLUMNS).first::<Row>(&mut self.conn).optional()?.map(read))
    }

    /// Notes that a passkey signed in. Whether nobody signed in with this count before: of two answers at once, one passes.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn use_passkey(&mut self, credential: &str, counter: u32, now: Timestamp) -> Result<bool> {
        let counter = i64::from(counter);
        let own = passkey::table.filter(passkey::credential.eq(credential));
        let unused = own.filter(passkey::counter.lt(counter).or(passkey::counter.eq(0)));
        let values = (passkey::counter.eq(counter), passkey::used.eq(now.as_second()));
        Ok(diesel::update(unused).set(values).execute(&mut self.conn)? == 1)
    }

    /// Takes a passkey away from an account of this organisation.
    ///
    /// # Errors
    /// When the account has none of this number.
    pub fn remove_passkey(&mut self, account: i64, id: i64, by: &str, now: Timestamp) -> Result<()> {
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let own = passkey::table.filter(passkey::org.eq(&org)).filter(passkey::account.eq(account));
            if diesel::delete(own.filter(passkey::id.eq(id))).execute(conn)? != 1 {
                return Err(Error::Absent("cette clé d'accès n'existe pas".to_owned()));
            }
            enter(conn, &org, decision(by, now, json!({"action": "passkey", "account": account, "on": false})))
        })
    }
}
