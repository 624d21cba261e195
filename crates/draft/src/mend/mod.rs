//! From the verdicts on a contract to the plan of its changes, tried on the document and mended until every point that
//! was to be mended is, or is left with a comment that says so.

pub mod amend;
mod consolidate;
mod labels;
mod numbers;
mod outline;
mod plan;
mod provider;
mod spots;
mod trial;
mod words;

use crate::answers::Answers;
use crate::clause::{Filling, Rendered, render};
use crate::party::{Parties, curved_apostrophes};
use crate::redline::{Applied, Plan};
use check::{Engine, Memory, Passage, Reading, Request};
use contract::{Assessment, Document, PointVerdict, Severity, Span, Verdict};
use outline::Outline;
use points::Point;
pub use provider::fix_demands;
use readers::SourceMap;
use spots::Spot;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Which points to mend.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only gaps at least so grave; all where none is named.
    pub severity: Option<Severity>,
    /// Only these points; all when empty.
    pub points: Vec<String>,
    /// Only these categories; all when empty.
    pub categories: Vec<String>,
}

impl Selection {
    /// Whether a gap is to be mended.
    pub fn takes(&self, point: &Point, verdict: &PointVerdict) -> bool {
        let named = |list: &[String], id: &str| list.is_empty() || list.iter().any(|n| n.eq_ignore_ascii_case(id));
        verdict.verdict.is_gap()
            && self.severity.is_none_or(|least| verdict.severity >= least)
            && named(&self.points, &point.id)
            && named(&self.categories, point.category())
    }
}

/// What a fix is asked to do.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    /// The engine.
    pub engine: &'a Engine,
    /// Profile and facts.
    pub request: Request,
    /// Which points.
    pub selection: Selection,
    /// What the user answered.
    pub answers: &'a Answers,
    /// Words of the comments that the file already has.
    pub comments: &'a str,
}

/// How a point was mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// A clause was put in.
    Inserted,
    /// A clause takes the place of words that said the contrary.
    Replaced,
    /// A clause was put in because a deletion took away what had satisfied the point.
    Restored,
    /// Only a comment: no clause can mend it here.
    Commented,
    /// Nothing could be done in the file.
    Left,
}

/// What became of a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    /// The point.
    pub point: String,
    /// Its verdict before.
    pub before: Verdict,
    /// How grave the gap is.
    pub severity: Severity,
    /// How it was mended.
    pub how: How,
    /// The heading of the article where the clause stands; empty before the first.
    pub article: String,
    /// Whether the article is new.
    pub created: bool,
    /// The clause.
    pub clause: Option<Rendered>,
}

/// A contract that was mended.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The new file; `None` when there was nothing to change.
    pub bytes: Option<Vec<u8>>,
    /// What became of each point, in catalogue order.
    pub mended: Vec<Mended>,
    /// The assessment before.
    pub before: Assessment,
    /// The assessment of the file with every change accepted.
    pub after: Option<Assessment>,
}

/// Rounds of trying at the most.
const ROUNDS: usize = 6;

/// A point on its way.
pub(crate) struct Mend<'p> {
    pub(crate) index: usize,
    pub(crate) point: &'p Point,
    pub(crate) verdict: PointVerdict,
    pub(crate) clause: Option<Rendered>,
    pub(crate) spots: Vec<Spot>,
    /// The place tried now.
    pub(crate) at: usize,
    /// Words that say the contrary.
    pub(crate) deletions: Vec<Span>,
    /// Whether it stands only because of another's deletion.
    pub(crate) restored: bool,
}

impl Mend<'_> {
    pub(crate) fn spot(&self) -> Option<&Spot> {
        self.clause.as_ref().and_then(|_| self.spots.get(self.at))
    }

    /// The next place; after two of them an article of its own, where a clause says what it says alone.
    pub(crate) fn try_elsewhere(&mut self) {
        let own = self.spots.iter().position(|s| *s == Spot::Own).unwrap_or(0);
        self.at = if self.at == 1 { own.max(2) } else { self.at.saturating_add(1) };
    }
}

/// Makes the changes of a plan and reads the result with every change accepted.
pub type Redliner<'r, E> = &'r mut dyn FnMut(&Plan) -> Result<(Applied, Document), E>;

/// Mends a contract. `redline` makes the changes of a plan and reads the result as accepted.
///
/// # Errors
/// Those of `redline`.
pub fn fix<E>(task: &Task, document: &Document, map: &SourceMap, redline: Redliner<E>) -> Result<Fixed, E> {
    let mut memory = Memory::default();
    let reading = task.engine.read_again(document, &mut memory);
    let before = reading.assess(&task.request);
    let mut work = Work::new(task, (document, &reading), map, (&before, memory));
    work.select();
    // On the text alone first: what is tried on the file then nearly always takes at once.
    let Ok(_) = work.rounds(false, |work| {
        let accepted = |drawn: plan::Drawn| consolidate::planned(document, &drawn.plan);
        let refused = vec![(false, false); work.mends.len()];
        Ok::<_, Infallible>(work.plan().map(|d| Trial { draft: (), refused, accepted: accepted(d) }))
    });
    let tried = work.rounds(true, |work| {
        let Some(drawn) = work.plan() else { return Ok(None) };
        let (applied, accepted) = redline(&drawn.plan)?;
        let refused = drawn.refused(&applied, work.mends.len());
        Ok(Some(Trial { draft: (applied.bytes, drawn.created), refused, accepted }))
    })?;
    let (bytes, after, mended) = match tried {
        Some(((bytes, created), after)) => (Some(bytes), Some(after), work.outcome(&created)),
        None => (None, None, Vec::new()),
    };
    Ok(Fixed { bytes, mended, before, after })
}

