//! The catalogue compiled: patterns, concepts and signs as rows of numbers in one pool, so that a program may carry
//! it and begin at once. Equal patterns, lists, concepts and signs stand there once, whoever wrote them.

use std::borrow::Cow;

/// A word or the beginning of one.
pub type AtomId = u32;
/// A pattern, by position among the distinct ones.
pub type PatternId = u32;
/// A concept, by position among the distinct ones.
pub type ConceptId = u32;
/// A list of patterns, by position among the distinct ones.
pub type ListId = u32;

/// "None" where a number is expected.
pub const NONE: u32 = u32::MAX;
/// Marks an alternative that is a concept; the other bits are its id.
pub const CONCEPT: u32 = 1 << 31;

/// What a table of the pool holds: a row for each thing on the left.
#[derive(Debug, Clone, Copy)]
pub enum Table {
    /// Pattern → its elements; see [`elements`].
    Patterns,
    /// Concept → its patterns.
    Concepts,
    /// Concept → atoms one of which must stand in a text for it to match there; empty where the patterns see to it.
    ConceptGuards,
    /// Pattern that begins a sign → the same.
    PatternGuards,
    /// List → its patterns.
    Lists,
    /// Distinct sign → a point and a position in it where it stands, then its lists: `none`, `heading`,
    /// `not_heading`, `unless_doc`, and one for each item of `all`.
    Signs,
    /// Point → the distinct sign of each of its signs.
    Points,
    /// Atom → patterns beginning a sign that match no text without one of their atoms, of which this is one.
    WokenBy,
    /// Pattern → the distinct signs that it begins.
    Begins,
    /// Rows of other kinds; see [`Single`].
    Singles,
}

/// The rows of [`Table::Singles`].
#[derive(Debug, Clone, Copy)]
pub enum Single {
    /// For each point the first point that asks the same, itself as a rule.
    Twins,
    /// The concepts that stand for the provider and the client, or [`NONE`].
    Roles,
    /// Where each atom begins in the text, and where the last ends. An atom's first byte tells its kind.
    AtomStarts,
    /// Open-addressed hash table of the atoms: id + 1, or 0.
    AtomSlots,
}

const TABLES: usize = Table::Singles as usize + 1;

/// A compiled catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pool: Cow<'static, [u32]>,
    text: Cow<'static, str>,
    /// Where each table's starts and items begin in the pool.
    at: [(usize, usize); TABLES],
}

/// Rows being written.
#[derive(Debug, Clone)]
pub struct Rows {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Default for Rows {
    fn default() -> Self {
        Self { starts: vec![0], items: Vec::new() }
    }
}

impl Rows {
    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = u32>) {
        self.items.extend(row);
        self.starts.push(self.items.len() as u32);
    }
}

impl FromIterator<Vec<u32>> for Rows {
    fn from_iter<T: IntoIterator<Item = Vec<u32>>>(rows: T) -> Self {
        let mut out = Self::default();
        for row in rows {
            out.push(row);
        }
        out
    }
}

/// The pool that holds these tables, in the order of [`Table`].
pub fn pool(tables: [Rows; TABLES]) -> Vec<u32> {
    let mut pool = Vec::new();
    for rows in &tables {
        pool.extend([rows.starts.len() as u32, rows.items.len() as u32]);
    }
    for rows in tables {
        pool.extend(rows.starts);
        pool.extend(rows.items);
    }
    pool
}

impl Program {
    /// A program over a pool made by [`pool`] and the text of its atoms, one after the other.
    pub fn new(pool: Cow<'static, [u32]>, text: Cow<'static, str>) -> Self {
        let mut at = [(0, 0); TABLES];
        let mut next = 2 * TABLES;
        for (table, place) in at.iter_mut().enumerate() {
            let (starts, items) = (pool[2 * table] as usize, pool[2 * table + 1] as usize);
            *place = (next, next + starts);
            next += starts + items;
        }
        Self { pool, text, at }
    }

    /// The whole pool.
    pub fn pool(&self) -> &[u32] {
        &self.pool
    }

    /// The text of the atoms.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A row of a table.
    pub fn row(&self, table: Table, row: u32) -> &[u32] {
        let (starts, items) = self.at[table as usize];
        let from = self.pool[starts + row as usize] as usize;
        let to = self.pool[starts + row as usize + 1] as usize;
        &self.pool[items + from..items + to]
    }

