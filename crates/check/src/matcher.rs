//! Matching compiled patterns on a whole document, each pattern and each concept once.
//!
//! A pattern is looked for only in the texts that hold its rarest element in this document, so what is not there
//! costs next to nothing, and what many points ask for is found once for all.

use crate::index::{Among, Index};
use crate::parties::{Parties, Role};
use crate::program::{Alternative, AtomId, ConceptId, Element, PatternId, Program, Single, Table, elements};
use crate::segment::Segments;
use std::ops::Range;

/// A match: first and last token, both included.
pub type Hit = (u32, u32);

/// Matches of one pattern or concept kept at the most in one text; more add nothing.
const MOST_HITS: usize = 24;

/// An element is rare enough to look no further for a rarer one.
const RARE: usize = 4;

/// Matches patterns on the texts of one document.
pub struct Matcher<'a> {
    program: &'a Program,
    /// Where the words are.
    pub index: Index<'a>,
    /// The document's own names of the parties, for the concepts `{provider}` and `{client}`.
    parties: &'a Parties,
    roles: [(ConceptId, Role); 2],
    /// Matches found so far, as places counted through the document.
    found: Vec<Hit>,
    /// For each pattern, where its matches are in `found`, once it was looked for.
    patterns: Vec<Option<(u32, u32)>>,
    /// The same for each concept.
    concepts: Vec<Option<(u32, u32)>>,
}

impl<'a> Matcher<'a> {
    /// Looks up every distinct word of these texts once.
    pub fn new(program: &'a Program, segments: &'a Segments, parties: &'a Parties, among: &Among) -> Self {
        let roles = program.single(Single::Roles);
        Self {
            program,
            index: Index::new(program, segments, among),
            parties,
            roles: [(roles[0], Role::Provider), (roles[1], Role::Client)],
            found: Vec::new(),
            patterns: vec![None; program.count(Table::Patterns)],
            concepts: vec![None; program.count(Table::Concepts)],
        }
    }

