//! Signing in by a provider of identities: whom it lets in, and everything that must not pass. The provider is played here; a real
//! one is tried in `crates/cli/tests/access.rs`.

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use common::{Machine, request, send, text};
use contract::Document;
use draft::redline::{Applied, Opened, Plan, Signature};
use jiff::{SignedDuration, Timestamp};
use people::oidc::{Call, Client};
use people::secret::letters;
use people::{Role, Secret};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use store::{Newcomer, Stage, Store};
use web::{App, Host, Settings};

const ISSUER: &str = "https://id.exemple.fr";

/// The provider: its keys, what it says of whoever signs in, and what it was asked.
struct Played {
    pair: EcdsaKeyPair,
    key: &'static str,
    said: Value,
    asked: Vec<Call>,
    log: Vec<String>,
    /// Seconds that went by.
    later: i64,
}

fn pair() -> EcdsaKeyPair {
    let (random, alg) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(alg, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(alg, pkcs8.as_ref(), &random).expect("a key")
}

impl Played {
    fn token(&self) -> String {
        let head = json!({"alg": "ES256", "kid": self.key});
        let text = [&head, &self.said].map(|v| letters(v.to_string().as_bytes())).join(".");
        let signature = self.pair.sign(&SystemRandom::new(), text.as_bytes()).expect("signed");
        format!("{text}.{}", letters(signature.as_ref()))
    }

    fn answer(&mut self, call: &Call) -> (u16, Value) {
        self.asked.push(call.clone());
        let point = self.pair.public_key().as_ref();
        let (x, y) = (letters(&point[1..33]), letters(&point[33..]));
        match call.url.strip_prefix(ISSUER).expect("the provider") {
            "/.well-known/openid-configuration" => (
                200,
                json!({"issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/auth"),
                    "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/keys")}),
            ),
            "/keys" => (200, json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": self.key, "x": x, "y": y}]})),
            "/token" if call.form.as_ref().is_some_and(|f| f.contains("code=bon&")) => {
                (200, json!({"id_token": self.token(), "access_token": "a", "token_type": "Bearer"}))
            }
            _ => (400, json!({"error": "invalid_grant"})),
        }
    }
}

struct Desk {
    client: Client,
    played: Arc<Mutex<Played>>,
}

impl Host for Desk {
    fn now(&self) -> Timestamp {
        Machine.now() + SignedDuration::from_secs(self.played.lock().expect("whole").later)
    }

    fn random(&self) -> [u8; 32] {
        Machine.random()
    }

    fn log(&self, line: &str) {
        self.played.lock().expect("whole").log.push(line.to_owned());
    }

    fn read(&self, name: &str, bytes: Vec<u8>) -> Result<Document, String> {
        Machine.read(name, bytes)
    }

    fn unpack(&self, bytes: Vec<u8>) -> Result<Vec<(String, Vec<u8>)>, String> {
        Machine.unpack(bytes)
    }

    fn open_word(&self, bytes: &[u8]) -> Result<Opened, String> {
        Machine.open_word(bytes)
    }

    fn redline(&self, bytes: &[u8], plan: &Plan, signature: &Signature) -> Result<(Applied, Document), String> {
        Machine.redline(bytes, plan, signature)
    }

    fn provider(&self) -> Option<&Client> {
        Some(&self.client)
    }

    fn call(&self, call: &Call) -> Result<(u16, Vec<u8>), String> {
        let (status, body) = self.played.lock().expect("whole").answer(call);
        Ok((status, body.to_string().into_bytes()))
    }
}

struct World {
    router: Router,
    store: Store,
    played: Arc<Mutex<Played>>,
}

fn world(name: &str) -> World {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(&data).expect("a folder");
    let place = store::Place::folder(&data);
    let mut store = Store::open(&place, "principal", &|| [9; 32], Machine.now()).expect("the register opens");
    let chief = newcomer("chef@exemple.fr", Role::Administrator);
    store.add_account(&chief, "$argon2id$x", "", Machine.now()).expect("made");
    let played = Played { pair: pair(), key: "a", said: Value::Null, asked: Vec::new(), log: Vec::new(), later: 0 };
    let played = Arc::new(Mutex::new(played));
    let client = Client {
        name: "Pro <Santé>".to_owned(),
        issuer: ISSUER.to_owned(),
        id: "clausule".to_owned(),
        secret: "secret-du-client".to_owned(),
        address: "http://127.0.0.1:8017".to_owned(),
        scopes: "email".to_owned(),
        acr: None,
        post: None,
    };
    let settings = Settings {
        place,
        org: "principal".to_owned(),
        person: "Camille".to_owned(),
        hosts: vec!["127.0.0.1".to_owned()],
        secure: false,
        shared: false,
        proxied: false,
    };
    let engine = check::Engine::new(points::embedded()).expect("patterns compile");
    let desk = Desk { client, played: Arc::clone(&played) };
    World { router: web::router(App::new(settings, Box::new(desk), engine)), store, played }
}

