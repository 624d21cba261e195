//! Running headers and footers of a plain text: lines that come back, alike but for their figures.

use super::marks::Mark;
use super::rows::Row;
use super::tables::gaps;
use super::words;

/// Most lines of one header or footer found by their neighbours.
const MOST_LINES: usize = 8;
/// Longest line looked at, in bytes.
const LONGEST: usize = 220;

/// Marks lines that come back on page after page. Page layouts come with these lines already told.
pub(crate) fn mark(rows: &[Row], marks: &mut [Mark]) {
    if rows.iter().any(|r| r.size > 0.0 || r.whole) {
        return;
    }
    let mut shaped: Vec<(u64, usize)> = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let skip = matches!(marks[index], Mark::Skip) || row.text.len() > LONGEST || row.text.starts_with(['|', '#']);
        if !skip {
            shaped.push((shape_number(row.text), index));
        }
    }
    shaped.sort_unstable();
    let alike = shaped.chunk_by(|a, b| a.0 == b.0).filter(|chunk| chunk.len() >= 3);
    let places: Vec<Vec<usize>> = alike.map(|chunk| chunk.iter().map(|(_, index)| *index).collect()).collect();
    let pages = rows.last().map_or(1, |r| r.page);
    let mut rest = Vec::new();
    for found in &places {
        let shape = shape(rows[found[0]].text);
        if is_counted(rows, &shape, found, pages) {
            found.iter().for_each(|i| marks[*i] = Mark::Running);
        } else {
            rest.push((shape, found.as_slice()));
        }
    }
    let counted = places.iter().filter(|found| marks[found[0]] == Mark::Running).map(Vec::len).max().unwrap_or(0);
    for (shape, found) in &rest {
        if found.len() * 10 >= counted * 6 && comes_back(rows, shape, found) {
            found.iter().for_each(|i| marks[*i] = Mark::Running);
        }
    }
    for _ in 0..MOST_LINES {
        if !neighbours(rows, marks, &rest) {
            break;
        }
    }
}

/// A line that comes back right above or below running lines runs with them; tells whether one was found.
fn neighbours(rows: &[Row], marks: &mut [Mark], rest: &[(String, &[usize])]) -> bool {
    let runs = |marks: &[Mark], index: usize| marks.get(index) == Some(&Mark::Running);
    let mut any = false;
    for (_, found) in rest {
        if runs(marks, found[0]) {
            continue;
        }
        let follows = |i: &&usize| **i > 0 && !rows[**i].gap && runs(marks, **i - 1);
        let precedes = |i: &&usize| rows.get(**i + 1).is_some_and(|next| !next.gap) && runs(marks, **i + 1);
        let most = (found.len() * 2).div_ceil(3).max(3);
        if found.iter().filter(follows).count() >= most || found.iter().filter(precedes).count() >= most {
            found.iter().for_each(|i| marks[*i] = Mark::Running);
            any = true;
        }
    }
    any
}

/// A number that lines of the same shape share (FNV-1a over what [`shape`] writes).
fn shape_number(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut last = 0u8;
    for byte in text.bytes() {
        let byte = match byte {
            b'0'..=b'9' => b'#',
            b'\t' => b' ',
            byte => byte,
        };
        if !(matches!(byte, b'#' | b' ') && byte == last) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        last = byte;
    }
    hash
}

/// The line with every run of figures as one '#' and every run of spaces as one.
fn shape(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    for c in text.chars() {
        let c = match c {
            c if c.is_ascii_digit() => '#',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if !(matches!(c, '#' | ' ') && shape.ends_with(c)) {
            shape.push(c);
        }
    }
    shape
}

fn is_counted(rows: &[Row], shape: &str, found: &[usize], pages: u32) -> bool {
    let lower = shape.to_lowercase();
    let bare = lower.trim_matches(['-', '–', '—', ' ', '|', '.']);
    let rising = is_rising(rows, found);
    if matches!(bare, "#" | "p. #") {
        let alone = |i: &usize| rows[*i].gap || rows.get(i + 1).is_none_or(|n| n.gap || n.page > rows[*i].page);
        return rising && found.iter().all(alone);
    }
    let counts = ["page #", "#/#", "# / #", "# sur #"].iter().any(|mark| lower.contains(mark));
    (counts && rising) || at_page_edges(rows, found, pages)
}

/// Whether the last figure (or the first of "3/12") rises from one place to the next.
fn is_rising(rows: &[Row], found: &[usize]) -> bool {
    let numbers: Vec<Vec<u32>> = found.iter().map(|i| figures(rows[*i].text)).collect();
    let count = numbers.iter().map(Vec::len).min().unwrap_or(0);
    (0..count).any(|column| numbers.windows(2).all(|pair| pair[0][column] < pair[1][column]))
}

fn figures(text: &str) -> Vec<u32> {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty() && run.len() < 8);
    runs.filter_map(|run| run.parse().ok()).collect()
}

