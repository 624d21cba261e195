//! Passkeys: what an answer opens, and every answer that must not. An authenticator is played here; Chromium's is tried in
//! `crates/cli/tests/access.rs`.

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use common::{Machine, app, send, text};
use people::secret::{bytes, letters};
use people::{Role, Secret, password};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use store::{Newcomer, Stage, Store};
use web::Host as _;

const PASSWORD: &str = "le chat dort sous la lampe";
const ORIGIN: &str = "http://localhost:8017";

/// An authenticator with one key.
struct Authenticator {
    pair: EcdsaKeyPair,
    name: &'static [u8],
    counter: u32,
}

impl Authenticator {
    fn new(name: &'static [u8]) -> Self {
        let (random, alg) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(alg, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(alg, pkcs8.as_ref(), &random).expect("a key");
        Self { pair, name, counter: 0 }
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        [digest(&SHA256, b"localhost").as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// Answers a request to make a key: the fields of the form.
    fn make(&self, challenge: &str, origin: &str) -> String {
        let point = self.pair.public_key().as_ref();
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], &point[1..33], &[0x22, 0x58, 32], &point[33..]];
        let length = [0, self.name.len() as u8];
        let data = [&self.head(0x45)[..], &[0; 16], &length, self.name, &key.concat()].concat();
        let size = (data.len() as u16).to_be_bytes();
        let object = [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"[..], &size, &data].concat();
        let client = said("webauthn.create", challenge, origin);
        format!("nom=T%C3%A9l%C3%A9phone&client={}&donnees={}", letters(&client), letters(&object))
    }

    /// Answers a request to sign in.
    fn sign(&mut self, challenge: &str, origin: &str) -> String {
        self.counter += 1;
        let client = said("webauthn.get", challenge, origin);
        let data = self.head(0x05);
        let message = [&data[..], digest(&SHA256, &client).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).expect("signed");
        let fields = [letters(self.name), letters(&client), letters(&data), letters(signature.as_ref())];
        format!(
            "nom_cle={}&client={}&donnees={}&signature={}&suite=/preuves",
            fields[0], fields[1], fields[2], fields[3]
        )
    }
}

fn said(kind: &str, challenge: &str, origin: &str) -> Vec<u8> {
    json!({"type": kind, "challenge": challenge, "origin": origin}).to_string().into_bytes()
}

async fn post(router: &Router, path: &str, cookie: &str, body: &str) -> Response<Body> {
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header(header::HOST, "localhost:8017")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(body.to_owned())).expect("a request")).await
}

/// A challenge to answer.
async fn challenge(router: &Router, path: &str, cookie: &str, body: &str) -> String {
    let response = post(router, path, cookie, body).await;
    assert_eq!(response.status(), StatusCode::OK);
    let asked: Value = serde_json::from_str(&text(response).await).expect("JSON");
    let part = asked.get("get").or_else(|| asked.get("create")).expect("a request");
    part["challenge"].as_str().expect("a challenge").to_owned()
}

struct World {
    router: Router,
    store: Store,
    cookie: String,
}

/// An application with one person signed in.
fn world(name: &str) -> World {
    let app = app(name);
    let mut store = Store::open(&app.settings().place, "principal", &|| [9; 32], Machine.now()).expect("opens");
    let cookie = member(&mut store, "claire@exemple.fr", 1);
    World { router: web::router(app), store, cookie }
}

fn member(store: &mut Store, email: &str, n: u8) -> String {
    let who =
        Newcomer { email: email.to_owned(), name: "Claire".to_owned(), role: Role::Administrator, contract: None };
    let hash = password::hash(PASSWORD, &[3; 16]).expect("hashed");
    let id = store.add_account(&who, &hash, "", Machine.now()).expect("made");
    let secret = Secret::new(&[n; 32]);
    store.begin_session(id, Stage::Whole, &secret.digest(), None, Machine.now()).expect("begun");
    format!("clausule={}", secret.text())
}

fn typed() -> String {
    format!("mot_de_passe={}", PASSWORD.replace(' ', "+"))
}

impl World {
    /// Adds a key to the account of a session.
    async fn add(&self, cookie: &str, own: &Authenticator) -> StatusCode {
        let asked = challenge(&self.router, "/compte/cles/defi", cookie, &typed()).await;
        post(&self.router, "/compte/cles", cookie, &own.make(&asked, ORIGIN)).await.status()
    }

    async fn sign(&self, body: &str) -> Response<Body> {
        post(&self.router, "/connexion/cle", "", body).await
    }

    async fn ask(&self) -> String {
        challenge(&self.router, "/connexion/cle/defi", "", "").await
    }
}

