//! Draws for restore tests, and time stamps: what hangs on the ledger's head.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::promises::object;
use crate::schema::checkpoint;
use crate::{Followed, Store, instant};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Digest, Draft, Kind};
use serde_json::json;

/// A draw, with what anybody needs to repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The seed.
    pub seed: Digest,
    /// Entries of the ledger whose root the seed comes from.
    pub size: u64,
    /// The names, in the order drawn.
    pub names: Vec<String>,
}

impl Store {
    /// Draws names for a restore test; the seed comes from the ledger's head, so file the backup's proof first. The draw
    /// is an entry.
    ///
    /// # Errors
    /// When it can't be stored, or there is nothing to draw from.
    pub fn draw(
        &mut self,
        followed: &Followed,
        names: &[&str],
        count: usize,
        day: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<Drawn> {
        if names.is_empty() {
            return Err(Error::Refused("il n'y a rien à tirer : la liste de noms est vide".to_owned()));
        }
        let org = &self.org;
        self.conn.write(|conn| {
            let row = journal::take(conn, org)?;
            let (size, root) = (row.frontier.size(), row.frontier.root());
            let seed = follow::draw::seed(&root.0, size, day, &followed.promise.id);
            let drawn = follow::draw::draw(&seed, names, count);
            let drawn: Vec<String> = drawn.into_iter().map(str::to_owned).collect();
            let mut draft = Draft::new(Kind::Decision, instant(now));
            draft.contract = Some(followed.contract.clone());
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            let mut sorted = names.to_vec();
            sorted.sort_unstable();
            let population = Digest::of(sorted.join("\n").as_bytes());
            draft.body = object(json!({
                "action": "draw", "promise": followed.promise.id, "size": size, "root": root, "day": day,
                "seed": Digest(seed), "population": names.len(), "population_sha256": population, "drawn": drawn,
            }));
            let mut journal = Journal::at(org, row.frontier);
            journal.append(conn, draft)?;
            journal.close(conn, row.generation, row.proofs)?;
            Ok(Drawn { seed: Digest(seed), size, names: drawn })
        })
    }

    /// Keeps a time-stamping authority's answer beside the checkpoint whose note has this digest. Gives its size.
    ///
    /// # Errors
    /// When no checkpoint has it.
    pub fn keep_stamp_for(&mut self, imprint: &[u8; 32], answer: &[u8]) -> Result<u64> {
        let rows: Vec<(i64, String)> = checkpoint::table
            .filter(checkpoint::org.eq(&self.org))
            .select((checkpoint::size, checkpoint::note))
            .load(&mut self.conn)?;
        let found = rows.into_iter().find(|(_, note)| Digest::of(note.as_bytes()).0 == *imprint);
        let size =
            found.ok_or_else(|| Error::Absent("cet horodatage ne porte sur aucun relevé du registre".to_owned()))?.0;
        self.keep_stamp(size as u64, answer)?;
        Ok(size as u64)
    }
}
