//! `cargo xtask score`: verdicts against gold labels.

use crate::corpus;
use crate::figures::{Figures, bare, overlap};
use anyhow::Result;
use check::Request;
use contract::{Profile, Verdict};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// Folder with NAME.txt and NAME.labels.tsv.
    #[arg(default_value = "../shared/corpus/dev")]
    dir: PathBuf,
    /// The folder of point files.
    #[arg(long, default_value = "points")]
    points: PathBuf,
    /// Only these categories.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only documents whose name is in this file, one a line.
    #[arg(long)]
    list: Option<PathBuf>,
    /// Print every point's counts.
    #[arg(long)]
    by_point: bool,
    /// Print each document's agreement.
    #[arg(long)]
    by_document: bool,
    /// Print points rightly mentioned whose quotes miss the gold ones.
    #[arg(long)]
    quotes: bool,
    /// Print the disagreements on these points (or categories, or `all`).
    #[arg(long, value_delimiter = ',')]
    show: Vec<String>,
}

pub fn run(args: &Args) -> Result<()> {
    let engine = corpus::engine(&args.points, &args.only)?;
    let list = args.list.as_ref().map(std::fs::read_to_string).transpose()?;
    let request = Request { profile: Some(Profile::Complete), facts: Vec::new() };
    let mut figures = Figures::default();
    for labelled in corpus::labelled(&args.dir)? {
        if list.as_ref().is_some_and(|l| !l.lines().any(|n| n.trim() == labelled.stem)) {
            continue;
        }
        let assessment = engine.assess(&labelled.document, &request);
        let text = bare(&labelled.document.text);
        let (mut agree, mut either) = (0, 0);
        for verdict in &assessment.verdicts {
            let none = (Verdict::Missing, Vec::new());
            let (gold, gold_quotes) = labelled.gold.get(&verdict.point).unwrap_or(&none);
            let quotes: Vec<String> = verdict.quotes.iter().map(|q| q.text.clone()).collect();
            figures.add(&verdict.point, *gold, verdict.verdict);
            agree += usize::from(*gold == verdict.verdict && *gold != Verdict::Missing);
            either += usize::from(*gold != Verdict::Missing || verdict.verdict != Verdict::Missing);
            if *gold != Verdict::Missing && verdict.verdict != Verdict::Missing && !gold_quotes.is_empty() {
                let hit = overlap(&quotes, gold_quotes);
                if args.quotes && !hit {
                    println!(
                        "{} {} {gold:?}/{:?}\n   gold {gold_quotes:?}\n   got  {quotes:?}",
                        labelled.stem, verdict.point, verdict.verdict
                    );
                }
                figures.quote_hits.0 += usize::from(hit);
                figures.quote_hits.1 += 1;
            }
            figures.verbatim.0 += quotes.iter().filter(|q| text.contains(&bare(q))).count();
            figures.verbatim.1 += quotes.len();
            figures.sure.0 += usize::from(verdict.sure && *gold == verdict.verdict);
            figures.sure.1 += usize::from(verdict.sure);
            if *gold != verdict.verdict && shown(&args.show, &verdict.point) {
                println!("{} {} gold {gold:?} {gold_quotes:?}", labelled.stem, verdict.point);
                println!("      got {:?} {quotes:?}", verdict.verdict);
                for near in verdict.absence.iter().flat_map(|a| &a.nearest) {
                    println!("      near: {} — {}", near.quote.text, near.reason);
                }
            }
        }
        if args.by_document {
            println!("{:.3} {}", f64::from(agree as u32) / f64::from((either as u32).max(1)), labelled.stem);
        }
    }
    let mut rows: Vec<_> = figures.by_point.iter().collect();
    rows.sort_by_key(|(_, [_, invented, overlooked, other])| std::cmp::Reverse(invented + overlooked + other));
    let most = if args.by_point { rows.len() } else { 12 };
    for (point, [agree, invented, overlooked, other]) in rows.into_iter().take(most) {
        println!("  {point} agree {agree:3} invented {invented:3} overlooked {overlooked:3} other verdict {other:3}");
    }
    println!("{figures}");
    Ok(())
}

fn shown(show: &[String], point: &str) -> bool {
    show.iter().any(|s| s == "all" || point == s || point.split('-').next() == Some(s))
}
