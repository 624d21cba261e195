//! Proofs coming in: kept as received, understood, attached, judged and entered, in one commit.

use crate::error::{Error, Result};
use crate::journal::{self, Journal};
use crate::judge::{self, Material};
use crate::promises::{self, Held, object};
use crate::schema::{fact, proof};
use crate::warm::Warm;
use crate::{Conn, Store, instant, pieces, routes, sheet};
use diesel::prelude::*;
use evidence::Fact;
use jiff::{Timestamp, Zoned};
use ledger::{Blob, Digest, Draft, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// A proof as it comes in.
#[derive(Debug, Clone, Default)]
pub struct Incoming<'a> {
    /// Its name, without folders.
    pub name: &'a str,
    /// Its bytes as received; of an inventory, only the sections that may be kept are filed.
    pub bytes: &'a [u8],
    /// Readable text of it, where its bytes are a PDF; kept besides, so that it can be judged again.
    pub text: Option<&'a [u8]>,
    /// What the command wrote to its error output.
    pub stderr: Option<&'a [u8]>,
    /// The command's exit code.
    pub exit_code: Option<i32>,
    /// The source the sender declares.
    pub source: Option<&'a str>,
    /// The zone of times written without one.
    pub zone: Option<&'a str>,
    /// The way in: `file`, `http`, `mail`, `folder`, `probe`.
    pub via: &'a str,
    /// What is known of its origin: sender, DKIM verdict, token's name.
    pub origin: Map<String, Value>,
    /// The contract it is for, where the sender says so.
    pub contract: Option<&'a str>,
    /// Tells apart two proofs with the same bytes, such as the sender's own time; empty for none.
    pub occasion: &'a str,
    /// The machine, as the sender says; it counts where the proof itself names none.
    pub host: Option<&'a str>,
    /// When it ended (RFC 3339), as the sender says; it counts where the proof itself has no date.
    pub ended: Option<&'a str>,
}

/// What is kept of a proof besides its bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub name: String,
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stderr: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// The contract the sender asked for; it tells a proof that a person moved from one that is still to be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    pub via: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub origin: Map<String, Value>,
}

/// A fact as judged for a contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// The fact.
    pub fact: Fact,
    /// Ids of the promises it bears on.
    pub promises: Vec<String>,
}

/// What became of a proof.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Filed {
    /// Its number in the register.
    pub proof: i64,
    /// Its digest.
    pub sha256: Digest,
    /// Whether it was there already; then nothing was written.
    pub duplicate: bool,
    /// The contract it was attached to.
    pub contract: Option<String>,
    /// What was understood.
    pub facts: Vec<Judged>,
    /// The ledger's entry of the proof.
    pub entry: Option<u64>,
}

impl Incoming<'_> {
    /// What makes it the same proof: bytes, error output, exit code, declared source, occasion.
    fn mark(&self, sha256: &Digest) -> String {
        let err = Digest::of(self.stderr.unwrap_or_default());
        let code = self.exit_code.map_or("-".to_owned(), |c| c.to_string());
        let text = format!("{sha256}\n{err}\n{code}\n{}\n{}\n", self.source.unwrap_or_default(), self.occasion);
        Digest::of(text.as_bytes()).to_string()
    }

    fn material(&self) -> Material<'_> {
        Material {
            name: self.name,
            bytes: self.text.unwrap_or(self.bytes),
            stderr: self.stderr,
            exit_code: self.exit_code,
            source: self.source,
            zone: self.zone,
            host: self.host,
            ended: self.ended,
        }
    }

    fn kept(&self) -> Kept {
        Kept {
            name: self.name.to_owned(),
            size: self.bytes.len() as u64,
            text: self.text.map(Digest::of),
            stderr: self.stderr.filter(|s| !s.is_empty()).map(Digest::of),
            exit_code: self.exit_code,
            source: self.source.map(str::to_owned),
            zone: self.zone.map(str::to_owned),
            host: self.host.map(str::to_owned),
            ended: self.ended.map(str::to_owned),
            asked: self.contract.map(str::to_owned),
            via: self.via.to_owned(),
            origin: self.origin.clone(),
        }
    }
}

