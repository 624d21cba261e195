//! From a document and what the signs say to the second reading's inputs for each point.

use super::numbers::{CLASSES, COMMON, INPUTS, Numbers, head, key, pair, stem, telling};
use crate::decide::Decision;
use crate::judge::Found;
use crate::segment::Segments;
use contract::Verdict;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// A unit's length counts by its root; short ones are not to win by having few words.
const LENGTH_OFFSET: f32 = 3.0;

/// A point that the numbers know, and what the signs say of it.
#[derive(Debug, Clone)]
pub struct Said<'p> {
    /// Its number in [`Numbers::points`].
    pub number: usize,
    /// Its category.
    pub category: &'p str,
    /// The verdict of the signs.
    pub verdict: Verdict,
    /// Whether they are sure.
    pub sure: bool,
    /// Units that would be quoted.
    pub quoted: Vec<usize>,
    /// Units where a sign speaks.
    pub spoken: Vec<usize>,
    /// Passages that came near, at most three counted.
    pub near: usize,
}

impl<'p> Said<'p> {
    /// From the findings of a point.
    pub fn new(number: usize, category: &'p str, found: &Found, decision: &Decision, sure: bool) -> Self {
        let shown = decision.grounds.iter().chain(&decision.besides);
        Self {
            number,
            category,
            verdict: decision.verdict,
            sure,
            quoted: shown.map(|g| found.findings[*g].unit).collect(),
            spoken: found.findings.iter().map(|f| f.unit).collect(),
            near: found.rejections.len().min(3),
        }
    }
}

/// How a unit looks from every point.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    /// Likeness to the sentences that readers quote for the point.
    likeness: Vec<f32>,
    /// Likeness to the nearest weak, satisfied and adverse case of the point.
    cases: Vec<[f32; 3]>,
    tone: (f32, f32),
}

/// The most telling units for a point.
#[derive(Debug, Clone, Default)]
struct Best {
    /// (likeness, unit), the highest first.
    first: (f32, usize),
    second: f32,
    sum: f32,
    first_tone: (f32, f32),
    case: [f32; 3],
}

/// What the second reading is told of a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Values of [`INPUTS`].
    pub inputs: Vec<f64>,
    /// The unit most like those that readers quote for the point.
    pub unit: usize,
}

/// Looks at the units of a document.
pub(crate) struct Looker<'m> {
    numbers: &'m Numbers,
    segments: &'m Segments,
    /// Key of each word of the vocabulary, and its rows as a word and in a heading.
    words: Vec<(u32, Option<usize>, Option<usize>)>,
    /// How much a word tells, by the number of cases that have it.
    tells: Vec<f32>,
    /// Likeness of the unit looked at to each case; zero in between.
    near: Vec<f32>,
    /// The headings above the unit looked at last, with [`Looker::heading_rows`].
    headings: &'m [usize],
    above: (Vec<usize>, usize),
}

/// A document as the second reading sees it.
pub struct Weigher<'m> {
    looker: Looker<'m>,
    /// For each point of the numbers.
    best: Vec<Best>,
    /// Units that are quoted.
    quoted: FxHashMap<usize, Look>,
    units: usize,
}

impl<'m> Looker<'m> {
    /// Knows the words of a document.
    pub(crate) fn new(numbers: &'m Numbers, segments: &'m Segments) -> Self {
        let words = segments.vocabulary.words().iter().map(|word| {
            let key = key(stem(word));
            (key, numbers.find(key), numbers.find(head(key)))
        });
        Self {
            numbers,
            segments,
            words: words.collect(),
            tells: (0..=COMMON).map(|rarity| telling(rarity, numbers.cases.len())).collect(),
            near: vec![0.0; numbers.cases.len()],
            headings: &[],
            above: (Vec::new(), 0),
        }
    }

    /// An empty look, for [`Looker::look`] to fill.
    pub(crate) fn blank(&self) -> Look {
        let points = self.numbers.points.len();
        Look { likeness: vec![0.0; points], cases: vec![[0.0; 3]; points], tone: (0.0, 0.0) }
    }

    /// Distinct rows of a unit's words and pairs, and its length among the cases, where words that no case has count too.
    fn rows(&self, unit: usize) -> (Vec<usize>, f32) {
        let tokens = self.segments.tokens(unit);
        let mut seen: Vec<(u32, Option<usize>)> = Vec::with_capacity(2 * tokens.len());
        let mut before = None;
        for token in tokens {
            let (key, row, _) = self.words[token.word as usize];
            seen.push((key, row));
            if let Some(before) = before {
                let two = pair(before, key);
                seen.push((two, self.numbers.find(two)));
            }
            before = Some(key);
        }
        seen.sort_unstable();
        seen.dedup();
        let square =
            |(_, row): &(u32, Option<usize>)| self.tells(row.map_or(0, |row| self.numbers.rarity[row])).powi(2);
        let length = seen.iter().map(square).sum::<f32>().sqrt().max(1e-6);
        (seen.into_iter().filter_map(|(_, row)| row).collect(), length)
    }

