//! `clausule serve` started for a measure, and a few requests over loopback.

use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server of ours; ended with its owner.
pub struct Server {
    child: Child,
    /// `127.0.0.1:port`.
    pub address: String,
}

impl Server {
    /// Starts `clausule serve` over a folder, on a free port.
    ///
    /// # Errors
    /// When it doesn't start.
    pub fn start(bin: &Path, data: &Path) -> Result<Self> {
        let mut child = Command::new(bin)
            .args(["serve", "--no-ocr", "--listen", "127.0.0.1:0", "--by", "Camille", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| bin.display().to_string())?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let address = lines.find_map(|line| Some(line.ok()?.split_once("http://")?.1.trim_end_matches('/').to_owned()));
        // The program goes on speaking; nobody reading would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, address: address.context("the server said no address")? })
    }

    /// The most memory it ever held, in MB.
    ///
    /// # Errors
    /// When the kernel doesn't say.
    pub fn peak_memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).context("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? >> 10)
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When the connection fails.
    pub fn get(&self, path: &str) -> Result<Answer> {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address), b"")
    }

    /// Sends a file as a browser's form does.
    ///
    /// # Errors
    /// When the connection fails.
    pub fn upload(&self, path: &str, name: &str, bytes: &[u8]) -> Result<Answer> {
        let mark = "----clausule-xtask";
        let mut body = format!(
            "--{mark}\r\nContent-Disposition: form-data; name=\"fichiers\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{mark}--\r\n").as_bytes());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
             Content-Type: multipart/form-data; boundary={mark}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        self.send(&head, &body)
    }

    fn send(&self, head: &str, body: &[u8]) -> Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut all = Vec::new();
        stream.read_to_end(&mut all)?;
        let end = all.windows(4).position(|w| w == b"\r\n\r\n").context("an answer without headers")?;
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).context("an answer without a status")?;
        let location = head.lines().find_map(|l| Some(l.split_once(": ")?).filter(|l| l.0 == "location"));
        Ok(Answer { status, location: location.map(|l| l.1.to_owned()), body: all[end + 4..].to_vec() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where it leads.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}
