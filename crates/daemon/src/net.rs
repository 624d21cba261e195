//! Going out: one address resolved, looked at and dialled, TLS by the system's certificates, a short HTTP exchange.
//!
//! Only what an administrator configured is ever dialled. The name is resolved once and the very address that was looked at is
//! dialled, so that a name can't change its mind in between; private addresses are refused unless the source says otherwise.
//! Redirects are not followed.

mod paced;

pub use paced::Paced;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Longest answer read, in bytes.
const ANSWER: u64 = 256 << 10;

/// Whether an address is one that anybody on the Internet may reach.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => {
                let first = v6.segments()[0];
                // Global unicast without the ranges for documentation, and for IPv4 inside (6to4, NAT64 is elsewhere).
                (first & 0xe000) == 0x2000 && first != 0x2002 && !(first == 0x2001 && v6.segments()[1] == 0x0db8)
            }
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && b & 0xfe == 18))
}

/// Resolves a name to the first address that may be dialled.
///
/// # Errors
/// When there is none, in French.
pub fn resolve(host: &str, port: u16, private: bool) -> Result<SocketAddr, String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found: Vec<SocketAddr> =
        (bare, port).to_socket_addrs().map_err(|_| format!("le nom {host} n'est pas résolu"))?.collect();
    let any = !found.is_empty();
    found.into_iter().find(|a| private || is_public(a.ip())).ok_or_else(|| {
        if any {
            format!("{host} désigne une adresse privée : ajoutez --private si c'est voulu")
        } else {
            format!("le nom {host} n'est pas résolu")
        }
    })
}

/// Connects, with a limit on the whole exchange.
///
/// # Errors
/// What went wrong, in French.
pub fn dial(address: SocketAddr, time: Duration) -> Result<Paced, String> {
    let stream = TcpStream::connect_timeout(&address, time).map_err(|e| explain(&e))?;
    Ok(Paced::new(stream, time))
}

/// An error of the network in words.
#[must_use]
pub fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connexion refusée".to_owned(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "pas de réponse à temps".to_owned(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => {
            "connexion coupée".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Checks certificates as usual and remembers the one that was shown, be it good or not.
#[derive(Debug)]
pub struct Watch {
    inner: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<Vec<u8>>>,
}

impl Watch {
    /// The certificate shown, in DER.
    #[must_use]
    pub fn seen(&self) -> Option<Vec<u8>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Watch {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(end_entity.to_vec());
        self.inner.verify_server_cert(end_entity, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// TLS by the system's certificates, with what is shown remembered.
///
/// # Errors
/// When the system has no certificates.
pub fn tls() -> Result<(Arc<ClientConfig>, Arc<Watch>), String> {
    let mut roots = RootCertStore::empty();
    for cert in rustls_native_certs::load_native_certs().certs {
        // One that can't be read is left out, as browsers do.
        let _ = roots.add(cert);
    }
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build();
    let inner =
        inner.map_err(|_| "ce système n'a pas de certificats d'autorités (paquet ca-certificates)".to_owned())?;
    let watch = Arc::new(Watch { inner, seen: Mutex::default() });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&watch) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    Ok((Arc::new(config), watch))
}

/// A stream to read and write.
pub trait Both: Read + Write {}
impl<T: Read + Write> Both for T {}

/// Shakes hands over TLS.
///
/// # Errors
/// What went wrong, in French.
pub fn shake(host: &str, mut stream: Paced, config: Arc<ClientConfig>) -> Result<impl Both, String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(bare).map_err(|_| format!("« {host} » n'est pas un nom de machine"))?;
    let mut connection = ClientConnection::new(config, name).map_err(|e| e.to_string())?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).map_err(|e| {
            let inner = e.get_ref().and_then(|r| r.downcast_ref::<rustls::Error>());
            inner.map_or_else(|| explain(&e), |tls| format!("TLS : {}", words(tls)))
        })?;
    }
    Ok(StreamOwned::new(connection, stream))
}

fn words(error: &rustls::Error) -> String {
    use rustls::CertificateError as C;
    match error {
        rustls::Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => "certificat expiré".to_owned(),
        rustls::Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => {
            "certificat d'un autre nom".to_owned()
        }
        rustls::Error::InvalidCertificate(C::UnknownIssuer) => "certificat d'une autorité inconnue".to_owned(),
        other => other.to_string(),
    }
}

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
        let default = if secure { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
            _ => (authority, default),
        };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { secure, host: host.to_owned(), port, path })
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
    let address = resolve(&url.host, url.port, private)?;
    let stream = dial(address, time)?;
    let mut head =
        format!("{method} {} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n", url.path, url.host, url.port);
    head.push_str(concat!("User-Agent: clausule/", env!("CARGO_PKG_VERSION"), "\r\nAccept: */*\r\n"));
    for (name, value) in headers {
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if method != "GET" {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    if url.secure {
        let mut stream = shake(&url.host, stream, tls()?.0)?;
        talk(&mut stream, head.as_bytes(), body)
    } else {
        talk(&mut { stream }, head.as_bytes(), body)
    }
}

fn talk(stream: &mut impl Both, head: &[u8], body: &[u8]) -> Result<Answer, String> {
    stream.write_all(head).map_err(|e| explain(&e))?;
    // A server that refuses early may close before it has read all: its answer counts.
    let sent = stream.write_all(body).and_then(|()| stream.flush());
    let mut text = Vec::new();
    let read = stream.take(ANSWER).read_to_end(&mut text);
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

/// The last day of a certificate in DER, in seconds since 1970.
#[must_use]
pub fn not_after(certificate: &[u8]) -> Option<i64> {
    let (_, body, _) = tlv(certificate)?;
    let (_, mut rest, _) = tlv(body)?;
    // Version (only where present), serial number, algorithm, issuer; then the validity.
    let before = if rest.first() == Some(&0xa0) { 4 } else { 3 };
    for _ in 0..before {
        rest = tlv(rest)?.2;
    }
    let (_, validity, _) = tlv(rest)?;
    let (_, _, end) = tlv(validity)?;
    let (tag, text, _) = tlv(end)?;
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let digits = match tag {
        0x17 => format!("{}{text}", if text.get(..2)?.parse::<u8>().ok()? >= 50 { "19" } else { "20" }),
        0x18 => text.to_owned(),
        _ => return None,
    };
    let part = |at: usize, n: usize| digits.get(at..at + n)?.parse::<i16>().ok();
    let small = |at: usize| i8::try_from(part(at, 2)?).ok();
    let civil =
        jiff::civil::DateTime::new(part(0, 4)?, small(4)?, small(6)?, small(8)?, small(10)?, small(12)?, 0).ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// One element of DER: tag, content, what follows.
fn tlv(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, first, rest) = (*bytes.first()?, *bytes.get(1)?, bytes.get(2..)?);
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        let number = rest.get(..count).filter(|n| (1..=4).contains(&n.len()))?;
        (number.iter().fold(0, |n, b| n << 8 | usize::from(*b)), rest.get(count..)?)
    };
    Some((tag, rest.get(..length)?, rest.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known() {
        for text in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.168.1.1",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
        for text in ["9.9.9.9", "2620:fe::9", "100.128.0.1"] {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
        assert!(resolve("127.0.0.1", 80, false).expect_err("refused").contains("--private"));
    }

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

    #[test]
    fn damaged_certificates_have_no_date() {
        assert_eq!(not_after(&[]), None);
        assert_eq!(not_after(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30]), None);
        assert_eq!(not_after(&[0x30, 0x02, 0x30, 0x00]), None);
    }
}
