//! Proofs as they arrive: forwarded, in HTML alone, in other languages, from consoles. Every text was written by the authors,
//! with the phrases of the tools' own catalogues.

mod common;

use common::{mail, mail_text, one, text, worst};
use evidence::{Certainty, Fact, Kind, Proof, State};

/// A report of Veeam as its HTML stands in the mail: cells and rows on lines of their own.
fn veeam(rows: &[(&str, &str)], end: &str) -> String {
    let good = rows.iter().filter(|r| r.1 == "Success").count();
    let bad = rows.iter().filter(|r| r.1 == "Failed").count();
    let rows: String = rows
        .iter()
        .map(|(name, word)| {
            format!("<tr>\n<td nowrap>{name}</td>\n<td>\n <span>{word}</span>\n</td>\n<td>10:00:35 PM</td>\n<td>10:06:12 PM</td>\n<td>100.0 GB</td>\n</tr>\n")
        })
        .collect();
    format!(
        "<html><head><title>Backup job report</title><style>td {{ padding: 2px }}</style></head><body>\n<table>\n\
         <tr>\n<td>Backup job: Nuit</td>\n<td>Success<div>{good} of {} VMs processed</div></td>\n</tr>\n\
         <tr><td>Created by CABINET\\admin at 3/2/2025 4:12:55 PM.</td></tr>\n\
         <tr><td>Tuesday, November 3, 2026 10:00:08 PM</td></tr>\n\
         <tr>\n<td><b>Success</b></td>\n<td>{good}</td>\n<td>Start time</td>\n<td>10:00:08 PM</td>\n<td>Total size</td>\n<td>1.2 TB</td></tr>\n\
         <tr>\n<td><b>Warning</b></td>\n<td>0</td>\n<td>End time</td>\n<td>{end}</td>\n<td>Data read</td>\n<td>30.1&nbsp;GB</td></tr>\n\
         <tr>\n<td><b>Error</b></td>\n<td>{bad}</td></tr>\n\
         <tr>\n<td>Name</td>\n<td>Status</td>\n<td>Start time</td>\n<td>End time</td>\n<td>Size</td></tr>\n{rows}</table>\n\
         <p>Veeam Backup &amp; Replication 12.1</p></body></html>",
        good + bad,
    )
}

const BOTH: [(&str, &str); 2] = [("SRV-AD", "Success"), ("SRV-METIER", "Success")];

fn in_html(subject: &str, html: &str) -> String {
    mail_text(subject, html)
        .replace("text/plain", "text/html")
        .replace("Tue, 03 Nov 2026 03:10:00", "Tue, 03 Nov 2026 22:30:00")
}

#[test]
fn html_reports_are_read_as_a_person_sees_them() {
    let fact = one(text(&in_html("[Success] Nuit (2 machines)", &veeam(&BOTH, "10:12:03 PM"))), "veeam mail");
    assert_eq!(fact.state, State::Ok, "{fact:?}");
    assert_eq!(fact.happened.as_deref(), Some("2026-11-03T22:12:03+01:00"));
    assert_eq!(fact.scope, ["SRV-AD", "SRV-METIER"]);
    assert_eq!(fact.volume.bytes, Some(30_100_000_000));
    let past_midnight = text(&in_html("[Success] Nuit (2 machines)", &veeam(&BOTH, "1:12:03 AM")));
    assert_eq!(past_midnight[0].happened.as_deref(), Some("2026-11-04T01:12:03+01:00"));
    let state = |subject: &str, html: &str| worst(&text(&in_html(subject, html)));
    assert_eq!(
        state("[Success] Nuit (2 machines)", &veeam(&[BOTH[0], ("SRV-SQL", "Failed")], "10:12:03 PM")),
        State::Failed
    );
    assert_eq!(
        state("[Success] Nuit (2 machines)", &veeam(&[BOTH[0], ("SRV-SQL", "Inconnu")], "10:12:03 PM")),
        State::Unproven
    );
    let whole = veeam(&BOTH, "10:12:03 PM");
    assert_eq!(state("[Success] Nuit (3 machines)", &whole), State::Unproven, "a machine is missing");
    let told = whole.replace("<td><b>Success</b></td>\n<td>2</td>", "<td><b>Success</b></td>\n<td>3</td>");
    assert_eq!(state("[Success] Nuit", &told), State::Unproven, "the table is cut");
    assert_eq!(state("[Success] Nuit", &whole.replace("1.2 TB", "0.0 B")), State::Failed);
    assert_eq!(state("[Success] Nuit", &whole.replace("2 of 2 VMs", "1 of 2 VMs")), State::Degraded);
}

