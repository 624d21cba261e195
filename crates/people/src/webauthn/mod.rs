//! Passkeys (Web Authentication, level 2), as a relying party that asks for no attestation: a key is known by what registered it.
//!
//! Signatures are checked by `ring`: ES256, RS256, EdDSA. The challenge is a [`Secret`] that whoever calls keeps for a short time
//! and gives out once; origin, relying party and the person's own presence and verification are always held.

mod cbor;

use crate::Secret;
use cbor::Value;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Longest part of an answer that is read, in bytes.
const LONGEST: usize = 16 << 10;
/// Algorithms asked for, the best first, by their numbers in the registry of COSE.
pub const ALGORITHMS: [i64; 3] = [EDDSA, ES256, RS256];
const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const ATTESTED: u8 = 1 << 6;
const EXTENDED: u8 = 1 << 7;

/// Why a passkey is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What came is no answer of a browser.
    #[error("the answer is unreadable")]
    Unreadable,
    /// It answers another question: registering where signing in was meant, or another challenge.
    #[error("the answer is for another request")]
    Request,
    /// It was made on another site.
    #[error("the answer was made for another site")]
    Site,
    /// The person was not there, or did not show who they are.
    #[error("the person was not verified")]
    Person,
    /// The key is of a kind we did not ask for.
    #[error("the key is of an unknown kind")]
    Key,
    /// The signature is not that of the key.
    #[error("the signature is wrong")]
    Signature,
    /// The authenticator counts backwards: there may be a copy of it.
    #[error("the authenticator's counter went back")]
    Counter,
}

/// The site that passkeys are for, as browsers name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The host, without port; never an address by numbers.
    pub id: String,
    /// Scheme, host and port.
    pub origin: String,
}

impl Site {
    /// The site of a `Host` header; `None` where browsers allow no passkey: addresses by numbers, and names without TLS.
    pub fn of(host: &str, secure: bool) -> Option<Self> {
        let id = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
        let named = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        let numbers = id.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
        if !named || numbers || !(secure || id == "localhost") {
            return None;
        }
        let scheme = if secure { "https" } else { "http" };
        Some(Self { origin: format!("{scheme}://{}", host.to_ascii_lowercase()), id })
    }
}

/// A passkey as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its name, made by the authenticator.
    pub credential: Vec<u8>,
    /// Its public key, as COSE writes it.
    pub key: Vec<u8>,
    /// How often it signed, where it counts.
    pub counter: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

fn client_data(bytes: &[u8]) -> Result<ClientData, Refusal> {
    if bytes.len() > LONGEST {
        return Err(Refusal::Unreadable);
    }
    serde_json::from_slice(bytes).map_err(|_| Refusal::Unreadable)
}

/// The challenge that an answer claims to be for, so that it can be looked up and used.
pub fn challenge(client: &[u8]) -> Option<Secret> {
    Secret::parse(&client_data(client).ok()?.challenge)
}

fn held(client: &[u8], kind: &str, site: &Site, challenge: &Secret) -> Result<(), Refusal> {
    let said = client_data(client)?;
    if said.kind != kind || !challenge.is(&said.challenge) {
        return Err(Refusal::Request);
    }
    if said.origin != site.origin || said.cross_origin {
        return Err(Refusal::Site);
    }
    Ok(())
}

/// What an authenticator says: counter, flags, and what follows them.
struct Said<'a> {
    flags: u8,
    counter: u32,
    rest: &'a [u8],
}

fn authenticator<'a>(bytes: &'a [u8], site: &Site) -> Result<Said<'a>, Refusal> {
    let (head, rest) = bytes.split_at_checked(37).filter(|_| bytes.len() <= LONGEST).ok_or(Refusal::Unreadable)?;
    let flags = head[32];
    if head[..32] != Sha256::digest(site.id.as_bytes())[..] {
        return Err(Refusal::Site);
    }
    if flags & PRESENT == 0 || flags & VERIFIED == 0 {
        return Err(Refusal::Person);
    }
    let counter = u32::from_be_bytes([head[33], head[34], head[35], head[36]]);
    Ok(Said { flags, counter, rest })
}

