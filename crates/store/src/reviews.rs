//! Contracts brought to be read and judged: a row each, which is also the job that reads it and survives a restart.
//!
//! The file stands among the pieces; what was read and judged follows from it and may be made anew at any time.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::lines::{self, Figures};
use crate::schema::{contract as contracts, org as organisation, piece, review, review_answer, review_result};
use crate::{Conn, Store, instant, pieces, search};
use ::contract::{Assessment, Document, Fact, Profile};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Digest, Draft, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How far a review is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Not begun.
    Waiting,
    /// Being read.
    Reading,
    /// Read and judged.
    Done,
    /// Could not be read; the review says why.
    Failed,
}

impl Progress {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Reading => "reading",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "reading" => Self::Reading,
            "done" => Self::Done,
            "failed" => Self::Failed,
            _ => Self::Waiting,
        }
    }
}

/// A contract brought to be judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// Its number, from 1, in its organisation.
    pub id: u64,
    /// The number of the first file brought together with it.
    pub batch: u64,
    /// The file's name as it came.
    pub name: String,
    /// The file's digest.
    pub sha256: Digest,
    /// The file's length in bytes.
    pub size: u64,
    /// When it came (RFC 3339, UTC).
    pub received: String,
    /// Who brought it.
    pub by: String,
    /// How far it is.
    pub progress: Progress,
    /// The profile asked for; proposed from the text where none was.
    #[serde(default)]
    pub profile: Option<Profile>,
    /// Facts that add points.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// The version before this one.
    #[serde(default)]
    pub previous: Option<u64>,
    /// Why it could not be read, in French.
    #[serde(default)]
    pub message: Option<String>,
    /// What lists showed of it, as earlier versions of the program kept it; see [`Store::incomplete_lines`].
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub summary: Value,
    /// What was chosen for mending it: clauses and answers, as whoever asks keeps them.
    #[serde(default)]
    pub mend: Value,
}

/// A contract to be judged, before it has its number.
#[derive(Debug, Clone, Default)]
pub struct NewReview {
    /// The file's name.
    pub name: String,
    /// The profile asked for.
    pub profile: Option<Profile>,
    /// The version before this one.
    pub previous: Option<u64>,
}

impl NewReview {
    /// The review under its number.
    fn numbered(self, id: u64, batch: u64, bytes: &[u8], by: &str, now: Timestamp) -> Review {
        Review {
            id,
            batch,
            name: self.name,
            sha256: Digest::of(bytes),
            size: bytes.len() as u64,
            received: instant(now),
            by: by.to_owned(),
            progress: Progress::Waiting,
            profile: self.profile,
            facts: Vec::new(),
            previous: self.previous,
            message: None,
            summary: Value::Null,
            mend: Value::Null,
        }
    }
}

/// What reading and judging gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What was read.
    pub document: Document,
    /// What the engine says of it.
    pub assessment: Assessment,
    /// What lists show of it.
    pub figures: Figures,
}

