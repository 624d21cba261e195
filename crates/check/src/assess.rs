//! The whole assessment of a document.

use crate::absence::absence;
use crate::commitments::promises;
use crate::confidence::sure;
use crate::decide::{Decision, decide};
use crate::engine::Engine;
use crate::judge::{Finding, Found};
use crate::program::Single;
use crate::reading::Reading;
use crate::second::{Opinion, amend, second_reading};
use crate::segment::Segments;
use crate::stale::stale_references;
use crate::survey::survey;
use contract::{Assessment, Commitment, Document, Fact, PointVerdict, Profile, Quote, Span, Verdict};
use points::Point;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What the caller asks for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The profile; proposed from the document when absent.
    pub profile: Option<Profile>,
    /// Facts that hold beyond those of the profile.
    pub facts: Vec<Fact>,
}

/// Words of a quote at the most; longer sentences are cut around the match.
const MOST_WORDS: usize = 60;

impl Engine {
    /// Judges a document.
    pub fn assess(&self, document: &Document, request: &Request) -> Assessment {
        self.read(document).assess(request)
    }
}

impl Reading<'_> {
    /// The assessment of the document.
    pub fn assess(&self, request: &Request) -> Assessment {
        let Self { engine, document, segments, parties, found, looks, stale } = self;
        let survey = survey(document, segments);
        let profile = request.profile.unwrap_or(survey.profile);
        let mut facts: Vec<Fact> = profile.facts().iter().chain(&request.facts).copied().collect();
        if request.profile.is_none() {
            facts.extend(&survey.facts);
        }
        facts.sort_unstable();
        facts.dedup();
        let reader = Reader::new(document, segments);
        let points = &engine.catalogue.points;
        let twins = engine.program.single(Single::Twins);
        let mut decisions: Vec<Rc<Decision>> = Vec::new();
        for (at, twin) in twins.iter().enumerate() {
            let known = decisions.get(*twin as usize).cloned();
            decisions.push(known.unwrap_or_else(|| Rc::new(decide(&points[at], &found[at]))));
        }
        let sure = sure(points, found, &decisions);
        let mut verdicts: Vec<PointVerdict> = Vec::new();
        let mut promised: Vec<Vec<Commitment>> = Vec::new();
        for (at, point) in points.iter().enumerate() {
            let applies = facts.contains(&point.when);
            let twin = twins[at] as usize;
            let mut verdict = match verdicts.get(twin) {
                Some(known) => {
                    PointVerdict { point: point.id.clone(), severity: point.severity_for(profile), ..known.clone() }
                }
                None => reader.verdict(point, &found[at], &decisions[at], profile, applies),
            };
            promised.push(match promised.get(twin) {
                Some(known) => known.iter().map(|c| Commitment { point: point.id.clone(), ..c.clone() }).collect(),
                None if applies && !survey.foreign => promises(&reader, point, &found[at], &decisions[at]),
                None => Vec::new(),
            });
            verdict.sure = sure[at];
            verdicts.push(verdict);
        }
        let opinions =
            second_reading(engine.second(), segments, points, found, &decisions, &sure, (None, looks.as_deref()));
        for (at, (verdict, opinion)) in verdicts.iter_mut().zip(&opinions).enumerate() {
            if let Some(opinion) = opinion {
                amend(verdict, opinion, &reader, &points[at]);
            }
            // What the contract as a whole speaks against is no promise to hold anybody to.
            let doubted = opinion.as_ref().is_some_and(Opinion::is_against);
            if verdict.verdict == Verdict::Missing || verdict.verdict == Verdict::Weak && doubted {
                promised[at].clear();
            }
            if survey.foreign && verdict.verdict != Verdict::NotApplicable {
                not_judged(verdict);
            }
        }
        Assessment {
            profile,
            profile_proposed: request.profile.is_none(),
            facts,
            provider_names: parties.provider_names.clone(),
            client_names: parties.client_names.clone(),
            remarks: survey.remarks,
            verdicts,
            commitments: promised.into_iter().flatten().collect(),
            stale_references: if survey.foreign {
                Vec::new()
            } else {
                stale_references(engine, &reader, parties, stale.as_deref())
            },
            provider_view: None,
        }
    }
}

/// Turns findings into what a person reads.
pub(crate) struct Reader<'a> {
    pub(crate) document: &'a Document,
    pub(crate) segments: &'a Segments,
    /// (unit, first and last token) → quote: many points quote the same words.
    quotes: RefCell<FxHashMap<(usize, usize, usize), Quote>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(document: &'a Document, segments: &'a Segments) -> Self {
        Self { document, segments, quotes: RefCell::default() }
    }
}

