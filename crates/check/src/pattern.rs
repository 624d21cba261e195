//! Patterns as points and lexicons write them, understood once for the whole catalogue; `crate::compile` makes
//! numbers of them.
//!
//! A pattern is a row of elements separated by spaces. An element is one or several alternatives joined by
//! `|`: a word, a word's beginning (`sauvegard*`), or a shared concept (`{backup}`). `..` allows up to three
//! words in between, `...` up to eight.

use crate::program::{AtomId, ConceptId};
use crate::tokens::split;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use thiserror::Error;

/// One alternative of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alternative {
    /// Adjacent words.
    Words(Vec<AtomId>),
    /// Any match of a concept.
    Concept(ConceptId),
}

/// An element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Most words between the element before and this one.
    pub gap: u8,
    /// What may stand here.
    pub alternatives: Vec<Alternative>,
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub Vec<Element>);

impl Pattern {
    /// The concepts it refers to.
    pub fn concepts(&self) -> impl Iterator<Item = ConceptId> + '_ {
        self.0.iter().flat_map(|e| &e.alternatives).filter_map(|a| match a {
            Alternative::Concept(id) => Some(*id),
            Alternative::Words(_) => None,
        })
    }
}

/// A pattern that can't be compiled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("motif {pattern:?} : {what}")]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong.
    pub what: String,
}

/// How far a concept has been settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Atoms and concepts of the whole catalogue.
#[derive(Debug, Default)]
pub struct Lexicon {
    exact: FxHashMap<String, AtomId>,
    prefix: FxHashMap<String, AtomId>,
    atoms: u32,
    names: FxHashMap<String, ConceptId>,
    concepts: Vec<Vec<Pattern>>,
    stop: Vec<bool>,
    /// For each concept, atoms one of which must stand in a text for it to match; filled by [`Lexicon::finish`].
    wakes: Vec<Vec<AtomId>>,
    /// The concepts `provider` and `client`, which the document's own names fill.
    roles: Vec<ConceptId>,
}

/// What must stand in a text for a pattern to match it.
#[derive(Debug, Clone, Default)]
pub struct Triggers {
    /// Atoms, ascending, one of which must be there.
    pub atoms: Vec<AtomId>,
    /// Whether a party named as only the document names it could match without them.
    pub by_name: bool,
}

/// Words too common to wake a sign.
const STOP: [&str; 40] = [
    "le", "la", "les", "l", "un", "une", "des", "de", "du", "d", "et", "ou", "a", "au", "aux", "en", "dans", "par",
    "pour", "sur", "ne", "n", "pas", "est", "sont", "se", "s", "ce", "ces", "son", "sa", "ses", "que", "qui", "qu",
    "avec", "il", "elle", "tout", "toute",
];

impl Lexicon {
    /// Declares a concept's name, so that patterns may refer to it before it is defined.
    pub fn declare(&mut self, name: &str) -> ConceptId {
        if let Some(id) = self.names.get(name) {
            return *id;
        }
        let id = self.concepts.len() as ConceptId;
        self.names.insert(name.to_owned(), id);
        self.concepts.push(Vec::new());
        if matches!(name, "provider" | "client") {
            self.roles.push(id);
        }
        id
    }

    /// Gives a declared concept its patterns.
    pub fn define(&mut self, concept: ConceptId, patterns: Vec<Pattern>) {
        self.concepts[concept as usize] = patterns;
    }

    /// The patterns of a concept.
    pub fn concept(&self, id: ConceptId) -> &[Pattern] {
        &self.concepts[id as usize]
    }

    /// Whether a concept is one of the two that the document's own names fill.
    pub fn is_role(&self, id: ConceptId) -> bool {
        self.roles.contains(&id)
    }

    /// The id of a concept, where it was declared.
    pub fn declared(&self, name: &str) -> Option<ConceptId> {
        self.names.get(name).copied()
    }

    /// Every atom by id, after a mark that tells whole words from beginnings.
    pub fn atoms(&self, exact: char, beginning: char) -> Vec<String> {
        let mut atoms = vec![String::new(); self.atoms as usize];
        for (mark, words) in [(exact, &self.exact), (beginning, &self.prefix)] {
            for (word, id) in words {
                atoms[*id as usize] = format!("{mark}{word}");
            }
        }
        atoms
    }

    /// How many concepts there are.
    pub fn concept_count(&self) -> usize {
        self.concepts.len()
    }

    /// Whether an atom is too common to wake a sign.
    fn is_stop(&self, atom: AtomId) -> bool {
        self.stop[atom as usize]
    }

    fn atom(&mut self, word: &str, prefix: bool) -> AtomId {
        let map = if prefix { &mut self.prefix } else { &mut self.exact };
        if let Some(atom) = map.get(word) {
            return *atom;
        }
        let atom = self.atoms;
        map.insert(word.to_owned(), atom);
        self.atoms += 1;
        self.stop.push(!prefix && STOP.contains(&word));
        atom
    }

