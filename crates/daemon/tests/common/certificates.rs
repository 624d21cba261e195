//! Certificates of an authority of the test's own, made by openssl.

#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const CONFIG: &str = "
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[old]
database = index
new_certs_dir = .
default_md = sha256
policy = any
rand_serial = yes
[any]
commonName = supplied
";

/// An authority in a folder; `ca.pem` is its certificate.
pub struct Authority {
    dir: PathBuf,
}

impl Authority {
    /// Makes one; none where openssl is not installed.
    pub fn new(dir: &Path) -> Option<Self> {
        std::fs::create_dir_all(dir).expect("a folder");
        std::fs::write(dir.join("own.cnf"), CONFIG).expect("written");
        std::fs::write(dir.join("index"), "").expect("written");
        let own = Self { dir: dir.to_owned() };
        if !own.run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=Essai -config own.cnf -extensions ca") {
            println!("skipped: openssl is not installed");
            return None;
        }
        Some(own)
    }

    fn run(&self, args: &str) -> bool {
        let mut command = Command::new("openssl");
        command.args(args.split(' ')).current_dir(&self.dir).stdin(Stdio::null());
        command.output().is_ok_and(|done| done.status.success())
    }

    /// Where the authority's certificate is.
    pub fn ca(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// A certificate for names such as `DNS:localhost,IP:127.0.0.1`, between two days such as `20200101`; gives certificate and
    /// key.
    pub fn issue(&self, name: &str, names: &str, from: &str, until: &str) -> (PathBuf, PathBuf) {
        let extensions = format!("[own]\nsubjectAltName = {names}\nextendedKeyUsage = serverAuth\n");
        std::fs::write(self.dir.join("own.ext"), extensions).expect("written");
        let request = format!(
            "req -new -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name} -config own.cnf"
        );
        assert!(self.run(&request), "a request");
        let issue = format!(
            "ca -batch -config own.cnf -name old -startdate {from}000000Z -enddate {until}000000Z -in {name}.csr -cert ca.pem \
             -keyfile ca.key -extfile own.ext -extensions own -notext -out {name}.pem"
        );
        assert!(self.run(&issue), "a certificate");
        (self.dir.join(format!("{name}.pem")), self.dir.join(format!("{name}.key")))
    }

    /// A certificate that is its own authority, as `openssl req -x509` makes it.
    pub fn alone(&self) -> (PathBuf, PathBuf) {
        let done = self.run("req -x509 -newkey rsa:2048 -nodes -keyout alone.key -out alone.pem -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost");
        assert!(done, "a certificate");
        (self.dir.join("alone.pem"), self.dir.join("alone.key"))
    }
}

/// A day so many days from now, as `20261129`.
pub fn day(from_now: i32) -> String {
    let now = daemon::clock::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    now.saturating_add(jiff::Span::new().days(from_now)).strftime("%Y%m%d").to_string()
}
