//! Availability, scans, inventories, logs, tickets, attestations: texts written by the authors.

mod common;

use common::{mail, one, text, worst};
use evidence::{Expectation, Proof, State, apply};

#[test]
fn services_watched() {
    let gatus = |second: bool| {
        format!(
            r#"[{{"name":"site","key":"web_site","results":[{{"success":true,"hostname":"www.cabinet.example","timestamp":"2026-11-03T10:00:00Z"}},{{"success":{second},"timestamp":"2026-11-03T10:05:00Z"}}]}}]"#
        )
    };
    let fact = one(text(&gatus(false)), "gatus");
    assert_eq!((fact.state, fact.measures["availability_percent"].as_f64()), (State::Degraded, Some(50.0)));
    assert_eq!(worst(&text(&gatus(true))), State::Ok);
    let kuma = |status: u8| {
        format!(
            r#"{{"heartbeatList":{{"1":[{{"status":1,"time":"2026-11-03 10:00:00"}},{{"status":{status},"time":"2026-11-03 10:01:00"}}]}},"uptimeList":{{}}}}"#
        )
    };
    assert_eq!(worst(&text(&kuma(1))), State::Ok);
    assert_eq!(worst(&text(&kuma(0))), State::Degraded);
    assert_eq!(worst(&text(&kuma(3))), State::Unproven, "a maintenance is not an answer");
    let metrics = |status: u8| {
        format!(
            "# TYPE monitor_status gauge\nmonitor_status{{monitor_name=\"site\",monitor_type=\"http\",monitor_url=\"https://www.cabinet.example\",monitor_hostname=\"null\"}} {status}\n"
        )
    };
    assert_eq!(worst(&text(&metrics(1))), State::Ok);
    assert_eq!(worst(&text(&metrics(0))), State::Failed);
    assert_eq!(worst(&text(&metrics(2))), State::Unproven);
    assert_eq!(worst(&text("probe_duration_seconds 0.1\n")), State::Unproven);
    assert_eq!(worst(&text("probe_duration_seconds 0.1\nprobe_success 1\n")), State::Ok);
    assert_eq!(
        worst(&text("HTTP OK: HTTP/1.1 200 OK - 10 bytes |time=0.1s\n")),
        State::Unproven,
        "a plugin without its exit code"
    );
    assert_eq!(worst(&text("HTTP OK: HTTP/1.1 200 OK - 10 bytes |time=0.1s\nrc=0\n")), State::Ok);
    assert_eq!(worst(&text("HTTP OK: HTTP/1.1 200 OK - 10 bytes |time=0.1s\nrc=3\n")), State::Unproven);
}

#[test]
fn centreon_reports() {
    let report = |ok: &str, critical: &str, undetermined: &str| {
        format!(
            "Hôte;Service;Date de début;Date de fin;Durée\nsrv-metier;HTTP;01/11/2026 00:00:00;03/11/2026 00:00:00;2d\n\nStatut;Temps;Temps total;Temps moyen;Alerte\nOK;100s;{ok}%;;0\nWARNING;0s;0%;;0\nCRITICAL;0s;{critical}%;;1\nUNKNOWN;0s;0%;;0\nTemps d'arrêt planifié;0s;0%;;0\nIndéterminé;0s;{undetermined}%;;0\n"
        )
    };
    let fact = one(text(&report("100", "0", "0")), "centreon");
    assert_eq!(
        (fact.state, fact.host.as_deref(), fact.happened.as_deref()),
        (State::Ok, Some("srv-metier"), Some("2026-11-03T00:00:00")),
        "{fact:?}"
    );
    assert_eq!(worst(&text(&report("98.5", "1.5", "0"))), State::Degraded);
    assert_eq!(worst(&text(&report("60", "0", "40"))), State::Unproven);
    assert_eq!(worst(&text(&report("0", "100", "0"))), State::Failed);
}

