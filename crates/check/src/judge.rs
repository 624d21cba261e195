//! Signs against units: what speaks for which verdict, and what came near.

use crate::engine::{CompiledSign, Engine};
use crate::frame::{Frame, Framer, starts_with_pronoun_words};
use crate::matcher::{Hit, Matcher};
use crate::parties::Parties;
use crate::pattern::Pattern;
use crate::quantities::{Figure, figures};
use crate::segment::Segments;
use contract::{Debtor, Quantity, Verdict};
use points::{Kind, Measure, Owes, Sign, Turn};
use rustc_hash::FxHashMap;

/// A sign that speaks in a unit.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The sign's position in its point.
    pub sign: usize,
    /// The unit.
    pub unit: usize,
    /// First and last token that matched in the unit.
    pub hit: Hit,
    /// The verdict it speaks for, after the frame was weighed.
    pub verdict: Verdict,
    /// The frame.
    pub frame: Frame,
    /// The figures of the unit that met the sign's condition.
    pub figures: Vec<Quantity>,
    /// How strongly it speaks; for ranking only.
    pub strength: i32,
    /// What the frame took from the sign's verdict, if anything.
    pub turned: Option<Reason>,
}

/// Why a sign does not speak, or speaks less, in a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The item of `all` at this position is not there.
    Lacks(usize),
    /// The right words stand in a section on another matter.
    Elsewhere,
    /// A word that shows another matter stands beside.
    Other,
    /// The client owes it.
    ClientOwes,
    /// Nobody, or another party, owes it.
    OtherOwes,
    /// No figure, or not within the bound.
    NoFigure,
    /// A best effort, an option.
    NotFirm,
    /// Under a negation or an exclusion.
    Negated,
    /// A definition.
    Definition,
}

/// A unit where a sign nearly spoke.
#[derive(Debug, Clone, Copy)]
pub struct Rejection {
    /// The sign.
    pub sign: usize,
    /// The unit.
    pub unit: usize,
    /// What matched.
    pub hit: Hit,
    /// Why it does not count.
    pub reason: Reason,
    /// How many items matched.
    pub near: usize,
}

/// What was found for one point.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Signs that speak.
    pub findings: Vec<Finding>,
    /// Units that came near.
    pub rejections: Vec<Rejection>,
}

/// Judges the signs of every point on every unit.
pub struct Judge<'a> {
    engine: &'a Engine,
    segments: &'a Segments,
    matcher: Matcher<'a>,
    framer: Framer<'a>,
    figures: FxHashMap<usize, Vec<Figure>>,
    heading_memo: FxHashMap<(usize, usize), bool>,
}

/// Places of the first item tried in one unit.
const MOST_FIRSTS: usize = 6;

/// Rejections kept for a point; more are of no use to a reader.
const MOST_REJECTIONS: usize = 64;

impl<'a> Judge<'a> {
    /// A judge of one document.
    pub fn new(engine: &'a Engine, segments: &'a Segments, parties: &'a Parties) -> Self {
        Self {
            engine,
            segments,
            matcher: Matcher::new(&engine.lexicon, &engine.concepts_of, segments, parties),
            framer: Framer::new(segments, parties),
            figures: FxHashMap::default(),
            heading_memo: FxHashMap::default(),
        }
    }

