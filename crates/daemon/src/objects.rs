//! Large files in an object store that speaks S3: signed by `rusty-s3`, carried by [`net`](crate::net).
//!
//! A file counts as kept once it was read back and is the one that was sent: an address that answers 200 to anything keeps
//! nothing. The keys of access are never written anywhere; addresses, which hold signatures, are never logged.

use crate::client;
use crate::clock;
use crate::net::{Request, Url};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ledger::Digest;
use rusty_s3::actions::{DeleteObject, GetObject, PutObject, S3Action};
use rusty_s3::{Bucket as Named, Credentials, UrlStyle};
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;
use store::Pieces;

/// How long a signed address holds.
const HOLDS: Duration = Duration::from_secs(300);
/// Longest wait for anything.
const TIME: Duration = Duration::from_secs(20);
/// Waits before each try, in seconds.
const TRIES: [u64; 3] = [0, 1, 3];
/// Most bytes read back: more than any file that is kept.
const MOST: u64 = 1 << 30;
/// How an address is written.
const FORM: &str = "--objects attend s3://seau/préfixe?endpoint=https://machine&region=nom";

/// A bucket, and where in it.
pub struct Bucket {
    bucket: Named,
    credentials: Credentials,
    prefix: String,
    host: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Bucket({} at {})", self.bucket.name(), self.host)
    }
}

/// Why a try came to nothing.
enum Wrong {
    Again(String),
    Never(io::Error),
}

impl Bucket {
    /// Reads an address: `s3://bucket/prefix`, with `region` for Amazon, or `endpoint` for another server (and `style=host` where
    /// it wants the bucket in the machine's name). Nothing is asked yet.
    ///
    /// # Errors
    /// What is wrong with it, in French.
    pub fn open(address: &str, key: &str, secret: &str) -> Result<Self, String> {
        let rest = address.strip_prefix("s3://").ok_or(FORM)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (name, prefix) = path.split_once('/').unwrap_or((path, ""));
        let prefix = prefix.trim_end_matches('/');
        let plain = |t: &str| t.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
        let named = (3..=63).contains(&name.len()) && plain(name) && !name.starts_with('.');
        if !named || !prefix.split('/').all(|p| plain(p) && (prefix.is_empty() || !p.trim_matches('.').is_empty())) {
            return Err(format!("« {path} » n'est pas un seau et un préfixe : {FORM}"));
        }
        let (mut endpoint, mut region, mut style) = (None, None, None);
        for (what, value) in query.split('&').filter(|p| !p.is_empty()).map(|p| p.split_once('=').unwrap_or((p, ""))) {
            match what {
                "endpoint" => endpoint = Some(value),
                "region" => region = Some(value),
                "style" => style = Some(value),
                other => return Err(format!("« {other} » inconnu : {FORM}")),
            }
        }
        let style = match (style, endpoint) {
            (Some("host"), _) | (None, None) => UrlStyle::VirtualHost,
            (Some("path"), _) | (None, Some(_)) => UrlStyle::Path,
            _ => return Err(format!("style=path ou style=host : {FORM}")),
        };
        let server = match (endpoint, region) {
            (Some(server), _) => server.to_owned(),
            (None, Some(region)) if plain(region) => format!("https://s3.{region}.amazonaws.com"),
            _ => return Err(format!("chez Amazon, dites la région ; ailleurs, endpoint : {FORM}")),
        };
        // Files travel openly only to this machine.
        let host = client::allowed(&server, false).map_err(|f| f.message)?.host;
        let parsed = server.parse().map_err(|_| format!("« {server} » n'est pas une adresse : {FORM}"))?;
        let region = region.unwrap_or("us-east-1").to_owned();
        let bucket = Named::new(parsed, style, name.to_owned(), region);
        let bucket = bucket.map_err(|_| format!("« {server} » ne va pas avec le seau « {name} » : {FORM}"))?;
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Self { bucket, credentials: Credentials::new(key, secret), prefix, host })
    }

    fn key(&self, org: &str, sha256: &Digest) -> String {
        let name = sha256.to_string();
        format!("{}{org}/{}/{name}", self.prefix, &name[..2])
    }

    /// Tries until it is done, or sure not to be.
    fn patiently<T>(&self, mut one: impl FnMut() -> Result<T, Wrong>) -> io::Result<T> {
        let mut last = String::new();
        for wait in TRIES {
            std::thread::sleep(Duration::from_secs(wait));
            match one() {
                Ok(done) => return Ok(done),
                Err(Wrong::Never(error)) => return Err(error),
                Err(Wrong::Again(why)) => last = why,
            }
        }
        Err(io::Error::other(self.said(&last)))
    }

    fn said(&self, why: &str) -> String {
        format!("dépôt d'objets « {} » ({}) : {why}", self.bucket.name(), self.host)
    }

    /// Sends a signed request; gives the body of an answer that grants it.
    fn ask(&self, url: &str, request: &Request) -> Result<Vec<u8>, Wrong> {
        let url = Url::parse(url).map_err(|_| Wrong::Never(io::Error::other(self.said("adresse illisible"))))?;
        // The administrator's own server: a private address is meant.
        let request = Request { private: true, time: TIME, most: MOST, ..*request };
        let answer = request.send(&url).map_err(|e| Wrong::Again(e.to_string()))?;
        let code = code(&answer.body);
        let shown = if code.is_empty() { String::new() } else { format!(" ({code})") };
        let said = format!("réponse {}{shown}", answer.status);
        match answer.status {
            200..=204 => Ok(answer.body),
            429 | 500.. => Err(Wrong::Again(said)),
            404 if code.is_empty() || code == "NoSuchKey" => {
                Err(Wrong::Never(io::Error::new(ErrorKind::NotFound, self.said(&said))))
            }
            _ => Err(Wrong::Never(io::Error::other(self.said(&said)))),
        }
    }

    fn read(&self, key: &str, sha256: &Digest) -> Result<Vec<u8>, Wrong> {
        let action = GetObject::new(&self.bucket, Some(&self.credentials), key);
        let url = action.sign_with_time(HOLDS, &clock::now());
        let bytes = self.ask(url.as_str(), &Request::default())?;
        if Digest::of(&bytes) != *sha256 {
            return Err(Wrong::Again(format!("le fichier {sha256} n'en revient pas tel qu'il a été confié")));
        }
        Ok(bytes)
    }

    fn write(&self, key: &str, sha256: &Digest, bytes: &[u8]) -> Result<(), Wrong> {
        let sum = STANDARD.encode(sha256.0);
        let mut action = PutObject::new(&self.bucket, Some(&self.credentials), key);
        // A server that knows this header refuses bytes that were altered on the way.
        action.headers_mut().insert("x-amz-checksum-sha256", sum.as_str());
        let url = action.sign_with_time(HOLDS, &clock::now());
        let headers = [("x-amz-checksum-sha256".to_owned(), sum.clone())];
        let request = Request { method: "PUT", headers: &headers, body: bytes, ..Request::default() };
        self.ask(url.as_str(), &request).map(|_| ())
    }
}

