//! Going out: one address resolved, looked at and dialled, TLS by the system's certificates, a short HTTP exchange.
//!
//! Only what an administrator configured is ever dialled. The name is resolved once and the very address that was looked at is
//! dialled, so that a name can't change its mind in between; private addresses are refused unless the source says otherwise.
//! Redirects are not followed.

mod certificate;
mod paced;
mod request;

pub use certificate::not_after;
pub use paced::Paced;
pub use request::{Answer, Request, Url, exchange};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme, StreamOwned};
use std::fmt;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Why a machine was not asked, or did not answer, in French.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Its name gives private addresses only, which are not allowed: nothing was dialled, so nothing is known of it.
    Private(String),
    /// It was tried.
    Failed(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (Self::Private(why) | Self::Failed(why)) = self;
        f.write_str(why)
    }
}

impl From<String> for Trouble {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

impl From<&str> for Trouble {
    fn from(why: &str) -> Self {
        Self::Failed(why.to_owned())
    }
}

impl From<Trouble> for String {
    fn from(trouble: Trouble) -> Self {
        trouble.to_string()
    }
}

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
/// When there is none, or only private ones where they are not allowed.
pub fn resolve(host: &str, port: u16, private: bool) -> Result<SocketAddr, Trouble> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found: Vec<SocketAddr> =
        (bare, port).to_socket_addrs().map_err(|_| format!("le nom {host} n'est pas résolu"))?.collect();
    let any = !found.is_empty();
    found.into_iter().find(|a| private || is_public(a.ip())).ok_or_else(|| {
        if any {
            Trouble::Private(format!("{host} désigne une adresse privée : ajoutez --private si c'est voulu"))
        } else {
            Trouble::Failed(format!("le nom {host} n'est pas résolu"))
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

/// TLS by the system's certificates and those of the file given, with what is shown remembered.
///
/// # Errors
/// When there are no certificates, or the file has none.
pub fn tls(ca: Option<&Path>) -> Result<(Arc<ClientConfig>, Arc<Watch>), String> {
    let mut roots = RootCertStore::empty();
    for cert in ca.map(authorities).transpose()?.unwrap_or_default() {
        roots.add(cert).map_err(|e| format!("certificat d'autorité inutilisable : {e}"))?;
    }
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

/// The certificates of a PEM file.
///
/// # Errors
/// When it can't be read or has none.
pub fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |e: &dyn fmt::Display| format!("{} : {e}", path.display());
    let text = std::fs::read(path).map_err(|e| wrong(&e))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match found {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => Err(wrong(&"ce fichier ne contient pas de certificat en PEM")),
    }
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
        connection.complete_io(&mut stream).map_err(tell)?;
    }
    Ok(StreamOwned::new(connection, stream))
}

/// An error of a handshake in words.
pub(crate) fn tell(error: io::Error) -> String {
    let inner = error.get_ref().and_then(|r| r.downcast_ref::<rustls::Error>());
    inner.map_or_else(|| explain(&error), |tls| format!("TLS : {}", words(tls)))
}

fn words(error: &rustls::Error) -> String {
    use rustls::CertificateError as C;
    let rustls::Error::InvalidCertificate(why) = error else { return error.to_string() };
    match why {
        C::Expired | C::ExpiredContext { .. } => "certificat expiré".to_owned(),
        C::NotValidYet | C::NotValidYetContext { .. } => "certificat pas encore valable".to_owned(),
        C::NotValidForName | C::NotValidForNameContext { .. } => "certificat d'un autre nom".to_owned(),
        C::UnknownIssuer => "certificat d'une autorité inconnue".to_owned(),
        C::BadSignature => "certificat dont la signature est fausse".to_owned(),
        // What `openssl req -x509` makes: its own authority and its own server.
        C::Other(_) if format!("{why:?}").contains("CaUsedAsEndEntity") => {
            "certificat auto-signé, qu'aucune autorité connue ne garantit".to_owned()
        }
        other => format!("certificat refusé ({other})"),
    }
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
        assert!(matches!(resolve("127.0.0.1", 80, false), Err(Trouble::Private(why)) if why.contains("--private")));
    }
}