/// A draft of all changes and the contract as it would be with them.
pub(crate) struct Trial<D> {
    /// The draft.
    pub(crate) draft: D,
    /// For each mend, whether its clause and whether its deletions were refused a place.
    pub(crate) refused: Vec<(bool, bool)>,
    /// The contract with every change accepted.
    pub(crate) accepted: Document,
}

/// An article's last numbered paragraph: its block, its label, whether the word processor writes it; none where none is numbered.
type Numbered = Option<(usize, labels::Label, bool)>;

/// What a trial showed.
pub(crate) enum Trouble {
    /// The mend at this position of the list did not take where it stands.
    Move(usize),
    /// Its point is still contradicted, by these words of the original.
    Delete(usize, Vec<Span>),
    /// Its deletions can't be made: a comment must do.
    Comment(usize),
    /// A point that was satisfied no longer is.
    Restore(usize),
    /// New articles have no safe place where they were put.
    Articles,
}

pub(crate) struct Work<'a> {
    pub(crate) task: &'a Task<'a>,
    pub(crate) document: &'a Document,
    pub(crate) map: &'a SourceMap,
    pub(crate) before: &'a Assessment,
    pub(crate) request: Request,
    pub(crate) outline: Outline<'a>,
    pub(crate) parties: Parties,
    pub(crate) curved: bool,
    pub(crate) passages: Vec<Vec<Passage>>,
    pub(crate) sentences: Vec<Span>,
    pub(crate) mends: Vec<Mend<'a>>,
    /// Places for new articles that were refused.
    pub(crate) attempt: usize,
    /// What was said of the sentences judged so far.
    pub(crate) memory: Memory,
    /// Article → its last numbered paragraph, once it was looked for.
    pub(crate) numbered: RefCell<BTreeMap<usize, Numbered>>,
}

impl<'a> Work<'a> {
    fn new(
        task: &'a Task<'a>,
        (document, reading): (&'a Document, &Reading),
        map: &'a SourceMap,
        (before, memory): (&'a Assessment, Memory),
    ) -> Self {
        Self {
            task,
            document,
            map,
            before,
            request: Request { profile: Some(before.profile), facts: before.facts.clone() },
            outline: Outline::of(document, Some(map)),
            parties: Parties::of(document, before),
            curved: curved_apostrophes(document),
            passages: reading.passages(),
            sentences: reading.sentences(),
            mends: Vec::new(),
            attempt: 0,
            memory,
            numbered: RefCell::default(),
        }
    }

    /// Drafts, looks at what the contract would become, and drafts anew until every point is mended or, where `leaves`
    /// is set, left; the last draft with the assessment of what it makes of the contract. `None` when there is nothing
    /// to change.
    fn rounds<D, E>(
        &mut self,
        leaves: bool,
        mut draft: impl FnMut(&Self) -> Result<Option<Trial<D>>, E>,
    ) -> Result<Option<(D, Assessment)>, E> {
        let mut best = None;
        for round in 0..ROUNDS {
            let Some(trial) = draft(self)? else { break };
            let reading = self.task.engine.read_again(&trial.accepted, &mut self.memory);
            let after = reading.assess(&self.request);
            let troubles = self.troubles(&trial.refused, &after, (&trial.accepted, &reading));
            best = Some((trial.draft, after));
            if troubles.is_empty() {
                break;
            }
            self.mend_troubles(&troubles, leaves && round + 2 >= ROUNDS);
        }
        Ok(best)
    }

    /// The gaps to mend.
    fn select(&mut self) {
        let points = &self.task.engine.catalogue.points;
        for (index, point) in points.iter().enumerate() {
            let Some(verdict) = self.before.verdicts.iter().find(|v| v.point == point.id) else { continue };
            if self.task.selection.takes(point, verdict) {
                let mend = self.mend(index, verdict.clone(), false);
                let told = self.task.comments.contains(&words::tag(point));
                if !told && (mend.clause.is_some() || !verdict.quotes.is_empty()) {
                    self.mends.push(mend);
                }
            }
        }
    }

    fn mend(&self, index: usize, verdict: PointVerdict, restored: bool) -> Mend<'a> {
        let task: &'a Task<'a> = self.task;
        let point = &task.engine.catalogue.points[index];
        let filling = Filling {
            parties: &self.parties,
            profile: self.before.profile,
            answers: task.answers,
            assessment: Some(self.before),
        };
        let mut clause = render(point, &filling);
        if self.curved {
            let paragraphs = clause.iter_mut().flat_map(|c| &mut c.paragraphs);
            paragraphs.for_each(|p| p.text = p.text.replace('\'', "\u{2019}"));
        }
        let passages = if restored { &[][..] } else { &self.passages[index][..] };
        let adverse = |p: &&Passage| p.verdict == Verdict::Adverse;
        let deletions: Vec<Span> = passages.iter().filter(adverse).map(|p| p.span).collect();
        // A duty of the client on the same matter is no place for the provider's.
        let told = verdict.quotes.iter().map(contract::Quote::span);
        let own =
            |q: &Span| !passages.iter().any(|p| p.contrary && p.verdict != Verdict::Adverse && p.span.overlaps(q));
        let beside: Vec<Span> = if restored { Vec::new() } else { told.filter(own).collect() };
        let spots = match &point.clause {
            Some(clause) => spots::spots(&self.outline, self.before, point, clause, &beside),
            None => Vec::new(),
        };
        let spots = spots.into_iter().filter(|s| self.fits(index, s)).collect();
        Mend { index, point, verdict, clause, spots, at: 0, deletions, restored }
    }
}
