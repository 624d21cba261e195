//! Where each atom stands in a document.

use crate::program::{AtomId, Program};
use crate::segment::Segments;
use crate::tokens::Token;

/// Which texts of a document are looked at.
pub enum Among<'a> {
    /// All.
    All,
    /// Those that are marked; the others are as if they had no word.
    Some(&'a [bool]),
}

impl Among<'_> {
    fn holds(&self, text: usize) -> bool {
        match self {
            Self::All => true,
            Self::Some(marks) => marks[text],
        }
    }
}

/// The words of a document counted through all its texts, and for each atom the places it stands at.
pub struct Index<'a> {
    segments: &'a Segments,
    /// Place of the first word of each text, and one past the last word of the last.
    bases: Vec<u32>,
    /// For each word of the vocabulary, where its atoms begin in `atoms`, and the end.
    atom_starts: Vec<u32>,
    atoms: Vec<AtomId>,
    /// For each atom, where its places begin in `places`, and the end.
    place_starts: Vec<u32>,
    places: Vec<u32>,
    /// For each text, a filter: bits of the atoms that stand in it.
    filters: Vec<[u64; 4]>,
}

impl<'a> Index<'a> {
    /// Looks up every distinct word of these texts once.
    pub fn new(program: &Program, segments: &'a Segments, among: &Among) -> Self {
        let (mut atom_starts, mut atoms) = (vec![0], Vec::new());
        let words = segments.vocabulary.words();
        let mut used = vec![false; words.len()];
        for (_, text) in segments.texts.iter().enumerate().filter(|(at, _)| among.holds(*at)) {
            text.tokens.iter().for_each(|token| used[token.word as usize] = true);
        }
        for (word, used) in words.iter().zip(used) {
            if used {
                program.atoms_of(word, |atom| atoms.push(atom));
            }
            atom_starts.push(atoms.len() as u32);
        }
        let mut index = Self {
            segments,
            bases: vec![0],
            atom_starts,
            atoms,
            place_starts: Vec::new(),
            places: Vec::new(),
            filters: vec![[0; 4]; segments.texts.len()],
        };
        index.place(program.atom_count(), among);
        index
    }

    fn place(&mut self, count: usize, among: &Among) {
        let mut next = vec![0_u32; count + 1];
        let texts = &self.segments.texts;
        let tokens = |text: usize| if among.holds(text) { &texts[text].tokens[..] } else { &[] };
        for (text, filter) in self.filters.iter_mut().enumerate() {
            for token in tokens(text) {
                let word = token.word as usize;
                for atom in &self.atoms[self.atom_starts[word] as usize..self.atom_starts[word + 1] as usize] {
                    next[*atom as usize + 1] += 1;
                    let bit = filter_bit(*atom);
                    filter[bit / 64] |= 1 << (bit % 64);
                }
            }
            self.bases.push(self.bases.last().unwrap_or(&0) + tokens(text).len() as u32);
        }
        for atom in 0..count {
            next[atom + 1] += next[atom];
        }
        self.place_starts.clone_from(&next);
        self.places = vec![0; next[count] as usize];
        for (place, token) in (0..texts.len()).flat_map(tokens).enumerate() {
            let word = token.word as usize;
            for atom in &self.atoms[self.atom_starts[word] as usize..self.atom_starts[word + 1] as usize] {
                self.places[next[*atom as usize] as usize] = place as u32;
                next[*atom as usize] += 1;
            }
        }
    }

    /// Places of an atom, ascending.
    pub fn places(&self, atom: AtomId) -> &[u32] {
        &self.places[self.place_starts[atom as usize] as usize..self.place_starts[atom as usize + 1] as usize]
    }

    /// The text that holds a place.
    pub fn text_at(&self, place: u32) -> usize {
        self.bases.partition_point(|base| *base <= place) - 1
    }

    /// Place of a text's first word, and one past its last.
    pub fn range(&self, text: usize) -> (u32, u32) {
        (self.bases[text], self.bases[text + 1])
    }

    /// Whether a text is looked at and has words.
    pub fn has(&self, text: usize) -> bool {
        self.bases[text] < self.bases[text + 1]
    }

    /// The words of a text.
    pub fn tokens(&self, text: usize) -> &'a [Token] {
        &self.segments.texts[text].tokens
    }

    /// How many texts there are.
    pub fn text_count(&self) -> usize {
        self.segments.texts.len()
    }

    /// Whether an atom may stand in a text; false is certain.
    pub fn may_hold(&self, text: usize, atom: AtomId) -> bool {
        let bit = filter_bit(atom);
        self.filters[text][bit / 64] >> (bit % 64) & 1 == 1
    }

    /// Whether an atom stands in a text.
    pub fn holds(&self, text: usize, atom: AtomId) -> bool {
        let (from, to) = self.range(text);
        self.may_hold(text, atom) && {
            let places = self.places(atom);
            places.get(places.partition_point(|p| *p < from)).is_some_and(|p| *p < to)
        }
    }

    /// Whether a word of a text matches an atom.
    pub fn is(&self, token: &Token, atom: AtomId) -> bool {
        let word = token.word as usize;
        self.atoms[self.atom_starts[word] as usize..self.atom_starts[word + 1] as usize].contains(&atom)
    }
}

/// The bit of a filter that stands for an atom, below 256.
fn filter_bit(atom: AtomId) -> usize {
    (atom.wrapping_mul(0x9e37_79b1) >> 24) as usize
}