    /// What was found for each point, in catalogue order.
    pub fn judge(&mut self) -> Vec<Found> {
        let mut found = vec![Found::default(); self.engine.points.len()];
        let mut woken: Vec<(u32, u32, u32)> = Vec::new();
        for unit in 0..self.segments.units.len() {
            let text = self.segments.units[unit].text;
            woken.clear();
            for (atom, _) in self.matcher.places(text) {
                woken.extend_from_slice(&self.engine.woken_by[*atom as usize]);
            }
            woken.sort_unstable();
            woken.dedup();
            for group in woken.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let (point, sign) = (group[0].0 as usize, group[0].1 as usize);
                self.try_sign(point, sign, unit, group, &mut found[point]);
            }
        }
        for (point, found) in found.iter_mut().enumerate() {
            self.void(point, found);
        }
        found
    }

    fn try_sign(&mut self, point: usize, sign: usize, unit: usize, woken: &[(u32, u32, u32)], found: &mut Found) {
        let engine = self.engine;
        let compiled = &engine.points[point].signs[sign];
        let patterns = woken.iter().map(|(_, _, pattern)| &compiled.all[0][*pattern as usize]);
        let firsts = self.first_matches(self.segments.units[unit].text, patterns);
        let mut nearest: Option<Rejection> = None;
        for first in firsts.into_iter().take(MOST_FIRSTS) {
            match self.weigh(point, sign, compiled, unit, first) {
                Ok(finding) => return found.findings.push(finding),
                Err((reason, near)) if nearest.is_none_or(|n| n.near < near) => {
                    nearest = Some(Rejection { sign, unit, hit: first, reason, near });
                }
                Err(_) => {}
            }
        }
        if let Some(rejection) = nearest.filter(|_| found.rejections.len() < MOST_REJECTIONS) {
            found.rejections.push(rejection);
        }
    }

    fn weigh(
        &mut self,
        point: usize,
        index: usize,
        compiled: &CompiledSign,
        unit: usize,
        first: Hit,
    ) -> Result<Finding, (Reason, usize)> {
        let engine = self.engine;
        let sign = &engine.point(point).signs[index];
        let hit = self.match_items(sign, compiled, unit, first)?;
        let near = compiled.all.len();
        let text = self.segments.units[unit].text;
        if compiled.none.iter().any(|p| !self.matcher.find(text, p).is_empty()) {
            return Err((Reason::Other, near));
        }
        if !compiled.heading.is_empty() && !self.under(unit, &compiled.heading)
            || self.under(unit, &compiled.not_heading)
        {
            return Err((Reason::Elsewhere, near));
        }
        let figures = self.figures_for(sign, unit, hit).ok_or((Reason::NoFigure, near))?;
        let frame = self.framer.frame(unit, hit.0 as usize, hit.1 as usize);
        let (verdict, turned) = turn(sign, engine.point(point).kind, &frame).map_err(|r| (r, near))?;
        let strength = strength(sign, &frame, verdict, self.segments.units[unit].headings.len());
        Ok(Finding { sign: index, unit, hit, verdict, frame, figures, strength, turned })
    }

    /// The span of the items that matched in the unit, or the first item that is nowhere.
    fn match_items(
        &mut self,
        sign: &Sign,
        compiled: &CompiledSign,
        unit: usize,
        first: Hit,
    ) -> Result<Hit, (Reason, usize)> {
        let text = self.segments.units[unit].text;
        let mut hit = first;
        let spread = |a: Hit, b: Hit| (a.0.min(b.0), a.1.max(b.1));
        for (index, item) in compiled.all.iter().enumerate().skip(1) {
            let mut best: Option<Hit> = None;
            for pattern in item {
                for found in self.matcher.find(text, pattern) {
                    let wide = |h: Hit| spread(hit, h).1 - spread(hit, h).0;
                    if best.is_none_or(|b| wide(found) < wide(b)) {
                        best = Some(found);
                    }
                }
            }
            match best {
                Some(found) if sign.near.is_none_or(|n| spread(hit, found).1 - spread(hit, found).0 <= n) => {
                    hit = spread(hit, found);
                }
                None if !sign.strict && self.in_context(unit, item) => {}
                _ => return Err((Reason::Lacks(index), index)),
            }
        }
        Ok(hit)
    }

    fn first_matches<'p>(&mut self, text: usize, patterns: impl Iterator<Item = &'p Pattern>) -> Vec<Hit> {
        let mut hits: Vec<Hit> = patterns.flat_map(|p| self.matcher.find(text, p)).collect();
        hits.sort_unstable();
        hits.dedup();
        hits
    }

    /// Whether an item matches in the headings, the lead-in, the columns' names, or the sentence before when
    /// this one goes on about it.
    fn in_context(&mut self, unit: usize, item: &[Pattern]) -> bool {
        let segments = self.segments;
        let here = &segments.units[unit];
        let mut texts: Vec<usize> = here.headings.clone();
        texts.extend(here.columns);
        let mut intro = here.intro;
        for _ in 0..3 {
            let Some(lead) = intro else { break };
            texts.push(segments.units[lead].text);
            intro = segments.units[lead].intro;
        }
        // The rest of the same sentence after a semicolon.
        let block = segments.texts[here.text].block;
        let rest = segments.units[unit + 1..].iter().take_while(|u| segments.texts[u.text].block == block);
        texts.extend(rest.filter(|u| u.intro == Some(unit)).map(|u| u.text));
        if let Some(previous) = here.previous
            && starts_with_pronoun_words(segments, here.text)
        {
            texts.push(segments.units[previous].text);
        }
        texts.into_iter().any(|text| item.iter().any(|p| !self.matcher.find(text, p).is_empty()))
    }

    fn under(&mut self, unit: usize, patterns: &[Pattern]) -> bool {
        if patterns.is_empty() {
            return false;
        }
        let segments = self.segments;
        segments.units[unit].headings.iter().any(|heading| {
            let key = (*heading, patterns.as_ptr() as usize);
            if let Some(known) = self.heading_memo.get(&key) {
                return *known;
            }
            let matches = patterns.iter().any(|p| !self.matcher.find(*heading, p).is_empty());
            self.heading_memo.insert(key, matches);
            matches
        })
    }

    /// The figures that meet the sign's condition, nearest first; an empty list when it asks for none.
    fn figures_for(&mut self, sign: &Sign, unit: usize, hit: Hit) -> Option<Vec<Quantity>> {
        let text = self.segments.units[unit].text;
        let segments = self.segments;
        let all = self.figures.entry(text).or_insert_with(|| figures(segments, text));
        let Some(condition) = &sign.figure else {
            return Some(all.iter().map(|f| f.quantity).collect());
        };
        let distance = |f: &Figure| if f.last < hit.0 { hit.0 - f.last } else { f.first.saturating_sub(hit.1) };
        let mut met: Vec<&Figure> = all.iter().filter(|f| meets(condition, &f.quantity)).collect();
        met.sort_by_key(|f| distance(f));
        (!met.is_empty()).then(|| met.into_iter().map(|f| f.quantity).collect())
    }

    /// Signs that another sign of the point, or something in the document, makes void.
    fn void(&mut self, point: usize, found: &mut Found) {
        let engine = self.engine;
        let signs = &engine.point(point).signs;
        let spoken: Vec<&str> = found.findings.iter().filter_map(|f| signs[f.sign].name.as_deref()).collect();
        let mut gone = vec![false; signs.len()];
        for (index, sign) in signs.iter().enumerate() {
            gone[index] = sign.unless_sign.iter().any(|n| spoken.contains(&n.as_str()));
            let patterns = &engine.points[point].signs[index].unless_doc;
            if !gone[index] && !patterns.is_empty() && found.findings.iter().any(|f| f.sign == index) {
                gone[index] = (0..self.segments.units.len())
                    .any(|u| patterns.iter().any(|p| !self.matcher.find(self.segments.units[u].text, p).is_empty()));
            }
        }
        found.findings.retain(|f| !gone[f.sign]);
    }
}

