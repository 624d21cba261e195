//! Runs the tests of mail against a real Postfix, Dovecot and opendkim, started on loopback by the tests themselves.

use anyhow::{Result, ensure};
use std::path::Path;
use std::process::Command;

/// Runs `cargo test -p daemon --test mail --test dkim`, which must then find the servers.
///
/// # Errors
/// When a server is not installed, or a test fails.
pub fn run() -> Result<()> {
    for program in ["/usr/sbin/postfix", "/usr/sbin/dovecot", "/usr/sbin/opendkim"] {
        ensure!(
            Path::new(program).exists(),
            "{program} is not installed (apt-get install postfix dovecot-imapd opendkim)"
        );
    }
    let status = Command::new("cargo")
        .args(["test", "--workspace", "--test", "mail", "--test", "dkim", "--", "--nocapture"])
        .env("CLAUSULE_MAIL_SERVERS", "1")
        .status()?;
    ensure!(status.success(), "the mail tests failed");
    Ok(())
}
