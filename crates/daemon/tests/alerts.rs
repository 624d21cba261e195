//! Rounds of alerts over a real register: grouped, once, in no quiet hour, nothing lost to a server that fails.

mod desk;

use daemon::alerts::{Carrier, Outcome, Parcel, round};
use daemon::webhook::{Webhook, signature};
use desk::{morning, night, open, register, scratch, server};
use follow::alert::Timing;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::sync::{Arc, Mutex};
use store::Store;

/// Keeps what it carries, or refuses.
#[derive(Clone, Default)]
struct Letterbox {
    taken: Arc<Mutex<Vec<Parcel>>>,
    broken: Arc<Mutex<bool>>,
}

impl Carrier for Letterbox {
    fn channel(&self) -> &'static str {
        "mail"
    }
    fn recipients(&self) -> Vec<String> {
        vec!["dr.martin@cabinet.example".to_owned()]
    }
    fn send(&mut self, parcel: &Parcel) -> Result<(), String> {
        if *self.broken.lock().expect("a lock") {
            return Err("serveur de courrier injoignable".to_owned());
        }
        self.taken.lock().expect("a lock").push(parcel.clone());
        Ok(())
    }
}

fn march(day: i8) -> Date {
    date(2026, 3, day)
}

fn quiet_week() -> Timing {
    Timing { digest: None, ..Timing::default() }
}

fn go(store: &mut Store, post: &Letterbox, timing: &Timing, now: &jiff::Zoned) -> Outcome {
    round(store, &mut [Box::new(post.clone())], timing, now).expect("a round")
}

fn subjects(post: &Letterbox) -> Vec<String> {
    post.taken.lock().expect("a lock").iter().map(|p| p.subject.clone()).collect()
}

#[test]
fn a_month_of_mornings_gives_three_mails_and_a_restart_none() {
    let dir = scratch("alerts-month");
    let mut store = register(&dir);
    let post = Letterbox::default();
    for d in 1..=28 {
        if d != 21 {
            night(&mut store, march(d), d != 17);
        }
        go(&mut store, &post, &quiet_week(), &morning(march(d)));
        // A second round the same morning, and a restart, have nothing to add.
        drop(store);
        store = open(&dir);
        go(&mut store, &post, &quiet_week(), &morning(march(d)).saturating_add(2.hours()));
    }
    let subjects = subjects(&post);
    assert_eq!(subjects.len(), 3, "{subjects:?}");
    assert!(subjects[0].contains("promesse manquée") && subjects[1].contains("rétabli"), "{subjects:?}");
    let first = post.taken.lock().expect("a lock")[0].clone();
    assert!(first.text.contains("article 6, page 4"), "{}", first.text);
    assert!(
        first.text.contains("Le Prestataire sauvegarde chaque jour.") && first.text.contains("À faire"),
        "{}",
        first.text
    );
    // Each is an entry of the ledger, and the dossier of the contract verifies with them.
    let mut dossier = Vec::new();
    store.dossier(Some("medorane-2026"), "Dr Martin", morning(march(28)).timestamp(), &mut dossier).expect("a dossier");
    let report = verify::dossier(&dossier, None);
    assert!(report.is_whole(), "{:?}", report.findings);
    let text = String::from_utf8_lossy(&dossier);
    assert_eq!(text.matches("\"kind\":\"alert\"").count(), 3);
    assert!(text.contains("dr.martin@cabinet.example"));
}

#[test]
fn nothing_goes_out_in_the_night_and_nothing_is_lost() {
    let mut store = register(&scratch("alerts-quiet"));
    (1..=4).for_each(|d| night(&mut store, march(d), d != 4));
    let post = Letterbox::default();
    let evening = morning(march(4)).saturating_add(14.hours());
    assert_eq!(go(&mut store, &post, &quiet_week(), &evening).waiting, 1);
    assert!(subjects(&post).is_empty());
    night(&mut store, march(5), true);
    assert_eq!(go(&mut store, &post, &quiet_week(), &morning(march(5))).sent.len(), 1);
}

#[test]
fn a_mail_server_that_fails_loses_nothing() {
    let mut store = register(&scratch("alerts-broken"));
    (1..=4).for_each(|d| night(&mut store, march(d), d != 4));
    let post = Letterbox::default();
    *post.broken.lock().expect("a lock") = true;
    let outcome = go(&mut store, &post, &quiet_week(), &morning(march(4)));
    assert_eq!((outcome.sent.len(), outcome.failures.len()), (0, 1));
    *post.broken.lock().expect("a lock") = false;
    let outcome = go(&mut store, &post, &quiet_week(), &morning(march(4)).saturating_add(1.hours()));
    assert_eq!((outcome.sent.len(), outcome.failures.len()), (1, 0));
}

#[test]
fn two_breaches_within_the_hour_wait_for_each_other() {
    let mut store = register(&scratch("alerts-pause"));
    (1..=4).for_each(|d| night(&mut store, march(d), d != 4));
    let post = Letterbox::default();
    go(&mut store, &post, &quiet_week(), &morning(march(4)));
    store.dossier(None, "x", morning(march(4)).timestamp(), &mut Vec::new()).expect("a dossier");
    // A promise that is confirmed late brings its own breach a quarter of an hour later.
    let mut other = store.promise("SAU-01").expect("the promise").promise;
    other.id = "medorane-2026/SAU-10".to_owned();
    other.title = "Compte rendu de sauvegarde".to_owned();
    let now = morning(march(4)).saturating_add(15.minutes());
    store
        .add_promises("medorane-2026", vec![other], store::Standing::Confirmed, "x", now.timestamp())
        .expect("entered");
    assert_eq!(go(&mut store, &post, &quiet_week(), &now).waiting, 1);
    assert_eq!(go(&mut store, &post, &quiet_week(), &now.saturating_add(1.hours())).sent.len(), 1);
}

