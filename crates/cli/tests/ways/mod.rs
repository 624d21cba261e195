//! `clausule serve` at a simulated moment, and two of its ways in: a drop over HTTP, a mail over LMTP.

use crate::ports;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A server; ended when it is let go.
pub struct Server {
    child: Child,
    /// Held open: a program whose reader is gone ends.
    _said: BufReader<ChildStdout>,
    machines: u16,
    lmtp: u16,
}

impl Server {
    /// Starts it for a register, with a clock that begins at `now`.
    pub fn start(data: &Path, now: &str) -> Self {
        let (machines, lmtp) = (ports::free(), ports::free());
        let mut child = Command::new(env!("CARGO_BIN_EXE_clausule"))
            .args(["serve", "--listen", "127.0.0.1:0", "--now", now, "--data", &data.display().to_string()])
            .args(["--machines", &format!("127.0.0.1:{machines}"), "--lmtp", &format!("127.0.0.1:{lmtp}")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut said = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        out.read_line(&mut said).expect("it says that it is ready");
        assert!(said.contains("Clausule est prêt"), "{said}");
        Self { child, _said: out, machines, lmtp }
    }

    /// Drops a proof over HTTP; it must be acknowledged as filed.
    pub fn drop_over_http(&self, token: &str, proof: &[u8]) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.machines)).expect("connected");
        let head = format!(
            "POST /depot HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.machines,
            proof.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(proof)).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }

    /// Hands a mail over by LMTP, as Postfix does; it must be accepted for its one recipient.
    pub fn mail_over_lmtp(&self, token: &str, mail: &str) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.lmtp)).expect("connected");
        let mut greeting = [0; 4];
        stream.read_exact(&mut greeting).expect("the greeting comes by itself");
        let body = mail.replace('\n', "\r\n");
        let session = format!(
            "LHLO mx\r\nMAIL FROM:<robot@prestataire.example>\r\nRCPT TO:<depot+{token}@preuves.example>\r\nDATA\r\n{body}\r\n.\r\nQUIT\r\n"
        );
        stream.write_all(session.as_bytes()).expect("sent");
        let mut said = String::from_utf8_lossy(&greeting).into_owned();
        stream.read_to_string(&mut said).expect("answered");
        let codes: Vec<&str> = said.lines().filter(|l| !l.starts_with("250-")).map(|l| &l[..3]).collect();
        assert_eq!(codes, ["220", "250", "250", "250", "354", "250", "221"], "{said}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
