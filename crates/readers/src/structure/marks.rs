//! What each row is, told from the row, its label and its neighbours.

use super::headings;
use super::label::{Label, Labelled, label_of};
use super::rows::Row;
use super::words;
use contract::BlockKind;

/// How a heading looks; [`super::levels`] turns looks into levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The reader or Markdown says the level.
    Level(u8),
    /// The label at its head says the level.
    Labelled(Label),
    /// In capitals.
    Capitals,
    /// Bold or in larger letters.
    Strong,
    /// A short line between white space.
    Short,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing to read: rules, separators, comments, tags.
    Skip,
    /// Running header or footer.
    Running,
    /// Line of the table of contents.
    Toc,
    /// Heading.
    Head(Style),
    /// Begins an item of a list.
    Item,
    /// Row of a table.
    Cell {
        /// Whether it names the columns.
        header: bool,
    },
    /// Continues the row of a table above.
    Tail,
    /// Begins a paragraph.
    Lead,
    /// Begins or continues a paragraph or item.
    Text,
}

/// What is usual in the document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    /// Right end of a full line.
    pub width: f32,
    /// Whether sentences run over several lines.
    pub wrapped: bool,
    /// Width of a character.
    pub unit: f32,
    /// Height of the letters of the body; 0 where unknown.
    pub size: f32,
    /// Left edge of most rows.
    pub left: f32,
    /// Whether headings are marked as such (Markdown marks, or styles of a word processor).
    pub marked: bool,
    /// Whether labels like "2.1" (no final point) head lines.
    pub bare_numbers: bool,
}

impl Measure {
    /// Measures a document.
    pub fn of(rows: &[Row]) -> Self {
        let mut rights: Vec<f32> = Vec::new();
        let mut lefts: Vec<f32> = Vec::new();
        let (mut long, mut chars, mut width) = (0usize, 0usize, 0f32);
        let (mut marked, mut bare, mut divisions) = (0usize, 0usize, 0usize);
        let mut sizes: Vec<(u32, usize)> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let length = row.text.len();
            if length >= 45 {
                rights.push(row.right);
                lefts.push(row.indent);
                chars += length;
                width += row.width();
            }
            long += usize::from(length > 165);
            tally(&mut sizes, row);
            let underlined = rows.get(index + 1).is_some_and(|next| underline(next).is_some());
            let given = matches!(row.given, Some(BlockKind::Heading { .. }));
            match label_of(row.text).map(|l| l.label) {
                Some(Label::Hash(_)) => marked += 1,
                Some(Label::Division(_)) if !(given || underlined) => divisions += 1,
                Some(Label::Decimal { depth, marked: false, .. }) if depth > 1 => bare += 1,
                _ => marked += usize::from(underlined || given),
            }
        }
        let width_of_char = if chars == 0 { 1.0 } else { width / chars as f32 };
        sizes.sort_by_key(|(_, chars)| *chars);
        let size = sizes.last().map_or(0.0, |(size, _)| *size as f32 / 10.0);
        Self {
            width: quantile(&mut rights, 0.85).unwrap_or(80.0),
            wrapped: !rows.iter().any(|r| r.whole)
                && (rows.iter().all(|r| r.size > 0.0) || long * 33 < rights.len().max(1)),
            unit: if size > 0.0 { width_of_char.max(0.1) } else { 1.0 },
            size,
            left: quantile(&mut lefts, 0.3).unwrap_or(0.0),
            marked: marked >= 2 && marked * 2 >= divisions,
            bare_numbers: bare >= 2,
        }
    }

    /// Whether the row reaches (nearly) the right end of full lines.
    pub fn is_full(&self, row: &Row) -> bool {
        self.wrapped && row.right >= self.width * 0.82
    }
}

fn tally(sizes: &mut Vec<(u32, usize)>, row: &Row) {
    if row.size <= 0.0 {
        return;
    }
    let many = sizes.len() >= 200;
    let key = (row.size * 10.0).round() as u32;
    match sizes.iter_mut().find(|(size, _)| *size == key) {
        Some((_, chars)) => *chars += row.text.len(),
        None if many => {}
        None => sizes.push((key, row.text.len())),
    }
}