impl Reader<'_> {
    fn verdict(
        &self,
        point: &Point,
        found: &Found,
        decision: &Decision,
        profile: Profile,
        applies: bool,
    ) -> PointVerdict {
        let unreadable = self.document.unreadable_pages().next().is_some();
        let verdict = match decision.verdict {
            _ if !applies => Verdict::NotApplicable,
            Verdict::Missing if unreadable => Verdict::NotReadable,
            verdict => verdict,
        };
        let silent = matches!(verdict, Verdict::Missing | Verdict::NotReadable);
        let shown: Vec<usize> = decision.grounds.iter().chain(&decision.besides).copied().collect();
        let quotes = |list: &[usize]| list.iter().map(|i| self.quote_finding(&found.findings[*i])).collect();
        PointVerdict {
            point: point.id.clone(),
            verdict,
            severity: point.severity_for(profile),
            sure: false,
            quotes: if applies { quotes(&shown) } else { Vec::new() },
            reason: match verdict {
                Verdict::NotApplicable => "Hors du profil choisi.".into(),
                Verdict::NotReadable => "Rien trouvé, mais des pages n'ont pas pu être lues.".into(),
                _ => decision.reason.clone(),
            },
            contrary: if applies { quotes(&decision.contrary) } else { Vec::new() },
            absence: silent.then(|| absence(self, point, found)),
        }
    }

    pub(crate) fn quote_finding(&self, finding: &Finding) -> Quote {
        self.quote(finding.unit, finding.hit.0 as usize, finding.hit.1 as usize)
    }

    /// A quote of a unit, cut around the tokens `first..=last` when it is long.
    pub(crate) fn quote(&self, unit: usize, first: usize, last: usize) -> Quote {
        let key = (unit, first, last);
        if let Some(known) = self.quotes.borrow().get(&key) {
            return known.clone();
        }
        let quote = self.new_quote(unit, first, last);
        self.quotes.borrow_mut().insert(key, quote.clone());
        quote
    }

    fn new_quote(&self, unit: usize, first: usize, last: usize) -> Quote {
        let text = self.segments.units[unit].text;
        let count = self.segments.texts[text].tokens.len();
        let (mut from, mut to) = (0, count.saturating_sub(1));
        if count > MOST_WORDS {
            let spare = MOST_WORDS.saturating_sub(last + 1 - first) / 2;
            from = first.saturating_sub(spare);
            to = (last + spare).min(count - 1);
        }
        let mut span = self.segments.original(text, from, to);
        if to + 1 == count {
            span = span.join(&self.list_after(unit, MOST_WORDS.saturating_sub(to + 1 - from)).unwrap_or(span));
        }
        let span = self.within_piece(text, span, first);
        let page = self.document.page_at(span.start);
        Quote {
            text: squeeze(self.document.slice(span)),
            page: if self.document.has_pages() { page } else { 0 },
            start: span.start,
            end: span.end,
            article: self.article(unit),
            ocr: self.document.ocr_pages().any(|p| p.number == page),
        }
    }

    /// The list that a lead-in introduces ("Les catégories sont :"), as far as it fits into `words`: a lead-in alone
    /// says nothing.
    fn list_after(&self, unit: usize, mut words: usize) -> Option<Span> {
        let mut span = None;
        for (next, here) in self.segments.units.iter().enumerate().skip(unit + 1) {
            let count = self.segments.tokens(next).len();
            if here.intro != Some(unit) || count > words {
                break;
            }
            words -= count;
            span = Some(self.segments.original(here.text, 0, count - 1));
        }
        span
    }

    /// A sentence that continues after a page break has running lines in its middle; the quote keeps to the
    /// piece that holds the match, so that every quote stands word for word in the document.
    fn within_piece(&self, text: usize, span: Span, first: usize) -> Span {
        let at = self.segments.original(text, first, first);
        let running = |b: &&contract::Block| b.kind == contract::BlockKind::Running && span.contains(&b.span());
        let mut span = span;
        for block in self.document.blocks.iter().filter(running) {
            let cut = block.span();
            if cut.end <= at.start {
                span.start = span.start.max(cut.end);
            } else if cut.start >= at.end {
                span.end = span.end.min(cut.start);
            }
        }
        span
    }

    fn article(&self, unit: usize) -> String {
        let titles: Vec<String> = self.segments.units[unit]
            .headings
            .iter()
            .map(|h| {
                let count = self.segments.texts[*h].tokens.len();
                squeeze(self.document.slice(self.segments.original(*h, 0, count.saturating_sub(1))))
            })
            .filter(|t| !t.is_empty())
            .collect();
        titles.join(" › ")
    }
}

/// A verdict on a document in a language that the engine does not read.
fn not_judged(verdict: &mut PointVerdict) {
    verdict.verdict = Verdict::NotReadable;
    verdict.sure = false;
    verdict.quotes.clear();
    verdict.contrary.clear();
    verdict.reason = "Document dans une langue que Clausule ne juge pas.".into();
    verdict.absence = None;
}

/// White space folded to single spaces.
pub(crate) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
