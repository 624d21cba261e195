//! A real Postfix of the test's own on loopback: its own folders, its own port, mail into a maildir.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// A running Postfix, stopped when it is dropped.
pub struct Postfix {
    dir: PathBuf,
    pub port: u16,
}

const SERVICES: &str = "cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
";

fn run(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|o| o.status.success())
}

impl Postfix {
    /// Starts one that takes mail for `cabinet.example`. `None`, said on the error output, where Postfix is not installed
    /// or this is not root, who alone may start it.
    pub fn start(name: &str) -> Option<Self> {
        let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.starts_with(b"0\n"));
        let program = ["/usr/sbin/postfix", "/usr/bin/postfix"].into_iter().find(|p| Path::new(p).exists());
        let (Some(program), true) = (program, root) else {
            eprintln!("skipped: no Postfix here, or not root");
            return None;
        };
        // Sockets have short names: a folder of the system's, not of the build's.
        let dir = std::env::temp_dir().join(format!("clausule-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        for folder in ["conf", "queue", "data", "mail"] {
            fs::create_dir_all(dir.join(folder)).expect("a folder");
        }
        let port = crate::ports::free();
        let shown = dir.display();
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {shown}/queue\ndata_directory = {shown}/data\n\
             mail_owner = postfix\nsetgid_group = postdrop\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
             myhostname = mx.cabinet.example\nmydestination =\nmynetworks = 127.0.0.0/8\nrelay_domains =\nalias_maps =\n\
             local_recipient_maps =\nvirtual_mailbox_domains = cabinet.example\nvirtual_mailbox_base = {shown}/mail\n\
             virtual_mailbox_maps = static:boite/\nvirtual_minimum_uid = 1\nvirtual_uid_maps = static:65534\n\
             virtual_gid_maps = static:65534\nsmtpd_tls_security_level = none\nmaillog_file_prefixes = {shown}\n\
             maillog_file = {shown}/log\n"
        );
        fs::write(dir.join("conf/main.cf"), main).expect("written");
        let master = format!("127.0.0.1:{port} inet n - n - - smtpd\n{SERVICES}");
        fs::write(dir.join("conf/master.cf"), master).expect("written");
        let at = |folder: &str| dir.join(folder).display().to_string();
        assert!(run("chown", &["postfix", &at("data")]) && run("chown", &["nobody", &at("mail")]));
        let own = Self { port, dir };
        if !run(program, &["-c", &own.dir.join("conf").display().to_string(), "start"]) {
            eprintln!("skipped: Postfix does not start here");
            return None;
        }
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(own);
            }
            sleep(Duration::from_millis(100));
        }
        panic!("Postfix does not listen: {}", fs::read_to_string(own.dir.join("log")).unwrap_or_default());
    }

    /// The mails delivered so far, once there are at least so many.
    pub fn mails(&self, least: usize) -> Vec<String> {
        for _ in 0..100 {
            let mails = self.read();
            if mails.len() >= least {
                return mails;
            }
            sleep(Duration::from_millis(100));
        }
        self.read()
    }

    fn read(&self) -> Vec<String> {
        let folder = fs::read_dir(self.dir.join("mail/boite/new"));
        let mut files: Vec<PathBuf> = folder.into_iter().flatten().flatten().map(|e| e.path()).collect();
        files.sort_by_key(|p| fs::metadata(p).and_then(|m| m.modified()).ok());
        files.iter().filter_map(|p| fs::read_to_string(p).ok()).collect()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let conf = self.dir.join("conf").display().to_string();
        run("/usr/sbin/postfix", &["-c", &conf, "stop"]);
        let _ = fs::remove_dir_all(&self.dir);
    }
}