fn meets(condition: &points::Figure, quantity: &Quantity) -> bool {
    let value = match (condition.measure, quantity) {
        (Measure::Duration | Measure::Any, Quantity::Duration(d)) => d.hours(),
        (Measure::Percent | Measure::Any, Quantity::Percent(p)) => *p,
        (Measure::Frequency | Measure::Any, Quantity::Frequency(f)) => f.per_year,
        (Measure::Money | Measure::Any, Quantity::Money(m)) => *m,
        (Measure::Count | Measure::Any, Quantity::Count(c)) => *c,
        _ => return false,
    };
    condition.least.is_none_or(|l| value >= l * 0.999) && condition.most.is_none_or(|m| value <= m * 1.02)
}

/// The verdict after the frame was weighed, and what was taken from it.
fn turn(sign: &Sign, kind: Kind, frame: &Frame) -> Result<(Verdict, Option<Reason>), Reason> {
    let owes = match sign.owes {
        None => true,
        Some(Owes::Provider) => matches!(frame.debtor, Debtor::Provider | Debtor::Both),
        Some(Owes::Client) => matches!(frame.debtor, Debtor::Client | Debtor::Both),
        Some(Owes::Both) => frame.debtor == Debtor::Both,
    };
    if !owes {
        return Err(Reason::OtherOwes);
    }
    let promise = matches!(kind, Kind::Commitment | Kind::Figure);
    let satisfied = sign.verdict == Verdict::Satisfied;
    let default = |turn: Turn| if satisfied && promise { turn } else { Turn::Keep };
    let denied = if satisfied && (promise || kind == Kind::Right) { Turn::Drop } else { Turn::Keep };
    let mut verdict = sign.verdict;
    let mut taken = None;
    let client = frame.debtor == Debtor::Client && sign.owes != Some(Owes::Client);
    let stands = [
        (frame.negated, sign.negated.unwrap_or(denied), Reason::Negated),
        (client, sign.client.unwrap_or(default(Turn::Weak)), Reason::ClientOwes),
        (frame.optional || frame.soft, sign.soft.unwrap_or(default(Turn::Weak)), Reason::NotFirm),
        (frame.definition, default(Turn::Weak), Reason::Definition),
    ];
    for (applies, turn, reason) in stands {
        if !applies {
            continue;
        }
        let next = match turn {
            Turn::Keep => continue,
            Turn::Drop => return Err(reason),
            Turn::Weak if verdict == Verdict::Satisfied => Verdict::Weak,
            Turn::Weak => continue,
            Turn::Adverse => Verdict::Adverse,
            Turn::Satisfied => Verdict::Satisfied,
        };
        verdict = next;
        taken = Some(reason);
        if next == Verdict::Adverse {
            break;
        }
    }
    Ok((verdict, taken))
}

fn strength(sign: &Sign, frame: &Frame, verdict: Verdict, depth: usize) -> i32 {
    let mut strength = 2 * sign.all.len() as i32;
    if frame.debtor == Debtor::Provider {
        strength += 2;
    }
    if !frame.optional && !frame.soft {
        strength += 1;
    }
    if sign.figure.is_some() {
        strength += 2;
    }
    if verdict == sign.verdict {
        strength += 2;
    }
    strength + i32::from(depth > 0)
}