/// A proof read, before the register is held.
struct Ready<'a> {
    incoming: Incoming<'a>,
    received: &'a Zoned,
    sha256: Digest,
    mark: String,
    facts: Vec<Fact>,
}

impl<'a> Ready<'a> {
    /// `kept` is what may be kept of an inventory.
    fn new(kept: Option<&'a str>, incoming: &Incoming<'a>, received: &'a Zoned) -> Self {
        let incoming = Incoming { bytes: kept.map_or(incoming.bytes, str::as_bytes), ..incoming.clone() };
        let sha256 = Digest::of(incoming.bytes);
        let (mark, facts) = (incoming.mark(&sha256), judge::read(&incoming.material()));
        Self { incoming, received, sha256, mark, facts }
    }
}

impl Store {
    /// Files a proof. When this returns, it is on the disk: bytes, facts, sheets and ledger entries, in one commit.
    ///
    /// # Errors
    /// When the contract is unknown or anything can't be stored; nothing is kept then.
    pub fn file(&mut self, incoming: &Incoming, received: &Zoned, now: Timestamp) -> Result<Filed> {
        let done = self.file_all(&[(incoming.clone(), received)], now)?;
        done.into_iter().next().unwrap_or_else(|| Err(Error::Refused("rien à classer".to_owned())))
    }

    /// Files several proofs in one commit; when this returns, they are on the disk. One whose contract is unknown is
    /// refused alone.
    ///
    /// # Errors
    /// When anything can't be stored; nothing of any of them is kept then.
    pub fn file_all(&mut self, proofs: &[(Incoming, &Zoned)], now: Timestamp) -> Result<Vec<Result<Filed>>> {
        // What an inventory holds beyond the park itself (environment, processes, users) is dropped before anything
        // is hashed or stored.
        let kept: Vec<Option<String>> = proofs.iter().map(|(p, _)| evidence::storable(p.bytes)).collect();
        // Understanding comes before the transaction: it needs no lock and takes longest.
        let ready: Vec<Ready> =
            proofs.iter().zip(&kept).map(|((p, received), k)| Ready::new(k.as_deref(), p, received)).collect();
        let Self { conn, org, pieces, cache, warm, .. } = self;
        let (filed, size) = conn.write(|conn| {
            let row = journal::take(conn, org)?;
            warm.take_up(row.frontier.size());
            if cache.as_ref().is_none_or(|(generation, _)| *generation != row.generation) {
                *cache = Some((row.generation, promises::held(conn, org)?));
            }
            let empty = HashMap::new();
            let held = cache.as_ref().map_or(&empty, |(_, held)| held);
            let mut run = Run {
                org,
                pieces: &**pieces,
                held,
                journal: Journal::at(org, row.frontier),
                proofs: row.proofs,
                now,
                warm,
            };
            let mut filed = Vec::with_capacity(ready.len());
            for one in ready {
                filed.push(match &one.incoming.contract {
                    Some(id) if !held.contains_key(*id) => Err(Error::Absent(format!("aucun contrat « {id} »"))),
                    _ => Ok(run.file(conn, one)?),
                });
            }
            let size = run.journal.size();
            if run.proofs > row.proofs {
                run.journal.close(conn, row.generation, run.proofs)?;
            }
            Ok((filed, size))
        })?;
        warm.left(size);
        Ok(filed)
    }
}

/// Proofs being filed within one transaction.
struct Run<'a> {
    org: &'a str,
    pieces: &'a dyn pieces::Pieces,
    held: &'a HashMap<String, Held>,
    journal: Journal<'a>,
    /// The last proof's number.
    proofs: i64,
    now: Timestamp,
    warm: &'a mut Warm,
}

