//! Invitations. Each is good once and for a week; that one was made is an entry of the ledger, its address and secret are not.

use crate::accounts::{Newcomer, decision, enter, insert, role};
use crate::error::{Error, Result};
use crate::schema::invitation;
use crate::{Conn, Store};
use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;

/// An invitation that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The organisation.
    pub org: String,
    /// The digest of its secret.
    pub digest: String,
    /// Who is invited.
    pub who: Newcomer,
    /// Who invited.
    pub host: String,
    /// Until when, in seconds since 1970.
    pub expires: i64,
}

impl Store {
    /// Keeps an invitation under the digest of its secret; an earlier one of the address falls.
    ///
    /// # Errors
    /// When the address is wrong or has an account.
    pub fn invite(&mut self, who: &Newcomer, digest: &str, by: &str, now: Timestamp) -> Result<()> {
        let who = who.checked()?;
        if let Some(id) = &who.contract {
            self.contract(id)?;
        }
        let taken = self.accounts_anywhere(&who.email)?;
        if taken.iter().any(|(a, _)| a.org == self.org) {
            return Err(Error::Refused("cette adresse a déjà un compte dans l'organisation".to_owned()));
        }
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let earlier = invitation::table.filter(invitation::org.eq(&org));
            diesel::delete(earlier.filter(invitation::email.eq(&who.email))).execute(conn)?;
            let values = (
                invitation::digest.eq(digest),
                invitation::org.eq(&org),
                invitation::email.eq(&who.email),
                invitation::name.eq(&who.name),
                invitation::role.eq(who.role.name()),
                invitation::contract.eq(&who.contract),
                invitation::host.eq(by),
                invitation::expires.eq(now.as_second() + people::session::INVITATION),
            );
            diesel::insert_into(invitation::table).values(values).execute(conn)?;
            enter(conn, &org, decision(by, now, json!({"action": "invited", "name": who.name, "role": who.role})))
        })
    }

    /// Invitations of the organisation that still hold.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn invitations(&mut self, now: Timestamp) -> Result<Vec<Invitation>> {
        let own = invitation::table.filter(invitation::org.eq(&self.org));
        load(&mut self.conn, own.filter(invitation::expires.gt(now.as_second())).into_boxed())
    }

    /// The invitation of a secret, in whatever organisation.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn invitation_anywhere(&mut self, digest: &str, now: Timestamp) -> Result<Option<Invitation>> {
        let own = invitation::table.filter(invitation::digest.eq(digest));
        Ok(load(&mut self.conn, own.filter(invitation::expires.gt(now.as_second())).into_boxed())?.pop())
    }

    /// Takes an invitation of this organisation back.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn withdraw(&mut self, digest: &str) -> Result<()> {
        let own = invitation::table.filter(invitation::org.eq(&self.org)).filter(invitation::digest.eq(digest));
        diesel::delete(own).execute(&mut self.conn)?;
        Ok(())
    }

    /// Turns an invitation into an account; it is good once. Gives the account's number.
    ///
    /// # Errors
    /// When it is used, too old, or of another organisation.
    pub fn accept(&mut self, digest: &str, name: &str, password: &str, now: Timestamp) -> Result<i64> {
        self.accept_with(digest, name, Some(password), now, |_, _| Ok(()))
    }

    /// The same, with what else is to be done in the transaction.
    pub(crate) fn accept_with(
        &mut self,
        digest: &str,
        name: &str,
        password: Option<&str>,
        now: Timestamp,
        besides: impl FnOnce(&mut Conn, i64) -> Result<()>,
    ) -> Result<i64> {
        let found = self.invitation_anywhere(digest, now)?.filter(|i| i.org == self.org);
        let invited = found.ok_or_else(|| Error::Absent("cette invitation n'est plus valable".to_owned()))?;
        let who = Newcomer { name: name.to_owned(), ..invited.who }.checked()?;
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let own = invitation::table.filter(invitation::digest.eq(digest));
            if diesel::delete(own).execute(conn)? != 1 {
                return Err(Error::Absent("cette invitation n'est plus valable".to_owned()));
            }
            let id = insert(conn, &org, &who, password, now)?;
            let body = json!({"action": "account", "account": id, "name": who.name, "role": who.role});
            enter(conn, &org, decision(&who.name, now, body))?;
            besides(conn, id)?;
            Ok(id)
        })
    }
}

type Invited = (String, String, String, String, String, Option<String>, String, i64);

fn load(conn: &mut Conn, query: invitation::BoxedQuery<'_, crate::conn::MultiBackend>) -> Result<Vec<Invitation>> {
    let columns = (
        invitation::digest,
        invitation::org,
        invitation::email,
        invitation::name,
        invitation::role,
        invitation::contract,
        invitation::host,
        invitation::expires,
    );
    let rows: Vec<Invited> = query.order(invitation::expires).select(columns).load(conn)?;
    rows.into_iter()
        .map(|(digest, org, email, name, of, contract, host, expires)| {
            let who = Newcomer { email, name, role: role(&of)?, contract };
            Ok(Invitation { org, digest, who, host, expires })
        })
        .collect()
}
