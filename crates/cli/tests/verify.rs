//! `clausule stamp` and `clausule verify` by hand, with a real authority: `openssl ts`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const CONFIG: &str = "
[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:true
[stamping]
extendedKeyUsage = critical,timeStamping
";

struct Desk {
    dir: PathBuf,
}

impl Desk {
    /// With an authority, and another; none where openssl is not installed.
    fn new(name: &str) -> Option<Self> {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("a folder");
        fs::write(dir.join("own.cnf"), CONFIG).expect("written");
        fs::write(dir.join("serial"), "01\n").expect("written");
        let desk = Self { dir };
        for (root, subject) in [("root", "/CN=Racine"), ("other", "/CN=Autre")] {
            let args = format!(
                "req -x509 -newkey rsa:2048 -nodes -keyout {root}.key -out {root}.pem -days 30 -config own.cnf -extensions ca -subj"
            );
            if !desk.openssl(&[&args.split(' ').collect::<Vec<_>>()[..], &[subject]].concat()) {
                println!("skipped: openssl is not installed");
                return None;
            }
        }
        let request =
            "req -new -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -config own.cnf -subj /CN=Horodatage";
        assert!(desk.openssl(&request.split(' ').collect::<Vec<_>>()));
        let issue = "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile own.cnf -extensions stamping -out tsa.pem";
        assert!(desk.openssl(&issue.split(' ').collect::<Vec<_>>()));
        Some(desk)
    }

    fn openssl(&self, args: &[&str]) -> bool {
        let mut command = Command::new("openssl");
        command.args(args).current_dir(&self.dir).stdin(Stdio::null());
        command.output().is_ok_and(|done| done.status.success())
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clausule"));
        command.args(args).current_dir(&self.dir);
        if args[0] != "verify" {
            command.args(["--data", "registre"]);
        }
        command.output().expect("the program starts")
    }

    fn said(&self, code: i32, args: &[&str]) -> String {
        let out = self.run(args);
        let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(code), "{args:?}: {said}");
        said
    }
}

#[test]
fn a_stamp_by_hand_is_held_to_the_authority_that_the_reader_trusts() {
    let Some(desk) = Desk::new("verify-stamp") else { return };
    fs::write(desk.dir.join("preuve.txt"), "tout va bien\n").expect("written");
    desk.said(0, &["prove", "preuve.txt"]);
    desk.said(0, &["stamp", "--request", "demande.tsq"]);
    let reply = "ts -reply -config own.cnf -queryfile demande.tsq -signer tsa.pem -inkey tsa.key -out reponse.tsr";
    assert!(desk.openssl(&reply.split(' ').collect::<Vec<_>>()));
    let refused = desk.said(2, &["stamp", "--answer", "reponse.tsr", "--tsa-ca", "other.pem"]);
    assert!(refused.contains("n'est pas gardée") && refused.contains("n'est pas d'une autorité"), "{refused}");
    let kept = desk.said(0, &["stamp", "--answer", "reponse.tsr", "--tsa-ca", "root.pem"]);
    assert!(kept.contains("signature juste, autorité vérifiée") && kept.contains("par CN=Horodatage"), "{kept}");
    desk.said(0, &["dossier", "--output", "dossier.zip"]);

    let plain = desk.said(0, &["verify", "dossier.zip"]);
    assert!(plain.contains("signature juste, autorité non vérifiée"), "{plain}");
    assert!(plain.contains("par CN=Horodatage") && plain.contains("certificat SHA-256 "), "{plain}");
    let known = desk.said(0, &["verify", "dossier.zip", "--tsa-ca", "root.pem"]);
    assert!(known.contains("signature juste, autorité vérifiée"), "{known}");
    let other = desk.said(1, &["verify", "dossier.zip", "--tsa-ca", "other.pem"]);
    assert!(other.contains("HORODATAGE REFUSÉ") && other.contains("n'est pas d'une autorité"), "{other}");
    let json = desk.said(0, &["verify", "dossier.zip", "--tsa-ca", "root.pem", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let stamp = &json["stamps"][0];
    assert_eq!((&stamp["trusted"], &stamp["authority"]["subject"]), (&true.into(), &"CN=Horodatage".into()), "{json}");
    assert!(
        desk.said(2, &["verify", "dossier.zip", "--tsa-ca", "demande.tsq"]).contains("ne contient pas de certificat")
    );
}

#[test]
fn an_authority_is_missed_where_nothing_is_stamped() {
    let Some(desk) = Desk::new("verify-bare") else { return };
    fs::write(desk.dir.join("preuve.txt"), "tout va bien\n").expect("written");
    desk.said(0, &["prove", "preuve.txt"]);
    desk.said(0, &["dossier", "--output", "dossier.zip"]);
    desk.said(0, &["verify", "dossier.zip"]);
    assert!(desk.said(1, &["verify", "dossier.zip", "--tsa-ca", "root.pem"]).contains("aucun relevé n'est horodaté"));
}