/// A mail in text and HTML.
fn alternative(subject: &str, plain: &str, html: &str) -> Vec<Fact> {
    let parts = format!(
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{plain}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n"
    );
    text(
        &mail_text(subject, &parts)
            .replace("text/plain; charset=utf-8\r\n\r\n--b", "multipart/alternative; boundary=b\r\n\r\n--b"),
    )
}

#[test]
fn the_part_of_a_mail_that_says_more_is_read() {
    let html = veeam(&BOTH, "10:12:03 PM");
    assert_eq!(worst(&alternative("[Success] Nuit", "Utilisez un lecteur HTML.", &html)), State::Ok);
    let long = "Le travail de sauvegarde de la nuit est rapporté dans la partie HTML de ce message. ".repeat(8);
    assert_eq!(worst(&alternative("[Success] Nuit", &long, &html)), State::Ok, "the text proves nothing");
    let failed = veeam(&[BOTH[0], ("SRV-SQL", "Failed")], "10:12:03 PM");
    let fine = "Name\tStatus\tStart\nSRV-AD\tSuccess\t22:00\nSRV-SQL\tSuccess\t22:00\n".repeat(6);
    assert_eq!(worst(&alternative("[Success] Nuit", &fine, &failed)), State::Failed, "the worse of both");
}

const REPORT: &str = "Success\t2\nError\t0\nStart time\t03/11/2026 01:00:00\nEnd time\t03/11/2026 01:30:00\n\nName\tStatus\tStart time\nSRV-AD\tSuccess\t01:00\nSRV-SQL\tSuccess\t01:10\n";

/// Forwarded three weeks later.
fn forwarded(subject: &str, body: &str) -> Vec<Fact> {
    text(&mail_text(subject, body).replace("Tue, 03 Nov 2026", "Tue, 24 Nov 2026"))
}

#[test]
fn forwarded_mails_are_judged_by_what_they_carry() {
    let outlook = |inner: &str| {
        format!(
            "Bonjour,\nRien à signaler, aucun échec.\n\n________________________________\nDe : Veeam <v@x.example>\nEnvoyé : mardi 3 novembre 2026 01:31\n\
             À : Supervision\nObjet : {inner}\n\n"
        )
    };
    let good = outlook("[Success] Nuit") + REPORT;
    let fact = one(forwarded("TR: [EXTERNE] [Success] Nuit", &good), "veeam mail");
    assert_eq!((fact.state, fact.happened.as_deref()), (State::Ok, Some("2026-11-03T01:30:00+01:00")), "{fact:?}");
    let hidden = outlook("[Failed] Nuit") + REPORT;
    assert_eq!(worst(&forwarded("TR: [Success] Nuit", &hidden)), State::Failed, "the original's subject counts");
    let quoted: String = REPORT.lines().map(|l| format!("> {l}\n")).collect();
    assert_eq!(worst(&forwarded("Re: [Success] Nuit", &format!("Vu.\n{quoted}"))), State::Ok);
    let undated = "Fwd: vzdump backup status (pve1): backup successful";
    let table =
        "VMID Name Status Time Size Filename\n100 web ok 1m 1.0 GiB /a\nTotal running time: 1m\nTotal size: 1.0 GiB\n";
    let fact = one(forwarded(undated, table), "proxmox vzdump");
    assert_eq!((fact.state, fact.happened), (State::Ok, None), "the day of whoever forwards is not the report's");
    let dated = outlook("vzdump backup status (pve1): backup successful") + table;
    let fact = one(forwarded(undated, &dated), "proxmox vzdump");
    assert_eq!(fact.happened.as_deref(), Some("2026-11-03T01:31:00+01:00"));
    assert_eq!(fact.happened_certainty, Some(Certainty::MailDate));
    let verified = outlook("Verify Datastore 'coffre' successful").replace("v@x.example", "root@pbs.cabinet.example");
    let fact = one(forwarded("TR : Verify", &(verified + "Verification successful.\n")), "proxmox backup server");
    assert_eq!((fact.state, fact.host.as_deref()), (State::Ok, Some("pbs.cabinet.example")), "not of whoever forwards");
}

#[test]
fn a_mail_attached_whole_is_the_proof() {
    let carry = |inner: &str| {
        let parts = format!(
            "--b\r\nContent-Type: text/plain\r\n\r\nVeeam Backup a bien fonctionné.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n"
        );
        text(&mail_text("TR: [Success] tout va bien", &parts).replacen(
            "text/plain; charset=utf-8",
            "multipart/mixed; boundary=b",
            1,
        ))
    };
    let fact = one(carry(&mail_text("[Success] Nuit", REPORT)), "veeam mail");
    assert_eq!((fact.state, fact.happened.as_deref()), (State::Ok, Some("2026-11-03T01:30:00+01:00")));
    assert_eq!(worst(&carry(&mail_text("[Failed] Nuit", REPORT))), State::Failed);
}

