//! A daemon on a scratch register, with ports of its own on loopback.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod ports;

use daemon::net::{self, Answer, Url};
use daemon::{Daemon, Settings, clock};
use serde_json::{Map, Value};
use std::io::{Cursor, Read as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::{Place, Source, Store, Way};

/// The longest any wait for the daemon takes before the test gives up.
const PATIENCE: u32 = 600;

pub struct Bench {
    pub dir: PathBuf,
    pub settings: Settings,
}

pub fn seed() -> [u8; 32] {
    // Tokens must differ; the tests need no better randomness.
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    let n = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    ledger::Digest::of(&[n.to_le_bytes(), u64::from(std::process::id()).to_le_bytes()].concat()).0
}

/// A free port on loopback.
pub fn port() -> SocketAddr {
    (std::net::Ipv4Addr::LOCALHOST, ports::free()).into()
}

impl Bench {
    pub fn new(name: &str) -> Self {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("daemon-{name}"));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).expect("a folder");
        let bench = Self::on(dir, port());
        drop(Store::open(&bench.settings.place, "principal", &seed, clock::now()).expect("a register"));
        bench
    }

    /// The register that another process made, at an address of one's own.
    pub fn again(name: &str, machines: SocketAddr) -> Self {
        Self::on(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("daemon-{name}")), machines)
    }

    fn on(dir: PathBuf, machines: SocketAddr) -> Self {
        let settings = Settings {
            place: Place::folder(&dir.join("registre")),
            org: "principal".to_owned(),
            random: seed,
            pdf: Arc::new(|_| String::new()),
            machines: Some(machines),
            lmtp: Some(port()),
            relay: Some("mx.cabinet.example".to_owned()),
            watch: Vec::new(),
        };
        Self { dir, settings }
    }

    pub fn store(&self) -> Store {
        Store::open(&self.settings.place, "principal", &seed, clock::now()).expect("the register opens")
    }

    /// Makes a source; gives its token, or its id where it has none.
    pub fn source(&self, name: &str, way: Way, settings: Value) -> String {
        let Value::Object(settings) = settings else { panic!("an object") };
        self.source_with(name, way, settings)
    }

    fn source_with(&self, name: &str, way: Way, settings: Map<String, Value>) -> String {
        let new = Source {
            id: String::new(),
            name: name.to_owned(),
            way,
            contract: None,
            tool: None,
            zone: "Europe/Paris".to_owned(),
            settings,
            created: String::new(),
            revoked: None,
        };
        let (source, token) = self.store().add_source(new, seed(), "essai", clock::now()).expect("a source");
        token.unwrap_or(source.id)
    }

    pub async fn start(&self) -> Daemon {
        Daemon::start(self.settings.clone()).await.expect("the daemon starts")
    }

    /// One request to the machines' address.
    pub async fn ask(&self, method: &'static str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let url = format!("http://{}{path}", self.settings.machines.expect("an address"));
        let headers: Vec<(String, String)> = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let body = body.to_vec();
        let asked = move || {
            net::exchange(
                &Url::parse(&url).expect("an address"),
                method,
                &headers,
                &body,
                true,
                Duration::from_secs(30),
            )
        };
        tokio::task::spawn_blocking(asked).await.expect("asked").expect("answered")
    }

    /// Every member of the register's export, by name.
    pub fn export(&self) -> Vec<(String, Vec<u8>)> {
        let mut out = Cursor::new(Vec::new());
        self.store().archive(None, clock::now(), &mut out).expect("exported");
        let mut zip = zip::ZipArchive::new(out).expect("a ZIP");
        (0..zip.len())
            .map(|at| {
                let mut member = zip.by_index(at).expect("a member");
                let mut bytes = Vec::new();
                member.read_to_end(&mut bytes).expect("read");
                (member.name().expect("a name").into_owned(), bytes)
            })
            .collect()
    }

    fn rows(&self, name: &str) -> Vec<Value> {
        let all = self.export();
        let text = &all.iter().find(|(n, _)| n == name).expect("a member").1;
        String::from_utf8_lossy(text).lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
    }

    /// Rows of the filed proofs.
    pub fn proofs(&self) -> Vec<Value> {
        self.rows("proofs.jsonl")
    }

    /// Their facts.
    pub fn facts(&self) -> Vec<Value> {
        self.rows("facts.jsonl").into_iter().map(|mut r| r["fact"].take()).collect()
    }

    /// Waits until so many proofs are filed, and gives them.
    pub async fn until(&self, count: usize) -> Vec<Value> {
        for _ in 0..PATIENCE {
            let proofs = self.proofs();
            if proofs.len() >= count {
                return proofs;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{} proofs of {count} came", self.proofs().len());
    }
}

pub fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("JSON: {}", String::from_utf8_lossy(&answer.body)))
}

/// A nightly report in a mail.
pub fn report(day: u32) -> String {
    format!(
        "From: sauvegarde@infogerant.example\r\nTo: depot@preuves.example\r\nSubject: Cron <root@srv-cabinet> restic backup\r\n\
         Date: Tue, {day:02} Mar 2026 02:10:00 +0100\r\nMessage-ID: <nuit-{day}@infogerant.example>\r\n\r\n\
         {{\"message_type\":\"summary\",\"files_new\":1,\"total_files_processed\":1800,\"total_bytes_processed\":1800000,\
         \"data_added\":{day},\"total_duration\":1.5,\"backup_start\":\"2026-03-{day:02}T01:00:00Z\",\
         \"backup_end\":\"2026-03-{day:02}T01:01:00Z\",\"snapshot_id\":\"{day:016x}\"}}\r\nrc=0\r\n"
    )
}