fn quantile(values: &mut [f32], share: f32) -> Option<f32> {
    let last = values.len().checked_sub(1)?;
    let at = (last as f32 * share) as usize;
    let (_, value, _) = values.select_nth_unstable_by(at, f32::total_cmp);
    Some(*value)
}

/// The level of a heading underlined by this row, if it is an underline.
pub(crate) fn underline(row: &Row) -> Option<u8> {
    let bytes = row.text.as_bytes();
    let mark = *bytes.first()?;
    let alike = bytes.len() >= 3 && bytes.iter().all(|b| *b == mark);
    match mark {
        b'=' if alike && !row.gap => Some(1),
        b'-' if alike && !row.gap => Some(2),
        _ => None,
    }
}

/// A row with its label, and those around it.
#[derive(Clone, Copy)]
pub(crate) struct Context<'r, 't> {
    /// All rows.
    pub rows: &'r [Row<'t>],
    /// Labels of all rows.
    pub labels: &'r [Option<Labelled>],
    /// Which row.
    pub index: usize,
    /// What is usual.
    pub measure: &'r Measure,
}

impl<'r, 't> Context<'r, 't> {
    /// The row.
    pub fn row(&self) -> &'r Row<'t> {
        &self.rows[self.index]
    }

    /// The row before.
    pub fn previous(&self) -> Option<&'r Row<'t>> {
        self.rows.get(self.index.checked_sub(1)?)
    }

    /// The row after.
    pub fn next(&self) -> Option<&'r Row<'t>> {
        self.rows.get(self.index + 1)
    }

    /// Whether white space, a page break or a running line stands before the row, or it is a paragraph by itself.
    pub fn apart(&self) -> bool {
        let row = self.row();
        let cut = |p: &Row| p.page != row.page || p.given == Some(BlockKind::Running);
        row.gap || row.whole || self.previous().is_none_or(cut)
    }

    /// The label of the row after.
    pub fn next_label(&self) -> Option<Label> {
        self.labels.get(self.index + 1).copied().flatten().map(|l| l.label)
    }

    /// The label of the row before.
    pub fn previous_label(&self) -> Option<Label> {
        self.labels.get(self.index.checked_sub(1)?).copied().flatten().map(|l| l.label)
    }
}

/// One mark per row.
pub(crate) fn of(rows: &[Row], measure: &Measure) -> Vec<Mark> {
    let labels: Vec<Option<Labelled>> = rows.iter().map(|row| label_of(row.text)).collect();
    let mut marks = Vec::with_capacity(rows.len());
    let mut skipped = Skipped::default();
    for index in 0..rows.len() {
        let context = Context { rows, labels: &labels, index, measure };
        let row = context.row();
        let mark = if let Some(kind) = row.given {
            given(kind)
        } else if skipped.is_in(row, index) {
            Mark::Skip
        } else {
            let before = marks.last().copied();
            mark(&context, before)
        };
        marks.push(mark);
    }
    marks
}

fn given(kind: BlockKind) -> Mark {
    match kind {
        BlockKind::Heading { level } => Mark::Head(Style::Level(level)),
        BlockKind::Paragraph => Mark::Lead,
        BlockKind::ListItem { .. } => Mark::Item,
        BlockKind::TableRow { header } => Mark::Cell { header },
        BlockKind::TocEntry => Mark::Toc,
        BlockKind::Running => Mark::Running,
    }
}

/// Parts of a source that are not words of the contract: comments, front matter.
#[derive(Default)]
struct Skipped {
    comment: bool,
    matter: bool,
}

impl Skipped {
    fn is_in(&mut self, row: &Row, index: usize) -> bool {
        let text = row.text;
        if self.comment {
            self.comment = !text.contains("-->");
            return true;
        }
        if self.matter {
            self.matter = text != "---" && text != "...";
            return true;
        }
        if text.starts_with("<!--") {
            self.comment = !text.contains("-->");
            return text.ends_with("-->") || self.comment;
        }
        if index == 0 && row.start < 4 && text == "---" {
            self.matter = true;
            return true;
        }
        false
    }
}