/// First or last lines of at least three pages and of two pages in five.
fn at_page_edges(rows: &[Row], found: &[usize], pages: u32) -> bool {
    if pages < 3 {
        return false;
    }
    let edge = |index: usize| {
        let page = rows[index].page;
        let other = |at: Option<usize>| at.and_then(|i| rows.get(i)).is_none_or(|r| r.page != page);
        other(index.checked_sub(3))
            || other(index.checked_sub(2))
            || other(index.checked_sub(1))
            || other(Some(index + 1))
            || other(Some(index + 2))
            || other(Some(index + 3))
    };
    let at_edges = found.iter().filter(|i| edge(**i)).count();
    at_edges >= 3 && at_edges * 5 >= pages as usize * 2 && at_edges == found.len()
}

/// A long line that comes back unchanged at even distances of about a page.
fn comes_back(rows: &[Row], shape: &str, found: &[usize]) -> bool {
    let text = rows[found[0]].text;
    let figures_of_first = figures(text);
    let alike = found.iter().all(|i| figures(rows[*i].text) == figures_of_first);
    let mut distances: Vec<usize> = found.windows(2).map(|pair| pair[1] - pair[0]).collect();
    distances.sort_unstable();
    let usual = distances[distances.len() / 2];
    let even = distances.iter().filter(|d| **d * 3 >= usual && **d <= usual * 3).count() * 4 >= distances.len() * 3;
    let below = |i: &&usize| (1..=3).any(|step| rows.get(**i + step).is_none_or(|n| n.gap));
    let most = found.len() - found.len() / 4;
    let apart = found.iter().filter(|i| rows[**i].gap).count() >= most || found.iter().filter(below).count() >= most;
    let layout = rows.iter().filter(|r| r.text.len() > LONGEST).count() * 50 < rows.len();
    let other = shape.starts_with(['-', '*', '•']) || gaps(text).len() > 1 || words::has_verb(text);
    alike && even && apart && layout && !other && shape.len() >= 30 && usual >= 15
}

#[cfg(test)]
mod tests {
    use super::super::of_text;
    use contract::BlockKind;

    fn running(text: &str) -> usize {
        of_text(text).1.iter().filter(|b| b.kind == BlockKind::Running).count()
    }

    #[test]
    fn counted_footers_are_found_and_the_sentence_goes_on_over_them() {
        let mut text = String::new();
        for page in 1..=4 {
            text += &format!(
                "Le Titulaire assure la sauvegarde quotidienne et le contrôle de la restauration de\n\n N° 25 - CCTP      Page {page}/69\n\n"
            );
        }
        text += "l'ensemble des données du Client.\n";
        let (_, blocks) = of_text(&text);
        assert_eq!(running(&text), 4);
        let last = blocks.iter().rfind(|b| b.kind == BlockKind::Paragraph).unwrap();
        assert_eq!(last.pieces.len(), 5, "{blocks:?}");
    }

    #[test]
    fn page_numbers_alone_must_rise() {
        let page = |n: u32| format!("Texte de la page, assez long pour en être une phrase.\n\n- {n} -\n\n");
        assert_eq!(running(&(1..5).map(page).collect::<String>()), 4);
        assert_eq!(running(&"Prix :\n\n12\n\n".repeat(4)), 0);
    }

    #[test]
    fn lines_beside_a_counted_line_run_with_it_and_sentences_that_come_back_do_not() {
        let body =
            "Le Titulaire assure la sauvegarde.\nCette prestation concerne les éléments définis à l'article 4.\n"
                .repeat(9);
        let page = |n: u32| format!("{body}\nv.17\nConfidentiel\nPage {n}/5\nTel. 01\n\n");
        assert_eq!(running(&(1..=5).map(page).collect::<String>()), 20);
    }

    #[test]
    fn lines_that_come_back_in_a_list_or_table_stay() {
        let text = "Périodicité : mensuelle\nLieu : sur site ou en visioconférence\n\nTexte du comité.\n\n".repeat(5);
        assert_eq!(running(&text), 0);
    }
}
