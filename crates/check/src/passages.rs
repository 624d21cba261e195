//! Every sentence that speaks on a point, whole, for an editor that must change it: a verdict's quotes stop at five
//! and at sixty words.

use crate::engine::Engine;
use crate::judge::{Judge, Reason};
use crate::parties::Parties;
use crate::segment::{Place, Segments, segment};
use contract::{Document, Span, Verdict};

/// A sentence, list item or table row that speaks on a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// For which verdict, after who owes and with what force was weighed.
    pub verdict: Verdict,
    /// The whole sentence with its end mark.
    pub span: Span,
    /// Whether it puts on the client, or denies, what the point asks of the provider.
    pub contrary: bool,
    /// The kind of place it stands in.
    pub place: Place,
}

impl Engine {
    /// The passages of every point, in catalogue order, each list in the order of the document.
    pub fn passages(&self, document: &Document) -> Vec<Vec<Passage>> {
        let segments = segment(document);
        let parties = Parties::learn(document, &segments);
        let found = Judge::new(self, &segments, &parties).judge();
        let passages = found.into_iter().map(|found| {
            let mut list: Vec<Passage> = found
                .findings
                .iter()
                .map(|f| Passage {
                    verdict: f.verdict,
                    span: whole(document, &segments, f.unit),
                    contrary: matches!(f.turned, Some(Reason::ClientOwes | Reason::Negated)),
                    place: segments.units[f.unit].place,
                })
                .collect();
            list.sort_by_key(|p| (p.span, p.verdict));
            list.dedup_by_key(|p| (p.span, p.verdict));
            list
        });
        passages.collect()
    }
}

/// Every sentence, list item and table row of a document, in order, each with its end mark.
pub fn sentences(document: &Document) -> Vec<Span> {
    let segments = segment(document);
    (0..segments.units.len()).map(|unit| whole(document, &segments, unit)).collect()
}

/// A unit from its first word to the mark that ends it.
fn whole(document: &Document, segments: &Segments, unit: usize) -> Span {
    let count = segments.tokens(unit).len();
    let mut span = segments.original(segments.units[unit].text, 0, count.saturating_sub(1));
    let rest = &document.text[span.end..];
    let mark = |c: char| matches!(c, '.' | ';' | ':' | '!' | '?' | ')' | '»' | '"' | '”' | '%' | '€');
    let blank = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}');
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        match c {
            c if mark(c) => end = at + c.len_utf8(),
            c if blank(c) => {}
            _ => break,
        }
    }
    span.end += end;
    // An opening mark belongs to the sentence.
    let before = &document.text[..span.start];
    let open = before.trim_end_matches(['«', '"', '(', '“', '\u{a0}', '\u{202f}']);
    span.start -= before.len() - open.len();
    span
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{Block, BlockKind, Format};

    #[test]
    fn sentences_come_whole_with_their_marks() {
        let text = "Le Prestataire livre. (La sauvegarde n'est pas comprise.) Le Client paie 3 %.";
        let document = Document {
            format: Format::Text,
            text: text.into(),
            pages: Vec::new(),
            blocks: vec![Block::new(BlockKind::Paragraph, Span::new(0, text.len()))],
            problems: Vec::new(),
        };
        let shown: Vec<&str> = sentences(&document).into_iter().map(|s| document.slice(s)).collect();
        assert_eq!(shown, ["Le Prestataire livre.", "(La sauvegarde n'est pas comprise.)", "Le Client paie 3 %."]);
    }
}
