//! A month in the life of a practice over the real command, with a simulated clock: contract, promises, proofs, two
//! breaches, a waiver, dossier, backup, and everything taken back.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Desk {
    dir: PathBuf,
    data: PathBuf,
}

impl Desk {
    fn new(name: &str) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("a scratch folder");
        Self { data: dir.join("registre"), dir }
    }

    fn at(&self, now: &str, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clausule"));
        command.args(args);
        // The verifier knows of no register.
        if args[0] == "verify" {
            return command.output().expect("the program starts");
        }
        command
            .args(["--data", &self.data.to_string_lossy(), "--by", "Dr Martin", "--now", now])
            .output()
            .expect("the program starts")
    }

    fn ok(&self, now: &str, args: &[&str]) -> String {
        let out = self.at(now, args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("UTF-8")
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.dir.join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    }

    fn status(&self, today: &str, more: &[&str]) -> Value {
        let now = format!("{today}T08:00:00Z");
        let out = self.at(&now, &[&["status", "--format", "json"], more].concat());
        serde_json::from_slice(&out.stdout).expect("JSON")
    }
}

fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/hebergement-cabinet-medical.pdf").display().to_string()
}

/// The mail that cron sends for a nightly restic run.
fn nightly(day: u32, files: u32) -> String {
    format!(
        "From: root@srv-cabinet\nTo: preuves@cabinet.example\nSubject: Cron <root@srv-cabinet> restic backup --json\n\
         Date: {}, {day:02} Mar 2026 02:10:00 +0100\nMessage-ID: <{day}@srv-cabinet>\n\n\
         {{\"message_type\":\"summary\",\"files_new\":3,\"total_files_processed\":{files},\
         \"total_bytes_processed\":{}000,\"data_added\":10,\"total_duration\":61.5,\
         \"backup_start\":\"2026-03-{day:02}T01:00:00Z\",\"backup_end\":\"2026-03-{day:02}T01:01:00Z\",\
         \"snapshot_id\":\"{day:08x}aaaaaaaa\"}}\nrc=0\n",
        ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][(day as usize + 6) % 7],
        files
    )
}

fn promise<'a>(status: &'a Value, ending: &str) -> &'a Value {
    let all = status["contracts"][0]["promises"].as_array().expect("promises");
    all.iter().find(|p| p["id"].as_str().is_some_and(|i| i.ends_with(ending))).expect("the promise")
}

#[test]
fn a_month_in_the_life_of_a_practice() {
    let desk = Desk::new("month");
    let start = "2026-03-01T08:00:00Z";
    let said = desk.ok(
        start,
        &[
            "follow",
            "add",
            &sample(),
            "--provider",
            "Médorane",
            "--signed",
            "2026-03-01",
            "--term",
            "3 ans",
            "--notice",
            "3 mois",
            "--renewal",
            "1 an",
        ],
    );
    assert!(said.contains("Contrat medorane-2026"), "{said}");
    desk.ok(start, &["follow", "confirm", "SAU-01", "SAU-06", "INC-01"]);
    desk.ok(start, &["follow", "correct", "SAU-01", "--machine", "srv-cabinet", "--why", "un seul serveur"]);
    desk.ok(start, &["follow", "reject", "RES-13", "--why", "sans objet ici"]);

    for day in 1..=31 {
        let now = format!("2026-03-{day:02}T05:30:00Z");
        let text = match day {
            17 => "Subject: Cron <root@srv-cabinet> restic backup\nDate: Tue, 17 Mar 2026 02:10:00 +0100\n\n\
                   Fatal: unable to open repository: connection refused\nrc=1\n"
                .to_owned(),
            21 => continue,
            _ => nightly(day, 1800 + day),
        };
        let path = desk.file(&format!("nuit-{day:02}.eml"), &text);
        let said = desk.ok(&now, &["prove", &path]);
        assert!(said.contains("medorane-2026/SAU-01"), "day {day}: {said}");
        if day == 12 {
            assert!(desk.ok(&now, &["prove", &path]).contains("déjà au registre"));
        }
        if day == 20 {
            let status = desk.status("2026-03-20", &["--from", "2026-03-01"]);
            assert_eq!(promise(&status, "SAU-01")["state"], "breached", "the failure of the 17th shows at once");
        }
    }

    let status = desk.status("2026-04-03", &["--month", "2026-03"]);
    let backups = promise(&status, "SAU-01");
    assert_eq!(backups["state"], "breached");
    assert_eq!(backups["counts"]["received"], 29, "{}", backups["reason"]);
    assert_eq!(backups["failed"], serde_json::json!(["2026-03-17"]));
    assert_eq!(backups["missing"], serde_json::json!(["2026-03-21"]));
    let reason = backups["reason"].as_str().expect("a reason");
    assert!(reason.ends_with("29 preuves sur 31 attendues, 1 échec le 17 mars, aucune preuve le 21 mars."), "{reason}");
    assert_eq!(promise(&status, "SAU-06")["state"], "pending", "a year has not passed");
    assert_eq!(status["contracts"][0]["dates"][0]["date"], "2028-11-30");
    let text = desk.at("2026-04-03T08:00:00Z", &["status", "--month", "2026-03"]);
    assert_eq!(text.status.code(), Some(1), "a breach is an exit code");
    assert!(String::from_utf8_lossy(&text.stdout).contains("MANQUÉE medorane-2026/SAU-01"));

    waived_restored_and_handed_out(&desk, &status);
}

