//! `cargo xtask learn`: learns the second reading's numbers from labelled contracts. Closed counts and a fixed number
//! of steps: the same contracts give the same file.

use crate::corpus;
use crate::figures::Figures;
use crate::lesson::{Lesson, Row, group, rows, words_text};
use anyhow::{Context, Result};
use check::Engine;
use check::second::{CLASSES, FEWEST_UNITS, INPUTS, Numbers, Opinion, SURE, Stack, Weigher, change};
use contract::Verdict;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

#[derive(clap::Args)]
pub struct Args {
    /// Folders of labelled contracts that teach words only (the signs were mended on them).
    #[arg(long, required = true)]
    words: Vec<PathBuf>,
    /// Folders that teach words and how far the signs can be trusted: contracts that the signs were not mended on.
    /// `FOLDER=POINTS` takes the signs of another folder of points, as they were before they were mended on it.
    #[arg(long, required = true)]
    trust: Vec<String>,
    /// The folder of point files.
    #[arg(long, default_value = "points")]
    points: PathBuf,
    /// Where the numbers are written; nothing is written without it.
    #[arg(long)]
    output: Option<PathBuf>,
}

/// Parts for cross-fitting; contracts of one vendor stay together.
const FOLDS: usize = 8;
/// Steps, pace, inertia and restraint of the stack's descent.
const STEPS: usize = 400;
const PACE: f64 = 0.3;
const INERTIA: f64 = 0.9;
const RESTRAINT: f64 = 0.0013;

/// Contracts held out, numbers that have not seen them, and their rows.
struct Fold<'a> {
    held: Vec<&'a Lesson>,
    numbers: Numbers,
    rows: Vec<Row>,
}

pub fn run(args: &Args) -> Result<()> {
    let engine = Rc::new(corpus::engine(&args.points, &[])?);
    let mut words = Vec::new();
    for folder in &args.words {
        words.extend(Lesson::of_folder(&engine, &engine, folder)?);
    }
    let mut trust = Vec::new();
    for folder in &args.trust {
        let (folder, signs) = match folder.split_once('=') {
            Some((folder, points)) => (folder, Rc::new(corpus::engine(Path::new(points), &[])?)),
            None => (folder.as_str(), Rc::clone(&engine)),
        };
        trust.extend(Lesson::of_folder(&engine, &signs, Path::new(folder))?);
    }
    words.extend(Lesson::cases(&engine)?);
    let folds = folds(&engine, &words, &trust)?;
    report(&engine, &folds);
    let all: Vec<&Lesson> = words.iter().chain(&trust).collect();
    let text = words_text(&engine.catalogue, &all);
    let mut numbers = Numbers::compile(&text, &engine.catalogue)?;
    learn(&mut numbers, &folds.iter().flat_map(|f| f.rows.iter().cloned()).collect::<Vec<_>>());
    let out = format!("{HEAD}{}{text}", stack_text(&numbers));
    if let Some(path) = &args.output {
        std::fs::write(path, &out).with_context(|| path.display().to_string())?;
        println!("{} written, {} bytes", path.display(), out.len());
    }
    Ok(())
}

const HEAD: &str = "# Numbers of the second reading (crates/check/src/second). Written by `cargo xtask learn`; do not edit.\n\
     # bias and input: mean, deviation, weight for missing, weak, satisfied, adverse. tone: firm, contrary.\n\
     # point: how often each verdict, then stems and their weights (two stems: neighbours; ^: in a heading above).\n";

fn folds<'a>(engine: &Engine, words: &'a [Lesson], trust: &'a [Lesson]) -> Result<Vec<Fold<'a>>> {
    let groups = group(trust, FOLDS);
    let mut folds = Vec::new();
    for fold in 0..FOLDS {
        let part = |held: bool| trust.iter().zip(&groups).filter(move |(_, g)| (**g == fold) == held).map(|(l, _)| l);
        let held: Vec<&Lesson> = part(true).collect();
        let rest: Vec<&Lesson> = words.iter().chain(part(false)).collect();
        let numbers = Numbers::compile(&words_text(&engine.catalogue, &rest), &engine.catalogue)?;
        let rows = held.iter().flat_map(|lesson| rows(&numbers, lesson)).collect();
        folds.push(Fold { held, numbers, rows });
    }
    Ok(folds)
}

