//! Formats that rest on documentation or source code: backups of appliances and Windows, by mail and JSON.
//! Every text here was written by the authors.

mod common;

use common::{mail, one, text, worst};
use evidence::State;

fn vzdump(rows: &str) -> String {
    format!(
        "Details\n=======\nVMID    Name      Status    Time        Size         Filename\n{rows}\nTotal running time: 4m 2s\nTotal size: 13.1 GiB\n\nLogs\n====\n101: 2026-11-03 02:04:02 INFO: Finished Backup of VM 101 (00:03:00)\n"
    )
}

#[test]
fn vzdump_mails() {
    let good = vzdump(
        "100     metier    ok        1m 2s       1.1 GiB      /mnt/dump/a.zst\n101     compta    ok        3m 0s       12.0 GiB     /mnt/dump/b.zst",
    );
    let subject = "vzdump backup status (pve1.cabinet.example): backup successful";
    let fact = one(mail(subject, &good), "proxmox vzdump");
    assert_eq!((fact.state, fact.host.as_deref()), (State::Ok, Some("pve1.cabinet.example")), "{fact:?}");
    assert_eq!(fact.scope, ["100", "metier", "101", "compta"]);
    assert_eq!(fact.happened.as_deref(), Some("2026-11-03T02:04:02+01:00"));
    assert_eq!(fact.volume.bytes, Some(14_066_017_894));
    let state = |subject: &str, body: &str| worst(&mail(subject, body));
    let bad = vzdump(
        "100     metier    ok        1m 2s       1.1 GiB      /a\n101     compta    err       3m 0s       0 B          -",
    );
    assert_eq!(state("vzdump backup status (pve1): backup failed", &bad), State::Failed);
    assert_eq!(state(subject, &bad), State::Failed);
    assert_eq!(state("vzdump backup status (pve1): backup failed", &good), State::Failed);
    assert_eq!(state(subject, &vzdump("100     metier    todo      -           -            -")), State::Failed);
    assert_eq!(state(subject, &vzdump("")), State::Unproven);
    assert_eq!(state(subject, ""), State::Unproven);
    assert_eq!(
        state(subject, &good.replace("Total running time", "Durée totale")),
        State::Ok,
        "the size still closes the table"
    );
    assert_eq!(worst(&text(&good)), State::Unproven, "without the subject the whole is not known");
}

#[test]
fn proxmox_backup_server_mails() {
    let state = |subject: &str, body: &str| worst(&mail(subject, body));
    let fact = one(
        mail("Verify Datastore 'coffre' successful", "Job ID: v1\nDatastore: coffre\n\nVerification successful.\n"),
        "proxmox backup server",
    );
    assert_eq!((fact.state, fact.scope.as_slice()), (State::Ok, ["coffre".to_owned()].as_slice()));
    assert_eq!(
        state(
            "Verify Datastore 'coffre' failed",
            "Verification failed on these snapshots/groups:\n\n vm/100/2026-11-01\n"
        ),
        State::Failed
    );
    assert_eq!(
        state("Verify Datastore 'coffre' successful", "Verification failed on these snapshots/groups:\n"),
        State::Failed
    );
    assert_eq!(state("Verify Datastore 'coffre' successful", ""), State::Unproven);
    assert_eq!(state("Sync remote 'site2' datastore 'coffre' successful", "Synchronization successful.\n"), State::Ok);
    assert_eq!(state("Garbage Collect Datastore 'coffre' successful", "Garbage collection successful.\n"), State::Ok);
}

const VEEAM: &str = "Backup job: Nuit\nSuccess\t2\nWarning\t0\nError\t0\nStart time\t03/11/2026 01:00:00\nEnd time\t03/11/2026 01:30:00\nData read\t12.5 GB\nTransferred\t1.2 GB\n\nDetails\nName\tStatus\tStart time\tEnd time\tSize\nSRV-AD\tSuccess\t01:00\t01:10\t40 GB\nSRV-SQL\tSuccess\t01:10\t01:30\t80 GB\n";

