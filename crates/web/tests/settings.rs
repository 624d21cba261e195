//! The settings' pages: what they show, what they change, and that each change is an entry of the ledger.

mod common;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use common::{Machine, app, get, request, send, text};
use contract::Document;
use draft::redline::{Applied, Opened, Plan, Signature};
use jiff::Timestamp;
use people::{Role, Secret};
use std::sync::{Arc, Mutex};
use store::{Incoming, NewReview, Newcomer, Stage, Store};
use web::{App, Backup, Host, Relay};

async fn post(router: &Router, path: &str, cookie: &str, body: &str) -> Response<Body> {
    let form = request("POST", path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(router, form.body(Body::from(body.to_owned())).expect("a request")).await
}

fn register(app: &App) -> Store {
    Store::open(&app.settings().place, "principal", &|| [9; 32], Machine.now()).expect("the register opens")
}

/// How many entries of the ledger hold these words.
fn entries(store: &mut Store, words: &str) -> usize {
    store.entries(None, None, 200).expect("read").iter().filter(|e| e.line().contains(words)).count()
}

#[tokio::test]
async fn the_organisation_is_named_and_its_time_counts() {
    let app = app("settings-org");
    let mut store = register(&app);
    let router = web::router(app);
    let page = get(&router, "/reglages").await.1;
    for link in ["organisation", "sources", "courrier", "sauvegarde", "conservation"] {
        assert!(page.contains(&format!("href=\"/reglages/{link}\"")), "{link}");
        assert_eq!(get(&router, &format!("/reglages/{link}")).await.0, StatusCode::OK, "{link}");
    }
    let good = "nom=Cabinet+%3CPetit%3E&siret=732+829+320+00074&fuseau=Indian%2FReunion&region=reunion";
    assert_eq!(post(&router, "/reglages/organisation", "", good).await.status(), StatusCode::SEE_OTHER);
    let page = get(&router, "/reglages/organisation").await.1;
    assert!(page.contains("Cabinet &#60;Petit&#62;") && page.contains("value=\"73282932000074\""));
    assert!(page.contains("value=\"Indian/Reunion\" selected") && page.contains("value=\"reunion\" selected"));
    assert_eq!(entries(&mut store, "\"setting\""), 4, "one for each change");
    post(&router, "/reglages/organisation", "", good).await;
    assert_eq!(entries(&mut store, "\"setting\""), 4, "and none where nothing changes");
    assert_eq!(entries(&mut store, "73282932000074"), 0, "without its value");
    for bad in ["siret=73282932000075", "fuseau=Mars%2FOlympus", "region=atlantide"] {
        let refused = post(&router, "/reglages/organisation", "", &format!("nom=x&{bad}")).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    assert_eq!(store.setting("nom").expect("read").as_deref(), Some("Cabinet <Petit>"));
}

/// Kept for ten years or more: what was received long ago.
fn long_ago() -> Timestamp {
    "2020-01-15T10:00:00Z".parse().expect("an instant")
}

#[tokio::test]
async fn what_is_past_its_time_is_proposed_and_erased_when_confirmed() {
    let app = app("settings-retention");
    let mut store = register(&app);
    let big = vec![b'x'; store::SMALL + 1];
    for (name, bytes, at) in [
        ("vieux.txt", b"ancien".as_slice(), long_ago()),
        ("grand.txt", &big, long_ago()),
        ("neuf.txt", b"neuf", Machine.now()),
    ] {
        let incoming = Incoming { name, bytes, via: "file", ..Incoming::default() };
        store.file(&incoming, &at.to_zoned(jiff::tz::TimeZone::UTC), at).expect("filed");
        let new = NewReview { name: format!("lu-{name}"), ..NewReview::default() };
        let id = store.add_review(new, &[bytes, b" lu"].concat(), "x", at).expect("added").id;
        store.take_review().expect("taken");
        store.finish_review(id, Err("illisible".to_owned())).expect("kept");
    }
    let place = app.settings().place.clone();
    let router = web::router(app);
    let page = get(&router, "/reglages/conservation").await.1;
    assert!(page.contains("Rien n’a dépassé") && !page.contains("vieux.txt"), "nothing is due without a time");
    let set = post(&router, "/reglages/conservation", "", "preuves=60&analyses=60&contrats=").await;
    assert_eq!(set.status(), StatusCode::SEE_OTHER);
    for bad in ["preuves=0", "preuves=x", "preuves=601"] {
        let refused = post(&router, "/reglages/conservation", "", bad).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let page = get(&router, "/reglages/conservation").await.1;
    assert!(page.contains("4 documents ont dépassé") && page.contains("vieux.txt") && !page.contains("neuf.txt"));
    assert!(page.contains("preuve reçue le 15/01/2020"));
    let head = store.head().expect("read");
    let unconfirmed = post(&router, "/reglages/conservation/effacer", "", "quoi=preuves:1").await;
    assert_eq!(unconfirmed.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let young = post(&router, "/reglages/conservation/effacer", "", "quoi=preuves:3&confirme=1").await;
    assert_eq!(young.status(), StatusCode::UNPROCESSABLE_ENTITY, "what is not due is not erased");
    assert_eq!(store.head().expect("read"), head, "nothing happened");
    let all = "quoi=preuves:1&quoi=preuves:2&quoi=analyses:1&confirme=1";
    assert_eq!(post(&router, "/reglages/conservation/effacer", "", all).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(entries(&mut store, "\"erased\""), 2);
    let (status, page) = get(&router, "/preuves/1/fichier").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("a été effacé"), "{page}");
    assert_eq!(get(&router, "/preuves/1").await.0, StatusCode::OK, "what was understood stays");
    assert_eq!(get(&router, "/preuves/3/fichier").await.0, StatusCode::OK);
    let page = get(&router, "/reglages/conservation").await.1;
    assert!(
        page.contains("1 document a dépassé") && page.contains("lu-grand.txt"),
        "what was not ticked is still there"
    );
    let left = walk(&place.data.join("pieces"));
    assert_eq!(left, 1, "the large proof is off the disk, the large contract is not");
    for file in ["registre.sqlite", "registre.sqlite-wal"] {
        let bytes = std::fs::read(place.data.join(file)).unwrap_or_default();
        assert!(!bytes.windows(6).any(|w| w == b"ancien"), "{file} still has the words");
    }
}

/// Files below a folder.
fn walk(dir: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(dir).expect("a folder").flatten();
    entries.map(|e| if e.path().is_dir() { walk(&e.path()) } else { 1 }).sum()
}

/// A machine with a relay and backups, which notes what it was asked.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Vec<String>>>);

impl Host for Desk {
    fn now(&self) -> Timestamp {
        Machine.now()
    }

    fn random(&self) -> [u8; 32] {
        Machine.random()
    }

    fn log(&self, line: &str) {
        Machine.log(line);
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

    fn relay(&self) -> Option<Relay> {
        Some(Relay {
            server: "smtp://relais".to_owned(),
            from: "c@exemple.fr".to_owned(),
            to: vec!["d@exemple.fr".to_owned()],
        })
    }

    fn send_test(&self, to: &str) -> Result<(), String> {
        self.0.lock().expect("whole").push(format!("mail {to}"));
        Ok(())
    }

    fn backups(&self, org: &str) -> Result<(String, Vec<Backup>), String> {
        let made = self.0.lock().expect("whole").iter().filter(|l| **l == format!("backup {org}")).count();
        let one = Backup { name: "principal-1.zip".to_owned(), size: 1_200, made: Machine.now() };
        Ok(("/sauvegardes".to_owned(), vec![one; made]))
    }

    fn back_up(&self, org: &str) -> Result<(), String> {
        self.0.lock().expect("whole").push(format!("backup {org}"));
        Ok(())
    }
}

#[tokio::test]
async fn a_test_mail_goes_to_oneself_and_backups_are_made_and_listed() {
    let plain = app("settings-ways");
    let mut store = register(&plain);
    let desk = Desk::default();
    let engine = check::Engine::new(points::embedded()).expect("patterns compile");
    let router = web::router(App::new(plain.settings().clone(), Box::new(desk.clone()), engine));
    let page = get(&router, "/reglages/courrier").await.1;
    assert!(page.contains("smtp://relais") && page.contains("d@exemple.fr") && page.contains("Sans compte"));
    assert_eq!(post(&router, "/reglages/courrier/essai", "", "").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let who =
        Newcomer { email: "moi@exemple.fr".into(), name: "Moi".into(), role: Role::Administrator, contract: None };
    let id = store.add_account(&who, "$argon2id$x", "", Machine.now()).expect("made");
    let secret = Secret::new(&[1; 32]);
    store.begin_session(id, Stage::Whole, &secret.digest(), None, Machine.now()).expect("begun");
    let own = format!("clausule={}", secret.text());
    let sent = post(&router, "/reglages/courrier/essai", &own, "a=autre%40exemple.fr").await;
    assert_eq!(sent.status(), StatusCode::OK);
    assert!(text(sent).await.contains("remis au relais pour moi@exemple.fr"));
    for _ in 0..4 {
        post(&router, "/reglages/courrier/essai", &own, "").await;
    }
    let slowed = post(&router, "/reglages/courrier/essai", &own, "").await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(*desk.0.lock().expect("whole"), vec!["mail moi@exemple.fr"; 5], "to oneself alone");
    assert_eq!(entries(&mut store, "\"mail_test\""), 5);

    let asked = request("GET", "/reglages/sauvegarde").header(header::COOKIE, &own);
    let page = text(send(&router, asked.body(Body::empty()).expect("a request")).await).await;
    assert!(page.contains("Aucune sauvegarde n’a été faite ici depuis sept jours"));
    assert_eq!(post(&router, "/reglages/sauvegarde", &own, "").await.status(), StatusCode::SEE_OTHER);
    let asked = request("GET", "/reglages/sauvegarde").header(header::COOKIE, &own);
    let page = text(send(&router, asked.body(Body::empty()).expect("a request")).await).await;
    assert!(page.contains("principal-1.zip") && page.contains("2 ko") && page.contains("clausule restore --data"));
    assert!(!page.contains("depuis sept jours"));
    assert_eq!(entries(&mut store, "\"backup\""), 1);
}
