//! From the patterns that points write to the pool of numbers that documents are judged with.

use crate::pattern::{Alternative, Lexicon, Pattern, PatternError};
use crate::program::{BEGINNING, CONCEPT, EXACT, NONE, Rows, Table, pool, slots};
use points::{Catalogue, Kind, Point, Sign};
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// Things given a number each, equal ones the same.
struct Distinct<T> {
    ids: FxHashMap<T, u32>,
    all: Vec<T>,
}

impl<T: Clone + Eq + Hash> Distinct<T> {
    fn new() -> Self {
        Self { ids: FxHashMap::default(), all: Vec::new() }
    }

    fn id(&mut self, thing: T) -> u32 {
        if let Some(id) = self.ids.get(&thing) {
            return *id;
        }
        let id = self.all.len() as u32;
        self.ids.insert(thing.clone(), id);
        self.all.push(thing);
        id
    }
}

/// A catalogue while it is compiled.
struct Compiler {
    lexicon: Lexicon,
    patterns: Distinct<Vec<u32>>,
    /// For each pattern, how it was first written, for what wakes it.
    written: Vec<Pattern>,
    lists: Distinct<Vec<u32>>,
    /// Declared concept → distinct concept.
    concepts: Vec<u32>,
    /// Distinct concept: its patterns, and whether it is a party (which equals nothing else).
    distinct: Distinct<(Vec<u32>, Option<u32>)>,
    guards: Vec<Vec<u32>>,
}

/// Compiles a catalogue into the pool and the text of a program.
///
/// # Errors
/// [`PatternError`] for the first pattern that is wrong, or a concept that refers to itself.
pub fn compile(catalogue: &Catalogue) -> Result<(Vec<u32>, String), PatternError> {
    let mut lexicon = Lexicon::default();
    let order = concepts(&mut lexicon, catalogue)?;
    let mut compiler = Compiler {
        concepts: vec![NONE; lexicon.concept_count()],
        lexicon,
        patterns: Distinct::new(),
        written: Vec::new(),
        lists: Distinct::new(),
        distinct: Distinct::new(),
        guards: Vec::new(),
    };
    for concept in order {
        compiler.settle(concept);
    }
    let mut signs: Distinct<Vec<u32>> = Distinct::new();
    let mut kinds: Distinct<(u32, Vec<u8>)> = Distinct::new();
    let mut homes = Vec::new();
    let mut points = Rows::default();
    for (at, point) in catalogue.points.iter().enumerate() {
        let mut row = Vec::new();
        for (position, sign) in point.signs.iter().enumerate() {
            let lists = compiler.sign(&point.id, sign)?;
            let class = kinds.id((signs.id(lists.clone()), manner(point.kind, sign)));
            if class as usize == homes.len() {
                homes.push([vec![at as u32, position as u32], lists].concat());
            }
            row.push(class);
        }
        points.push(row);
    }
    Ok(compiler.freeze(catalogue, homes, points))
}

/// Concepts may refer to each other, never in a circle; those that others refer to come first.
fn concepts(lexicon: &mut Lexicon, catalogue: &Catalogue) -> Result<Vec<u32>, PatternError> {
    let shared = catalogue.concepts.iter().map(|(name, patterns)| (String::new(), name.clone(), patterns));
    let local = catalogue
        .points
        .iter()
        .flat_map(|p| p.concept.iter().map(|(name, patterns)| (p.id.clone(), format!("{}/{name}", p.id), patterns)));
    let all: Vec<(String, String, &Vec<String>)> = shared.chain(local).collect();
    for (_, name, _) in &all {
        lexicon.declare(name);
    }
    for (scope, name, patterns) in &all {
        let id = lexicon.declare(name);
        let patterns = patterns.iter().map(|p| lexicon.compile(p, scope)).collect::<Result<_, _>>()?;
        lexicon.define(id, patterns);
    }
    lexicon.finish()
}

/// How a sign turns what matched into a verdict: all that is not patterns and not names.
fn manner(kind: Kind, sign: &Sign) -> Vec<u8> {
    let Sign { verdict, near, strict, owes, stance, figure, client, soft, negated, .. } = sign;
    format!("{:?}", (kind, verdict, near, strict, owes, stance, figure, client, soft, negated)).into_bytes()
}

