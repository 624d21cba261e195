//! Prints what the PDF reader sees: `cargo run --release --example dump -- FILE [-g]`.
#![allow(missing_docs)]
fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("FILE");
    let geometry = args.next().is_some();
    let bytes = std::fs::read(path).expect("readable");
    match readers::pdf::read(&bytes, &readers::NoOcr, &readers::Limits::default()) {
        Err(e) => {
            println!("ERROR {e}");
            std::process::exit(1)
        }
        Ok(found) => {
            let mut out = String::new();
            for page in &found.pages {
                if geometry {
                    out += &format!("=== page {} {:?}\n", page.number, page.state);
                }
                for l in &page.lines {
                    if geometry {
                        out += &format!(
                            "{:5.0} {:5.0} {:5.0} {:4.1} {}{}{} {:3.1} ",
                            l.top,
                            l.indent,
                            l.right,
                            l.size,
                            if l.bold { 'B' } else { '-' },
                            if l.table_row { 'T' } else { '-' },
                            if l.running { 'R' } else { '-' },
                            l.gap
                        );
                    }
                    out += &l.text;
                    out.push('\n');
                }
                if !geometry {
                    out.push('\u{c}');
                }
            }
            if geometry {
                for p in &found.problems {
                    out += &format!("PROBLEM {p:?}\n");
                }
            }
            print!("{out}");
        }
    }
}
