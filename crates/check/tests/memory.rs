//! A contract judged with a memory of its former versions gets the verdicts that it gets without one.

use check::{Engine, Memory, Request};
use contract::Document;
use readers::{Limits, NoOcr};

fn read(text: &str) -> Document {
    readers::read("contrat.md", text.as_bytes(), &NoOcr, &Limits::default()).expect("Markdown is read")
}

fn sample(name: &str) -> String {
    let path = format!("{}/../../samples/src/{name}.md", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn what_was_met_before_is_judged_as_if_it_were_new() {
    let engine = Engine::embedded();
    let request = Request::default();
    for name in ["maintenance-faible", "hebergement-cabinet-medical", "infogerance-complete"] {
        let whole = sample(name);
        let lines: Vec<&str> = whole.lines().collect();
        let mut memory = Memory::default();
        // Cut here and there, turned round, with other parties, under other headings: contexts change around the same words.
        let without =
            |at: usize| lines.iter().enumerate().filter(|(i, _)| i % 7 != at).map(|(_, l)| *l).collect::<Vec<_>>();
        let versions = [
            whole.clone(),
            without(0).join("\n"),
            without(3).join("\n"),
            whole.replace("Prestataire", "Titulaire"),
            whole.replace("## ", "### "),
            lines.iter().rev().copied().collect::<Vec<_>>().join("\n\n"),
            whole.clone(),
        ];
        for (at, text) in versions.iter().enumerate() {
            let document = read(text);
            let again = engine.read_again(&document, &mut memory);
            assert_eq!(again.assess(&request), engine.assess(&document, &request), "{name}, version {at}");
            assert_eq!(again.passages(), engine.read(&document).passages(), "{name}, version {at}");
        }
    }
}
