//! People as a provider of identities knows them. The link is an entry of the ledger; the name at the provider is not in it.

use crate::accounts::{Account, COLUMNS, Row, decision, enter, folded, read};
use crate::error::{Error, Result};
use crate::schema::{account, identity};
use crate::{Conn, Store};
use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;

fn link(conn: &mut Conn, org: &str, id: i64, issuer: &str, subject: &str, by: &str, now: Timestamp) -> Result<()> {
    let taken = identity::table.filter(identity::issuer.eq(issuer)).filter(identity::subject.eq(subject));
    if taken.select(identity::account).first::<i64>(conn).optional()?.is_some() {
        return Err(Error::Refused("cette identité ouvre déjà un autre compte".to_owned()));
    }
    let values = (
        identity::issuer.eq(issuer),
        identity::subject.eq(subject),
        identity::org.eq(org),
        identity::account.eq(id),
        identity::created.eq(now.as_second()),
    );
    diesel::insert_into(identity::table).values(values).execute(conn)?;
    enter(conn, org, decision(by, now, json!({"action": "identity", "account": id, "issuer": issuer})))
}

impl Store {
    /// The account that a provider's person opens, in whatever organisation; a closed one too.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn identity_anywhere(&mut self, issuer: &str, subject: &str) -> Result<Option<Account>> {
        let own = identity::table.filter(identity::issuer.eq(issuer)).filter(identity::subject.eq(subject));
        let found: Option<(String, i64)> =
            own.select((identity::org, identity::account)).first(&mut self.conn).optional()?;
        let Some((org, id)) = found else { return Ok(None) };
        let of = account::table.filter(account::org.eq(org)).filter(account::id.eq(id));
        let row: Option<Row> = of.select(COLUMNS).first(&mut self.conn).optional()?;
        row.map(read).transpose()
    }

    /// Links a provider's person to an open account that an administrator allowed for it.
    ///
    /// # Errors
    /// When the account is not allowed, or the person opens another one.
    pub fn link_identity(&mut self, id: i64, issuer: &str, subject: &str, now: Timestamp) -> Result<()> {
        let whose = self.account(id)?;
        if !whose.outside || whose.closed.is_some() {
            return Err(Error::Refused("ce compte n'est pas ouvert à un fournisseur d'identité".to_owned()));
        }
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            link(conn, &org, id, issuer, subject, &whose.name, now)
        })
    }

    /// Turns an invitation into an account that a provider's person opens. Gives its number.
    ///
    /// # Errors
    /// When the invitation is used, too old or of another organisation, or the person opens another account.
    pub fn accept_identity(
        &mut self,
        digest: &str,
        name: &str,
        issuer: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<i64> {
        let org = self.org.clone();
        self.accept_with(digest, name, None, now, |conn, id| {
            let own = account::table.filter(account::org.eq(&org)).filter(account::id.eq(id));
            diesel::update(own).set(account::outside.eq(1_i64)).execute(conn)?;
            link(conn, &org, id, issuer, subject, name, now)
        })
    }

    /// Invitations of an address that still hold, in every organisation: organisation, digest, name.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn invitations_of_anywhere(&mut self, email: &str, now: Timestamp) -> Result<Vec<(String, String, String)>> {
        use crate::schema::invitation;
        let own = invitation::table.filter(invitation::email.eq(folded(email)));
        let alive = own.filter(invitation::expires.gt(now.as_second())).order(invitation::org);
        Ok(alive.select((invitation::org, invitation::digest, invitation::name)).load(&mut self.conn)?)
    }

    /// Allows a provider of identities to open an account by its address, or no longer; links made stay until they are taken
    /// away with it. An entry of the ledger where something changes.
    ///
    /// # Errors
    /// When the account is not there.
    pub fn allow_outside(&mut self, id: i64, allowed: bool, by: &str, now: Timestamp) -> Result<()> {
        if self.account(id)?.outside == allowed {
            return Ok(());
        }
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let own = account::table.filter(account::org.eq(&org)).filter(account::id.eq(id));
            diesel::update(own).set(account::outside.eq(i64::from(allowed))).execute(conn)?;
            if !allowed {
                let links = identity::table.filter(identity::org.eq(&org)).filter(identity::account.eq(id));
                diesel::delete(links).execute(conn)?;
            }
            let body = json!({"action": "outside", "account": id, "on": allowed});
            enter(conn, &org, decision(by, now, body))
        })
    }

    /// The providers whose people open an account.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn identities(&mut self, id: i64) -> Result<Vec<String>> {
        let own = identity::table.filter(identity::org.eq(&self.org)).filter(identity::account.eq(id));
        Ok(own.order(identity::issuer).select(identity::issuer).load(&mut self.conn)?)
    }

    /// Whether an account has a password.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn has_password(&mut self, id: i64) -> Result<bool> {
        let own = account::table.filter(account::org.eq(&self.org)).filter(account::id.eq(id));
        let hash: Option<Option<String>> = own.select(account::password).first(&mut self.conn).optional()?;
        Ok(hash.flatten().is_some())
    }
}
