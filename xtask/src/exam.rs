//! `cargo xtask exam`: sentences written from knowledge of contract language, one a line, each with the verdict
//! that one point must give. Odd lines of a point serve for mending, even ones only for measuring.

use crate::corpus;
use anyhow::{Context, Result};
use check::Request;
use contract::{Profile, Verdict};
use readers::{Limits, NoOcr};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// Folder with the `*.tsv` files: POINT, VERDICT, text (` ⏎ ` stands for a line break).
    #[arg(default_value = "crates/check/tests/exam")]
    dir: PathBuf,
    /// The folder of point files.
    #[arg(long, default_value = "points")]
    points: PathBuf,
    /// Only these categories or points.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Print the errors of the half for mending.
    #[arg(long)]
    show: bool,
}

/// Right and all, of the half for mending and of the half for measuring.
type Counts = [(usize, usize); 2];

pub fn run(args: &Args) -> Result<()> {
    let engine = corpus::engine(&args.points, &[])?;
    let request = Request { profile: Some(Profile::Complete), facts: Vec::new() };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut by_verdict: BTreeMap<String, Counts> = BTreeMap::new();
    let mut wrong_satisfied = [0usize; 2];
    let mut total: Counts = [(0, 0); 2];
    for (point, gold, text) in lines(&args.dir)? {
        let place = seen.entry(point.clone()).or_default();
        let half = *place % 2;
        *place += 1;
        if !args.only.is_empty() && !args.only.iter().any(|o| point.starts_with(o.as_str())) {
            continue;
        }
        let document = readers::read("examen.txt", text.as_bytes(), &NoOcr, &Limits::default())?;
        let assessment = engine.assess(&document, &request);
        let got = assessment.verdicts.iter().find(|v| v.point == point).map(|v| v.verdict);
        let right = got == Some(gold);
        for counts in [&mut total, by_verdict.entry(format!("{gold:?}")).or_default()] {
            counts[half].0 += usize::from(right);
            counts[half].1 += 1;
        }
        wrong_satisfied[half] += usize::from(!right && got == Some(Verdict::Satisfied));
        if !right && half == 0 && args.show {
            println!("{point} {gold:?}, got {:?}: {}", got.unwrap_or(Verdict::Missing), text.replace('\n', " ⏎ "));
        }
    }
    for (verdict, counts) in &by_verdict {
        println!("{verdict:10} {}", rates(counts));
    }
    println!("all        {}", rates(&total));
    println!("wrongly satisfied: {} / {}", wrong_satisfied[0], wrong_satisfied[1]);
    Ok(())
}

fn rates(counts: &Counts) -> String {
    let rate = |(right, all): (usize, usize)| format!("{right}/{all} ({:.3})", right as f64 / all.max(1) as f64);
    format!("mended {}  measured {}", rate(counts[0]), rate(counts[1]))
}

/// Every line of every file, in order of the files' names.
fn lines(dir: &Path) -> Result<Vec<(String, Verdict, String)>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "tsv"));
    files.sort();
    let mut out = Vec::new();
    for file in files {
        let content = std::fs::read_to_string(&file)?;
        for line in content.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let mut cells = line.splitn(3, '\t');
            let (Some(point), Some(verdict), Some(text)) = (cells.next(), cells.next(), cells.next()) else {
                anyhow::bail!("{}: not three cells: {line}", file.display());
            };
            let verdict = match verdict {
                "s" => Verdict::Satisfied,
                "w" => Verdict::Weak,
                "a" => Verdict::Adverse,
                "m" => Verdict::Missing,
                other => return Err(anyhow::anyhow!("verdict {other}")).context(line.to_owned()),
            };
            out.push((point.to_owned(), verdict, text.replace(" ⏎ ", "\n")));
        }
    }
    Ok(out)
}
