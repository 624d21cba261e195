//! Signs against units: what speaks for which verdict, and what came near.

use crate::engine::Engine;
use crate::frame::{Frame, Framer, starts_with_pronoun_words};
use crate::index::Among;
use crate::matcher::{Hit, Matcher};
use crate::parties::Parties;
use crate::program::{ListId, PatternId, Single, Table};
use crate::quantities::{Figure, figures};
use crate::segment::Segments;
use crate::turn::{meets, strength, turn};
use contract::{Quantity, Verdict};
use points::{Kind, Sign};
use rustc_hash::FxHashMap;
use std::rc::Rc;

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
    /// (unit, match) → frame: signs that are nearly the same ask for the same one.
    frames: FxHashMap<(usize, Hit), Frame>,
    figures: FxHashMap<usize, Vec<Figure>>,
    heading_memo: FxHashMap<(usize, ListId), bool>,
    /// The document's title, as texts: "Accord sur la protection des données personnelles" says what "les données"
    /// are on every page.
    title: Vec<usize>,
    /// The units judged, where these are not all; the matcher knows their texts and those around them.
    few: Option<Few<'a>>,
}

/// Some units of a document.
struct Few<'a> {
    /// For each unit, whether it is judged.
    judged: &'a [bool],
    parties: &'a Parties,
    /// A matcher over the whole document, for what is asked of all of it.
    whole: Option<Matcher<'a>>,
}

/// A distinct sign of the catalogue.
#[derive(Clone, Copy)]
struct Asked<'a> {
    sign: &'a Sign,
    kind: Kind,
    none: ListId,
    heading: ListId,
    not_heading: ListId,
    /// The lists of the items of `all`.
    items: &'a [ListId],
}

/// What a distinct sign says in a unit; the position of the sign is left open.
pub(crate) type Answer = (usize, Result<Finding, Rejection>);

/// Places of the first item tried in one unit.
const MOST_FIRSTS: usize = 6;

/// Place of the list `unless_doc` in a row of [`Table::Signs`].
const UNLESS_DOC: usize = 5;

/// Rejections kept for a point; more are of no use to a reader.
const MOST_REJECTIONS: usize = 64;

impl<'a> Judge<'a> {
    /// A judge of one document.
    pub fn new(engine: &'a Engine, segments: &'a Segments, parties: &'a Parties) -> Self {
        Self::over(engine, segments, parties, (&Among::All, None))
    }

    /// A judge of some units of a document.
    pub(crate) fn of_some(
        engine: &'a Engine,
        segments: &'a Segments,
        parties: &'a Parties,
        judged: &'a [bool],
    ) -> Self {
        let around = segments.around(judged);
        let few = Few { judged, parties, whole: None };
        Self::over(engine, segments, parties, (&Among::Some(&around), Some(few)))
    }