#[test]
fn synology_in_three_languages() {
    let fr = "Cher utilisateur,\n\nVotre tâche de sauvegarde Dossiers est maintenant terminée.\n\nTâche de sauvegarde : Dossiers\nHeure de début : lun. 2 nov. 2026 23:30:02\nDurée : 1 heure 5 minutes 12 secondes\n\nDe la part de NAS-CABINET\nMerci de ne pas répondre à ce message.\n";
    let fact = one(mail("[NAS-CABINET] Hyper Backup", fr), "synology mail");
    assert_eq!((fact.state, fact.job.as_deref()), (State::Ok, Some("Dossiers")), "{fact:?}");
    assert_eq!(fact.happened.as_deref(), Some("2026-11-03T00:35:14+01:00"));
    let state = |said: &str| worst(&mail("[NAS] Hyper Backup", said));
    assert_eq!(state("Die Datensicherungsaufgabe Praxis wurde erfolgreich abgeschlossen."), State::Ok);
    assert_eq!(state("Die Datensicherungsaufgabe Praxis wurde nicht erfolgreich abgeschlossen."), State::Unproven);
    assert_eq!(state("Die Datensicherungsaufgabe Praxis ist fehlgeschlagen."), State::Failed);
    assert_eq!(
        state("Package update completed successfully: Hyper Backup 4.1."),
        State::Unproven,
        "an update is no backup"
    );
    assert_eq!(worst(&mail("[NAS] Hyper Backup task successful", "")), State::Unproven, "a subject alone");
    let check = mail(
        "[NAS] Hyper Backup",
        "La vérification de l'intégrité de la sauvegarde Dossiers est terminée avec succès.",
    );
    assert_eq!(check[0].kind, Kind::Integrity);
}

#[test]
fn windows_backup_on_a_french_console() {
    let console = |text: &str| -> Vec<u8> {
        // Code page 850, as the console writes it.
        text.chars()
            .map(|c| match c {
                'é' => 0x82,
                'è' => 0x8a,
                'à' => 0x85,
                'ê' => 0x88,
                other => other as u8,
            })
            .collect()
    };
    let good = console(
        "wbadmin 1.0 - Outil en ligne de commande de sauvegarde\r\n\r\nL'opération de sauvegarde s'est terminée correctement.\r\nLa sauvegarde du volume (C:) s'est terminée correctement.\r\nC:\\Windows\\Logs\\WindowsServerBackup\\Backup-03-11-2026_21-00-05.log\r\n",
    );
    let read = |bytes: &[u8]| evidence::read(&Proof { name: "wbadmin.txt", bytes, ..Proof::default() });
    let fact = one(read(&good), "wbadmin");
    assert_eq!((fact.state, fact.happened.as_deref()), (State::Ok, Some("2026-11-03T21:00:05")), "{fact:?}");
    let stopped = console("wbadmin 1.0 - Outil\r\nL'opération de sauvegarde s'est arrêtée avant la fin.\r\n");
    assert_eq!(worst(&read(&stopped)), State::Failed);
    let event = "The backup operation that started at '\u{200e}2026\u{200e}-\u{200e}11\u{200e}-\u{200e}03T20:00:04.512Z' has finished successfully.";
    let fact = one(mail("Windows Server Backup - SRV-AD", event), "wbadmin");
    assert_eq!((fact.state, fact.started.as_deref()), (State::Ok, Some("2026-11-03T20:00:04Z")));
    let failed =
        "L'opération de sauvegarde démarrée à « 2026-11-03T20:00:04Z » a échoué avec le code d'erreur « 0x80780049 ».";
    assert_eq!(worst(&mail("Sauvegarde Windows Server - SRV-AD", failed)), State::Failed);
}

