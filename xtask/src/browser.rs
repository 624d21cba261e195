//! The pages in a real browser, with axe-core (fetched from npm, no part of the repository) and pictures kept.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The version of axe-core that is fetched.
const AXE: &str = "axe-core@4.14.1";

/// Fetches axe-core once and runs the browser's tests with it.
///
/// # Errors
/// When npm or a test fails.
pub fn run() -> Result<()> {
    let folder = Path::new("target/axe");
    let script = folder.join("package/axe.min.js");
    if !script.exists() {
        fs::create_dir_all(folder)?;
        let packed = Command::new("npm").args(["pack", "--silent", AXE]).current_dir(folder).output().context("npm")?;
        ensure!(packed.status.success(), "npm pack {AXE}: {}", String::from_utf8_lossy(&packed.stderr));
        let archive = String::from_utf8(packed.stdout)?;
        let unpacked = Command::new("tar").args(["xzf", archive.trim()]).current_dir(folder).status()?;
        ensure!(unpacked.success(), "tar of {archive}");
    }
    let shots = Path::new("target/shots");
    let status = Command::new("cargo")
        .args(["test", "--workspace", "--test", "web", "--test", "web_paths", "--test", "access", "--", "--nocapture"])
        .env("CLAUSULE_AXE", script.canonicalize()?)
        .env("CLAUSULE_SHOTS", std::path::absolute(shots)?)
        .status()?;
    ensure!(status.success(), "the browser's tests fail");
    println!("pictures in {}", shots.display());
    Ok(())
}