    fn over(
        engine: &'a Engine,
        segments: &'a Segments,
        parties: &'a Parties,
        (among, few): (&Among, Option<Few<'a>>),
    ) -> Self {
        Self {
            engine,
            segments,
            few,
            matcher: Matcher::new(&engine.program, segments, parties, among),
            framer: Framer::new(segments, parties),
            frames: FxHashMap::default(),
            figures: FxHashMap::default(),
            heading_memo: FxHashMap::default(),
            title: segments.title(),
        }
    }

    /// What was found for each point, in catalogue order; points that ask the same share it.
    pub fn judge(&mut self) -> Vec<Rc<Found>> {
        let answers = self.answers(None);
        self.gathered(&answers)
    }

    /// What was found for one point.
    pub(crate) fn judge_one(&mut self, point: usize) -> Found {
        let answers = self.answers(Some(self.engine.program.row(Table::Points, point as u32)));
        self.gather(point, &answers)
    }

    /// What was found for each point, from what each distinct sign says.
    pub(crate) fn gathered(&mut self, answers: &[Vec<Answer>]) -> Vec<Rc<Found>> {
        let mut all: Vec<Rc<Found>> = Vec::new();
        for (point, twin) in self.engine.program.single(Single::Twins).iter().enumerate() {
            let found = match all.get(*twin as usize) {
                Some(found) => Rc::clone(found),
                None => Rc::new(self.gather(point, answers)),
            };
            all.push(found);
        }
        all
    }

    /// What each distinct sign says, unit by unit; `asked` are the only signs asked, where not all are.
    pub(crate) fn answers(&mut self, asked: Option<&[u32]>) -> Vec<Vec<Answer>> {
        let program = &self.engine.program;
        let wanted = |sign: &&u32| asked.is_none_or(|asked| asked.contains(sign));
        let mut begun: Vec<(u32, PatternId)> = Vec::new();
        for pattern in self.matcher.woken() {
            let signs = program.row(Table::Begins, pattern);
            if signs.iter().any(|sign| wanted(&sign)) && !self.matcher.everywhere(pattern).is_empty() {
                begun.extend(signs.iter().filter(wanted).map(|sign| (*sign, pattern)));
            }
        }
        begun.sort_unstable();
        let mut unit_of = vec![None; self.segments.texts.len()];
        for (unit, here) in self.segments.units.iter().enumerate() {
            if self.few.as_ref().is_none_or(|few| few.judged[unit]) {
                unit_of[here.text] = Some(unit);
            }
        }
        let mut answers = vec![Vec::new(); program.count(Table::Signs)];
        for group in begun.chunk_by(|a, b| a.0 == b.0) {
            let sign = group[0].0;
            let firsts = self.matcher.firsts(group.iter().map(|(_, pattern)| *pattern));
            for (text, firsts) in firsts {
                if let Some(unit) = unit_of[text] {
                    answers[sign as usize].extend(self.try_sign(sign, unit, &firsts));
                }
            }
        }
        answers
    }

    /// Brings together what the signs of a point say, unit after unit.
    fn gather(&mut self, point: usize, answers: &[Vec<Answer>]) -> Found {
        let signs = self.engine.program.row(Table::Points, point as u32);
        let mut all: Vec<(usize, usize, &Result<Finding, Rejection>)> = Vec::new();
        for (position, sign) in signs.iter().enumerate() {
            all.extend(answers[*sign as usize].iter().map(|(unit, answer)| (*unit, position, answer)));
        }
        all.sort_unstable_by_key(|(unit, position, _)| (*unit, *position));
        let mut found = Found::default();
        for (_, sign, answer) in all {
            match answer {
                Ok(finding) => found.findings.push(Finding { sign, ..finding.clone() }),
                Err(near) if found.rejections.len() < MOST_REJECTIONS => {
                    found.rejections.push(Rejection { sign, ..*near });
                }
                Err(_) => {}
            }
        }
        self.void(point, &mut found);
        found
    }

    fn asked(&self, sign: u32) -> Asked<'a> {
        let row = self.engine.program.row(Table::Signs, sign);
        let point = self.engine.point(row[0] as usize);
        Asked {
            sign: &point.signs[row[1] as usize],
            kind: point.kind,
            none: row[2],
            heading: row[3],
            not_heading: row[4],
            items: &row[6..],
        }
    }

