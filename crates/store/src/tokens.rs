//! Tokens for programs: scopes within their maker's role, kept by the digest of their secret.

use crate::accounts::enter;
use crate::error::{Error, Result};
use crate::promises::object;
use crate::schema::token;
use crate::{Store, instant};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Draft, Kind};
use people::Scope;
use serde_json::json;

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The organisation.
    pub org: String,
    /// The number within it.
    pub id: i64,
    /// Who made it; its rights never exceed that account's.
    pub account: i64,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Made when, in seconds since 1970.
    pub created: i64,
    /// Good until when.
    pub expires: i64,
    /// Last used, to the hour.
    pub used: Option<i64>,
}

type Row = (String, i64, i64, String, String, i64, i64, Option<i64>);

const COLUMNS: (
    token::org,
    token::id,
    token::account,
    token::name,
    token::scopes,
    token::created,
    token::expires,
    token::used,
) = (token::org, token::id, token::account, token::name, token::scopes, token::created, token::expires, token::used);

fn read((org, id, account, name, scopes, created, expires, used): Row) -> Token {
    let scopes = scopes.split(' ').filter_map(Scope::from_name).collect();
    Token { org, id, account, name, scopes, created, expires, used }
}

/// Seconds between two notes of a token's use.
const NOTED: i64 = 3600;

impl Store {
    /// Keeps a token under the digest of its secret. Gives its number.
    ///
    /// # Errors
    /// When it has no name or scope, or can't be stored.
    pub fn add_token(
        &mut self,
        account: i64,
        name: &str,
        scopes: &[Scope],
        digest: &str,
        days: i64,
        now: Timestamp,
    ) -> Result<i64> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 || scopes.is_empty() {
            return Err(Error::Refused("donnez un nom au jeton, et au moins un droit".to_owned()));
        }
        if !(1..=3660).contains(&days) {
            return Err(Error::Refused("un jeton vaut de 1 à 3 660 jours".to_owned()));
        }
        let by = self.account(account)?.name;
        let org = self.org.clone();
        let names: Vec<&str> = scopes.iter().map(|s| s.name()).collect();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let all = token::table.filter(token::org.eq(&org)).order(token::id.desc());
            let last: Option<i64> = all.select(token::id).first(conn).optional()?;
            let id = last.unwrap_or(0) + 1;
            let values = (
                token::org.eq(&org),
                token::id.eq(id),
                token::account.eq(account),
                token::name.eq(name),
                token::digest.eq(digest),
                token::scopes.eq(names.join(" ")),
                token::created.eq(now.as_second()),
                token::expires.eq(now.as_second() + days * 86_400),
            );
            diesel::insert_into(token::table).values(values).execute(conn)?;
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.by = Some(by);
            draft.body = object(json!({"action": "token", "token": id, "name": name, "scopes": names}));
            enter(conn, &org, draft)?;
            Ok(id)
        })
    }

    /// The tokens of the organisation.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn tokens(&mut self) -> Result<Vec<Token>> {
        let own = token::table.filter(token::org.eq(&self.org)).order(token::id);
        Ok(own.select(COLUMNS).load::<Row>(&mut self.conn)?.into_iter().map(read).collect())
    }

    /// The token of a secret's digest, in whatever organisation, if it still holds. Its use is noted to the hour.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn token_anywhere(&mut self, digest: &str, now: Timestamp) -> Result<Option<Token>> {
        let now = now.as_second();
        let own = token::table.filter(token::digest.eq(digest));
        let row: Option<Row> = own.filter(token::expires.gt(now)).select(COLUMNS).first(&mut self.conn).optional()?;
        let Some(found) = row.map(read) else { return Ok(None) };
        if found.used.is_none_or(|used| now - used >= NOTED) {
            diesel::update(own).set(token::used.eq(now)).execute(&mut self.conn)?;
        }
        Ok(Some(found))
    }

    /// Takes a token away.
    ///
    /// # Errors
    /// When it is not there.
    pub fn revoke(&mut self, id: i64, by: &str, now: Timestamp) -> Result<()> {
        let org = self.org.clone();
        self.conn.write(|conn| {
            conn.hold(&org)?;
            let own = token::table.filter(token::org.eq(&org)).filter(token::id.eq(id));
            if diesel::delete(own).execute(conn)? == 0 {
                return Err(Error::Absent("ce jeton n'existe pas".to_owned()));
            }
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.by = Some(by.to_owned());
            draft.body = object(json!({"action": "token_revoked", "token": id}));
            enter(conn, &org, draft)
        })
    }
}
