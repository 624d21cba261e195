//! The provider's redline: each demand that goes too far is commented and replaced, as a tracked change, by its
//! counter-proposal. What the contract gives the client and the provider can keep stays: a replacement that would
//! take it away, or that turns a point adverse, is left as a comment.

use super::outline::Outline;
use super::spots::after_passage;
use super::{Fixed, Mended, Redliner, Selection, Task, Work};
use crate::provider::Demands;
use check::{Engine, Memory, Reading, Request};
use contract::{Assessment, Document, Folded, Profile, Quote, Span, Verdict};
use readers::SourceMap;

/// Rounds of trying at the most.
const ROUNDS: usize = 6;

/// Mends a contract for the provider. `task` says how its points are judged; `redline` makes the changes of a plan and
/// reads the result as accepted. [`Fixed::before`] and [`Fixed::after`] are about the demands.
///
/// # Errors
/// Those of `redline`.
pub fn fix_demands<E>(
    task: &Task,
    demands: &Demands,
    document: &Document,
    map: &SourceMap,
    redline: Redliner<E>,
) -> Result<Fixed, E> {
    let mut known = Memory::default();
    let points = task.engine.read_again(document, &mut known).assess(&task.request);
    let own = Task {
        engine: demands.engine(),
        request: Request { profile: Some(Profile::Prestataire), facts: Vec::new() },
        selection: Selection::default(),
        answers: task.answers,
        comments: task.comments,
    };
    let mut memory = Memory::default();
    let reading = demands.engine().read_again(document, &mut memory);
    let before = reading.assess(&own.request);
    let mut work = Work::new(&own, (document, &reading), map, (&before, memory));
    work.parties = crate::Parties::of(document, &points);
    work.select();
    // A demand that is not made is no gap: nothing is to be written.
    work.mends.retain(|mend| mend.verdict.verdict == Verdict::Adverse);
    let outline = Outline::of(document, Some(map));
    for mend in &mut work.mends {
        mend.verdict.reason = "la clause va au-delà de ce qu'un prestataire peut tenir.".into();
        // The proposal stands where the demand stood.
        let first = mend.deletions.iter().map(|span| span.end).min();
        mend.spots = first.into_iter().map(|end| after_passage(&outline, end.saturating_sub(1))).collect();
    }
    let mut best = None;
    for round in 0..=ROUNDS {
        if round == ROUNDS {
            // What does not come right is left to a person: comments change no word.
            work.mends.iter_mut().for_each(|mend| mend.at = usize::MAX);
        }
        let Some(plan) = work.plan() else { break };
        let (applied, accepted) = redline(&plan.plan)?;
        let reading = demands.engine().read_again(&accepted, &mut work.memory);
        let after = reading.assess(&own.request);
        let refused = plan.refused(&applied, work.mends.len());
        let trial = Tried { refused: &refused, accepted: &accepted, reading: &reading, after: &after };
        let troubled = work.troubled(&trial, task, &points, &mut known);
        best = Some((applied.bytes, plan.created, after));
        if troubled.is_empty() {
            break;
        }
        for trouble in troubled {
            match trouble {
                Troubled::Still(at, spans) => work.mends[at].deletions.extend(spans),
                Troubled::Comment(at) => work.mends[at].at = usize::MAX,
            }
        }
    }
    let (bytes, after, mended): (_, _, Vec<Mended>) = match best {
        Some((bytes, created, after)) => (Some(bytes), Some(after), work.outcome(&created)),
        None => (None, None, Vec::new()),
    };
    Ok(Fixed { bytes, mended, before, after })
}

/// A plan that was tried.
struct Tried<'a> {
    /// For each mend, whether its clause and whether its deletions were refused.
    refused: &'a [(bool, bool)],
    accepted: &'a Document,
    reading: &'a Reading<'a>,
    after: &'a Assessment,
}

/// What a trial showed to be wrong.
enum Troubled {
    /// The demand is still made, by these words of the original.
    Still(usize, Vec<Span>),
    /// The replacement is refused by the file, or does harm: a comment must do.
    Comment(usize),
}

impl Work<'_> {
    fn troubled(&self, trial: &Tried<'_>, task: &Task, points: &Assessment, known: &mut Memory) -> Vec<Troubled> {
        let mut troubled = Vec::new();
        for (at, mend) in self.mends.iter().enumerate().filter(|(_, mend)| mend.spot().is_some()) {
            let (clause, deletions) = trial.refused[at];
            let made = trial.after.verdicts.iter().any(|v| v.point == mend.point.id && v.verdict == Verdict::Adverse);
            if clause || deletions {
                troubled.push(Troubled::Comment(at));
            } else if made {
                let passages = trial.reading.passages_of(mend.index);
                let adverse = passages.iter().filter(|p| p.verdict == Verdict::Adverse);
                let left: Vec<Span> =
                    adverse.filter_map(|p| self.in_original(trial.accepted.slice(p.span), mend)).collect();
                troubled.push(if left.is_empty() { Troubled::Comment(at) } else { Troubled::Still(at, left) });
            }
        }
        if troubled.is_empty() {
            let after = task.engine.read_again(trial.accepted, known).assess(&task.request);
            troubled.extend(self.harm(task.engine, points, &after));
        }
        troubled
    }

    /// Replacements that turn a point adverse, or take away words that satisfied one.
    fn harm(&self, engine: &Engine, before: &Assessment, after: &Assessment) -> Vec<Troubled> {
        let of = |list: &Assessment, id: &str| list.verdicts.iter().find(|v| v.point == id).map(|v| v.verdict);
        let mut harmed: Vec<usize> = Vec::new();
        for point in &engine.catalogue.points {
            let (was, now) = (of(before, &point.id), of(after, &point.id));
            let lost = was == Some(Verdict::Satisfied) && now.is_some_and(Verdict::is_gap);
            let worse = was != Some(Verdict::Adverse) && now == Some(Verdict::Adverse);
            if !lost && !worse {
                continue;
            }
            let quotes = |list: &'_ Assessment| -> Vec<Quote> {
                list.verdicts.iter().filter(|v| v.point == point.id).flat_map(|v| v.quotes.clone()).collect()
            };
            let taken: Vec<Span> = quotes(before).iter().map(Quote::span).collect();
            let added: Vec<String> =
                quotes(after).iter().map(|q| Folded::of(&q.text).text().trim().to_owned()).collect();
            let takes = |at: &usize| self.mends[*at].deletions.iter().any(|d| taken.iter().any(|s| s.overlaps(d)));
            let says = |at: &usize| {
                let clause = self.mends[*at].clause.as_ref().map(|c| Folded::of(&c.text()).text().to_owned());
                worse && clause.is_some_and(|clause| added.iter().any(|words| clause.contains(words)))
            };
            let tried: Vec<usize> = (0..self.mends.len()).filter(|at| self.mends[*at].spot().is_some()).collect();
            let by: Vec<usize> = tried.iter().copied().filter(|at| says(at) || takes(at)).collect();
            // Nobody's words: the last replacement is given up, then the next, until the harm is gone.
            harmed.extend(if by.is_empty() { tried.last().copied().into_iter().collect() } else { by });
        }
        harmed.sort_unstable();
        harmed.dedup();
        harmed.into_iter().map(Troubled::Comment).collect()
    }
}
