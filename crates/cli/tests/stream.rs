//! Runs over many contracts: the forms written document by document, in parallel, interrupted and resumed.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The program, working in a folder.
fn clausule(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clausule"));
    command.current_dir(dir).args(["check", "--no-ocr", "--profile", "complete"]).args(args);
    command
}

fn run(dir: &Path, args: &[&str]) -> Output {
    clausule(dir, args).output().expect("the program starts")
}

/// A folder with `count` short contracts under `contrats/`: stretches of a sample.
fn folder(name: &str, count: usize) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(dir.join("contrats")).expect("a scratch folder");
    let text = fs::read_to_string(root().join("samples/infogerance-complete.txt")).expect("the sample");
    let lines: Vec<&str> = text.lines().collect();
    for number in 0..count {
        let part: Vec<&str> = lines.iter().skip(number * 17).take(60).copied().collect();
        fs::write(dir.join(format!("contrats/{number:03}.txt")), part.join("\n")).expect("written");
    }
    dir
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn a_line_a_document_says_what_the_json_says_whatever_the_number_of_jobs() {
    let dir = folder("lignes", 9);
    fs::write(dir.join("contrats/004.pdf"), b"%PDF-1.7 rien").expect("written");
    let whole = run(&dir, &["--format", "json", "--jobs", "1", "contrats"]);
    assert_eq!(whole.stdout, run(&dir, &["--format", "json", "--jobs", "3", "contrats"]).stdout);
    let whole: Value = serde_json::from_slice(&whole.stdout).expect("JSON");
    let one = run(&dir, &["--format", "jsonl", "--jobs", "1", "contrats"]);
    assert_eq!(one.status.code(), Some(2), "a file could not be read");
    assert_eq!(one.stdout, run(&dir, &["--format", "jsonl", "--jobs", "4", "contrats"]).stdout);
    let lines = lines(&one.stdout);
    assert_eq!(lines.len(), 10);
    assert!(lines.iter().all(|l| l["schema"] == "clausule/line/1"));
    let documents: Vec<&Value> = lines.iter().map(|l| &l["document"]).filter(|d| !d.is_null()).collect();
    assert_eq!(documents, whole["documents"].as_array().expect("documents").iter().collect::<Vec<_>>());
    assert_eq!(lines[4]["failure"], whole["failures"][0], "in its place");
}

#[test]
fn a_spreadsheet_gets_a_row_a_point_and_no_formula() {
    let dir = folder("tableur", 2);
    fs::rename(dir.join("contrats/001.txt"), dir.join("=1+1.txt")).expect("renamed");
    fs::write(dir.join("contrats/vide.docx"), b"").expect("written");
    let output = run(&dir, &["--format", "csv", "-o", "t.csv", "contrats", "=1+1.txt"]);
    assert_eq!(output.status.code(), Some(2));
    let text = fs::read_to_string(dir.join("t.csv")).expect("the table");
    let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    assert!(text.starts_with("fichier;format;pages;profil;point;"));
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("every row is whole");
    assert_eq!(rows.len(), 132 + 1 + 132);
    assert!(rows[132][17].contains("vide"), "{:?}", &rows[132]);
    assert_eq!(&rows[133][0], "'=1+1.txt");
    let satisfied = rows.iter().filter(|r| &r[7] == "satisfait");
    assert!(satisfied.clone().count() > 0 && satisfied.clone().all(|r| !r[12].is_empty()), "no verdict without words");
}

#[test]
fn a_run_killed_again_and_again_ends_as_if_nothing_had_been() {
    let dir = folder("tues", 30);
    for (format, journal) in [("jsonl", "sortie.jsonl.reprise"), ("csv", "sortie.csv.reprise")] {
        let reference = run(&dir, &["--format", format, "contrats"]).stdout;
        let name = format!("sortie.{format}");
        let done = || fs::read(dir.join(journal)).map_or(0, |text| text.iter().filter(|b| **b == b'\n').count());
        let (mut kills, mut ended) = (0, None);
        for _ in 0..60 {
            let before = done();
            let mut command = clausule(&dir, &["--format", format, "-o", &name, "--resume", "--jobs", "2", "contrats"]);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
            while child.try_wait().expect("its state").is_none() && done() < before + 3 {
                sleep(Duration::from_millis(2));
            }
            if let Some(status) = child.try_wait().expect("its state") {
                ended = Some(status);
                break;
            }
            assert!(!dir.join(&name).exists(), "the output has its name only when it is whole");
            child.kill().expect("killed");
            child.wait().expect("gone");
            kills += 1;
        }
        assert!(kills >= 4, "only {kills} kills");
        assert_eq!(ended.and_then(|status| status.code()), Some(1), "the gaps found before the kills count");
        assert!(fs::read(dir.join(&name)).expect("the output") == reference, "{format} after {kills} kills");
        assert!(!dir.join(journal).exists() && !dir.join(format!("{name}.partiel")).exists());
    }
}

