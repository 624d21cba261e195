//! What a probe looks at, and how it looks once: a web page, a port, a certificate, a name. Blocking, ten seconds at most a wait.

use crate::clock;
use crate::net::{self, Request, Trouble, Url};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io;
use std::net::UdpSocket;
use std::path::PathBuf;
use std::time::Duration;

/// Longest wait for an answer.
const TIME: Duration = Duration::from_secs(10);

/// What is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "lowercase")]
pub enum Target {
    /// A web page answers with this status (200 to 399 where none is asked), and holds this text.
    Http {
        /// The address.
        url: String,
        /// The status asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// Text that must be in the first 256 KiB.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contains: Option<String>,
    },
    /// A port takes connections.
    Tcp {
        /// Machine and port.
        address: String,
    },
    /// A certificate holds, and for so many days yet.
    Tls {
        /// Machine and port.
        address: String,
        /// Days it must still hold.
        days: u32,
    },
    /// A name server answers for a name.
    Dns {
        /// The name.
        name: String,
        /// The name server's address; the system's resolver where none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        server: Option<String>,
        /// The IPv4 address it must give.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expect: Option<String>,
    },
}

/// A probe's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What is checked.
    #[serde(flatten)]
    pub target: Target,
    /// Seconds between two checks.
    pub every: u32,
    /// Whether private addresses may be dialled.
    #[serde(default)]
    pub private: bool,
    /// A file of authorities trusted besides the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
}

/// What one check saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// When, in whole seconds.
    pub at: Timestamp,
    /// Whether it is as it should be.
    pub ok: bool,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// The status of a web page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// When the certificate ends, be it believed or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// What is wrong, in French.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub said: String,
    /// Nothing was dialled: neither up nor down.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untried: bool,
}

impl Check {
    /// Up or down, or nothing known.
    pub(crate) fn up(&self) -> Option<bool> {
        (!self.untried).then_some(self.ok)
    }
}

fn host_port(address: &str) -> Result<(&str, u16), String> {
    let parts = address.rsplit_once(':').and_then(|(h, p)| Some((h, p.parse().ok()?)));
    parts.filter(|(h, _)| !h.is_empty()).ok_or_else(|| format!("« {address} » : écrivez machine:port"))
}

/// A name server's address and port, 53 where none is written.
fn server_port(server: &str) -> (String, u16) {
    match host_port(server) {
        // An IPv6 address has colons of its own.
        Ok((host, port)) if host.starts_with('[') || !host.contains(':') => (host.to_owned(), port),
        _ => (server.to_owned(), 53),
    }
}

impl Settings {
    /// Whether it can be probed at all.
    ///
    /// # Errors
    /// What is wrong, in French.
    pub fn check(&self) -> Result<(), String> {
        if !(10..=86_400).contains(&self.every) {
            return Err("une sonde passe toutes les 10 à 86400 secondes".to_owned());
        }
        match &self.target {
            Target::Http { url, .. } => Url::parse(url).map(|_| ()),
            Target::Tcp { address } | Target::Tls { address, .. } => host_port(address).map(|_| ()),
            Target::Dns { name, .. } if name.split('.').all(|l| (1..=63).contains(&l.len())) && name.len() < 250 => {
                Ok(())
            }
            Target::Dns { name, .. } => Err(format!("« {name} » n'est pas un nom de domaine")),
        }
    }

    /// Whether it may be dialled: a name that gives private addresses only needs `private`. One that is not resolved now may
    /// be later.
    ///
    /// # Errors
    /// Why not, in French.
    pub fn permit(&self) -> Result<(), String> {
        let (host, port) = match &self.target {
            Target::Http { url, .. } => Url::parse(url).map(|u| (u.host, u.port))?,
            Target::Tcp { address } | Target::Tls { address, .. } => {
                host_port(address).map(|(h, p)| (h.to_owned(), p))?
            }
            Target::Dns { server: Some(server), .. } => server_port(server),
            Target::Dns { server: None, .. } => return Ok(()),
        };
        match net::resolve(&host, port, self.private) {
            Err(Trouble::Private(why)) => Err(why),
            _ => Ok(()),
        }
    }

    /// The machine and what is looked at, for the sheet.
    pub(crate) fn names(&self) -> (&'static str, String, String) {
        match &self.target {
            Target::Http { url, .. } => ("http", Url::parse(url).map(|u| u.host).unwrap_or_default(), url.clone()),
            Target::Tcp { address } => {
                ("tcp", host_port(address).map(|p| p.0).unwrap_or_default().to_owned(), address.clone())
            }
            Target::Tls { address, .. } => {
                ("tls", host_port(address).map(|p| p.0).unwrap_or_default().to_owned(), address.clone())
            }
            Target::Dns { name, .. } => ("dns", name.clone(), name.clone()),
        }
    }

    /// Checks once; waits at most some ten seconds.
    #[must_use]
    pub fn once(&self) -> Check {
        let (at, start) = (clock::now(), clock::tick());
        let mut check =
            Check { at, ok: false, ms: 0, status: None, expires: None, said: String::new(), untried: false };
        check.at = Timestamp::from_second(at.as_second()).unwrap_or(at);
        let done = match &self.target {
            Target::Http { url, status, contains } => self.http(url, *status, contains.as_deref(), &mut check),
            Target::Tcp { address } => self.dial(address).map(|_| ()),
            Target::Tls { address, days } => self.tls(address, *days, &mut check),
            Target::Dns { name, server, expect } => self.dns(name, server.as_deref(), expect.as_deref()),
        };
        check.ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        match done {
            Ok(()) => check.ok = true,
            Err(Trouble::Failed(said)) => check.said = said,
            Err(Trouble::Private(said)) => (check.said, check.untried) = (said, true),
        }
        check
    }

