//! Matching compiled patterns on the texts of a document, each concept once a text.

use crate::parties::Parties;
use crate::pattern::{Alternative, AtomId, ConceptId, Element, Lexicon, Pattern};
use crate::segment::Segments;
use crate::tokens::Token;
use rustc_hash::FxHashMap;

/// A match: first and last token, both included.
pub type Hit = (u32, u32);

/// Matches of one pattern or concept kept at the most; more add nothing.
const MOST_HITS: usize = 24;

/// Matches patterns on the texts of one document.
pub struct Matcher<'a> {
    lexicon: &'a Lexicon,
    segments: &'a Segments,
    /// For each word of the document, the atoms it matches.
    atoms: Vec<Vec<AtomId>>,
    /// For each text, its atoms with their places, ascending.
    places: Vec<Vec<(AtomId, u32)>>,
    /// For each text, which atoms stand in it.
    present: Vec<BitSet>,
    /// (text, concept) → matches.
    memo: FxHashMap<(u32, ConceptId), Vec<Hit>>,
    /// For each text, the concepts that may match there.
    likely: Vec<BitSet>,
    /// The document's own names of the parties, for the concepts `{provider}` and `{client}`.
    parties: &'a Parties,
}

/// A set of atoms or concepts.
#[derive(Debug, Clone, Default)]
pub struct BitSet(Vec<u64>);

impl BitSet {
    /// The set of these out of `count`.
    pub fn of(atoms: impl IntoIterator<Item = AtomId>, count: usize) -> Self {
        let mut bits = vec![0; count.div_ceil(64)];
        for atom in atoms {
            bits[atom as usize / 64] |= 1 << (atom % 64);
        }
        Self(bits)
    }

    fn holds(&self, atom: AtomId) -> bool {
        self.0[atom as usize / 64] >> (atom % 64) & 1 == 1
    }
}

impl<'a> Matcher<'a> {
    /// Looks up every distinct word of the document once.
    pub fn new(
        lexicon: &'a Lexicon,
        concepts_of: &[Vec<ConceptId>],
        segments: &'a Segments,
        parties: &'a Parties,
    ) -> Self {
        let atoms: Vec<Vec<AtomId>> = segments.vocabulary.words().iter().map(|w| lexicon.atoms_of(w)).collect();
        let places: Vec<_> = segments.texts.iter().map(|t| places(&t.tokens, &atoms)).collect();
        let count = lexicon.atom_count();
        let present = places.iter().map(|p| BitSet::of(p.iter().map(|(atom, _)| *atom), count)).collect();
        let concepts = lexicon.concept_count();
        let likely = places
            .iter()
            .map(|p| BitSet::of(p.iter().flat_map(|(atom, _)| concepts_of[*atom as usize].iter().copied()), concepts))
            .collect();
        Self { lexicon, segments, atoms, places, present, likely, memo: FxHashMap::default(), parties }
    }

    /// The atoms of a text with their places, ascending.
    pub fn places(&self, text: usize) -> &[(AtomId, u32)] {
        &self.places[text]
    }

    fn is(&self, token: &Token, atom: AtomId) -> bool {
        self.atoms[token.word as usize].binary_search(&atom).is_ok()
    }

    /// Every match of a pattern in a text, in order of their first token.
    pub fn find(&mut self, text: usize, pattern: &Pattern) -> Vec<Hit> {
        if !pattern.0.iter().all(|element| self.possible(text, element)) {
            return Vec::new();
        }
        let (first, rest) = pattern.0.split_first().expect("a compiled pattern has an element");
        let mut hits = self.element(text, first);
        let length = self.segments.texts[text].tokens.len() as u32;
        for element in rest {
            if hits.is_empty() {
                return hits;
            }
            let found = self.element(text, element);
            let mut next = Vec::new();
            for (start, end) in &hits {
                let least = end + 1;
                let most = (least + u32::from(element.gap)).min(length);
                next.extend(found.iter().filter(|(s, _)| (least..=most).contains(s)).map(|(_, e)| (*start, *e)));
            }
            next.truncate(MOST_HITS);
            hits = next;
        }
        if !rest.is_empty() {
            hits.sort_unstable();
            hits.dedup();
        }
        hits
    }

    /// Whether the atoms that an element needs stand in the text at all.
    fn possible(&self, text: usize, element: &Element) -> bool {
        let present = &self.present[text];
        element.alternatives.iter().any(|alternative| match alternative {
            Alternative::Words(words) => words.iter().all(|w| present.holds(*w)),
            Alternative::Concept(id) => self.lexicon.role(*id).is_some() || self.likely[text].holds(*id),
        })
    }

    fn element(&mut self, text: usize, element: &Element) -> Vec<Hit> {
        let mut hits = Vec::new();
        for alternative in &element.alternatives {
            match alternative {
                Alternative::Words(words) => self.words(text, words, &mut hits),
                Alternative::Concept(id) => {
                    let found = self.concept(text, *id);
                    hits.extend_from_slice(found);
                }
            }
        }
        if element.alternatives.len() > 1 {
            hits.sort_unstable();
            hits.dedup();
        }
        hits
    }

    fn words(&self, text: usize, words: &[AtomId], hits: &mut Vec<Hit>) {
        let tokens = &self.segments.texts[text].tokens;
        let present = &self.present[text];
        if words.iter().any(|w| !present.holds(*w)) {
            return;
        }
        let places = &self.places[text];
        let anchor = words.iter().position(|w| !self.lexicon.is_stop(*w)).unwrap_or(0);
        let from = places.partition_point(|(a, _)| *a < words[anchor]);
        for (_, at) in places[from..].iter().take_while(|(a, _)| *a == words[anchor]) {
            let Some(start) = (*at as usize).checked_sub(anchor) else { continue };
            let Some(window) = tokens.get(start..start + words.len()) else { continue };
            if window.iter().zip(words).all(|(t, w)| self.is(t, *w)) {
                hits.push((start as u32, (start + words.len() - 1) as u32));
            }
        }
    }

    /// Every match of a concept in a text.
    pub fn concept(&mut self, text: usize, id: ConceptId) -> &[Hit] {
        let key = (text as u32, id);
        let role = self.lexicon.role(id);
        if role.is_none() && !self.likely[text].holds(id) {
            return &[];
        }
        if !self.memo.contains_key(&key) {
            let lexicon = self.lexicon;
            let mut hits = Vec::new();
            for pattern in lexicon.concept(id) {
                hits.extend(self.find(text, pattern));
            }
            if let Some(role) = role {
                let mentions = self.parties.mentions(&self.segments.texts[text].tokens);
                hits.extend(mentions.iter().filter(|m| m.role == role).map(|m| (m.first, m.last)));
            }
            hits.sort_unstable();
            hits.dedup();
            hits.truncate(MOST_HITS);
            self.memo.insert(key, hits);
        }
        &self.memo[&key]
    }
}

fn places(tokens: &[Token], atoms: &[Vec<AtomId>]) -> Vec<(AtomId, u32)> {
    let mut places: Vec<(AtomId, u32)> = tokens
        .iter()
        .enumerate()
        .flat_map(|(at, token)| atoms[token.word as usize].iter().map(move |atom| (*atom, at as u32)))
        .collect();
    places.sort_unstable();
    places
}
