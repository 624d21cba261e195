//! One HTTP request and its answer, over one connection.

use super::{Both, Trouble, dial, explain, resolve, shake, tls};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

/// Longest answer read where nothing else is said, in bytes.
const ANSWER: u64 = 256 << 10;

/// A web address, as far as we go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// Over TLS.
    pub secure: bool,
    /// The machine.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Path and query.
    pub path: String,
}

impl Url {
    /// Reads `http://` or `https://`; no user, no fragment.
    ///
    /// # Errors
    /// What is wrong with it, in French.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("« {text} » n'est pas une adresse http:// ou https://");
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let secure = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(wrong()),
        };
        let at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(at);
        let clean = |t: &str| t.chars().all(|c| c.is_ascii_graphic() && c != '#' && c != '@');
        if authority.is_empty() || !clean(authority) || !clean(path) {
            return Err(wrong());
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
            _ => (authority, Self::usual(secure)),
        };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { secure, host: host.to_owned(), port, path })
    }

    /// The port where none is written.
    fn usual(secure: bool) -> u16 {
        if secure { 443 } else { 80 }
    }
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, as far as it was read.
    pub body: Vec<u8>,
}

/// A request to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `PUT`…
    pub method: &'a str,
    /// Headers besides those of every request.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
    /// Whether private addresses may be dialled.
    pub private: bool,
    /// Longest time for all of it; what is large gets more as it comes.
    pub time: Duration,
    /// Most bytes read of the answer.
    pub most: u64,
    /// A file of authorities trusted besides the system's.
    pub ca: Option<&'a Path>,
}

impl Default for Request<'_> {
    fn default() -> Self {
        let time = Duration::from_secs(30);
        Self { method: "GET", headers: &[], body: &[], private: false, time, most: ANSWER, ca: None }
    }
}

impl Request<'_> {
    /// Sends it, and gives the answer.
    ///
    /// # Errors
    /// What went wrong, in French.
    pub fn send(&self, url: &Url) -> Result<Answer, Trouble> {
        let address = resolve(&url.host, url.port, self.private)?;
        let stream = dial(address, self.time)?;
        let port = if url.port == Url::usual(url.secure) { String::new() } else { format!(":{}", url.port) };
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: {}{port}\r\nConnection: close\r\n", self.method, url.path, url.host);
        head.push_str(concat!("User-Agent: clausule/", env!("CARGO_PKG_VERSION"), "\r\nAccept: */*\r\n"));
        for (name, value) in self.headers {
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.method != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        let answer = if url.secure {
            let mut stream = shake(&url.host, stream, tls(self.ca)?.0)?;
            talk(&mut stream, head.as_bytes(), self.body, self.most)
        } else {
            talk(&mut { stream }, head.as_bytes(), self.body, self.most)
        };
        answer.map_err(Trouble::Failed)
    }
}

/// One request and its answer, over one connection.
///
/// # Errors
/// What went wrong, in French.
pub fn exchange(
    url: &Url,
    method: &str,
    headers: &[(String, String)],
    body: &[u8],
    private: bool,
    time: Duration,
) -> Result<Answer, String> {
    Ok(Request { method, headers, body, private, time, ..Request::default() }.send(url)?)
}

fn talk(stream: &mut impl Both, head: &[u8], body: &[u8], most: u64) -> Result<Answer, String> {
    stream.write_all(head).map_err(|e| explain(&e))?;
    // A server that refuses early may close before it has read all: its answer counts.
    let sent = stream.write_all(body).and_then(|()| stream.flush());
    let mut text = Vec::new();
    let read = stream.take(most).read_to_end(&mut text);
    let answer = answer(&text);
    match (answer, sent, read) {
        (Some(answer), _, _) => Ok(answer),
        (None, Err(e), _) | (None, _, Err(e)) => Err(explain(&e)),
        (None, Ok(()), Ok(_)) => Err("réponse incomplète ou qui n'est pas du HTTP".to_owned()),
    }
}

fn answer(text: &[u8]) -> Option<Answer> {
    let end = text.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(text.get(..end)?);
    let status = head.lines().next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let body = text.get(end + 4..)?;
    let chunked = head.lines().any(|l| {
        let (name, value) = l.split_once(':').unwrap_or_default();
        name.eq_ignore_ascii_case("transfer-encoding") && value.trim().eq_ignore_ascii_case("chunked")
    });
    Some(Answer { status, body: if chunked { whole(body) } else { body.to_vec() } })
}

/// A body that came in chunks, as far as they are whole.
fn whole(mut rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
        let digits = std::str::from_utf8(&rest[..end]).unwrap_or_default().split(';').next().unwrap_or_default();
        let Ok(length) = usize::from_str_radix(digits.trim(), 16) else { break };
        let Some(chunk) = rest.get(end + 2..).and_then(|r| r.get(..length)).filter(|c| !c.is_empty()) else { break };
        out.extend_from_slice(chunk);
        rest = rest.get(end + 4 + length..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_in_chunks_is_put_together() {
        let text = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n6;x=y\r\npedia!\r\n0\r\n\r\n";
        assert_eq!(answer(text).map(|a| a.body), Some(b"Wikipedia!".to_vec()));
        let cut = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nWiki\r\nffffffffffffffff\r\nx";
        assert_eq!(answer(cut).map(|a| a.body), Some(b"Wiki".to_vec()));
    }

    #[test]
    fn addresses_are_read() {
        let url = Url::parse("https://clausule.example:8443/depot?x=1").expect("read");
        assert_eq!(
            (url.secure, url.host.as_str(), url.port, url.path.as_str()),
            (true, "clausule.example", 8443, "/depot?x=1")
        );
        assert_eq!(Url::parse("http://[::1]").map(|u| (u.host, u.port)), Ok(("[::1]".to_owned(), 80)));
        for bad in ["ftp://x", "https://", "https://u:p@x", "https://x/a b", "https://x:99999/", "https://x/\r\nA: b"] {
            assert!(Url::parse(bad).is_err(), "{bad}");
        }
    }
}
