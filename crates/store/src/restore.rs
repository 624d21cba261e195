//! Taking an archive back: every member held to the index, the ledger recomputed, then one commit.

use crate::error::{Error, Result};
use crate::promises::{Followed, Standing};
use crate::restore_ledger::Told;
use crate::schema::{checkpoint, contract, entry, fact, org, promise, proof, route};
use crate::source as ways;
use crate::{Conn, Contract, Pieces, Place, Store, attach, instant, judge, keys, pieces, promises, told};
use diesel::prelude::*;
use evidence::Fact;
use jiff::Timestamp;
use ledger::{Checkpoint, Digest, Entry, Frontier, Signer};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use verify::Key;
use zip::ZipArchive;

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restored {
    /// The organisation.
    pub org: String,
    /// Entries of the ledger.
    pub entries: usize,
    /// Proofs.
    pub proofs: usize,
    /// Files.
    pub files: usize,
    /// Whether the signing key came along; else the ledger goes on under a new one.
    pub key: bool,
    /// The public key that signed what was taken back: whoever knows it by another way knows whose archive it is.
    pub signed_by: String,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    size: u64,
    sha256: Digest,
}

#[derive(Deserialize)]
struct Index {
    format: String,
    members: Vec<Listed>,
}

#[derive(Deserialize)]
struct Organisation {
    org: String,
    origin: String,
    created: String,
    key: String,
}

impl Organisation {
    fn of<R: Read + Seek>(source: &mut Source<R>) -> Result<(Self, Key)> {
        let head: Self = source.lines("organisation.jsonl")?.into_iter().next().ok_or_else(|| wrong("vide"))?;
        // It names folders and files.
        crate::check_name(&head.org)?;
        let key = Key::parse(&head.key).map_err(wrong)?;
        if key.name() != head.origin {
            return Err(wrong("sa clé publique n'est pas celle du registre"));
        }
        Ok((head, key))
    }
}

#[derive(Deserialize)]
pub(crate) struct ProofRow {
    pub id: i64,
    mark: String,
    pub sha256: String,
    pub contract: Option<String>,
    pub received: String,
    filed: String,
    pub data: Value,
}

#[derive(Deserialize)]
pub(crate) struct FactRow {
    pub proof: i64,
    pub nth: i32,
    pub contract: Option<String>,
    day: i32,
    pub fact: Fact,
}

#[derive(Deserialize)]
struct RouteRow {
    host: String,
    contract: String,
}

/// An opened archive whose members were held to the index.
struct Source<R: Read + Seek> {
    zip: ZipArchive<R>,
    members: BTreeMap<String, Listed>,
}

pub(crate) fn wrong(what: impl std::fmt::Display) -> Error {
    Error::Refused(format!("cette archive ne peut pas être reprise : {what}"))
}

impl<R: Read + Seek> Source<R> {
    fn open(input: R) -> Result<Self> {
        let mut zip = ZipArchive::new(input).map_err(wrong)?;
        let mut text = String::new();
        zip.by_name("index.json").map_err(wrong)?.read_to_string(&mut text)?;
        let index: Index = serde_json::from_str(&text).map_err(wrong)?;
        if index.format != "clausule-archive/1" {
            return Err(wrong(format!("format {} inconnu", index.format)));
        }
        let members = index.members.into_iter().map(|m| (m.name.clone(), m)).collect();
        let mut source = Self { zip, members };
        let names: Vec<String> = source.members.keys().cloned().collect();
        for name in names {
            source.bytes(&name)?;
        }
        Ok(source)
    }

    fn bytes(&mut self, name: &str) -> Result<Vec<u8>> {
        let listed = self.members.get(name).ok_or_else(|| wrong(format!("{name} manque")))?;
        let mut bytes = Vec::new();
        let member = self.zip.by_name(name).map_err(|e| wrong(format!("{name} : {e}")))?;
        member.take(listed.size + 1).read_to_end(&mut bytes).map_err(|e| wrong(format!("{name} : {e}")))?;
        if bytes.len() as u64 != listed.size || Digest::of(&bytes) != listed.sha256 {
            return Err(wrong(format!("{name} a été changé")));
        }
        Ok(bytes)
    }

