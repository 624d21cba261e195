//! What persons say of the verdicts on a contract; and reviews in archives.

use crate::error::Result;
use crate::journal::{self, Journal};
use crate::reviews::{Progress, Review, one};
use crate::schema::{review, review_answer};
use crate::{Conn, Store, instant};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Draft, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a person says of a verdict that was to be checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PointAnswer {
    /// The point.
    pub point: String,
    /// Whether the verdict holds.
    pub holds: bool,
    /// The correction in the person's words, where it does not.
    #[serde(default)]
    pub note: String,
    /// Who said so.
    pub by: String,
    /// When (RFC 3339, UTC).
    pub at: String,
}

/// A review as archives hold it; what was read and judged follows from its file.
#[derive(Serialize, Deserialize)]
pub(crate) struct Archived {
    review: Review,
    answers: Vec<PointAnswer>,
}

impl Store {
    /// Keeps what a person says of a verdict; a decision of the ledger.
    ///
    /// # Errors
    /// When there is no such review.
    pub fn answer_review(
        &mut self,
        id: u64,
        point: &str,
        holds: bool,
        note: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<()> {
        let org = &self.org;
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            one(conn, org, id)?;
            let answer = PointAnswer {
                point: point.to_owned(),
                holds,
                note: note.to_owned(),
                by: by.to_owned(),
                at: instant(now),
            };
            let own = review_answer::table
                .filter(review_answer::org.eq(org))
                .filter(review_answer::review.eq(id as i64))
                .filter(review_answer::point.eq(point));
            diesel::delete(own).execute(conn)?;
            insert(conn, org, id, &answer)?;
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            draft.body.insert("review".to_owned(), json!(id));
            draft.body.insert("answer".to_owned(), serde_json::to_value(&answer)?);
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, draft)?;
            journal.close(conn, row.generation, row.proofs)
        })
    }

    /// What persons said of the verdicts of a review, by point.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn review_answers(&mut self, id: u64) -> Result<Vec<PointAnswer>> {
        let rows: Vec<String> = review_answer::table
            .filter(review_answer::org.eq(&self.org))
            .filter(review_answer::review.eq(id as i64))
            .order(review_answer::point)
            .select(review_answer::data)
            .load(&mut self.conn)?;
        rows.iter().map(|r| Ok(serde_json::from_str(r)?)).collect()
    }
}

/// Every review with its answers, for an archive.
pub(crate) fn archived(store: &mut Store) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for review in store.reviews()?.into_iter().rev() {
        let answers = store.review_answers(review.id)?;
        rows.push(serde_json::to_value(Archived { review, answers })?);
    }
    Ok(rows)
}

/// Takes reviews back from an archive: each is read and judged again.
pub(crate) fn refill(conn: &mut Conn, org: &str, rows: Vec<Archived>) -> Result<()> {
    for Archived { mut review, answers } in rows {
        if review.progress != Progress::Failed {
            review.progress = Progress::Waiting;
        }
        let values = (
            review::org.eq(org),
            review::id.eq(review.id as i64),
            review::state.eq(review.progress.name()),
            review::sha256.eq(review.sha256.to_string()),
            review::data.eq(serde_json::to_string(&review)?),
        );
        diesel::insert_into(review::table).values(values).execute(conn)?;
        crate::lines::add(conn, org, &review)?;
        for answer in answers {
            insert(conn, org, review.id, &answer)?;
        }
    }
    Ok(())
}

fn insert(conn: &mut Conn, org: &str, id: u64, answer: &PointAnswer) -> Result<()> {
    let values = (
        review_answer::org.eq(org),
        review_answer::review.eq(id as i64),
        review_answer::point.eq(&answer.point),
        review_answer::data.eq(serde_json::to_string(answer)?),
    );
    diesel::insert_into(review_answer::table).values(values).execute(conn)?;
    Ok(())
}
