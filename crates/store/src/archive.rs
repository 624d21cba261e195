//! Everything of an organisation in one file: open formats for our own reversibility, and the product's own backup.
//!
//! A ZIP of JSON Lines (one file a table), CSV views, every file as received under `pieces/`, and `index.json` with the
//! digest of each member. A backup has the signing key besides; an export has not. All of it is one moment of the database.

use crate::error::{Error, Result};
use crate::schema::{checkpoint, contract, entry, fact, org, piece, promise, proof, route};
use crate::{Conn, Store, instant, journal, keys, pieces, source};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiff::Timestamp;
use ledger::Digest;
use serde_json::{Value, json};
use std::io::{Seek, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Archived {
    /// Entries of the ledger.
    pub entries: usize,
    /// Proofs.
    pub proofs: usize,
    /// Files.
    pub files: usize,
}

/// The archive being written, with the digests of its members.
struct Out<W: Write + Seek> {
    zip: ZipWriter<W>,
    index: Vec<Value>,
}

impl<W: Write + Seek> Out<W> {
    fn member(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .large_file(bytes.len() > 1 << 31)
            .unix_permissions(0o600);
        self.zip.start_file(name, options).map_err(|e| Error::Refused(e.to_string()))?;
        self.zip.write_all(bytes)?;
        self.index.push(json!({"name": name, "size": bytes.len(), "sha256": Digest::of(bytes)}));
        Ok(())
    }

    fn lines(&mut self, name: &str, rows: &[Value]) -> Result<()> {
        let text: String = rows.iter().map(|r| format!("{r}\n")).collect();
        self.member(name, text.as_bytes())
    }
}

impl Store {
    /// Writes everything. `data` is the data folder when the signing key goes along (a backup).
    ///
    /// # Errors
    /// When a file is gone or altered, or the output can't be written.
    pub fn archive<W: Write + Seek>(&mut self, data: Option<&Path>, now: Timestamp, out: W) -> Result<Archived> {
        match &mut self.conn {
            Conn::Sqlite(conn) => conn.batch_execute("BEGIN")?,
            Conn::Postgres(conn) => conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?,
        }
        let done = self.write_archive(data, now, out);
        match &mut self.conn {
            Conn::Sqlite(conn) => conn.batch_execute("ROLLBACK")?,
            Conn::Postgres(conn) => conn.batch_execute("ROLLBACK")?,
        }
        done
    }

    fn write_archive<W: Write + Seek>(&mut self, data: Option<&Path>, now: Timestamp, out: W) -> Result<Archived> {
        let id = self.org.clone();
        let mut out = Out { zip: ZipWriter::new(out), index: Vec::new() };
        let row: (String, String) =
            org::table.filter(org::id.eq(&id)).select((org::origin, org::created)).first(&mut self.conn)?;
        let head = json!({"org": id, "origin": row.0, "created": row.1, "key": self.signer.public()});
        out.lines("organisation.jsonl", &[head])?;
        let (contracts, promises) = self.register_rows(&id)?;
        out.lines("contracts.jsonl", &contracts)?;
        out.lines("promises.jsonl", &promises)?;
        let (proofs, facts, routes) = self.proof_rows(&id)?;
        out.lines("proofs.jsonl", &proofs)?;
        out.lines("facts.jsonl", &facts)?;
        out.lines("routes.jsonl", &routes)?;
        let reviews = crate::review_answers::archived(self)?;
        out.lines("reviews.jsonl", &reviews)?;
        let mut sources = source::load(&mut self.conn, &id)?;
        if data.is_none() {
            // Tokens are of no use elsewhere.
            sources.iter_mut().for_each(|s| s.secret = None);
        }
        let sources: Vec<Value> = sources.iter().map(serde_json::to_value).collect::<std::result::Result<_, _>>()?;
        out.lines("sources.jsonl", &sources)?;
        let entries: Vec<String> =
            entry::table.filter(entry::org.eq(&id)).order(entry::seq).select(entry::line).load(&mut self.conn)?;
        let text: String = entries.iter().map(|l| format!("{l}\n")).collect();
        out.member("entries.jsonl", text.as_bytes())?;
        let mut signed: Vec<(i64, String, Option<Vec<u8>>)> = checkpoint::table
            .filter(checkpoint::org.eq(&id))
            .order(checkpoint::size)
            .select((checkpoint::size, checkpoint::note, checkpoint::stamp))
            .load(&mut self.conn)?;
        // What was entered since is signed too, so that whoever takes the archive back knows that nothing was added.
        let frontier = journal::row(&mut self.conn, &id)?.frontier;
        if signed.last().map_or(0, |s| s.0) < frontier.size() as i64 {
            signed.push((frontier.size() as i64, journal::note(&frontier, &self.signer), None));
        }
        for (size, note, stamp) in &signed {
            out.member(&format!("checkpoints/{size}.txt"), note.as_bytes())?;
            if let Some(stamp) = stamp {
                out.member(&format!("stamps/{size}.tsr"), stamp)?;
            }
        }
        out.member("promises.csv", csv(&promises, &PROMISE_COLUMNS).as_bytes())?;
        out.member("facts.csv", csv(&facts, &FACT_COLUMNS).as_bytes())?;
        let own = piece::table.filter(piece::org.eq(&id)).order(piece::sha256);
        let there = own.filter(piece::erased.is_null());
        let files: Vec<String> = there.select(piece::sha256).load(&mut self.conn)?;
        let gone: Vec<(String, i64, Option<i64>)> = own
            .filter(piece::erased.is_not_null())
            .select((piece::sha256, piece::size, piece::erased))
            .load(&mut self.conn)?;
        let gone: Vec<Value> =
            gone.iter().map(|(sha256, size, at)| json!({"sha256": sha256, "size": size, "erased": at})).collect();
        out.lines("erased.jsonl", &gone)?;
        for name in &files {
            let sha256 = Digest::from_hex(name).ok_or_else(|| Error::Damaged(format!("empreinte {name}")))?;
            let bytes = pieces::fetch(&mut self.conn, &*self.pieces, &id, &sha256)?;
            out.member(&format!("pieces/{name}"), &bytes)?;
        }
        if let Some(data) = data {
            let people = crate::people_archive::lines(&mut self.conn, &id)?;
            out.lines("people.jsonl", &people)?;
            let path = keys::path(data, &id);
            out.member("signing.key", &std::fs::read(path)?)?;
        }
        let index = json!({"format": "clausule-archive/1", "made": instant(now), "members": out.index});
        out.member("index.json", format!("{index}\n").as_bytes())?;
        out.zip.finish().map_err(|e| Error::Refused(e.to_string()))?.flush()?;
        Ok(Archived { entries: entries.len(), proofs: proofs.len(), files: files.len() })
    }

    fn register_rows(&mut self, id: &str) -> Result<(Vec<Value>, Vec<Value>)> {
        let rows: Vec<String> = contract::table
            .filter(contract::org.eq(id))
            .order(contract::id)
            .select(contract::data)
            .load(&mut self.conn)?;
        let contracts = rows.iter().map(|r| serde_json::from_str(r)).collect::<std::result::Result<_, _>>()?;
        let promises = crate::promises::load(&mut self.conn, id, None)?;
        let promises = promises.iter().map(serde_json::to_value).collect::<std::result::Result<_, _>>()?;
        let _ = promise::table;
        Ok((contracts, promises))
    }

    fn proof_rows(&mut self, id: &str) -> Result<(Vec<Value>, Vec<Value>, Vec<Value>)> {
        type Proof = (i64, String, String, Option<String>, String, String, String);
        let columns =
            (proof::id, proof::mark, proof::sha256, proof::contract, proof::received, proof::filed, proof::data);
        let rows: Vec<Proof> =
            proof::table.filter(proof::org.eq(id)).order(proof::id).select(columns).load(&mut self.conn)?;
        let mut proofs = Vec::new();
        for (id, mark, sha256, contract, received, filed, data) in rows {
            let data: Value = serde_json::from_str(&data)?;
            proofs.push(json!({
                "id": id, "mark": mark, "sha256": sha256, "contract": contract, "received": received, "filed": filed,
                "data": data,
            }));
        }
        let columns = (fact::proof, fact::nth, fact::contract, fact::day, fact::data);
        let rows: Vec<(i64, i32, Option<String>, i32, String)> = fact::table
            .filter(fact::org.eq(id))
            .order((fact::proof, fact::nth))
            .select(columns)
            .load(&mut self.conn)?;
        let mut facts = Vec::new();
        for (proof, nth, contract, day, data) in rows {
            let data: Value = serde_json::from_str(&data)?;
            facts.push(json!({"proof": proof, "nth": nth, "contract": contract, "day": day, "fact": data}));
        }
        let rows: Vec<(String, String)> = route::table
            .filter(route::org.eq(id))
            .order((route::host, route::contract))
            .select((route::host, route::contract))
            .load(&mut self.conn)?;
        Ok((proofs, facts, rows.into_iter().map(|(h, c)| json!({"host": h, "contract": c})).collect()))
    }
}

/// Columns of `promises.csv`: heading, path in the row.
const PROMISE_COLUMNS: [(&str, &str); 9] = [
    ("contrat", "/contract"),
    ("promesse", "/promise/id"),
    ("état", "/standing"),
    ("titre", "/promise/title"),
    ("article", "/promise/article"),
    ("page", "/promise/page"),
    ("depuis", "/promise/from"),
    ("jusqu'au", "/promise/until"),
    ("citation", "/promise/quote"),
];
/// Columns of `facts.csv`.
const FACT_COLUMNS: [(&str, &str); 9] = [
    ("preuve", "/proof"),
    ("contrat", "/contract"),
    ("nature", "/fact/kind"),
    ("état", "/fact/state"),
    ("survenu", "/fact/happened"),
    ("machine", "/fact/host"),
    ("source", "/fact/source"),
    ("règle", "/fact/rule"),
    ("raisons", "/fact/reasons"),
];

/// A table for spreadsheets: semicolons, a byte-order mark, quotes doubled, formulas defused.
fn csv(rows: &[Value], columns: &[(&str, &str)]) -> String {
    let cell = |value: Option<&Value>| {
        let text = match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(s)) => s.clone(),
            Some(Value::Array(a)) => a.iter().map(|v| v.as_str().unwrap_or_default()).collect::<Vec<_>>().join(" ; "),
            Some(other) => other.to_string(),
        };
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
    };
    let mut out = String::from("\u{feff}");
    out.push_str(&columns.iter().map(|c| c.0).collect::<Vec<_>>().join(";"));
    out.push_str("\r\n");
    for row in rows {
        out.push_str(&columns.iter().map(|c| cell(row.pointer(c.1))).collect::<Vec<_>>().join(";"));
        out.push_str("\r\n");
    }
    out
}