    fn lines<T: for<'a> Deserialize<'a>>(&mut self, name: &str) -> Result<Vec<T>> {
        let text = String::from_utf8(self.bytes(name)?).map_err(wrong)?;
        text.lines().map(|l| serde_json::from_str(l).map_err(|e| wrong(format!("{name} : {e}")))).collect()
    }

    /// Files that were erased; archives of before there was any erasure say nothing of it.
    fn erased(&mut self) -> Result<Vec<Gone>> {
        if self.members.contains_key("erased.jsonl") { self.lines("erased.jsonl") } else { Ok(Vec::new()) }
    }

    fn under(&self, folder: &str) -> Vec<String> {
        self.members.keys().filter(|n| n.starts_with(folder)).cloned().collect()
    }
}

/// Reads an archive through: every member held to the index, the ledger to its checkpoints.
///
/// # Errors
/// What is wrong with it.
pub fn check<R: Read + Seek>(input: R) -> Result<()> {
    let mut source = Source::open(input)?;
    let (_, key) = Organisation::of(&mut source)?;
    let text = String::from_utf8(source.bytes("entries.jsonl")?).map_err(wrong)?;
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    ledger_of(&mut source, &lines, &key).map(|_| ())
}

impl Store {
    /// Takes an archive back into a database where its organisation is not. With the key it is a restore; without one the
    /// entries are taken as they are and a key from `seed` signs from there on.
    ///
    /// # Errors
    /// When anything of the archive was changed, the ledger doesn't fit its signed checkpoints or the rows the ledger, or the
    /// organisation is there.
    pub fn restore<R: Read + Seek>(
        place: &Place,
        input: R,
        seed: &dyn Fn() -> [u8; 32],
        now: Timestamp,
    ) -> Result<Restored> {
        let mut source = Source::open(input)?;
        let (head, public) = Organisation::of(&mut source)?;
        let text = String::from_utf8(source.bytes("entries.jsonl")?).map_err(wrong)?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let frontier = ledger_of(&mut source, &lines, &public)?;
        let told = Told::of(&lines)?;
        told.hold(&source.lines::<Contract>("contracts.jsonl")?, &source.lines::<Followed>("promises.jsonl")?)?;
        told.hold_proofs(&source.lines::<ProofRow>("proofs.jsonl")?, &source.lines::<FactRow>("facts.jsonl")?)?;
        let pieces = source.members.values().filter(|m| m.name.starts_with("pieces/"));
        let there = pieces.map(|m| m.sha256).collect();
        let gone = source.erased()?.iter().map(|g| g.sha256).collect();
        told.hold_files(&there, &gone)?;
        let mut conn = Self::database(place)?;
        let known: Option<String> =
            org::table.filter(org::id.eq(&head.org)).select(org::id).first(&mut conn).optional()?;
        let path = keys::path(&place.data, &head.org);
        if known.is_some() || path.exists() {
            return Err(Error::Refused(format!("l'organisation « {} » est déjà dans cette base", head.org)));
        }
        let key = source.members.contains_key("signing.key");
        let signer = if key {
            let text = String::from_utf8(source.bytes("signing.key")?).map_err(wrong)?;
            let signer = keys::parse(&text, &head.org).filter(|s| s.public() == head.key);
            let signer = signer.ok_or_else(|| wrong("la clé n'est pas celle du registre"))?;
            keys::store(&path, &text)?;
            signer
        } else {
            keys::create(&place.data, &head.org, seed)?
        };
        let pieces = place.pieces();
        let done = conn.write(|conn| fill(conn, &mut source, &head, &signer, &lines, &frontier, &*pieces));
        if done.is_err() {
            // The base is as it was; so is the folder of keys.
            let _ = std::fs::remove_file(&path);
        }
        let _ = instant(now);
        let (org, signed_by) = (head.org, head.key);
        done.map(|(proofs, files)| Restored { org, entries: lines.len(), proofs, files, key, signed_by })
    }
}

