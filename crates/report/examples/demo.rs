//! Writes the fixture's report: `cargo run -p report --example demo [html|html3|json|terminal|terminal3] > out`.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use report::{Assessed, Failure, Report, html, json, terminal};
use std::io::{self, Write};

fn main() -> io::Result<()> {
    let format = std::env::args().nth(1).unwrap_or_else(|| "html".to_owned());
    let (catalogue, document, assessment) = fixture::contract();
    let better = fixture::variant(&assessment, 2);
    let best = fixture::variant(&fixture::variant(&better, 3), 1);
    let all = [
        Assessed { file: "armorique-infogerance-2025.pdf", document: &document, assessment: &assessment },
        Assessed { file: "offre-concurrente.docx", document: &document, assessment: &better },
        Assessed { file: "modele-annote-par-le-reseau-des-cabinets.pdf", document: &document, assessment: &best },
    ];
    let failure =
        Failure { file: "scan.pdf", message: "le fichier est chiffré : enregistrez-en une copie sans mot de passe." };
    let several = format.ends_with('3');
    let report = Report {
        catalogue: &catalogue,
        documents: if several { &all } else { &all[..1] },
        failures: if several { &[failure] } else { &[] },
    };
    let mut out = io::stdout().lock();
    match format.trim_end_matches('3') {
        "json" => json::write(&report, out),
        "terminal" => {
            out.write_all(terminal::render(&report, terminal::Options { colour: true, width: 100 }).as_bytes())
        }
        _ => out.write_all(html::render(&report).as_bytes()),
    }
}
