//! The ledger's writer: entries in the same transaction as what they tell of, and the signed checkpoints.

use crate::Conn;
use crate::error::{Error, Result};
use crate::schema::{checkpoint, contract, entry, org};
use diesel::prelude::*;
use ledger::{Checkpoint, Digest, Draft, Frontier, Signer};
use std::collections::HashMap;

/// The ledger of one organisation, held within a transaction.
pub(crate) struct Journal<'a> {
    org: &'a str,
    frontier: Frontier,
    /// Entries of the contracts that got new ones.
    entries: HashMap<String, i64>,
    /// Entries that [`Journal::close`] writes: on PostgreSQL in one statement.
    pending: Vec<Pending>,
}

/// An entry with its place, not yet written.
struct Pending {
    seq: i64,
    contract: Option<String>,
    line: String,
    leaf: Vec<u8>,
}

/// Most entries written by one statement.
const TOGETHER: usize = 1_000;

/// What an organisation's row says.
pub(crate) struct OrgRow {
    pub generation: i64,
    pub proofs: i64,
    pub frontier: Frontier,
}

/// Reads the organisation's row, held against other writers until the transaction ends.
pub(crate) fn take(conn: &mut Conn, id: &str) -> Result<OrgRow> {
    match conn {
        // SQLite has one writer anyway.
        Conn::Sqlite(_) => row(conn, id),
        Conn::Postgres(server) => {
            let own = org::table.filter(org::id.eq(id)).select(COLUMNS).for_update();
            understood(own.get_result(server).optional()?, id)
        }
    }
}

/// What is read of an organisation's row.
const COLUMNS: (org::generation, org::proofs, org::size, org::peaks) =
    (org::generation, org::proofs, org::size, org::peaks);

/// Reads the organisation's row.
pub(crate) fn row(conn: &mut Conn, id: &str) -> Result<OrgRow> {
    understood(org::table.filter(org::id.eq(id)).select(COLUMNS).first(conn).optional()?, id)
}

fn understood(found: Option<(i64, i64, i64, Vec<u8>)>, id: &str) -> Result<OrgRow> {
    let (generation, proofs, size, peaks) =
        found.ok_or_else(|| Error::Absent(format!("l'organisation « {id} » n'existe pas dans cette base")))?;
    let frontier = unpack(size, &peaks).ok_or_else(|| Error::Damaged("le bord de l'arbre du registre".to_owned()))?;
    Ok(OrgRow { generation, proofs, frontier })
}

fn unpack(size: i64, peaks: &[u8]) -> Option<Frontier> {
    let digests = peaks.as_chunks::<32>().0.iter().map(|c| Digest(*c)).collect();
    Frontier::from_parts(u64::try_from(size).ok()?, digests)
}

impl<'a> Journal<'a> {
    /// Takes the ledger up where it stands.
    pub fn at(org: &'a str, frontier: Frontier) -> Self {
        Self { org, frontier, entries: HashMap::new(), pending: Vec::new() }
    }

    /// How many entries the ledger has.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Takes over how many entries a contract has, where it is known.
    pub fn know(&mut self, contract: &str, entries: i64) {
        self.entries.insert(contract.to_owned(), entries);
    }

    /// How many entries a contract has, where it got new ones.
    pub fn entries_of(&self, contract: &str) -> Option<i64> {
        self.entries.get(contract).copied()
    }

    /// Appends an entry and gives its place; it is written when the journal is closed.
    pub fn append(&mut self, conn: &mut Conn, draft: Draft) -> Result<u64> {
        let seq = self.frontier.size();
        let nth = match &draft.contract {
            Some(id) => Some(self.next_of(conn, id)?),
            None => None,
        };
        let contract = draft.contract.clone();
        let line = draft.place(seq, nth).line();
        let leaf = ledger::entry::leaf(&line);
        self.pending.push(Pending { seq: seq as i64, contract, line, leaf: leaf.0.to_vec() });
        self.frontier.push(leaf);
        Ok(seq)
    }

