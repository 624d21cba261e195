//! Starts a PostgreSQL of its own on loopback, runs the register's suite on it, and stops it.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs `cargo test -p store --features postgres-tests` against a fresh server.
///
/// # Errors
/// When no server can be started, or a test fails.
pub fn run() -> Result<()> {
    let server = Server::start()?;
    let status = Command::new("cargo")
        .args(["test", "-p", "store", "--features", "postgres-tests", "--test", "postgres"])
        .env("CLAUSULE_TEST_POSTGRES", server.url())
        .status()?;
    ensure!(status.success(), "the suite failed on PostgreSQL");
    Ok(())
}

/// A server in a scratch folder; stopped and removed at the end.
pub struct Server {
    bin: PathBuf,
    dir: tempfile::TempDir,
    port: u16,
    root: bool,
}

impl Server {
    /// Starts one; as root it runs as the user `postgres`, since it refuses to run as root.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or doesn't start.
    pub fn start() -> Result<Self> {
        let bin = installed().context("PostgreSQL is not installed (sudo apt-get install postgresql)")?;
        let root = rustix::process::getuid().is_root();
        let dir = tempfile::Builder::new().prefix("clausule-pg-").tempdir()?;
        let port = 20_000 + (std::process::id() % 20_000) as u16;
        let server = Self { bin, dir, port, root };
        if root {
            ensure!(Command::new("chown").arg("postgres").arg(server.dir.path()).status()?.success(), "chown postgres");
        }
        let data = server.dir.path().join("data");
        server.run(
            "initdb",
            &["-D", &data.to_string_lossy(), "-U", "clausule", "-A", "trust", "-E", "UTF8", "--no-locale"],
        )?;
        let options = format!("-p {port} -k {} -c listen_addresses=127.0.0.1", server.dir.path().display());
        let log = server.dir.path().join("log");
        server.run(
            "pg_ctl",
            &["-D", &data.to_string_lossy(), "-o", &options, "-l", &log.to_string_lossy(), "-w", "start"],
        )?;
        Ok(server)
    }

    /// The address, without a database.
    pub fn url(&self) -> String {
        format!("postgres://clausule@127.0.0.1:{}", self.port)
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<()> {
        let path = self.bin.join(program);
        let mut command = if self.root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        let output =
            command.args(args).stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).status()?;
        ensure!(output.success(), "{program} failed");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.dir.path().join("data");
        let _ = self.run("pg_ctl", &["-D", &data.to_string_lossy(), "-m", "immediate", "stop"]);
    }
}

fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin"));
    let mut found: Vec<PathBuf> = versions.filter(|p| p.join("initdb").exists()).collect();
    found.sort();
    found.pop().or_else(|| Some(Path::new("/usr/local/bin").to_owned()).filter(|p| p.join("initdb").exists()))
}