#[test]
fn the_digest_comes_once_a_week_and_tells_the_reason() {
    let mut store = register(&scratch("alerts-digest"));
    let post = Letterbox::default();
    for d in 1..=12 {
        night(&mut store, march(d), d != 4);
        go(&mut store, &post, &Timing::default(), &morning(march(d)));
    }
    let digests: Vec<String> = subjects(&post).into_iter().filter(|s| s.starts_with("Bilan")).collect();
    assert_eq!(digests.len(), 2, "{digests:?}");
    assert!(digests[1].contains("1 promesse manquée"), "{digests:?}");
    let all = post.taken.lock().expect("a lock").clone();
    let last = all.iter().rfind(|p| p.subject.starts_with("Bilan")).expect("a digest");
    assert!(last.text.contains("1 échec le 4 mars"), "{}", last.text);
}

#[test]
fn a_restored_register_tells_nothing_twice() {
    let dir = scratch("alerts-restored");
    let mut store = register(&dir.join("a"));
    (1..=4).for_each(|d| night(&mut store, march(d), d != 4));
    let post = Letterbox::default();
    assert_eq!(go(&mut store, &post, &quiet_week(), &morning(march(4))).sent.len(), 1);
    let mut archive = std::io::Cursor::new(Vec::new());
    store.archive(Some(&dir.join("a")), morning(march(4)).timestamp(), &mut archive).expect("an archive");
    archive.set_position(0);
    let place = store::Place::folder(&dir.join("b"));
    Store::restore(&place, archive, &|| [7; 32], morning(march(4)).timestamp()).expect("restored");
    let mut again = open(&dir.join("b"));
    let outcome = go(&mut again, &post, &quiet_week(), &morning(march(4)).saturating_add(3.hours()));
    assert_eq!((outcome.sent.len(), outcome.waiting), (0, 0));
}

#[test]
fn a_webhook_gets_signed_json_and_is_tried_again() {
    let mut store = register(&scratch("alerts-webhook"));
    (1..=4).for_each(|d| night(&mut store, march(d), d != 4));
    let (url, requests) = server(|nth, _| (if nth < 2 { 503 } else { 204 }, Vec::new()));
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let kept = pauses.clone();
    let sleep = move |pause: std::time::Duration| kept.lock().expect("a lock").push(pause.as_secs());
    let secret = "un secret assez long";
    let hook = Webhook::new(&format!("{url}/jeton-secret"), secret, Box::new(sleep)).expect("a webhook");
    let outcome = round(&mut store, &mut [Box::new(hook)], &quiet_week(), &morning(march(4))).expect("a round");
    assert_eq!((outcome.sent.len(), outcome.failures.len()), (1, 0), "{outcome:?}");
    assert_eq!(*pauses.lock().expect("a lock"), [1, 5]);
    let all: Vec<_> = requests.try_iter().collect();
    let last = all.last().expect("a request");
    let second: i64 = last.header("x-clausule-timestamp").parse().expect("a second");
    assert_eq!(
        last.header("x-clausule-signature"),
        format!("sha256={}", signature(secret.as_bytes(), second, &last.body))
    );
    let json: serde_json::Value = serde_json::from_slice(&last.body).expect("JSON");
    assert_eq!(json["schema"], "clausule/alerts/1");
    assert_eq!(json["alerts"][0]["kind"], "breach");
    assert_eq!(json["alerts"][0]["clause"]["page"], 4);
    let told = store.told("webhook").expect("read");
    assert!(told.contains_key("medorane-2026/SAU-01#breach#2026-03-04"));
    assert!(store.told("mail").expect("read").is_empty(), "what one channel told the other has still to tell");
}

#[test]
fn a_webhook_that_refuses_is_not_pressed() {
    let mut store = register(&scratch("alerts-refused"));
    (1..=4).for_each(|d| night(&mut store, march(d), d != 4));
    let (url, requests) = server(|_, _| (403, Vec::new()));
    let hook = Webhook::new(&url, "un secret assez long", Box::new(|_| panic!("no pause"))).expect("a webhook");
    let outcome = round(&mut store, &mut [Box::new(hook)], &quiet_week(), &morning(march(4))).expect("a round");
    assert!(outcome.failures[0].contains("403"), "{outcome:?}");
    assert_eq!(requests.recv().map(|_| requests.try_iter().count()), Ok(0));
}

#[test]
fn a_signature_is_hmac_sha256_of_second_and_body() {
    // Python: hmac.new(b"Jefe", b"0." + body, hashlib.sha256).hexdigest()
    let own = signature(b"Jefe", 0, b"what do ya want for nothing?");
    assert_eq!(own, "37f471929915ccd2cbbe79feb84ffcff4f2bb25e15fc41c2506687331ae179cc");
}
