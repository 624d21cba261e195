//! From a document's text back to the bytes of the file's own XML: what an editor needs to change a passage where it
//! stands.

use contract::Span;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Words of the text and where they stand in the part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Piece {
    /// Bytes of [`contract::Document::text`].
    pub text: Span,
    /// Bytes of the part, decoded as UTF-8 without a byte order mark: characters of an element `w:t`, a character
    /// reference, or a whole element such as `w:tab`. As many bytes as the text where they are plain characters.
    pub xml: Range<usize>,
}

/// The main part of a package and where the document's words stand in it. Words that stand elsewhere (automatic
/// numbers, notes, headers) have no piece.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourceMap {
    /// Name of the part within the package.
    pub part: String,
    /// In the order of the text, none overlapping.
    pub pieces: Vec<Piece>,
}

impl SourceMap {
    /// The pieces that share at least one byte with a span of the text.
    pub fn pieces_in(&self, span: Span) -> &[Piece] {
        let from = self.pieces.partition_point(|p| p.text.end <= span.start);
        let to = self.pieces.partition_point(|p| p.text.start < span.end);
        &self.pieces[from..to.max(from)]
    }
}

/// The pieces of a text that loses `cut` bytes at its beginning and then follows `lead` bytes of another; pieces that
/// were cut off are dropped, one cut in two keeps its rest where its characters are plain.
pub(crate) fn shift(mut pieces: Vec<Piece>, cut: usize, lead: usize) -> Vec<Piece> {
    pieces.retain_mut(|piece| {
        if piece.text.end <= cut {
            return false;
        }
        let lost = cut.saturating_sub(piece.text.start);
        if lost > 0 && piece.text.len() == piece.xml.len() {
            piece.xml.start += lost;
        }
        piece.text = Span::new(piece.text.start + lost - cut + lead, piece.text.end - cut + lead);
        true
    });
    pieces
}

/// The pieces of a text that keeps only its first `length` bytes.
pub(crate) fn clip(mut pieces: Vec<Piece>, length: usize) -> Vec<Piece> {
    pieces.retain_mut(|piece| {
        let lost = piece.text.end.saturating_sub(length);
        if lost > 0 && piece.text.len() == piece.xml.len() && lost < piece.text.len() {
            piece.xml.end -= lost;
        }
        piece.text = Span::new(piece.text.start, piece.text.end.min(length));
        piece.text.start < length
    });
    pieces
}

/// Texts set one after the other with a mark between, and their pieces.
pub(crate) fn join(texts: Vec<(String, Vec<Piece>)>, mark: &str) -> (String, Vec<Piece>) {
    let (mut whole, mut all) = (String::new(), Vec::new());
    for (index, (text, pieces)) in texts.into_iter().enumerate() {
        if index > 0 {
            whole.push_str(mark);
        }
        all.extend(shift(pieces, 0, whole.len()));
        whole.push_str(&text);
    }
    (whole, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: Range<usize>, xml: Range<usize>) -> Piece {
        Piece { text: Span::new(text.start, text.end), xml }
    }

    #[test]
    fn cutting_and_joining_keep_words_and_bytes_together() {
        let pieces = vec![piece(0..4, 10..14), piece(4..6, 20..26)];
        assert_eq!(shift(pieces.clone(), 2, 0), [piece(0..2, 12..14), piece(2..4, 20..26)]);
        assert_eq!(shift(pieces.clone(), 4, 3), [piece(3..5, 20..26)]);
        assert_eq!(clip(pieces.clone(), 3), [piece(0..3, 10..13)]);
        let (text, joined) = join(vec![("abcdef".into(), pieces), ("g".into(), vec![piece(0..1, 40..41)])], " | ");
        assert_eq!((text.as_str(), &joined[2]), ("abcdef | g", &piece(9..10, 40..41)));
    }

    #[test]
    fn pieces_of_a_span_are_found() {
        let map = SourceMap { part: "p".into(), pieces: vec![piece(0..4, 10..14), piece(6..9, 20..23)] };
        assert_eq!(map.pieces_in(Span::new(3, 7)).len(), 2);
        assert_eq!(map.pieces_in(Span::new(4, 6)).len(), 0);
        assert_eq!(map.pieces_in(Span::new(9, 20)).len(), 0);
    }
}
