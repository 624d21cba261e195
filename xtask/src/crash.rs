//! Kills the filing command again and again, and fails each of its writes and syncs in turn; see the tests `crash` and
//! `faults` of `crates/cli`.

use anyhow::{Result, ensure};
use std::process::Command;

/// Runs the crash test with so many kills and proofs.
///
/// # Errors
/// When a proof was lost or doubled, or the ledger doesn't verify.
pub fn run(kills: u32, proofs: u32) -> Result<()> {
    let status = Command::new("cargo")
        .args([
            "test",
            "--release",
            "-p",
            "cli",
            "--test",
            "crash",
            "--test",
            "serve_crash",
            "--test",
            "faults",
            "--",
            "--nocapture",
        ])
        .env("CLAUSULE_FAULT_STEP", "1")
        .env("CLAUSULE_KILLS", kills.to_string())
        .env("CLAUSULE_PROOFS", proofs.to_string())
        .status()?;
    ensure!(status.success(), "the crash test failed");
    Ok(())
}