impl Compiler {
    /// Gives a concept the number of an equal one, once those it refers to have theirs.
    fn settle(&mut self, concept: u32) {
        let written = self.lexicon.concept(concept).to_vec();
        let patterns = written.iter().map(|p| self.pattern(p)).collect();
        let role = self.lexicon.is_role(concept);
        let id = self.distinct.id((patterns, role.then_some(concept)));
        if id as usize == self.guards.len() {
            let by_name = !role && written.iter().any(|p| self.lexicon.triggers(p).by_name);
            self.guards.push(if by_name { self.lexicon.wakes(concept).to_vec() } else { Vec::new() });
        }
        self.concepts[concept as usize] = id;
    }

    fn pattern(&mut self, pattern: &Pattern) -> u32 {
        let mut code = Vec::new();
        for element in &pattern.0 {
            let mut alternatives = Vec::new();
            for alternative in &element.alternatives {
                match alternative {
                    Alternative::Concept(id) => alternatives.push(CONCEPT | self.concepts[*id as usize]),
                    Alternative::Words(words) => {
                        alternatives.push(words.len() as u32);
                        alternatives.extend(words);
                    }
                }
            }
            code.extend([u32::from(element.gap), element.alternatives.len() as u32, alternatives.len() as u32]);
            code.extend(alternatives);
        }
        let id = self.patterns.id(code);
        if id as usize == self.written.len() {
            self.written.push(pattern.clone());
        }
        id
    }

    fn list(&mut self, scope: &str, patterns: &[String]) -> Result<u32, PatternError> {
        let mut list = Vec::new();
        for text in patterns {
            let pattern = self.lexicon.compile(text, scope)?;
            list.push(self.pattern(&pattern));
        }
        Ok(self.lists.id(list))
    }

    /// The lists of a sign in the order of [`Table::Signs`].
    fn sign(&mut self, scope: &str, sign: &Sign) -> Result<Vec<u32>, PatternError> {
        let mut lists = Vec::new();
        for patterns in [&sign.none, &sign.heading, &sign.not_heading, &sign.unless_doc] {
            lists.push(self.list(scope, patterns)?);
        }
        for item in &sign.all {
            lists.push(self.list(scope, &item.0)?);
        }
        Ok(lists)
    }

    fn freeze(self, catalogue: &Catalogue, signs: Vec<Vec<u32>>, points: Rows) -> (Vec<u32>, String) {
        let atoms = self.lexicon.atoms(EXACT as char, BEGINNING as char);
        let mut begins = vec![Vec::new(); self.patterns.all.len()];
        for (sign, row) in signs.iter().enumerate() {
            for pattern in row.get(6).into_iter().flat_map(|list| &self.lists.all[*list as usize]) {
                let begun: &mut Vec<u32> = &mut begins[*pattern as usize];
                if begun.last() != Some(&(sign as u32)) {
                    begun.push(sign as u32);
                }
            }
        }
        let mut woken_by = vec![Vec::new(); atoms.len()];
        let mut guards = Rows::default();
        for (id, pattern) in self.written.iter().enumerate() {
            let triggers = self.lexicon.triggers(pattern);
            let used = !begins[id].is_empty();
            for atom in triggers.atoms.iter().filter(|_| used) {
                woken_by[*atom as usize].push(id as u32);
            }
            guards.push(if used && triggers.by_name { triggers.atoms } else { Vec::new() });
        }
        let mut text = String::new();
        let mut starts = vec![0];
        for atom in &atoms {
            text.push_str(atom);
            starts.push(text.len() as u32);
        }
        let role = |name| self.lexicon.declared(name).map_or(NONE, |id| self.concepts[id as usize]);
        let singles = [twins(&catalogue.points), vec![role("provider"), role("client")], starts, slots(&atoms)];
        let tables: [Rows; Table::Singles as usize + 1] = [
            self.patterns.all.into_iter().collect(),
            self.distinct.all.into_iter().map(|(patterns, _)| patterns).collect(),
            self.guards.into_iter().collect(),
            guards,
            self.lists.all.into_iter().collect(),
            signs.into_iter().collect(),
            points,
            woken_by.into_iter().collect(),
            begins.into_iter().collect(),
            singles.into_iter().collect(),
        ];
        (pool(tables), text)
    }
}

/// For each point the first that asks the same: the answer may be found once for both.
fn twins(points: &[Point]) -> Vec<u32> {
    let mut first: FxHashMap<String, u32> = FxHashMap::default();
    let key =
        |p: &Point| format!("{:?}", (p.when, p.kind, &p.looked_for, &p.needs, p.adverse_first, &p.concept, &p.signs));
    points.iter().enumerate().map(|(at, point)| *first.entry(key(point)).or_insert(at as u32)).collect()
}
