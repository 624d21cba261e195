//! From blocks to units: sentences, list items and table rows, each with the headings above it and the
//! sentence that introduces it.

use crate::tokens::{Token, Vocabulary, tokens};
use contract::{Block, BlockKind, Document, Folded, Span};

/// A stretch of tokens that patterns are matched on: a unit or a heading.
#[derive(Debug)]
pub struct Text {
    /// Its block, an index into [`Segments::folded`].
    pub block: usize,
    /// Its words.
    pub tokens: Vec<Token>,
}

/// The kind of place a unit stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A sentence of a paragraph.
    Sentence,
    /// A sentence of a list item.
    Item,
    /// A row of a table.
    Row,
}

/// The smallest thing that can be evidence.
#[derive(Debug)]
pub struct Unit {
    /// Its words, an index into [`Segments::texts`].
    pub text: usize,
    /// What it is.
    pub place: Place,
    /// Headings above it, outermost first, as indices into [`Segments::texts`].
    pub headings: Vec<usize>,
    /// The unit that introduces it ("Le Prestataire s'engage à :"), an index into [`Segments::units`].
    pub intro: Option<usize>,
    /// The unit before it in the same block.
    pub previous: Option<usize>,
    /// The table's header row.
    pub columns: Option<usize>,
}

/// A document cut into units.
#[derive(Debug, Default)]
pub struct Segments {
    /// Folded text of every block.
    pub folded: Vec<Folded>,
    /// Token texts of units and headings.
    pub texts: Vec<Text>,
    /// Units in reading order.
    pub units: Vec<Unit>,
    /// The document's words.
    pub vocabulary: Vocabulary,
}

/// Words of a title at the most.
const LONGEST_TITLE: usize = 16;
/// Among how many first texts the title is looked for.
const TITLE_WITHIN: usize = 5;

impl Segments {
    /// The place in the document of a range of a text's tokens.
    pub fn original(&self, text: usize, first: usize, last: usize) -> Span {
        let text = &self.texts[text];
        match (text.tokens.get(first), text.tokens.get(last)) {
            (Some(a), Some(b)) => self.folded[text.block].original(a.start as usize, b.end as usize),
            _ => Span::default(),
        }
    }

    /// The tokens of a unit.
    pub fn tokens(&self, unit: usize) -> &[Token] {
        &self.texts[self.units[unit].text].tokens
    }

    /// The word of a token.
    pub fn word(&self, token: &Token) -> &str {
        self.vocabulary.word(token.word)
    }

    /// The texts that make the document's title: the first ones, short, that name a kind of document.
    pub fn title(&self) -> Vec<usize> {
        const KINDS: [&str; 12] = [
            "accord",
            "contrat",
            "convention",
            "annexe",
            "conditions",
            "dpa",
            "cgu",
            "cgv",
            "politique",
            "clause",
            "clauses",
            "avenant",
        ];
        let named = |text: &&usize| {
            let tokens = &self.texts[**text].tokens;
            tokens.len() <= LONGEST_TITLE && tokens.iter().any(|t| KINDS.contains(&self.word(t)))
        };
        let firsts: Vec<usize> = (0..self.texts.len().min(TITLE_WITHIN)).collect();
        firsts.iter().filter(named).take(1).copied().collect()
    }

    /// The texts of some units and those that a sign looks at beside them: headings, columns, the title, what introduces them,
    /// the rest of the block.
    pub(crate) fn around(&self, judged: &[bool]) -> Vec<bool> {
        let mut marks = vec![false; self.texts.len()];
        let mut blocks = vec![false; self.folded.len()];
        self.title().into_iter().for_each(|text| marks[text] = true);
        for (unit, here) in self.units.iter().enumerate().filter(|(unit, _)| judged[*unit]) {
            blocks[self.texts[here.text].block] = true;
            here.headings.iter().chain(&here.columns).for_each(|text| marks[*text] = true);
            let mut intro = self.units[unit].intro;
            while let Some(lead) = intro {
                marks[self.units[lead].text] = true;
                intro = self.units[lead].intro;
            }
        }
        for (at, text) in self.texts.iter().enumerate() {
            marks[at] |= blocks[text.block];
        }
        marks
    }

    /// Whether folded text of the block, right after a unit's last token, begins with this byte.
    fn closes_with(&self, text: usize, byte: u8) -> bool {
        let text = &self.texts[text];
        let folded = self.folded[text.block].text().as_bytes();
        let from = text.tokens.last().map_or(0, |t| t.end as usize);
        folded[from..].iter().find(|b| !matches!(b, b' ' | b'*' | b'_' | b'"' | b')')).is_some_and(|b| *b == byte)
    }
}

/// State while walking over the blocks.
#[derive(Default)]
struct Walk {
    /// (level, text) of the headings in force.
    headings: Vec<(u8, usize)>,
    /// (depth, unit) of the introductions in force.
    intros: Vec<(i32, usize)>,
    columns: Option<usize>,
    /// Whether the block before was a table row.
    in_table: bool,
}