#[test]
fn tools_that_speak_french_or_german() {
    let good = "Les métadonnées locales et distantes sont déjà synchronisées. Aucune synchronisation nécessaire.\nVérification complète\u{a0}: 41 fichiers comparés, 0 différence trouvée.\n";
    assert_eq!(one(text(good), "duplicity verify").state, State::Ok);
    let bad = "Unterschiede gefunden: Datei f3 hat mtime Sun Nov  1 10:00:00 2026\nÜberprüfung vollständig: 41 Dateien verglichen, 1 Unterschied gefunden.\n";
    assert_eq!(one(text(bad), "duplicity verify").state, State::Failed);
    assert_eq!(worst(&text("Sicherungsquellverzeichnis /srv/x existiert nicht.\n")), State::Failed);
    let code = |said: &str, code: i32| {
        evidence::read(&Proof {
            name: "x",
            bytes: b"",
            stderr: Some(said.as_bytes()),
            exit_code: Some(code),
            ..Proof::default()
        })
    };
    let restored = "pg_restore: connexion à la base de données pour la restauration\npg_restore: traitement des données de la table « public.patients »\n";
    let fact = one(code(restored, 0), "pg_restore");
    assert_eq!((fact.state, fact.scope.as_slice()), (State::Ok, ["public.patients".to_owned()].as_slice()));
    let broken = "pg_restore: verarbeite Daten für Tabelle »public.patients«\npg_restore: Fehler: konnte Daten nicht lesen: Dateiende erreicht\n";
    assert_eq!(worst(&code(broken, 0)), State::Failed);
    let mail_fr = "Unattended upgrade result: Toutes les mises à niveau ont été installées\n\nPaquets mis à niveau\u{a0}:\n libssl3 openssl\n\nJournal de unattended-upgrades\u{a0}:\n";
    let subject = "Résultat  d'unattended-upgrades pour srv-web\u{a0}: SUCCESS";
    let fact = one(mail(subject, mail_fr), "unattended-upgrades mail");
    assert_eq!((fact.state, fact.host.as_deref()), (State::Ok, Some("srv-web")), "{fact:?}");
    assert_eq!(fact.scope, ["libssl3", "openssl"]);
    let cut = mail_fr.split("Journal").next().unwrap();
    assert_eq!(worst(&mail(subject, cut)), State::Unproven, "what was kept back may stand in what is missing");
    let kept = format!(
        "{mail_fr}Paquets susceptibles d'être mis à niveau mais maintenus dans leur état actuel\u{a0}:\n Debian-Security:\n  openssh-server\n"
    );
    assert_eq!(worst(&mail(subject, &kept)), State::Degraded);
    assert_eq!(
        worst(&text("Sperre konnte nicht angefordert werden (läuft eine weitere Paketverwaltung?)\n")),
        State::Failed
    );
}

#[test]
fn tickets_with_other_separators_and_languages() {
    let french = "ID\tTitre\tStatut\tDate d'ouverture\tDate de prise en compte\tTemps de prise en compte dépassé\tTemps de résolution dépassé\n1\ta\tClos\t22-11-2026 09:12\t22-11-2026 09:40\tNon\tOui\n";
    assert_eq!(one(text(french), "glpi tickets").state, State::Failed, "the second column of lateness counts too");
    assert_eq!(one(text(&french.replace("Oui", "Non")), "glpi tickets").state, State::Ok);
    let english = "ID,Title,Status,Opening date,Time to own,Take into account time\n\"12\",\"Printer, office\",\"Solved\",\"2026-11-22 09:12\",\"2026-11-22 10:12\",\"1 hour 30 minutes\"\n";
    assert_eq!(one(text(english), "glpi tickets").state, State::Failed, "taken after its deadline");
    let german =
        "\"ID\";\"Titel\";\"Status\";\"Eröffnungsdatum\"\n\"12\";\"Drucker\";\"Gelöst\";\"2026-11-22 09:12\"\n";
    assert_eq!(one(text(german), "glpi tickets").state, State::Unproven);
}

