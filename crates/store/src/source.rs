//! Sources: what may bring proofs to an organisation, each under a name and, where it comes to us, a token of its own.
//!
//! Of a token only the digest of its secret part is kept; it is drawn from 160 random bits, so that a plain digest is enough.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::promises::object;
use crate::schema::{contract, source};
use crate::{Conn, Place, Store, instant};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Digest, Draft, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq as _;

/// How a source brings its proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Sent to us over HTTP.
    Http,
    /// Mail to an address of its own.
    Mail,
    /// An inventory agent (GLPI, FusionInventory) that posts to us.
    Glpi,
    /// A folder we watch.
    Folder,
    /// A mailbox we read.
    Imap,
    /// A service we probe.
    Probe,
}

impl Way {
    /// Its name in commands.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Mail => "mail",
            Self::Glpi => "glpi",
            Self::Folder => "folder",
            Self::Imap => "imap",
            Self::Probe => "probe",
        }
    }

    /// Whether others come to us with a token.
    #[must_use]
    pub fn has_token(self) -> bool {
        matches!(self, Self::Http | Self::Mail | Self::Glpi)
    }
}

/// A source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its id, the public part of its token: 8 characters.
    #[serde(default)]
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// How it brings its proofs.
    pub way: Way,
    /// The contract its proofs are for; found from their content where none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// The connector that reads its proofs, where it is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The zone of times written without one.
    pub zone: String,
    /// What the way needs to know: folder, server, target. No password.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
    /// When it was made (RFC 3339, UTC).
    #[serde(default)]
    pub created: String,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
}

/// A source with the organisation it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned {
    /// The organisation.
    pub org: String,
    /// The source.
    pub source: Source,
}

/// As kept in an archive.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub source: Source,
    /// Digest of the token's secret part, in a backup only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Digest>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub state: String,
}

const ID: usize = 8;
const SECRET: usize = 32;

/// Lower-case base 32: it passes through a mail address in any case.
fn base32(bytes: &[u8]) -> String {
    people::totp::base32(bytes).to_ascii_lowercase()
}

impl Store {
    /// Makes a source; `seed` is 32 random bytes. Gives it with its token, shown this once, where its way has one. Its
    /// making is an entry of the ledger.
    ///
    /// # Errors
    /// When its contract is unknown, or its name is taken.
    pub fn add_source(
        &mut self,
        mut new: Source,
        seed: [u8; 32],
        by: &str,
        now: Timestamp,
    ) -> Result<(Source, Option<String>)> {
        let text = base32(&seed[..25]);
        let (id, secret) = text.split_at(ID);
        debug_assert_eq!(secret.len(), SECRET);
        (new.id, new.created, new.revoked) = (id.to_owned(), instant(now), None);
        let digest = new.way.has_token().then(|| Digest::of(secret.as_bytes()));
        let org = &self.org;
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            if let Some(asked) = &new.contract {
                let own = contract::table.filter(contract::org.eq(org)).filter(contract::id.eq(asked));
                let known: Option<String> = own.select(contract::id).first(conn).optional()?;
                known.ok_or_else(|| Error::Absent(format!("aucun contrat « {asked} »")))?;
            }
            if load(conn, org)?.iter().any(|r| r.source.name == new.name && r.source.revoked.is_none()) {
                return Err(Error::Refused(format!("une source se nomme déjà « {} »", new.name)));
            }
            insert(conn, org, &Row { source: new.clone(), secret: digest, state: String::new() })?;
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, entry("source", &new, by, now)?)?;
            journal.close(conn, row.generation, row.proofs)
        })?;
        let token = digest.map(|_| text.clone());
        Ok((new, token))
    }

    /// Revokes a source, named by its id or its name: its token opens nothing any more, its worker stops. An entry.
    ///
    /// # Errors
    /// When there is none, or it was revoked before.
    pub fn revoke_source(&mut self, name: &str, by: &str, now: Timestamp) -> Result<Source> {
        let org = &self.org;
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let all = load(conn, org)?;
            let mut found = all.into_iter().map(|r| r.source).filter(|s| s.revoked.is_none());
            let found = found.find(|s| s.id == name || s.name == name);
            let mut gone = found.ok_or_else(|| Error::Absent(format!("aucune source « {name} » en service")))?;
            gone.revoked = Some(instant(now));
            let own = source::table.filter(source::org.eq(org)).filter(source::id.eq(&gone.id));
            let values = (source::data.eq(serde_json::to_string(&gone)?), source::secret.eq(None::<Vec<u8>>));
            diesel::update(own).set(values).execute(conn)?;
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, entry("source-revoked", &gone, by, now)?)?;
            journal.close(conn, row.generation, row.proofs)?;
            Ok(gone)
        })
    }

    /// Every source, revoked ones too, oldest first.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn sources(&mut self) -> Result<Vec<Source>> {
        let mut all: Vec<Source> = load(&mut self.conn, &self.org)?.into_iter().map(|r| r.source).collect();
        all.sort_by(|a, b| (&a.created, &a.name).cmp(&(&b.created, &b.name)));
        Ok(all)
    }

    /// What a source's worker wrote down last; empty where nothing.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn source_state(&mut self, id: &str) -> Result<String> {
        let own = source::table.filter(source::org.eq(&self.org)).filter(source::id.eq(id));
        Ok(own.select(source::state).first(&mut self.conn).optional()?.unwrap_or_default())
    }

    /// Writes down how far a source's worker came.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn keep_source_state(&mut self, id: &str, state: &str) -> Result<()> {
        let org = self.org.clone();
        self.conn.write(|conn| {
            let own = source::table.filter(source::org.eq(&org)).filter(source::id.eq(id));
            diesel::update(own).set(source::state.eq(state)).execute(conn)?;
            Ok(())
        })
    }
}

