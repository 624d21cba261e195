//! `kill -9` while proofs are filed: nothing acknowledged is lost, nothing is there twice, the ledger verifies.
//! A few kills here; `cargo xtask crash 200` sets the number.

mod desk;

use desk::Desk;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::process::Stdio;
use std::time::Duration;

fn number(name: &str, default: usize) -> usize {
    std::env::var_os(name).and_then(|v| v.to_string_lossy().parse().ok()).unwrap_or(default)
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let kills = number("CLAUSULE_KILLS", 6);
    let total = number("CLAUSULE_PROOFS", 300);
    let desk = Desk::new("crash");
    let files: Vec<String> = (0..total).map(|n| desk.proof(n, if n % 50 == 7 { 140 << 10 } else { 0 })).collect();
    let mut acknowledged: BTreeMap<String, String> = BTreeMap::new();
    let (mut killed, mut round, mut random) = (0, 0, 0x9e37_79b9_u32);
    while acknowledged.len() < total {
        round += 1;
        let share = (total / kills.max(1)).max(1) * 2;
        let left: Vec<&str> =
            files.iter().filter(|f| !acknowledged.contains_key(*f)).take(share).map(String::as_str).collect();
        let mut command = desk.command(&[&["prove", "--json"], &left[..]].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
        let mut out = child.stdout.take().expect("its output");
        let reader = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = out.read_to_end(&mut text);
            text
        });
        if killed < kills {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            std::thread::sleep(Duration::from_millis(u64::from(random >> 16) % 120 + 10));
            if child.try_wait().expect("asked").is_none() {
                child.kill().expect("killed");
                killed += 1;
            }
        }
        child.wait().expect("gone");
        let text = String::from_utf8(reader.join().expect("read")).expect("UTF-8");
        // The last line may be cut: only a whole one was acknowledged.
        for line in text.split_inclusive('\n').filter(|l| l.ends_with('\n')) {
            let told: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let text = |name: &str| told[name].as_str().expect("a text").to_owned();
            acknowledged.insert(text("file"), text("sha256"));
        }
        assert!(round < 20 * (kills + 10), "no progress: {} of {total}", acknowledged.len());
    }
    let there = desk.proofs();
    let once: BTreeSet<&String> = there.iter().collect();
    assert_eq!(there.len(), once.len(), "a proof is there twice");
    assert_eq!(there.len(), total);
    assert!(acknowledged.values().all(|s| once.contains(s)), "an acknowledged proof is lost");
    println!("{total} proofs, {killed} kills in {round} rounds: none lost, none twice, the dossier verifies");
}
