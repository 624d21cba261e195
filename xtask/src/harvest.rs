//! `cargo xtask harvest`: what the engine saw behind every decision, beside the gold verdict, for calibrating.

use crate::corpus;
use anyhow::Result;
use check::decide::decide;
use check::judge::Judge;
use check::parties::Parties;
use check::segment::{Place, segment};
use contract::{Debtor, Verdict};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// Folder with NAME.txt and NAME.labels.tsv.
    dir: PathBuf,
    /// The folder of point files.
    #[arg(long, default_value = "points")]
    points: PathBuf,
    /// Only documents whose name is in this file, one a line.
    #[arg(long)]
    list: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<()> {
    let engine = corpus::engine(&args.points, &[])?;
    let list = args.list.as_ref().map(std::fs::read_to_string).transpose()?;
    for labelled in corpus::labelled(&args.dir)? {
        if list.as_ref().is_some_and(|l| !l.lines().any(|n| n.trim() == labelled.stem)) {
            continue;
        }
        let segments = segment(&labelled.document);
        let parties = Parties::learn(&labelled.document, &segments);
        let found = Judge::new(&engine, &segments, &parties).judge();
        let words: usize = segments.texts.iter().map(|t| t.tokens.len()).sum();
        let decisions: Vec<_> = engine.catalogue.points.iter().zip(&found).map(|(p, f)| decide(p, f)).collect();
        for ((point, found), decision) in engine.catalogue.points.iter().zip(&found).zip(&decisions) {
            let gold = labelled.gold.get(&point.id).map_or(Verdict::Missing, |g| g.0);
            let (mut treated, mut all) = (0, 0);
            for (other, decision) in engine.catalogue.points.iter().zip(&decisions) {
                if other.category() == point.category() && other.id != point.id {
                    all += 1;
                    treated += usize::from(decision.verdict != Verdict::Missing);
                }
            }
            let count = |v| found.findings.iter().filter(|f| f.verdict == v).count();
            print!(
                "{}\t{}\t{gold:?}\t{:?}\t{words}\t{treated}\t{all}\t{}\t{}\t{}\t{}",
                labelled.stem,
                point.id,
                decision.verdict,
                count(Verdict::Satisfied),
                count(Verdict::Weak),
                count(Verdict::Adverse),
                found.rejections.len(),
            );
            if let Some(best) = decision.grounds.first().map(|g| &found.findings[*g]) {
                let unit = &segments.units[best.unit];
                let sign = &point.signs[best.sign];
                let length = segments.tokens(best.unit).len();
                let place = match unit.place {
                    Place::Sentence => "sentence",
                    Place::Item => "item",
                    Place::Row => "row",
                };
                let debtor = match best.frame.debtor {
                    Debtor::Provider => "provider",
                    Debtor::Client => "client",
                    Debtor::Both => "both",
                    Debtor::Unsaid => "unsaid",
                };
                print!(
                    "\t{}\t{}\t{}\t{length}\t{}\t{place}\t{debtor}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                    best.sign,
                    sign.all.len(),
                    best.strength,
                    best.hit.1 - best.hit.0,
                    u8::from(best.frame.optional),
                    u8::from(best.frame.soft),
                    u8::from(best.frame.negated),
                    u8::from(best.frame.definition),
                    u8::from(sign.strict),
                    u8::from(sign.figure.is_some()),
                    u8::from(!sign.heading.is_empty()),
                );
            }
            println!();
        }
    }
    Ok(())
}