impl Run<'_> {
    fn file(&mut self, conn: &mut Conn, one: Ready) -> Result<Filed> {
        let Ready { incoming, received, sha256, mark, facts } = one;
        // Bytes never seen can't be a known proof.
        let new = pieces::keep_new(conn, self.pieces, self.org, &sha256, incoming.bytes)?;
        let mark = match if new { Known::No(mark) } else { known(conn, self.org, mark, sha256, incoming.contract)? } {
            Known::Yes(known) => return Ok(known),
            Known::No(mark) => mark,
        };
        if !new {
            // Bytes that were erased and come with another proof are kept anew.
            pieces::keep(conn, self.pieces, self.org, &sha256, incoming.bytes)?;
        }
        let contract = routes::choose(conn, self.org, incoming.contract, &facts, self.held)?;
        let (org, pieces, held, now) = (self.org, self.pieces, self.held, self.now);
        let case = Case { org, pieces, held, contract, sha256, mark: &mark, received, now };
        if let Some((id, entries)) = case.contract.as_ref().and_then(|c| self.warm.entries.get_key_value(c))
            && self.journal.entries_of(id).is_none()
        {
            self.journal.know(id, *entries);
        }
        self.proofs += 1;
        let filed = case.write(conn, &mut self.journal, &incoming, facts, self.proofs, self.warm)?;
        if let Some((id, entries)) = filed.contract.as_ref().and_then(|c| Some((c, self.journal.entries_of(c)?))) {
            self.warm.entries.insert(id.clone(), entries);
        }
        Ok(filed)
    }
}

/// Whether a proof is there already.
enum Known {
    Yes(Filed),
    /// The mark to file it under.
    No(String),
}

/// Looks for a proof with the same mark. The first one has the mark as it is; brought for another contract than the one it went
/// to, it is another proof, whose mark names the contract. Who asks for a contract is told of no other.
fn known(conn: &mut Conn, org: &str, mark: String, sha256: Digest, asked: Option<&str>) -> Result<Known> {
    let own = proof::table.filter(proof::org.eq(org));
    let filed = |proof, contract| {
        Known::Yes(Filed { proof, sha256, duplicate: true, contract, facts: Vec::new(), entry: None })
    };
    let row: Option<(i64, Option<String>, String)> =
        own.filter(proof::mark.eq(&mark)).select((proof::id, proof::contract, proof::data)).first(conn).optional()?;
    let Some((id, contract, data)) = row else { return Ok(Known::No(mark)) };
    let Some(asked) = asked else { return Ok(filed(id, contract)) };
    if contract.as_deref().is_none_or(|c| c == asked) {
        return Ok(filed(id, contract));
    }
    if serde_json::from_str::<Kept>(&data)?.asked.as_deref() == Some(asked) {
        // A person moved it: that stands.
        return Ok(filed(id, None));
    }
    let mark = Digest::of(format!("{mark}\n{asked}\n").as_bytes()).to_string();
    let row: Option<(i64, Option<String>)> =
        own.filter(proof::mark.eq(&mark)).select((proof::id, proof::contract)).first(conn).optional()?;
    Ok(match row {
        Some((id, contract)) => filed(id, contract.filter(|c| c == asked)),
        None => Known::No(mark),
    })
}

/// A proof on its way into the register.
struct Case<'a> {
    org: &'a str,
    pieces: &'a dyn pieces::Pieces,
    held: &'a HashMap<String, Held>,
    contract: Option<String>,
    sha256: Digest,
    mark: &'a str,
    received: &'a Zoned,
    now: Timestamp,
}

