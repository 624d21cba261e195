//! DKIM by a real opendkim: a sender's Postfix signs, the practice's relay checks and writes `Authentication-Results`, and that
//! verdict is kept as the proof's origin. `cargo xtask mail` insists on both servers.
#![cfg(target_os = "linux")]

mod common;
#[path = "common/servers.rs"]
mod servers;

use common::{Bench, port, report};
use serde_json::{Value, json};
use servers::{Postfix, connect, ready, run, scratch};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use store::Way;

/// An opendkim that ends with the test.
struct Filter(Child);

impl Drop for Filter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Filter {
    fn start(dir: &Path, name: &str, address: SocketAddr, settings: &str) -> Self {
        let path = dir.join(format!("{name}.conf"));
        let common = format!("Socket inet:{}@127.0.0.1\nSyslog no\nRequireSafeKeys no\n", address.port());
        fs::write(&path, format!("{common}{settings}")).expect("written");
        let mut command = Command::new("/usr/sbin/opendkim");
        command.arg("-f").arg("-x").arg(&path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let filter = Self(command.spawn().expect("it starts"));
        drop(connect(address));
        filter
    }
}

/// A line of `master.cf`: a door with a filter of its own.
fn door(address: SocketAddr, filter: SocketAddr, besides: &str) -> String {
    format!(
        "127.0.0.1:{} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:{} -o milter_default_action=tempfail {besides}",
        address.port(),
        filter.port()
    )
}

/// Where a proof says it comes from.
fn origin(proof: &Value) -> (&str, &str) {
    let origin = &proof["data"]["origin"];
    (origin["dkim"].as_str().unwrap_or_default(), origin["dkim_domain"].as_str().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_relay_s_verdict_is_kept_and_a_forged_one_is_not_believed() {
    if !ready("/usr/sbin/postfix") || !ready("/usr/sbin/opendkim") {
        return;
    }
    let keys = scratch("opendkim");
    let at = keys.display();
    let (private, public) = (keys.join("essai.private"), keys.join("public"));
    run("openssl", &["genrsa", "-out", &private.to_string_lossy(), "2048"]);
    let mut command = Command::new("openssl");
    let der =
        command.args(["rsa", "-pubout", "-outform", "DER", "-in"]).arg(&private).output().expect("openssl runs").stdout;
    let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    fs::write(&public, format!("essai._domainkey.infogerant.example v=DKIM1; k=rsa; p={key}\n")).expect("written");

    let bench = Bench::new("dkim");
    let own = format!("depot+{}@preuves.example", bench.source("nuit", Way::Mail, json!({})));
    let (sender, relay, signs, checks) = (port(), port(), port(), port());
    let onwards = format!("-o content_filter=smtp:[127.0.0.1]:{}", relay.port());
    let doors = [door(sender, signs, &onwards), door(relay, checks, "-o myhostname=relais.cabinet.example")];
    let _signing = Filter::start(
        &keys,
        "signe",
        signs,
        &format!(
            "Mode s\nDomain infogerant.example\nSelector essai\nKeyFile {at}/essai.private\nCanonicalization relaxed/simple\n"
        ),
    );
    // Mail from this machine counts as anybody's.
    fs::write(keys.join("nobody"), "192.0.2.1\n").expect("written");
    let _checking = Filter::start(
        &keys,
        "verifie",
        checks,
        &format!(
            "Mode v\nAuthservID mx.cabinet.example\nAlwaysAddARHeader yes\nTestPublicKeys {at}/public\nInternalHosts {at}/nobody\n"
        ),
    );
    let postfix = Arc::new(Postfix::with(bench.settings.lmtp.expect("an address"), &doors));
    let send = async |door: SocketAddr, mail: String| {
        let (postfix, own) = (Arc::clone(&postfix), own.clone());
        let sent = tokio::task::spawn_blocking(move || {
            let _running = postfix;
            Postfix::send_at(door, &own, &mail)
        });
        let said = sent.await.expect("sent");
        assert!(said.starts_with("250"), "{said}");
    };
    let daemon = bench.start().await;
    send(sender, report(1)).await;
    let proofs = bench.until(1).await;
    assert_eq!(origin(&proofs[0]), ("pass", "infogerant.example"), "{}", proofs[0]);

    // The same signature over another body, sent straight to the relay.
    let all = bench.export();
    let digest = proofs[0]["sha256"].as_str().expect("a digest");
    let kept = &all.iter().find(|(name, _)| *name == format!("pieces/{digest}")).expect("the mail").1;
    let kept = String::from_utf8(kept.clone()).expect("text").replace("\r\n", "\n");
    let signed = &kept[kept.find("DKIM-Signature:").expect("it was signed")..];
    let altered = signed.replace("\"total_files_processed\":1800", "\"total_files_processed\":9999");
    assert_ne!(signed, altered);
    send(relay, altered.replace('\n', "\r\n")).await;
    let proofs = bench.until(2).await;
    assert_eq!(origin(&proofs[1]), ("fail", "infogerant.example"), "{}", proofs[1]);

    // No signature, and a header that pretends to be the relay's own.
    let forged = "Authentication-Results: mx.cabinet.example;\r\n\tdkim=pass header.d=infogerant.example\r\n";
    send(relay, format!("{forged}{}", report(3))).await;
    let proofs = bench.until(3).await;
    assert_eq!(origin(&proofs[2]).0, "none", "{}", proofs[2]);
    daemon.stop().await;
    fs::remove_dir_all(&keys).expect("removed");
}
