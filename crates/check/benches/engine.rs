//! The engine beside a reference of the same run: `cargo bench -p check`. Ratios over real files: `cargo xtask bench`.

use check::{Engine, Request};
use contract::{Document, Profile};
use divan::{Bencher, black_box};

const SAMPLE: &str = include_str!("../../../samples/infogerance-complete.txt");

fn main() {
    divan::main();
}

fn document(text: &str) -> Document {
    let read = readers::read("contrat.txt", text.as_bytes(), &readers::NoOcr, &readers::Limits::default());
    read.expect("a sample of ours can be read")
}

fn request() -> Request {
    Request { profile: Some(Profile::Complete), facts: Vec::new() }
}

/// The points, and so many copies of each under other ids.
fn engine(copies: usize) -> Engine {
    let mut catalogue = points::embedded();
    let points = catalogue.points.clone();
    for copy in 1..copies {
        catalogue.points.extend(points.iter().cloned().map(|mut point| {
            point.id = format!("{}-{copy}", point.id);
            point
        }));
    }
    Engine::new(catalogue).expect("every pattern compiles")
}

mod reading {
    use super::*;

    /// The reference: lower case, no accents.
    #[divan::bench]
    fn folding_the_text() -> String {
        contract::fold::fold(black_box(SAMPLE))
    }

    #[divan::bench]
    fn reading_the_text() -> Document {
        document(black_box(SAMPLE))
    }
}

mod judging {
    use super::*;

    /// The reference: cutting into units, without judging.
    #[divan::bench]
    fn cutting_only(bencher: Bencher) {
        let document = document(SAMPLE);
        bencher.bench_local(|| check::segment::segment(black_box(&document)));
    }

    /// One hundred and thirty-two points, then as many more under other ids.
    #[divan::bench(args = [1, 2, 10])]
    fn times_the_points(bencher: Bencher, times: usize) {
        let (engine, document) = (engine(times), document(SAMPLE));
        bencher.bench_local(|| engine.assess(black_box(&document), &request()));
    }

    /// The same contract once, twice and eight times in one file: the cost grows with the length.
    #[divan::bench(args = [1, 2, 8])]
    fn times_the_length(bencher: Bencher, times: usize) {
        let (engine, document) = (Engine::embedded(), document(&SAMPLE.repeat(times)));
        bencher.bench_local(|| engine.assess(black_box(&document), &request()));
    }
}
