//! Probes against real servers on loopback: `openssl s_server` with certificates good and bad, and a name server (nsd).

#[path = "common/certificates.rs"]
mod certificates;
mod common;

use certificates::{Authority, day};
use common::{Bench, port};
use daemon::{Check, Probe, Target};
use serde_json::json;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use store::Way;

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // The whole group: a name server answers from processes of its own, which outlive their parent.
        let _ = Command::new("sh").args(["-c", &format!("kill -9 -{}", self.0.id())]).status();
        let _ = self.0.wait();
    }
}

fn start(program: &str, args: &[&str]) -> Running {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    Running(command.spawn().expect("it starts"))
}

/// A web page behind a certificate.
fn page(certificate: &(PathBuf, PathBuf)) -> (SocketAddr, Running) {
    let (address, (cert, key)) = (port(), certificate);
    let accept = address.port().to_string();
    let (cert, key) = (cert.to_string_lossy(), key.to_string_lossy());
    let running = start("openssl", &["s_server", "-accept", &accept, "-cert", &cert, "-key", &key, "-www", "-quiet"]);
    for _ in 0..200 {
        if TcpStream::connect(address).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    (address, running)
}

fn check(target: Target, private: bool, ca: Option<&Path>) -> Check {
    Probe { target, every: 60, private, ca: ca.map(Path::to_owned) }.once()
}

fn web(address: SocketAddr, ca: Option<&Path>) -> Check {
    let url = format!("https://localhost:{}/", address.port());
    check(Target::Http { url, status: Some(200), contains: None }, true, ca)
}

fn certificate(address: SocketAddr, days: u32, ca: Option<&Path>) -> Check {
    check(Target::Tls { address: format!("localhost:{}", address.port()), days }, true, ca)
}

fn scratch(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("probes-{name}"));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a folder");
    dir
}

#[test]
fn certificates_good_and_bad_are_told_apart() {
    let Some(authority) = Authority::new(&scratch("tls")) else { return };
    let (ca, (today, later)) = (authority.ca(), (day(-1), day(90)));
    let good = authority.issue("good", "DNS:localhost,IP:127.0.0.1", &today, &later);
    let (address, _running) = page(&good);
    let seen = web(address, Some(&ca));
    assert_eq!((seen.ok, seen.status, seen.said.as_str()), (true, Some(200), ""));
    let seen = certificate(address, 14, Some(&ca));
    assert!(seen.ok && seen.expires.is_some_and(|e| e.strftime("%Y%m%d").to_string() == later), "{seen:?}");
    // Nobody we know vouches for it: the certificate is seen, and not believed.
    for seen in [web(address, None), certificate(address, 14, None)] {
        assert_eq!((seen.ok, seen.said.as_str()), (false, "TLS : certificat d'une autorité inconnue"), "{seen:?}");
    }
    let by_address =
        Target::Http { url: format!("https://127.0.0.1:{}/", address.port()), status: None, contains: None };
    assert!(check(by_address, true, Some(&ca)).ok, "an address in the certificate");

    let short = authority.issue("short", "DNS:localhost", &today, &day(6));
    let (address, _running) = page(&short);
    assert!(web(address, Some(&ca)).ok, "it holds today");
    let seen = certificate(address, 14, Some(&ca));
    assert_eq!((seen.ok, seen.said.as_str()), (false, "le certificat expire dans 5 jours"), "{seen:?}");

    let old = authority.issue("old", "DNS:localhost", "20240101", "20250101");
    let other = authority.issue("other", "DNS:autre.example", &today, &later);
    let future = authority.issue("future", "DNS:localhost", &day(10), &later);
    let words = [
        (old, "certificat expiré"),
        (other, "certificat d'un autre nom"),
        (future, "certificat pas encore valable"),
        (authority.alone(), "certificat auto-signé, qu'aucune autorité connue ne garantit"),
    ];
    for (certificate_of, word) in words {
        let (address, _running) = page(&certificate_of);
        for seen in [web(address, Some(&ca)), certificate(address, 14, Some(&ca))] {
            assert_eq!((seen.ok, seen.untried, seen.said), (false, false, format!("TLS : {word}")));
        }
        assert!(certificate(address, 14, Some(&ca)).expires.is_some(), "its end is told all the same");
    }
}

