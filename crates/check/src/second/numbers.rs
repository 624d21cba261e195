//! The numbers of the second reading: from the text of weights and the cases of the points to rows that a document
//! is looked up in. The build compiles them, so that the program begins at once.

use crate::tokens::split;
use contract::Verdict;
use points::Catalogue;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The verdicts that the second reading chooses between, in the order of its columns.
pub const CLASSES: [Verdict; 4] = [Verdict::Missing, Verdict::Weak, Verdict::Satisfied, Verdict::Adverse];

/// The inputs, in order: their name in the file of weights.
pub const INPUTS: [&str; 38] = [
    "signs-weak",
    "signs-satisfied",
    "signs-adverse",
    "signs-sure",
    "quotes",
    "near",
    "likeness-first",
    "likeness-second",
    "likeness-mean",
    "likeness-quoted",
    "firm-first",
    "contrary-first",
    "firm-quoted",
    "contrary-quoted",
    "prior-missing",
    "prior-weak",
    "prior-satisfied",
    "prior-adverse",
    "units",
    "satisfied-in-all",
    "weak-in-all",
    "adverse-in-all",
    "category-satisfied",
    "category-weak",
    "category-missing",
    "first-is-quoted",
    "first-has-a-sign",
    "likeness-over-points",
    "points-liker",
    "case-first",
    "case-quoted",
    "case-over-points",
    "case-first-weak",
    "case-first-satisfied",
    "case-first-adverse",
    "case-quoted-weak",
    "case-quoted-satisfied",
    "case-quoted-adverse",
];

/// Letters of a word that count: enough to keep a family together ("sauvegarde", "sauvegardes", "sauvegarder").
const STEM: usize = 7;
/// Cases that may share a word for it to tell them apart.
pub const COMMON: u16 = 50;
/// Weights of words are kept in tenths.
const TENTHS: f32 = 10.0;

/// One input's standardisation and its weight for each class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    /// Mean over the training contracts.
    pub mean: f64,
    /// Standard deviation over the training contracts.
    pub deviation: f64,
    /// Weight for each of [`CLASSES`].
    pub weights: [f64; 4],
}

/// A line of the file is not what `cargo xtask learn` writes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("weights of the second reading, line {line}: not a line of weights")]
pub struct NumbersError {
    /// Line number, from 1; 0 when the inputs are not all there.
    pub line: usize,
}

/// Rows of a table, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Table<T> {
    fn of(rows: Vec<Vec<T>>) -> Self {
        let mut table = Self { starts: vec![0], items: Vec::new() };
        for row in rows {
            table.items.extend(row);
            table.starts.push(table.items.len() as u32);
        }
        table
    }

    /// A row.
    pub fn row(&self, row: usize) -> &[T] {
        &self.items[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}

/// The second reading's numbers, ready to use. Words stand there by their hash.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// Hashes of what may be seen in a unit, sorted; every table below has a row for each.
    pub keys: Vec<u32>,
    /// Points that readers' quotes are told by, and by how much, in tenths.
    pub likeness: Table<(u16, u8)>,
    /// (firm rather than weak, contrary rather than not), in tenths.
    pub tone: Vec<(i8, i8)>,
    /// In how many cases it stands.
    pub rarity: Vec<u16>,
    /// Cases that have it, and how much it says there.
    pub postings: Table<(u16, f32)>,
    /// For each case its point and class.
    pub cases: Vec<(u16, u8)>,
    /// The points, in the order of their numbers.
    pub points: Vec<String>,
    /// How often readers gave each of [`CLASSES`], 0 to 1.
    pub priors: Vec<[f32; 4]>,
    /// One for each of [`INPUTS`]; empty before they are learnt.
    pub stack: Vec<Stack>,
    /// What each class has before any input.
    pub bias: [f64; 4],
}

/// What stands in one row while the numbers are gathered.
#[derive(Default)]
struct Gathered {
    likeness: Vec<(u16, u8)>,
    tone: (i8, i8),
    cases: Vec<u16>,
}

/// The stem of a folded word; every figure is the same stem.
pub fn stem(word: &str) -> &str {
    if word.bytes().all(|b| b.is_ascii_digit()) {
        return "0";
    }
    // Folded words are ASCII, but a byte too many must never cut a character.
    word.get(..STEM).unwrap_or(word)
}

