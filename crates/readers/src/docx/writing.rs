//! The paragraph being read: its words, its marks and what its properties say.

use super::numbering::Numbered;
use super::styles::Look;
use crate::sheet::{Item, Para};
use crate::source::{self, Piece};
use contract::BlockKind;

/// A note to be set after the paragraph that refers to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Note {
    /// Footnote.
    Foot(String),
    /// Endnote.
    End(String),
}

/// A paragraph while its element is open.
#[derive(Debug, Default)]
pub(super) struct Writing {
    /// Words so far.
    pub text: String,
    /// Bytes of the text where a page begins.
    pub breaks: Vec<usize>,
    /// Style of the paragraph.
    pub style: Option<String>,
    /// Outline level set on the paragraph itself.
    pub outline: Option<u8>,
    /// Numbering set on the paragraph itself; 0 takes the style's away.
    pub num: Option<i64>,
    /// Level set on the paragraph itself.
    pub level: Option<u8>,
    /// Whether the mark at its end was deleted: the next paragraph goes on in it.
    pub mark_deleted: bool,
    /// Whether a page begins after it.
    pub page_after: bool,
    /// Whether it stands in the result of a table-of-contents field.
    pub toc: bool,
    /// Notes referred to, in order.
    pub notes: Vec<Note>,
    /// Text boxes anchored in it.
    pub after: Vec<Item>,
    /// Bytes of words that are bold, and of words of any weight.
    pub weight: (usize, usize),
    /// Whether its style is bold, once looked up.
    pub style_bold: Option<bool>,
    /// Letters' height of its first words, in points.
    pub size: Option<f32>,
    /// Where its words stand in the part.
    pub pieces: Vec<Piece>,
}

/// Longest paragraph with a heading style that is still a heading, in bytes.
const LONGEST_HEADING: usize = 220;

impl Writing {
    /// The paragraph, finished.
    pub fn finish(self, look: &Look, numbered: Option<Numbered>) -> Para {
        let kind = self.kind(look, numbered.as_ref());
        let label = numbered.map_or_else(String::new, |n| n.label);
        let shown = !self.text.trim().is_empty();
        let lead = if shown { label } else { String::new() };
        let breaks = self.breaks.iter().map(|at| if *at == 0 { 0 } else { at + lead.len() }).collect();
        let bold = self.weight.1 > 0 && self.weight.0 == self.weight.1;
        let pieces = source::shift(self.pieces, 0, lead.len());
        Para { text: lead + &self.text, breaks, kind, bold, size: self.size.unwrap_or(look.size), pieces }
    }

    fn kind(&self, look: &Look, numbered: Option<&Numbered>) -> Option<BlockKind> {
        if self.toc || look.toc {
            return Some(BlockKind::TocEntry);
        }
        let long = self.text.len() > LONGEST_HEADING
            || (self.text.len() > LONGEST_HEADING / 2 && self.text.trim_end().ends_with(['.', ';']));
        if let Some(level) = self.outline.or(look.outline).filter(|level| *level < 9)
            && !long
        {
            return Some(BlockKind::Heading { level: level + 1 });
        }
        numbered.filter(|n| n.numeral.is_item()).map(|n| BlockKind::ListItem { depth: n.depth })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerals::Numeral;

    #[test]
    fn a_long_clause_with_a_heading_style_is_no_heading() {
        let look = Look { outline: Some(1), ..Look::default() };
        let short = Writing { text: "Durée".into(), ..Writing::default() };
        assert_eq!(short.finish(&look, None).kind, Some(BlockKind::Heading { level: 2 }));
        let long = Writing { text: "Le Prestataire s'engage à sauvegarder. ".repeat(8), ..Writing::default() };
        assert_eq!(long.finish(&look, None).kind, None);
    }

    #[test]
    fn labels_stand_before_the_words_and_bullets_make_items() {
        let numbered = Numbered { label: "• ".into(), depth: 1, numeral: Numeral::Bullet };
        let writing = Writing { text: "chaque jour".into(), breaks: vec![6], ..Writing::default() };
        let para = writing.finish(&Look::default(), Some(numbered.clone()));
        assert_eq!((para.text.as_str(), para.kind), ("• chaque jour", Some(BlockKind::ListItem { depth: 1 })));
        assert_eq!(para.breaks, [6 + "• ".len()]);
        assert_eq!(Writing::default().finish(&Look::default(), Some(numbered)).text, "");
    }
}
