//! Search over contracts, clauses, promises and proofs, by French stems; the same tables on both databases.
//!
//! The index follows the ledger: before a search, what moved since the last one is indexed anew.

use crate::error::Result;
use crate::schema::{contract, entry, fact, indexed, org, passage, promise, proof, review_line, stem as stems};
use crate::stem::words;
use crate::{Conn, Contract, Store, proofs::Kept};
use diesel::prelude::*;
use evidence::Fact;
use follow::Promise;
use ledger::{Entry, Kind};
use serde_json::Value;
use std::collections::BTreeSet;

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is: `contrat:…`, `promesse:…`, `preuve:…`, `analyse:…`.
    pub source: String,
    /// The contract it belongs to, if any.
    pub contract: Option<String>,
    /// Its title.
    pub title: String,
    /// The passage in pieces; `true` marks what was looked for.
    pub pieces: Vec<(String, bool)>,
}

/// A passage to be indexed.
struct New {
    source: String,
    contract: Option<String>,
    title: String,
    body: String,
}

/// Longest passage and title kept, in characters, and longest shown.
const BODY: usize = 2_000;
const TITLE: usize = 300;
const SHOWN: usize = 320;
/// Passages with a word up to which words are told apart by how rare they are.
const COUNTED: i64 = 5_000;
/// Contracts indexed before a search: those whose reading did not get to it.
const LEFT: i64 = 20;
/// Entries of the ledger read at once.
const ENTRIES: usize = 5_000;

/// A text no longer than that, without the control characters that not every database takes.
fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(most).collect()
}

fn of_contract(c: &Contract) -> New {
    let source = format!("contrat:{}", c.id);
    let body = format!("{} {} {}", c.provider, c.id, c.file);
    New { source, contract: Some(c.id.clone()), title: c.provider.clone(), body }
}

fn of_promise(id: &str, p: &Promise) -> New {
    let body = cut(&format!("{}\n{}\n{}", p.title, p.article, p.quote), BODY);
    New { source: format!("promesse:{}", p.id), contract: Some(id.to_owned()), title: p.title.clone(), body }
}

fn insert(conn: &mut Conn, of: &str, news: &[New]) -> Result<()> {
    let last: Option<i64> = passage::table
        .filter(passage::org.eq(of))
        .order(passage::id.desc())
        .select(passage::id)
        .first(conn)
        .optional()?;
    for (id, new) in (last.unwrap_or(0) + 1..).zip(news) {
        let (title, body) = (cut(&new.title, TITLE), cut(&new.body, BODY));
        let values = (
            passage::org.eq(of),
            passage::id.eq(id),
            passage::source.eq(&new.source),
            passage::contract.eq(&new.contract),
            passage::title.eq(&title),
            passage::body.eq(&body),
        );
        diesel::insert_into(passage::table).values(values).execute(conn)?;
        let found: BTreeSet<String> = words(&title).into_iter().chain(words(&body)).map(|w| w.0).collect();
        for word in found {
            let values = (stems::org.eq(of), stems::word.eq(word), stems::passage.eq(id));
            diesel::insert_into(stems::table).values(values).execute(conn)?;
        }
    }
    Ok(())
}

/// Takes passages away by their source.
pub(crate) fn forget(conn: &mut Conn, of: &str, source: &str) -> Result<()> {
    let own = passage::table.filter(passage::org.eq(of)).filter(passage::source.eq(source));
    let ids: Vec<i64> = own.select(passage::id).load(conn)?;
    for id in ids {
        diesel::delete(stems::table.filter(stems::org.eq(of)).filter(stems::passage.eq(id))).execute(conn)?;
        diesel::delete(passage::table.filter(passage::org.eq(of)).filter(passage::id.eq(id))).execute(conn)?;
    }
    Ok(())
}

/// Indexes a contract and its promises anew.
fn index_contract(conn: &mut Conn, of: &str, id: &str) -> Result<()> {
    let own = contract::table.filter(contract::org.eq(of)).filter(contract::id.eq(id));
    let Some(data) = own.select(contract::data).first::<String>(conn).optional()? else { return Ok(()) };
    let mut news = vec![of_contract(&serde_json::from_str(&data)?)];
    let rows: Vec<String> = promise::table
        .filter(promise::org.eq(of))
        .filter(promise::contract.eq(id))
        .order(promise::id)
        .select(promise::data)
        .load(conn)?;
    for row in rows {
        news.push(of_promise(id, &serde_json::from_str(&row)?));
    }
    for new in &news {
        forget(conn, of, &new.source)?;
    }
    insert(conn, of, &news)
}

