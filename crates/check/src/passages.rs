//! Every sentence that speaks on a point, whole, for an editor that must change it: a verdict's quotes stop at five
//! and at sixty words.

use crate::judge::{Finding, Reason};
use crate::reading::Reading;
use crate::segment::{Place, Segments};
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

impl Reading<'_> {
    /// The passages of every point, in catalogue order, each list in the order of the document.
    pub fn passages(&self) -> Vec<Vec<Passage>> {
        (0..self.found.len()).map(|point| self.passages_of(point)).collect()
    }

    /// The passages of the point at a position of the catalogue, in the order of the document.
    pub fn passages_of(&self, point: usize) -> Vec<Passage> {
        let passage = |finding: &Finding| Passage {
            verdict: finding.verdict,
            span: whole(self.document, &self.segments, finding.unit),
            contrary: matches!(finding.turned, Some(Reason::ClientOwes | Reason::Negated)),
            place: self.segments.units[finding.unit].place,
        };
        let mut list: Vec<Passage> = self.found[point].findings.iter().map(passage).collect();
        list.sort_by_key(|p| (p.span, p.verdict));
        list.dedup_by_key(|p| (p.span, p.verdict));
        list
    }

    /// Every sentence, list item and table row of the document, in order, each with its end mark.
    pub fn sentences(&self) -> Vec<Span> {
        (0..self.segments.units.len()).map(|unit| whole(self.document, &self.segments, unit)).collect()
    }
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
    use crate::engine::Engine;
    use contract::{Block, BlockKind, Document, Format, Span};

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
        let engine = Engine::embedded();
        let shown: Vec<&str> = engine.read(&document).sentences().into_iter().map(|s| document.slice(s)).collect();
        assert_eq!(shown, ["Le Prestataire livre.", "(La sauvegarde n'est pas comprise.)", "Le Client paie 3 %."]);
    }
}