impl Pieces for Bucket {
    fn put(&self, org: &str, sha256: &Digest, bytes: &[u8]) -> io::Result<()> {
        let key = self.key(org, sha256);
        self.patiently(|| {
            self.write(&key, sha256, bytes)?;
            match self.read(&key, sha256) {
                Err(Wrong::Never(e)) if e.kind() == ErrorKind::NotFound => Err(Wrong::Again(e.to_string())),
                read => read.map(|_| ()),
            }
        })
    }

    fn get(&self, org: &str, sha256: &Digest) -> io::Result<Vec<u8>> {
        let key = self.key(org, sha256);
        self.patiently(|| self.read(&key, sha256))
    }

    fn remove(&self, org: &str, sha256: &Digest) -> io::Result<()> {
        let key = self.key(org, sha256);
        self.patiently(|| {
            let url =
                DeleteObject::new(&self.bucket, Some(&self.credentials), &key).sign_with_time(HOLDS, &clock::now());
            match self.ask(url.as_str(), &Request { method: "DELETE", ..Request::default() }) {
                Err(Wrong::Never(e)) if e.kind() == ErrorKind::NotFound => Ok(()),
                done => done.map(|_| ()),
            }
        })
    }
}

/// The word by which the server says what is wrong.
fn code(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..body.len().min(4_096)).unwrap_or_default());
    let inside = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    inside.map(|(code, _)| code.chars().filter(char::is_ascii_alphanumeric).take(60).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(address: &str) -> Result<Bucket, String> {
        Bucket::open(address, "CLE-ESSAI", "SECRET-essai")
    }

    #[test]
    fn addresses_are_read_and_keys_are_shown_to_nobody() {
        let own = open("s3://preuves/cabinet/2026/?endpoint=https://s3.exemple.fr&region=fr-par").expect("read");
        assert_eq!(own.bucket.base_url().as_str(), "https://s3.exemple.fr/preuves/");
        assert_eq!((own.prefix.as_str(), own.bucket.region()), ("cabinet/2026/", "fr-par"));
        let shown = format!("{own:?}");
        assert!(!shown.contains("ESSAI") && !shown.contains("SECRET"), "{shown}");
        let amazon = open("s3://preuves?region=eu-west-3").expect("read");
        assert_eq!(amazon.bucket.base_url().as_str(), "https://preuves.s3.eu-west-3.amazonaws.com/");
        assert!(amazon.key("principal", &Digest::of(b"")).starts_with("principal/e3/e3b0c442"));
    }

    #[test]
    fn what_is_no_address_or_would_travel_openly_is_refused() {
        for bad in [
            "https://exemple.fr/preuves",
            "s3://preuves",
            "s3://a?region=eu-west-3",
            "s3://preuves/../autre?region=eu-west-3",
            "s3://preuves?endpoint=http://s3.exemple.fr",
            "s3://preuves?endpoint=https://s3.exemple.fr&clef=x",
            "s3://preuves?endpoint=https://s3.exemple.fr&style=autre",
        ] {
            assert!(open(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_server_s_word_is_heard() {
        assert_eq!(code(b"<?xml?><Error><Code>NoSuchKey</Code></Error>"), "NoSuchKey");
        assert_eq!(code(b"<html>"), "");
    }
}