/// What the ledger says moved since an entry: contracts, for themselves or their promises, and proofs judged or attached anew.
fn moved_since(conn: &mut Conn, of: &str, done: i64) -> Result<(BTreeSet<String>, BTreeSet<i64>)> {
    let (mut contracts, mut proofs) = (BTreeSet::new(), BTreeSet::new());
    for from in (done..).step_by(ENTRIES) {
        let own = entry::table.filter(entry::org.eq(of)).filter(entry::seq.ge(from));
        let lines: Vec<String> = own.order(entry::seq).limit(ENTRIES as i64).select(entry::line).load(conn)?;
        for line in &lines {
            let entry: Entry = serde_json::from_str(line)?;
            if let Some(id) = entry.body.get("proof").and_then(Value::as_i64) {
                proofs.insert(id);
            } else if let (Kind::Contract | Kind::Commitment | Kind::Decision, Some(id)) = (entry.kind, entry.contract)
            {
                contracts.insert(id);
            }
        }
        if lines.len() < ENTRIES {
            break;
        }
    }
    Ok((contracts, proofs))
}

/// Indexes the proofs above a number, and these below it. Gives the highest number.
fn index_proofs(conn: &mut Conn, of: &str, after: i64, again: &BTreeSet<i64>) -> Result<i64> {
    let columns = (proof::id, proof::contract, proof::data);
    type Row = (i64, Option<String>, String);
    let mut rows: Vec<Row> =
        proof::table.filter(proof::org.eq(of)).filter(proof::id.gt(after)).select(columns).load(conn)?;
    let last = rows.iter().map(|r| r.0).max().unwrap_or(after);
    for id in again.range(..=after) {
        let own = proof::table.filter(proof::org.eq(of)).filter(proof::id.eq(*id));
        rows.extend(own.select(columns).load::<Row>(conn)?);
    }
    let mut news = Vec::new();
    for (id, contract, data) in rows {
        let kept: Kept = serde_json::from_str(&data)?;
        let facts: Vec<String> = fact::table
            .filter(fact::org.eq(of))
            .filter(fact::proof.eq(id))
            .order(fact::nth)
            .select(fact::data)
            .load(conn)?;
        let mut body = kept.name.clone();
        for fact in facts {
            let f: Fact = serde_json::from_str(&fact)?;
            let host = f.host.unwrap_or_default();
            body.push_str(&format!("\n{} {host} {} {}", f.source, f.state.label(), f.reasons.join(" ")));
        }
        let source = format!("preuve:{id}");
        forget(conn, of, &source)?;
        news.push(New { source, contract, title: kept.name, body: cut(&body, BODY) });
    }
    insert(conn, of, &news)?;
    Ok(last)
}

impl Store {
    /// Looks for words; every one must be there, in any form. Within one contract where `within` says so.
    ///
    /// # Errors
    /// When the register can't be read, or the index can't be brought up to date.
    pub fn search(&mut self, text: &str, within: Option<&str>, most: usize) -> Result<Vec<Hit>> {
        self.refresh_index()?;
        let wanted: BTreeSet<String> = words(text).into_iter().map(|w| w.0).take(12).collect();
        let mut rare = Vec::with_capacity(wanted.len());
        for word in &wanted {
            let own = stems::table.filter(stems::org.eq(&self.org)).filter(stems::word.eq(word));
            let some: Vec<i64> = own.select(stems::passage).limit(COUNTED).load(&mut self.conn)?;
            rare.push((some.len(), word));
        }
        rare.sort();
        let Some(((_, first), rest)) = rare.split_first() else { return Ok(Vec::new()) };
        let other = diesel::alias!(stems as other);
        // The rarest word leads, in the order of passages; the others are looked up beside it.
        let mut query = stems::table
            .inner_join(passage::table.on(passage::org.eq(stems::org).and(passage::id.eq(stems::passage))))
            .filter(stems::org.eq(&self.org))
            .filter(stems::word.eq(*first))
            .into_boxed();
        for (_, word) in rest {
            let beside = other
                .filter(other.field(stems::org).eq(&self.org))
                .filter(other.field(stems::word).eq(*word))
                .filter(other.field(stems::passage).eq(stems::passage));
            query = query.filter(diesel::dsl::exists(beside));
        }
        if let Some(within) = within {
            query = query.filter(passage::contract.eq(within));
        }
        let columns = (passage::source, passage::contract, passage::title, passage::body);
        let rows: Vec<(String, Option<String>, String, String)> =
            query.order(stems::passage).limit(most as i64).select(columns).load(&mut self.conn)?;
        let hit = |(source, contract, title, body): (String, Option<String>, String, String)| Hit {
            source,
            contract,
            title,
            pieces: marked(&body, &wanted),
        };
        Ok(rows.into_iter().map(hit).collect())
    }

