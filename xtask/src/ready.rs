//! `cargo xtask ready`: everything CI checks, in one command.

use anyhow::{Result, bail};
use std::process::{Command, Stdio};

/// Format, lints, tests, documentation, tidiness, licences.
///
/// # Errors
/// The first step that fails.
pub fn run() -> Result<()> {
    step("format", "cargo", &["fmt", "--all", "--check"])?;
    step("clippy", "cargo", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    step("tests", "cargo", &["test", "--workspace", "--no-fail-fast"])?;
    step("docs", "cargo", &["doc", "--workspace", "--no-deps", "--quiet"])?;
    println!("== tidy");
    crate::tidy::run()?;
    let deny = Command::new("cargo").args(["deny", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if deny.is_ok_and(|s| s.success()) {
        // Advisories need the network; licences, bans and sources do not.
        step("deny", "cargo", &["deny", "--offline", "check", "bans", "licenses", "sources"])?;
    } else {
        println!("== deny: cargo-deny is not installed here, skipped (cargo install cargo-deny)");
    }
    println!("== ready");
    Ok(())
}

fn step(name: &str, program: &str, args: &[&str]) -> Result<()> {
    println!("== {name}");
    let mut command = Command::new(program);
    command.args(args);
    if name == "docs" {
        command.env("RUSTDOCFLAGS", "-D warnings");
    }
    if !command.status()?.success() {
        bail!("{name} failed: {program} {}", args.join(" "));
    }
    Ok(())
}
