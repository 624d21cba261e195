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
    /// For each concept, the atoms one of which must stand in a text for it to match.
    triggers: &'a [BitSet],
    /// The document's own names of the parties, for the concepts `{provider}` and `{client}`.
    parties: &'a Parties,
}

/// A set of atoms.
#[derive(Debug, Clone, Default)]
pub struct BitSet(Vec<u64>);

impl BitSet {
    /// The set of these atoms out of `count`.
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

    fn meets(&self, other: &BitSet) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }
}

impl<'a> Matcher<'a> {
    /// Looks up every distinct word of the document once.
    pub fn new(lexicon: &'a Lexicon, triggers: &'a [BitSet], segments: &'a Segments, parties: &'a Parties) -> Self {
        let atoms: Vec<Vec<AtomId>> = segments.vocabulary.words().iter().map(|w| lexicon.atoms_of(w)).collect();
        let places: Vec<_> = segments.texts.iter().map(|t| places(&t.tokens, &atoms)).collect();
        let count = lexicon.atom_count();
        let present = places.iter().map(|p| BitSet::of(p.iter().map(|(atom, _)| *atom), count)).collect();
        Self { lexicon, segments, atoms, places, present, memo: FxHashMap::default(), triggers, parties }
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
        let mut hits = Vec::new();
        let length = self.segments.texts[text].tokens.len();
        let mut partial: Vec<(u32, u32)> = Vec::new();
        for (index, element) in pattern.0.iter().enumerate() {
            let mut next = Vec::new();
            let found = self.element(text, element);
            if found.is_empty() {
                return hits;
            }
            if index == 0 {
                next = found;
            } else {
                for (start, end) in &partial {
                    let least = end + 1;
                    let most = (least + u32::from(element.gap)).min(length as u32);
                    next.extend(found.iter().filter(|(s, _)| (least..=most).contains(s)).map(|(_, e)| (*start, *e)));
                }
            }
            if next.is_empty() {
                return hits;
            }
            next.truncate(MOST_HITS);
            partial = next;
        }
        hits.append(&mut partial);
        hits.sort_unstable();
        hits.dedup();
        hits
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
        if role.is_none() && !self.present[text].meets(&self.triggers[id as usize]) {
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
