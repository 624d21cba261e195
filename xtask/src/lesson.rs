//! Labelled contracts made ready to learn from, and what their words teach.

use crate::corpus::{self, Labelled};
use crate::figures::{bare, overlap};
use crate::learn::class;
use anyhow::Result;
use check::Engine;
use check::second::{Numbers, Said, Signalled, Weigher, stem};
use check::segment::Segments;
use contract::Verdict;
use points::Catalogue;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::rc::Rc;

/// Features kept for a point.
const KEPT: usize = 100;
/// Features kept for each side of the tone.
const TONES: usize = 400;
/// How strongly a rare feature is pulled to what all contracts have.
const PULL: f64 = 10.0;
/// Quoted sentences that must have a word for its tone to count.
const LEAST_TONE: f64 = 6.0;
/// Letters and digits below which a unit is too short to be recognised in a quote.
const SHORT: usize = 12;

/// Inputs of one point in one contract, and the class that readers gave.
pub type Row = (Vec<f64>, usize);

/// A unit's features, and the point and verdict of the quotes that stand in it.
type Lines = (Vec<String>, Vec<(usize, Verdict)>);

/// A contract ready to learn from.
pub struct Lesson {
    /// The folder it comes from; empty for a case.
    pub folder: String,
    labelled: Labelled,
    seen: Signalled,
    /// The engine whose signs read it.
    engine: Rc<Engine>,
    units: Vec<Lines>,
}

impl Lesson {
    /// The labelled contracts of a folder: points numbered as in `engine`, signs from `signs`.
    pub fn of_folder(engine: &Engine, signs: &Rc<Engine>, folder: &Path) -> Result<Vec<Self>> {
        let name = folder.display().to_string();
        let labelled = corpus::labelled(folder)?;
        Ok(labelled.into_iter().map(|l| Self::new(engine, signs, name.clone(), l)).collect())
    }

    /// The cases of the point files: sentences of our own with their verdicts, which teach words.
    pub fn cases(engine: &Rc<Engine>) -> Result<Vec<Self>> {
        let mut out = Vec::new();
        for point in &engine.catalogue.points {
            for case in point.cases.iter().filter(|c| c.verdict != Verdict::Missing) {
                let bytes = case.text.as_bytes();
                let document = readers::read("cas.txt", bytes, &readers::NoOcr, &readers::Limits::default())?;
                let gold = BTreeMap::from([(point.id.clone(), (case.verdict, vec![case.text.clone()]))]);
                let labelled = Labelled { stem: String::new(), document, gold };
                out.push(Self::new(engine, engine, String::new(), labelled));
            }
        }
        Ok(out)
    }

    fn new(engine: &Engine, signs: &Rc<Engine>, folder: String, labelled: Labelled) -> Self {
        let seen = signs.signs(&labelled.document);
        let places: BTreeMap<&str, usize> =
            engine.catalogue.points.iter().enumerate().map(|(i, p)| (p.id.as_str(), i)).collect();
        let mut units = Vec::new();
        for (unit, here) in seen.segments.units.iter().enumerate() {
            let last = seen.segments.tokens(unit).len().saturating_sub(1);
            let words = labelled.document.slice(seen.segments.original(here.text, 0, last)).to_owned();
            let long = bare(&words).len() > SHORT;
            let told = labelled.gold.iter().filter(|_| long).filter_map(|(id, (verdict, quotes))| {
                let place = places.get(id.as_str())?;
                overlap(std::slice::from_ref(&words), quotes).then_some((*place, *verdict))
            });
            units.push((features(&seen.segments, unit), told.collect()));
        }
        Self { folder, labelled, seen, engine: Rc::clone(signs), units }
    }

    /// What readers say of a point.
    pub fn gold(&self, id: &str) -> Verdict {
        self.labelled.gold.get(id).map_or(Verdict::Missing, |gold| gold.0)
    }

    /// What the signs say of the points that the numbers know.
    pub fn said(&self, numbers: &Numbers) -> Vec<Said<'_>> {
        self.seen.said(numbers, &self.engine.catalogue.points)
    }

    /// Its units.
    pub fn segments(&self) -> &Segments {
        &self.seen.segments
    }

    /// Who wrote it, from its name `NN-vendor-kind`.
    fn vendor(&self) -> &str {
        let name = self.labelled.stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        name.split('-').next().unwrap_or(name)
    }
}

/// Words, pairs of neighbours and words of the headings above, once each.
fn features(segments: &Segments, unit: usize) -> Vec<String> {
    let stems = |text: usize| segments.texts[text].tokens.iter().map(|t| stem(segments.word(t)));
    let words: Vec<&str> = stems(segments.units[unit].text).collect();
    let mut out: BTreeSet<String> = words.iter().map(|w| (*w).to_owned()).collect();
    out.extend(words.windows(2).map(|two| format!("{}_{}", two[0], two[1])));
    out.extend(segments.units[unit].headings.iter().flat_map(|h| stems(*h)).map(|w| format!("^{w}")));
    out.into_iter().collect()
}

/// For each contract the part it belongs to; those of one vendor in the same.
pub fn group(lessons: &[Lesson], parts: usize) -> Vec<usize> {
    let vendors: BTreeSet<&str> = lessons.iter().map(Lesson::vendor).collect();
    let vendors: Vec<&str> = vendors.into_iter().collect();
    lessons.iter().map(|l| vendors.binary_search(&l.vendor()).unwrap_or_default() % parts).collect()
}

