//! Runs the tests of mail against a real Postfix and a real Dovecot, started on loopback by the tests themselves.

use anyhow::{Result, ensure};
use std::path::Path;
use std::process::Command;

/// Runs `cargo test -p daemon --test mail`, which must then find both servers.
///
/// # Errors
/// When a server is not installed, or a test fails.
pub fn run() -> Result<()> {
    for program in ["/usr/sbin/postfix", "/usr/sbin/dovecot"] {
        ensure!(Path::new(program).exists(), "{program} is not installed (apt-get install postfix dovecot-imapd)");
    }
    let status = Command::new("cargo")
        .args(["test", "-p", "daemon", "--test", "mail", "--", "--nocapture"])
        .env("CLAUSULE_MAIL_SERVERS", "1")
        .status()?;
    ensure!(status.success(), "the mail tests failed");
    Ok(())
}
