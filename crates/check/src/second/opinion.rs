//! What the second reading holds of each point.

use super::numbers::{CLASSES, INPUTS, Numbers};
use super::weigh::{Look, Said, Told, Weigher};
use crate::confidence::sure;
use crate::decide::{Decision, decide};
use crate::engine::Engine;
use crate::judge::{Found, Judge};
use crate::parties::Parties;
use crate::segment::{Segments, segment};
use contract::{Document, Verdict};
use points::Point;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Units below which a text is no contract but a clause or two: the second reading, which learnt from whole
/// contracts, says nothing of it.
pub const FEWEST_UNITS: usize = 25;

/// What the second reading holds of a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    /// Probability of each of [`CLASSES`].
    pub probabilities: [f64; 4],
    /// What it was told.
    pub told: Told,
    /// Words of the nearest unit that speak for the point, with their weights; only where they were asked for.
    pub words: Vec<(String, f32)>,
}

impl Opinion {
    /// The probability of a verdict; 0 for those it does not give.
    pub fn of(&self, verdict: Verdict) -> f64 {
        CLASSES.iter().position(|c| *c == verdict).map_or(0.0, |i| self.probabilities[i])
    }

    /// Whether it is likelier that nothing is promised, or the contrary, than that anything is.
    pub fn is_against(&self) -> bool {
        self.of(Verdict::Missing) + self.of(Verdict::Adverse) > self.of(Verdict::Satisfied) + self.of(Verdict::Weak)
    }

    /// The likeliest verdict.
    pub fn verdict(&self) -> Verdict {
        let mut best = 0;
        for (i, p) in self.probabilities.iter().enumerate() {
            if *p > self.probabilities[best] {
                best = i;
            }
        }
        CLASSES[best]
    }

    /// The inputs that spoke most for a verdict against another, with what each brought, the strongest first.
    pub fn reasons(&self, numbers: &Numbers, verdict: Verdict, against: Verdict) -> Vec<(&'static str, f64)> {
        let place = |v: Verdict| CLASSES.iter().position(|c| *c == v);
        let (Some(a), Some(b)) = (place(verdict), place(against)) else { return Vec::new() };
        let inputs = INPUTS.iter().zip(&self.told.inputs).zip(&numbers.stack);
        let mut out: Vec<(&str, f64)> = inputs
            .map(|((name, value), s)| (*name, (value - s.mean) / s.deviation * (s.weights[a] - s.weights[b])))
            .collect();
        out.sort_by(|x, y| y.1.abs().total_cmp(&x.1.abs()).then_with(|| x.0.cmp(y.0)));
        out
    }
}

/// The opinion on each of `points` that the numbers know; none where the text is too short. `explained` is the
/// position of a point whose words are asked for; `looks` are those of the units, where they are known.
pub(crate) fn second_reading(
    numbers: &Numbers,
    segments: &Segments,
    points: &[Point],
    found: &[Rc<Found>],
    decisions: &[Rc<Decision>],
    sure: &[bool],
    (explained, looks): (Option<usize>, Option<&[Rc<Look>]>),
) -> Vec<Option<Opinion>> {
    let mut opinions = vec![None; points.len()];
    if segments.units.len() < FEWEST_UNITS || numbers.stack.is_empty() {
        return opinions;
    }
    let (places, said) = said(numbers, points, found, decisions, sure);
    let weigher = Weigher::with(numbers, segments, &said, looks);
    for ((place, said), told) in places.iter().zip(&said).zip(weigher.told(&said)) {
        let words = match explained {
            Some(point) if point == *place => weigher.telling_words(told.unit, said.number, 8),
            _ => Vec::new(),
        };
        opinions[*place] = Some(Opinion { probabilities: numbers.probabilities(&told.inputs), told, words });
    }
    opinions
}

/// The points that the numbers know, by position, and what the signs say of them.
fn said<'p>(
    numbers: &Numbers,
    points: &'p [Point],
    found: &[Rc<Found>],
    decisions: &[Rc<Decision>],
    sure: &[bool],
) -> (Vec<usize>, Vec<Said<'p>>) {
    let known: FxHashMap<&str, usize> = numbers.points.iter().enumerate().map(|(i, p)| (p.as_str(), i)).collect();
    let of = |(place, point): (usize, &'p Point)| {
        let number = *known.get(point.id.as_str())?;
        Some((place, Said::new(number, point.category(), &found[place], &decisions[place], sure[place])))
    };
    points.iter().enumerate().filter_map(of).unzip()
}

impl Numbers {
    /// The probability of each of [`CLASSES`] for some inputs.
    pub fn probabilities(&self, inputs: &[f64]) -> [f64; 4] {
        let mut scores = self.bias;
        for (value, stack) in inputs.iter().zip(&self.stack) {
            let value = (value - stack.mean) / stack.deviation;
            for (score, weight) in scores.iter_mut().zip(stack.weights) {
                *score += weight * value;
            }
        }
        let highest = scores.iter().copied().fold(f64::MIN, f64::max);
        let shares = scores.map(|s| (s - highest).exp());
        let sum: f64 = shares.iter().sum();
        shares.map(|s| s / sum)
    }
}

/// A document as the signs leave it, for training.
pub struct Signalled {
    /// Its units.
    pub segments: Segments,
    found: Vec<Rc<Found>>,
    decisions: Vec<Rc<Decision>>,
    sure: Vec<bool>,
}

impl Engine {
    /// What the signs alone say, without the second reading.
    pub fn signs(&self, document: &Document) -> Signalled {
        let segments = segment(document);
        let parties = Parties::learn(document, &segments);
        let found = Judge::new(self, &segments, &parties).judge();
        let points = &self.catalogue.points;
        let decisions: Vec<Rc<Decision>> = points.iter().zip(&found).map(|(p, f)| Rc::new(decide(p, f))).collect();
        let sure = sure(points, &found, &decisions);
        Signalled { segments, found, decisions, sure }
    }
}

impl Signalled {
    /// What the signs of `points`, those of the engine that read it, say of each point that the numbers know.
    pub fn said<'p>(&self, numbers: &Numbers, points: &'p [Point]) -> Vec<Said<'p>> {
        said(numbers, points, &self.found, &self.decisions, &self.sure).1
    }
}
