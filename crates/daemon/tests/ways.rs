//! The ways in, on loopback: HTTP drop, inventory agents, folder, LMTP; each acknowledges only what is stored.

mod common;

use common::{Bench, json, report};
use flate2::Compression;
use flate2::read::{ZlibDecoder, ZlibEncoder};
use serde_json::json;
use std::fs;
use std::io::Read as _;
use store::Way;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn a_drop_is_acknowledged_once_stored_and_known_again() {
    let bench = Bench::new("http");
    let token = bench.source("nuit", Way::Http, json!({}));
    let mail = bench.source("courriel", Way::Mail, json!({}));
    let daemon = bench.start().await;
    let path = format!("/depot/{token}");
    let first = bench.ask("POST", &path, &[("Clausule-Name", "../nuit.eml")], report(3).as_bytes()).await;
    assert_eq!(first.status, 201);
    assert_eq!(json(&first)["facts"][0]["state"], "ok", "{}", json(&first));
    let again =
        bench.ask("POST", "/depot", &[("Authorization", &format!("Bearer {token}"))], report(3).as_bytes()).await;
    assert_eq!((again.status, &json(&again)["duplicate"]), (200, &json!(true)));
    assert_eq!(bench.proofs()[0]["data"]["name"], "nuit.eml", "no folder is taken over");

    for (path, status) in [("/depot/abc", 401), (&*format!("/depot/{mail}"), 401), ("/depot", 401), (&*path, 400)] {
        let refused = bench.ask("POST", path, &[], b"").await;
        assert_eq!((refused.status, &json(&refused)["status"]), (status, &json!(status)), "{path}");
        assert!(json(&refused)["detail"].as_str().is_some_and(|d| !d.is_empty()));
    }
    let large = bench.ask("POST", &path, &[], &vec![b' '; daemon::MOST + 1]).await;
    assert_eq!(large.status, 413);
    let metrics = String::from_utf8(bench.ask("GET", "/metrics", &[], b"").await.body).expect("text");
    assert!(metrics.contains("clausule_proofs_filed_total{via=\"http\"} 1\n"), "{metrics}");
    assert!(metrics.contains("clausule_proofs_duplicate_total{via=\"http\"} 1\n"));
    assert_eq!(bench.ask("GET", "/sante", &[], b"").await.status, 200);

    bench.store().revoke_source("nuit", "essai", daemon::clock::now()).expect("revoked");
    assert_eq!(bench.ask("POST", &path, &[], report(4).as_bytes()).await.status, 401);
    daemon.stop().await;
    assert_eq!(bench.proofs().len(), 1);
    let all = bench.export();
    assert!(!all.iter().any(|(_, b)| b.windows(32).any(|w| w == &token.as_bytes()[8..])), "the token is kept nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_trickle_leave_room_for_other_sources() {
    let bench = Bench::new("trickle");
    let (slow, other) = (bench.source("lent", Way::Http, json!({})), bench.source("autre", Way::Http, json!({})));
    let daemon = bench.start().await;
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut stream = TcpStream::connect(bench.settings.machines.expect("an address")).await.expect("connected");
        let head = format!("POST /depot/{slow} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("sent");
        let chunk = format!("{:x}\r\n{}\r\n", 100_000, " ".repeat(100_000));
        stream.write_all(chunk.as_bytes()).await.expect("sent");
        held.push(stream);
    }
    // Well after the bodies above took what they could.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let answer = bench.ask("POST", &format!("/depot/{other}"), &[], report(3).as_bytes()).await;
    assert_eq!(answer.status, 201);
    drop(held);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_uses_up_nobodys_agenda() {
    let bench = Bench::new("agenda");
    let own = format!("/calendrier/{}.ics", bench.store().feed_token());
    let daemon = bench.start().await;
    let mut status = 404;
    for _ in 0..3_000 {
        status = bench.ask("GET", "/calendrier/faux.ics", &[], b"").await.status;
        if status != 404 {
            break;
        }
    }
    assert_eq!(status, 429, "the stranger is held back");
    assert_eq!(bench.ask("GET", &own, &[], b"").await.status, 200);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_multipart_drop_brings_error_output_exit_code_and_host() {
    let bench = Bench::new("multipart");
    let token = bench.source("nuit", Way::Http, json!({}));
    let daemon = bench.start().await;
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let body = [
        part("stdout", "Fatal: unable to open repository\n"),
        part("stderr", "connection refused\n"),
        part("exit_code", "1"),
        part("host", "srv-1"),
        part("ended", "2026-03-02T01:00:00+01:00"),
        "--b--\r\n".to_owned(),
    ]
    .concat();
    let kind = [("Content-Type", "multipart/form-data; boundary=b")];
    let answer = bench.ask("POST", &format!("/depot/{token}"), &kind, body.as_bytes()).await;
    assert_eq!(answer.status, 201, "{}", json(&answer));
    let fact = &bench.facts()[0];
    assert_eq!((&fact["state"], &fact["host"]), (&json!("failed"), &json!("srv-1")), "{fact}");
    assert_eq!(fact["happened"], "2026-03-02T01:00:00+01:00");
    let cut = bench.ask("POST", &format!("/depot/{token}"), &kind, &body.as_bytes()[..80]).await;
    assert_eq!(cut.status, 400, "a body that was cut is not filed");
    daemon.stop().await;
    assert_eq!(bench.proofs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_sends_too_much_is_told_to_wait() {
    let bench = Bench::new("rate");
    let token = bench.source("nuit", Way::Http, json!({}));
    let daemon = bench.start().await;
    let mut statuses = Vec::new();
    for _ in 0..2_000 {
        statuses.push(bench.ask("POST", &format!("/depot/{token}"), &[], b"").await.status);
        if statuses.last() == Some(&429) {
            break;
        }
    }
    assert!(statuses.len() > 500 && statuses.last() == Some(&429), "{} requests passed", statuses.len());
    daemon.stop().await;
}

fn zlib(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    ZlibEncoder::new(text.as_bytes(), Compression::default()).read_to_end(&mut out).expect("packed");
    out
}

fn unzlib(bytes: &[u8]) -> String {
    let mut out = String::new();
    ZlibDecoder::new(bytes).read_to_string(&mut out).expect("unpacked");
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_are_answered_and_what_is_private_is_never_kept() {
    let bench = Bench::new("agent");
    let path = format!("/glpi/{}", bench.source("parc", Way::Glpi, json!({})));
    let daemon = bench.start().await;
    let packed = [("Content-Type", "application/x-compress-zlib")];
    let contact = r#"{"action":"contact","deviceid":"pc1-2026","name":"GLPI-Agent","version":"1.11"}"#;
    let answer = bench.ask("POST", &path, &packed, &zlib(contact)).await;
    assert_eq!(answer.status, 200);
    assert!(unzlib(&answer.body).contains("\"status\":\"ok\""));
    let inventory = json!({
        "action": "inventory", "deviceid": "pc1-2026", "itemtype": "Computer",
        "content": {
            "hardware": {"name": "pc1", "lastloggeduser": "SECRET-user", "memory": 8192},
            "operatingsystem": {"full_name": "Debian GNU/Linux 12"},
            "softwares": [{"name": "bash", "version": "5.2", "userid": "SECRET-id", "username": "SECRET-name"}],
            "envs": [{"key": "DB_PASSWORD", "val": "SECRET-env"}],
            "processes": [{"cmd": "mysqld --password=SECRET-process"}],
            "users": [{"login": "SECRET-login"}], "local_users": [{"login": "SECRET-local"}],
            "accesslog": {"logdate": "2026-03-02 08:00:00", "userid": "SECRET-access"},
        },
    });
    assert_eq!(bench.ask("POST", &path, &packed, &zlib(&inventory.to_string())).await.status, 200);

    let prolog = "<?xml version=\"1.0\"?>\n<REQUEST><DEVICEID>pc2</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>";
    let answer = bench.ask("POST", &path, &packed, &zlib(prolog)).await;
    assert!(unzlib(&answer.body).contains("<RESPONSE>SEND</RESPONSE>"));
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<REQUEST><CONTENT>\
        <HARDWARE><NAME>pc2</NAME><LASTLOGGEDUSER>SECRET-user</LASTLOGGEDUSER></HARDWARE>\
        <OPERATINGSYSTEM><FULL_NAME>Windows 11</FULL_NAME></OPERATINGSYSTEM><SOFTWARES><NAME>Word</NAME></SOFTWARES>\
        <ENVS><KEY>A</KEY><VAL>SECRET-env</VAL></ENVS><PROCESSES><CMD>SECRET-process</CMD></PROCESSES>\
        <USERS><LOGIN>SECRET-login</LOGIN></USERS><ACCESSLOG><USERID>SECRET-access</USERID>\
        <LOGDATE>2026-03-02 09:00:00</LOGDATE></ACCESSLOG></CONTENT><DEVICEID>pc2</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>";
    let answer = bench.ask("POST", &path, &[], xml.as_bytes()).await;
    assert_eq!((answer.status, String::from_utf8_lossy(&answer.body).contains("<REPLY>")), (200, true));
    for bad in [b"bonjour".to_vec(), zlib(contact)[..20].to_vec(), br#"{"action":"inventory","content":{}}"#.to_vec()] {
        assert_eq!(bench.ask("POST", &path, &[], &bad).await.status, 400);
    }
    daemon.stop().await;
    let facts = bench.facts();
    let of =
        |host: &str| facts.iter().find(|f| f["host"] == host).unwrap_or_else(|| panic!("{host}: {facts:?}")).clone();
    assert_eq!((&of("pc1")["state"], &of("pc2")["state"]), (&json!("ok"), &json!("ok")));
    assert!(of("pc1")["happened"].as_str().is_some_and(|h| h.starts_with("2026-03-02T08:00")), "{}", of("pc1"));
    let mut whole = bench.export();
    whole.push(("base".to_owned(), fs::read(bench.dir.join("registre/registre.sqlite")).expect("the base")));
    whole.push(("wal".to_owned(), fs::read(bench.dir.join("registre/registre.sqlite-wal")).unwrap_or_default()));
    for (name, bytes) in whole {
        assert!(!bytes.windows(7).any(|w| w == b"SECRET-"), "{name} holds what must not be kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_emptied_and_a_restart_doubles_nothing() {
    let mut bench = Bench::new("folder");
    let dir = bench.dir.join("entrée");
    fs::create_dir_all(&dir).expect("a folder");
    bench.source("dossier", Way::Folder, json!({"dir": dir}));
    bench.settings.machines = None;
    for day in 1..=3 {
        fs::write(dir.join(format!("nuit-{day}.eml")), report(day)).expect("written");
    }
    fs::write(dir.join("vide.txt"), "").expect("written");
    fs::write(dir.join("en-cours.eml.part"), report(9)).expect("written");
    let daemon = bench.start().await;
    bench.until(3).await;
    while dir.join("nuit-3.eml").exists() || dir.join("vide.txt").exists() {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    daemon.stop().await;
    // As after a crash between the commit and the move.
    fs::rename(dir.join("fait/nuit-2.eml"), dir.join("nuit-2.eml")).expect("moved back");
    let daemon = bench.start().await;
    while dir.join("nuit-2.eml").exists() {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    daemon.stop().await;
    assert_eq!(bench.proofs().len(), 3);
    assert!(dir.join("refusé/vide.txt.raison.txt").exists());
    assert!(dir.join("en-cours.eml.part").exists(), "what is being written is let be");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_over_lmtp_is_acknowledged_once_stored() {
    let bench = Bench::new("lmtp");
    let token = bench.source("courriel", Way::Mail, json!({}));
    let http = bench.source("depot", Way::Http, json!({}));
    let daemon = bench.start().await;
    let mut stream = TcpStream::connect(bench.settings.lmtp.expect("an address")).await.expect("connected");
    let head = "Authentication-Results: mx.cabinet.example; dkim=pass header.d=infogerant.example\r\n";
    // Everything at once, as PIPELINING allows, two recipients of which one is wrong.
    let session = format!(
        "LHLO mx\r\nMAIL FROM:<sauvegarde@infogerant.example>\r\nRCPT TO:<depot+{}@preuves.example>\r\n\
         RCPT TO:<depot+{http}@preuves.example>\r\nDATA\r\n{head}{}.\r\n\
         MAIL FROM:<x@y> SIZE=99999999999\r\nQUIT\r\n",
        token.to_uppercase(),
        report(5)
    );
    let mut greeting = [0; 4];
    stream.read_exact(&mut greeting).await.expect("the greeting comes by itself");
    stream.write_all(session.as_bytes()).await.expect("sent");
    let mut said = String::from_utf8_lossy(&greeting).into_owned();
    stream.read_to_string(&mut said).await.expect("answered");
    let codes: Vec<&str> = said.lines().filter(|l| !l.starts_with("250-")).map(|l| &l[..3]).collect();
    assert_eq!(codes, ["220", "250", "250", "250", "550", "354", "250", "552", "221"], "{said}");
    let proof = &bench.proofs()[0];
    let origin = &proof["data"]["origin"];
    assert_eq!((&origin["dkim"], &origin["dkim_domain"]), (&json!("pass"), &json!("infogerant.example")));
    assert_eq!(origin["sender"], "sauvegarde@infogerant.example");
    assert_eq!(bench.facts()[0]["state"], "ok");
    let mut hostile = TcpStream::connect(bench.settings.lmtp.expect("an address")).await.expect("connected");
    let _ = hostile.write_all(&[0xff; 100_000]).await;
    let _ = hostile.write_all(b"\r\nDATA\r\nQUIT\r\n").await;
    let mut said = String::new();
    let _ = hostile.read_to_string(&mut said).await;
    assert!(said.contains("500 ") && said.contains("221 "), "{said}");
    daemon.stop().await;
    assert_eq!(bench.proofs().len(), 1);
}
