//! How far a long run has come, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};

/// A bar with the time left; silent for a single document and where nobody looks.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar over `count` documents of which `done` are done already.
    pub fn new(count: usize, done: usize) -> Self {
        let bar = if count > 1 && io::stderr().is_terminal() {
            ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} contrats, reste {eta}") {
            bar.set_style(style);
        }
        bar.set_position(done as u64);
        bar.reset_eta();
        Self(bar)
    }

    /// One document more.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// Says something on the standard error, above the bar.
    pub fn say(&self, line: &str) {
        self.0.suspend(|| eprintln!("{line}"));
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
