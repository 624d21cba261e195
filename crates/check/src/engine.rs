//! A catalogue ready to judge documents: what its points say, and their patterns compiled.

use crate::compile::compile;
use crate::pattern::PatternError;
use crate::program::Program;
use crate::second::{Numbers, TRAINED};
use crate::stale;
use points::{Catalogue, Clause, Point};
use std::borrow::Cow;
use std::sync::OnceLock;

/// A catalogue ready to judge documents.
#[derive(Debug)]
pub struct Engine {
    /// The catalogue it was made from; that of [`Engine::embedded`] lacks pages, cases, clauses and most patterns.
    pub catalogue: Catalogue,
    pub(crate) program: Program,
    /// References to law that no longer holds, compiled apart: they are no points and weigh on no verdict.
    pub(crate) stale: Option<Box<Engine>>,
    /// The second reading's numbers, made when they are first asked for.
    second: OnceLock<Numbers>,
}

/// Bytes that begin where a number of four bytes may.
#[repr(C)]
struct Aligned<B: ?Sized> {
    start: [u32; 0],
    bytes: B,
}

static POOL: &Aligned<[u8]> = &Aligned { start: [], bytes: *include_bytes!(concat!(env!("OUT_DIR"), "/pool.bin")) };
static ATOMS: &str = include_str!(concat!(env!("OUT_DIR"), "/atoms.txt"));
static SECOND: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/second.postcard"));
static CLAUSES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/clauses.postcard"));
static RULES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.postcard"));

impl Engine {
    /// Compiles a catalogue.
    ///
    /// # Errors
    /// [`PatternError`] for the first pattern that is wrong, or a concept that refers to itself.
    pub fn new(catalogue: Catalogue) -> Result<Self, PatternError> {
        let numbers = Numbers::compile(TRAINED, &catalogue).unwrap_or_default();
        Self::with_second(catalogue, numbers)
    }

    /// Compiles a catalogue, with other numbers for the second reading; empty ones leave the signs alone.
    ///
    /// # Errors
    /// [`PatternError`] for the first pattern that is wrong, or a concept that refers to itself.
    pub fn with_second(catalogue: Catalogue, numbers: Numbers) -> Result<Self, PatternError> {
        let (pool, text) = compile(&catalogue)?;
        Self::over(catalogue, Program::new(pool.into(), text.into()), numbers.into())
    }

    /// The engine over the catalogue that the program carries, compiled when the program was built. What only people
    /// read at length (pages, cases, clauses) and what only compiling needs is left out: [`points::embedded`] has it.
    ///
    /// # Panics
    /// Never for a program that was built: the build script wrote and checked the bytes.
    pub fn embedded() -> Self {
        let catalogue = postcard::from_bytes(RULES).expect("the build script wrote a valid catalogue");
        let program = Program::new(pool(), Cow::Borrowed(ATOMS));
        Self::over(catalogue, program, OnceLock::new()).expect("the build script compiled all of it")
    }

    /// The engine of [`Engine::embedded`] with the clauses of its points, for what mends a contract.
    ///
    /// # Panics
    /// Never for a program that was built: the build script wrote and checked the bytes.
    pub fn embedded_with_clauses() -> Self {
        let mut engine = Self::embedded();
        let clauses: Vec<Option<Clause>> = postcard::from_bytes(CLAUSES).expect("the build script wrote valid clauses");
        for (point, clause) in engine.catalogue.points.iter_mut().zip(clauses) {
            point.clause = clause;
        }
        engine
    }

    fn over(catalogue: Catalogue, program: Program, second: OnceLock<Numbers>) -> Result<Self, PatternError> {
        let alone = |catalogue| Self::with_second(catalogue, Numbers::default());
        let stale = stale::catalogue(&catalogue).map(alone).transpose()?.map(Box::new);
        Ok(Self { catalogue, program, stale, second })
    }

    /// The second reading's numbers.
    pub fn second(&self) -> &Numbers {
        // The build script wrote the bytes; a test reads them.
        self.second.get_or_init(|| postcard::from_bytes(SECOND).unwrap_or_default())
    }

    /// A number that tells this engine's points and patterns from others: Fowler, Noll and Vo's hash (FNV-1a, 64 bits).
    pub fn fingerprint(&self) -> u64 {
        let words = self.program.pool().iter().flat_map(|word| word.to_le_bytes());
        let rules = postcard::to_stdvec(&self.catalogue).unwrap_or_default();
        let second = postcard::to_stdvec(self.second()).unwrap_or_default();
        let bytes = words.chain(self.program.text().bytes()).chain(rules).chain(second);
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    /// A point of the catalogue by position.
    pub(crate) fn point(&self, index: usize) -> &Point {
        &self.catalogue.points[index]
    }
}

/// The numbers as they lie in the program, read in place where the machine counts bytes as the file does.
fn pool() -> Cow<'static, [u32]> {
    let bytes: &'static [u8] = &POOL.bytes;
    match bytemuck::try_cast_slice(bytes) {
        Ok(words) if cfg!(target_endian = "little") => Cow::Borrowed(words),
        _ => bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_carries_what_compiling_the_catalogue_gives() {
        let compiled = Engine::new(points::embedded()).expect("every pattern compiles");
        let carried = Engine::embedded();
        assert!(carried.program == compiled.program);
        assert_eq!(carried.catalogue.points.len(), compiled.catalogue.points.len());
        assert!(carried.second() == compiled.second() && !carried.second().keys.is_empty());
        let mending = Engine::embedded_with_clauses();
        assert!(mending.catalogue.points.iter().zip(&compiled.catalogue.points).all(|(a, b)| a.clause == b.clause));
        assert!(matches!(pool(), Cow::Borrowed(_)) || cfg!(target_endian = "big"), "read in place");
    }
}