    /// Indexes what moved since the last search.
    fn refresh_index(&mut self) -> Result<()> {
        let of = self.org.clone();
        let size: i64 = org::table.filter(org::id.eq(&of)).select(org::size).first(&mut self.conn)?;
        let mark: Option<(i64, i64)> = indexed::table
            .filter(indexed::org.eq(&of))
            .select((indexed::size, indexed::proof))
            .first(&mut self.conn)
            .optional()?;
        let (done, after) = mark.unwrap_or((0, 0));
        if done == size && mark.is_some() {
            return self.index_reviews();
        }
        self.conn.write(|conn| {
            conn.hold(&of)?;
            let (contracts, proofs) = moved_since(conn, &of, done)?;
            for id in &contracts {
                index_contract(conn, &of, id)?;
            }
            let last = index_proofs(conn, &of, after, &proofs)?;
            diesel::delete(indexed::table.filter(indexed::org.eq(&of))).execute(conn)?;
            let values = (indexed::org.eq(&of), indexed::size.eq(size), indexed::proof.eq(last));
            diesel::insert_into(indexed::table).values(values).execute(conn)?;
            Ok(())
        })?;
        self.index_reviews()
    }

    /// Indexes the clauses of contracts read since that their reading left out.
    fn index_reviews(&mut self) -> Result<()> {
        let own = review_line::table.filter(review_line::org.eq(&self.org)).filter(review_line::indexed.eq(0));
        let left: Vec<i64> = own
            .filter(review_line::state.eq("done"))
            .order(review_line::review)
            .limit(LEFT)
            .select(review_line::review)
            .load(&mut self.conn)?;
        left.into_iter().try_for_each(|id| self.index_review(id.unsigned_abs()))
    }

    /// Indexes the clauses of a contract that was read.
    ///
    /// # Errors
    /// When it is not read, or the index can't be written.
    pub fn index_review(&mut self, id: u64) -> Result<()> {
        let of = self.org.clone();
        let (name, source) = (self.review(id)?.name, format!("analyse:{id}"));
        let (document, _) = self.review_result(id)?;
        let news: Vec<New> = document
            .blocks
            .iter()
            .map(|b| cut(document.slice(b.span()), BODY))
            .filter(|body| !body.trim().is_empty())
            .map(|body| New { source: source.clone(), contract: None, title: name.clone(), body })
            .collect();
        self.conn.write(|conn| {
            conn.hold(&of)?;
            forget(conn, &of, &source)?;
            let own = review_line::table.filter(review_line::org.eq(&of)).filter(review_line::review.eq(id as i64));
            // Removed meanwhile: nothing of it may stay to be found.
            if diesel::update(own).set(review_line::indexed.eq(1)).execute(conn)? > 0 {
                insert(conn, &of, &news)?;
            }
            Ok(())
        })
    }
}

/// The passage around the first word found, with marks.
fn marked(body: &str, wanted: &BTreeSet<String>) -> Vec<(String, bool)> {
    let found: Vec<_> = words(body).into_iter().filter(|w| wanted.contains(&w.0)).map(|w| w.1).collect();
    let first = found.first().map_or(0, |s| s.start);
    let before = body[..first].char_indices().rev().take(80).last().map_or(first, |c| c.0);
    let end = body[before..].char_indices().nth(SHOWN).map_or(body.len(), |c| before + c.0);
    let mut out = Vec::new();
    let mut at = before;
    if before > 0 {
        out.push(("…".to_owned(), false));
    }
    for span in found.iter().filter(|s| s.start >= before && s.end <= end) {
        out.push((body[at..span.start].to_owned(), false));
        out.push((body[span.start..span.end].to_owned(), true));
        at = span.end;
    }
    out.push((body[at..end].to_owned(), false));
    if end < body.len() {
        out.push(("…".to_owned(), false));
    }
    out.retain(|p| !p.0.is_empty());
    out
}
