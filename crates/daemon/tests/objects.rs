//! Large files in S3 servers on loopback, where they can be had: moto (`pip install "moto[server]"`), and one of two verbs
//! (`objects.py`) that has every signature checked by Amazon's own botocore, which moto brings along.

mod common;

use common::{Bench, port};
use daemon::net;
use daemon::objects::Bucket;
use serde_json::json;
use std::fs;
use std::io::{Cursor, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use store::{Incoming, Pieces as _, Place, Store, Way};

const KEY: &str = "CLE-ESSAI";
const SECRET: &str = "SECRET-essai";

/// A server of objects with a bucket `preuves`.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// None where it can't be had.
    fn moto(address: SocketAddr) -> Option<Self> {
        let port = address.port().to_string();
        let server = Self::start("moto_server", &["-H", "127.0.0.1", "-p", &port], address)?;
        assert_eq!(server.raw("PUT", "/preuves", b""), 200, "a bucket");
        Some(server)
    }

    /// None where it can't be had.
    fn strict() -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/objects.py");
        let address = port();
        Self::start("python3", &[script, &address.port().to_string(), KEY, SECRET], address)
    }

    fn start(program: &str, args: &[&str], address: SocketAddr) -> Option<Self> {
        let mut command = Command::new(program);
        let child = command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut server = Self { child: child.ok()?, address };
        let url = net::Url::parse(&format!("http://{address}/")).expect("an address");
        for _ in 0..600 {
            if net::exchange(&url, "GET", &[], &[], true, Duration::from_secs(20)).is_ok() {
                return Some(server);
            }
            if server.child.try_wait().expect("its state").is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// An unsigned request.
    fn raw(&self, method: &str, path: &str, body: &[u8]) -> u16 {
        let url = net::Url::parse(&format!("http://{}{path}", self.address)).expect("an address");
        net::exchange(&url, method, &[], body, true, Duration::from_secs(20)).expect("answered").status
    }

    fn bucket(&self, prefix: &str) -> Bucket {
        let address = format!("s3://preuves/{prefix}?endpoint=http://{}", self.address);
        Bucket::open(&address, KEY, SECRET).expect("an address")
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn scratch(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("objects-{name}"));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a folder");
    dir
}

fn place(dir: &Path, objects: Option<Bucket>) -> Place {
    let mut place = Place::folder(dir);
    place.objects = objects.map(|bucket| Arc::new(bucket) as Arc<dyn store::Pieces>);
    place
}

fn open(place: &Place) -> Store {
    Store::open(place, "principal", &common::seed, daemon::clock::now()).expect("the register opens")
}

/// A log too large for the database.
fn large(nth: u8) -> Vec<u8> {
    format!("nuit {nth} : tout va bien\n").repeat(8_000).into_bytes()
}

fn file(store: &mut Store, bytes: &[u8]) {
    let incoming = Incoming { name: "journal.txt", bytes, via: "file", ..Incoming::default() };
    store.file(&incoming, &daemon::clock::here(), daemon::clock::now()).expect("filed");
    store.sign().expect("signed");
}

/// What was kept comes out whole: by an archive taken back elsewhere, and in a dossier.
fn comes_out(store: &mut Store, elsewhere: &Place, files: &[Vec<u8>]) {
    let mut archive = Cursor::new(Vec::new());
    store.archive(Some(&elsewhere.data.with_file_name("registre")), daemon::clock::now(), &mut archive).expect("saved");
    store::check_archive(Cursor::new(archive.get_ref())).expect("reads back");
    archive.set_position(0);
    Store::restore(elsewhere, archive, &common::seed, daemon::clock::now()).expect("restored");
    let mut dossier = Vec::new();
    open(elsewhere).dossier(None, "essai", daemon::clock::now(), &mut dossier).expect("a dossier");
    let report = verify::dossier(&dossier, None);
    assert!(report.is_whole(), "{:?}", report.findings);
    let mut zip = zip::ZipArchive::new(Cursor::new(dossier)).expect("a ZIP");
    for bytes in files {
        let mut found = Vec::new();
        let mut member = zip.by_name(&format!("blobs/{}", ledger::Digest::of(bytes))).expect("a member");
        member.read_to_end(&mut found).expect("read");
        assert!(found == *bytes);
    }
}

fn skipped(what: &str) {
    println!("skipped: {what} can't be had here (pip install \"moto[server]\")");
}

fn round_trip(name: &str, server: &Server) {
    let dir = scratch(name);
    // One file from before the bucket, in the folder; one in the bucket.
    let own = place(&dir.join("registre"), None);
    file(&mut open(&own), &large(1));
    let own = place(&dir.join("registre"), Some(server.bucket("cabinet/a")));
    let mut store = open(&own);
    file(&mut store, &large(2));
    let kept =
        server.bucket("cabinet/a").get("principal", &ledger::Digest::of(&large(2))).expect("it is in the bucket");
    assert!(kept == large(2));
    let folder = dir.join("registre/pieces/principal");
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1, "only what came before");
    let other = place(&dir.join("ailleurs"), Some(server.bucket("cabinet/b")));
    comes_out(&mut store, &other, &[large(1), large(2)]);
    assert!(!dir.join("ailleurs/pieces").exists(), "a restore goes to the bucket too");
    // Without the bucket, the error says what is wanting.
    let mut blind = open(&place(&dir.join("registre"), None));
    let refused = blind.archive(None, daemon::clock::now(), Cursor::new(Vec::new())).expect_err("a file is not there");
    assert!(refused.to_string().contains("--objects"), "{refused}");
    let gone = server.bucket("cabinet/a").get("principal", &ledger::Digest::of(b"")).expect_err("never put");
    assert_eq!(gone.kind(), std::io::ErrorKind::NotFound, "{gone}");
    // What is past its time is erased there too; once more is no harm.
    let bucket = server.bucket("cabinet/a");
    let digest = ledger::Digest::of(&large(2));
    for _ in 0..2 {
        bucket.remove("principal", &digest).expect("removed");
        assert!(bucket.get("principal", &digest).is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound));
    }
}

