//! The matcher against a slow one that tries every place of every text.

use super::*;
use crate::compile::compile;
use crate::segment::segment;
use contract::{Block, BlockKind, Document, Format, Span};
use points::Catalogue;
use std::collections::BTreeMap;

/// Words few enough for matches to be common.
const WORDS: [&str; 7] = ["sauvegarde", "sauvegardes", "de", "donnees", "client", "chaque", "jour"];

/// A document with a block for each line.
fn document(lines: &[String]) -> Document {
    let mut text = String::new();
    let mut blocks = Vec::new();
    for line in lines {
        let start = text.len();
        text.push_str(line);
        blocks.push(Block::new(BlockKind::Paragraph, Span::new(start, text.len())));
        text.push('\n');
    }
    Document { format: Format::Text, text, pages: Vec::new(), blocks, problems: Vec::new() }
}

/// A catalogue of one point whose only sign begins with these patterns.
fn catalogue(patterns: &[String], concepts: BTreeMap<String, Vec<String>>) -> Catalogue {
    let mut catalogue = points::embedded();
    catalogue.concepts = concepts;
    catalogue.points.truncate(1);
    let point = &mut catalogue.points[0];
    point.concept.clear();
    point.signs.truncate(1);
    let sign = &mut point.signs[0];
    sign.all = vec![points::Item(patterns.to_vec())];
    for list in [&mut sign.none, &mut sign.heading, &mut sign.not_heading, &mut sign.unless_doc] {
        list.clear();
    }
    catalogue
}

/// Ends of the matches of a pattern's rest, one past the last word, that begin at `at`.
fn ends(rest: &[&str], words: &[&str], at: usize, concepts: &BTreeMap<String, Vec<String>>) -> Vec<usize> {
    let Some((element, rest)) = rest.split_first() else { return vec![at] };
    let (gap, element, rest) = match *element {
        ".." => (3, rest[0], &rest[1..]),
        "..." => (8, rest[0], &rest[1..]),
        element => (0, element, rest),
    };
    let mut found = Vec::new();
    for start in at..=at + gap {
        for alternative in element.split('|') {
            let after: Vec<usize> = if let Some(name) = alternative.strip_prefix('{') {
                let patterns = &concepts[name.trim_end_matches('}')];
                let split = |p: &String| p.split(' ').map(str::to_owned).collect::<Vec<_>>();
                patterns
                    .iter()
                    .flat_map(|p| {
                        let elements = split(p);
                        ends(&elements.iter().map(String::as_str).collect::<Vec<_>>(), words, start, concepts)
                    })
                    .collect()
            } else {
                let open = alternative.strip_suffix('*');
                let is = |w: &&str| open.map_or(**w == *alternative, |stem| w.starts_with(stem));
                words.get(start).filter(|w| is(w)).map(|_| start + 1).into_iter().collect()
            };
            found.extend(after.into_iter().flat_map(|end| ends(rest, words, end, concepts)));
        }
    }
    found
}

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn element(&mut self, concepts: bool) -> String {
        let mut alternatives = Vec::new();
        for _ in 0..=self.below(2) {
            alternatives.push(match self.below(6) {
                0 if concepts => "{copy}".to_owned(),
                1 => "sauvegard*".to_owned(),
                _ => WORDS[self.below(WORDS.len())].to_owned(),
            });
        }
        alternatives.join("|")
    }

    fn pattern(&mut self, concepts: bool) -> String {
        let mut elements = vec![self.element(concepts)];
        for _ in 0..self.below(3) {
            elements.push([" ", " .. ", " ... "][self.below(3)].to_owned());
            elements.push(self.element(concepts));
        }
        elements.concat()
    }
}

#[test]
fn the_matcher_finds_what_trying_every_place_finds() {
    let mut dice = Dice(7);
    let mut matches = 0;
    // Short lines: no step of a match comes near the most that is kept.
    for _ in 0..400 {
        let lines: Vec<String> = (0..6)
            .map(|_| (0..dice.below(6) + 1).map(|_| WORDS[dice.below(WORDS.len())]).collect::<Vec<_>>().join(" "))
            .collect();
        let concepts = BTreeMap::from([("copy".to_owned(), vec![dice.pattern(false), dice.pattern(false)])]);
        let patterns: Vec<String> = (0..5).map(|_| dice.pattern(true)).collect();
        let (pool, text) = compile(&catalogue(&patterns, concepts.clone())).expect("the patterns compile");
        let program = Program::new(pool.into(), text.into());
        let document = document(&lines);
        let segments = segment(&document);
        let parties = Parties::default();
        let mut matcher = Matcher::new(&program, &segments, &parties, &Among::All);
        let list = program.row(Table::Lists, program.row(Table::Signs, 0)[6]).to_vec();
        for (pattern, id) in patterns.iter().zip(&list) {
            for (text, line) in lines.iter().enumerate() {
                let words: Vec<&str> = line.split(' ').collect();
                let elements: Vec<&str> = pattern.split(' ').collect();
                let mut expected: Vec<Hit> = (0..words.len())
                    .flat_map(|at| ends(&elements, &words, at, &concepts).into_iter().map(move |end| (at, end)))
                    .map(|(at, end)| (at as u32, end as u32 - 1))
                    .collect();
                expected.sort_unstable();
                expected.dedup();
                let found: Vec<Hit> = matcher.find(text, *id).collect();
                assert_eq!(found, expected, "{pattern:?} in {line:?} with {concepts:?}");
                assert_eq!(matcher.any(text, &[*id]), !expected.is_empty());
                matches += expected.len();
            }
        }
    }
    assert!(matches > 1_000, "only {matches} matches were compared");
}