fn mark(context: &Context, before: Option<Mark>) -> Mark {
    let row = context.row();
    if !words::has_words(row.text) || is_only_tags(row.text) || is_code_fence(row.text) {
        return Mark::Skip;
    }
    if let Some(level) = context.next().and_then(underline)
        && (row.gap || !matches!(before, Some(Mark::Text | Mark::Lead | Mark::Item)))
        && !row.text.starts_with('|')
    {
        return Mark::Head(Style::Level(level));
    }
    let label = context.labels[context.index];
    if let Some(Labelled { label: Label::Hash(level), .. }) = label {
        return Mark::Head(Style::Level(level));
    }
    if is_lone_bullet(row.text) {
        return Mark::Skip;
    }
    if label.is_none() && context.previous().is_some_and(|p| is_lone_bullet(p.text)) {
        return Mark::Item;
    }
    let inside = !row.gap && !row.whole && context.previous().is_some_and(|p| words::expects_more(p.text));
    let in_text = matches!(before, Some(Mark::Text | Mark::Lead | Mark::Item));
    if in_text && label.is_some_and(|l| cuts_sentence(context, l)) {
        return Mark::Text;
    }
    match label {
        Some(Labelled { label: Label::Bullet | Label::Counter, content }) if !(inside && in_text && content < 3) => {
            headings::of_counter(context, content).map_or(Mark::Item, Mark::Head)
        }
        Some(labelled) if !(inside && in_text) => headings::of_labelled(context, labelled),
        None if !inside => headings::of_plain(context, before).map_or(Mark::Text, Mark::Head),
        _ => Mark::Text,
    }
}

/// A bullet whose words the layout put on the next line.
fn is_lone_bullet(text: &str) -> bool {
    matches!(text, "o" | "•" | "-" | "–" | "▪" | "●" | "◦" | "\u{f0b7}" | "\u{f0a7}")
}

/// "… un délai d'un\n(1) an" and "… migration en Windows\n11 : ce projet": a figure in the middle of a sentence.
fn cuts_sentence(context: &Context, labelled: Labelled) -> bool {
    let row = context.row();
    let Some(previous) = context.previous() else { return false };
    let unfinished = !row.gap && !row.whole && context.measure.is_full(previous) && !words::is_finished(previous.text);
    let bracketed = row.text.starts_with('(') && words::begins_inside(&row.text[labelled.content..]);
    match labelled.label {
        Label::Counter => unfinished && bracketed && context.previous_label() != Some(Label::Counter),
        Label::Decimal { depth: 1, .. } => {
            unfinished && context.labels[..context.index].iter().rev().take(4).all(|l| !is_number(*l))
        }
        _ => false,
    }
}

fn is_number(label: Option<Labelled>) -> bool {
    matches!(label.map(|l| l.label), Some(Label::Decimal { depth: 1, .. }))
}

/// `<div class="…">`, `</p>`, `<br/>`: tags and nothing else.
fn is_only_tags(text: &str) -> bool {
    if !text.starts_with('<') || !text.ends_with('>') {
        return false;
    }
    let (mut inside, mut tags) = (false, 0);
    for c in text.chars() {
        match c {
            '<' if !inside => (inside, tags) = (true, tags + 1),
            '>' if inside => inside = false,
            c if !inside && !c.is_whitespace() => return false,
            _ => {}
        }
    }
    let named = text.trim_start_matches(['<', '/', '!']).starts_with(|c: char| c.is_ascii_alphabetic());
    tags > 0 && named && !text.contains('@') && !text.contains("://")
}

fn is_code_fence(text: &str) -> bool {
    text.starts_with("```") || text.starts_with("~~~") || text.starts_with(":::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_alone_hold_no_words() {
        assert!(is_only_tags("<div class=\"page\">"));
        assert!(is_only_tags("</p></div>"));
        assert!(!is_only_tags("<p>Le Prestataire</p>"));
        assert!(!is_only_tags("<contact@exemple.fr>"));
        assert!(!is_only_tags("<https://exemple.fr>"));
    }
}
