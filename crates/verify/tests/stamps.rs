//! Time stamps made by openssl (`vectors/tsa/make.sh`), each over the last checkpoint of `vectors/dossier.zip`.

use std::fs;
use std::path::PathBuf;
use verify::{Authorities, Authority, Trust, Unsigned, check_stamp};

fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn answer(name: &str) -> Vec<u8> {
    file(&format!("tsa/{name}.tsr"))
}

fn trusted(name: &str) -> Authorities {
    Authorities::read(&file(&format!("tsa/{name}.pem"))).expect("certificates")
}

fn judged(name: &str, ca: Option<&str>) -> Result<Authority, Unsigned> {
    let ca = ca.map(trusted);
    check_stamp(&answer(name), ca.as_ref()).map(|(_, authority)| authority)
}

#[test]
fn a_right_signature_is_told_and_a_trusted_one_besides() {
    let cases = [
        ("ec", "CN=Horodatage EC, O=Essai, C=FR", "root"),
        ("rsa", "CN=Horodatage RSA, O=Essai, C=FR", "root"),
        ("hand", "CN=Horodatage EC, O=Essai, C=FR", "root"),
        ("pss", "CN=Horodatage RSA, O=Essai, C=FR", "root"),
        ("self", "CN=Horodatage sans autorite", "self"),
        ("foreign", "CN=Horodatage d'un autre", "stranger"),
    ];
    for (name, subject, ca) in cases {
        let unknown = judged(name, None).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((unknown.subject.as_str(), unknown.trusted), (subject, false), "{name}");
        assert_eq!(unknown.sha256.len(), 64);
        let known = judged(name, Some(ca)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((known.subject.as_str(), known.trusted), (subject, true), "{name}");
    }
}

#[test]
fn an_authority_that_nobody_vouches_for_is_an_error_where_one_is_asked_for() {
    for (name, ca) in [("foreign", "root"), ("ec", "stranger"), ("self", "root"), ("rsa", "self")] {
        let refused = judged(name, Some(ca)).expect_err(name).to_string();
        assert!(refused.contains("n'est pas d'une autorité que vous avez donnée"), "{name}: {refused}");
    }
}

#[test]
fn a_certificate_that_may_not_stamp_or_no_longer_holds_is_refused_whoever_asks() {
    let cases = [
        ("bare", "n'a pas l'usage étendu"),
        ("uncritical", "sans le marquer critique"),
        ("several", "sert à autre chose"),
        ("expired", "ne valait pas le 20"),
        ("unnamed", "signingCertificate manque"),
        ("named", "nomme une autre autorité"),
    ];
    for (name, word) in cases {
        for ca in [None, Some("root")] {
            match judged(name, ca) {
                Err(Unsigned::Wrong(why)) => assert!(why.contains(word), "{name}: {why}"),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_token_without_its_certificate_is_checked_with_the_one_given() {
    let unknown = judged("absent", None).expect_err("no certificate");
    assert!(matches!(&unknown, Unsigned::Unknown(why) if why.contains("--tsa-ca")), "{unknown}");
    assert!(matches!(judged("absent", Some("root")), Err(Unsigned::Unknown(_))), "the root did not sign it itself");
    assert!(judged("absent", Some("rsa")).is_ok_and(|a| a.trusted), "the signer's own certificate is given");
}

#[test]
fn what_we_cannot_check_is_not_called_false() {
    assert!(matches!(judged("salt", None), Err(Unsigned::Unknown(_))), "a salt of another length than the digest");
}

#[test]
fn every_flipped_bit_is_found_or_changes_nothing() {
    for (name, ca) in [("ec", "root"), ("rsa", "root"), ("self", "self")] {
        let (whole, ca) = (answer(name), trusted(ca));
        let known = check_stamp(&whole, Some(&ca)).expect("whole");
        let mut harmless = 0;
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            match check_stamp(&changed, Some(&ca)) {
                Err(_) => {}
                // What is not signed, such as a word of the status, says nothing of the stamp.
                Ok(said) => {
                    assert_eq!(said, known, "{name}, byte {at}");
                    harmless += 1;
                }
            }
        }
        assert!(harmless * 2 < whole.len(), "{name}: {harmless} of {} bytes", whole.len());
    }
}

#[test]
fn hostile_answers_do_no_harm() {
    let whole = answer("ec");
    for end in 0..whole.len() {
        assert!(check_stamp(&whole[..end], None).is_err(), "cut at {end}");
    }
    for byte in 0..=255 {
        let _ = check_stamp(&[byte; 400], None);
        let _ = Authorities::read(&[byte; 400]);
    }
    assert!(Authorities::read(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").is_err());
    assert!(Authorities::read(b"").is_err());
}

#[test]
fn a_dossier_tells_the_authority_and_holds_it_to_the_one_given() {
    let dossier = file("dossier.zip");
    let plain = verify::dossier(&dossier, None);
    assert_eq!(plain.findings, []);
    let authority = plain.stamps[0].authority.as_ref().expect("rightly signed");
    assert_eq!((authority.subject.as_str(), authority.trusted), ("CN=Horodatage d'essai", false));
    let ca = trusted("root");
    let asked = verify::dossier_by(&dossier, &Trust { key: None, authorities: Some(&ca) });
    assert_eq!(asked.findings.len(), 1, "{:?}", asked.findings);
    // This authority was made the same day, hours after the stamp: it could not vouch for it yet.
    assert!(asked.findings[0].problem.contains("aucun certificat donné ne valait"), "{:?}", asked.findings);
    assert!(asked.stamps.is_empty());
}
