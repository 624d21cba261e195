//! Glyphs to words, words to rows. The order in which the file draws them does not matter.

use unicode_normalization::char::compose;

use super::glyphs::Glyph;

/// Words of one page part that stand on one baseline, from left to right. Lengths are points.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Baseline.
    pub y: f32,
    /// Its words.
    pub words: Vec<Word>,
}

/// A word: letters with no space between them.
#[derive(Debug, Clone, Default)]
pub struct Word {
    /// Left end.
    pub x0: f32,
    /// Right end.
    pub x1: f32,
    /// Baseline.
    pub y: f32,
    /// Font size.
    pub size: f32,
    /// The letters.
    pub text: String,
    /// Whether its letters are bold.
    pub bold: bool,
    /// The space character before it, where the file has one of its own (no-break spaces).
    pub space: Option<char>,
    /// Written right after the word before it, without a space (raised letters as in "1er").
    pub glued: bool,
    /// Stands for a table that was taken out of the page: its index.
    pub table: Option<usize>,
}

impl Row {
    /// Left end of its first word.
    pub fn x0(&self) -> f32 {
        self.words.first().map_or(0.0, |w| w.x0)
    }

    /// Right end of its last word.
    pub fn x1(&self) -> f32 {
        self.words.iter().map(|w| w.x1).fold(0.0, f32::max)
    }

    /// Font size of its widest word.
    pub fn size(&self) -> f32 {
        self.words.iter().max_by(|a, b| (a.x1 - a.x0).total_cmp(&(b.x1 - b.x0))).map_or(0.0, |w| w.size)
    }
}

/// Glyphs drawn one after another on a baseline.
struct Chunk {
    y: f32,
    x0: f32,
    x1: f32,
    size: f32,
    start: usize,
    end: usize,
}

/// Builds the rows of a page part, from top to bottom.
pub fn rows(glyphs: &[Glyph]) -> Vec<Row> {
    let mut chunks = chunks(glyphs);
    chunks.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Row> = Vec::new();
    let mut group: Vec<Chunk> = Vec::new();
    for chunk in chunks {
        let fits = group.first().is_none_or(|first| {
            let drop = chunk.y - first.y;
            drop <= 0.22 * first.size.min(chunk.size).max(0.35 * first.size.max(chunk.size))
        });
        if !fits {
            finish(glyphs, &mut group, &mut rows);
        }
        group.push(chunk);
    }
    finish(glyphs, &mut group, &mut rows);
    merge_raised(&mut rows);
    rows.retain(|row| !row.words.is_empty());
    rows
}

fn chunks(glyphs: &[Glyph]) -> Vec<Chunk> {
    let mut out: Vec<Chunk> = Vec::new();
    for (i, g) in glyphs.iter().enumerate() {
        if let Some(last) = out.last_mut() {
            let same_line = (g.y - last.y).abs() <= 0.06 * g.size;
            if same_line && g.x >= last.x1 - 0.3 * g.size && (g.size - last.size).abs() <= 0.05 * g.size {
                last.x1 = last.x1.max(g.x + g.w);
                last.end = i + 1;
                continue;
            }
        }
        out.push(Chunk { y: g.y, x0: g.x, x1: g.x + g.w, size: g.size, start: i, end: i + 1 });
    }
    out
}

