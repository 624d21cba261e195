//! Real mail servers on loopback, started by the test in a scratch folder where they are installed and we are root.
#![allow(dead_code, reason = "each test file uses its part")]

use crate::common::port;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Whether the servers can be run here; where they must, says what is wanting.
pub fn ready(program: &str) -> bool {
    let root = fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    let there = Path::new(program).exists() && root;
    let must = std::env::vars_os().any(|(name, _)| name == "CLAUSULE_MAIL_SERVERS");
    assert!(there || !must, "{program} is wanting, or we are not root (apt-get install postfix dovecot-imapd)");
    if !there {
        println!("skipped: {program} is not installed, or we are not root");
    }
    there
}

pub fn run(program: &str, args: &[&str]) {
    // A server that goes on in the background would hold a pipe open.
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null());
    assert!(command.status().expect("it starts").success(), "{program} {args:?}");
}

/// A scratch folder that other users may enter.
pub fn scratch(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("clausule-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a folder");
    run("chmod", &["755", &dir.to_string_lossy()]);
    dir
}

pub struct Postfix {
    dir: PathBuf,
    pub smtp: SocketAddr,
}

impl Postfix {
    pub fn start(lmtp: SocketAddr) -> Self {
        Self::with(lmtp, &[])
    }

    /// With services besides, as lines of `master.cf`.
    pub fn with(lmtp: SocketAddr, besides: &[String]) -> Self {
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
        besides.iter().for_each(|line| master.push_str(&format!("{line}\n")));
        fs::write(dir.join("etc/main.cf"), main).expect("written");
        fs::write(dir.join("etc/master.cf"), master).expect("written");
        fs::write(dir.join("etc/depot"), "/^depot\\+[a-z2-7]{40}@preuves\\.example$/ depot\n").expect("written");
        run("postfix", &["-c", &dir.join("etc").to_string_lossy(), "start"]);
        Self { dir, smtp }
    }

    /// Sends a mail as any program would; gives the last answer.
    pub fn send(&self, to: &str, mail: &str) -> String {
        Self::send_at(self.smtp, to, mail)
    }

    /// The same at one of the services besides.
    pub fn send_at(door: SocketAddr, to: &str, mail: &str) -> String {
        let mut stream = BufReader::new(connect(door));
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

pub fn connect(address: SocketAddr) -> TcpStream {
    for _ in 0..200 {
        if let Ok(stream) = TcpStream::connect(address) {
            stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
            return stream;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nothing answers at {address}");
}

pub fn answer(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).expect("an answer");
        if line.as_bytes().get(3) != Some(&b'-') {
            return line;
        }
    }
}

pub struct Dovecot {
    dir: PathBuf,
    pub imap: SocketAddr,
}

impl Dovecot {
    /// In the clear, or over TLS with this certificate and key alone.
    pub fn start(tls: Option<&(PathBuf, PathBuf)>) -> Self {
        let (dir, imap) = (scratch(if tls.is_some() { "dovecot-tls" } else { "dovecot" }), port());
        let at = dir.display();
        let (ssl, clear, secure) = match tls {
            None => ("ssl = no".to_owned(), imap.port(), "port = 0".to_owned()),
            Some((cert, key)) => (
                format!("ssl = required\nssl_cert = <{}\nssl_key = <{}", cert.display(), key.display()),
                0,
                format!("port = {}\n    ssl = yes", imap.port()),
            ),
        };
        let config = format!(
            "base_dir = {at}/run\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\n{ssl}\n\
             disable_plaintext_auth = no\nfirst_valid_uid = 1\nmail_location = maildir:{at}/mail/%u\n\
             passdb {{\n  driver = static\n  args = password=secret-essai\n}}\n\
             userdb {{\n  driver = static\n  args = uid=mail gid=mail home={at}/mail/%u\n}}\n\
             service imap-login {{\n  inet_listener imap {{\n    port = {clear}\n  }}\n  inet_listener imaps {{\n    {secure}\n  }}\n}}\n"
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
    pub fn deliver(&self, name: &str, mail: &str) {
        let staged = self.dir.join("mail/cabinet/tmp").join(name);
        fs::write(&staged, mail).expect("written");
        self.own();
        fs::rename(&staged, self.dir.join("mail/cabinet/new").join(name)).expect("moved");
    }

    pub fn files(&self, sub: &str) -> Vec<String> {
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
