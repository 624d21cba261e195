//! The clausule command.
fn main() {}
