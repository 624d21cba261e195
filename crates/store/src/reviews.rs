//! Contracts brought to be read and judged: a row each, which is also the job that reads it and survives a restart.
//!
//! The file stands among the pieces; what was read and judged follows from it and may be made anew at any time.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::schema::{org as organisation, piece, review, review_answer, review_result};
use crate::{Conn, Store, instant, pieces};
use ::contract::{Assessment, Document, Fact, Profile};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Digest, Draft, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// What lists show of it; made by whoever judged it.
    #[serde(default)]
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
    /// The number of the first file brought together with it; its own where there is none.
    pub batch: Option<u64>,
    /// The profile asked for.
    pub profile: Option<Profile>,
    /// The version before this one.
    pub previous: Option<u64>,
}

/// What reading and judging gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What was read.
    pub document: Document,
    /// What the engine says of it.
    pub assessment: Assessment,
    /// What lists show of it.
    pub summary: Value,
}

impl Store {
    /// Files a contract to be judged; an entry of the ledger says that it came.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn add_review(&mut self, new: NewReview, bytes: &[u8], by: &str, now: Timestamp) -> Result<Review> {
        let (org, pieces) = (&self.org, &*self.pieces);
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            if let Some(before) = new.previous {
                one(conn, org, before)?;
            }
            let sha256 = Digest::of(bytes);
            pieces::keep(conn, pieces, org, &sha256, bytes)?;
            let id = number(conn, org)?;
            let added = Review {
                id,
                batch: new.batch.unwrap_or(id),
                name: new.name,
                sha256,
                size: bytes.len() as u64,
                received: instant(now),
                by: by.to_owned(),
                progress: Progress::Waiting,
                profile: new.profile,
                facts: Vec::new(),
                previous: new.previous,
                message: None,
                summary: Value::Null,
                mend: Value::Null,
            };
            let values = (
                review::org.eq(org),
                review::id.eq(id as i64),
                review::state.eq(added.progress.name()),
                review::sha256.eq(sha256.to_string()),
                review::data.eq(serde_json::to_string(&added)?),
            );
            diesel::insert_into(review::table).values(values).execute(conn)?;
            let mut draft = Draft::new(Kind::Document, instant(now));
            draft.received = Some(instant(now));
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            // The digest alone, as no blob: whoever brought the file may have it removed again.
            draft.body.insert("review".to_owned(), json!(id));
            draft.body.insert("sha256".to_owned(), json!(sha256.to_string()));
            draft.body.insert("size".to_owned(), json!(added.size));
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, draft)?;
            journal.close(conn, row.generation, row.proofs)?;
            Ok(added)
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

    /// The newest reviews, at most so many.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn newest_reviews(&mut self, most: usize) -> Result<Vec<Review>> {
        let own = review::table.filter(review::org.eq(&self.org)).order(review::id.desc()).limit(most as i64);
        let rows: Vec<String> = own.select(review::data).load(&mut self.conn)?;
        rows.iter().map(|r| Ok(serde_json::from_str(r)?)).collect()
    }

    /// The reviews brought together, at most so many, in the order they came; `batch` is the number of the first.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn batch_reviews(&mut self, batch: u64, most: usize) -> Result<Vec<Review>> {
        let Ok(first) = i64::try_from(batch) else { return Ok(Vec::new()) };
        let own = review::table.filter(review::org.eq(&self.org)).filter(review::id.ge(first));
        let rows: Vec<String> = own.order(review::id).limit(most as i64).select(review::data).load(&mut self.conn)?;
        let all = rows.iter().map(|r| Ok(serde_json::from_str(r)?)).collect::<Result<Vec<Review>>>()?;
        Ok(all.into_iter().filter(|r| r.batch == batch).collect())
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
            save(conn, org, &taken)?;
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
                save(conn, org, &waiting)?;
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
            match outcome {
                Ok(outcome) => {
                    let values = (
                        review_result::org.eq(org),
                        review_result::review.eq(id as i64),
                        review_result::document.eq(serde_json::to_string(&outcome.document)?),
                        review_result::assessment.eq(serde_json::to_string(&outcome.assessment)?),
                    );
                    diesel::insert_into(review_result::table).values(values).execute(conn)?;
                    (done.progress, done.message, done.summary) = (Progress::Done, None, outcome.summary);
                }
                Err(message) => (done.progress, done.message) = (Progress::Failed, Some(message)),
            }
            save(conn, org, &done)
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
            save(conn, org, &again)
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
            save(conn, org, &kept)
        })
    }

    /// Removes a review and its file, unless a contract, a proof or another review has the same one. The ledger keeps the
    /// digest of what came, not its words.
    ///
    /// # Errors
    /// When there is none of this number, or another is a later version of it.
    pub fn remove_review(&mut self, id: u64, by: &str, now: Timestamp) -> Result<()> {
        let contracts: Vec<Digest> = self.contracts()?.into_iter().map(|c| c.sha256).collect();
        let org = &self.org;
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let gone = one(conn, org, id)?;
            forget_result(conn, org, id)?;
            let answers = review_answer::table.filter(review_answer::org.eq(org));
            diesel::delete(answers.filter(review_answer::review.eq(id as i64))).execute(conn)?;
            let own = review::table.filter(review::org.eq(org));
            diesel::delete(own.filter(review::id.eq(id as i64))).execute(conn)?;
            let sha256 = gone.sha256.to_string();
            let others: i64 = own.filter(review::sha256.eq(&sha256)).count().get_result(conn)?;
            let proofs: i64 = {
                use crate::schema::proof;
                let own = proof::table.filter(proof::org.eq(org)).filter(proof::sha256.eq(&sha256));
                own.count().get_result(conn)?
            };
            if others == 0 && proofs == 0 && !contracts.contains(&gone.sha256) {
                let own = piece::table.filter(piece::org.eq(org)).filter(piece::sha256.eq(&sha256));
                diesel::delete(own).execute(conn)?;
            }
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            draft.body.insert("review".to_owned(), json!(id));
            draft.body.insert("decision".to_owned(), json!("removed"));
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, draft)?;
            journal.close(conn, row.generation, row.proofs)
        })
    }
}

/// The next number. One that was given stays its contract's in the ledger, so it is never given again.
fn number(conn: &mut Conn, org: &str) -> Result<u64> {
    let own = organisation::table.filter(organisation::id.eq(org));
    let last: i64 = own.select(organisation::reviews).first(conn)?;
    diesel::update(own).set(organisation::reviews.eq(last + 1)).execute(conn)?;
    Ok(last as u64 + 1)
}

pub(crate) fn one(conn: &mut Conn, org: &str, id: u64) -> Result<Review> {
    let absent = || Error::Absent(format!("aucun contrat n° {id}"));
    let number = i64::try_from(id).map_err(|_| absent())?;
    let own = review::table.filter(review::org.eq(org)).filter(review::id.eq(number));
    let row: Option<String> = own.select(review::data).first(conn).optional()?;
    Ok(serde_json::from_str(&row.ok_or_else(absent)?)?)
}

fn save(conn: &mut Conn, org: &str, changed: &Review) -> Result<()> {
    let own = review::table.filter(review::org.eq(org)).filter(review::id.eq(changed.id as i64));
    let values = (review::state.eq(changed.progress.name()), review::data.eq(serde_json::to_string(changed)?));
    diesel::update(own).set(values).execute(conn)?;
    Ok(())
}

fn forget_result(conn: &mut Conn, org: &str, id: u64) -> Result<()> {
    let own = review_result::table.filter(review_result::org.eq(org)).filter(review_result::review.eq(id as i64));
    diesel::delete(own).execute(conn)?;
    Ok(())
}