#[tokio::test]
async fn a_key_signs_in_once_for_each_challenge() {
    let world = world("passkeys-sign");
    let mut own = Authenticator::new(b"one");
    assert_eq!(world.add(&world.cookie, &own).await, StatusCode::SEE_OTHER);
    let body = own.sign(&world.ask().await, ORIGIN);
    let response = world.sign(&body).await;
    assert_eq!(
        (response.status(), response.headers()[header::LOCATION].as_bytes()),
        (StatusCode::SEE_OTHER, &b"/preuves"[..])
    );
    assert!(response.headers()[header::SET_COOKIE].to_str().expect("text").contains("HttpOnly"));
    assert_eq!(world.sign(&body).await.status(), StatusCode::UNAUTHORIZED, "a challenge is good once");
    own.counter -= 1;
    let copy = own.sign(&world.ask().await, ORIGIN);
    assert_eq!(world.sign(&copy).await.status(), StatusCode::UNAUTHORIZED, "a copy of the key");
    assert_eq!(world.sign(&own.sign(&world.ask().await, ORIGIN)).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn answers_from_elsewhere_or_altered_open_nothing() {
    let world = world("passkeys-refused");
    let mut own = Authenticator::new(b"one");
    world.add(&world.cookie, &own).await;
    let mut refused = Vec::new();
    for origin in ["http://evil.example", "http://localhost:8018", "http://127.0.0.1:8017"] {
        refused.push((origin, own.sign(&world.ask().await, origin)));
    }
    refused.push(("a challenge of one's own", own.sign(Secret::new(&[8; 32]).text(), ORIGIN)));
    let registering = challenge(&world.router, "/compte/cles/defi", &world.cookie, &typed()).await;
    refused.push(("a challenge for something else", own.sign(&registering, ORIGIN)));
    let good = own.sign(&world.ask().await, ORIGIN);
    let mut signature =
        bytes(good.split("signature=").nth(1).and_then(|t| t.split('&').next()).expect("there")).expect("bytes");
    *signature.last_mut().expect("bytes") ^= 1;
    let head = good.split("signature=").next().expect("there");
    refused.push(("an altered signature", format!("{head}signature={}", letters(&signature))));
    let other = Authenticator::new(b"one").sign(&world.ask().await, ORIGIN);
    refused.push(("another key under the same name", other));
    refused
        .push(("a name nobody has", own.sign(&world.ask().await, ORIGIN).replace(&letters(b"one"), &letters(b"two"))));
    let mine = own.sign(&world.ask().await, ORIGIN);
    refused.push(("somebody else's account", format!("{mine}&titulaire={}", letters(&[1; 32]))));
    refused.push(("no base 64", "nom_cle=x&client=%3C&donnees=x&signature=x".to_owned()));
    let mut pages = Vec::new();
    for (why, body) in refused {
        let response = world.sign(&body).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{why}");
        assert!(response.headers().get(header::SET_COOKIE).is_none(), "{why}");
        pages.push(text(response).await.replace("/preuves", "/"));
    }
    assert!(pages.iter().all(|p| *p == pages[0]), "why is not told");
}

#[tokio::test]
async fn a_key_is_added_by_its_owner_and_for_one_account() {
    let mut world = world("passkeys-add");
    let own = Authenticator::new(b"one");
    let wrong = post(&world.router, "/compte/cles/defi", &world.cookie, "mot_de_passe=pas+le+bon").await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY, "the session alone is not enough");
    let second = member(&mut world.store, "bob@exemple.fr", 2);
    let asked = challenge(&world.router, "/compte/cles/defi", &world.cookie, &typed()).await;
    let stolen = post(&world.router, "/compte/cles", &second, &own.make(&asked, ORIGIN)).await;
    assert_eq!(stolen.status(), StatusCode::UNPROCESSABLE_ENTITY, "another account's challenge");
    let asked = challenge(&world.router, "/compte/cles/defi", &world.cookie, &typed()).await;
    let foreign = post(&world.router, "/compte/cles", &world.cookie, &own.make(&asked, "http://evil.example")).await;
    assert_eq!(foreign.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.add(&world.cookie, &own).await, StatusCode::SEE_OTHER);
    assert_eq!(world.add(&second, &own).await, StatusCode::UNPROCESSABLE_ENTITY, "it is another account's key");
    let taken = post(&world.router, "/compte/cles/1/retirer", &second, "").await;
    assert_eq!(taken.status(), StatusCode::NOT_FOUND, "nor can another one take it away");
    assert_eq!(world.store.passkeys(1).expect("read").len(), 1);
}

#[tokio::test]
async fn closed_accounts_stay_closed_and_guesses_are_slowed() {
    let mut world = world("passkeys-closed");
    let mut own = Authenticator::new(b"one");
    let second = member(&mut world.store, "bob@exemple.fr", 2);
    world.add(&second, &own).await;
    world.store.change_account(2, Role::Administrator, None, true, "Claire", Machine.now()).expect("closed");
    assert_eq!(world.sign(&own.sign(&world.ask().await, ORIGIN)).await.status(), StatusCode::UNAUTHORIZED);
    let mut last = StatusCode::UNAUTHORIZED;
    for _ in 0..60 {
        last = world.sign(&own.sign(&world.ask().await, ORIGIN)).await.status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // By numbers browsers allow no passkey: there is no such page.
    let numbers = common::request("POST", "/connexion/cle/defi").body(Body::empty()).expect("a request");
    assert_eq!(send(&world.router, numbers).await.status(), StatusCode::NOT_FOUND);
}