    fn dial(&self, address: &str) -> Result<net::Paced, Trouble> {
        let (host, port) = host_port(address)?;
        Ok(net::dial(net::resolve(host, port, self.private)?, TIME)?)
    }

    fn http(&self, url: &str, asked: Option<u16>, contains: Option<&str>, check: &mut Check) -> Result<(), Trouble> {
        let (private, ca) = (self.private, self.ca.as_deref());
        let answer = Request { private, ca, time: TIME, ..Request::default() }.send(&Url::parse(url)?)?;
        check.status = Some(answer.status);
        let good = asked.map_or((200..400).contains(&answer.status), |a| a == answer.status);
        if !good {
            return Err(format!("réponse {}", answer.status).into());
        }
        let body = String::from_utf8_lossy(&answer.body);
        if contains.is_some_and(|text| !body.contains(text)) {
            return Err("la page ne contient pas le texte attendu".into());
        }
        Ok(())
    }

    fn tls(&self, address: &str, days: u32, check: &mut Check) -> Result<(), Trouble> {
        let (config, watch) = net::tls(self.ca.as_deref())?;
        let done = net::shake(host_port(address)?.0, self.dial(address)?, config).map(|_| ());
        let end = watch.seen().and_then(|der| net::not_after(&der)).and_then(|s| Timestamp::from_second(s).ok());
        check.expires = end;
        done?;
        let left = end.map(|e| e.duration_since(check.at).as_secs() / 86_400);
        match left {
            None => Err("la date de fin du certificat est illisible".into()),
            Some(left) if left < i64::from(days) => Err(format!("le certificat expire dans {left} jours").into()),
            Some(_) => Ok(()),
        }
    }

    fn dns(&self, name: &str, server: Option<&str>, expect: Option<&str>) -> Result<(), Trouble> {
        let found: Vec<String> = match server {
            None => {
                let all =
                    std::net::ToSocketAddrs::to_socket_addrs(&(name, 0)).map_err(|_| "le nom n'est pas résolu")?;
                all.map(|a| a.ip().to_string()).collect()
            }
            Some(server) => {
                let (host, port) = server_port(server);
                ask(net::resolve(&host, port, self.private)?, name)?
            }
        };
        match expect {
            _ if found.is_empty() => Err("le nom n'a pas d'adresse".into()),
            Some(expect) if !found.iter().any(|f| f == expect) => {
                Err(format!("le nom donne {}", found.join(", ")).into())
            }
            _ => Ok(()),
        }
    }
}

/// Asks a name server for the IPv4 addresses of a name.
fn ask(server: std::net::SocketAddr, name: &str) -> Result<Vec<String>, String> {
    let wrong = |e: io::Error| net::explain(&e);
    let local = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(local).map_err(wrong)?;
    socket.set_read_timeout(Some(TIME)).and_then(|()| socket.connect(server)).map_err(wrong)?;
    // The port is the system's choice and only this server's answers are read; the number need not be secret.
    let mut question = vec![0x4c, 0x41, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        question.push(label.len() as u8);
        question.extend_from_slice(label.as_bytes());
    }
    question.extend_from_slice(&[0, 0, 1, 0, 1]);
    socket.send(&question).map_err(wrong)?;
    let mut buffer = [0; 4_096];
    let read = socket.recv(&mut buffer).map_err(wrong)?;
    addresses(buffer.get(..read).unwrap_or_default())
        .ok_or_else(|| "la réponse du serveur de noms est illisible".to_owned())?
}

/// The IPv4 addresses of an answer; an error word where the server says so.
fn addresses(answer: &[u8]) -> Option<Result<Vec<String>, String>> {
    let number = |at: usize| Some(u16::from_be_bytes([*answer.get(at)?, *answer.get(at + 1)?]));
    if number(0)? != 0x4c41 || answer.get(2)? & 0x80 == 0 {
        return None;
    }
    match answer.get(3)? & 0x0f {
        0 => {}
        3 => return Some(Err("le nom n'existe pas".to_owned())),
        code => return Some(Err(format!("le serveur de noms refuse (code {code})"))),
    }
    let mut at = 12;
    for _ in 0..number(4)? {
        at = after_name(answer, at)? + 4;
    }
    let mut out = Vec::new();
    for _ in 0..number(6)? {
        at = after_name(answer, at)?;
        let (kind, length) = (number(at)?, usize::from(number(at + 8)?));
        if let (1, [a, b, c, d]) = (kind, answer.get(at + 10..at + 10 + length)?) {
            out.push(format!("{a}.{b}.{c}.{d}"));
        }
        at += 10 + length;
    }
    Some(Ok(out))
}

fn after_name(answer: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *answer.get(at)? {
            0 => return Some(at + 1),
            length if length & 0xc0 == 0xc0 => return Some(at + 2),
            length if length < 64 => at += usize::from(length) + 1,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_answer_of_a_name_server_is_read() {
        let mut answer = vec![0x4c, 0x41, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, 1, b'a', 2, b'f', b'r', 0, 0, 1, 0, 1];
        answer.extend_from_slice(&[0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12]);
        answer.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
        assert_eq!(addresses(&answer), Some(Ok(vec!["192.0.2.7".to_owned()])));
        answer[3] = 0x83;
        assert!(addresses(&answer).is_some_and(|a| a.is_err()));
        assert_eq!(addresses(&answer[..20]), Some(Err("le nom n'existe pas".to_owned())));
        answer[3] = 0x80;
        assert_eq!(addresses(&answer[..40]), None);
    }

    proptest! {
        #[test]
        fn hostile_answers_are_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for (at, byte) in [0x4c, 0x41, 0x80, 0x80].into_iter().enumerate() {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            let _ = addresses(&bytes);
        }
    }
}