#[test]
fn veeam_mails() {
    let fact = one(mail("[Success] Nuit (2 objects)", VEEAM), "veeam mail");
    assert_eq!(fact.state, State::Ok, "{fact:?}");
    assert_eq!((fact.scope.len(), fact.happened.as_deref()), (2, Some("2026-11-03T01:30:00+01:00")));
    let state = |subject: &str, body: &str| worst(&mail(subject, body));
    assert_eq!(state("[Success] Nuit (2 objects)", "ok"), State::Unproven);
    assert_eq!(state("[Warning] Nuit (2 objects)", VEEAM), State::Degraded);
    assert_eq!(state("[Failed] Nuit (2 objects)", VEEAM), State::Failed);
    assert_eq!(
        state("[Success] Nuit (2 objects)", &VEEAM.replace("SRV-SQL\tSuccess", "SRV-SQL\tFailed")),
        State::Failed
    );
    assert_eq!(state("[Success] Nuit (2 objects)", &VEEAM.replace("Error\t0", "Error\t1")), State::Failed);
    assert_eq!(state("[Erfolg] Nacht", VEEAM), State::Unproven);
}

#[test]
fn veeam_mails_in_html() {
    let html = format!(
        "<html><body><table>{}</table></body></html>",
        VEEAM.lines().map(|l| format!("<tr><td>{}</td></tr>", l.replace('\t', "</td><td>"))).collect::<String>()
    );
    let source = common::mail_text("[Success] Nuit (2 objects)", &html).replace("text/plain", "text/html");
    assert_eq!(one(text(&source), "veeam mail").state, State::Ok);
}

#[test]
fn veeam_sessions() {
    let session = |result: &str, state: &str| {
        format!(
            r#"[{{"JobName":"Nuit","Result":{result},"State":{state},"CreationTime":"/Date(1793667600000)/","EndTime":"/Date(1793669400000)/","ProcessedSize":1000000}}]"#
        )
    };
    assert_eq!(worst(&text(&session("\"Success\"", "\"Stopped\""))), State::Ok);
    assert_eq!(worst(&text(&session("0", "-1"))), State::Ok);
    assert_eq!(worst(&text(&session("1", "\"Stopped\""))), State::Degraded);
    assert_eq!(worst(&text(&session("2", "\"Stopped\""))), State::Failed);
    assert_eq!(worst(&text(&session("\"None\"", "\"Working\""))), State::Unproven);
    assert_eq!(worst(&text(&session("\"Success\"", "\"Working\""))), State::Unproven);
    assert_eq!(worst(&text(&session("0", "-1").replace("1000000", "0"))), State::Failed);
    assert_eq!(text(&session("0", "-1"))[0].happened.as_deref(), Some("2026-11-03T01:30:00Z"));
}

#[test]
fn synology_mails() {
    let state = |subject: &str, body: &str| worst(&mail(subject, body));
    let body = "Dear user,\n\nYour backup task Dossiers is now complete.\n\nBackup Task: Dossiers\nBackup Destination: coffre / nas.hbk\nStart Time: Tue, Nov 3 2026 02:00:01\nDuration: 3 Minute 2 Second\n\nFrom NAS-CABINET\n";
    let fact = one(mail("[NAS-CABINET] Hyper Backup task successful", body), "synology mail");
    assert_eq!(
        (fact.state, fact.host.as_deref(), fact.job.as_deref()),
        (State::Ok, Some("NAS-CABINET"), Some("Dossiers"))
    );
    assert_eq!(
        state(
            "[NAS] Hyper Backup",
            "La tâche de sauvegarde Dossiers est terminée avec succès.\nTâche de sauvegarde : Dossiers\n"
        ),
        State::Ok
    );
    for (subject, said) in [
        ("[NAS] Hyper Backup", "Votre tâche de sauvegarde Dossiers a échoué."),
        ("[NAS] Hyper Backup failed", body),
        ("[NAS] Active Backup", "Backup task Postes has been completed successfully.\nFailed devices: 2"),
        ("[NAS] Hyper Backup", "The backup task was interrupted."),
    ] {
        assert_eq!(state(subject, said), State::Failed, "{said}");
    }
    assert_eq!(state("[NAS] Hyper Backup", "La tâche de sauvegarde n'est pas terminée avec succès."), State::Unproven);
    assert_eq!(state("[NAS] Hyper Backup", "Die Sicherungsaufgabe wurde abgeschlossen."), State::Unproven);
    assert_eq!(
        state("[NAS] Hyper Backup", "Your backup task is now complete, but was partially completed."),
        State::Degraded
    );
}