/// Cuts a document into units.
pub fn segment(document: &Document) -> Segments {
    let mut segments = Segments::default();
    let mut walk = Walk::default();
    for block in &document.blocks {
        if matches!(block.kind, BlockKind::TocEntry | BlockKind::Running) {
            continue;
        }
        let folded = Folded::of_pieces(&document.text, &block.pieces);
        let index = segments.folded.len();
        segments.folded.push(folded);
        match block.kind {
            BlockKind::Heading { level } => heading(&mut segments, &mut walk, index, level),
            _ => body(document, &mut segments, &mut walk, index, block),
        }
    }
    segments
}

fn heading(segments: &mut Segments, walk: &mut Walk, block: usize, level: u8) {
    let text = push_text(segments, block, 0, segments.folded[block].text().len());
    walk.headings.retain(|(l, _)| *l < level);
    walk.headings.push((level, text));
    walk.intros.clear();
    walk.columns = None;
    walk.in_table = false;
}

fn push_text(segments: &mut Segments, block: usize, start: usize, end: usize) -> usize {
    let tokens = tokens(&segments.folded[block].text()[start..end], start, &mut segments.vocabulary);
    segments.texts.push(Text { block, tokens });
    segments.texts.len() - 1
}

fn body(document: &Document, segments: &mut Segments, walk: &mut Walk, index: usize, block: &Block) {
    let (place, depth) = match block.kind {
        BlockKind::ListItem { depth } => (Place::Item, i32::from(depth)),
        BlockKind::TableRow { .. } => (Place::Row, i32::MAX),
        _ => (Place::Sentence, -1),
    };
    if place != Place::Row {
        walk.in_table = false;
        walk.columns = None;
    }
    walk.intros.retain(|(d, _)| *d < depth);
    let intro = walk.intros.last().map(|(_, unit)| *unit);
    let ranges = if place == Place::Row {
        vec![(0, segments.folded[index].text().len(), false)]
    } else {
        sentences(document, &segments.folded[index])
    };
    let mut lead = intro;
    let mut previous = None;
    let mut first_of_chain = None;
    for (start, end, chained) in ranges {
        let text = push_text(segments, index, start, end);
        if segments.texts[text].tokens.is_empty() {
            continue;
        }
        let unit = segments.units.len();
        segments.units.push(Unit {
            text,
            place,
            headings: walk.headings.iter().map(|(_, t)| *t).collect(),
            intro: lead,
            previous,
            columns: walk.columns,
        });
        let head = *first_of_chain.get_or_insert(unit);
        // After a semicolon the sentence goes on under the same head ("… s'engage à : a ; b ; c").
        lead = if chained { Some(head) } else { intro };
        if !chained {
            first_of_chain = None;
        }
        previous = Some(unit);
    }
    let Some(last) = previous else { return };
    if block.kind == (BlockKind::TableRow { header: true }) || (place == Place::Row && !walk.in_table) {
        walk.columns = Some(segments.units[last].text);
    }
    walk.in_table = place == Place::Row;
    if place != Place::Row && segments.closes_with(segments.units[last].text, b':') {
        walk.intros.push((depth, last));
    }
}

/// Abbreviations after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 24] = [
    "art", "cf", "ex", "m", "mm", "mme", "n", "no", "p", "al", "etc", "env", "max", "min", "tel", "ste", "st", "resp",
    "inc", "ltd", "i", "l", "r", "d",
];

/// Ranges of the sentences of a folded block; the flag says that the next range goes on under the same head.
fn sentences(document: &Document, folded: &Folded) -> Vec<(usize, usize, bool)> {
    let text = folded.text();
    let mut out = Vec::new();
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let end = at + 1;
        match byte {
            b';' => out.push((std::mem::replace(&mut start, end), end, true)),
            b'.' | b'!' | b'?' if ends_sentence(document, folded, at) => {
                out.push((std::mem::replace(&mut start, end), end, false));
            }
            _ => {}
        }
    }
    if start < text.len() {
        out.push((start, text.len(), false));
    }
    out
}

fn ends_sentence(document: &Document, folded: &Folded, at: usize) -> bool {
    let text = folded.text();
    let rest = text[at + 1..].trim_start_matches(['"', ')', '*', '_']);
    if !rest.starts_with(' ') {
        return false;
    }
    if text.as_bytes()[at] == b'.' {
        let word = text[..at].rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if ABBREVIATIONS.contains(&word) || (word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit())) && at < 4 {
            return false;
        }
    }
    let next = at + 1 + (text.len() - at - 1 - rest.len());
    let Some(offset) = text[next..].find(|c: char| c.is_ascii_alphanumeric()) else { return true };
    let span = folded.original(next + offset, next + offset + 1);
    document.slice(span).chars().next().is_none_or(|c| !c.is_lowercase())
}
