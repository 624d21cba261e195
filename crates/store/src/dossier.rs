//! The dossier: an entry that it was handed out, a checkpoint, and the file.

use crate::error::Result;
use crate::journal::{self, Journal};
use crate::promises::object;
use crate::schema::{checkpoint, entry, piece};
use crate::{Store, instant, pieces};
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Digest, Draft, Kind};
use serde_json::json;
use std::cell::RefCell;
use std::io::{self, Write};

impl Store {
    /// Writes the dossier of a contract, or of the whole ledger. Handing it out is an entry of its own, the last.
    ///
    /// # Errors
    /// When the contract is unknown, a file is gone or altered, or the output can't be written.
    pub fn dossier(&mut self, of: Option<&str>, by: &str, now: Timestamp, out: &mut dyn Write) -> Result<()> {
        if let Some(id) = of {
            self.contract(id)?;
        }
        let (org, signer) = (self.org.clone(), self.signer.clone());
        let size = self.conn.write(|conn| {
            let row = journal::take(conn, &org)?;
            let mut draft = Draft::new(Kind::Opening, instant(now));
            draft.contract = of.map(str::to_owned);
            draft.by = Some(by.to_owned()).filter(|b| !b.is_empty());
            draft.body = object(json!({"what": "dossier"}));
            let mut journal = Journal::at(&org, row.frontier);
            let seq = journal.append(conn, draft)?;
            journal.close(conn, row.generation, row.proofs)?;
            journal::sign(conn, &org, &signer)?;
            Ok(seq as i64 + 1)
        })?;
        let mut leaves = journal::leaves(&mut self.conn, &org)?;
        leaves.truncate(size as usize);
        let lines: Vec<String> = {
            let own = entry::table.filter(entry::org.eq(&org)).filter(entry::seq.lt(size)).order(entry::seq);
            match of {
                Some(id) => own.filter(entry::contract.eq(id)).select(entry::line).load(&mut self.conn)?,
                None => own.select(entry::line).load(&mut self.conn)?,
            }
        };
        let signed: Vec<(i64, String, Option<Vec<u8>>)> = checkpoint::table
            .filter(checkpoint::org.eq(&org))
            .filter(checkpoint::size.le(size))
            .order(checkpoint::size)
            .select((checkpoint::size, checkpoint::note, checkpoint::stamp))
            .load(&mut self.conn)?;
        let checkpoints: Vec<String> = signed.iter().map(|c| c.1.clone()).collect();
        let stamps: Vec<(u64, Vec<u8>)> = signed.into_iter().filter_map(|c| Some((c.0 as u64, c.2?))).collect();
        let created = instant(now);
        let dossier = ledger::Dossier {
            contract: of,
            created: &created,
            leaves: &leaves,
            lines: &lines,
            checkpoints: &checkpoints,
            stamps: &stamps,
        };
        // The source is asked while the store is borrowed only here.
        let conn = RefCell::new(&mut self.conn);
        let get = |sha256: &Digest| {
            pieces::fetch(&mut conn.borrow_mut(), &*self.pieces, &org, sha256)
                .map_err(|e| io::Error::other(e.to_string()))
        };
        dossier.write(&signer, &get, out)?;
        Ok(())
    }

    /// The bytes of a stored file.
    ///
    /// # Errors
    /// When it is gone or altered.
    pub fn bytes(&mut self, sha256: &Digest) -> Result<Vec<u8>> {
        pieces::fetch(&mut self.conn, &*self.pieces, &self.org, sha256)
    }

    /// Every stored file: its digest and length.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn files(&mut self) -> Result<Vec<(String, i64)>> {
        let own = piece::table.filter(piece::org.eq(&self.org)).order(piece::sha256);
        Ok(own.select((piece::sha256, piece::size)).load(&mut self.conn)?)
    }
}
