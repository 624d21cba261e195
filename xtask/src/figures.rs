//! The figures of a comparison between verdicts and gold labels.

use contract::Verdict;
use std::collections::BTreeMap;

/// Counts over documents and points.
#[derive(Default)]
pub struct Figures {
    confusion: BTreeMap<(Verdict, Verdict), usize>,
    /// Quotes that overlap a gold quote, and those that could.
    pub quote_hits: (usize, usize),
    /// Quotes found word for word, and all.
    pub verbatim: (usize, usize),
    /// Verdicts marked sure that are right, and all marked sure.
    pub sure: (usize, usize),
    /// Point → agree, invented, overlooked, other verdict.
    pub by_point: BTreeMap<String, [usize; 4]>,
}

const VERDICTS: [Verdict; 4] = [Verdict::Satisfied, Verdict::Weak, Verdict::Adverse, Verdict::Missing];

impl Figures {
    /// Counts one verdict.
    pub fn add(&mut self, point: &str, gold: Verdict, got: Verdict) {
        *self.confusion.entry((gold, got)).or_default() += 1;
        if gold == Verdict::Missing && got == Verdict::Missing {
            return;
        }
        let row = self.by_point.entry(point.to_owned()).or_default();
        let column = match (gold, got) {
            (g, p) if g == p => 0,
            (Verdict::Missing, _) => 1,
            (_, Verdict::Missing) => 2,
            _ => 3,
        };
        row[column] += 1;
    }

    fn count(&self, keep: impl Fn(Verdict, Verdict) -> bool) -> f64 {
        self.confusion.iter().filter(|((g, p), _)| keep(*g, *p)).map(|(_, n)| *n as f64).sum()
    }

    /// F1, precision and recall of a yes/no reading of verdicts.
    fn f1(&self, yes: impl Fn(Verdict) -> bool) -> (f64, f64, f64) {
        let both = self.count(|g, p| yes(g) && yes(p));
        let precision = ratio(both, self.count(|_, p| yes(p)));
        let recall = ratio(both, self.count(|g, _| yes(g)));
        (ratio(2.0 * precision * recall, precision + recall), precision, recall)
    }

    fn kappa(&self) -> f64 {
        let all = self.count(|_, _| true);
        let observed = self.count(|g, p| g == p) / all;
        let expected: f64 =
            VERDICTS.iter().map(|v| self.count(|g, _| g == *v) * self.count(|_, p| p == *v)).sum::<f64>() / all / all;
        ratio(observed - expected, 1.0 - expected)
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: [(&str, &dyn Fn(Verdict) -> bool); 3] = [
            ("mention", &|v| v != Verdict::Missing),
            ("satisfied", &|v| v == Verdict::Satisfied),
            ("adverse", &|v| v == Verdict::Adverse),
        ];
        for (name, yes) in names {
            let (f1, precision, recall) = self.f1(yes);
            write!(f, "{name} F1 {f1:.3} (P {precision:.3} R {recall:.3})  ")?;
        }
        let share = |(a, b): (usize, usize)| ratio(a as f64, b as f64);
        writeln!(f)?;
        write!(
            f,
            "kappa {:.3}  quote hit {:.3}  verbatim {:.4}  sure {:.3} of {}",
            self.kappa(),
            share(self.quote_hits),
            share(self.verbatim),
            share(self.sure),
            self.sure.1
        )
    }
}

fn ratio(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// Letters and digits only, single spaces, lower case: how texts are compared.
pub fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{ad}' => {}
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ if out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    out.trim().to_owned()
}

/// Whether a quote shares a run of six words (or the shorter whole) with a gold quote.
pub fn overlap(quotes: &[String], gold: &[String]) -> bool {
    quotes.iter().any(|q| {
        gold.iter().any(|g| {
            let (q, g) = (bare(q), bare(g));
            let (q, g): (Vec<&str>, Vec<&str>) = (q.split(' ').collect(), g.split(' ').collect());
            let n = 6.min(q.len()).min(g.len());
            q.windows(n).any(|w| g.windows(n).any(|v| v == w))
        })
    })
}
