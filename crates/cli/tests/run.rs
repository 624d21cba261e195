//! `clausule prove run`: where its options may stand, and what a wrapper that was killed leaves behind.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("run-{name}"));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a folder");
    dir
}

fn clausule(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_clausule")).args(args).output().expect("the program starts")
}

fn proofs(data: &str, to: &Path) -> usize {
    let out = to.join("export.zip");
    let done = clausule(&["export", "--data", data, "--force", &out.to_string_lossy()]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut zip = zip::ZipArchive::new(File::open(out).expect("written")).expect("a ZIP");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("proofs.jsonl").expect("a member"), &mut text).expect("read");
    text.lines().count()
}

#[test]
fn options_may_stand_before_run_and_after_it() {
    let dir = scratch("options");
    let data = dir.join("registre").display().to_string();
    for (nth, args) in [
        &["prove", "--data", &data, "run", "--", "sh", "-c", "echo bonjour; exit 3"][..],
        &["prove", "run", "--data", &data, "--", "sh", "-c", "echo bonjour; exit 3"],
        &[
            "prove",
            "--by",
            "Dr Martin",
            "run",
            "--name",
            "nuit",
            "--data",
            &data,
            "--",
            "sh",
            "-c",
            "echo bonjour; exit 3",
        ],
    ]
    .into_iter()
    .enumerate()
    {
        let out = clausule(args);
        assert_eq!(out.status.code(), Some(3), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        assert_eq!(out.stdout, b"bonjour\n");
        assert_eq!(proofs(&data, &dir), nth + 1);
    }
    for args in [
        &["prove", "--data", &data, "--contract", "durand-2026", "run", "--", "true"][..],
        &["prove", "--data", &data, "--json", "run", "--", "true"],
    ] {
        let out = clausule(args);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.code() == Some(2) && said.contains("ne va pas avec"), "{said}");
    }
    let file = dir.join("run");
    fs::write(&file, "bonjour\n").expect("written");
    assert!(clausule(&["prove", "--data", &data, &file.to_string_lossy()]).status.success(), "a file of that name");
}

#[test]
fn what_a_killed_wrapper_left_is_swept_when_it_is_old_and_nobody_holds_it() {
    let dir = scratch("sweep");
    let data = dir.join("registre").display().to_string();
    let spool = dir.join("registre/attente");
    let capture = |name: &str| {
        let own = spool.join(name);
        fs::create_dir_all(&own).expect("a folder");
        fs::write(own.join("stdout"), "à moitié").expect("written");
        File::create(own.join("verrou")).expect("made")
    };
    drop(capture("1-1.tmp"));
    let held = capture("2-2.tmp");
    held.lock().expect("held");
    let there = |name: &str| spool.join(name).exists();
    assert!(clausule(&["prove", "--data", &data, "run", "--", "true"]).status.success());
    assert!(there("1-1.tmp") && there("2-2.tmp"), "both are young");
    let later = clausule(&["prove", "--data", &data, "--now", "2040-01-01T00:00:00Z", "run", "--", "true"]);
    assert!(later.status.success());
    assert!(!there("1-1.tmp") && there("2-2.tmp"), "one is held");
    assert!(String::from_utf8_lossy(&later.stderr).contains("1 capture(s) interrompue(s)"));
    drop(held);
    assert!(
        clausule(&["prove", "--data", &data, "--now", "2040-01-01T00:00:00Z", "run", "--", "true"]).status.success()
    );
    assert_eq!(fs::read_dir(&spool).expect("a folder").count(), 0, "nothing is left");
}
