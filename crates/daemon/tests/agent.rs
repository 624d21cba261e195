//! Real inventory agents against our listener, where one is installed: FusionInventory (`apt-get install fusioninventory-agent`)
//! and GLPI Agent. What they tell of persons, processes and the environment is never kept.
#![cfg(target_os = "linux")]

mod common;

use common::Bench;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use store::Way;

/// A process whose arguments hold a secret, for the agent to see.
struct Secretive(Child);

impl Secretive {
    fn start() -> Self {
        use std::os::unix::process::CommandExt as _;
        let mut command = Command::new("sleep");
        command.arg0("SECRET-process --password=SECRET-password").arg("120");
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("it starts"))
    }
}

impl Drop for Secretive {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the agent once; gives what it said.
fn run(agent: &Path, dir: &Path, server: &str) -> String {
    let mut command = Command::new(agent);
    fs::write(dir.join("agent.cfg"), "").expect("written");
    command.arg("--server").arg(server).arg("--conf-file").arg(dir.join("agent.cfg"));
    command.args(["--force", "--no-httpd", "--debug", "--logger=stderr", "--backend-collect-timeout=60"]);
    command.env("DB_PASSWORD", "SECRET-env").stdin(Stdio::null());
    let done = command.output().expect("the agent runs");
    let said = String::from_utf8_lossy(&done.stderr).into_owned() + &String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}");
    said
}

/// Every agent that is there, by its name.
fn agents() -> Vec<(&'static str, std::path::PathBuf)> {
    let glpi = std::env::vars_os().find(|v| v.0 == "CLAUSULE_GLPI_AGENT").map_or("/usr/bin/glpi-agent".into(), |v| v.1);
    let all = [("fusioninventory-agent", "/usr/bin/fusioninventory-agent".into()), ("glpi-agent", glpi)];
    let there = |(name, path): (&'static str, std::ffi::OsString)| {
        let path = std::path::PathBuf::from(path);
        if !path.exists() {
            println!("skipped: {name} is not installed");
        }
        path.exists().then_some((name, path))
    };
    all.into_iter().filter_map(there).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_agent_is_understood_and_what_is_private_is_never_kept() {
    for (name, agent) in agents() {
        let bench = Bench::new(name);
        let path = format!("/glpi/{}", bench.source("parc", Way::Glpi, json!({})));
        let daemon = bench.start().await;
        let server = format!("http://{}{path}", bench.settings.machines.expect("an address"));
        let _process = Secretive::start();
        let dir = bench.dir.clone();
        let said = tokio::task::spawn_blocking(move || run(&agent, &dir, &server)).await.expect("it ended");
        let proofs = bench.until(1).await;
        daemon.stop().await;
        assert_eq!(proofs.len(), 1, "{name}: {said}");
        let fact = &bench.facts()[0];
        let host = fs::read_to_string("/proc/sys/kernel/hostname").expect("a name");
        let host = host.trim().split('.').next().unwrap_or_default();
        assert_eq!(fact["state"], "ok", "{name}: {fact}");
        assert!(fact["host"].as_str().is_some_and(|h| h.split('.').next() == Some(host)), "{name}: {fact}");
        assert!(fact["measures"]["softwares"].as_f64().is_some_and(|n| n > 50.0), "{name}: {fact}");
        let mut whole = bench.export();
        for file in ["registre.sqlite", "registre.sqlite-wal"] {
            whole.push((file.to_owned(), fs::read(bench.dir.join("registre").join(file)).unwrap_or_default()));
        }
        for (member, bytes) in whole {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            for word in [
                "secret-",
                "<processes>",
                "\"processes\"",
                "<envs>",
                "\"envs\"",
                "<users>",
                "\"users\"",
                "<local_users>",
                "\"local_users\"",
            ] {
                assert!(!text.contains(word), "{name}: {member} holds {word}");
            }
        }
    }
}