/// Multinomial logistic regression with a quadratic restraint, by steps along the slope of all rows.
fn learn(numbers: &mut Numbers, rows: &[Row]) {
    let n = rows.len().max(1) as f64;
    numbers.bias = [0.0; 4];
    numbers.stack = (0..INPUTS.len())
        .map(|i| {
            let mean = rows.iter().map(|r| r.0[i]).sum::<f64>() / n;
            let spread = rows.iter().map(|r| (r.0[i] - mean).powi(2)).sum::<f64>() / n;
            Stack { mean, deviation: spread.sqrt().max(1e-6), weights: [0.0; 4] }
        })
        .collect();
    let scaled: Vec<Vec<f64>> = rows
        .iter()
        .map(|r| r.0.iter().zip(&numbers.stack).map(|(v, s)| (v - s.mean) / s.deviation).collect())
        .collect();
    let mut pace = vec![[0.0; 4]; INPUTS.len() + 1];
    for _ in 0..STEPS {
        let mut slope = vec![[0.0; 4]; INPUTS.len() + 1];
        for ((inputs, gold), scaled) in rows.iter().zip(&scaled) {
            let shares = numbers.probabilities(inputs);
            for class in 0..4 {
                let error = (shares[class] - f64::from(u8::from(class == *gold))) / n;
                slope[INPUTS.len()][class] += error;
                for (slope, value) in slope.iter_mut().zip(scaled) {
                    slope[class] += error * value;
                }
            }
        }
        for class in 0..4 {
            for (i, stack) in numbers.stack.iter_mut().enumerate() {
                let pull = slope[i][class] + RESTRAINT * stack.weights[class];
                pace[i][class] = INERTIA * pace[i][class] - PACE * pull;
                stack.weights[class] += pace[i][class];
            }
            let at = INPUTS.len();
            pace[at][class] = INERTIA * pace[at][class] - PACE * slope[at][class];
            numbers.bias[class] += pace[at][class];
        }
    }
}

fn stack_text(numbers: &Numbers) -> String {
    let row = |values: &[f64]| values.iter().map(|v| format!("{v:.3}")).collect::<Vec<_>>().join(" ");
    let mut out = format!("bias {}\n", row(&numbers.bias));
    for (name, stack) in INPUTS.iter().zip(&numbers.stack) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "input {name} {:.4} {:.4} {}", stack.mean, stack.deviation, row(&stack.weights));
    }
    out
}

/// How a folder came out: the signs alone, with the second reading, and each verdict's chance beside whether it was right.
type Outcome = (Figures, Figures, Vec<(f64, bool)>);

/// Each contract of `--trust` judged by numbers that have not seen it: the signs alone, then with the second reading.
fn report(engine: &Engine, folds: &[Fold]) {
    let mut sets: std::collections::BTreeMap<&str, Outcome> = Default::default();
    for (number, fold) in folds.iter().enumerate() {
        let others = folds.iter().enumerate().filter(|(i, _)| *i != number).flat_map(|(_, f)| f.rows.iter().cloned());
        let mut numbers = fold.numbers.clone();
        learn(&mut numbers, &others.collect::<Vec<_>>());
        for lesson in &fold.held {
            let (signs, both, chances) = sets.entry(&lesson.folder).or_default();
            let said = lesson.said(&numbers);
            let told = Weigher::new(&numbers, lesson.segments(), &said).told(&said);
            for (said, told) in said.iter().zip(told) {
                let id = &engine.catalogue.points[said.number].id;
                let gold = lesson.gold(id);
                signs.add(id, gold, said.verdict);
                let opinion = Opinion { probabilities: numbers.probabilities(&told.inputs), told, words: Vec::new() };
                let long = lesson.segments().units.len() >= FEWEST_UNITS;
                let got = change(said.verdict, &opinion).filter(|_| long).unwrap_or(said.verdict);
                both.add(id, gold, got);
                let sure = if long { opinion.of(got) >= SURE } else { said.sure };
                both.sure.0 += usize::from(sure && got == gold);
                both.sure.1 += usize::from(sure);
                chances.push((opinion.of(got), got == gold));
            }
        }
    }
    println!("Each contract of --trust, judged by numbers that have not seen it:");
    for (folder, (signs, both, mut chances)) in sets {
        println!("{folder}\nsigns alone\n{signs}\nwith the second reading\n{both}");
        chances.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (mut right, mut bound) = (0, (0, 1.0));
        for (at, (chance, ok)) in chances.iter().enumerate() {
            right += usize::from(*ok);
            if right as f64 >= 0.97 * (at + 1) as f64 {
                bound = (at + 1, *chance);
            }
        }
        println!("the {} likeliest verdicts, down to {:.3}, are right 97 times in 100\n", bound.0, bound.1);
    }
}

/// The column of a verdict.
pub fn class(verdict: Verdict) -> usize {
    CLASSES.iter().position(|c| *c == verdict).unwrap_or_default()
}
