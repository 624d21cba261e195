//! Contracts brought together are read once each, whatever kills the program meanwhile; an archive is taken apart in a
//! process of its own, and what it can't bear is refused without harm.

use rustix::process::{Pid, Signal};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;
use store::{Place, Progress, Store};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Contracts of the archive.
const CONTRACTS: usize = 20;

struct Server(Child, String);

impl Server {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_clausule"))
            .args(["serve", "--no-ocr", "--listen", "127.0.0.1:0", "--by", "Camille", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = lines.find_map(|l| Some(l.ok()?.split_once("http://")?.1.trim_end_matches('/').to_owned()));
        thread::spawn(move || lines.for_each(drop));
        Self(child, address.expect("an address"))
    }

    fn send(&self, head: &str, body: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.1).expect("it listens");
        let head = format!("{head}Host: {}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n", self.1);
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn upload(&self, name: &str, bytes: &[u8]) -> String {
        let mut body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"fichiers\"; filename=\"{name}\"\r\n\
             Content-Type: application/zip\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let kind = format!("Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n", body.len());
        self.send(&format!("POST /lectures HTTP/1.1\r\n{kind}"), &body)
    }

    /// A process of its own in which it reads files.
    fn reader(&self) -> Pid {
        for _ in 0..2_000 {
            let all = std::fs::read_dir("/proc").expect("processes").flatten();
            let mut pids = all.filter_map(|e| e.file_name().to_string_lossy().parse::<i32>().ok());
            let own = pids.find(|pid| {
                let read = |name: &str| std::fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap_or_default();
                let parent = read("stat").rsplit_once(") ").and_then(|s| s.1.split(' ').nth(1)?.parse::<u32>().ok());
                parent == Some(self.0.id()) && read("cmdline").contains("__read")
            });
            if let Some(pid) = own.and_then(Pid::from_raw) {
                return pid;
            }
            thread::sleep(Duration::from_millis(2));
        }
        panic!("nothing is being read");
    }

    /// Kills it as a power cut would.
    fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn folder(name: &str) -> PathBuf {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&data);
    data
}

fn archive() -> Vec<u8> {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/maintenance-faible.txt");
    let sample = std::fs::read_to_string(sample).expect("a sample");
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for nth in 0..CONTRACTS {
        zip.start_file(format!("lot/{nth:02}.txt"), SimpleFileOptions::default()).expect("begun");
        zip.write_all(format!("{sample}\nExemplaire {nth}\n").as_bytes()).expect("written");
    }
    zip.finish().expect("whole").into_inner()
}

/// The lines of the register, once so many are done.
fn done(data: &Path, most: usize) -> Vec<(String, Progress)> {
    for _ in 0..1_200 {
        let now = "2026-11-29T10:00:00Z".parse().expect("an instant");
        let mut store = Store::open(&Place::folder(data), "principal", &|| [3; 32], now).expect("opens");
        let lines = store.newest_lines(100).expect("read");
        if lines.iter().filter(|l| l.progress == Progress::Done).count() >= most {
            return lines.into_iter().map(|l| (l.name, l.progress)).collect();
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{most} contracts are never done");
}

#[test]
fn a_kill_in_the_middle_loses_and_doubles_nothing() {
    let data = folder("jobs-kill");
    let server = Server::start(&data);
    assert!(server.upload("lot.zip", &archive()).starts_with("HTTP/1.1 303"), "the archive is taken");
    let before = done(&data, 2).iter().filter(|l| l.1 == Progress::Done).count();
    server.kill();
    assert!(before < CONTRACTS, "the kill comes in the middle: {before} are done");
    let _server = Server::start(&data);
    let mut lines = done(&data, CONTRACTS);
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    let names: Vec<String> = lines.into_iter().map(|l| l.0).collect();
    let expected: Vec<String> = (0..CONTRACTS).map(|n| format!("{n:02}.txt")).collect();
    assert_eq!(names, expected, "each is there once");
    let now = "2026-11-29T10:00:00Z".parse().expect("an instant");
    let mut store = Store::open(&Place::folder(&data), "principal", &|| [3; 32], now).expect("opens");
    let entries = store.entries(None, None, 1_000).expect("read");
    let brought = entries.iter().filter(|e| e.kind == ledger::Kind::Document).count();
    assert_eq!(brought, CONTRACTS, "each came once, says the ledger");
    for id in 1..=CONTRACTS as u64 {
        store.review_result(id).expect("each is read");
    }
}

#[test]
fn a_reader_that_dies_is_one_failed_document_at_most() {
    let data = folder("jobs-reader");
    let server = Server::start(&data);
    assert!(server.upload("lot.zip", &archive()).starts_with("HTTP/1.1 303"), "the archive is taken");
    rustix::process::kill_process(server.reader(), Signal::KILL).expect("killed");
    let lines = done(&data, CONTRACTS - 1);
    let failed = lines.iter().filter(|l| l.1 == Progress::Failed).count();
    assert!(failed <= 1, "{failed} failed");
    assert!(server.send("GET /analyses HTTP/1.1\r\n", b"").starts_with("HTTP/1.1 200"), "the pages go on");
}

#[test]
fn an_archive_that_swells_is_refused_and_the_pages_go_on() {
    let server = Server::start(&folder("jobs-swell"));
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    // A gigabyte of blanks in a megabyte.
    let blank = vec![b' '; 1 << 20];
    for nth in 0..4 {
        zip.start_file(format!("{nth}.txt"), SimpleFileOptions::default().large_file(true)).expect("begun");
        (0..256).try_for_each(|_| zip.write_all(&blank)).expect("written");
    }
    let answer = server.upload("bombe.zip", &zip.finish().expect("whole").into_inner());
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("plus de données"), "{answer}");
    assert!(server.send("GET /analyses HTTP/1.1\r\n", b"").starts_with("HTTP/1.1 200"), "the pages go on");
    let peak = std::fs::read_to_string(format!("/proc/{}/status", server.0.id())).expect("read");
    let peak = peak.lines().find_map(|l| l.strip_prefix("VmHWM:")).expect("a peak").trim().trim_end_matches(" kB");
    assert!(peak.trim().parse::<u64>().expect("a number") < 400 << 10, "the pages' process held {peak} kB");
}
