//! Files past the time they are kept: which they are, and their erasure. A file goes, its digest and what was understood of it stay;
//! the entry that says so names the digest, so that a dossier tells erased from missing.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::promises::object;
use crate::proofs::Kept;
use crate::schema::{contract as contracts, entry, piece, proof, review};
use crate::{Conn, Progress, Store, instant, pieces};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use ledger::{Digest, Draft, Entry, Kind};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// What is kept for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// A contract brought to be judged, with its analysis.
    Review,
    /// A proof's document.
    Proof,
    /// The document of a contract under follow-up.
    Contract,
}

impl Matter {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Review, Self::Proof, Self::Contract];

    /// Its name, in settings and forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Review => "analyses",
            Self::Proof => "preuves",
            Self::Contract => "contrats",
        }
    }

    /// The matter of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.name() == name)
    }

    fn setting(self) -> String {
        format!("conserver_{}", self.name())
    }
}

/// Something past its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What it is.
    pub matter: Matter,
    /// Its number or id.
    pub id: String,
    /// Its name, for people.
    pub title: String,
    /// The day from which the time counts.
    pub since: Date,
}

/// Longest time that can be set, in months.
const LONGEST: u32 = 600;

/// The day in France of an instant as stored.
fn day(text: &str) -> Option<Date> {
    let zone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    text.parse::<Timestamp>().ok().map(|at| at.to_zoned(zone).date())
}

