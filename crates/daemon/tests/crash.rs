//! `kill -9` of the daemon while proofs are dropped over HTTP by several senders: nothing acknowledged is lost, nothing is
//! there twice, the ledger verifies. A few kills here; `cargo xtask crash 200` sets the number. The daemon runs in this very
//! program, started again as a child.

mod common;

use common::{Bench, port, report};
use daemon::net::{self, Url};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::Way;

/// Senders at once.
const SENDERS: usize = 6;
/// Sources they drop through: the rate of one would hold the test up.
const SOURCES: usize = 20;
const CHILD: &str = "CLAUSULE_CRASH_ADDRESS";

fn number(name: &str, default: usize) -> usize {
    std::env::var_os(name).and_then(|v| v.to_string_lossy().parse().ok()).unwrap_or(default)
}

/// The daemon's side: only when the test below starts it.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Some(address) = std::env::var_os(CHILD) else { return };
    let address: SocketAddr = address.to_string_lossy().parse().expect("an address");
    let bench = Bench::again("crash", address);
    let _daemon = bench.start().await;
    std::future::pending::<()>().await;
}

fn start(address: SocketAddr) -> Child {
    let own = std::env::current_exe().expect("this program");
    let mut command = Command::new(own);
    command.args(["--exact", "child"]).env(CHILD, address.to_string());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts")
}

fn proof(n: usize) -> Vec<u8> {
    let mut text = report((n % 31) as u32 + 1);
    text.push_str(&format!("essai {n}\r\n"));
    // Some stand beside the database.
    if n % 50 == 7 {
        text.push_str(&" ".repeat(140 << 10));
    }
    text.into_bytes()
}

struct Senders {
    urls: Vec<Url>,
    total: usize,
    next: AtomicUsize,
    acknowledged: Mutex<BTreeSet<String>>,
}

impl Senders {
    fn done(&self) -> usize {
        self.acknowledged.lock().expect("held").len()
    }

    /// Sends one proof after the other, each until it is acknowledged.
    fn run(&self) {
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            if at >= self.total {
                return;
            }
            let bytes = proof(at);
            loop {
                let url = &self.urls[at % self.urls.len()];
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
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

fn answers(url: &Url) -> bool {
    let health = Url { path: "/sante".to_owned(), ..url.clone() };
    net::exchange(&health, "GET", &[], &[], true, Duration::from_secs(5)).is_ok_and(|a| a.status == 200)
}

#[test]
fn nothing_acknowledged_is_lost_when_the_daemon_is_killed() {
    let kills = number("CLAUSULE_KILLS", 4);
    let total = number("CLAUSULE_PROOFS", 200);
    let (bench, address) = (Bench::new("crash"), port());
    let url = |n: usize| {
        let token = bench.source(&format!("nuit-{n}"), Way::Http, serde_json::json!({}));
        Url::parse(&format!("http://{address}/depot/{token}")).expect("an address")
    };
    let urls: Vec<Url> = (0..SOURCES).map(url).collect();
    let first = urls[0].clone();
    let senders = Arc::new(Senders { urls, total, next: AtomicUsize::new(0), acknowledged: Mutex::default() });
    let threads: Vec<_> = (0..SENDERS)
        .map(|_| {
            let senders = Arc::clone(&senders);
            std::thread::spawn(move || senders.run())
        })
        .collect();
    let (mut killed, mut random) = (0, 0x9e37_79b9_u32);
    while killed < kills && senders.done() < total {
        let mut child = start(address);
        while !answers(&first) {
            assert!(child.try_wait().expect("asked").is_none(), "the daemon ended by itself");
            std::thread::sleep(Duration::from_millis(2));
        }
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        std::thread::sleep(Duration::from_millis(u64::from(random >> 16) % 100));
        child.kill().expect("killed");
        child.wait().expect("gone");
        killed += 1;
    }
    let before = senders.done();
    let mut child = start(address);
    threads.into_iter().for_each(|t| t.join().expect("every proof was acknowledged"));
    child.kill().expect("killed");
    child.wait().expect("gone");
    let there: Vec<String> =
        bench.proofs().iter().map(|p| p["sha256"].as_str().expect("a digest").to_owned()).collect();
    let once: BTreeSet<String> = there.iter().cloned().collect();
    assert_eq!((there.len(), once.len()), (total, total), "each proof once");
    assert!(senders.acknowledged.lock().expect("held").is_subset(&once), "an acknowledged proof is lost");
    let mut dossier = Vec::new();
    bench.store().dossier(None, "essai", daemon::clock::now(), &mut dossier).expect("a dossier");
    assert_eq!(verify::dossier(&dossier, None).findings, []);
    println!(
        "{total} proofs dropped ({before} before the last of {killed} kills): none lost, none twice, the dossier verifies"
    );
}
