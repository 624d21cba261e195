//! What was said of sentences that come again: a contract that is mended is judged several times, and nearly all of it is
//! as it was.

use crate::engine::Engine;
use crate::judge::{Answer, Finding, Found, Judge, Rejection};
use crate::parties::Parties;
use crate::program::Table;
use crate::second::{FEWEST_UNITS, Look, Looker};
use crate::segment::Segments;
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// Signs and what they said of one sentence.
type Said = Vec<(u32, Result<Finding, Rejection>)>;

/// What each sign said of each sentence met, by everything that it may have looked at: the sentence, its block, what stands
/// above it and introduces it, the title, the names of the parties.
#[derive(Debug, Default)]
pub struct Memory {
    /// The parties whose names were in force; under other names all is judged anew.
    parties: u64,
    units: FxHashMap<u64, Said>,
    /// How each sentence looks to the second reading.
    looks: FxHashMap<u64, Rc<Look>>,
    /// The same for the references that may be stale.
    stale: Option<Box<Memory>>,
}

/// A document that was met.
pub(crate) struct Met {
    pub(crate) found: Vec<Rc<Found>>,
    pub(crate) looks: Option<Vec<Rc<Look>>>,
    pub(crate) stale: Option<Vec<Rc<Found>>>,
}

impl Memory {
    /// Judges and looks at a document only where it has not been met.
    pub(crate) fn meet(&mut self, engine: &Engine, segments: &Segments, parties: &Parties) -> Met {
        let named = parties.digest(&segments.vocabulary);
        if self.parties != named {
            *self = Self { parties: named, ..Self::default() };
        }
        let keys = keys(segments);
        let found = self.judge(engine, segments, parties, &keys);
        let stale = engine.stale.as_ref().map(|stale| {
            let memory = self.stale.get_or_insert_default();
            memory.judge(stale, segments, parties, &keys)
        });
        Met { found, looks: self.looks(engine, segments, &keys), stale }
    }

    fn looks(&mut self, engine: &Engine, segments: &Segments, keys: &[u64]) -> Option<Vec<Rc<Look>>> {
        let numbers = engine.second();
        if segments.units.len() < FEWEST_UNITS || numbers.stack.is_empty() {
            return None;
        }
        let mut looker = Looker::new(numbers, segments);
        let looks = keys.iter().enumerate().map(|(unit, key)| {
            let known = self.looks.entry(*key).or_insert_with(|| {
                let mut look = looker.blank();
                looker.look(unit, &mut look);
                Rc::new(look)
            });
            Rc::clone(known)
        });
        Some(looks.collect())
    }

    /// Judges as [`Judge::judge`] does.
    fn judge(&mut self, engine: &Engine, segments: &Segments, parties: &Parties, keys: &[u64]) -> Vec<Rc<Found>> {
        let mut first = FxHashSet::default();
        let fresh: Vec<bool> = keys.iter().map(|key| !self.units.contains_key(key) && first.insert(*key)).collect();
        let mut judge = Judge::of_some(engine, segments, parties, &fresh);
        let said = judge.answers(None);
        for unit in (0..keys.len()).filter(|unit| fresh[*unit]) {
            self.units.insert(keys[unit], Vec::new());
        }
        for (sign, answers) in said.into_iter().enumerate() {
            for (unit, answer) in answers {
                self.units.entry(keys[unit]).or_default().push((sign as u32, answer));
            }
        }
        let mut answers: Vec<Vec<Answer>> = vec![Vec::new(); engine.program.count(Table::Signs)];
        for (unit, key) in keys.iter().enumerate() {
            for (sign, answer) in self.units.get(key).into_iter().flatten() {
                let here = match answer {
                    Ok(finding) => Ok(Finding { unit, ..finding.clone() }),
                    Err(near) => Err(Rejection { unit, ..*near }),
                };
                answers[*sign as usize].push((unit, here));
            }
        }
        judge.gathered(&answers)
    }
}

/// For each unit a number that tells it from every unit of which a sign might say another thing.
fn keys(segments: &Segments) -> Vec<u64> {
    let digest = |write: &dyn Fn(&mut DefaultHasher)| {
        let mut hasher = DefaultHasher::new();
        write(&mut hasher);
        hasher.finish()
    };
    // Where its words begin and end: the same letters may be cut into other sentences.
    let ends = |text: usize| {
        let tokens = &segments.texts[text].tokens;
        (tokens.first().map(|t| t.start), tokens.last().map(|t| t.end), tokens.len())
    };
    let mut cut: Vec<Vec<_>> = vec![Vec::new(); segments.folded.len()];
    for (at, text) in segments.texts.iter().enumerate() {
        cut[text.block].push(ends(at));
    }
    let blocks: Vec<u64> = (segments.folded.iter().zip(&cut))
        .map(|(folded, cut)| digest(&|hasher| (folded.text(), cut).hash(hasher)))
        .collect();
    let text = |text: &usize| (blocks[segments.texts[*text].block], ends(*text));
    let title: Vec<_> = segments.title().iter().map(text).collect();
    let mut keys: Vec<u64> = Vec::with_capacity(segments.units.len());
    for unit in &segments.units {
        let above: Vec<_> = unit.headings.iter().map(text).collect();
        let place = unit.place as u8;
        let around = (unit.intro.map(|lead| keys[lead]), unit.columns.as_ref().map(text), unit.previous.is_some());
        let is_header = unit.columns == Some(unit.text);
        keys.push(digest(&|hasher| (text(&unit.text), place, &above, &around, is_header, &title).hash(hasher)));
    }
    keys
}