#[test]
fn certificates_as_pdfs_hold_them() {
    // Ligatures, labels alone on their line, activities written out.
    let hds = "CERTIFICAT\nHébergeur de données de santé\nExemple Certiﬁcation certiﬁe que le système de management mis en place par :\nNUAGE DU RHÔNE SAS\n12 rue de l'Exemple, 69000 LYON\nNuméro de certiﬁcat\nHDS-2026-77\npour les activités :\n1. La mise à disposition et le maintien en condition opérationnelle des sites physiques permettant d'héberger l'infrastructure\n5. L'administration et l'exploitation du système d'information contenant les données de santé\nActivités non couvertes : 6\nDate d'effet\n01/02/2026\nFin de validité\n31/01/2029\n";
    let fact = one(text(hds), "hds certificate");
    assert_eq!((fact.state, fact.client.as_deref()), (State::Ok, Some("NUAGE DU RHÔNE SAS")), "{fact:?}");
    assert_eq!(fact.scope, ["activité 1", "activité 5"]);
    assert_eq!(fact.measures[evidence::measures::VALID_TO], "2029-01-31");
    let lone = hds
        .replace("Numéro de certiﬁcat\nHDS-2026-77\n", "")
        .replace("CERTIFICAT\n", "CERTIFICAT\nN° HDS-2026-77\n")
        .replace("sites physiques permettant", "sites physiques\npermettant");
    let same = one(text(&lone), "hds certificate");
    assert_eq!(
        (same.state, same.job.as_deref(), same.scope),
        (State::Ok, Some("HDS-2026-77"), fact.scope),
        "{:?}",
        same.reasons
    );
    assert_eq!(worst(&text(&format!("{hds}Ce certificat a été suspendu le 3 mai 2026.\n"))), State::Failed);
    assert_eq!(worst(&text(&format!("{hds}Vérifiez en ligne si le certificat a été retiré.\n"))), State::Ok);
    let insurance = "ATTESTATION D'ASSURANCE RESPONSABILITÉ CIVILE PROFESSIONNELLE\nNous soussignés, MUTUELLE EXEMPLE, attestons que la société INFOGÉRANCE MARTIN SARL, sise à Lyon, est titulaire du\ncontrat n° 99 123 A\nGaranties\nResponsabilité civile exploitation ........ 8 000 000 € par sinistre\nResponsabilité civile professionnelle ..... 1,5 M€ par an\nValable du 1er janvier 2026\nau 31 décembre 2026\n";
    let fact = one(text(insurance), "insurance");
    assert_eq!((fact.state, fact.client.as_deref()), (State::Ok, Some("INFOGÉRANCE MARTIN SARL")), "{fact:?}");
    assert_eq!(fact.measures["insurer"], "MUTUELLE EXEMPLE");
    assert_eq!(fact.measures[evidence::measures::CEILING_EUR], 8_000_000);
    assert_eq!(fact.measures[evidence::measures::VALID_TO], "2026-12-31");
}

#[test]
fn every_mail_of_a_mailbox_is_read() {
    let one = |subject: &str| {
        format!("From robot@x.example Tue Nov  3 02:00:00 2026\n{}\n", mail_text(subject, REPORT).replace("\r\n", "\n"))
    };
    let states = |text_: &str| text(text_).iter().map(|f| f.state).collect::<Vec<_>>();
    assert_eq!(states(&(one("[Success] Nuit") + &one("[Failed] Nuit"))), [State::Ok, State::Failed]);
    assert_eq!(states(&one("[Success] Nuit")), [State::Ok]);
}

#[test]
fn series_of_prometheus_and_events_of_uptime_kuma() {
    let query = |name: &str, last: u8| {
        format!(
            r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{"__name__":"{name}","instance":"https://www.cabinet.example","job":"blackbox"}},"values":[[1793667600,"1"],[1793667660,"{last}"]]}}]}}}}"#
        )
    };
    let fact = one(text(&query("probe_success", 1)), "prometheus query");
    assert_eq!((fact.state, fact.happened.as_deref()), (State::Ok, Some("2026-11-03T01:01:00Z")), "{fact:?}");
    assert_eq!(worst(&text(&query("probe_success", 0))), State::Degraded);
    assert_eq!(worst(&text(&query("process_cpu_seconds_total", 1))), State::Unproven);
    let event = |status: u8| {
        format!(
            r#"{{"heartbeat":{{"monitorID":1,"status":{status},"time":"2026-11-03 01:00:00.123","important":true}},"monitor":{{"name":"Site","url":"https://www.cabinet.example"}},"msg":"x"}}"#
        )
    };
    let fact = one(text(&event(0)), "uptime kuma event");
    assert_eq!((fact.state, fact.happened.as_deref()), (State::Failed, Some("2026-11-03T01:00:00Z")), "{fact:?}");
    assert_eq!(worst(&text(&event(1))), State::Degraded);
    assert_eq!(worst(&text(&event(3))), State::Unproven);
}

#[test]
fn borg_prune_says_what_is_kept() {
    let list = "Keeping archive (rule: daily #1):   nuit-2   Mon, 2026-11-02 03:00:00 [aa]\nPruning archive (1/1):   nuit-1   Sun, 2026-11-01 03:00:00 [bb]\n";
    let run = |said: &str| {
        evidence::read(&Proof {
            name: "x",
            bytes: b"",
            stderr: Some(said.as_bytes()),
            exit_code: Some(0),
            ..Proof::default()
        })
    };
    let fact = one(run(list), "borg prune");
    assert_eq!((fact.state, fact.kind), (State::Ok, Kind::Retention), "{fact:?}");
    assert_eq!(worst(&run(&list.replace("Pruning archive (1/1)", "Would prune"))), State::Unproven);
}