fn finish(glyphs: &[Glyph], group: &mut Vec<Chunk>, rows: &mut Vec<Row>) {
    if group.is_empty() {
        return;
    }
    group.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let mut letters: Vec<Glyph> = Vec::with_capacity(group.iter().map(|c| c.end - c.start).sum());
    let mut overlap = false;
    let mut right = f32::MIN;
    for chunk in group.iter() {
        overlap |= chunk.x0 < right - 0.05 * chunk.size;
        right = right.max(chunk.x1);
        letters.extend_from_slice(&glyphs[chunk.start..chunk.end]);
    }
    if overlap {
        letters.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    group.clear();
    let words = words(&letters);
    if let Some(widest) = words.iter().max_by(|a, b| (a.x1 - a.x0).total_cmp(&(b.x1 - b.x0))) {
        rows.push(Row { y: widest.y, words });
    }
}

fn words(letters: &[Glyph]) -> Vec<Word> {
    let spread = letter_spacing(letters);
    let mut builder = Builder::default();
    for (i, g) in letters.iter().enumerate() {
        if g.c.is_whitespace() {
            builder.space.get_or_insert(g.c);
            continue;
        }
        if builder.take_accent(g) || builder.is_repeat(g) {
            continue;
        }
        if spacing_accent(g.c).is_some() && base_follows(g, &letters[i + 1..]) {
            builder.waiting = Some(*g);
            continue;
        }
        builder.push(g, spread);
    }
    builder.close();
    builder.words
}

/// Whether the next letter stands under this accent.
fn base_follows(accent: &Glyph, rest: &[Glyph]) -> bool {
    let middle = accent.x + accent.w / 2.0;
    rest.iter()
        .take(2)
        .any(|g| g.c.is_alphabetic() && middle > g.x - 0.05 * g.size && middle < g.x + g.w + 0.05 * g.size)
}

#[derive(Default)]
struct Builder {
    words: Vec<Word>,
    word: Word,
    letters: usize,
    bold: usize,
    last: Option<Glyph>,
    before_last: Option<Glyph>,
    space: Option<char>,
    waiting: Option<Glyph>,
}

impl Builder {
    fn push(&mut self, g: &Glyph, spread: f32) {
        if let Some(last) = self.last {
            let size = g.size.max(last.size);
            let gap = g.x - (last.x + last.w);
            let limit = if self.space.is_some() { 0.03 * size } else { 0.14 * size };
            if gap > limit.max(spread) || gap < -1.5 * size {
                self.close();
            }
        }
        if self.letters == 0 {
            let own = self.space.filter(|c| matches!(c, '\u{a0}' | '\u{202f}'));
            self.word = Word { x0: g.x, x1: g.x + g.w, y: g.y, size: g.size, space: own, ..Word::default() };
        }
        self.space = None;
        let c = match self.waiting.take().and_then(|a| spacing_accent(a.c)) {
            Some(mark) => compose(dotless(g.c), mark).unwrap_or(g.c),
            None => g.c,
        };
        self.word.text.push(c);
        self.word.x1 = self.word.x1.max(g.x + g.w);
        self.word.size = self.word.size.max(g.size);
        self.letters += 1;
        self.bold += usize::from(g.bold);
        self.before_last = self.last.replace(*g);
    }

    /// An accent drawn over the letter before it.
    fn take_accent(&mut self, g: &Glyph) -> bool {
        let Some(mark) = spacing_accent(g.c) else { return false };
        let Some(base) = self.last.filter(|b| b.c.is_alphabetic()) else { return false };
        let middle = g.x + g.w / 2.0;
        let combining = ('\u{300}'..='\u{36f}').contains(&g.c);
        let over = middle > base.x && middle < base.x + base.w;
        if !(over || (combining && g.x <= base.x + base.w + 0.2 * base.size)) {
            return false;
        }
        if let Some(last) = self.word.text.pop() {
            self.word.text.push(compose(dotless(last), mark).unwrap_or(last));
        }
        true
    }

    /// The same letter drawn again to look bold.
    fn is_repeat(&mut self, g: &Glyph) -> bool {
        let again = |other: &Option<Glyph>| {
            other.is_some_and(|o| {
                o.c == g.c && (g.x - o.x).abs() < 0.3 * g.w.max(0.1) && (g.y - o.y).abs() < 0.1 * g.size
            })
        };
        if again(&self.last) {
            self.bold = self.bold.max(self.letters);
            return true;
        }
        again(&self.before_last)
    }

    fn close(&mut self) {
        if self.letters > 0 {
            let mut word = std::mem::take(&mut self.word);
            word.bold = self.bold * 2 > self.letters;
            self.words.push(word);
        }
        self.letters = 0;
        self.bold = 0;
    }
}

/// Extra distance that separates words where letters are set apart ("A R T I C L E"), in points; 0 elsewhere.
fn letter_spacing(letters: &[Glyph]) -> f32 {
    let mut gaps: Vec<f32> = Vec::new();
    for pair in letters.windows(2) {
        if pair[0].c.is_alphabetic() && pair[1].c.is_alphabetic() {
            gaps.push((pair[1].x - pair[0].x - pair[0].w) / pair[1].size.max(0.1));
        }
    }
    if gaps.len() < 6 {
        return 0.0;
    }
    let middle = gaps.len() / 2;
    let (_, median, _) = gaps.select_nth_unstable_by(middle, f32::total_cmp);
    let size = letters.first().map_or(0.0, |g| g.size);
    if (0.1..0.5).contains(median) { (*median * 1.6 + 0.05) * size } else { 0.0 }
}

/// The combining form of an accent that fonts draw by itself.
fn spacing_accent(c: char) -> Option<char> {
    Some(match c {
        '´' | '\u{2ca}' => '\u{301}',
        '`' | '\u{2cb}' => '\u{300}',
        '^' | 'ˆ' => '\u{302}',
        '¨' => '\u{308}',
        '˜' => '\u{303}',
        '¸' => '\u{327}',
        '˚' => '\u{30a}',
        '\u{300}'..='\u{36f}' => c,
        _ => return None,
    })
}

fn dotless(c: char) -> char {
    if c == 'ı' { 'i' } else { c }
}

/// Moves raised or lowered small words ("er", footnote numbers) into the row they belong to.
fn merge_raised(rows: &mut [Row]) {
    for i in 0..rows.len() {
        if rows[i].words.is_empty() || rows[i].words.len() > 8 {
            continue;
        }
        let words = std::mem::take(&mut rows[i].words);
        let mut kept = Vec::with_capacity(words.len());
        for word in words {
            let host = [i.checked_sub(1), i.checked_add(1), i.checked_sub(2), i.checked_add(2)]
                .into_iter()
                .flatten()
                .find_map(|h| rows.get(h).and_then(|row| host_in(row, &word)).map(|at| (h, at)));
            match host {
                Some((h, at)) => insert_raised(&mut rows[h], at, word),
                None => kept.push(word),
            }
        }
        rows[i].words = kept;
    }
}

/// Index of the word that a small word hangs on.
fn host_in(row: &Row, small: &Word) -> Option<usize> {
    if (row.y - small.y).abs() > 0.75 * row.size() {
        return None;
    }
    row.words.iter().position(|w| {
        small.size <= 0.8 * w.size && (w.y - small.y).abs() <= 0.65 * w.size && (small.x0 - w.x1).abs() <= 0.25 * w.size
    })
}

fn insert_raised(row: &mut Row, at: usize, mut small: Word) {
    let host = &row.words[at];
    let footnote = small.text.chars().all(|c| c.is_ascii_digit()) && host.text.chars().count() > 2;
    small.glued = !footnote;
    small.y = host.y;
    small.size = host.size;
    row.words.insert(at + 1, small);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::glyphs::Direction;

    fn glyph(c: char, x: f32, y: f32) -> Glyph {
        Glyph { c, x, y, w: 5.0, size: 10.0, bold: false, invisible: false, direction: Direction::Right }
    }

    fn line(text: &str, x: f32, y: f32) -> Vec<Glyph> {
        text.chars().enumerate().map(|(i, c)| glyph(c, x + 5.0 * i as f32, y)).collect()
    }

    fn texts(rows: &[Row]) -> Vec<String> {
        rows.iter().map(|r| r.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn shuffled_letters_become_rows_of_words() {
        let mut glyphs = line("le client", 10.0, 50.0);
        glyphs.extend(line("Article 1", 10.0, 30.0));
        glyphs.reverse();
        assert_eq!(texts(&rows(&glyphs)), ["Article 1", "le client"]);
    }

    #[test]
    fn letters_drawn_twice_count_once_and_are_bold() {
        let mut glyphs = line("total", 10.0, 50.0);
        glyphs.extend(line("total", 10.3, 50.0));
        let rows = rows(&glyphs);
        assert_eq!(texts(&rows), ["total"]);
        assert!(rows[0].words[0].bold);
    }

    #[test]
    fn doubled_letters_of_a_word_stay() {
        assert_eq!(texts(&rows(&line("alléé", 10.0, 50.0))), ["alléé"]);
    }

    #[test]
    fn separate_accents_join_their_letter_whichever_comes_first() {
        let mut after = line("de", 10.0, 50.0);
        after.push(glyph('´', 15.2, 50.0));
        after.extend(line("lai", 20.0, 50.0));
        assert_eq!(texts(&rows(&after)), ["délai"]);
        let mut before = line("d", 10.0, 50.0);
        before.push(glyph('´', 14.9, 50.0));
        before.extend(line("elai", 15.0, 50.0));
        assert_eq!(texts(&rows(&before)), ["délai"]);
    }

    #[test]
    fn raised_letters_join_and_footnote_numbers_stand_apart() {
        let mut glyphs = line("le 1", 10.0, 50.0);
        let small = |c, x| Glyph { w: 3.0, size: 6.0, ..glyph(c, x, 46.5) };
        glyphs.extend([small('e', 30.0), small('r', 33.0)]);
        glyphs.extend(line("mars client", 41.0, 50.0));
        glyphs.push(small('3', 96.0));
        let rows = rows(&glyphs);
        assert_eq!(rows.len(), 1);
        let glued: Vec<_> = rows[0].words.iter().map(|w| (w.text.as_str(), w.glued)).collect();
        assert_eq!(
            glued,
            [("le", false), ("1", false), ("er", true), ("mars", false), ("client", false), ("3", false)]
        );
    }
}
