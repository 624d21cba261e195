//! A desk with a register: what the tests of faults and crashes share.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The day on which everything happens.
pub const NOW: &str = "2026-04-03T09:00:00Z";

/// A scratch folder with a register in it.
pub struct Desk {
    pub dir: PathBuf,
    pub data: PathBuf,
}

impl Desk {
    /// A register with one contract whose promises are confirmed.
    pub fn new(name: &str) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("a scratch folder");
        let desk = Self { data: dir.join("registre"), dir };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/hebergement-cabinet-medical.txt");
        let contract = root.display().to_string();
        let add = ["follow", "add", &contract, "--provider", "Médorane", "--signed", "2026-03-01", "--confirm"];
        desk.ok(&add);
        desk
    }

    /// The command, ready to run on this register.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clausule"));
        command.args(args);
        if args[0] != "verify" {
            command.args(["--data", &self.data.to_string_lossy(), "--by", "essai", "--now", NOW]);
        }
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program starts")
    }

    pub fn ok(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("UTF-8")
    }

    /// A proof in a file of its own: what restic prints for its `nth` run, padded to a length.
    pub fn proof(&self, nth: usize, length: usize) -> String {
        let (day, minute) = (nth % 31 + 1, nth / 31);
        let at = format!("2026-03-{day:02}T{:02}:{:02}", minute / 60 % 24, minute % 60);
        let text = format!(
            "{{\"message_type\":\"summary\",\"files_new\":1,\"total_files_processed\":1800,\
             \"total_bytes_processed\":1800000,\"data_added\":{nth},\"total_duration\":1.5,\
             \"backup_start\":\"{at}:00Z\",\"backup_end\":\"{at}:30Z\",\"snapshot_id\":\"{nth:016x}\"}}\nrc=0\n"
        );
        let path = self.dir.join(format!("preuve-{nth}.json"));
        fs::write(&path, format!("{text}{}", " ".repeat(length.saturating_sub(text.len())))).expect("written");
        path.display().to_string()
    }

    /// The digests of all filed proofs, and a dossier that verifies.
    pub fn proofs(&self) -> Vec<String> {
        let dossier = self.dir.join("dossier.zip").display().to_string();
        self.ok(&["dossier", "-o", &dossier, "--force"]);
        let verified = self.run(&["verify", &dossier]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        let export = self.dir.join("export.zip");
        self.ok(&["export", &export.display().to_string(), "--force"]);
        let file = fs::File::open(&export).expect("the export");
        let mut zip = zip::ZipArchive::new(file).expect("a ZIP");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("proofs.jsonl").expect("proofs"), &mut text).expect("read");
        let row = |l: &str| -> serde_json::Value { serde_json::from_str(l).expect("JSON") };
        text.lines().map(|l| row(l)["sha256"].as_str().expect("a digest").to_owned()).collect()
    }
}