#[test]
fn inventories_and_what_may_be_stored() {
    let json = r#"{"action":"inventory","deviceid":"pc-1","tag":"CABINET","content":{"hardware":{"name":"PC-ACCUEIL","lastloggeduser":"marie"},"operatingsystem":{"full_name":"Windows 11"},"softwares":[{"name":"A","version":"1"}],"antivirus":[{"name":"Defender","enabled":true,"uptodate":false}],"envs":[{"key":"MOT_DE_PASSE","val":"secret"}],"processes":[{"cmd":"x"}]}}"#;
    let fact = one(text(json), "glpi inventory");
    assert_eq!(
        (fact.state, fact.host.as_deref(), fact.client.as_deref()),
        (State::Degraded, Some("PC-ACCUEIL"), Some("CABINET"))
    );
    let stored = evidence::storable(json.as_bytes()).unwrap();
    assert!(!stored.contains("secret") && !stored.contains("marie") && stored.contains("Windows 11"), "{stored}");
    let xml = "<?xml version=\"1.0\"?><REQUEST><CONTENT><HARDWARE><NAME>PC-2</NAME><OSNAME>Windows 10</OSNAME><LASTLOGGEDUSER>marie</LASTLOGGEDUSER></HARDWARE><SOFTWARES><NAME>A &amp; B</NAME></SOFTWARES><ENVS><VAL>secret</VAL></ENVS><ANTIVIRUS><NAME>X</NAME><ENABLED>1</ENABLED><UPTODATE>1</UPTODATE></ANTIVIRUS></CONTENT><DEVICEID>pc-2</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>";
    let fact = one(text(xml), "fusion inventory");
    assert_eq!((fact.state, fact.host.as_deref()), (State::Ok, Some("PC-2")));
    let stored = evidence::storable(xml.as_bytes()).unwrap();
    assert!(!stored.contains("secret") && !stored.contains("marie"), "{stored}");
    assert_eq!(one(text(&stored), "fusion inventory").measures, one(text(xml), "fusion inventory").measures);
    assert_eq!(worst(&text(&xml.replace("</REQUEST>", ""))), State::Unproven);
    let off = r#"{"healthy":true,"realTimeProtectionEnabled":{"value":false},"definitionsStatus":{"$type":"upToDate"},"definitionsUpdated":"1793667600000"}"#;
    assert_eq!(one(text(off), "mdatp health").state, State::Failed);
    assert_eq!(worst(&text(&off.replace("false", "true"))), State::Ok);
}

