//! Accounts. Changes are entries of the ledger; addresses and secrets are not.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::promises::object;
use crate::schema::{account, identity, passkey, session, token};
use crate::{Conn, Store, instant};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Draft, Kind};
use people::Role;
use serde_json::{Value, json};

/// A person of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The organisation.
    pub org: String,
    /// The number within it.
    pub id: i64,
    /// The address that signs in, in lower case.
    pub email: String,
    /// The name, as the ledger has it.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// The only contract seen, of a guest.
    pub contract: Option<String>,
    /// Whether a one-time code is asked for.
    pub totp: bool,
    /// When it was closed, in seconds since 1970.
    pub closed: Option<i64>,
    /// Whether an administrator allowed a provider of identities to open it by its address.
    pub outside: bool,
}

/// Who is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The contract of a guest.
    pub contract: Option<String>,
}

pub(crate) type Row = (String, i64, String, String, String, Option<String>, Option<Vec<u8>>, Option<i64>, i64);

pub(crate) const COLUMNS: (
    account::org,
    account::id,
    account::email,
    account::name,
    account::role,
    account::contract,
    account::totp,
    account::closed,
    account::outside,
) = (
    account::org,
    account::id,
    account::email,
    account::name,
    account::role,
    account::contract,
    account::totp,
    account::closed,
    account::outside,
);

pub(crate) fn role(name: &str) -> Result<Role> {
    Role::from_name(name).ok_or_else(|| Error::Damaged(format!("rôle « {name} »")))
}

pub(crate) fn read(row: Row) -> Result<Account> {
    let (org, id, email, name, of, contract, totp, closed, outside) = row;
    Ok(Account {
        org,
        id,
        email,
        name,
        role: role(&of)?,
        contract,
        totp: totp.is_some(),
        closed,
        outside: outside != 0,
    })
}

/// An address as compared and stored.
pub(crate) fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

impl Newcomer {
    /// The same with its address folded, if it can be accepted.
    pub(crate) fn checked(&self) -> Result<Self> {
        let email = folded(&self.email);
        let parts = email.split_once('@');
        let good = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'));
        if !good || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Error::Refused(format!("« {} » n'est pas une adresse de courriel", self.email.trim())));
        }
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(Error::Refused("donnez un nom, de cent caractères au plus".to_owned()));
        }
        if self.role.bound() != self.contract.is_some() {
            return Err(Error::Refused("un prestataire invité, et lui seul, est attaché à un contrat".to_owned()));
        }
        Ok(Self { email, name, role: self.role, contract: self.contract.clone() })
    }
}

/// Appends an entry of its own within a transaction.
pub(crate) fn enter(conn: &mut Conn, org: &str, draft: Draft) -> Result<()> {
    let row = journal::take(conn, org)?;
    let mut journal = Journal::at(org, row.frontier);
    journal.append(conn, draft)?;
    journal.close(conn, row.generation, row.proofs)
}

/// A decision about people.
pub(crate) fn decision(by: &str, now: Timestamp, body: Value) -> Draft {
    let mut draft = Draft::new(Kind::Decision, instant(now));
    draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
    draft.body = object(body);
    draft
}

/// Makes an account, or opens the closed one of this address anew: the person and the number stay, what opened it does not.
pub(crate) fn insert(
    conn: &mut Conn,
    org: &str,
    who: &Newcomer,
    password: Option<&str>,
    now: Timestamp,
) -> Result<i64> {
    let own = account::table.filter(account::org.eq(org));
    let last: Option<i64> = own.order(account::id.desc()).select(account::id).first(conn).optional()?;
    let of_address = own.filter(account::email.eq(&who.email)).select((account::id, account::closed));
    match of_address.first::<(i64, Option<i64>)>(conn).optional()? {
        Some((_, None)) => Err(Error::Refused("cette adresse a déjà un compte dans l'organisation".to_owned())),
        Some((id, Some(_))) => {
            reopen(conn, org, id, who, password)?;
            Ok(id)
        }
        None => {
            let id = last.unwrap_or(0) + 1;
            let values = (
                account::org.eq(org),
                account::id.eq(id),
                account::email.eq(&who.email),
                account::name.eq(&who.name),
                account::role.eq(who.role.name()),
                account::contract.eq(&who.contract),
                account::password.eq(password),
                account::totp_step.eq(0_i64),
                account::created.eq(now.as_second()),
                account::outside.eq(0_i64),
            );
            diesel::insert_into(account::table).values(values).execute(conn)?;
            Ok(id)
        }
    }
}

fn reopen(conn: &mut Conn, org: &str, id: i64, who: &Newcomer, password: Option<&str>) -> Result<()> {
    let keys = passkey::table.filter(passkey::org.eq(org)).filter(passkey::account.eq(id));
    diesel::delete(keys).execute(conn)?;
    let links = identity::table.filter(identity::org.eq(org)).filter(identity::account.eq(id));
    diesel::delete(links).execute(conn)?;
    let values = (
        account::name.eq(&who.name),
        account::role.eq(who.role.name()),
        account::contract.eq(&who.contract),
        account::password.eq(password),
        account::totp.eq(None::<Vec<u8>>),
        account::closed.eq(None::<i64>),
        account::outside.eq(0_i64),
    );
    let own = account::table.filter(account::org.eq(org)).filter(account::id.eq(id));
    diesel::update(own).set(values).execute(conn)?;
    Ok(())
}

