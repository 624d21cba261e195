//! Writes the monthly report of the tests' practice to a folder, to be looked at.

#[path = "../tests/month/mod.rs"]
mod month;

use month::Practice;
use std::fs;
use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    let bad = Practice::of_march();
    fs::write(folder.join("mars.html"), bad.with(report::monthly::html)).expect("written");
    fs::write(folder.join("mars.md"), bad.with(|m| paper::markdown::write(&report::monthly::paper(m))))
        .expect("written");
    let docx = bad.with(|m| paper::docx::write(&report::monthly::paper(m)));
    fs::write(folder.join("mars.docx"), docx.expect("a Word file")).expect("written");
    fs::write(folder.join("bon.html"), Practice::good().with(report::monthly::html)).expect("written");
    fs::write(folder.join("vide.html"), Practice::empty().with(report::monthly::html)).expect("written");
}