fn waived_restored_and_handed_out(desk: &Desk, before: &Value) {
    let now = "2026-04-03T09:00:00Z";
    let early = desk.dir.join("avril.zip").display().to_string();
    desk.ok(now, &["dossier", "--contract", "medorane-2026", "-o", &early]);
    assert!(desk.ok(now, &["verify", &early]).contains("dossier intact"));
    assert!(!desk.at(now, &["dossier", "-o", &early]).status.success(), "an existing file is not overwritten");
    let archives = ["sauvegarde.zip", "export.zip"].map(|n| desk.dir.join(n).display().to_string());
    desk.ok(now, &["backup", &archives[0]]);
    desk.ok(now, &["export", &archives[1]]);
    let waiver =
        ["follow", "waive", "SAU-01", "--from", "2026-03-17", "--until", "2026-03-21", "--why", "panne annoncée"];
    desk.ok(now, &waiver);
    let status = desk.status("2026-04-03", &["--month", "2026-03"]);
    assert_eq!(promise(&status, "SAU-01")["state"], "kept");
    assert_eq!(promise(&status, "SAU-01")["counts"]["waived"], 5);

    for (archive, name) in archives.iter().zip(["restauré", "importé"]) {
        let other = Desk { dir: desk.dir.clone(), data: desk.dir.join(name) };
        let command = if name == "importé" { "import" } else { "restore" };
        other.ok(now, &[command, archive]);
        assert!(!other.at(now, &[command, archive]).status.success(), "what is there stays");
        assert_eq!(other.status("2026-04-03", &["--month", "2026-03"]), *before, "{name}: as before the waiver");
        let late = desk.dir.join(format!("{name}.zip")).display().to_string();
        other.ok(now, &["dossier", "--contract", "medorane-2026", "-o", &late]);
        let verified = other.at(now, &["verify", &late, "--since", &early]);
        // A restore goes on under its key; an import has another one, and says so.
        assert_eq!(verified.status.success(), name == "restauré", "{}", String::from_utf8_lossy(&verified.stdout));
    }
}

#[test]
fn a_draw_is_entered_and_a_stamp_is_asked_for() {
    let desk = Desk::new("draw");
    let now = "2026-03-01T08:00:00Z";
    desk.ok(now, &["follow", "add", &sample(), "--provider", "Médorane", "--signed", "2026-03-01", "--confirm"]);
    let names = desk.file("noms.txt", "a\nb\nc\nd\ne\n");
    let first = desk.ok(now, &["draw", "SAU-06", "--names", &names, "--count", "2"]);
    let again = desk.ok(now, &["draw", "SAU-06", "--names", &names, "--count", "2"]);
    assert_eq!(first.lines().count(), 3, "{first}");
    assert_ne!(first.lines().next(), again.lines().next(), "the ledger has moved, so has the seed");
    let request = desk.dir.join("demande.tsq").display().to_string();
    desk.ok(now, &["stamp", "--request", &request]);
    assert_eq!(fs::read(&request).expect("written")[0], 0x30, "DER");
    let bad = desk.file("reponse.tsr", "non");
    assert!(!desk.at(now, &["stamp", "--answer", &bad]).status.success());
}

#[test]
fn mistakes_are_told_and_leave_nothing_behind() {
    let desk = Desk::new("mistakes");
    let now = "2026-03-01T08:00:00Z";
    let wrong = |args: &[&str], word: &str| {
        let out = desk.at(now, args);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(word), "{args:?}: {said}");
    };
    wrong(&["follow", "add", "rien.pdf", "--provider", "X"], "introuvable");
    wrong(&["follow", "confirm", "SAU-01"], "aucune promesse");
    wrong(&["status", "--contract", "x"], "aucun contrat");
    wrong(&["prove", "rien.eml"], "introuvable");
    wrong(&["prove", &sample(), "--contract", "x"], "aucun contrat");
    wrong(&["status", "--org", "Pas Bon"], "minuscules");
    wrong(&["status", "--database", "mysql://x"], "postgres://");
    wrong(&["restore", &sample()], "ne peut pas être reprise");
    assert!(desk.ok(now, &["status"]).contains("Aucun contrat suivi"));
    assert!(desk.ok(now, &["follow", "list"]).contains("Commencez par"));
}