    /// Distinct rows of the words in the headings above a unit, and how many words stand there.
    fn heading_rows(&self, headings: &[usize]) -> (Vec<usize>, usize) {
        let tokens = || headings.iter().flat_map(|h| &self.segments.texts[*h].tokens);
        let mut rows: Vec<usize> = tokens().filter_map(|t| self.words[t.word as usize].2).collect();
        rows.sort_unstable();
        rows.dedup();
        (rows, tokens().count())
    }

    fn tells(&self, rarity: u16) -> f32 {
        self.tells.get(usize::from(rarity)).copied().unwrap_or_default()
    }

    /// Looks at a unit.
    pub(crate) fn look(&mut self, unit: usize, look: &mut Look) {
        let numbers = self.numbers;
        let segments = self.segments;
        let here = segments.units[unit].headings.as_slice();
        if self.headings != here {
            self.headings = here;
            self.above = self.heading_rows(here);
        }
        let (rows, own) = self.rows(unit);
        look.likeness.fill(0.0);
        look.cases.fill([0.0; 3]);
        look.tone = (0.0, 0.0);
        for row in rows.iter().chain(&self.above.0) {
            for (point, weight) in numbers.likeness.row(*row) {
                look.likeness[usize::from(*point)] += f32::from(*weight);
            }
            let (firm, contrary) = numbers.tone[*row];
            look.tone.0 += f32::from(firm);
            look.tone.1 += f32::from(contrary);
        }
        let length = ((2 * self.segments.tokens(unit).len() + self.above.1) as f32).sqrt() + LENGTH_OFFSET;
        let scale = 1.0 / (10.0 * length);
        look.likeness.iter_mut().for_each(|x| *x *= scale);
        look.tone = (look.tone.0 * scale, look.tone.1 * scale);
        let mut touched: Vec<u16> = Vec::new();
        for row in rows {
            let weight = self.tells(numbers.rarity[row]);
            for (case, other) in numbers.postings.row(row) {
                let near = &mut self.near[usize::from(*case)];
                if *near == 0.0 {
                    touched.push(*case);
                }
                *near += weight * other;
            }
        }
        for case in touched {
            let value = std::mem::take(&mut self.near[usize::from(case)]) / own;
            let (point, class) = numbers.cases[usize::from(case)];
            let slot = &mut look.cases[usize::from(point)][usize::from(class) - 1];
            *slot = slot.max(value);
        }
    }
}

impl<'m> Weigher<'m> {
    /// Looks at every unit once, and keeps what it saw of those that some sign quotes.
    pub fn new(numbers: &'m Numbers, segments: &'m Segments, said: &[Said]) -> Self {
        Self::with(numbers, segments, said, None)
    }

    /// The same where the looks may be known.
    pub(crate) fn with(
        numbers: &'m Numbers,
        segments: &'m Segments,
        said: &[Said],
        known: Option<&[Rc<Look>]>,
    ) -> Self {
        let mut weigher = Self {
            looker: Looker::new(numbers, segments),
            best: vec![Best::default(); numbers.points.len()],
            quoted: FxHashMap::default(),
            units: segments.units.len(),
        };
        for unit in said.iter().flat_map(|s| &s.quoted) {
            weigher.quoted.entry(*unit).or_default();
        }
        let mut fresh = weigher.looker.blank();
        for unit in 0..segments.units.len() {
            let look = match known {
                Some(known) => &*known[unit],
                None => {
                    weigher.looker.look(unit, &mut fresh);
                    &fresh
                }
            };
            weigher.keep(unit, look);
            if let Some(place) = weigher.quoted.get_mut(&unit) {
                *place = look.clone();
            }
        }
        weigher
    }

    fn keep(&mut self, unit: usize, look: &Look) {
        for ((best, likeness), cases) in self.best.iter_mut().zip(&look.likeness).zip(&look.cases) {
            best.sum += likeness;
            if *likeness > best.first.0 || unit == 0 {
                best.second = best.first.0;
                best.first = (*likeness, unit);
                best.first_tone = look.tone;
            } else {
                best.second = best.second.max(*likeness);
            }
            if most(cases) > most(&best.case) {
                best.case = *cases;
            }
        }
    }

