//! Writes, syncs, truncations and renamings of a filing failed in turn: what was acknowledged is there, nothing twice,
//! the ledger verifies, and filing again works. Every seventh call here; `cargo xtask crash` fails every one.
#![cfg(target_os = "linux")]

mod desk;

use desk::Desk;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Most calls failed one after the other before the test gives up.
const MOST: usize = 400;

/// The library that fails the Nth call, built with the compiler that built SQLite.
fn shim(dir: &Path) -> PathBuf {
    let out = dir.join("faults.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&out).arg(&source).arg("-ldl").status();
    assert!(built.expect("a C compiler").success());
    out
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("read").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

#[test]
fn writes_and_syncs_failed_in_turn() {
    let mut desk = Desk::new("faults");
    let shim = shim(&desk.dir);
    let template = desk.data.clone();
    desk.data = desk.dir.join("essai");
    // One proof that stands in the database, one that stands beside it.
    let files = [desk.proof(1, 0), desk.proof(2, 200 << 10)];
    let mut fired = 0;
    let step = std::env::var_os("CLAUSULE_FAULT_STEP").and_then(|v| v.to_string_lossy().parse().ok()).unwrap_or(7);
    for at in (1..=MOST).step_by(step) {
        copy(&template, &desk.data);
        let mut command = desk.command(&["prove", "--json", &files[0], &files[1]]);
        let out = command.env("LD_PRELOAD", &shim).env("CLAUSULE_FAULT", at.to_string()).output().expect("starts");
        let said = String::from_utf8_lossy(&out.stderr);
        if !said.contains("FAULT") {
            assert!(out.status.success(), "without a fault it works: {said}");
            break;
        }
        fired += 1;
        let acknowledged: BTreeSet<String> = String::from_utf8_lossy(&out.stdout)
            .lines()
            .map(|l| serde_json::from_str::<serde_json::Value>(l).expect("whole lines")["sha256"].to_string())
            .collect();
        if acknowledged.len() < files.len() {
            assert_eq!(out.status.code(), Some(2), "call {at} failed unsaid: {said}");
        }
        for line in desk.ok(&["prove", "--json", &files[0], &files[1]]).lines() {
            let told: serde_json::Value = serde_json::from_str(line).expect("whole lines");
            let known = acknowledged.contains(&told["sha256"].to_string());
            assert!(!known || told["duplicate"] == true, "call {at}: an acknowledged proof was lost");
        }
        let again = desk.proofs();
        let once: BTreeSet<&String> = again.iter().collect();
        assert_eq!((again.len(), once.len()), (2, 2), "call {at}: each proof once");
    }
    println!("{fired} calls failed in turn");
    assert!((10..MOST).contains(&(fired * step)), "{fired} calls were failed");
}
