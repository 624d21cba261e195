//! Real Postfix and Dovecot on loopback, started by the test in a scratch folder where they are installed and we are root;
//! `cargo xtask mail` insists on them. Mail comes through Postfix to our LMTP, and from Dovecot's mailboxes over IMAP.
#![cfg(target_os = "linux")]

mod common;

use common::{Bench, port, report};
use serde_json::json;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use store::Way;

/// Whether the servers can be run here; where they must, says what is wanting.
fn ready(program: &str) -> bool {
    let root = fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    let there = Path::new(program).exists() && root;
    let must = std::env::vars_os().any(|(name, _)| name == "CLAUSULE_MAIL_SERVERS");
    assert!(there || !must, "{program} is wanting, or we are not root (apt-get install postfix dovecot-imapd)");
    if !there {
        println!("skipped: {program} is not installed, or we are not root");
    }
    there
}

fn run(program: &str, args: &[&str]) {
    // A server that goes on in the background would hold a pipe open.
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null());
    assert!(command.status().expect("it starts").success(), "{program} {args:?}");
}

/// A scratch folder that other users may enter.
fn scratch(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("clausule-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a folder");
    run("chmod", &["755", &dir.to_string_lossy()]);
    dir
}

struct Postfix {
    dir: PathBuf,
    smtp: SocketAddr,
}

impl Postfix {
    fn start(lmtp: SocketAddr) -> Self {
        let (dir, smtp) = (scratch("postfix"), port());
        let at = dir.display();
        for sub in ["etc", "queue", "data"] {
            fs::create_dir_all(dir.join(sub)).expect("a folder");
        }
        run("chown", &["postfix", &dir.join("data").to_string_lossy()]);
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
             command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmail_owner = postfix\n\
             setgid_group = postdrop\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mx.cabinet.example\n\
             mydestination =\nmynetworks = 127.0.0.0/8\nalias_maps =\nalias_database =\nmaillog_file_prefixes = {at}\n\
             maillog_file = {at}/log\nvirtual_mailbox_domains = preuves.example\n\
             virtual_mailbox_maps = regexp:{at}/etc/depot\nvirtual_transport = lmtp:inet:127.0.0.1:{}\n\
             smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient\n\
             unverified_recipient_reject_code = 550\naddress_verify_poll_count = 20\naddress_verify_poll_delay = 1s\n\
             address_verify_map =\nminimal_backoff_time = 1s\nmaximal_backoff_time = 2s\nqueue_run_delay = 1s\n\
             lmtp_destination_recipient_limit = 10\nmessage_size_limit = 33554432\n",
            lmtp.port()
        );
        let services = [
            ("pickup", "unix n - n 60 1 pickup"),
            ("cleanup", "unix n - n - 0 cleanup"),
            ("qmgr", "unix n - n 1 1 qmgr"),
            ("rewrite", "unix - - n - - trivial-rewrite"),
            ("bounce", "unix - - n - 0 bounce"),
            ("defer", "unix - - n - 0 bounce"),
            ("trace", "unix - - n - 0 bounce"),
            ("verify", "unix - - n - 1 verify"),
            ("flush", "unix n - n 1000 0 flush"),
            ("proxymap", "unix - - n - - proxymap"),
            ("smtp", "unix - - n - - smtp"),
            ("lmtp", "unix - - n - - lmtp"),
            ("error", "unix - - n - - error"),
            ("retry", "unix - - n - - error"),
            ("anvil", "unix - - n - 1 anvil"),
            ("scache", "unix - - n - 1 scache"),
            ("postlog", "unix-dgram n - n - 1 postlogd"),
        ];
        let mut master = format!("127.0.0.1:{} inet n - n - - smtpd\n", smtp.port());
        for (name, line) in services {
            master.push_str(&format!("{name} {line}\n"));
        }
        fs::write(dir.join("etc/main.cf"), main).expect("written");
        fs::write(dir.join("etc/master.cf"), master).expect("written");
        fs::write(dir.join("etc/depot"), "/^depot\\+[a-z2-7]{40}@preuves\\.example$/ depot\n").expect("written");
        run("postfix", &["-c", &dir.join("etc").to_string_lossy(), "start"]);
        Self { dir, smtp }
    }

    /// Sends a mail as any program would; gives the last answer.
    fn send(&self, to: &str, mail: &str) -> String {
        let mut stream = BufReader::new(connect(self.smtp));
        let mut last = answer(&mut stream);
        let commands =
            ["HELO srv1".to_owned(), "MAIL FROM:<sauvegarde@infogerant.example>".to_owned(), format!("RCPT TO:<{to}>")];
        for line in commands.iter().map(String::as_str).chain(["DATA", &format!("{mail}.")]) {
            stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).expect("sent");
            last = answer(&mut stream);
            if !last.starts_with(['2', '3']) {
                break;
            }
        }
        last
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let mut command = Command::new("postfix");
        command.arg("-c").arg(self.dir.join("etc")).arg("stop");
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    for _ in 0..200 {
        if let Ok(stream) = TcpStream::connect(address) {
            stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
            return stream;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nothing answers at {address}");
}

fn answer(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).expect("an answer");
        if line.as_bytes().get(3) != Some(&b'-') {
            return line;
        }
    }
}

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

struct Dovecot {
    dir: PathBuf,
    imap: SocketAddr,
}

impl Dovecot {
    fn start() -> Self {
        let (dir, imap) = (scratch("dovecot"), port());
        let at = dir.display();
        let config = format!(
            "base_dir = {at}/run\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\nssl = no\n\
             disable_plaintext_auth = no\nfirst_valid_uid = 1\nmail_location = maildir:{at}/mail/%u\n\
             passdb {{\n  driver = static\n  args = password=secret-essai\n}}\n\
             userdb {{\n  driver = static\n  args = uid=mail gid=mail home={at}/mail/%u\n}}\n\
             service imap-login {{\n  inet_listener imap {{\n    port = {}\n  }}\n  inet_listener imaps {{\n    port = 0\n  }}\n}}\n",
            imap.port()
        );
        fs::write(dir.join("conf"), config).expect("written");
        for sub in ["cur", "new", "tmp"] {
            fs::create_dir_all(dir.join("mail/cabinet").join(sub)).expect("a folder");
        }
        let dovecot = Self { dir, imap };
        dovecot.own();
        run("dovecot", &["-c", &dovecot.dir.join("conf").to_string_lossy()]);
        drop(connect(imap));
        dovecot
    }

    fn own(&self) {
        run("chown", &["-R", "mail:mail", &self.dir.join("mail").to_string_lossy()]);
    }

    /// Puts a mail into the mailbox, as a delivery would.
    fn deliver(&self, name: &str, mail: &str) {
        let staged = self.dir.join("mail/cabinet/tmp").join(name);
        fs::write(&staged, mail).expect("written");
        self.own();
        fs::rename(&staged, self.dir.join("mail/cabinet/new").join(name)).expect("moved");
    }

    fn files(&self, sub: &str) -> Vec<String> {
        let all = fs::read_dir(self.dir.join("mail/cabinet").join(sub)).into_iter().flatten().flatten();
        all.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let mut command = Command::new("dovecot");
        command.arg("-c").arg(self.dir.join("conf")).arg("stop");
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_read_and_marked_once_stored_and_survives_a_new_numbering() {
    if !ready("/usr/sbin/dovecot") {
        return;
    }
    let bench = Bench::new("dovecot");
    let dovecot = Dovecot::start();
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
