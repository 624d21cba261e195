//! The catalogue compiled: every pattern of every point in one lexicon, and for every atom the signs it wakes.

use crate::pattern::{ConceptId, Lexicon, Pattern, PatternError};
use crate::stale;
use points::{Catalogue, Point, Sign};

/// A sign with its patterns compiled.
#[derive(Debug)]
pub struct CompiledSign {
    /// Alternatives of each item of `all`.
    pub all: Vec<Vec<Pattern>>,
    /// Patterns of `none`.
    pub none: Vec<Pattern>,
    /// Patterns of `heading`.
    pub heading: Vec<Pattern>,
    /// Patterns of `not_heading`.
    pub not_heading: Vec<Pattern>,
    /// Patterns of `unless_doc`.
    pub unless_doc: Vec<Pattern>,
}

/// A point with its signs compiled.
#[derive(Debug)]
pub struct CompiledPoint {
    /// One for each of the point's signs.
    pub signs: Vec<CompiledSign>,
}

/// A catalogue ready to judge documents.
#[derive(Debug)]
pub struct Engine {
    /// The catalogue it was made from.
    pub catalogue: Catalogue,
    pub(crate) lexicon: Lexicon,
    pub(crate) points: Vec<CompiledPoint>,
    /// Atom → (point, sign, pattern of the sign's first item) that it may wake.
    pub(crate) woken_by: Vec<Vec<(u32, u32, u32)>>,
    /// Atom → concepts that may match where it stands.
    pub(crate) concepts_of: Vec<Vec<ConceptId>>,
    /// References to law that no longer holds, compiled apart: they are no points and weigh on no verdict.
    pub(crate) stale: Option<Box<Engine>>,
}

impl Engine {
    /// Compiles a catalogue.
    ///
    /// # Errors
    /// [`PatternError`] for the first pattern that is wrong, or a concept that refers to itself.
    pub fn new(catalogue: Catalogue) -> Result<Self, PatternError> {
        let stale = stale::catalogue(&catalogue).map(Self::new).transpose()?.map(Box::new);
        let mut lexicon = Lexicon::default();
        compile_concepts(&mut lexicon, &catalogue)?;
        let mut points = Vec::new();
        for point in &catalogue.points {
            let signs =
                point.signs.iter().map(|sign| compile_sign(&mut lexicon, &point.id, sign)).collect::<Result<_, _>>()?;
            points.push(CompiledPoint { signs });
        }
        let mut woken_by = vec![Vec::new(); lexicon.atom_count()];
        for (p, point) in points.iter().enumerate() {
            for (s, sign) in point.signs.iter().enumerate() {
                for (index, pattern) in sign.all.first().into_iter().flatten().enumerate() {
                    for atom in lexicon.triggers(pattern) {
                        woken_by[atom as usize].push((p as u32, s as u32, index as u32));
                    }
                }
            }
        }
        let mut concepts_of = vec![Vec::new(); lexicon.atom_count()];
        for concept in 0..lexicon.concept_count() as ConceptId {
            for atom in lexicon.wakes(concept) {
                concepts_of[*atom as usize].push(concept);
            }
        }
        Ok(Self { catalogue, lexicon, points, woken_by, concepts_of, stale })
    }

    /// A point of the catalogue by position.
    pub(crate) fn point(&self, index: usize) -> &Point {
        &self.catalogue.points[index]
    }
}

fn compile_sign(lexicon: &mut Lexicon, scope: &str, sign: &Sign) -> Result<CompiledSign, PatternError> {
    let mut each = |patterns: &[String]| -> Result<Vec<Pattern>, PatternError> {
        patterns.iter().map(|p| lexicon.compile(p, scope)).collect()
    };
    Ok(CompiledSign {
        all: sign.all.iter().map(|item| each(&item.0)).collect::<Result<_, _>>()?,
        none: each(&sign.none)?,
        heading: each(&sign.heading)?,
        not_heading: each(&sign.not_heading)?,
        unless_doc: each(&sign.unless_doc)?,
    })
}

/// Concepts may refer to each other, never in a circle.
fn compile_concepts(lexicon: &mut Lexicon, catalogue: &Catalogue) -> Result<(), PatternError> {
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