#[test]
fn scans() {
    let sarif = |success: &str, results: &str| {
        format!(
            r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"outil"}}}},"invocations":[{{"executionSuccessful":{success},"endTimeUtc":"2026-11-03T10:00:00Z"}}],"results":{results}}}]}}"#
        )
    };
    assert_eq!(worst(&text(&sarif("true", "[]"))), State::Ok);
    assert_eq!(worst(&text(&sarif("null", "[]"))), State::Unproven);
    assert_eq!(worst(&text(&sarif("false", "[]"))), State::Failed);
    assert_eq!(worst(&text(&sarif("true", r#"[{"level":"error"}]"#))), State::Failed);
    assert_eq!(worst(&text(&sarif("true", r#"[{"message":{}}]"#))), State::Degraded);
    assert_eq!(worst(&text(r#"{"dependencies":[{"name":"a","skip_reason":"réseau"}],"fixes":[]}"#)), State::Unproven);
    assert_eq!(worst(&text(r#"{"dependencies":[{"name":"a","version":"1","vulns":[]}],"fixes":[]}"#)), State::Ok);
    assert_eq!(
        worst(&text(r#"{"dependencies":[{"name":"a","version":"1","vulns":[{"id":"X"}]}],"fixes":[]}"#)),
        State::Failed
    );
    assert_eq!(worst(&text("No known vulnerabilities found\nrc=0\n")), State::Unproven);
    let testssl = |more: &str| {
        format!(
            r#"[{{"id":"protocol","ip":"www.cabinet.example/192.0.2.4","port":"443","severity":"OK","finding":"TLS 1.3"}}{more}]"#
        )
    };
    assert_eq!(
        worst(&text(&testssl(r#",{"id":"scanTime","ip":"","port":"443","severity":"INFO","finding":"62"}"#))),
        State::Ok
    );
    assert_eq!(worst(&text(&testssl(""))), State::Unproven);
    assert_eq!(
        worst(&text(&testssl(
            r#",{"id":"cert","ip":"","port":"443","severity":"CRITICAL","finding":"expired"},{"id":"scanTime","ip":"","port":"443","severity":"INFO","finding":"62"}"#
        ))),
        State::Failed
    );
}

#[test]
fn patches() {
    let run = "Start-Date: 2026-11-03  06:10:00\nCommandline: /usr/bin/unattended-upgrade\nUpgrade: openssl:amd64 (3.0.1, 3.0.2), libssl3:amd64 (3.0.1, 3.0.2)\nEnd-Date: 2026-11-03  06:11:00\n";
    let fact = one(text(run), "apt history");
    assert_eq!(
        (fact.state, fact.scope.as_slice(), fact.happened.as_deref()),
        (State::Ok, ["openssl".to_owned(), "libssl3".to_owned()].as_slice(), Some("2026-11-03T06:11:00"))
    );
    assert_eq!(worst(&text(&run.replace("End-Date", "Error: dpkg\nEnd-Date"))), State::Failed);
    assert_eq!(worst(&text(&run.replace("End-Date: 2026-11-03  06:11:00\n", ""))), State::Failed);
    let state = |subject: &str, body: &str| worst(&mail(subject, body));
    let body = "Unattended upgrade result: All upgrades installed\n\nPackages that were upgraded:\n openssl\n\nPackage installation log:\nLog started: 2026-11-03  06:10:00\nLog ended: 2026-11-03  06:11:00\n";
    assert_eq!(state("unattended-upgrades result for srv-metier: SUCCESS", body), State::Ok);
    assert_eq!(state("unattended-upgrades result for srv-metier: FAILURE", body), State::Failed);
    assert_eq!(state("[reboot required] unattended-upgrades result for srv-metier: SUCCESS", body), State::Degraded);
    assert_eq!(state("unattended-upgrades result for srv-metier: SUCCESS", &body.replace("Package installation", "Packages with upgradable origin but kept back:\n Debian stable-security:\n  curl\n\nPackage installation")), State::Degraded);
    assert_eq!(state("unattended-upgrades Ergebnis für srv: ERFOLG", body), State::Unproven);
    assert_eq!(
        worst(&text(
            "Reading package lists...\nBuilding dependency tree...\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n"
        )),
        State::Ok
    );
    assert_eq!(
        worst(&text(
            "Reading package lists...\nBuilding dependency tree...\n0 upgraded, 0 newly installed, 0 to remove and 4 not upgraded.\n"
        )),
        State::Unproven
    );
}

#[test]
fn windows_event_logs() {
    let event = |provider: &str, id: u32, record: u32, time: &str| {
        format!(
            "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><Provider Name=\"{provider}\"/><EventID>{id}</EventID><EventRecordID>{record}</EventRecordID><TimeCreated SystemTime=\"2026-11-03T{time}Z\"/><Channel>Security</Channel><Computer>SRV-AD</Computer></System></Event>"
        )
    };
    let log = |events: &[String]| text(&events.concat());
    let plain = [
        event("Microsoft-Windows-Security-Auditing", 4624, 10, "08:00:00"),
        event("Microsoft-Windows-Security-Auditing", 4634, 11, "09:00:00"),
    ];
    let fact = one(log(&plain), "windows events");
    assert_eq!(
        (fact.state, fact.host.as_deref(), fact.happened.as_deref()),
        (State::Ok, Some("SRV-AD"), Some("2026-11-03T09:00:00Z"))
    );
    let cleared = [
        plain[0].clone(),
        event("Microsoft-Windows-Eventlog", 1102, 11, "08:30:00"),
        plain[1].clone().replace(">11<", ">12<"),
    ];
    assert_eq!(worst(&log(&cleared)), State::Failed);
    let gap = [plain[0].clone(), plain[1].clone().replace(">11<", ">15<")];
    assert_eq!(worst(&log(&gap)), State::Degraded);
    let back = [
        plain[0].clone(),
        plain[1].clone(),
        event("X", 1, 12, "07:00:00"),
        event("X", 1, 13, "07:30:00"),
        event("X", 1, 14, "08:30:00"),
        event("X", 1, 15, "10:30:00"),
    ];
    assert_eq!(worst(&log(&back)), State::Degraded, "the clock went back");
    assert_eq!(worst(&log(&[event("Microsoft-Windows-WindowsUpdateClient", 19, 1, "03:00:00")])), State::Ok);
    assert_eq!(worst(&log(&[event("Microsoft-Windows-WindowsUpdateClient", 20, 1, "03:00:00")])), State::Failed);
    assert_ne!(
        worst(&log(&[event("Microsoft-Windows-Kernel-Boot", 20, 1, "03:00:00"), event("X", 2, 2, "03:01:00")])),
        State::Failed,
        "20 of another provider"
    );
    assert_eq!(worst(&log(&[event("Microsoft-Windows-Backup", 4, 1, "03:00:00")])), State::Ok);
    assert_eq!(worst(&log(&[event("Microsoft-Windows-Backup", 5, 1, "03:00:00")])), State::Failed);
    let json = r#"[{"ProviderName":"Microsoft-Windows-Backup","Id":517,"TimeCreated":"2026-11-03T03:00:00Z","MachineName":"SRV-AD","LogName":"Application","RecordId":5}]"#;
    assert_eq!(worst(&text(json)), State::Failed);
}

#[test]
fn syslogs() {
    let day = |d: u32, h: u32| format!("<13>1 2026-11-{d:02}T{h:02}:00:00+01:00 srv-metier app - - - ok\n");
    assert_eq!(worst(&text(&[day(3, 8), day(3, 9), day(3, 10)].concat())), State::Ok);
    assert_eq!(worst(&text(&[day(3, 8), day(6, 9)].concat())), State::Degraded, "a silence of three days");
    assert_eq!(
        worst(&text(&[day(3, 8), day(3, 7), day(3, 9), day(3, 10)].concat())),
        State::Degraded,
        "a clock that goes back"
    );
    assert_eq!(
        worst(&text("Nov  3 08:00:00 srv-metier app: ok\nNov  3 09:00:00 srv-metier app: ok\n")),
        State::Unproven
    );
}

#[test]
fn tickets() {
    let csv = "\u{feff}ID;Titre;Statut;\"Date d'ouverture\";\"Date de prise en compte\";\"Date de résolution\";Entité\n\"1 024\";\"Panne ; réseau\";Résolu;\"03-11-2026 08:00\";\"03-11-2026 08:25\";\"03-11-2026 10:00\";Cabinet\n1025;Imprimante;Nouveau;\"03-11-2026 09:00\";;;Cabinet\n";
    let facts = text(csv);
    assert_eq!(facts.len(), 2);
    assert_eq!(
        (facts[0].state, facts[0].measures["take_minutes"].as_i64(), facts[0].measures["solve_minutes"].as_i64()),
        (State::Ok, Some(25), Some(120)),
        "{facts:?}"
    );
    assert_eq!((facts[0].job.as_deref(), facts[0].client.as_deref()), (Some("ticket 1024"), Some("Cabinet")));
    assert_eq!(facts[1].state, State::Unproven);
    assert_eq!(worst(&text(&csv.replace("08:25", "07:25"))), State::Unproven);
}

const HDS: &str = "CERTIFICAT\nOrganisme certificateur : Exemple Certification\nCertificat n° HDS-77\nSociété : NUAGE DU RHÔNE SAS - SIREN 123 456 782\nActivités certifiées : 1, 2, 5, 6\nValable du 01/02/2026 au 31/01/2029\n";

#[test]
fn attestations_against_the_party_and_the_day() {
    let check = |content: &str, expected: &str| {
        let mut fact = one(text(content), "hds certificate");
        apply(&mut fact, &Expectation::from_toml(expected).unwrap());
        fact.state
    };
    assert_eq!(check(HDS, "holder = \"Nuage du Rhône\"\nvalid_on = \"2026-11-03\""), State::Ok);
    assert_eq!(check(HDS, "holder = \"Nuage du Rhin\""), State::Unproven);
    assert_eq!(check(HDS, "valid_on = \"2029-02-01\""), State::Unproven);
    assert_eq!(check(HDS, "valid_on = \"2026-01-31\""), State::Unproven);
    assert_eq!(check(HDS, "paths = [\"activité 5\"]"), State::Ok);
    assert_eq!(check(HDS, "paths = [\"activité 3\"]"), State::Unproven);
    for missing in ["Certificat n°", "Société", "Activités", "Valable"] {
        let cut: String = HDS.lines().filter(|l| !l.starts_with(missing)).map(|l| format!("{l}\n")).collect();
        assert_eq!(worst(&text(&cut)), State::Unproven, "{missing}");
    }
}

#[test]
fn other_attestations() {
    let insurance = "ATTESTATION D'ASSURANCE\nResponsabilité civile professionnelle\nAssureur : MUTUELLE DU SUD\nContrat n° 55 A\nAssuré : NUAGE DU RHÔNE SAS\nPériode de validité : du 1er janvier 2026 au 31 décembre 2026\nDommages immatériels : 2 000 000 EUR par sinistre\n";
    let fact = one(text(insurance), "insurance");
    assert_eq!(
        (fact.state, fact.measures["ceiling_eur"].as_u64(), fact.measures["valid_to"].as_str()),
        (State::Ok, Some(2_000_000), Some("2026-12-31")),
        "{fact:?}"
    );
    let iso = "CERTIFICATE\nISO/IEC 27001:2022\nCertificate number: IS 4242\nOrganization: NUAGE DU RHÔNE SAS\nScope: hébergement et exploitation\nValid from 2026-02-01 until 2029-01-31\n";
    let fact = one(text(iso), "iso 27001 certificate");
    assert_eq!(
        (fact.state, fact.job.as_deref(), fact.client.as_deref()),
        (State::Ok, Some("IS 4242"), Some("NUAGE DU RHÔNE SAS")),
        "{fact:?}"
    );
    assert_eq!(worst(&text(&iso.replace("Scope", "Portée"))), State::Unproven);
    let asv = |status: &str, failing: u32| {
        format!(
            "ASV Scan Report Attestation of Scan Compliance\nA.1 Company: CABINET MARTIN\nDate scan completed: 2026-10-02\nScan expiration date (90 days): 2026-12-31\nCompliance status: {status}\nNumber of unique in-scope components scanned: 3\nNumber of identified failing vulnerabilities: {failing}\n"
        )
    };
    assert_eq!(one(text(&asv("PASS", 0)), "asv scan").client.as_deref(), Some("CABINET MARTIN"));
    assert_eq!(worst(&text(&asv("PASS", 0))), State::Ok);
    assert_eq!(worst(&text(&asv("FAIL", 2))), State::Failed);
    assert_eq!(worst(&text(&asv("PASS", 2))), State::Failed);
    let scanned = evidence::read(&Proof { name: "certificat.pdf", bytes: b"", ..Proof::default() });
    assert!(scanned[0].state == State::Unproven && scanned[0].reasons[0].contains("numérisé"));
}

#[test]
fn a_mail_with_the_proof_attached_and_a_cron_mail() {
    let attached = "From: a@prestataire.example\r\nTo: b@clausule.example\r\nSubject: rapport\r\nDate: Tue, 03 Nov 2026 03:10:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nBonjour, voici le rapport.\r\n--x\r\nContent-Type: text/plain; name=\"verif.txt\"\r\nContent-Disposition: attachment; filename=\"verif.txt\"\r\nContent-Transfer-Encoding: base64\r\n\r\nVmVyaWZ5IGNvbXBsZXRlOiA2MiBmaWxlcyBjb21wYXJlZCwgMCBkaWZmZXJlbmNlcyBmb3VuZC4K\r\n--x--\r\n";
    let fact = one(text(attached), "duplicity verify");
    assert_eq!((fact.state, fact.happened.as_deref()), (State::Ok, Some("2026-11-03T03:10:00+01:00")));
    assert_eq!(fact.happened_certainty, Some(evidence::Certainty::MailDate));
    let fact = one(
        mail("Cron <root@srv-metier> sauvegarde.sh", "Verify complete: 62 files compared, 1 difference found.\n"),
        "duplicity verify",
    );
    assert_eq!((fact.state, fact.host.as_deref()), (State::Failed, Some("srv-metier")));
}
