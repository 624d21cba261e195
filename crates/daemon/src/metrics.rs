//! Counters for Prometheus; names and numbers, no contents.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What is counted since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    counts: Mutex<BTreeMap<(&'static str, String), u64>>,
    waiting: AtomicI64,
    last_commit: AtomicI64,
}

/// Counters with their help and the name of their label.
const KNOWN: [(&str, &str, &str); 6] = [
    ("clausule_proofs_filed_total", "Proofs durably filed.", "via"),
    ("clausule_proofs_duplicate_total", "Proofs that were there already.", "via"),
    ("clausule_proofs_refused_total", "Proofs refused for good.", "via"),
    ("clausule_proofs_deferred_total", "Proofs that could not be stored for now.", "via"),
    ("clausule_probe_checks_total", "Probe checks, by what came of them.", "outcome"),
    ("clausule_worker_errors_total", "Errors of workers, each tried again later.", "worker"),
];

impl Metrics {
    /// Counts one more.
    pub fn count(&self, name: &'static str, label: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((name, label.to_owned())).or_default() += 1;
    }

    /// So many more (or less) proofs wait for their commit.
    pub fn wait(&self, more: i64) {
        self.waiting.fetch_add(more, Ordering::Relaxed);
    }

    /// The register was last written at this second.
    pub fn committed(&self, second: i64) {
        self.last_commit.store(second, Ordering::Relaxed);
    }

    /// Everything in Prometheus' text format.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, help, label) in KNOWN {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter");
            for ((_, value), count) in counts.iter().filter(|((n, _), _)| *n == name) {
                let _ = writeln!(out, "{name}{{{label}=\"{value}\"}} {count}");
            }
        }
        let gauges = [
            ("clausule_proofs_waiting", "Proofs waiting for their commit.", &self.waiting),
            ("clausule_last_commit_seconds", "When the register was last written, epoch.", &self.last_commit),
        ];
        for (name, help, value) in gauges {
            let value = value.load(Ordering::Relaxed);
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        }
        out
    }
}
