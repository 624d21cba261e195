//! Whoever reads the output may stop: `clausule points | head` ends quietly.

use std::io::Read;
use std::process::{Command, Stdio};

#[test]
fn a_reader_that_stops_ends_the_command_without_a_panic() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_clausule"))
        .arg("points")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().expect("its errors").read_to_string(&mut told).expect("read");
    assert!(!told.contains("panicked"), "{told}");
    assert!(!child.wait().expect("it ends").success(), "the rest was not written");
}
