//! An authenticator of our own, and what must not pass.

use super::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::json;

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

struct Authenticator {
    pair: Pair,
    site: &'static str,
    flags: u8,
    counter: u32,
}

fn text(name: &str) -> Vec<u8> {
    [&[0x60 | name.len() as u8][..], name.as_bytes()].concat()
}

fn blob(bytes: &[u8]) -> Vec<u8> {
    [&[0x59][..], &(bytes.len() as u16).to_be_bytes(), bytes].concat()
}

impl Authenticator {
    fn p256() -> Self {
        let random = SystemRandom::new();
        let alg = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(alg, &random).expect("a key");
        let pair = Pair::P256(EcdsaKeyPair::from_pkcs8(alg, pkcs8.as_ref(), &random).expect("a key"));
        Self { pair, site: "localhost", flags: PRESENT | VERIFIED, counter: 1 }
    }

    fn ed25519() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        let pair = Pair::Ed25519(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key"));
        Self { pair, ..Self::p256() }
    }

    /// The key as COSE writes it.
    fn key(&self) -> Vec<u8> {
        match &self.pair {
            Pair::P256(pair) => {
                let point = pair.public_key().as_ref();
                let head: &[u8] = &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21];
                [head, &blob(&point[1..33])[..], &[0x22], &blob(&point[33..])[..]].concat()
            }
            Pair::Ed25519(pair) => {
                let head: &[u8] = &[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21];
                [head, &blob(pair.public_key().as_ref())[..]].concat()
            }
        }
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        [&Sha256::digest(self.site.as_bytes())[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn attestation(&self, format: &str, tail: &[u8]) -> Vec<u8> {
        let name = b"credential";
        let data =
            [&self.head(self.flags | ATTESTED)[..], &[0; 16], &[0, name.len() as u8], name, &self.key()[..], tail]
                .concat();
        let fields = [text("fmt"), text(format), text("attStmt"), vec![0xa0], text("authData"), blob(&data)];
        [vec![0xa3], fields.concat()].concat()
    }

    /// Signs in: what it says, and its signature.
    fn sign(&self, client: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let data = self.head(self.flags);
        let message = [&data[..], &Sha256::digest(client)[..]].concat();
        let signature = match &self.pair {
            Pair::P256(pair) => pair.sign(&SystemRandom::new(), &message).expect("signed").as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(&message).as_ref().to_vec(),
        };
        (data, signature)
    }

    fn known(&self, counter: u32) -> Passkey {
        Passkey { credential: b"credential".to_vec(), key: self.key(), counter }
    }
}

fn site() -> Site {
    Site::of("localhost:8017", false).expect("a site")
}

fn question() -> Secret {
    Secret::new(&[5; 32])
}

fn client(kind: &str, challenge: &Secret, origin: &str) -> Vec<u8> {
    let said = json!({"type": kind, "challenge": challenge.text(), "origin": origin, "crossOrigin": false, "other": 1});
    said.to_string().into_bytes()
}

const CREATE: &str = "webauthn.create";
const GET: &str = "webauthn.get";
const ORIGIN: &str = "http://localhost:8017";

#[test]
fn a_passkey_registers_and_signs_in() {
    for own in [Authenticator::p256(), Authenticator::ed25519()] {
        let made = client(CREATE, &question(), ORIGIN);
        assert_eq!(challenge(&made), Some(question()));
        let passkey = register(&site(), &question(), &made, &own.attestation("none", &[])).expect("registered");
        assert_eq!(passkey, own.known(1));
        let asked = client(GET, &question(), ORIGIN);
        let (data, signature) = Authenticator { counter: 7, ..own }.sign(&asked);
        assert_eq!(verify(&site(), &question(), &asked, &data, &signature, &passkey), Ok(7));
    }
}

#[test]
fn answers_for_another_request_or_site_are_refused() {
    let own = Authenticator::p256();
    let signed = |client: &[u8], own: &Authenticator| {
        let (data, signature) = own.sign(client);
        verify(&site(), &question(), client, &data, &signature, &own.known(0))
    };
    assert_eq!(signed(&client(GET, &Secret::new(&[6; 32]), ORIGIN), &own), Err(Refusal::Request), "another challenge");
    assert_eq!(signed(&client(CREATE, &question(), ORIGIN), &own), Err(Refusal::Request));
    for origin in ["http://localhost:8018", "https://localhost:8017", "http://evil.localhost:8017", "null"] {
        assert_eq!(signed(&client(GET, &question(), origin), &own), Err(Refusal::Site), "{origin}");
    }
    let framed = String::from_utf8(client(GET, &question(), ORIGIN)).expect("text").replace("false", "true");
    assert_eq!(signed(framed.as_bytes(), &own), Err(Refusal::Site), "inside another page");
    let elsewhere = Authenticator { site: "evil.example", ..Authenticator::p256() };
    assert_eq!(signed(&client(GET, &question(), ORIGIN), &elsewhere), Err(Refusal::Site));
    let made = client(CREATE, &question(), ORIGIN);
    assert_eq!(register(&site(), &question(), &made, &elsewhere.attestation("none", &[])), Err(Refusal::Site));
}

#[test]
fn who_is_not_verified_or_does_not_hold_the_key_is_refused() {
    let asked = client(GET, &question(), ORIGIN);
    for flags in [0, PRESENT, VERIFIED] {
        let own = Authenticator { flags, ..Authenticator::p256() };
        let (data, signature) = own.sign(&asked);
        assert_eq!(verify(&site(), &question(), &asked, &data, &signature, &own.known(0)), Err(Refusal::Person));
        let made = client(CREATE, &question(), ORIGIN);
        assert_eq!(register(&site(), &question(), &made, &own.attestation("none", &[])), Err(Refusal::Person));
    }
    let (own, other) = (Authenticator::p256(), Authenticator::p256());
    let (data, signature) = own.sign(&asked);
    let refused = |data: &[u8], signature: &[u8], known: &Passkey| {
        verify(&site(), &question(), &asked, data, signature, known).expect_err("refused")
    };
    assert_eq!(refused(&data, &signature, &other.known(0)), Refusal::Signature, "another person's key");
    let mut altered = signature.clone();
    *altered.last_mut().expect("bytes") ^= 1;
    assert_eq!(refused(&data, &altered, &own.known(0)), Refusal::Signature);
    let mut counted = data.clone();
    counted[36] += 1;
    assert_eq!(refused(&counted, &signature, &own.known(0)), Refusal::Signature, "what is said is signed");
    assert_eq!(refused(&data, &signature, &own.known(1)), Refusal::Counter, "a copy");
    assert_eq!(refused(&data[..36], &signature, &own.known(0)), Refusal::Unreadable);
    let silent = Authenticator { counter: 0, ..own };
    let (data, signature) = silent.sign(&asked);
    assert_eq!(verify(&site(), &question(), &asked, &data, &signature, &silent.known(0)), Ok(0), "some never count");
}

#[test]
fn what_no_browser_sends_is_unreadable() {
    let made = client(CREATE, &question(), ORIGIN);
    let own = Authenticator::p256();
    let whole = own.attestation("none", &[]);
    let refused = |bytes: &[u8]| register(&site(), &question(), &made, bytes).expect_err("refused");
    for end in 0..whole.len() {
        assert_eq!(refused(&whole[..end]), Refusal::Unreadable, "cut at {end}");
    }
    assert_eq!(refused(&own.attestation("packed", &[])), Refusal::Unreadable, "nobody asked for it");
    assert_eq!(refused(&own.attestation("none", &[0xa0])), Refusal::Unreadable, "nothing was announced");
    let extended = Authenticator { flags: PRESENT | VERIFIED | EXTENDED, ..own };
    let passkey = register(&site(), &question(), &made, &extended.attestation("none", &[0xa0])).expect("registered");
    assert_eq!(passkey.key, extended.key(), "what is announced is no part of the key");
    let mut unknown = extended.key();
    unknown[4] = 0x28;
    assert!(matches!(Material::read(&unknown), Err(Refusal::Key)));
    assert_eq!(challenge(b"{}"), None);
}

#[test]
fn browsers_allow_passkeys_on_names_only() {
    assert_eq!(Site::of("clausule.exemple.fr", true).map(|s| s.origin).as_deref(), Some("https://clausule.exemple.fr"));
    let local = Site::of("LocalHost:8017", false).expect("a site");
    assert_eq!((local.id.as_str(), local.origin.as_str()), ("localhost", "http://localhost:8017"));
    for (host, secure) in [("127.0.0.1:8017", true), ("[::1]:8017", true), ("clausule.exemple.fr", false), ("", true)] {
        assert_eq!(Site::of(host, secure), None, "{host}");
    }
}
