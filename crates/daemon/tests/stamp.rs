//! Time stamps from a real authority: `openssl ts` behind a web server of a few lines.

mod desk;

use desk::{Request, morning, night, register, scratch, server};
use jiff::civil::date;
use std::path::Path;
use std::process::{Command, Stdio};

fn openssl(dir: &Path, args: &[&str]) -> Option<std::process::Output> {
    Command::new("openssl").current_dir(dir).args(args).stdin(Stdio::null()).output().ok()
}

const CONFIG: &str = "
[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
[req]
distinguished_name = name
[name]
[extensions]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
";

/// An authority with its own certificate; none where openssl is not installed.
fn authority(dir: &Path) -> Option<String> {
    std::fs::write(dir.join("tsa.cnf"), CONFIG).expect("written");
    std::fs::write(dir.join("serial"), "01\n").expect("written");
    let made = openssl(
        dir,
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "tsa.key",
            "-out",
            "tsa.pem",
            "-days",
            "30",
            "-subj",
            "/CN=Autorite d'essai",
            "-config",
            "tsa.cnf",
            "-extensions",
            "extensions",
        ],
    )?;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let dir = dir.to_owned();
    let (url, _) = server(move |nth, request: &Request| {
        assert_eq!(request.header("content-type"), "application/timestamp-query");
        let (query, reply) = (format!("{nth}.tsq"), format!("{nth}.tsr"));
        std::fs::write(dir.join(&query), &request.body).expect("written");
        openssl(&dir, &["ts", "-reply", "-config", "tsa.cnf", "-queryfile", &query, "-out", &reply]);
        (200, std::fs::read(dir.join(&reply)).unwrap_or_default())
    });
    Some(url)
}

fn trusted(path: &Path) -> verify::Authorities {
    verify::Authorities::read(&std::fs::read(path).expect("a file")).expect("a certificate")
}

#[test]
fn an_answer_that_was_altered_or_is_another_s_is_not_kept() {
    let (dir, other) = (scratch("stamp-false"), scratch("stamp-other"));
    let (Some(url), Some(_)) = (authority(&dir), authority(&other)) else {
        eprintln!("skipped: openssl is not installed");
        return;
    };
    let mut store = register(&dir.join("registre"));
    let stranger = trusted(&other.join("tsa.pem"));
    let refused = daemon::stamp::obtain(&mut store, &url, 7, Some(&stranger)).expect_err("refused");
    assert!(refused.contains("n'est pas d'une autorité que vous avez donnée"), "{refused}");
    // The same answer with one bit of its signature flipped, played to the same question.
    let mut answer = std::fs::read(dir.join("0.tsr")).expect("the answer");
    *answer.last_mut().expect("bytes") ^= 1;
    let (altered, _) = server(move |_, _| (200, answer.clone()));
    let refused = daemon::stamp::obtain(&mut store, &altered, 7, None).expect_err("refused");
    assert!(refused.contains("signature de l'autorité est fausse"), "{refused}");
    let mut dossier = Vec::new();
    store.dossier(None, "Dr Martin", morning(date(2026, 3, 2)).timestamp(), &mut dossier).expect("a dossier");
    assert!(verify::dossier(&dossier, None).stamps.is_empty(), "neither answer was kept");
}

#[test]
fn a_real_authority_stamps_the_register_and_the_dossier_shows_it() {
    let dir = scratch("stamp-real");
    let Some(url) = authority(&dir) else {
        eprintln!("skipped: openssl is not installed");
        return;
    };
    let mut store = register(&dir.join("registre"));
    night(&mut store, date(2026, 3, 1), true);
    let own = trusted(&dir.join("tsa.pem"));
    let obtained = daemon::stamp::obtain(&mut store, &url, 0x8765_4321_0fed_cba9, Some(&own)).expect("a stamp");
    assert!(obtained.authority.as_ref().is_ok_and(|a| a.trusted && a.subject == "CN=Autorite d'essai"));
    let mut dossier = Vec::new();
    let now = morning(date(2026, 3, 2)).timestamp();
    store.dossier(Some("medorane-2026"), "Dr Martin", now, &mut dossier).expect("a dossier");
    let report = verify::dossier(&dossier, None);
    assert!(report.is_whole(), "{:?}", report.findings);
    assert_eq!(report.stamps.iter().map(|s| s.size).collect::<Vec<_>>(), [obtained.size]);
    assert_eq!(report.stamps[0].time, obtained.time);
    assert!(report.stamps[0].authority.as_ref().is_ok_and(|a| !a.trusted), "nobody said whom to trust");
    let report = verify::dossier_by(&dossier, &verify::Trust { key: None, authorities: Some(&own) });
    assert!(report.is_whole() && report.stamps[0].authority == obtained.authority, "{:?}", report.findings);
    // openssl itself agrees, from the members of the dossier.
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(dossier)).expect("a ZIP");
    for (member, name) in
        [(format!("stamps/{}.tsr", obtained.size), "s.tsr"), (format!("checkpoints/{}.txt", obtained.size), "s.txt")]
    {
        let mut file = zip.by_name(&member).expect("a member");
        let mut out = std::fs::File::create(dir.join(name)).expect("made");
        std::io::copy(&mut file, &mut out).expect("written");
    }
    let verified =
        openssl(&dir, &["ts", "-verify", "-in", "s.tsr", "-data", "s.txt", "-CAfile", "tsa.pem"]).expect("runs");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[test]
fn an_answer_to_another_request_is_not_kept() {
    let dir = scratch("stamp-replayed");
    let Some(url) = authority(&dir) else {
        eprintln!("skipped: openssl is not installed");
        return;
    };
    let mut store = register(&dir.join("registre"));
    daemon::stamp::obtain(&mut store, &url, 1, None).expect("a stamp");
    // An authority that plays the first answer again, whatever it is asked.
    let old = std::fs::read(dir.join("0.tsr")).expect("the answer");
    let (replay, _) = server(move |_, _| (200, old.clone()));
    let refused = daemon::stamp::obtain(&mut store, &replay, 2, None).expect_err("refused");
    assert!(refused.contains("autre demande"), "{refused}");
    night(&mut store, date(2026, 3, 2), true);
    let refused = daemon::stamp::obtain(&mut store, &replay, 1, None).expect_err("refused");
    assert!(refused.contains("autre chose"), "{refused}");
    let (nonsense, _) = server(|_, _| (200, b"<html>bonjour</html>".to_vec()));
    assert!(daemon::stamp::obtain(&mut store, &nonsense, 3, None).is_err());
    let (broken, _) = server(|_, _| (500, Vec::new()));
    assert!(daemon::stamp::obtain(&mut store, &broken, 3, None).expect_err("refused").contains("500"));
}