fn newcomer(email: &str, role: Role) -> Newcomer {
    Newcomer { email: email.to_owned(), name: "Claire Petit".to_owned(), role, contract: None }
}

/// The cookies that an answer sets and keeps.
fn cookies(response: &Response<Body>) -> Vec<String> {
    let set = response.headers().get_all(header::SET_COOKIE).into_iter().map(|v| v.to_str().expect("text"));
    let kept = set.filter(|v| !v.contains("Max-Age=0"));
    kept.map(|v| {
        assert!(v.contains("HttpOnly") && v.contains("SameSite=Lax"), "{v}");
        v.split(';').next().unwrap_or_default().to_owned()
    })
    .collect()
}

fn field(url: &str, name: &str) -> String {
    let start = url.split(&format!("{name}=")).nth(1).expect("there");
    start.split('&').next().unwrap_or_default().to_owned()
}

impl World {
    fn played(&self) -> MutexGuard<'_, Played> {
        self.played.lock().expect("whole")
    }

    async fn get(&self, path: &str, cookie: &str) -> Response<Body> {
        send(&self.router, request("GET", path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request"))
            .await
    }

    /// Leaves for the provider: the ticket's cookie, the state.
    async fn leave(&self, path: &str) -> (String, String) {
        let response = self.get(path, "").await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let url = response.headers()[header::LOCATION].to_str().expect("text").to_owned();
        assert!(url.starts_with("https://id.exemple.fr/auth?response_type=code&"), "{url}");
        let now = Machine.now().as_second();
        self.played().said = json!({"iss": ISSUER, "aud": "clausule", "sub": "f:1:899", "exp": now + 300, "iat": now,
            "nonce": field(&url, "nonce"), "email": "Claire@exemple.fr", "email_verified": true});
        let ticket = cookies(&response).pop().expect("a ticket");
        assert!(ticket.starts_with("clausule-oidc=") && !url.contains(&ticket["clausule-oidc=".len()..]));
        (ticket, field(&url, "state"))
    }

    async fn back(&self, cookie: &str, state: &str) -> Response<Body> {
        self.get(&format!("/connexion/oidc/retour?code=bon&state={state}&iss=https%3A%2F%2Fid.exemple.fr"), cookie)
            .await
    }

    /// Comes back and is told why not.
    async fn refused(&self, response: Response<Body>, words: &str) {
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(cookies(&response), Vec::<String>::new(), "no session, and the ticket is taken back");
        let page = text(response).await;
        assert!(page.contains(words), "{words}: {page}");
        assert!(page.contains("Pro &#60;Santé&#62;") && !page.contains("<Santé>"), "a name stays text");
        assert!(!page.contains("secret-du-client"));
    }

    fn invite(&mut self, email: &str, n: u8) -> String {
        let secret = Secret::new(&[n; 32]);
        let who = newcomer(email, Role::Manager);
        self.store.invite(&who, &secret.digest(), "Chef", Machine.now()).expect("invited");
        secret.text().to_owned()
    }
}

#[tokio::test]
async fn an_invitation_is_taken_up_and_its_person_known_from_then_on() {
    let mut world = world("outside-invited");
    let secret = world.invite("autre@exemple.fr", 1);
    let page = text(world.get(&format!("/invitation/{secret}"), "").await).await;
    assert!(page.contains(&format!("href=\"/invitation/{secret}/oidc\"")));
    let (ticket, state) = world.leave(&format!("/invitation/{secret}/oidc")).await;
    // The address is another one: the invitation's secret counts, and whoever brings it.
    let response = world.back(&ticket, &state).await;
    assert_eq!(
        (response.status(), &response.headers()[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/contrats".parse().expect("a value"))
    );
    let session = cookies(&response).pop().expect("a session");
    assert_eq!(world.get("/contrats", &session).await.status(), StatusCode::OK);
    assert_eq!(world.store.account(2).expect("made").role, Role::Manager, "the role is the invitation's");
    // Next time, wherever one wanted to go.
    let (ticket, state) = world.leave("/connexion/oidc?suite=/alertes").await;
    let response = world.back(&format!("{ticket}; {session}"), &state).await;
    assert_eq!(response.headers()[header::LOCATION], "/alertes");
    let second = cookies(&response).pop().expect("a session");
    assert_ne!(second, session);
    assert_eq!(world.get("/contrats", &session).await.status(), StatusCode::SEE_OTHER, "the former session ended");
    assert_eq!(world.get("/contrats", &second).await.status(), StatusCode::OK);
    let account = text(world.get("/compte", &second).await).await;
    assert!(account.contains(ISSUER) && !account.contains("name=\"ancien\""), "there is no password to ask for");
    let entries = world.store.entries(None, None, 50).expect("read");
    assert_eq!(entries.iter().filter(|e| e.line().contains("\"identity\"")).count(), 1);
    assert!(entries.iter().all(|e| !e.line().contains("f:1:899")));
    assert!(world.played().log.is_empty());
    assert!(world.played().asked.iter().all(|c| !c.url.contains("secret")));
}

#[tokio::test]
async fn an_address_opens_what_an_administrator_allowed() {
    let mut world = world("outside-address");
    let (ticket, state) = world.leave("/connexion/oidc").await;
    world.refused(world.back(&ticket, &state).await, "rattachée à aucun compte").await;
    let claire = newcomer("claire@exemple.fr", Role::Reader);
    let id = world.store.add_account(&claire, "$argon2id$x", "", Machine.now()).expect("made");
    let (ticket, state) = world.leave("/connexion/oidc").await;
    world.refused(world.back(&ticket, &state).await, "rattachée à aucun compte").await;
    world.store.allow_outside(id, true, "Chef", Machine.now()).expect("allowed");
    for unproved in [json!(false), Value::Null] {
        let (ticket, state) = world.leave("/connexion/oidc").await;
        world.played().said["email_verified"] = unproved;
        world.refused(world.back(&ticket, &state).await, "rattachée à aucun compte").await;
    }
    // The same address in another organisation: nobody guesses which.
    let other = &mut Store::open(&place("outside-address"), "voisin", &|| [9; 32], Machine.now()).expect("opens");
    let digest = Secret::new(&[3; 32]).digest();
    other.invite(&claire, &digest, "x", Machine.now()).expect("invited");
    let (ticket, state) = world.leave("/connexion/oidc").await;
    world.refused(world.back(&ticket, &state).await, "plusieurs comptes ou invitations").await;
    other.withdraw(&digest).expect("withdrawn");
    let (ticket, state) = world.leave("/connexion/oidc").await;
    assert_eq!(world.back(&ticket, &state).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(world.store.identities(id).expect("read"), [ISSUER]);
    world.store.change_account(id, Role::Reader, None, true, "Chef", Machine.now()).expect("closed");
    let (ticket, state) = world.leave("/connexion/oidc").await;
    world.refused(world.back(&ticket, &state).await, "est fermé").await;
    let secret = world.invite("autre@exemple.fr", 4);
    let (ticket, state) = world.leave(&format!("/invitation/{secret}/oidc")).await;
    world.refused(world.back(&ticket, &state).await, "déjà un autre compte").await;
    assert_eq!(world.store.invitations(Machine.now()).expect("read").len(), 1, "it was not used up");
}

fn place(name: &str) -> store::Place {
    store::Place::folder(&PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name))
}

#[tokio::test]
async fn one_time_codes_are_asked_for_besides() {
    let mut world = world("outside-code");
    let secret = world.invite("claire@exemple.fr", 1);
    let (ticket, state) = world.leave("/connexion/oidc").await;
    assert_eq!(world.back(&ticket, &state).await.status(), StatusCode::SEE_OTHER, "invited under this address");
    assert_eq!(world.get(&format!("/invitation/{secret}"), "").await.status(), StatusCode::NOT_FOUND, "used up");
    world.store.set_totp(2, Some(b"12345678901234567890"), 0, "x", Machine.now()).expect("set");
    let (ticket, state) = world.leave("/connexion/oidc").await;
    let response = world.back(&ticket, &state).await;
    let half = cookies(&response).pop().expect("a session");
    assert!(text(response).await.contains("one-time-code"));
    assert_eq!(world.get("/contrats", &half).await.status(), StatusCode::SEE_OTHER, "half way in is out");
}

#[tokio::test]
async fn an_answer_is_for_the_browser_that_asked_and_good_once() {
    let mut world = world("outside-state");
    world.invite("claire@exemple.fr", 1);
    let (ticket, state) = world.leave("/connexion/oidc").await;
    let stale = "commencée ailleurs";
    let (other, others) = world.leave("/connexion/oidc").await;
    for (cookie, state) in [("", state.as_str()), (other.as_str(), state.as_str()), (ticket.as_str(), others.as_str())]
    {
        world.refused(world.back(cookie, state).await, stale).await;
    }
    world.refused(world.get("/connexion/oidc/retour?code=bon", &ticket).await, stale).await;
    world.refused(world.get("/connexion/oidc/retour", "").await, stale).await;
    // Made for the second sign-in, brought to the first.
    world.refused(world.back(&ticket, &state).await, stale).await;
    assert!(world.played().log.iter().any(|l| l.contains("another sign-in")));
    let (ticket, state) = world.leave("/connexion/oidc").await;
    assert_eq!(world.back(&ticket, &state).await.status(), StatusCode::SEE_OTHER);
    world.refused(world.back(&ticket, &state).await, stale).await;
    for elsewhere in ["//evil.example", "https://evil.example", "/%5Cevil.example"] {
        let (ticket, state) = world.leave(&format!("/connexion/oidc?suite={elsewhere}")).await;
        assert_eq!(world.back(&ticket, &state).await.headers()[header::LOCATION], "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn what_the_provider_says_is_held() {
    let mut world = world("outside-claims");
    world.invite("claire@exemple.fr", 1);
    let untrusted = "n’a pas pu être vérifiée";
    let now = Machine.now().as_second();
    let cases = [
        ("iss", json!("https://evil.example"), untrusted),
        ("aud", json!("autre"), untrusted),
        ("nonce", json!("x"), "commencée ailleurs"),
        ("exp", json!(now - 61), "l’horloge"),
        ("sub", json!(""), untrusted),
    ];
    for (name, value, words) in cases {
        let (ticket, state) = world.leave("/connexion/oidc").await;
        world.played().said[name] = value;
        world.refused(world.back(&ticket, &state).await, words).await;
    }
    let (ticket, state) = world.leave("/connexion/oidc").await;
    let mixed = format!("/connexion/oidc/retour?code=bon&state={state}&iss=https%3A%2F%2Fevil.example");
    world.refused(world.get(&mixed, &ticket).await, untrusted).await;
    let (ticket, state) = world.leave("/connexion/oidc").await;
    let bad = format!("/connexion/oidc/retour?code=autre&state={state}");
    world.refused(world.get(&bad, &ticket).await, "a refusé cette connexion").await;
    let (ticket, state) = world.leave("/connexion/oidc").await;
    let denied = format!("/connexion/oidc/retour?error=access_denied&error_description=%3Cscript%3E&state={state}");
    world.refused(world.get(&denied, &ticket).await, "Vous avez renoncé").await;
    let (ticket, state) = world.leave("/connexion/oidc").await;
    world.played().pair = pair();
    world.refused(world.back(&ticket, &state).await, untrusted).await;
    assert_eq!(world.store.accounts().expect("read").len(), 1, "nobody came in");
}

#[tokio::test]
async fn renewed_keys_are_asked_for() {
    let mut world = world("outside-keys");
    world.invite("claire@exemple.fr", 1);
    let (ticket, state) = world.leave("/connexion/oidc").await;
    world.played().pair = pair();
    world.played().key = "b";
    // What was read this very second is not asked for again: strangers' tokens must not make us ask without end.
    world.refused(world.back(&ticket, &state).await, "n’a pas pu être vérifiée").await;
    let asked = |world: &World| world.played().asked.iter().filter(|c| c.url.ends_with("/keys")).count();
    assert_eq!(asked(&world), 1);
    world.played().later = 11;
    let (ticket, state) = world.leave("/connexion/oidc").await;
    assert_eq!(world.back(&ticket, &state).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(asked(&world), 2);
}

#[tokio::test]
async fn settings_show_the_provider_without_its_secret() {
    let mut world = world("outside-settings");
    let session = Secret::new(&[7; 32]);
    world.store.begin_session(1, Stage::Whole, &session.digest(), None, Machine.now()).expect("begun");
    let page = text(world.get("/reglages", &format!("clausule={}", session.text())).await).await;
    for shown in [ISSUER, "/connexion/oidc/retour", "Pro &#60;Santé&#62;"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("secret-du-client"));
}