#[test]
fn duplicati_reports() {
    let report = |result: &str, files: u64, more: &str| {
        format!(
            r#"{{"Data":{{"ParsedResult":"{result}","MainOperation":"Backup","ExaminedFiles":{files},"SizeOfExaminedFiles":5000000,"FilesWithError":0,"PartialBackup":false,"Dryrun":false,"BeginTime":"2026-11-03T01:00:00Z","EndTime":"2026-11-03T01:10:00Z"{more}}},"Extra":{{"backup-name":"Dossiers","machine-name":"PC-ACCUEIL"}},"Exception":null}}"#
        )
    };
    let fact = one(text(&report("Success", 300, "")), "duplicati");
    assert_eq!(
        (fact.state, fact.host.as_deref(), fact.happened.as_deref()),
        (State::Ok, Some("PC-ACCUEIL"), Some("2026-11-03T01:10:00Z"))
    );
    assert_eq!(worst(&text(&report("Success", 0, ""))), State::Failed);
    assert_eq!(worst(&text(&report("Warning", 300, ""))), State::Degraded);
    assert_eq!(worst(&text(&report("Fatal", 300, ""))), State::Failed);
    assert_eq!(worst(&text(&report("Unknown", 300, ""))), State::Unproven);
    assert_eq!(
        worst(&text(&report("Success", 300, "").replace("\"Dryrun\":false", "\"Dryrun\":true"))),
        State::Unproven
    );
    assert_eq!(
        worst(&text(&report("Success", 300, "").replace("\"FilesWithError\":0", "\"FilesWithError\":3"))),
        State::Degraded
    );
    assert_eq!(
        worst(&mail(
            "Duplicati Backup report for Dossiers",
            "MainOperation: Backup\nParsedResult: Success\nExaminedFiles: 300\nSizeOfExaminedFiles: 5000000\nEndTime: 03/11/2026 01:10:00\n"
        )),
        State::Ok
    );
    assert_eq!(
        worst(&mail("Duplicati Backup report for Dossiers", "MainOperation: Backup\nExaminedFiles: 300\n")),
        State::Unproven
    );
}

#[test]
fn windows_backup() {
    let good = "wbadmin 1.0 - Outil en ligne de commande de sauvegarde\nLa sauvegarde du volume (C:) s'est terminée : Volume Système (C:)\nL'opération de sauvegarde s'est terminée correctement.\n";
    let fact = one(text(good), "wbadmin");
    assert_eq!((fact.state, fact.scope.as_slice()), (State::Ok, ["C:".to_owned()].as_slice()), "{fact:?}");
    assert_eq!(
        worst(&text("wbadmin 1.0 - Backup command-line tool\nThe backup operation successfully completed.\n")),
        State::Ok
    );
    assert_eq!(worst(&text("wbadmin 1.0 - Backup command-line tool\nThe backup operation failed.\n")), State::Failed);
    assert_eq!(
        worst(&text(
            "wbadmin 1.0 - Backup command-line tool\nThe backup operation completed with warnings.\nThe backup operation successfully completed.\n"
        )),
        State::Degraded
    );
    assert_eq!(worst(&text("wbadmin 1.0 - Sicherung\nDer Sicherungsvorgang wurde abgeschlossen.\n")), State::Unproven);
    let summary = |code: i64, last: &str, good: &str, versions: u64| {
        format!(
            r#"{{"LastBackupResultHR":{code},"LastBackupTime":"{last}","LastSuccessfulBackupTime":"{good}","NumberOfVersions":{versions}}}"#
        )
    };
    let state = |json: String| worst(&text(&json));
    assert_eq!(state(summary(0, "2026-11-03T21:00:00", "2026-11-03T21:00:00", 12)), State::Ok);
    assert_eq!(state(summary(0, "2026-11-03T21:00:00", "2026-11-01T21:00:00", 12)), State::Unproven);
    assert_eq!(state(summary(-2_147_024_784, "2026-11-03T21:00:00", "2026-11-01T21:00:00", 12)), State::Failed);
    assert_eq!(state(summary(0, "2026-11-03T21:00:00", "2026-11-03T21:00:00", 0)), State::Unproven);
}