/// Recomputes the tree and holds it to every checkpoint, each signed with the archive's key. Without the signing key itself
/// nobody but its holder may have added an entry: the last checkpoint must cover them all.
fn ledger_of<R: Read + Seek>(source: &mut Source<R>, lines: &[String], key: &Key) -> Result<Frontier> {
    let mut signed = BTreeMap::new();
    for name in source.under("checkpoints/") {
        let note = String::from_utf8(source.bytes(&name)?).map_err(wrong)?;
        key.open(note.as_bytes()).map_err(|why| wrong(format!("{name} {why}")))?;
        let checkpoint = Checkpoint::read(&note).ok_or_else(|| wrong(format!("{name} est illisible")))?;
        signed.insert(checkpoint.size, checkpoint.root);
    }
    // A register may be signed before anything is in it.
    signed.remove(&0);
    let last = signed.keys().next_back().copied().unwrap_or(0);
    if !source.members.contains_key("signing.key") && last < lines.len() as u64 {
        return Err(wrong(format!("ses {} dernières écritures ne sont pas signées", lines.len() as u64 - last)));
    }
    let mut frontier = Frontier::default();
    for line in lines {
        frontier.push(ledger::entry::leaf(line));
        if signed.remove(&frontier.size()).is_some_and(|root| root != frontier.root()) {
            return Err(wrong(format!("le registre ne correspond plus au relevé de {} écritures", frontier.size())));
        }
    }
    match signed.keys().next() {
        Some(size) => Err(wrong(format!("le registre avait {size} écritures, il n'en a plus que {}", lines.len()))),
        None => Ok(frontier),
    }
}

fn fill<R: Read + Seek>(
    conn: &mut Conn,
    source: &mut Source<R>,
    head: &Organisation,
    signer: &Signer,
    lines: &[String],
    frontier: &Frontier,
    to: &dyn Pieces,
) -> Result<(usize, usize)> {
    let id = head.org.as_str();
    let proofs: Vec<ProofRow> = source.lines("proofs.jsonl")?;
    let last = proofs.iter().map(|p| p.id).max().unwrap_or(0);
    let peaks: Vec<u8> = frontier.peaks().iter().flat_map(|d| d.0).collect();
    let values = (
        org::id.eq(id),
        org::origin.eq(signer.name()),
        org::created.eq(&head.created),
        org::generation.eq(1_i64),
        org::proofs.eq(last),
        org::size.eq(frontier.size() as i64),
        org::peaks.eq(peaks),
        org::reviews.eq(last_review(lines)),
    );
    diesel::insert_into(org::table).values(values).execute(conn)?;
    let files = source.under("pieces/");
    for name in &files {
        let bytes = source.bytes(name)?;
        pieces::keep(conn, to, id, &Digest::of(&bytes), &bytes)?;
    }
    for gone in source.erased()? {
        use crate::schema::piece;
        let values = (
            piece::org.eq(id),
            piece::sha256.eq(gone.sha256.to_string()),
            piece::size.eq(gone.size),
            piece::erased.eq(gone.erased),
        );
        diesel::insert_into(piece::table).values(values).execute(conn)?;
    }
    contracts(conn, source, id, lines)?;
    fill_proofs(conn, source, id, &proofs)?;
    // Archives of before there were any have none.
    if source.members.contains_key("reviews.jsonl") {
        crate::review_answers::refill(conn, id, source.lines("reviews.jsonl")?)?;
    }
    if source.members.contains_key("people.jsonl") {
        crate::people_archive::refill(conn, id, source.lines("people.jsonl")?)?;
    }
    fill_ledger(conn, source, id, lines, signer)?;
    if source.members.contains_key("sources.jsonl") {
        for row in source.lines::<ways::Row>("sources.jsonl")? {
            ways::insert(conn, id, &row)?;
        }
    }
    // Sheets are not in the archive: they follow from the facts.
    for followed in promises::load(conn, id, None)?.into_iter().filter(|f| f.standing == Standing::Confirmed) {
        attach::refill(conn, id, &followed.contract, &followed.promise)?;
    }
    Ok((proofs.len(), files.len()))
}

/// A file that was erased.
#[derive(Deserialize)]
struct Gone {
    sha256: Digest,
    size: i64,
    erased: i64,
}