/// A name server for `cabinet.example`.
fn names(dir: &Path) -> Option<(SocketAddr, Running)> {
    if !Path::new("/usr/sbin/nsd").exists() {
        println!("skipped: nsd is not installed (apt-get install nsd)");
        return None;
    }
    let (address, at) = (port(), dir.display());
    let zone = "$ORIGIN cabinet.example.\n$TTL 60\n@ IN SOA ns hostmaster 1 3600 900 86400 60\n@ IN NS ns\n\
                ns IN A 127.0.0.1\nportail IN A 192.0.2.7\nportail IN A 192.0.2.8\nalias IN CNAME portail\nvide IN TXT \"rien\"\n";
    let config = format!(
        "server:\n  ip-address: 127.0.0.1@{}\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{at}\"\n  pidfile: \"{at}/pid\"\n  \
         xfrdfile: \"{at}/xfrd\"\n  zonelistfile: \"{at}/zones\"\n  database: \"\"\nremote-control:\n  control-enable: no\n\
         zone:\n  name: cabinet.example\n  zonefile: zone\n",
        address.port()
    );
    std::fs::write(dir.join("zone"), zone).expect("written");
    std::fs::write(dir.join("nsd.conf"), config).expect("written");
    let running = start("/usr/sbin/nsd", &["-d", "-c", &dir.join("nsd.conf").to_string_lossy()]);
    for _ in 0..200 {
        if TcpStream::connect(address).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Some((address, running))
}

fn name(name: &str, server: SocketAddr, expect: Option<&str>) -> Check {
    let (server, expect) = (Some(server.to_string()), expect.map(str::to_owned));
    check(Target::Dns { name: name.to_owned(), server, expect }, true, None)
}

#[test]
fn a_real_name_server_is_heard_rightly() {
    let Some((server, running)) = names(&scratch("dns")) else { return };
    for (asked, expect) in [
        ("portail.cabinet.example", None),
        ("portail.cabinet.example", Some("192.0.2.8")),
        ("alias.cabinet.example", Some("192.0.2.7")),
    ] {
        assert!(name(asked, server, expect).ok, "{asked}: {:?}", name(asked, server, expect));
    }
    let cases = [
        ("portail.cabinet.example", Some("192.0.2.9"), "le nom donne 192.0.2.7, 192.0.2.8"),
        ("absent.cabinet.example", None, "le nom n'existe pas"),
        ("vide.cabinet.example", None, "le nom n'a pas d'adresse"),
        ("ailleurs.example", None, "le serveur de noms refuse (code 5)"),
    ];
    for (asked, expect, word) in cases {
        let seen = name(asked, server, expect);
        // The server turns the order of addresses round.
        let said = seen.said.replace("192.0.2.8, 192.0.2.7", "192.0.2.7, 192.0.2.8");
        assert_eq!((seen.ok, said.as_str()), (false, word), "{asked}");
    }
    drop(running);
    // Its processes are gone when the kernel has closed their sockets.
    let gone = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        !name("portail.cabinet.example", server, None).ok
    });
    assert!(gone, "it answers after its end");
    assert_eq!(name("portail.cabinet.example", server, None).said, "connexion refusée");
}

#[test]
fn an_answer_to_another_question_is_not_believed() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("its address");
    let liar = std::thread::spawn(move || {
        let mut buffer = [0; 512];
        let (read, from) = socket.recv_from(&mut buffer).expect("a question");
        let mut answer = buffer[..read].to_vec();
        answer[0] ^= 1;
        answer[2] = 0x81;
        socket.send_to(&answer, from).expect("sent");
    });
    let seen = name("portail.cabinet.example", address, None);
    liar.join().expect("it ended");
    assert_eq!((seen.ok, seen.said.as_str()), (false, "la réponse du serveur de noms est illisible"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_address_is_no_outage() {
    let private = |target| Probe { target, every: 60, private: false, ca: None };
    let targets = [
        Target::Http { url: "http://127.0.0.1:9/".to_owned(), status: None, contains: None },
        Target::Tcp { address: "192.168.0.1:443".to_owned() },
        Target::Tls { address: "[::1]:443".to_owned(), days: 14 },
        Target::Dns { name: "cabinet.example".to_owned(), server: Some("10.0.0.53".to_owned()), expect: None },
    ];
    for target in targets {
        let refused = private(target.clone()).permit().expect_err("refused when it is set up");
        assert!(refused.contains("adresse privée") && refused.contains("--private"), "{refused}");
        let seen = private(target.clone()).once();
        assert!(seen.untried && !seen.ok && seen.ms < 5_000, "{seen:?}");
        assert_eq!(Probe { private: true, ..private(target) }.permit(), Ok(()));
    }
    // A name that turns private later: the sheet is unproven, and says why; nobody was down.
    let bench = Bench::new("private");
    bench.source("portail", Way::Probe, json!({"check": "tcp", "address": "localhost:9", "every": 10}));
    let daemon = bench.start().await;
    bench.until(1).await;
    daemon.stop().await;
    let fact = &bench.facts()[0];
    assert_eq!((&fact["state"], &fact["measures"]["down_s"]), (&json!("unproven"), &json!(0)), "{fact}");
    assert!(fact["reasons"][0].as_str().is_some_and(|r| r.contains("adresse privée")), "{fact}");
}