#[test]
fn bacula_and_bareos_mails() {
    let body = |end: &str, files: u64, errors: u64| {
        format!(
            "03-Nov 02:10 dir JobId 12: Bareos dir 23.0.1 (01Jan24):\n  JobId:                  12\n  Job:                    Nuit.2026-11-03_02.00.00_01\n  Backup Level:           Full\n  Client:                 \"srv-metier-fd\" 23.0.1\n  FileSet:                \"Tout\" 2026-01-01 10:00:00\n  Start time:             03-Nov-2026 02:00:01\n  End time:               03-Nov-2026 02:09:59\n  FD Files Written:       {files}\n  SD Files Written:       {files}\n  FD Bytes Written:       123,456,789 (123.4 MB)\n  SD Bytes Written:       123,556,789 (123.5 MB)\n  Non-fatal FD errors:    {errors}\n  SD Errors:              0\n  FD termination status:  OK\n  SD termination status:  OK\n  Termination:            {end}\n\n"
        )
    };
    let state = |subject: &str, body: &str| worst(&mail(subject, body));
    let fact = one(mail("Bareos: Backup OK of srv-metier-fd Full", &body("Backup OK", 900, 0)), "bacula mail");
    assert_eq!(
        (fact.state, fact.host.as_deref(), fact.volume.bytes),
        (State::Ok, Some("srv-metier-fd"), Some(123_456_789))
    );
    assert_eq!(fact.happened.as_deref(), Some("2026-11-03T02:09:59+01:00"));
    assert_eq!(state("Bareos: Backup OK of srv-metier-fd Full", &body("Backup OK", 900, 2)), State::Degraded);
    assert_eq!(
        state("Bareos: Backup OK -- with warnings of x Full", &body("Backup OK -- with warnings", 900, 0)),
        State::Degraded
    );
    assert_eq!(state("Bareos: Backup OK of x Full", &body("*** Backup Error ***", 900, 0)), State::Failed);
    assert_eq!(state("Bareos: Backup Error of x Full", &body("Backup OK", 900, 0)), State::Failed);
    assert_eq!(state("Bareos: Backup OK of x Full", &body("Backup OK", 0, 0)), State::Failed);
    assert_eq!(state("Bareos: Sauvegarde OK", &body("Sauvegarde OK", 900, 0)), State::Failed);
    let whole = body("Backup OK", 900, 0);
    for missing in
        ["FD Files Written", "FD Bytes Written", "FD termination status", "SD termination status", "Termination:  "]
    {
        let cut: String = whole.lines().filter(|l| !l.contains(missing)).map(|l| format!("{l}\n")).collect();
        assert_ne!(state("Bareos: Backup OK of x Full", &cut), State::Ok, "{missing}");
    }
}

#[test]
fn restore_forms() {
    let form = |who: &str, missing: u64| {
        format!(
            "kind = \"clausule.restore_test/1\"\ndate = 2026-11-03T10:00:00Z\nhost = \"srv-metier\"\nclient = \"Cabinet Martin\"\nsnapshot = \"aa11bb22\"\ndraw_seed = \"c0ffee\"\nsample = 20\npopulation = 1000\nidentical = {}\ndiffers = 0\nmissing = {missing}\nbytes = 1000000\nduration_s = 12.5\npaths = [\"/srv/dossiers\"]\nsigned_by = \"A. Technicien\"\n{who}",
            20 - missing
        )
    };
    let fact = one(text(&form("countersigned_by = \"Dr Martin\"\n", 0)), "restore test");
    assert_eq!(
        (fact.state, fact.client.as_deref(), fact.happened.as_deref()),
        (State::Ok, Some("Cabinet Martin"), Some("2026-11-03T10:00:00Z")),
        "{fact:?}"
    );
    assert_eq!(worst(&text(&form("", 0))), State::Unproven);
    assert_eq!(worst(&text(&form("countersigned_by = \"a. technicien\"\n", 0))), State::Unproven);
    assert_eq!(worst(&text(&form("countersigned_by = \"Dr Martin\"\n", 1))), State::Failed);
    assert_eq!(
        worst(&text(&form("countersigned_by = \"Dr Martin\"\n", 0).replace("sample = 20", "sample = 0"))),
        State::Unproven
    );
    assert_eq!(
        worst(&text(&form("countersigned_by = \"Dr Martin\"\n", 0).replace("identical = 20", "identical = 15"))),
        State::Unproven
    );
}