impl Store {
    /// Makes an account; `password` is its hash. Gives its number.
    ///
    /// # Errors
    /// When the address is taken or wrong.
    pub fn add_account(&mut self, who: &Newcomer, password: &str, by: &str, now: Timestamp) -> Result<i64> {
        let who = who.checked()?;
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let id = insert(conn, &org, &who, Some(password), now)?;
            let body = json!({"action": "account", "account": id, "name": who.name, "role": who.role});
            enter(conn, &org, decision(by, now, body))?;
            Ok(id)
        })
    }

    /// The people of the organisation, by number; closed accounts too.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn accounts(&mut self) -> Result<Vec<Account>> {
        let own = account::table.filter(account::org.eq(&self.org)).order(account::id);
        own.select(COLUMNS).load::<Row>(&mut self.conn)?.into_iter().map(read).collect()
    }

    /// Open accounts of every organisation: whether anybody must sign in.
    ///
    /// # Errors
    /// When they can't be counted.
    pub fn count_accounts_anywhere(&mut self) -> Result<i64> {
        Ok(account::table.filter(account::closed.is_null()).count().get_result(&mut self.conn)?)
    }

    /// Open accounts of an address in every organisation, with their password hashes.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn accounts_anywhere(&mut self, email: &str) -> Result<Vec<(Account, Option<String>)>> {
        let own = account::table.filter(account::email.eq(folded(email))).filter(account::closed.is_null());
        let rows: Vec<(Row, Option<String>)> =
            own.order(account::org).select((COLUMNS, account::password)).load(&mut self.conn)?;
        rows.into_iter().map(|(row, hash)| Ok((read(row)?, hash))).collect()
    }

    /// One account of the organisation.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn account(&mut self, id: i64) -> Result<Account> {
        let own = account::table.filter(account::org.eq(&self.org)).filter(account::id.eq(id));
        let row: Option<Row> = own.select(COLUMNS).first(&mut self.conn).optional()?;
        read(row.ok_or_else(|| Error::Absent("ce compte n'existe pas".to_owned()))?)
    }

    /// The key of one-time codes and the last step used.
    ///
    /// # Errors
    /// When the account is not there.
    pub fn totp(&mut self, id: i64) -> Result<(Option<Vec<u8>>, i64)> {
        let own = account::table.filter(account::org.eq(&self.org)).filter(account::id.eq(id));
        Ok(own.select((account::totp, account::totp_step)).first(&mut self.conn)?)
    }

    /// Sets the key of one-time codes, or takes it away. An entry of the ledger.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn set_totp(&mut self, id: i64, key: Option<&[u8]>, step: i64, by: &str, now: Timestamp) -> Result<()> {
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let own = account::table.filter(account::org.eq(&org)).filter(account::id.eq(id));
            diesel::update(own).set((account::totp.eq(key), account::totp_step.eq(step))).execute(conn)?;
            enter(conn, &org, decision(by, now, json!({"action": "second_factor", "account": id, "on": key.is_some()})))
        })
    }

    /// Notes that a code was used. Whether it was the first time: two requests at once with one code, one passes.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn use_totp(&mut self, id: i64, step: i64) -> Result<bool> {
        let own = account::table.filter(account::org.eq(&self.org)).filter(account::id.eq(id));
        let unused = own.filter(account::totp_step.lt(step));
        Ok(diesel::update(unused).set(account::totp_step.eq(step)).execute(&mut self.conn)? == 1)
    }

    /// Changes a password; every session of the account ends.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn set_password(&mut self, id: i64, hash: &str, by: &str, now: Timestamp) -> Result<()> {
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let own = account::table.filter(account::org.eq(&org)).filter(account::id.eq(id));
            diesel::update(own).set(account::password.eq(hash)).execute(conn)?;
            end(conn, &org, id)?;
            enter(conn, &org, decision(by, now, json!({"action": "password", "account": id})))
        })
    }

    /// Changes what a person may do, or closes the account. Sessions end; with a closed account its tokens go. The last
    /// administrator stays one.
    ///
    /// # Errors
    /// When the account is not there, or nobody would be left to administer.
    pub fn change_account(
        &mut self,
        id: i64,
        role: Role,
        contract: Option<&str>,
        closed: bool,
        by: &str,
        now: Timestamp,
    ) -> Result<()> {
        let before = self.account(id)?;
        let contract = contract.map(str::to_owned);
        Newcomer { email: before.email, name: before.name, role, contract: contract.clone() }.checked()?;
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let all = account::table.filter(account::org.eq(&org));
            let own = all.filter(account::id.eq(id));
            let end_at = closed.then(|| now.as_second());
            let values = (account::role.eq(role.name()), account::contract.eq(&contract), account::closed.eq(end_at));
            diesel::update(own).set(values).execute(conn)?;
            let heads = all.filter(account::role.eq(Role::Administrator.name())).filter(account::closed.is_null());
            if heads.count().get_result::<i64>(conn)? == 0 {
                return Err(Error::Refused("il faut garder au moins une personne à l'administration".to_owned()));
            }
            end(conn, &org, id)?;
            if closed {
                let tokens = token::table.filter(token::org.eq(&org)).filter(token::account.eq(id));
                diesel::delete(tokens).execute(conn)?;
            }
            let body = json!({"action": "rights", "account": id, "role": role, "closed": closed});
            enter(conn, &org, decision(by, now, body))
        })
    }
}

/// Ends the sessions of an account.
pub(crate) fn end(conn: &mut Conn, org: &str, id: i64) -> Result<()> {
    let own = session::table.filter(session::org.eq(org)).filter(session::account.eq(id));
    diesel::delete(own).execute(conn)?;
    Ok(())
}