    /// How many rows a table has.
    pub fn count(&self, table: Table) -> usize {
        let (starts, items) = self.at[table as usize];
        items - starts - 1
    }

    /// A row of the other kinds.
    pub fn single(&self, single: Single) -> &[u32] {
        self.row(Table::Singles, single as u32)
    }

    /// How many atoms there are.
    pub fn atom_count(&self) -> usize {
        self.single(Single::AtomStarts).len() - 1
    }

    /// Calls back with every atom that a word of a document matches, beginnings from the shortest on.
    pub fn atoms_of(&self, word: &str, mut each: impl FnMut(AtomId)) {
        let bytes = word.as_bytes();
        let (starts, slots) = (self.single(Single::AtomStarts), self.single(Single::AtomSlots));
        let mut look = |kind: u8, hash: u32, part: &[u8]| {
            if let Some(atom) = self.look_up(starts, slots, hash, kind, part) {
                each(atom);
            }
        };
        look(EXACT, bytes.iter().fold(hash_of(EXACT), |h, b| step(h, *b)), bytes);
        let mut hash = hash_of(BEGINNING);
        for (at, byte) in bytes.iter().enumerate() {
            hash = step(hash, *byte);
            look(BEGINNING, hash, &bytes[..=at]);
        }
    }

    fn look_up(&self, starts: &[u32], slots: &[u32], hash: u32, kind: u8, part: &[u8]) -> Option<AtomId> {
        let mask = slots.len().checked_sub(1)?;
        let mut slot = mixed(hash) & mask;
        while slots[slot] != 0 {
            let atom = slots[slot] - 1;
            let text = &self.text.as_bytes()[starts[atom as usize] as usize..starts[atom as usize + 1] as usize];
            if text.len() == part.len() + 1 && text[0] == kind && &text[1..] == part {
                return Some(atom);
            }
            slot = (slot + 1) & mask;
        }
        None
    }
}

/// First byte of an atom that is a whole word.
pub const EXACT: u8 = b'=';
/// First byte of an atom that is a word's beginning.
pub const BEGINNING: u8 = b'*';

/// The hash of an atom's kind, to be gone on with [`step`] for each byte of the word.
fn hash_of(kind: u8) -> u32 {
    step(0x811c_9dc5, kind)
}

/// One byte more of Fowler, Noll and Vo's hash (FNV-1a, 32 bits).
fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

fn mixed(hash: u32) -> usize {
    (hash ^ (hash >> 15)) as usize
}

/// The hash table over atoms given as their kind and word.
pub fn slots(atoms: &[String]) -> Vec<u32> {
    let mut slots = vec![0; (atoms.len() * 2).next_power_of_two()];
    let mask = slots.len() - 1;
    for (id, atom) in atoms.iter().enumerate() {
        let hash = atom.bytes().skip(1).fold(hash_of(atom.as_bytes()[0]), step);
        let mut slot = mixed(hash) & mask;
        while slots[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        slots[slot] = id as u32 + 1;
    }
    slots
}

/// An element of a compiled pattern.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    /// Most words between the element before and this one.
    pub gap: u32,
    /// How many alternatives it has.
    pub count: u32,
    code: &'a [u32],
}

/// One alternative of an element.
#[derive(Debug, Clone, Copy)]
pub enum Alternative<'a> {
    /// Adjacent words.
    Words(&'a [AtomId]),
    /// Any match of a concept.
    Concept(ConceptId),
}

impl<'a> Element<'a> {
    /// Its alternatives.
    pub fn alternatives(&self) -> impl Iterator<Item = Alternative<'a>> + use<'a> {
        let mut rest = self.code;
        std::iter::from_fn(move || {
            let (head, tail) = rest.split_first()?;
            if head & CONCEPT != 0 {
                rest = tail;
                return Some(Alternative::Concept(head & !CONCEPT));
            }
            let (words, tail) = tail.split_at(*head as usize);
            rest = tail;
            Some(Alternative::Words(words))
        })
    }
}

/// The elements of a row of [`Table::Patterns`]: for each element its gap, the number of its alternatives, the length
/// of their code; an alternative is a marked concept, or a number of words and the words.
pub fn elements(row: &[u32]) -> impl Iterator<Item = Element<'_>> {
    let mut rest = row;
    std::iter::from_fn(move || {
        let ([gap, count, length], tail) = rest.split_first_chunk()?;
        let (code, tail) = tail.split_at(*length as usize);
        rest = tail;
        Some(Element { gap: *gap, count: *count, code })
    })
}