#[test]
fn what_was_cut_anywhere_is_mended() {
    let dir = folder("coupes", 12);
    let args = ["--format", "jsonl", "-o", "s.jsonl", "--resume", "--jobs", "1", "contrats"];
    let reference = run(&dir, &["--format", "jsonl", "contrats"]).stdout;
    let (bytes, journal) = (dir.join("s.jsonl.partiel"), dir.join("s.jsonl.reprise"));
    let done = || fs::read(&journal).map_or(0, |text| text.iter().filter(|b| **b == b'\n').count());
    let mut child = clausule(&dir, &args).stderr(Stdio::null()).spawn().expect("the program starts");
    while done() < 5 && child.try_wait().expect("its state").is_none() {
        sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    let (bytes_then, journal_then) = (fs::read(&bytes).expect("bytes"), fs::read(&journal).expect("a journal"));
    assert!(reference.starts_with(&bytes_then) && bytes_then.len() > 1_000);
    for (cut_bytes, cut_journal) in
        [(1, 0), (0, 1), (bytes_then.len() / 2, 0), (0, 150), (7, 160), (0, journal_then.len())]
    {
        fs::write(&bytes, &bytes_then[..bytes_then.len() - cut_bytes]).expect("written");
        fs::write(&journal, &journal_then[..journal_then.len() - cut_journal]).expect("written");
        assert_eq!(run(&dir, &args).status.code(), Some(1), "{cut_bytes} {cut_journal}");
        assert!(fs::read(dir.join("s.jsonl")).expect("the output") == reference, "{cut_bytes} {cut_journal}");
        fs::remove_file(dir.join("s.jsonl")).expect("removed");
    }
}

#[test]
fn a_file_changed_since_the_interruption_is_judged_again() {
    let dir = folder("changes", 12);
    let args = ["--format", "jsonl", "-o", "s.jsonl", "--resume", "--jobs", "1", "contrats"];
    let (bytes, journal) = (dir.join("s.jsonl.partiel"), dir.join("s.jsonl.reprise"));
    let done = || fs::read(&journal).map_or(0, |text| text.iter().filter(|b| **b == b'\n').count());
    let mut child = clausule(&dir, &args).stderr(Stdio::null()).spawn().expect("the program starts");
    while done() < 6 && child.try_wait().expect("its state").is_none() {
        sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    let then = (fs::read(&bytes).expect("bytes"), fs::read(&journal).expect("a journal"));
    let path = |name: &str| dir.join("contrats").join(name);
    let changes: [&dyn Fn(); 3] = [
        &|| fs::copy(path("009.txt"), path("002.txt")).map(|_| ()).expect("another text of some length"),
        &|| fs::remove_file(path("001.txt")).expect("removed"),
        &|| fs::copy(path("009.txt"), path("000b.txt")).map(|_| ()).expect("a new file among the old"),
    ];
    for (number, change) in changes.iter().enumerate() {
        change();
        fs::write(&bytes, &then.0).expect("written");
        fs::write(&journal, &then.1).expect("written");
        let output = run(&dir, &args);
        assert_eq!(output.status.code(), Some(1), "change {number}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("jugés de nouveau"), "change {number}");
        let reference = run(&dir, &["--format", "jsonl", "contrats"]).stdout;
        assert!(fs::read(dir.join("s.jsonl")).expect("the output") == reference, "change {number}");
        fs::remove_file(dir.join("s.jsonl")).expect("removed");
    }
}

#[test]
fn nothing_is_mixed_or_overwritten() {
    let dir = folder("refus", 2);
    let says = |args: &[&str], words: &str| {
        let output = run(&dir, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(message.contains(words), "{args:?}: {message}");
    };
    let csv = ["--format", "csv", "-o", "a.csv", "contrats"];
    assert_eq!(run(&dir, &csv).status.code(), Some(1));
    says(&csv, "--force");
    says(&[&csv[..], &["--resume"]].concat(), "rien n'est à reprendre");
    fs::rename(dir.join("a.csv"), dir.join("b.csv.partiel")).expect("renamed");
    fs::write(dir.join("b.csv.reprise"), "{\"settings\":\"clausule 0.0.1\"}\n").expect("written");
    says(&["--format", "csv", "-o", "b.csv", "contrats"], "--resume");
    says(&["--format", "csv", "-o", "b.csv", "--resume", "contrats"], "autre version");
    assert_eq!(run(&dir, &["--format", "csv", "-o", "b.csv", "--force", "contrats"]).status.code(), Some(1));
    says(&["--format", "parquet", "contrats"], "-o");
    says(&["--format", "html", "--resume", "contrats"], "jsonl");
}

#[test]
fn parquet_is_written_whole() {
    let dir = folder("parquet", 2);
    let output = run(&dir, &["--format", "parquet", "-o", "p.parquet", "contrats"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes = fs::read(dir.join("p.parquet")).expect("the file");
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    let names: Vec<_> = fs::read_dir(&dir).expect("listed").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(names.len(), 2, "nothing else is left: {names:?}");
}