#[test]
fn moto_keeps_what_is_large_and_gives_it_back() {
    match Server::moto(port()) {
        Some(server) => round_trip("moto", &server),
        None => skipped("moto_server"),
    }
}

#[test]
fn every_request_is_rightly_signed_and_a_false_key_is_refused() {
    let Some(server) = Server::strict() else { return skipped("botocore") };
    round_trip("strict", &server);
    let address = format!("s3://preuves?endpoint=http://{}", server.address);
    for (key, secret, word) in
        [(KEY, "une-autre-clef", "SignatureDoesNotMatch"), ("AUTRE", SECRET, "InvalidAccessKeyId")]
    {
        let thief = Bucket::open(&address, key, secret).expect("an address");
        let refused = thief.put("principal", &ledger::Digest::of(&large(1)), &large(1)).expect_err("refused");
        let said = refused.to_string();
        assert!(said.contains(word) && !said.contains(secret) && !said.contains("X-Amz"), "{said}");
    }
    let own = server.bucket("");
    let other = own.put("principal", &ledger::Digest::of(&large(1)), b"autre chose").expect_err("altered on the way");
    assert!(other.to_string().contains("BadDigest"), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_that_the_bucket_did_not_keep() {
    let mut bench = Bench::new("objects");
    let address = port();
    let Some(mut server) = Server::moto(address) else { return skipped("moto_server") };
    bench.settings.place = place(&bench.settings.place.data.clone(), Some(server.bucket("")));
    let path = format!("/depot/{}", bench.source("nuit", Way::Http, json!({})));
    let daemon = bench.start().await;
    assert_eq!(bench.ask("POST", &path, &[], &large(1)).await.status, 201);
    server.stop();
    assert_eq!(bench.ask("POST", &path, &[], &large(2)).await.status, 503, "the bucket is away");
    assert_eq!(bench.ask("POST", &path, &[], b"petit").await.status, 201, "small ones stand in the database");
    daemon.stop().await;
    // moto keeps its objects in memory: what comes back is empty, and what was filed is missed, not invented.
    let again =
        tokio::task::spawn_blocking(move || Server::moto(address).expect("it starts again")).await.expect("started");
    let archive = || bench.store().archive(None, daemon::clock::now(), Cursor::new(Vec::new()));
    let missed = archive().expect_err("a file is gone").to_string();
    assert!(missed.contains("--objects"), "{missed}");
    let digest = ledger::Digest::of(&large(1));
    let untrue = again.bucket("").put("principal", &digest, b"autre chose").expect_err("it is not what it should be");
    assert!(untrue.to_string().contains("tel qu'il a été confié"), "{untrue}");
    let missed = archive().expect_err("another file").to_string();
    assert!(missed.contains("tel qu'il a été confié"), "{missed}");
    again.bucket("").put("principal", &digest, &large(1)).expect("kept");
    assert_eq!(bench.proofs().len(), 2, "what was answered 201, and nothing else");
}