impl Store {
    /// Files a contract to be judged; an entry of the ledger says that it came.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn add_review(&mut self, new: NewReview, bytes: &[u8], by: &str, now: Timestamp) -> Result<Review> {
        let added = self.add_reviews(vec![(new, bytes.to_vec())], by, now)?;
        added.into_iter().next().ok_or_else(|| Error::Absent("aucun contrat".to_owned()))
    }

    /// Files contracts brought together, all of them or none.
    ///
    /// # Errors
    /// When one can't be stored.
    pub fn add_reviews(&mut self, news: Vec<(NewReview, Vec<u8>)>, by: &str, now: Timestamp) -> Result<Vec<Review>> {
        let (org, pieces) = (&self.org, &*self.pieces);
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let first = numbers(conn, org, news.len())?;
            let mut journal = Journal::at(org, row.frontier);
            let mut out = Vec::with_capacity(news.len());
            for (id, (new, bytes)) in (first..).zip(news) {
                let added = new.numbered(id, first, &bytes, by, now);
                if let Some(before) = added.previous {
                    one(conn, org, before)?;
                }
                pieces::keep(conn, pieces, org, &added.sha256, &bytes)?;
                let values = (
                    review::org.eq(org),
                    review::id.eq(id as i64),
                    review::state.eq(added.progress.name()),
                    review::sha256.eq(added.sha256.to_string()),
                    review::data.eq(serde_json::to_string(&added)?),
                );
                diesel::insert_into(review::table).values(values).execute(conn)?;
                lines::add(conn, org, &added)?;
                let mut draft = Draft::new(Kind::Document, instant(now));
                draft.received = Some(instant(now));
                draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
                // The digest alone, as no blob: whoever brought the file may have it removed again.
                draft.body.insert("review".to_owned(), json!(id));
                draft.body.insert("sha256".to_owned(), json!(added.sha256.to_string()));
                draft.body.insert("size".to_owned(), json!(added.size));
                journal.append(conn, draft)?;
                out.push(added);
            }
            journal.close(conn, row.generation, row.proofs)?;
            Ok(out)
        })
    }

    /// Every review, the newest first.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn reviews(&mut self) -> Result<Vec<Review>> {
        let rows: Vec<String> = review::table
            .filter(review::org.eq(&self.org))
            .order(review::id.desc())
            .select(review::data)
            .load(&mut self.conn)?;
        rows.iter().map(|r| Ok(serde_json::from_str(r)?)).collect()
    }

    /// One review.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn review(&mut self, id: u64) -> Result<Review> {
        one(&mut self.conn, &self.org, id)
    }

    /// The file as it came.
    ///
    /// # Errors
    /// When there is none of this number, or it was altered.
    pub fn review_bytes(&mut self, id: u64) -> Result<Vec<u8>> {
        let sha256 = self.review(id)?.sha256;
        pieces::fetch(&mut self.conn, &*self.pieces, &self.org, &sha256)
    }

    /// What was read and judged.
    ///
    /// # Errors
    /// When it is not done.
    pub fn review_result(&mut self, id: u64) -> Result<(Document, Assessment)> {
        let row: Option<(String, String)> = review_result::table
            .filter(review_result::org.eq(&self.org))
            .filter(review_result::review.eq(id as i64))
            .select((review_result::document, review_result::assessment))
            .first(&mut self.conn)
            .optional()?;
        let (document, assessment) = row.ok_or_else(|| Error::Absent(format!("le contrat n° {id} n'est pas lu")))?;
        Ok((serde_json::from_str(&document)?, serde_json::from_str(&assessment)?))
    }

    /// Takes the oldest review that waits; nobody else is given it.
    ///
    /// # Errors
    /// When the base can't be written.
    pub fn take_review(&mut self) -> Result<Option<Review>> {
        let org = &self.org;
        self.conn.write(|conn| {
            conn.hold(org)?;
            let waiting = review::table.filter(review::org.eq(org)).filter(review::state.eq(Progress::Waiting.name()));
            let found: Option<String> = waiting.order(review::id).select(review::data).first(conn).optional()?;
            let Some(data) = found else { return Ok(None) };
            let mut taken: Review = serde_json::from_str(&data)?;
            taken.progress = Progress::Reading;
            save(conn, org, &taken, None)?;
            Ok(Some(taken))
        })
    }

    /// Lets wait again what was being read when the program stopped. How many there were.
    ///
    /// # Errors
    /// When the base can't be written.
    pub fn resume_reviews(&mut self) -> Result<usize> {
        let org = &self.org;
        self.conn.write(|conn| {
            conn.hold(org)?;
            let reading = review::table.filter(review::org.eq(org)).filter(review::state.eq(Progress::Reading.name()));
            let rows: Vec<String> = reading.select(review::data).load(conn)?;
            for row in &rows {
                let mut waiting: Review = serde_json::from_str(row)?;
                waiting.progress = Progress::Waiting;
                save(conn, org, &waiting, None)?;
            }
            Ok(rows.len())
        })
    }

    /// Keeps what reading a review gave: the outcome, or a French sentence that says why there is none.
    ///
    /// # Errors
    /// When there is none of this number any more, or the base can't be written.
    pub fn finish_review(&mut self, id: u64, outcome: std::result::Result<Outcome, String>) -> Result<()> {
        let org = &self.org;
        self.conn.write(|conn| {
            conn.hold(org)?;
            let mut done = one(conn, org, id)?;
            forget_result(conn, org, id)?;
            done.summary = Value::Null;
            let mut figures = None;
            match outcome {
                Ok(outcome) => {
                    let values = (
                        review_result::org.eq(org),
                        review_result::review.eq(id as i64),
                        review_result::document.eq(serde_json::to_string(&outcome.document)?),
                        review_result::assessment.eq(serde_json::to_string(&outcome.assessment)?),
                    );
                    diesel::insert_into(review_result::table).values(values).execute(conn)?;
                    (done.progress, done.message) = (Progress::Done, None);
                    figures = Some(outcome.figures);
                }
                Err(message) => (done.progress, done.message) = (Progress::Failed, Some(message)),
            }
            save(conn, org, &done, figures.as_ref())
        })
    }

    /// Has a review judged again with this profile and these facts.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn review_again(&mut self, id: u64, profile: Option<Profile>, facts: Vec<Fact>) -> Result<()> {
        let org = &self.org;
        self.conn.write(|conn| {
            conn.hold(org)?;
            let mut again = one(conn, org, id)?;
            (again.profile, again.facts, again.progress) = (profile, facts, Progress::Waiting);
            save(conn, org, &again, None)
        })
    }

    /// Keeps what was chosen for mending a contract.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn keep_mend(&mut self, id: u64, mend: Value) -> Result<()> {
        let org = &self.org;
        self.conn.write(|conn| {
            conn.hold(org)?;
            let mut kept = one(conn, org, id)?;
            kept.mend = mend;
            save(conn, org, &kept, None)
        })
    }

    /// Removes a review and its file, unless a contract, a proof or another review has the same one. The ledger keeps the
    /// digest of what came, not its words.
    ///
    /// # Errors
    /// When there is none of this number, or another is a later version of it.
    pub fn remove_review(&mut self, id: u64, by: &str, now: Timestamp) -> Result<()> {
        let org = &self.org;
        let file = self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let gone = one(conn, org, id)?;
            forget_result(conn, org, id)?;
            let answers = review_answer::table.filter(review_answer::org.eq(org));
            diesel::delete(answers.filter(review_answer::review.eq(id as i64))).execute(conn)?;
            lines::forget(conn, org, id)?;
            search::forget(conn, org, &format!("analyse:{id}"))?;
            let own = review::table.filter(review::org.eq(org));
            diesel::delete(own.filter(review::id.eq(id as i64))).execute(conn)?;
            let sha256 = gone.sha256.to_string();
            let others: i64 = own.filter(review::sha256.eq(&sha256)).count().get_result(conn)?;
            let proofs: i64 = {
                use crate::schema::proof;
                let own = proof::table.filter(proof::org.eq(org)).filter(proof::sha256.eq(&sha256));
                own.count().get_result(conn)?
            };
            let followed = contracts::table.filter(contracts::org.eq(org)).filter(contracts::sha256.eq(&sha256));
            let followed: i64 = followed.count().get_result(conn)?;
            if others == 0 && proofs == 0 && followed == 0 {
                let own = piece::table.filter(piece::org.eq(org)).filter(piece::sha256.eq(&sha256));
                diesel::delete(own).execute(conn)?;
            }
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            draft.body.insert("review".to_owned(), json!(id));
            draft.body.insert("decision".to_owned(), json!("removed"));
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, draft)?;
            journal.close(conn, row.generation, row.proofs)?;
            Ok(gone.sha256)
        })?;
        self.sweep(&BTreeSet::from([file]))
    }
}