/// The rows of a contract.
pub fn rows(numbers: &Numbers, lesson: &Lesson) -> Vec<Row> {
    let said = lesson.said(numbers);
    let told = Weigher::new(numbers, lesson.segments(), &said).told(&said);
    said.iter().zip(told).map(|(s, t)| (t.inputs, class(lesson.gold(&numbers.points[s.number])))).collect()
}

/// How often features stand in the sentences that readers quoted.
struct Counts<'a> {
    units: f64,
    common: BTreeMap<&'a str, f64>,
    quoted: Vec<f64>,
    mine: Vec<BTreeMap<&'a str, f64>>,
    toned: [f64; 4],
    tone: BTreeMap<&'a str, [f64; 4]>,
    /// In how many contracts and cases each stands: one that stands in a single one is a name, not a word.
    spread: BTreeMap<&'a str, usize>,
}

fn count<'a>(lessons: &[&'a Lesson], points: usize) -> Counts<'a> {
    let mut counts = Counts {
        units: 0.0,
        common: BTreeMap::new(),
        quoted: vec![0.0; points],
        mine: vec![BTreeMap::new(); points],
        toned: [0.0; 4],
        tone: BTreeMap::new(),
        spread: BTreeMap::new(),
    };
    for lesson in lessons {
        let own: BTreeSet<&str> = lesson.units.iter().flat_map(|(features, _)| features).map(String::as_str).collect();
        own.into_iter().for_each(|feature| *counts.spread.entry(feature).or_default() += 1);
    }
    for (features, told) in lessons.iter().flat_map(|l| &l.units) {
        counts.units += 1.0;
        for feature in features {
            *counts.common.entry(feature).or_default() += 1.0;
        }
        for (point, verdict) in told {
            counts.quoted[*point] += 1.0;
            counts.toned[class(*verdict)] += 1.0;
            for feature in features {
                *counts.mine[*point].entry(feature).or_default() += 1.0;
                counts.tone.entry(feature).or_default()[class(*verdict)] += 1.0;
            }
        }
    }
    counts
}

/// The tone and point lines of the file.
pub fn words_text(catalogue: &Catalogue, lessons: &[&Lesson]) -> String {
    let counts = count(lessons, catalogue.points.len());
    let mut out = String::new();
    for (feature, firm, contrary) in tone_weights(&counts) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "tone {feature} {firm:.1} {contrary:.1}");
    }
    for (place, point) in catalogue.points.iter().enumerate() {
        let _ = write!(out, "point {} {}", point.id, prior(lessons, &point.id));
        let mut kept: Vec<(f64, f64, &str)> = Vec::new();
        for (feature, count) in counts.mine[place].iter().filter(|(f, c)| **c >= 2.0 && counts.spread[*f] >= 2) {
            let share = counts.common[feature] / counts.units;
            let here = (count + PULL * share + 0.05) / (counts.quoted[place] + PULL);
            let weight = (here.ln() - ((counts.common[feature] + 0.5) / (counts.units + 1.0)).ln()).min(5.0);
            kept.push((weight * count, weight, feature));
        }
        kept.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(b.2)));
        for (_, weight, feature) in kept.iter().take(KEPT).filter(|(_, w, _)| *w >= 0.05) {
            let _ = write!(out, " {feature}:{weight:.1}");
        }
        out.push('\n');
    }
    out
}

fn prior(lessons: &[&Lesson], id: &str) -> String {
    let whole: Vec<Verdict> = lessons.iter().filter(|l| !l.folder.is_empty()).map(|l| l.gold(id)).collect();
    let share = |class: usize| {
        let said = whole.iter().filter(|v| crate::learn::class(**v) == class).count();
        format!("{:.3}", said as f64 / whole.len().max(1) as f64)
    };
    (0..4).map(share).collect::<Vec<_>>().join(" ")
}

/// (feature, firm rather than weak, contrary rather than not), the weightiest only.
fn tone_weights<'a>(counts: &Counts<'a>) -> Vec<(&'a str, f64, f64)> {
    let all = counts.toned;
    let mut rows: Vec<(&str, f64, f64, f64)> = Vec::new();
    for (feature, [_, weak, satisfied, adverse]) in &counts.tone {
        let sum = weak + satisfied + adverse;
        if sum >= LEAST_TONE {
            let log = |n: f64, of: f64| ((n + 0.5) / (of + 1.0)).ln();
            let firm = log(*satisfied, all[2]) - log(*weak, all[1]);
            let contrary = log(*adverse, all[3]) - log(weak + satisfied, all[1] + all[2]);
            rows.push((feature, firm, contrary, sum));
        }
    }
    let cut = |weigh: fn(&(&str, f64, f64, f64)) -> f64| {
        let mut rows: Vec<_> = rows.iter().map(|r| (weigh(r), r.0)).collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        rows.iter().take(TONES).map(|r| r.1).collect::<BTreeSet<_>>()
    };
    let (firm, contrary) = (cut(|r| r.1.abs() * r.3), cut(|r| r.2.abs() * r.3));
    let keep = |list: &BTreeSet<&str>, name: &str, value: f64| if list.contains(name) { value } else { 0.0 };
    let kept = rows.iter().map(|(n, f, c, _)| (*n, keep(&firm, n, *f), keep(&contrary, n, *c)));
    kept.filter(|(_, f, c)| f.abs() >= 0.05 || c.abs() >= 0.05).collect()
}
