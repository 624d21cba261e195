//! Time to read each file, the best of many runs: `cargo run --release -p readers --example speed -- FILE…`.

#![expect(clippy::disallowed_methods, reason = "measuring time is what this program is for")]

use readers::{Limits, NoOcr, read};
use std::time::Instant;

fn main() {
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let name = path.rsplit('/').next().unwrap_or(&path);
        let mut best = f64::MAX;
        for _ in 0..30 {
            let start = Instant::now();
            let blocks = read(name, &bytes, &NoOcr, &Limits::default()).map_or(0, |d| d.blocks.len());
            std::hint::black_box(blocks);
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
        println!("{best:8.3} ms {:8} bytes {name}", bytes.len());
    }
}