/// The highest number that a contract brought to be judged ever had, also one that was removed since.
fn last_review(lines: &[String]) -> i64 {
    let numbers =
        lines.iter().filter_map(|line| serde_json::from_str::<Entry>(line).ok()?.body.get("review")?.as_i64());
    numbers.max().unwrap_or(0)
}

fn contracts<R: Read + Seek>(conn: &mut Conn, source: &mut Source<R>, id: &str, lines: &[String]) -> Result<()> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for line in lines {
        let entry: Entry = serde_json::from_str(line).map_err(wrong)?;
        if let Some(contract) = entry.contract {
            *counts.entry(contract).or_default() += 1;
        }
    }
    for one in source.lines::<Contract>("contracts.jsonl")? {
        let values = (
            contract::org.eq(id),
            contract::id.eq(&one.id),
            contract::entries.eq(counts.get(&one.id).copied().unwrap_or(0)),
            contract::data.eq(serde_json::to_string(&one)?),
            contract::sha256.eq(one.sha256.to_string()),
        );
        diesel::insert_into(contract::table).values(values).execute(conn)?;
    }
    for one in source.lines::<Followed>("promises.jsonl")? {
        promises::insert(conn, id, &one.contract, one.standing, &one.promise)?;
    }
    let _ = promise::table;
    Ok(())
}

fn fill_proofs<R: Read + Seek>(conn: &mut Conn, source: &mut Source<R>, id: &str, proofs: &[ProofRow]) -> Result<()> {
    for one in proofs {
        let values = (
            proof::org.eq(id),
            proof::id.eq(one.id),
            proof::mark.eq(&one.mark),
            proof::sha256.eq(&one.sha256),
            proof::contract.eq(&one.contract),
            proof::received.eq(&one.received),
            proof::filed.eq(&one.filed),
            proof::data.eq(one.data.to_string()),
        );
        diesel::insert_into(proof::table).values(values).execute(conn)?;
    }
    for one in source.lines::<FactRow>("facts.jsonl")? {
        let values = (
            fact::org.eq(id),
            fact::proof.eq(one.proof),
            fact::nth.eq(one.nth),
            fact::contract.eq(&one.contract),
            fact::kind.eq(judge::kind_name(one.fact.kind)),
            fact::state.eq(one.fact.state.name()),
            fact::job.eq(judge::job_number(&one.fact)),
            fact::day.eq(one.day),
            fact::data.eq(serde_json::to_string(&one.fact)?),
        );
        diesel::insert_into(fact::table).values(values).execute(conn)?;
    }
    for one in source.lines::<RouteRow>("routes.jsonl")? {
        let values = (route::org.eq(id), route::host.eq(&one.host), route::contract.eq(&one.contract));
        diesel::insert_into(route::table).values(values).execute(conn)?;
    }
    Ok(())
}

fn fill_ledger<R: Read + Seek>(
    conn: &mut Conn,
    source: &mut Source<R>,
    id: &str,
    lines: &[String],
    signer: &Signer,
) -> Result<()> {
    for (seq, line) in lines.iter().enumerate() {
        let own: Entry = serde_json::from_str(line).map_err(wrong)?;
        let values = (
            entry::org.eq(id),
            entry::seq.eq(seq as i64),
            entry::contract.eq(&own.contract),
            entry::line.eq(line),
            entry::leaf.eq(ledger::entry::leaf(line).0.to_vec()),
        );
        diesel::insert_into(entry::table).values(values).execute(conn)?;
        told::refill(conn, id, &own)?;
    }
    for name in source.under("checkpoints/") {
        let note = String::from_utf8(source.bytes(&name)?).map_err(wrong)?;
        let Some(read) = Checkpoint::read(&note).filter(|c| c.origin == signer.name()) else { continue };
        let stamp = format!("stamps/{}.tsr", read.size);
        let stamp = if source.members.contains_key(&stamp) { Some(source.bytes(&stamp)?) } else { None };
        let values = (
            checkpoint::org.eq(id),
            checkpoint::size.eq(read.size as i64),
            checkpoint::note.eq(&note),
            checkpoint::stamp.eq(stamp),
        );
        diesel::insert_into(checkpoint::table).values(values).execute(conn)?;
    }
    Ok(())
}
