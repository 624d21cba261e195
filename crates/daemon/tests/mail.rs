//! Real Postfix and Dovecot on loopback; `cargo xtask mail` insists on them. Mail comes through Postfix to our LMTP, and from
//! Dovecot's mailboxes over IMAP, in the clear and over TLS.
#![cfg(target_os = "linux")]

#[path = "common/certificates.rs"]
mod certificates;
mod common;
#[path = "common/servers.rs"]
mod servers;

use certificates::{Authority, day};
use common::{Bench, report};
use serde_json::json;
use servers::{Dovecot, Postfix, ready};
use std::fs;
use std::time::Duration;
use store::Way;

#[tokio::test(flavor = "multi_thread")]
async fn postfix_delivers_and_keeps_what_we_do_not_take() {
    if !ready("/usr/sbin/postfix") {
        return;
    }
    let bench = Bench::new("postfix");
    let token = bench.source("nuit", Way::Mail, json!({}));
    let postfix = std::sync::Arc::new(Postfix::start(bench.settings.lmtp.expect("an address")));
    let send = async |to: String, mail: String| {
        let postfix = std::sync::Arc::clone(&postfix);
        tokio::task::spawn_blocking(move || postfix.send(&to, &mail)).await.expect("sent")
    };
    let own = format!("depot+{token}@preuves.example");
    let daemon = bench.start().await;
    for day in 1..=3 {
        let said = send(own.clone(), report(day)).await;
        assert!(said.starts_with("250"), "day {day}: {said}");
    }
    // A mail sent twice has another envelope and another Received: line; Postfix adds them before we see it.
    bench.until(3).await;
    let wrong = format!("depot+{}@preuves.example", "a".repeat(40));
    assert!(send(wrong, report(9)).await.starts_with("550"), "an unknown token is refused at the door");
    daemon.stop().await;
    // While we are down, Postfix keeps the mail and delivers it later.
    assert!(send(own, report(4)).await.starts_with("250"));
    let daemon = bench.start().await;
    let proofs = bench.until(4).await;
    daemon.stop().await;
    assert_eq!(proofs.len(), 4);
    assert!(bench.facts().iter().all(|f| f["state"] == "ok" && f["host"] == "srv-cabinet"), "{:?}", bench.facts());
    assert!(proofs.iter().all(|p| p["data"]["origin"]["sender"] == "sauvegarde@infogerant.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_read_and_marked_once_stored_and_survives_a_new_numbering() {
    if !ready("/usr/sbin/dovecot") {
        return;
    }
    let bench = Bench::new("dovecot");
    let dovecot = Dovecot::start(None);
    let password = bench.dir.join("mot-de-passe");
    fs::write(&password, "secret-essai\n").expect("written");
    let settings = json!({
        "server": "127.0.0.1", "port": dovecot.imap.port(), "user": "cabinet", "password_file": password,
        "mailbox": "INBOX", "plain": true, "every": 5,
    });
    let id = bench.source("boite", Way::Imap, settings);
    for day in 1..=3 {
        dovecot.deliver(&format!("{day}.a"), &report(day));
    }
    let daemon = bench.start().await;
    bench.until(3).await;
    while dovecot.files("cur").iter().filter(|n| n.ends_with('S')).count() < 3 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    daemon.stop().await;
    // The mailbox was numbered otherwise when we last looked: everything is read again, nothing is filed twice.
    let other = r#"{"validity":1,"last":4000}"#;
    bench.store().keep_source_state(&id, other).expect("written down");
    dovecot.deliver("4.a", &report(4));
    let daemon = bench.start().await;
    let proofs = bench.until(4).await;
    while dovecot.files("cur").iter().filter(|n| n.ends_with('S')).count() < 4 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    daemon.stop().await;
    assert_eq!(proofs.len(), 4);
    assert_eq!(bench.proofs().len(), 4);
    assert!(bench.facts().iter().all(|f| f["state"] == "ok"));
    let all = bench.export();
    assert!(!all.iter().any(|(_, b)| b.windows(12).any(|w| w == b"secret-essai")), "the password is kept nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_over_tls_is_read_only_from_a_server_that_somebody_vouches_for() {
    if !ready("/usr/sbin/dovecot") {
        return;
    }
    let bench = Bench::new("dovecot-tls");
    let Some(authority) = Authority::new(&bench.dir.join("autorité")) else { return };
    let dovecot = Dovecot::start(Some(&authority.issue("imap", "DNS:localhost", &day(-1), &day(30))));
    let password = bench.dir.join("mot-de-passe");
    fs::write(&password, "secret-essai\n").expect("written");
    let settings = |server: &str, ca: Option<std::path::PathBuf>| {
        json!({
            "server": server, "port": dovecot.imap.port(), "user": "cabinet", "password_file": password, "mailbox": "INBOX",
            "every": 5, "ca": ca,
        })
    };
    dovecot.deliver("1.a", &report(1));
    // Nobody vouches for it, or it bears another name: neither password nor mail passes.
    bench.source("inconnue", Way::Imap, settings("localhost", None));
    bench.source("autre-nom", Way::Imap, settings("127.0.0.1", Some(authority.ca())));
    let daemon = bench.start().await;
    let failed = async || String::from_utf8(bench.ask("GET", "/metrics", &[], b"").await.body).expect("text");
    while !failed().await.lines().any(|l| l == "clausule_worker_errors_total{worker=\"imap\"} 2") {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    daemon.stop().await;
    assert!(bench.proofs().is_empty() && dovecot.files("new").len() == 1, "it was not even looked at");
    bench.source("boite", Way::Imap, settings("localhost", Some(authority.ca())));
    let daemon = bench.start().await;
    bench.until(1).await;
    while !dovecot.files("cur").iter().any(|n| n.ends_with('S')) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    daemon.stop().await;
    assert!(bench.facts().iter().all(|f| f["state"] == "ok"));
}