fn entry(action: &str, of: &Source, by: &str, now: Timestamp) -> Result<Draft> {
    let mut draft = Draft::new(Kind::Decision, instant(now));
    draft.contract.clone_from(&of.contract);
    draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
    draft.body = object(json!({"action": action, "source": of}));
    Ok(draft)
}

pub(crate) fn load(conn: &mut Conn, org: &str) -> Result<Vec<Row>> {
    let rows: Vec<(Option<Vec<u8>>, String, String)> = source::table
        .filter(source::org.eq(org))
        .order(source::id)
        .select((source::secret, source::data, source::state))
        .load(conn)?;
    rows.into_iter()
        .map(|(secret, data, state)| {
            let secret = secret.and_then(|s| s.try_into().ok()).map(Digest);
            Ok(Row { source: serde_json::from_str(&data)?, secret, state })
        })
        .collect()
}

pub(crate) fn insert(conn: &mut Conn, org: &str, row: &Row) -> Result<()> {
    let values = (
        source::org.eq(org),
        source::id.eq(&row.source.id),
        source::secret.eq(row.secret.map(|s| s.0.to_vec())),
        source::data.eq(serde_json::to_string(&row.source)?),
        source::state.eq(&row.state),
    );
    diesel::insert_into(source::table).values(values).execute(conn)?;
    Ok(())
}

/// The door: looks tokens and sources up over all organisations, with a connection of its own.
pub struct Gate(Conn);

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Gate")
    }
}

impl Gate {
    /// Opens it.
    ///
    /// # Errors
    /// When the database can't be opened.
    pub fn open(place: &Place) -> Result<Self> {
        Store::database(place).map(Self)
    }

    /// The source a token stands for, if it comes this way.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn admit(&mut self, token: &str, way: Way) -> Result<Option<Owned>> {
        let token = token.trim().to_ascii_lowercase();
        if token.len() != ID + SECRET || !token.is_ascii() {
            return Ok(None);
        }
        let (id, secret) = token.split_at(ID);
        let found: Option<(String, Option<Vec<u8>>, String)> = source::table
            .filter(source::id.eq(id))
            .select((source::org, source::secret, source::data))
            .first(&mut self.0)
            .optional()?;
        let Some((org, Some(kept), data)) = found else { return Ok(None) };
        let Ok(kept) = <[u8; 32]>::try_from(kept) else { return Ok(None) };
        if !bool::from(kept.ct_eq(&Digest::of(secret.as_bytes()).0)) {
            return Ok(None);
        }
        let source: Source = serde_json::from_str(&data)?;
        Ok(Some(Owned { org, source }).filter(|o| o.source.way == way && o.source.revoked.is_none()))
    }

    /// Sources in service that we fetch from ourselves (folders, mailboxes, probes), of all organisations.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn fetched(&mut self) -> Result<Vec<Owned>> {
        let rows: Vec<(String, String)> =
            source::table.order((source::org, source::id)).select((source::org, source::data)).load(&mut self.0)?;
        let mut out = Vec::new();
        for (org, data) in rows {
            let source: Source = serde_json::from_str(&data)?;
            if source.revoked.is_none() && !source.way.has_token() {
                out.push(Owned { org, source });
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_32_is_that_of_the_standard() {
        assert_eq!(base32(b"foobar"), "mzxw6ytboi");
        assert_eq!(base32(&[0xff; 25]).len(), ID + SECRET);
    }
}