    /// Writes the entries that were appended.
    fn write(&mut self, conn: &mut Conn) -> Result<()> {
        let own = self.org;
        let values = |one: Pending| {
            (
                entry::org.eq(own),
                entry::seq.eq(one.seq),
                entry::contract.eq(one.contract),
                entry::line.eq(one.line),
                entry::leaf.eq(one.leaf),
            )
        };
        let mut rows = self.pending.drain(..).map(values).peekable();
        match conn {
            Conn::Sqlite(file) => {
                for row in rows {
                    diesel::insert_into(entry::table).values(row).execute(file)?;
                }
            }
            Conn::Postgres(server) => {
                while rows.peek().is_some() {
                    let some: Vec<_> = rows.by_ref().take(TOGETHER).collect();
                    diesel::insert_into(entry::table).values(some).execute(server)?;
                }
            }
        }
        Ok(())
    }

    fn next_of(&mut self, conn: &mut Conn, id: &str) -> Result<u64> {
        let known = match self.entries.get(id) {
            Some(known) => *known,
            None => {
                let own = contract::table.filter(contract::org.eq(self.org)).filter(contract::id.eq(id));
                own.select(contract::entries).first(conn)?
            }
        };
        self.entries.insert(id.to_owned(), known + 1);
        Ok(known as u64 + 1)
    }

    /// Writes the new entries and where the tree stands, with the organisation's other numbers.
    pub fn close(mut self, conn: &mut Conn, generation: i64, proofs: i64) -> Result<()> {
        self.write(conn)?;
        for (id, entries) in &self.entries {
            let own = contract::table.filter(contract::org.eq(self.org)).filter(contract::id.eq(id));
            diesel::update(own).set(contract::entries.eq(*entries)).execute(conn)?;
        }
        let peaks: Vec<u8> = self.frontier.peaks().iter().flat_map(|d| d.0).collect();
        let values = (
            org::generation.eq(generation),
            org::proofs.eq(proofs),
            org::size.eq(self.frontier.size() as i64),
            org::peaks.eq(peaks),
        );
        diesel::update(org::table.filter(org::id.eq(self.org))).set(values).execute(conn)?;
        Ok(())
    }
}

/// The signed note of where a tree stands.
pub(crate) fn note(frontier: &Frontier, signer: &Signer) -> String {
    Checkpoint { origin: signer.name().to_owned(), size: frontier.size(), root: frontier.root() }.sign(signer)
}

/// Signs where the tree stands, if it has moved since the last checkpoint. Gives the note.
pub(crate) fn sign(conn: &mut Conn, id: &str, signer: &Signer) -> Result<String> {
    let frontier = row(conn, id)?.frontier;
    let size = frontier.size() as i64;
    let known: Option<String> = checkpoint::table
        .filter(checkpoint::org.eq(id))
        .filter(checkpoint::size.eq(size))
        .select(checkpoint::note)
        .first(conn)
        .optional()?;
    if let Some(note) = known {
        return Ok(note);
    }
    let note = note(&frontier, signer);
    let values = (checkpoint::org.eq(id), checkpoint::size.eq(size), checkpoint::note.eq(&note));
    diesel::insert_into(checkpoint::table).values(values).execute(conn)?;
    Ok(note)
}

/// Every leaf hash, in order.
pub(crate) fn leaves(conn: &mut Conn, id: &str) -> Result<Vec<Digest>> {
    let rows: Vec<(i64, Vec<u8>)> =
        entry::table.filter(entry::org.eq(id)).order(entry::seq).select((entry::seq, entry::leaf)).load(conn)?;
    let mut out = Vec::with_capacity(rows.len());
    for (at, (seq, leaf)) in rows.into_iter().enumerate() {
        let leaf: [u8; 32] = leaf.try_into().map_err(|_| Error::Damaged(format!("écriture n° {at}")))?;
        if seq != at as i64 {
            return Err(Error::Damaged(format!("l'écriture n° {at} manque au registre")));
        }
        out.push(Digest(leaf));
    }
    Ok(out)
}
