//! `kill -9` of `clausule serve` while proofs are dropped over HTTP by several senders: nothing acknowledged is lost, nothing is
//! there twice, the ledger verifies. A few kills here; `cargo xtask crash 200` sets the number.

mod desk;

use daemon::net::{self, Url};
use desk::Desk;
use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Senders at once.
const SENDERS: usize = 6;
/// Sources they drop through.
const SOURCES: usize = 20;

fn number(name: &str, default: usize) -> usize {
    std::env::var_os(name).and_then(|v| v.to_string_lossy().parse().ok()).unwrap_or(default)
}

struct Senders {
    urls: Vec<Url>,
    proofs: Vec<String>,
    next: AtomicUsize,
    acknowledged: Mutex<BTreeSet<String>>,
    over: AtomicBool,
}

impl Senders {
    /// Sends one proof after the other; each until it is acknowledged.
    fn run(&self) {
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = self.proofs.get(at) else { return };
            let url = &self.urls[at % self.urls.len()];
            let bytes = fs::read(path).expect("a proof");
            while !self.over.load(Ordering::Relaxed) {
                match net::exchange(url, "POST", &[], &bytes, true, Duration::from_secs(30)) {
                    Ok(answer) if matches!(answer.status, 200 | 201) => {
                        let told: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
                        let digest = told["sha256"].as_str().expect("a digest").to_owned();
                        self.acknowledged.lock().expect("held").insert(digest);
                        break;
                    }
                    Ok(answer) => assert!(matches!(answer.status, 429 | 503), "{}", answer.status),
                    Err(_) => {}
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

fn start(desk: &Desk, address: &str) -> Child {
    let data = desk.data.to_string_lossy().into_owned();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_clausule"));
    command.args(["serve", "--data", &data, "--listen", "127.0.0.1:0", "--machines", address]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts")
}

fn answers(url: &Url) -> bool {
    let health = Url { path: "/sante".to_owned(), ..url.clone() };
    net::exchange(&health, "GET", &[], &[], true, Duration::from_secs(5)).is_ok_and(|a| a.status == 200)
}

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let kills = number("CLAUSULE_KILLS", 4);
    let total = number("CLAUSULE_PROOFS", 120);
    let desk = Desk::new("serve-crash");
    let proofs: Vec<String> = (0..total).map(|n| desk.proof(n, if n % 50 == 7 { 140 << 10 } else { 0 })).collect();
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port");
    // The rate of one source would hold the test up.
    let urls: Vec<Url> = (0..SOURCES)
        .map(|n| {
            let said = desk.ok(&["source", "new", "http", &format!("nuit-{n}")]);
            let token = said.lines().find_map(|l| l.strip_prefix("Jeton : ")).expect("a token");
            Url::parse(&format!("http://{port}/depot/{token}")).expect("an address")
        })
        .collect();
    let url = urls[0].clone();
    let senders = Arc::new(Senders {
        urls,
        proofs,
        next: AtomicUsize::new(0),
        acknowledged: Mutex::default(),
        over: AtomicBool::new(false),
    });
    let threads: Vec<_> = (0..SENDERS)
        .map(|_| {
            let senders = Arc::clone(&senders);
            std::thread::spawn(move || senders.run())
        })
        .collect();
    let (mut killed, mut random) = (0, 0x9e37_79b9_u32);
    let done = || senders.acknowledged.lock().expect("held").len();
    while killed < kills && done() < total {
        let mut child = start(&desk, &port.to_string());
        while !answers(&url) {
            assert!(child.try_wait().expect("asked").is_none(), "the server ended by itself");
            std::thread::sleep(Duration::from_millis(5));
        }
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        std::thread::sleep(Duration::from_millis(u64::from(random >> 16) % 150));
        child.kill().expect("killed");
        child.wait().expect("gone");
        killed += 1;
    }
    let mut child = start(&desk, &port.to_string());
    for thread in threads {
        thread.join().expect("every proof was acknowledged");
    }
    senders.over.store(true, Ordering::Relaxed);
    child.kill().expect("killed");
    child.wait().expect("gone");
    let there = desk.proofs();
    let once: BTreeSet<String> = there.iter().cloned().collect();
    assert_eq!((there.len(), once.len()), (total, total), "each proof once");
    assert!(senders.acknowledged.lock().expect("held").is_subset(&once), "an acknowledged proof is lost");
    println!("{total} proofs dropped, {killed} kills of the server: none lost, none twice, the dossier verifies");
}