    /// What is told of each point.
    pub fn told(&self, said: &[Said]) -> Vec<Told> {
        let mut totals = [0.0; 4];
        let mut categories: FxHashMap<&str, [f64; 4]> = FxHashMap::default();
        for point in said {
            if let Some(class) = CLASSES.iter().position(|c| *c == point.verdict) {
                totals[class] += 1.0;
                categories.entry(point.category).or_default()[class] += 1.0;
            }
        }
        let mut likest: Vec<f32> = self.best.iter().map(|b| b.first.0).collect();
        likest.sort_by(f32::total_cmp);
        let mut cases: Vec<f32> = self.best.iter().map(|b| most(&b.case)).collect();
        cases.sort_by(f32::total_cmp);
        let usual = (
            likest.iter().sum::<f32>() / likest.len().max(1) as f32,
            cases.get(cases.len() / 2).copied().unwrap_or_default(),
        );
        let counts = |point: &Said| (totals, categories.get(point.category).copied().unwrap_or_default());
        said.iter().map(|point| self.one(point, counts(point), usual, &likest)).collect()
    }

    fn one(
        &self,
        said: &Said,
        (totals, category): ([f64; 4], [f64; 4]),
        (usual_likeness, usual_case): (f32, f32),
        likest: &[f32],
    ) -> Told {
        let point = said.number;
        let best = &self.best[point];
        let (first, unit) = best.first;
        let looks = || said.quoted.iter().filter_map(|u| self.quoted.get(u));
        let most_like = |value: &dyn Fn(&Look) -> f32| looks().reduce(|a, b| if value(b) > value(a) { b } else { a });
        let quoted = most_like(&|look| look.likeness[point]);
        let quoted_case = most_like(&|look| most(&look.cases[point])).map_or([0.0; 3], |look| look.cases[point]);
        let quoted_tone = quoted.map_or((0.0, 0.0), |look| look.tone);
        let liker = likest.len() - likest.partition_point(|x| *x <= first);
        let flag = |verdict| f32::from(u8::from(said.verdict == verdict));
        let prior = self.looker.numbers.priors[point];
        let inputs = [
            flag(Verdict::Weak),
            flag(Verdict::Satisfied),
            flag(Verdict::Adverse),
            f32::from(u8::from(said.sure)),
            said.quoted.len() as f32,
            said.near as f32,
            first,
            best.second,
            best.sum / self.units.max(1) as f32,
            quoted.map_or(0.0, |look| look.likeness[point]),
            best.first_tone.0,
            best.first_tone.1,
            quoted_tone.0,
            quoted_tone.1,
            prior[0],
            prior[1],
            prior[2],
            prior[3],
            (self.units as f32).ln_1p(),
            totals[2] as f32,
            totals[1] as f32,
            totals[3] as f32,
            category[2] as f32,
            category[1] as f32,
            category[0] as f32,
            f32::from(u8::from(said.quoted.contains(&unit))),
            f32::from(u8::from(said.spoken.contains(&unit))),
            first - usual_likeness,
            liker as f32 / likest.len().max(1) as f32,
            most(&best.case),
            most(&quoted_case),
            most(&best.case) - usual_case,
            best.case[0],
            best.case[1],
            best.case[2],
            quoted_case[0],
            quoted_case[1],
            quoted_case[2],
        ];
        debug_assert_eq!(inputs.len(), INPUTS.len(), "a value for each input");
        Told { inputs: inputs.iter().map(|x| f64::from(*x)).collect(), unit }
    }

    /// The words of a unit that make it resemble those quoted for a point, most telling first.
    pub fn telling_words(&self, unit: usize, number: usize, most: usize) -> Vec<(String, f32)> {
        let Looker { numbers, segments, words, .. } = &self.looker;
        let weight = |row: Option<usize>| {
            let found = numbers.likeness.row(row?).iter().find(|(p, _)| usize::from(*p) == number);
            found.map(|(_, weight)| f32::from(*weight) / 10.0)
        };
        let tokens = segments.tokens(unit);
        let mut out: Vec<(String, f32)> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let word = segments.word(token);
            out.extend(weight(words[token.word as usize].1).map(|w| (word.to_owned(), w)));
            let Some(next) = tokens.get(at + 1) else { continue };
            let two = pair(words[token.word as usize].0, words[next.word as usize].0);
            out.extend(weight(numbers.find(two)).map(|w| (format!("{word} {}", segments.word(next)), w)));
        }
        for token in segments.units[unit].headings.iter().flat_map(|h| &segments.texts[*h].tokens) {
            let found = weight(words[token.word as usize].2);
            out.extend(found.map(|w| (format!("{} (titre)", segments.word(token)), w)));
        }
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        out.dedup_by(|a, b| a.0 == b.0);
        out.truncate(most);
        out
    }
}

/// The highest of a point's likenesses to its cases.
fn most(cases: &[f32; 3]) -> f32 {
    cases[0].max(cases[1]).max(cases[2])
}