impl Case<'_> {
    fn write(
        self,
        conn: &mut Conn,
        journal: &mut Journal,
        incoming: &Incoming,
        mut facts: Vec<Fact>,
        id: i64,
        warm: &mut Warm,
    ) -> Result<Filed> {
        let kept = incoming.kept();
        for (sha256, bytes) in [(kept.text, incoming.text), (kept.stderr, incoming.stderr)] {
            if let Some((sha256, bytes)) = sha256.zip(bytes) {
                pieces::keep(conn, self.pieces, self.org, &sha256, bytes)?;
            }
        }
        let values = (
            proof::org.eq(self.org),
            proof::id.eq(id),
            proof::mark.eq(self.mark),
            proof::sha256.eq(self.sha256.to_string()),
            proof::contract.eq(&self.contract),
            proof::received.eq(instant(self.received.timestamp())),
            proof::filed.eq(instant(self.now)),
            proof::data.eq(serde_json::to_string(&kept)?),
        );
        diesel::insert_into(proof::table).values(values).execute(conn)?;
        let held = self.contract.as_ref().and_then(|c| self.held.get(c));
        if let (Some(contract), Some(held)) = (&self.contract, held) {
            judge::hold(conn, self.org, contract, held, &mut facts, warm)?;
        }
        let judged = enter(conn, self.org, self.contract.as_deref(), held, facts, (id, self.received), warm)?;
        let entry = journal.append(conn, self.proof_entry(incoming, &kept, &judged)?)?;
        journal.append(conn, self.verdict_entry(id, entry, &judged)?)?;
        Ok(Filed {
            proof: id,
            sha256: self.sha256,
            duplicate: false,
            contract: self.contract,
            facts: judged,
            entry: Some(entry),
        })
    }

    fn proof_entry(&self, incoming: &Incoming, kept: &Kept, judged: &[Judged]) -> Result<Draft> {
        let mut draft = Draft::new(Kind::Proof, instant(self.now));
        draft.contract.clone_from(&self.contract);
        draft.received = Some(instant(self.received.timestamp()));
        draft.happened = judged.iter().find_map(|j| j.fact.happened.clone());
        let blob = |sha256, size, name: &str| Blob { sha256, size, name: name.to_owned() };
        draft.blobs.push(blob(self.sha256, kept.size, incoming.name));
        for (sha256, bytes, name) in [(kept.text, incoming.text, "texte"), (kept.stderr, incoming.stderr, "stderr")] {
            if let Some((sha256, bytes)) = sha256.zip(bytes) {
                draft.blobs.push(blob(sha256, bytes.len() as u64, name));
            }
        }
        let mut body = object(serde_json::to_value(kept)?);
        for told in ["name", "size", "text", "stderr", "asked"] {
            body.remove(told);
        }
        draft.body = body;
        Ok(draft)
    }

    fn verdict_entry(&self, id: i64, entry: u64, judged: &[Judged]) -> Result<Draft> {
        let mut draft = Draft::new(Kind::Verdict, instant(self.now));
        draft.contract.clone_from(&self.contract);
        draft.body = verdict_body(id, Some(entry), judged)?;
        Ok(draft)
    }
}

/// What a verdict entry says.
pub(crate) fn verdict_body(id: i64, entry: Option<u64>, judged: &[Judged]) -> Result<Map<String, Value>> {
    let facts: Vec<Value> = judged
        .iter()
        .map(|j| {
            let f = &j.fact;
            json!({
                "kind": f.kind, "state": f.state, "source": f.source, "host": f.host, "happened": f.happened,
                "reasons": f.reasons, "rule": f.rule, "rule_version": f.rule_version, "promises": j.promises,
            })
        })
        .collect();
    Ok(object(json!({"proof": id, "entry": entry, "facts": facts})))
}

/// Enters facts and the sheets of the promises they bear on.
pub(crate) fn enter(
    conn: &mut Conn,
    org: &str,
    contract: Option<&str>,
    held: Option<&Held>,
    facts: Vec<Fact>,
    (id, received): (i64, &Zoned),
    warm: &mut Warm,
) -> Result<Vec<Judged>> {
    let default = follow::Calendar::default();
    let calendar = held.map_or(&default, |h| &h.calendar);
    let mut out = Vec::new();
    for (nth, one) in facts.into_iter().enumerate() {
        let day = one.happened.as_deref().and_then(|h| follow::facts::moment(h, calendar)).map(|m| m.0);
        let day = day.unwrap_or_else(|| received.with_time_zone(calendar.zone.clone()).date().into());
        let values = (
            fact::org.eq(org),
            fact::proof.eq(id),
            fact::nth.eq(nth as i32),
            fact::contract.eq(contract),
            fact::kind.eq(judge::kind_name(one.kind)),
            fact::state.eq(one.state.name()),
            fact::job.eq(judge::job_number(&one)),
            fact::day.eq(day.0),
            fact::data.eq(serde_json::to_string(&one)?),
        );
        diesel::insert_into(fact::table).values(values).execute(conn)?;
        let mut promises = Vec::new();
        for promise in held.map_or(Vec::new(), |h| judge::bearing(h, &one)) {
            sheet::enter(conn, org, &promise.id, &follow::facts::seen(promise, &one, received, calendar), warm)?;
            promises.push(promise.id.clone());
        }
        out.push(Judged { fact: one, promises });
    }
    Ok(out)
}
