//! `cargo xtask units`: how a document is cut, for whoever mends the engine.

use crate::corpus;
use anyhow::Result;
use check::frame::Framer;
use check::parties::Parties;
use check::segment::segment;
use std::path::Path;

pub fn run(file: &Path) -> Result<()> {
    let document = corpus::read(file)?;
    let segments = segment(&document);
    let parties = Parties::learn(&document, &segments);
    println!("provider: {:?}\nclient: {:?}", parties.provider_names, parties.client_names);
    let framer = Framer::new(&segments, &parties);
    let words = |text: usize| {
        let tokens = &segments.texts[text].tokens;
        tokens.iter().map(|t| segments.vocabulary.word(t.word)).collect::<Vec<_>>().join(" ")
    };
    let mut shown: Vec<usize> = Vec::new();
    for (index, unit) in segments.units.iter().enumerate() {
        if unit.headings != shown {
            shown.clone_from(&unit.headings);
            println!("# {}", shown.iter().map(|h| words(*h)).collect::<Vec<_>>().join(" > "));
        }
        let last = segments.texts[unit.text].tokens.len() - 1;
        let frame = framer.frame(index, last / 2, last / 2);
        let flags: String = [(frame.optional, 'o'), (frame.soft, 's'), (frame.negated, 'n'), (frame.definition, 'd')]
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, c)| *c)
            .collect();
        let intro = unit.intro.map_or(String::new(), |i| format!(" <{i}"));
        println!("{index}{intro} {:?} {:?} {flags}: {}", unit.place, frame.debtor, words(unit.text));
    }
    Ok(())
}
