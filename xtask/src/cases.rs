//! `cargo xtask cases`: the cases that stand in the point files.

use crate::corpus;
use anyhow::{Result, bail};
use check::Request;
use contract::Profile;
use readers::{Limits, NoOcr};
use std::path::Path;

pub fn run(points: &Path, only: &[String], ids: &[String]) -> Result<()> {
    let engine = corpus::engine(points, only)?;
    let request = Request { profile: Some(Profile::Complete), facts: Vec::new() };
    let (mut passed, mut failed) = (0, 0);
    for point in &engine.catalogue.points {
        if !ids.is_empty() && !ids.iter().any(|i| i.eq_ignore_ascii_case(&point.id)) {
            continue;
        }
        for case in &point.cases {
            let document = readers::read("cas.txt", case.text.as_bytes(), &NoOcr, &Limits::default())?;
            let assessment = engine.assess(&document, &request);
            let got = assessment.verdicts.iter().find(|v| v.point == point.id).map(|v| v.verdict);
            if got == Some(case.verdict) {
                passed += 1;
            } else {
                failed += 1;
                println!("{} expected {:?}, got {got:?}: {}", point.id, case.verdict, case.text);
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("some cases fail");
    }
    Ok(())
}