    /// Compiles a pattern; `scope` is the prefix of local concept names (a point's id).
    ///
    /// # Errors
    /// [`PatternError`] for an unknown concept, an empty element or a gap at either end.
    pub fn compile(&mut self, pattern: &str, scope: &str) -> Result<Pattern, PatternError> {
        let fail = |what: &str| PatternError { pattern: pattern.to_owned(), what: what.to_owned() };
        let mut elements = Vec::new();
        let mut gap = 0;
        for word in pattern.split_whitespace() {
            match word {
                ".." => gap = 3,
                "..." => gap = 8,
                _ => {
                    let alternatives = word
                        .split('|')
                        .map(|a| self.alternative(a, scope).ok_or_else(|| fail(a)))
                        .collect::<Result<_, _>>()?;
                    elements.push(Element { gap: std::mem::take(&mut gap), alternatives });
                }
            }
        }
        if elements.is_empty() || gap != 0 || elements[0].gap != 0 {
            return Err(fail("vide, ou commence ou finit par un intervalle"));
        }
        Ok(Pattern(elements))
    }

    fn alternative(&mut self, text: &str, scope: &str) -> Option<Alternative> {
        if let Some(name) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
            let local = format!("{scope}/{name}");
            let id = self.names.get(&local).or_else(|| self.names.get(name))?;
            return Some(Alternative::Concept(*id));
        }
        let open = text.ends_with('*');
        let text = text.trim_end_matches('*');
        // Nearly every pattern is written folded already.
        let folded: Cow<str> = if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
            text.into()
        } else {
            contract::fold::fold(text).into()
        };
        let mut words = Vec::new();
        split(&folded, |word, _, _, _| words.push(word.to_owned()));
        let last = words.len().checked_sub(1)?;
        Some(Alternative::Words(words.iter().enumerate().map(|(i, w)| self.atom(w, open && i == last)).collect()))
    }

    /// Works out what wakes each concept, once all are defined; gives them in an order in which none comes before
    /// one it refers to.
    ///
    /// # Errors
    /// The concept that contains itself.
    pub fn finish(&mut self) -> Result<Vec<ConceptId>, PatternError> {
        self.wakes = vec![Vec::new(); self.concepts.len()];
        let mut state = vec![State::New; self.concepts.len()];
        let mut order = Vec::new();
        for id in 0..self.concepts.len() as ConceptId {
            self.settle(id, &mut state, &mut order)?;
        }
        Ok(order)
    }

    fn settle(&mut self, id: ConceptId, state: &mut [State], order: &mut Vec<ConceptId>) -> Result<(), PatternError> {
        match state[id as usize] {
            State::Done => return Ok(()),
            State::Open => {
                let name = self.names.iter().find(|(_, known)| **known == id).map_or("", |(name, _)| name);
                return Err(PatternError { pattern: name.to_owned(), what: "le concept se contient lui-même".into() });
            }
            State::New => state[id as usize] = State::Open,
        }
        let inner: Vec<ConceptId> = self.concept(id).iter().flat_map(Pattern::concepts).collect();
        for concept in inner {
            self.settle(concept, state, order)?;
        }
        let mut atoms: Vec<AtomId> = self.concept(id).iter().flat_map(|p| self.triggers(p).atoms).collect();
        atoms.sort_unstable();
        atoms.dedup();
        self.wakes[id as usize] = atoms;
        state[id as usize] = State::Done;
        order.push(id);
        Ok(())
    }

    /// Atoms one of which must stand in a text for a concept to match.
    pub fn wakes(&self, id: ConceptId) -> &[AtomId] {
        &self.wakes[id as usize]
    }

    /// What must be in a text for the pattern to match it: the atoms of the element that has the fewest.
    pub fn triggers(&self, pattern: &Pattern) -> Triggers {
        let mut best: Option<(usize, Triggers)> = None;
        for element in &pattern.0 {
            let mut atoms = Vec::new();
            // A party may stand under a name that only the document knows: no sign waits for it.
            let mut party = 0;
            for alternative in &element.alternatives {
                match alternative {
                    Alternative::Words(words) => {
                        atoms.push(words.iter().copied().find(|w| !self.is_stop(*w)).unwrap_or(words[0]));
                    }
                    Alternative::Concept(id) => {
                        party += usize::from(self.is_role(*id)) * 20_000;
                        atoms.extend(&self.wakes[*id as usize]);
                    }
                }
            }
            let common = atoms.iter().any(|a| self.is_stop(*a));
            let cost = atoms.len() + party + usize::from(common) * 10_000;
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, Triggers { atoms, by_name: party > 0 }));
            }
        }
        let mut triggers = best.map(|(_, triggers)| triggers).unwrap_or_default();
        triggers.atoms.sort_unstable();
        triggers.atoms.dedup();
        triggers
    }
}