impl Store {
    /// For how many months a matter is kept; `None` without limit.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn kept_for(&mut self, matter: Matter) -> Result<Option<u32>> {
        Ok(self.setting(&matter.setting())?.and_then(|months| months.parse().ok()))
    }

    /// Sets for how many months a matter is kept. An entry of the ledger where it changes.
    ///
    /// # Errors
    /// When it is no time that can be set.
    pub fn keep_for(&mut self, matter: Matter, months: Option<u32>, by: &str, now: Timestamp) -> Result<()> {
        if months.is_some_and(|m| m == 0 || m > LONGEST) {
            return Err(Error::Refused(format!("une durée va d'un mois à {LONGEST}")));
        }
        if self.kept_for(matter)? == months {
            return Ok(());
        }
        let value = months.map(|m| m.to_string()).unwrap_or_default();
        self.set_setting(&matter.setting(), &value, by, now)
    }

    /// What is past its time on a day, the longest past first.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn due_for_erasure(&mut self, today: Date) -> Result<Vec<Due>> {
        let mut out = Vec::new();
        for matter in Matter::ALL {
            let Some(months) = self.kept_for(matter)? else { continue };
            // As many months back as can be counted.
            let Ok(last) = today.checked_sub(i64::from(months).months()) else { continue };
            let all = match matter {
                Matter::Review => self.old_reviews()?,
                Matter::Proof => self.old_proofs()?,
                Matter::Contract => self.ended_contracts(today)?,
            };
            out.extend(all.into_iter().filter(|due| due.since <= last));
        }
        out.sort_by(|a, b| a.since.cmp(&b.since).then_with(|| (a.matter, &a.id).cmp(&(b.matter, &b.id))));
        Ok(out)
    }

    fn old_reviews(&mut self) -> Result<Vec<Due>> {
        let settled = self.reviews()?.into_iter().filter(|r| matches!(r.progress, Progress::Done | Progress::Failed));
        let due = settled.filter_map(|r| {
            Some(Due { matter: Matter::Review, id: r.id.to_string(), since: day(&r.received)?, title: r.name })
        });
        Ok(due.collect())
    }

    fn old_proofs(&mut self) -> Result<Vec<Due>> {
        let gone = pieces::erased(&mut self.conn, &self.org)?;
        let own = proof::table.filter(proof::org.eq(&self.org)).order(proof::id);
        let columns = (proof::id, proof::sha256, proof::received, proof::data);
        let rows: Vec<(i64, String, String, String)> = own.select(columns).load(&mut self.conn)?;
        let mut out = Vec::new();
        for (id, _, received, data) in rows.into_iter().filter(|row| !gone.contains(&row.1)) {
            let kept: Kept = serde_json::from_str(&data)?;
            if let Some(since) = day(&received) {
                out.push(Due { matter: Matter::Proof, id: id.to_string(), since, title: kept.name });
            }
        }
        Ok(out)
    }

    fn ended_contracts(&mut self, today: Date) -> Result<Vec<Due>> {
        let gone = pieces::erased(&mut self.conn, &self.org)?;
        let all = self.contracts()?.into_iter().filter(|c| !gone.contains(&c.sha256.to_string()));
        let due = all.filter_map(|c| {
            let since = c.term.and_then(|t| t.end(today)).filter(|end| *end <= today)?;
            Some(Due { matter: Matter::Contract, id: c.id, since, title: format!("{} – {}", c.provider, c.file) })
        });
        Ok(due.collect())
    }

    /// Erases what is past its time on a day, as far as it is asked for. Each is an entry of the ledger. Gives how many went: what
    /// another document that is still kept has in common with one stays.
    ///
    /// # Errors
    /// When something asked for is not past its time, or can't be erased.
    pub fn erase(&mut self, asked: &[(Matter, String)], today: Date, by: &str, now: Timestamp) -> Result<usize> {
        let due = self.due_for_erasure(today)?;
        let is_due = |(matter, id): &(Matter, String)| due.iter().any(|d| d.matter == *matter && d.id == *id);
        if !asked.iter().all(is_due) {
            return Err(Error::Refused("ce document n'est pas, ou n'est plus, à effacer".to_owned()));
        }
        self.scrub(true)?;
        let of = |wanted: Matter| asked.iter().filter(move |a| a.0 == wanted).map(|a| a.1.clone());
        let mut gone = 0;
        for id in of(Matter::Review) {
            self.remove_review(id.parse().unwrap_or_default(), by, now)?;
            gone += 1;
        }
        let proofs: BTreeSet<i64> = of(Matter::Proof).filter_map(|id| id.parse().ok()).collect();
        gone += self.erase_proofs(&proofs, by, now)?;
        for id in of(Matter::Contract) {
            let sha256 = self.contract(&id)?.sha256;
            let body = json!({"action": "erased", "files": [sha256]});
            let files = BTreeSet::from([sha256]);
            gone += self.erase_files(&files, &BTreeSet::new(), Some(&id), vec![(Some(id.clone()), body)], by, now)?;
        }
        self.scrub(false)?;
        Ok(gone)
    }

    fn erase_proofs(&mut self, ids: &BTreeSet<i64>, by: &str, now: Timestamp) -> Result<usize> {
        let before = self.former_contracts()?;
        let mut gone = 0;
        for id in ids {
            let own = proof::table.filter(proof::org.eq(&self.org)).filter(proof::id.eq(*id));
            let columns = (proof::sha256, proof::contract, proof::data);
            let (sha256, contract, data): (String, Option<String>, String) =
                own.select(columns).first(&mut self.conn)?;
            let kept: Kept = serde_json::from_str(&data)?;
            let sha256 = Digest::from_hex(&sha256).ok_or_else(|| Error::Damaged(format!("preuve n° {id}")))?;
            let files: BTreeSet<Digest> = [Some(sha256), kept.text, kept.stderr].into_iter().flatten().collect();
            let body = json!({"action": "erased", "proof": id, "files": files});
            // Wherever an entry names the file, one says that it went.
            let mut contracts: BTreeSet<Option<String>> =
                before.get(id).into_iter().flatten().cloned().map(Some).collect();
            contracts.insert(contract);
            let entries = contracts.into_iter().map(|c| (c, body.clone())).collect();
            gone += self.erase_files(&files, ids, None, entries, by, now)?;
        }
        Ok(gone)
    }

    /// The contracts that proofs were given to before they were moved.
    fn former_contracts(&mut self) -> Result<HashMap<i64, Vec<String>>> {
        let own = entry::table.filter(entry::org.eq(&self.org)).filter(entry::line.like("%\"action\":\"attached\"%"));
        let lines: Vec<String> = own.select(entry::line).load(&mut self.conn)?;
        let mut out: HashMap<i64, Vec<String>> = HashMap::new();
        for entry in lines.iter().filter_map(|line| serde_json::from_str::<Entry>(line).ok()) {
            let from = entry.body.get("from").and_then(|v| v.as_str());
            if let Some((id, from)) = entry.body.get("proof").and_then(|v| v.as_i64()).zip(from) {
                out.entry(id).or_default().push(from.to_owned());
            }
        }
        Ok(out)
    }

    /// Erases files, unless something else that is kept has them; whatever is of `proofs` and of `contract` goes with them.
    fn erase_files(
        &mut self,
        files: &BTreeSet<Digest>,
        proofs: &BTreeSet<i64>,
        contract: Option<&str>,
        entries: Vec<(Option<String>, serde_json::Value)>,
        by: &str,
        now: Timestamp,
    ) -> Result<usize> {
        let org = &self.org;
        let done = self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            for file in files {
                if needed(conn, org, file, proofs, contract)? {
                    return Ok(false);
                }
            }
            for file in files {
                let own = piece::table.filter(piece::org.eq(org)).filter(piece::sha256.eq(file.to_string()));
                let values = (piece::bytes.eq(None::<Vec<u8>>), piece::erased.eq(now.as_second()));
                diesel::update(own).set(values).execute(conn)?;
            }
            let mut journal = Journal::at(org, row.frontier);
            for (contract, body) in entries {
                let mut draft = Draft::new(Kind::Decision, instant(now));
                draft.contract = contract;
                draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
                draft.body = object(body);
                journal.append(conn, draft)?;
            }
            journal.close(conn, row.generation, row.proofs)?;
            Ok(true)
        })?;
        if done {
            self.sweep(files)?;
        }
        Ok(usize::from(done))
    }

    /// Takes large files off the disk that no row holds any more.
    pub(crate) fn sweep(&mut self, files: &BTreeSet<Digest>) -> Result<()> {
        let (org, pieces) = (&self.org, &*self.pieces);
        self.conn.write(|conn| {
            // Whoever files the same bytes at this moment waits, and writes them anew.
            conn.hold(org)?;
            for file in files {
                let own = piece::table.filter(piece::org.eq(org)).filter(piece::sha256.eq(file.to_string()));
                let held: i64 = own.filter(piece::erased.is_null()).count().get_result(conn)?;
                if held == 0 {
                    pieces.remove(org, file)?;
                }
            }
            Ok(())
        })
    }

    /// Has what is deleted in a SQLite file overwritten, and taken out of its journal at the end. A server looks after its own.
    fn scrub(&mut self, begin: bool) -> Result<()> {
        if let Conn::Sqlite(conn) = &mut self.conn {
            let order = if begin {
                "PRAGMA secure_delete = ON"
            } else {
                "PRAGMA secure_delete = OFF; PRAGMA wal_checkpoint(TRUNCATE)"
            };
            conn.batch_execute(order)?;
        }
        Ok(())
    }
}

/// Whether a review, or a proof or a contract other than these, has the file.
fn needed(conn: &mut Conn, org: &str, file: &Digest, proofs: &BTreeSet<i64>, contract: Option<&str>) -> Result<bool> {
    let name = file.to_string();
    let followed = contracts::table.filter(contracts::org.eq(org)).filter(contracts::sha256.eq(&name));
    let followed: Vec<String> = followed.select(contracts::id).load(conn)?;
    if followed.iter().any(|id| contract != Some(id.as_str())) {
        return Ok(true);
    }
    let reviews = review::table.filter(review::org.eq(org)).filter(review::sha256.eq(&name));
    if reviews.count().get_result::<i64>(conn)? > 0 {
        return Ok(true);
    }
    let named = proof::sha256.eq(&name).or(proof::data.like(format!("%{name}%")));
    let own = proof::table.filter(proof::org.eq(org)).filter(named);
    let others: Vec<i64> = own.select(proof::id).load(conn)?;
    Ok(others.iter().any(|id| !proofs.contains(id)))
}