    /// Every match of a pattern in a text, in order of their first token.
    pub fn find(&mut self, text: usize, pattern: PatternId) -> impl Iterator<Item = Hit> + use<'_> {
        let (from, to) = self.index.range(text);
        let range = self.pattern(pattern);
        within(&self.found[range], from, to).iter().map(move |hit| (hit.0 - from, hit.1 - from))
    }

    /// Whether one of these patterns matches in a text.
    pub fn any(&mut self, text: usize, patterns: &[PatternId]) -> bool {
        let (from, to) = self.index.range(text);
        patterns.iter().any(|pattern| {
            let range = self.pattern(*pattern);
            !within(&self.found[range], from, to).is_empty()
        })
    }

    /// Every match of a pattern in the document, as places counted through it.
    pub fn everywhere(&mut self, pattern: PatternId) -> &[Hit] {
        let range = self.pattern(pattern);
        &self.found[range]
    }

    /// Patterns beginning a sign of which an atom that they can't match without stands in the document.
    pub fn woken(&self) -> Vec<PatternId> {
        let mut woken: Vec<PatternId> = Vec::new();
        for atom in (0..self.program.atom_count() as AtomId).filter(|a| !self.index.places(*a).is_empty()) {
            woken.extend(self.program.row(Table::WokenBy, atom));
        }
        woken.sort_unstable();
        woken.dedup();
        woken
    }

    /// The matches of the patterns that begin a sign, text by text, in order, as tokens of the text.
    pub fn firsts(&mut self, patterns: impl Iterator<Item = PatternId>) -> Vec<(usize, Vec<Hit>)> {
        let mut hits = Vec::new();
        for pattern in patterns {
            let range = self.pattern(pattern);
            let guards = self.program.row(Table::PatternGuards, pattern);
            if guards.is_empty() {
                hits.extend_from_slice(&self.found[range]);
            } else {
                for (text, here) in self.by_text(&self.found[range]) {
                    if guards.iter().any(|g| self.index.holds(text, *g)) {
                        hits.extend_from_slice(here);
                    }
                }
            }
        }
        hits.sort_unstable();
        hits.dedup();
        let local = |text, hit: &Hit| (hit.0 - self.index.range(text).0, hit.1 - self.index.range(text).0);
        self.by_text(&hits).map(|(text, here)| (text, here.iter().map(|hit| local(text, hit)).collect())).collect()
    }

    fn pattern(&mut self, pattern: PatternId) -> Range<usize> {
        let (from, to) = match self.patterns[pattern as usize] {
            Some(known) => known,
            None => {
                let hits = self.look_for(pattern);
                let known = self.keep(&hits);
                self.patterns[pattern as usize] = Some(known);
                known
            }
        };
        from as usize..to as usize
    }

    fn keep(&mut self, hits: &[Hit]) -> (u32, u32) {
        let from = self.found.len() as u32;
        self.found.extend_from_slice(hits);
        (from, self.found.len() as u32)
    }

    /// Looks for a pattern text by text, in the texts that hold its rarest element.
    fn look_for(&mut self, pattern: PatternId) -> Vec<Hit> {
        let row = self.program.row(Table::Patterns, pattern);
        let Some(rarest) = self.rarest(row) else { return Vec::new() };
        let rare: Vec<Hit> = self.element_everywhere(&elements(row).nth(rarest).expect("counted"));
        if elements(row).nth(1).is_none() {
            return rare;
        }
        let mut all = Vec::new();
        let mut rest = &rare[..];
        while let Some((place, _)) = rest.first() {
            let text = self.index.text_at(*place);
            let (from, to) = self.index.range(text);
            let here = rest.partition_point(|hit| hit.0 < to);
            if self.possible(row, text) {
                self.join(row, (rarest, &rest[..here]), (text, from, to), &mut all);
            }
            rest = &rest[here..];
        }
        all
    }

    /// Finds the rows of a pattern's elements in one text; those of the rarest are known.
    fn join(&mut self, row: &[u32], known: (usize, &[Hit]), text: (usize, u32, u32), all: &mut Vec<Hit>) {
        let mut hits: Vec<Hit> = Vec::new();
        for (at, element) in elements(row).enumerate() {
            let looked;
            let found: &[Hit] = if at == known.0 {
                known.1
            } else {
                looked = self.element(&element, text);
                &looked
            };
            if at == 0 {
                hits.extend_from_slice(found);
            } else {
                let mut next = Vec::new();
                for (start, end) in &hits {
                    let (least, most) = (end + 1, end + 1 + element.gap);
                    // In order of their first token: those that begin too early are passed over at once.
                    let from = found.partition_point(|(s, _)| *s < least);
                    let near = found[from..].iter().take_while(|(s, _)| *s <= most);
                    next.extend(near.map(|(_, e)| (*start, *e)));
                    if next.len() >= MOST_HITS {
                        break;
                    }
                }
                next.truncate(MOST_HITS);
                hits = next;
            }
            if hits.is_empty() {
                return;
            }
        }
        hits.sort_unstable();
        hits.dedup();
        all.append(&mut hits);
    }

    /// Which element of a pattern stands in the fewest places; `None` when one stands nowhere.
    fn rarest(&mut self, row: &'a [u32]) -> Option<usize> {
        let mut best = (usize::MAX, 0);
        for (at, element) in elements(row).enumerate() {
            let (count, closed) = self.words_count(&element);
            if closed && count == 0 {
                return None;
            }
            if closed && count < best.0 {
                best = (count, at);
            }
        }
        if best.0 <= RARE {
            return Some(best.1);
        }
        for (at, element) in elements(row).enumerate() {
            let (mut count, closed) = self.words_count(&element);
            if closed {
                continue;
            }
            for alternative in element.alternatives() {
                if let Alternative::Concept(id) = alternative {
                    count += self.concept(id).len();
                }
            }
            if count == 0 {
                return None;
            }
            if count < best.0 {
                best = (count, at);
            }
        }
        Some(best.1)
    }

    /// In how many places the words of an element may stand, and whether it has no other alternatives than words.
    fn words_count(&self, element: &Element) -> (usize, bool) {
        let (mut count, mut closed) = (0, true);
        for alternative in element.alternatives() {
            match alternative {
                Alternative::Words(words) => {
                    count += words.iter().map(|w| self.index.places(*w).len()).min().unwrap_or(0);
                }
                Alternative::Concept(_) => closed = false,
            }
        }
        (count, closed)
    }

    /// Whether the words that a pattern needs may stand in a text at all.
    fn possible(&self, row: &[u32], text: usize) -> bool {
        elements(row).all(|element| {
            element.alternatives().any(|alternative| match alternative {
                Alternative::Words(words) => words.iter().all(|w| self.index.may_hold(text, *w)),
                Alternative::Concept(_) => true,
            })
        })
    }

    /// The matches of an element in one text.
    fn element(&mut self, element: &Element, (text, from, to): (usize, u32, u32)) -> Vec<Hit> {
        let mut hits = Vec::new();
        for alternative in element.alternatives() {
            match alternative {
                Alternative::Words(words) => {
                    if words.iter().all(|w| self.index.may_hold(text, *w)) {
                        let (anchor, places) = self.anchor(words);
                        let start = places.partition_point(|p| *p < from);
                        let places = places[start..].iter().take_while(|p| **p < to);
                        hits.extend(places.filter_map(|p| self.adjacent(words, anchor, *p, text)));
                    }
                }
                Alternative::Concept(id) => {
                    let range = self.concept(id);
                    hits.extend_from_slice(within(&self.found[range], from, to));
                }
            }
        }
        ordered(hits, element)
    }

    /// The matches of an element in the document.
    fn element_everywhere(&mut self, element: &Element) -> Vec<Hit> {
        let mut hits = Vec::new();
        for alternative in element.alternatives() {
            match alternative {
                Alternative::Words([word]) => hits.extend(self.index.places(*word).iter().map(|p| (*p, *p))),
                Alternative::Words(words) => {
                    let (anchor, places) = self.anchor(words);
                    let near = |p: &u32| self.adjacent(words, anchor, *p, self.index.text_at(*p));
                    hits.extend(places.iter().filter_map(near));
                }
                Alternative::Concept(id) => {
                    let range = self.concept(id);
                    hits.extend_from_slice(&self.found[range]);
                }
            }
        }
        ordered(hits, element)
    }

    /// The rarest of adjacent words, and its places.
    fn anchor(&self, words: &[AtomId]) -> (usize, &[u32]) {
        let places = words.iter().map(|w| self.index.places(*w)).enumerate();
        places.min_by_key(|(_, places)| places.len()).unwrap_or((0, &[]))
    }

    /// The match of adjacent words of which one stands at a place of a text.
    fn adjacent(&self, words: &[AtomId], anchor: usize, place: u32, text: usize) -> Option<Hit> {
        if words.len() == 1 {
            return Some((place, place));
        }
        let (from, _) = self.index.range(text);
        let first = ((place - from) as usize).checked_sub(anchor)?;
        let window = self.index.tokens(text).get(first..first + words.len())?;
        let all = window.iter().zip(words).all(|(token, word)| self.index.is(token, *word));
        all.then(|| (from + first as u32, from + (first + words.len() - 1) as u32))
    }

    /// Every match of a concept in the document.
    fn concept(&mut self, id: ConceptId) -> Range<usize> {
        let (from, to) = match self.concepts[id as usize] {
            Some(known) => known,
            None => {
                let hits = self.look_for_concept(id);
                let known = self.keep(&hits);
                self.concepts[id as usize] = Some(known);
                known
            }
        };
        from as usize..to as usize
    }

    fn look_for_concept(&mut self, id: ConceptId) -> Vec<Hit> {
        let mut hits = Vec::new();
        for pattern in self.program.row(Table::Concepts, id) {
            let range = self.pattern(*pattern);
            hits.extend_from_slice(&self.found[range]);
        }
        if let Some((_, role)) = self.roles.iter().find(|(concept, _)| *concept == id) {
            for text in (0..self.index.text_count()).filter(|text| self.index.has(*text)) {
                let (from, _) = self.index.range(text);
                let mentions = self.parties.mentions(self.index.tokens(text));
                hits.extend(mentions.iter().filter(|m| m.role == *role).map(|m| (from + m.first, from + m.last)));
            }
        }
        hits.sort_unstable();
        hits.dedup();
        self.cut(hits, self.program.row(Table::ConceptGuards, id))
    }

    /// Keeps the first matches of each text, and only those of texts that hold one of the guards, where there are any.
    fn cut(&self, hits: Vec<Hit>, guards: &[AtomId]) -> Vec<Hit> {
        let mut kept = Vec::with_capacity(hits.len());
        for text in self.by_text(&hits) {
            if guards.is_empty() || guards.iter().any(|g| self.index.holds(text.0, *g)) {
                kept.extend(text.1.iter().take(MOST_HITS));
            }
        }
        kept
    }

    /// Matches in order, text by text.
    pub fn by_text<'h>(&self, hits: &'h [Hit]) -> impl Iterator<Item = (usize, &'h [Hit])> {
        let mut rest = hits;
        std::iter::from_fn(move || {
            let text = self.index.text_at(rest.first()?.0);
            let (here, after) = rest.split_at(rest.partition_point(|hit| hit.0 < self.index.range(text).1));
            rest = after;
            Some((text, here))
        })
    }
}

/// The matches that begin at a place between two.
fn within(hits: &[Hit], from: u32, to: u32) -> &[Hit] {
    let start = hits.partition_point(|hit| hit.0 < from);
    let end = start + hits[start..].partition_point(|hit| hit.0 < to);
    &hits[start..end]
}

/// In order, each once, when several alternatives found them.
fn ordered(mut hits: Vec<Hit>, element: &Element) -> Vec<Hit> {
    if element.count > 1 {
        hits.sort_unstable();
        hits.dedup();
    }
    hits
}

#[cfg(test)]
mod tests;