/// The key of a stem: Fowler, Noll and Vo's hash (FNV-1a, 32 bits).
pub fn key(stem: &str) -> u32 {
    stem.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The key of two neighbouring stems.
pub fn pair(a: u32, b: u32) -> u32 {
    let mixed = a.rotate_left(13).wrapping_mul(0x85eb_ca6b) ^ b;
    (mixed ^ (mixed >> 15)).wrapping_mul(0xc2b2_ae35)
}

/// The key of a stem in a heading.
pub fn head(stem: u32) -> u32 {
    pair(stem, 0x9e37_79b9)
}

/// How much a word in so many of `all` cases tells; nothing when it is common.
pub fn telling(rarity: u16, all: usize) -> f32 {
    if rarity > COMMON {
        return 0.0;
    }
    ((all as f32 + 1.0) / (f32::from(rarity) + 1.0)).ln()
}

/// The distinct keys of words that stand one after the other.
fn distinct(words: &[u32]) -> Vec<u32> {
    let mut keys = words.to_vec();
    keys.extend(words.windows(2).map(|two| pair(two[0], two[1])));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The key of a feature written as in the file: `mot`, `mot_mot`, `^mot`.
fn written(name: &str) -> u32 {
    match (name.strip_prefix('^'), name.split_once('_')) {
        (Some(word), _) => head(key(word)),
        (None, Some((a, b))) => pair(key(a), key(b)),
        (None, None) => key(name),
    }
}

impl Numbers {
    /// From the text of weights and the cases of a catalogue's points.
    ///
    /// # Errors
    /// [`NumbersError`] for the first line that cannot be read.
    pub fn compile(text: &str, catalogue: &Catalogue) -> Result<Self, NumbersError> {
        let mut numbers = Self::default();
        let mut rows: BTreeMap<u32, Gathered> = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            if !line.is_empty() && !line.starts_with('#') {
                numbers.line(line, &mut rows).ok_or(NumbersError { line: at + 1 })?;
            }
        }
        if !numbers.stack.is_empty() && numbers.stack.len() != INPUTS.len() {
            return Err(NumbersError { line: 0 });
        }
        let seen = numbers.gather_cases(catalogue, &mut rows);
        numbers.tables(rows, &seen);
        Ok(numbers)
    }

    fn line(&mut self, line: &str, rows: &mut BTreeMap<u32, Gathered>) -> Option<()> {
        let mut words = line.split(' ');
        match words.next()? {
            "bias" => self.bias = numbers(&mut words)?,
            "input" => {
                let known = words.next()? == *INPUTS.get(self.stack.len())?;
                let [mean, deviation] = numbers(&mut words)?;
                self.stack.push(Stack { mean, deviation, weights: numbers(&mut words)? });
                return known.then_some(());
            }
            "tone" => {
                let row = rows.entry(written(words.next()?)).or_default();
                let [firm, contrary]: [f32; 2] = numbers(&mut words)?;
                row.tone = ((firm * TENTHS).round() as i8, (contrary * TENTHS).round() as i8);
            }
            "point" => {
                let point = u16::try_from(self.points.len()).ok()?;
                self.points.push(words.next()?.to_owned());
                self.priors.push(numbers(&mut words)?);
                for word in words {
                    let (name, weight) = word.split_once(':')?;
                    let weight: f32 = weight.parse().ok()?;
                    rows.entry(written(name)).or_default().likeness.push((point, (weight * TENTHS).round() as u8));
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Counts the cases of the known points; the keys of each.
    fn gather_cases(&mut self, catalogue: &Catalogue, rows: &mut BTreeMap<u32, Gathered>) -> Vec<Vec<u32>> {
        let mut all = Vec::new();
        for (number, id) in self.points.iter().enumerate() {
            let Some(point) = catalogue.points.iter().find(|p| p.id == *id) else { continue };
            for case in &point.cases {
                let class = CLASSES.iter().position(|c| *c == case.verdict).unwrap_or_default();
                if class == 0 {
                    continue;
                }
                let mut words = Vec::new();
                split(&contract::fold::fold(&case.text), |word, _, _, _| words.push(key(stem(word))));
                let keys = distinct(&words);
                for key in &keys {
                    rows.entry(*key).or_default().cases.push(all.len() as u16);
                }
                self.cases.push((number as u16, class as u8));
                all.push(keys);
            }
        }
        all
    }

    fn tables(&mut self, rows: BTreeMap<u32, Gathered>, seen: &[Vec<u32>]) {
        let all = self.cases.len();
        let tells = |cases: usize| telling(cases.min(usize::from(u16::MAX)) as u16, all);
        let lengths: Vec<f32> = seen
            .iter()
            .map(|keys| keys.iter().map(|k| tells(rows[k].cases.len()).powi(2)).sum::<f32>().sqrt().max(1e-6))
            .collect();
        let (mut likeness, mut postings) = (Vec::new(), Vec::new());
        for (key, row) in rows {
            let weight = tells(row.cases.len());
            self.keys.push(key);
            self.tone.push(row.tone);
            self.rarity.push(row.cases.len().min(usize::from(u16::MAX)) as u16);
            let telling = row.cases.iter().filter(|_| weight > 0.0);
            postings.push(telling.map(|c| (*c, weight / lengths[usize::from(*c)])).collect());
            likeness.push(row.likeness);
        }
        self.likeness = Table::of(likeness);
        self.postings = Table::of(postings);
    }

    /// The row of a key.
    pub fn find(&self, key: u32) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }
}

fn numbers<'a, N: std::str::FromStr + Copy + Default, const COUNT: usize>(
    words: &mut impl Iterator<Item = &'a str>,
) -> Option<[N; COUNT]> {
    let mut out = [N::default(); COUNT];
    for slot in &mut out {
        *slot = words.next()?.parse().ok()?;
    }
    Some(out)
}
