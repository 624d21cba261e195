//! A month in the life of a practice, end to end over the real command with a simulated clock: contract checked and
//! followed, real outputs of restic and borg as proofs, brought as files, over HTTP and over LMTP, two breaches, alerts by a
//! real Postfix, the monthly report, a dossier that verifies.
//!
//! What is real: restic and borg run on real repositories where they are installed (their outputs are generated
//! otherwise, and the test says so); Postfix delivers where it is installed. What is simulated: Clausule's clock
//! (`--now`); the nights' dates, which borg takes with `--timestamp` and restic with `--time`; restic's summary has no date
//! of its own, so that its night is that of the cron mail around it, as in life.

#[path = "../../daemon/tests/common/ports.rs"]
mod ports;
mod postfix;
mod ways;

use postfix::Postfix;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use ways::Server;

const CONTRACT: &str = "medorane-2026";

struct Practice {
    dir: PathBuf,
    restic: bool,
    borg: bool,
}

fn installed(program: &str) -> bool {
    let found = Command::new(program).arg("version").output().is_ok()
        || Command::new(program).arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: {program} is not installed, its outputs are generated");
    }
    found
}

impl Practice {
    fn new() -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("practice");
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(dir.join("dossiers")).expect("a scratch folder");
        for n in 0..40 {
            let words = format!("dossier du patient {n}\n").repeat(20 + n);
            fs::write(dir.join(format!("dossiers/patient-{n}.txt")), words).expect("written");
        }
        let practice = Self { dir, restic: installed("restic"), borg: installed("borg") };
        if practice.restic {
            practice.tool("restic", &["-q", "-r", "depot", "init"]);
        }
        if practice.borg {
            practice.tool("borg", &["init", "-e", "none", "images"]);
        }
        practice
    }

    /// Runs a real tool in the practice's folder.
    fn tool(&self, program: &str, args: &[&str]) -> Output {
        Command::new(program)
            .current_dir(&self.dir)
            .args(args)
            .env("RESTIC_PASSWORD", "cabinet")
            .env("RESTIC_CACHE_DIR", self.dir.join("cache"))
            .env("BORG_BASE_DIR", self.dir.join("borg"))
            .env("TZ", "Europe/Paris")
            .output()
            .expect("the tool starts")
    }

    fn at(&self, now: &str, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clausule"));
        command.args(args);
        if !matches!(args[0], "verify" | "check") {
            let data = self.dir.join("registre").display().to_string();
            command.args(["--data", &data, "--by", "Dr Martin", "--now", now]);
        }
        command.output().expect("the program starts")
    }

    fn ok(&self, now: &str, args: &[&str]) -> String {
        let out = self.at(now, args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("UTF-8")
    }

    fn path(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.dir.join(name), text).expect("written");
        self.path(name)
    }

    /// The mail that cron sends after a command, dated that night.
    fn cron(&self, day: u32, host: &str, command: &str, output: &str, code: i32) -> String {
        let job: String = command.chars().filter(char::is_ascii_lowercase).collect();
        let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][(day as usize + 6) % 7];
        let text = format!(
            "From: root@{host}\nTo: preuves@cabinet.example\nSubject: Cron <root@{host}> {command}\n\
             Date: {weekday}, {day:02} Mar 2026 02:10:00 +0100\nMessage-ID: <{day}-{job}-{host}@cabinet.example>\n\n{output}\nrc={code}\n"
        );
        self.file(&format!("{host}-{job}-{day:02}.eml"), &text)
    }

    /// The night's backup of the server by restic: a mail, or nothing on the 21st, when the machine was off.
    fn server_night(&self, day: u32) -> Option<String> {
        if day == 21 {
            return None;
        }
        let at = format!("2026-03-{day:02} 02:00:00");
        fs::write(self.dir.join(format!("dossiers/jour-{day}.txt")), at.repeat(50)).expect("written");
        // On the 17th the store was unplugged: restic fails for real.
        let repository = if day == 17 { "debranche" } else { "depot" };
        let (output, code) = if self.restic {
            let out = self.tool("restic", &["-r", repository, "backup", "--json", "--time", &at, "dossiers"]);
            // Of the progress only the summary; of the errors everything.
            let told = String::from_utf8_lossy(&out.stdout);
            let last = told.lines().rfind(|l| l.contains("summary")).unwrap_or_default();
            (
                format!("{last}\n{}", String::from_utf8_lossy(&out.stderr)).trim().to_owned(),
                out.status.code().unwrap_or(1),
            )
        } else if day == 17 {
            ("Fatal: unable to open config file: stat debranche/config: no such file or directory".to_owned(), 1)
        } else {
            let summary = format!(
                "{{\"message_type\":\"summary\",\"files_new\":1,\"files_changed\":0,\"files_unmodified\":40,\
                 \"total_files_processed\":{},\"total_bytes_processed\":90000,\"data_added\":10,\"total_duration\":0.4,\
                 \"snapshot_id\":\"{day:08x}\"}}",
                40 + day
            );
            (summary, 0)
        };
        assert_eq!(code == 0, day != 17, "{output}");
        Some(self.cron(day, "srv-cabinet", "restic backup --json dossiers", &output, code))
    }

    /// The night's backup of the images by borg, in its own JSON.
    fn images_night(&self, day: u32) -> String {
        let at = format!("2026-03-{day:02}T03:00:00");
        let archive = format!("images::nuit-{day:02}");
        let output = if self.borg {
            let out = self.tool("borg", &["create", "--json", "--timestamp", &at, &archive, "dossiers"]);
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            String::from_utf8_lossy(&out.stdout).into_owned()
        } else {
            format!(
                "{{\"archive\":{{\"name\":\"nuit-{day:02}\",\"start\":\"{at}.000000\",\"end\":\"{at}.000000\",\"duration\":0.1,\
                 \"stats\":{{\"compressed_size\":1,\"deduplicated_size\":1,\"nfiles\":{},\"original_size\":90000}}}},\
                 \"repository\":{{\"id\":\"a\",\"location\":\"images\"}}}}",
                40 + day
            )
        };
        self.cron(day, "srv-images", "borg create --json images", &output, 0)
    }

    /// A real restore of the last good night, with restic's own words.
    fn restore_test(&self) -> Option<String> {
        if !self.restic {
            return None;
        }
        let out = self.tool("restic", &["-r", "depot", "restore", "latest", "--target", "restaure", "--verify"]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let restored = fs::read(self.dir.join("restaure/dossiers/patient-3.txt"));
        assert_eq!(
            restored.ok(),
            fs::read(self.dir.join("dossiers/patient-3.txt")).ok(),
            "what comes back is what was there"
        );
        let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        Some(self.cron(26, "srv-cabinet", "restic restore latest --target restaure --verify", &text, 0))
    }

    fn status(&self, now: &str) -> Value {
        let out = self.at(now, &["status", "--format", "json", "--month", "2026-03"]);
        serde_json::from_slice(&out.stdout).expect("JSON")
    }
}

fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/hebergement-cabinet-medical.pdf").display().to_string()
}

fn of<'a>(status: &'a Value, ending: &str) -> &'a Value {
    let all = status["contracts"][0]["promises"].as_array().expect("promises");
    all.iter().find(|p| p["id"].as_str().is_some_and(|i| i.ends_with(ending))).expect("the promise")
}

#[test]
fn a_month_from_contract_to_dossier() {
    let practice = Practice::new();
    let post = Postfix::start("practice");
    contract(&practice);
    let tokens = [Way::new(&practice, "http", 9), Way::new(&practice, "mail", 10)];
    for day in 1..=31 {
        let now = format!("2026-03-{day:02}T06:30:00Z");
        let mut night = practice.server_night(day);
        if let Some(way) = tokens.iter().find(|w| w.day == day) {
            way.bring(&practice, &now, &night.take().expect("a report"));
        }
        let restore = (day == 26).then(|| practice.restore_test()).flatten();
        for mail in [night, Some(practice.images_night(day)), restore].into_iter().flatten() {
            practice.ok(&now, &["prove", "--contract", CONTRACT, &mail]);
        }
        if let Some(post) = &post {
            alerts(&practice, post, &now);
        }
    }
    march_is_judged(&practice);
    if let Some(post) = &post {
        mails_were_received(post);
    }
    report_and_dossier(&practice);
}

/// A way in of the server, used on one day of the month.
struct Way {
    name: &'static str,
    day: u32,
    token: String,
}

impl Way {
    /// Makes the source; its token is shown once.
    fn new(practice: &Practice, name: &'static str, day: u32) -> Self {
        let now = "2026-03-01T09:00:00Z";
        let said = practice.ok(now, &["source", "new", name, &format!("nuit-{name}"), "--contract", CONTRACT]);
        let begins = if name == "http" { "Jeton : " } else { "Adresse : depot+" };
        let token = said.lines().find_map(|l| l.trim().strip_prefix(begins)).expect("a token");
        Self { name, day, token: token.split('@').next().unwrap_or(token).trim().to_owned() }
    }

    /// Brings the night's report through the server, which runs at that moment.
    fn bring(&self, practice: &Practice, now: &str, mail: &str) {
        let text = fs::read_to_string(mail).expect("the mail");
        let server = Server::start(&practice.dir.join("registre"), now);
        match self.name {
            "http" => server.drop_over_http(&self.token, text.as_bytes()),
            _ => server.mail_over_lmtp(&self.token, &text),
        }
    }
}

