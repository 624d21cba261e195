//! Kills the filing command and the daemon again and again, and fails each write and sync of a filing in turn; see the tests
//! `crash` of `crates/daemon`, `crash` and `faults` of `crates/cli`.

use anyhow::{Result, ensure};
use std::process::Command;

/// Runs the crash test with so many kills and proofs.
///
/// # Errors
/// When a proof was lost or doubled, or the ledger doesn't verify.
pub fn run(kills: u32, proofs: u32) -> Result<()> {
    for (package, tests) in [("daemon", &["crash"][..]), ("cli", &["crash", "faults"][..])] {
        let mut command = Command::new("cargo");
        command.args(["test", "--release", "-p", package]);
        tests.iter().for_each(|test| {
            command.args(["--test", test]);
        });
        command.args(["--", "--nocapture"]).env("CLAUSULE_FAULT_STEP", "1");
        command.env("CLAUSULE_KILLS", kills.to_string()).env("CLAUSULE_PROOFS", proofs.to_string());
        ensure!(command.status()?.success(), "the crash tests of {package} failed");
    }
    Ok(())
}