    fn patterns(&self, list: ListId) -> &'a [PatternId] {
        self.engine.program.row(Table::Lists, list)
    }

    /// What a sign says in a unit where its first item matches at these places.
    fn try_sign(&mut self, sign: u32, unit: usize, firsts: &[Hit]) -> Option<Answer> {
        let asked = self.asked(sign);
        let mut nearest: Option<Rejection> = None;
        for first in firsts.iter().take(MOST_FIRSTS) {
            match self.weigh(&asked, unit, *first) {
                Ok(finding) => return Some((unit, Ok(finding))),
                Err((reason, near)) if nearest.is_none_or(|n| n.near < near) => {
                    nearest = Some(Rejection { sign: 0, unit, hit: *first, reason, near });
                }
                Err(_) => {}
            }
        }
        nearest.map(|near| (unit, Err(near)))
    }

    fn weigh(&mut self, asked: &Asked<'a>, unit: usize, first: Hit) -> Result<Finding, (Reason, usize)> {
        let sign = asked.sign;
        let hit = self.match_items(asked, unit, first)?;
        let near = asked.items.len();
        let text = self.segments.units[unit].text;
        if self.matcher.any(text, self.patterns(asked.none)) {
            return Err((Reason::Other, near));
        }
        let needs_heading = !self.patterns(asked.heading).is_empty();
        if needs_heading && !self.under(unit, asked.heading) || self.under(unit, asked.not_heading) {
            return Err((Reason::Elsewhere, near));
        }
        let figures = self.figures_for(sign, unit, hit).ok_or((Reason::NoFigure, near))?;
        let frame = self.frame(unit, hit);
        let (verdict, turned) = turn(sign, asked.kind, &frame).map_err(|r| (r, near))?;
        let strength = strength(sign, &frame, verdict, self.segments.units[unit].headings.len());
        Ok(Finding { sign: 0, unit, hit, verdict, frame, figures, strength, turned })
    }

    fn frame(&mut self, unit: usize, hit: Hit) -> Frame {
        let framer = &self.framer;
        *self.frames.entry((unit, hit)).or_insert_with(|| framer.frame(unit, hit.0 as usize, hit.1 as usize))
    }

    /// The span of the items that matched in the unit, or the first item that is nowhere.
    fn match_items(&mut self, asked: &Asked<'a>, unit: usize, first: Hit) -> Result<Hit, (Reason, usize)> {
        let text = self.segments.units[unit].text;
        let sign = asked.sign;
        let mut hit = first;
        let spread = |a: Hit, b: Hit| (a.0.min(b.0), a.1.max(b.1));
        for (index, item) in asked.items.iter().enumerate().skip(1) {
            let mut best: Option<Hit> = None;
            let patterns = self.patterns(*item);
            for pattern in patterns {
                for found in self.matcher.find(text, *pattern) {
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
                None if !sign.strict && self.in_context(unit, patterns) => {}
                _ => return Err((Reason::Lacks(index), index)),
            }
        }
        Ok(hit)
    }

    /// Whether an item matches in the headings, the lead-in, the columns' names, or the sentence before when
    /// this one goes on about it.
    fn in_context(&mut self, unit: usize, item: &[PatternId]) -> bool {
        let segments = self.segments;
        let here = &segments.units[unit];
        let mut texts: Vec<usize> = here.headings.clone();
        texts.extend(here.columns);
        texts.extend(&self.title);
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
        texts.into_iter().any(|text| self.matcher.any(text, item))
    }

    fn under(&mut self, unit: usize, list: ListId) -> bool {
        let patterns = self.patterns(list);
        if patterns.is_empty() {
            return false;
        }
        let segments = self.segments;
        segments.units[unit].headings.iter().any(|heading| {
            let key = (*heading, list);
            if let Some(known) = self.heading_memo.get(&key) {
                return *known;
            }
            let matches = self.matcher.any(*heading, patterns);
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
            let asked = engine.program.row(Table::Points, point as u32)[index];
            let patterns = self.patterns(engine.program.row(Table::Signs, asked)[UNLESS_DOC]);
            if !gone[index] && !patterns.is_empty() && found.findings.iter().any(|f| f.sign == index) {
                gone[index] = self.said_anywhere(patterns);
            }
        }
        found.findings.retain(|f| !gone[f.sign]);
    }

    /// Whether one of these patterns matches in any unit of the document.
    fn said_anywhere(&mut self, patterns: &[PatternId]) -> bool {
        let (program, segments) = (&self.engine.program, self.segments);
        let matcher = match &mut self.few {
            Some(few) => few.whole.get_or_insert_with(|| Matcher::new(program, segments, few.parties, &Among::All)),
            None => &mut self.matcher,
        };
        segments.units.iter().any(|unit| matcher.any(unit.text, patterns))
    }
}