/// Contract read, promises and dates confirmed by a person.
fn contract(practice: &Practice) {
    let start = "2026-03-01T08:00:00Z";
    let checked = practice.at(start, &["check", &sample()]);
    assert!(String::from_utf8_lossy(&checked.stdout).contains("SAU-01"), "the contract is read first");
    let said = practice.ok(start, &["follow", "add", &sample(), "--provider", "Médorane", "--signed", "2026-03-01"]);
    assert!(said.contains("lues dans le contrat, à confirmer"), "{said}");
    assert!(said.contains("2 mars 2026") && said.contains("3 mois"), "{said}");
    practice.ok(start, &["follow", "dates", CONTRACT, "--confirm"]);
    let dates = practice.ok(start, &["follow", "dates", CONTRACT]);
    assert!(dates.contains("1er décembre 2028 : dernier jour pour dénoncer"), "{dates}");
    practice.ok(start, &["follow", "confirm", "SAU-01", "SAU-06", "INC-01"]);
    let machines = ["--machine", "srv-cabinet", "--machine", "srv-images"];
    practice.ok(start, &[&["follow", "correct", "SAU-01", "--why", "deux serveurs"], &machines[..]].concat());
}

fn alerts(practice: &Practice, post: &Postfix, now: &str) {
    let server = format!("smtp://127.0.0.1:{}", post.port);
    let args = ["alerts", "send", "--smtp", &server, "--to", "dr.martin@cabinet.example", "--quiet", "20h-7h"];
    practice.ok(now, &args);
    // The round after has nothing to add: what was told is in the register.
    assert!(practice.ok(now, &args).contains("Rien à dire"), "{now}");
}

fn march_is_judged(practice: &Practice) {
    let status = practice.status("2026-04-03T08:00:00Z");
    let backups = of(&status, "SAU-01");
    assert_eq!(backups["state"], "breached", "{}", backups["reason"]);
    assert_eq!(backups["counts"]["received"], 29, "{}", backups["reason"]);
    assert_eq!(backups["failed"], serde_json::json!(["2026-03-17"]));
    assert_eq!(backups["missing"], serde_json::json!(["2026-03-21"]));
    if practice.restic {
        assert_eq!(of(&status, "SAU-06")["counts"]["failures"], 0, "{}", of(&status, "SAU-06")["reason"]);
    }
}

fn mails_were_received(post: &Postfix) {
    // Three alerts (the failure, its end, the silence) and a digest on each of the five Mondays.
    let mails = post.mails(8);
    assert!(mails.iter().all(|m| m.contains("To: dr.martin@cabinet.example")));
    // Words are quoted-printable on the way; what is plain ASCII in them is enough to know them by.
    let whole: Vec<String> = mails.iter().map(|m| m.replace("=\r\n", "").replace("=\n", "")).collect();
    let with = |words: &[&str]| whole.iter().filter(|m| words.iter().all(|w| m.contains(w))).count();
    assert!(with(&["le 17 mars 2026", "article 6"]) >= 1, "the failure is told, with its clause: {whole:#?}");
    assert!(with(&["le 21 mars 2026", "article 6"]) >= 1, "the silence is told: {whole:#?}");
    assert_eq!(with(&["une fois par semaine"]), 5, "a digest on each Monday of the month: {whole:#?}");
}

fn report_and_dossier(practice: &Practice) {
    let now = "2026-04-03T08:00:00Z";
    let page = practice.path("mars.html");
    practice.ok(now, &["report", "--month", "2026-03", "--client", "Cabinet Martin", "-o", &page]);
    let html = fs::read_to_string(&page).expect("the report");
    assert!(html.contains("En mars 2026, Médorane a manqué"), "the sentence on top");
    assert!(
        html.contains("<b>17</b><i aria-hidden=\"true\">✕</i>")
            && html.contains("<b>21</b><i aria-hidden=\"true\">∅</i>")
    );
    assert!(html.contains("Prêt à envoyer") && html.contains("Dernier jour pour dénoncer"));
    practice.ok(now, &["report", "--month", "2026-03", "-o", &practice.path("mars.docx")]);
    let agenda = practice.ok(now, &["calendar"]);
    assert!(agenda.contains("DTSTART;VALUE=DATE:20281201"), "{agenda}");
    let dossier = practice.path("mars.zip");
    practice.ok(now, &["dossier", "--contract", CONTRACT, "-o", &dossier]);
    assert!(practice.ok(now, &["verify", &dossier]).contains("dossier intact"));
    let mut bytes = fs::read(&dossier).expect("the dossier");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(practice.path("altere.zip"), bytes).expect("written");
    assert!(!practice.at(now, &["verify", &practice.path("altere.zip")]).status.success(), "a changed byte shows");
}
