//! Prints the blocks of a document: `cargo run -p readers --example blocks -- FILE [FILE…]`.

use contract::{BlockKind, Document};
use readers::{Limits, NoOcr, read};
use std::path::Path;

fn main() {
    for path in std::env::args().skip(1) {
        let name = Path::new(&path).file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                println!("{path}: {error}");
                continue;
            }
        };
        match read(&name, &bytes, &NoOcr, &Limits::default()) {
            Ok(document) => {
                print_blocks(&document);
                println!(
                    "== {name}: {} blocks, {} pages, {} bytes of text",
                    document.blocks.len(),
                    document.pages.len(),
                    document.text.len()
                );
            }
            Err(error) => println!("== {name}: {error}"),
        }
    }
}

fn print_blocks(document: &Document) {
    for problem in &document.problems {
        println!("! {:?} {}", problem.page, problem.message);
    }
    for block in &document.blocks {
        let words: Vec<String> = block
            .pieces
            .iter()
            .map(|piece| document.slice(*piece).split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        let kind = match block.kind {
            BlockKind::Heading { level } => format!("{}H{level}", "  ".repeat(usize::from(level) - 1)),
            BlockKind::Paragraph => "    p".to_owned(),
            BlockKind::ListItem { depth } => format!("{}li{depth}", "  ".repeat(usize::from(depth) + 2)),
            BlockKind::TableRow { header } => format!("    {}", if header { "th" } else { "tr" }),
            BlockKind::TocEntry => "    toc".to_owned(),
            BlockKind::Running => "    ~~~".to_owned(),
        };
        println!("{:>3} {kind} {}", document.page_at(block.span().start), words.join(" ¦ "));
    }
}