/// The first of so many next numbers. One that was given stays its contract's in the ledger, so it is never given again.
fn numbers(conn: &mut Conn, org: &str, many: usize) -> Result<u64> {
    let own = organisation::table.filter(organisation::id.eq(org));
    let last: i64 = own.select(organisation::reviews).first(conn)?;
    diesel::update(own).set(organisation::reviews.eq(last + many as i64)).execute(conn)?;
    Ok(last as u64 + 1)
}

pub(crate) fn one(conn: &mut Conn, org: &str, id: u64) -> Result<Review> {
    let absent = || Error::Absent(format!("aucun contrat n° {id}"));
    let number = i64::try_from(id).map_err(|_| absent())?;
    let own = review::table.filter(review::org.eq(org)).filter(review::id.eq(number));
    let row: Option<String> = own.select(review::data).first(conn).optional()?;
    Ok(serde_json::from_str(&row.ok_or_else(absent)?)?)
}

fn save(conn: &mut Conn, org: &str, changed: &Review, figures: Option<&Figures>) -> Result<()> {
    let own = review::table.filter(review::org.eq(org)).filter(review::id.eq(changed.id as i64));
    let values = (review::state.eq(changed.progress.name()), review::data.eq(serde_json::to_string(changed)?));
    diesel::update(own).set(values).execute(conn)?;
    lines::follow(conn, org, changed, figures)
}

fn forget_result(conn: &mut Conn, org: &str, id: u64) -> Result<()> {
    let own = review_result::table.filter(review_result::org.eq(org)).filter(review_result::review.eq(id as i64));
    diesel::delete(own).execute(conn)?;
    Ok(())
}
