//! A document with what every sign says in it: verdicts and passages are drawn from it, as often as they are asked for.

use crate::decide::decide;
use crate::engine::Engine;
use crate::judge::{Found, Judge};
use crate::memory::{Memory, Met};
use crate::parties::Parties;
use crate::second::Look;
use crate::segment::{Segments, segment};
use contract::{Document, Fact, Verdict};
use std::rc::Rc;

/// A document that was read against a catalogue.
pub struct Reading<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) document: &'a Document,
    pub(crate) segments: Segments,
    pub(crate) parties: Parties,
    /// What was found for each point, in catalogue order.
    pub(crate) found: Vec<Rc<Found>>,
    /// How each unit looks to the second reading, where it is known.
    pub(crate) looks: Option<Vec<Rc<Look>>>,
    /// What was found for each stale reference, where it is known.
    pub(crate) stale: Option<Vec<Rc<Found>>>,
}

impl Engine {
    /// Reads a document; nothing that is asked of the reading afterwards matches a pattern again.
    pub fn read<'a>(&'a self, document: &'a Document) -> Reading<'a> {
        let segments = segment(document);
        let parties = Parties::learn(document, &segments);
        let found = Judge::new(self, &segments, &parties).judge();
        Reading { engine: self, document, segments, parties, found, looks: None, stale: None }
    }

    /// Reads a document like [`Engine::read`], judging only the sentences that `memory` has not met.
    pub fn read_again<'a>(&'a self, document: &'a Document, memory: &mut Memory) -> Reading<'a> {
        let segments = segment(document);
        let parties = Parties::learn(document, &segments);
        let Met { found, looks, stale } = memory.meet(self, &segments, &parties);
        Reading { engine: self, document, segments, parties, found, looks, stale }
    }

    /// Whether a few sentences alone satisfy the point at a position of the catalogue, for a profile with these facts: the
    /// verdict of [`Engine::assess`] on a text too short for a second reading, at the cost of one point.
    pub fn satisfies(&self, document: &Document, point: usize, facts: &[Fact]) -> bool {
        let segments = segment(document);
        let parties = Parties::learn(document, &segments);
        let found = Judge::new(self, &segments, &parties).judge_one(point);
        let point = self.point(point);
        facts.contains(&point.when) && decide(point, &found).verdict == Verdict::Satisfied
    }
}
