//! Contracts of the register.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::promises::object;
use crate::schema::contract as table;
use crate::{Conn, Store, instant, pieces};
use diesel::prelude::*;
use follow::{Calendar, Region, ServiceHours, Term};
use jiff::Timestamp;
use jiff::civil::Date;
use ledger::{Blob, Digest, Draft, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A contract under follow-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// Its id, for commands: lower-case letters, digits, hyphens.
    pub id: String,
    /// Who provides.
    pub provider: String,
    /// The file's name.
    pub file: String,
    /// The file's digest.
    pub sha256: Digest,
    /// Day of signature.
    pub signed: Date,
    /// Its own time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Term>,
    /// What it says of its own time, as read; the words stay when a person decided otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<contract::TermClause>,
    /// Where it is performed.
    #[serde(default)]
    pub region: Region,
    /// Its time zone.
    pub zone: String,
    /// When the service is open.
    #[serde(default)]
    pub service: ServiceHours,
}

impl Contract {
    /// How its delays are counted.
    pub fn calendar(&self) -> Calendar {
        let zone = jiff::tz::TimeZone::get(&self.zone);
        let default = Calendar::default();
        Calendar { zone: zone.unwrap_or(default.zone), region: self.region, service: self.service }
    }
}

/// An id from a provider's name and a year.
pub(crate) fn slug(text: &str) -> String {
    let folded = text.chars().flat_map(char::to_lowercase).map(|c| match c {
        'a'..='z' | '0'..='9' => c,
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'û' | 'ù' | 'ü' => 'u',
        'ç' => 'c',
        _ => '-',
    });
    let text: String = folded.collect();
    let parts: Vec<&str> = text.split('-').filter(|p| !p.is_empty()).take(6).collect();
    if parts.is_empty() { "contrat".to_owned() } else { parts.join("-") }
}

impl Store {
    /// Files a contract with its document; gives its id. The same document under follow-up already is refused.
    ///
    /// # Errors
    /// When it is there already or can't be stored.
    pub fn add_contract(&mut self, mut new: Contract, bytes: &[u8], by: &str, now: Timestamp) -> Result<String> {
        plausible(new.signed)?;
        new.sha256 = Digest::of(bytes);
        let (org, pieces) = (&self.org, &*self.pieces);
        let id = self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let sha256 = new.sha256.to_string();
            let own = table::table.filter(table::org.eq(org));
            let twin: Option<String> =
                own.filter(table::sha256.eq(&sha256)).select(table::id).first(conn).optional()?;
            if let Some(known) = twin {
                return Err(Error::Refused(format!("ce document est déjà suivi sous le nom {known}")));
            }
            let base = if new.id.is_empty() {
                format!("{}-{}", slug(&new.provider), new.signed.year())
            } else {
                slug(&new.id)
            };
            // A base has letters, digits and hyphens: nothing that a pattern would take for more than itself.
            let alike = own.filter(table::id.eq(&base).or(table::id.like(format!("{base}-%"))));
            let taken: Vec<String> = alike.select(table::id).load(conn)?;
            let mut names = (1..).map(|n| if n == 1 { base.clone() } else { format!("{base}-{n}") });
            new.id = names.find(|n| !taken.contains(n)).unwrap_or(base);
            pieces::keep(conn, pieces, org, &new.sha256, bytes)?;
            let values = (
                table::org.eq(org),
                table::id.eq(&new.id),
                table::entries.eq(0_i64),
                table::data.eq(serde_json::to_string(&new)?),
                table::sha256.eq(&sha256),
            );
            diesel::insert_into(table::table).values(values).execute(conn)?;
            let mut draft = Draft::new(Kind::Contract, instant(now));
            draft.contract = Some(new.id.clone());
            draft.received = Some(instant(now));
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            draft.blobs.push(Blob { sha256: new.sha256, size: bytes.len() as u64, name: new.file.clone() });
            if let Value::Object(body) = serde_json::to_value(&new)? {
                draft.body = body;
            }
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, draft)?;
            journal.close(conn, row.generation + 1, row.proofs)?;
            Ok(new.id.clone())
        })?;
        self.cache = None;
        Ok(id)
    }

    /// Sets a contract's own time, as a person confirmed or corrected it.
    ///
    /// # Errors
    /// When the contract is unknown or it can't be stored.
    pub fn set_term(&mut self, id: &str, term: Term, by: &str, why: &str, now: Timestamp) -> Result<()> {
        self.contract(id)?;
        plausible(term.start)?;
        let org = &self.org;
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let own = table::table.filter(table::org.eq(org)).filter(table::id.eq(id));
            let data: String = own.select(table::data).first(conn)?;
            let mut contract: Contract = serde_json::from_str(&data)?;
            let before = contract.term.replace(term);
            diesel::update(own).set(table::data.eq(serde_json::to_string(&contract)?)).execute(conn)?;
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.contract = Some(id.to_owned());
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            draft.body = object(json!({"action": "dated", "why": why, "before": before, "after": term}));
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, draft)?;
            journal.close(conn, row.generation + 1, row.proofs)
        })?;
        self.cache = None;
        Ok(())
    }

    /// Every contract, by id.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn contracts(&mut self) -> Result<Vec<Contract>> {
        all(&mut self.conn, &self.org)
    }

    /// One contract.
    ///
    /// # Errors
    /// When there is none of this id.
    pub fn contract(&mut self, id: &str) -> Result<Contract> {
        let own = table::table.filter(table::org.eq(&self.org)).filter(table::id.eq(id));
        let row: Option<String> = own.select(table::data).first(&mut self.conn).optional()?;
        if let Some(data) = row {
            return Ok(serde_json::from_str(&data)?);
        }
        let all = table::table.filter(table::org.eq(&self.org)).order(table::id);
        let names: Vec<String> = all.limit(NAMED + 1).select(table::id).load(&mut self.conn)?;
        let more = if names.len() as i64 > NAMED { "…" } else { "" };
        let known = if names.is_empty() { "aucun".to_owned() } else { names.join(", ") };
        Err(Error::Absent(format!("aucun contrat « {id} » ; contrats suivis : {known}{more}")))
    }
}

/// The first year that a contract or a promise may begin: periods are counted from there, and not without end.
const FIRST: i16 = 1970;

/// Refuses a start that only a slip of the pen explains.
pub(crate) fn plausible(start: Date) -> Result<()> {
    if start.year() >= FIRST {
        return Ok(());
    }
    Err(Error::Refused(format!("le {} est trop ancien : vérifiez l'année", follow::words::date(start))))
}

/// Most contracts named when one is not found.
const NAMED: i64 = 20;

pub(crate) fn all(conn: &mut Conn, org: &str) -> Result<Vec<Contract>> {
    let rows: Vec<String> = table::table.filter(table::org.eq(org)).order(table::id).select(table::data).load(conn)?;
    rows.iter().map(|r| Ok(serde_json::from_str(r)?)).collect()
}