/// Takes in a new passkey.
///
/// # Errors
/// When the answer is of another request or site, the person was not verified, or the key is of no kind we know.
pub fn register(site: &Site, challenge: &Secret, client: &[u8], attestation: &[u8]) -> Result<Passkey, Refusal> {
    held(client, "webauthn.create", site, challenge)?;
    let bytes = Some(attestation).filter(|a| a.len() <= LONGEST).ok_or(Refusal::Unreadable)?;
    let (object, after) = cbor::read(bytes).ok_or(Refusal::Unreadable)?;
    let (format, data) = (object.get("fmt"), object.get("authData"));
    let (Some(Value::Text(format)), Some(Value::Bytes(data))) = (format, data) else {
        return Err(Refusal::Unreadable);
    };
    // Browsers take away what was not asked for.
    if *format != "none" || !after.is_empty() {
        return Err(Refusal::Unreadable);
    }
    let said = authenticator(data, site)?;
    if said.flags & ATTESTED == 0 {
        return Err(Refusal::Unreadable);
    }
    let (head, rest) = said.rest.split_at_checked(18).ok_or(Refusal::Unreadable)?;
    let length = usize::from(u16::from_be_bytes([head[16], head[17]]));
    let (credential, rest) = rest.split_at_checked(length).ok_or(Refusal::Unreadable)?;
    let (_, after) = cbor::read(rest).ok_or(Refusal::Unreadable)?;
    if credential.is_empty() || length > 1023 || (said.flags & EXTENDED == 0 && !after.is_empty()) {
        return Err(Refusal::Unreadable);
    }
    let key = &rest[..rest.len() - after.len()];
    Material::read(key)?;
    Ok(Passkey { credential: credential.to_vec(), key: key.to_vec(), counter: said.counter })
}

/// Checks an answer of a passkey to a challenge. Gives the counter to keep.
///
/// # Errors
/// When the answer is of another request or site, the person was not verified, the signature is wrong, or the counter went back.
pub fn verify(
    site: &Site,
    challenge: &Secret,
    client: &[u8],
    data: &[u8],
    signature: &[u8],
    known: &Passkey,
) -> Result<u32, Refusal> {
    held(client, "webauthn.get", site, challenge)?;
    let said = authenticator(data, site)?;
    let message = [data, &Sha256::digest(client)[..]].concat();
    if !Material::read(&known.key)?.verifies(&message, signature) {
        return Err(Refusal::Signature);
    }
    if (said.counter != 0 || known.counter != 0) && said.counter <= known.counter {
        return Err(Refusal::Counter);
    }
    Ok(said.counter)
}

enum Material {
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

impl Material {
    /// Reads a key as COSE writes it (RFC 9053, RFC 8230).
    fn read(key: &[u8]) -> Result<Self, Refusal> {
        let (map, _) = cbor::read(key).ok_or(Refusal::Unreadable)?;
        let number = |name: i64| match map.at(name) {
            Some(Value::Int(n)) => Some(*n),
            _ => None,
        };
        let bytes = |name: i64, length: usize| match map.at(name) {
            Some(Value::Bytes(b)) if length == 0 || b.len() == length => Some(b.to_vec()),
            _ => None,
        };
        let found = match (number(1), number(3), number(-1)) {
            (Some(2), Some(ES256), Some(1)) => {
                bytes(-2, 32).zip(bytes(-3, 32)).map(|(x, y)| Self::P256([&[4][..], &x, &y].concat()))
            }
            (Some(1), Some(EDDSA), Some(6)) => bytes(-2, 32).map(Self::Ed25519),
            (Some(3), Some(RS256), _) => bytes(-1, 0).zip(bytes(-2, 0)).map(|(n, e)| Self::Rsa { n, e }),
            _ => None,
        };
        found.ok_or(Refusal::Key)
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(point) => {
                let key = UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point);
                key.verify(message, signature).is_ok()
            }
            Self::Ed25519(key) => UnparsedPublicKey::new(&signature::ED25519, key).verify(message, signature).is_ok(),
            Self::Rsa { n, e } => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests;
