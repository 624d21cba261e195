//! Levels of headings, consistent within a document: the source's own where it has them, else from labels in the
//! order in which they nest.

use super::label::{Division, Label, label_of};
use super::marks::{Mark, Measure, Style};
use super::rows::Row;

/// Place of a heading's look among all looks; smaller is higher.
type Rank = u8;

const TOP: Rank = 0;
const CHAPTER: Rank = 2;
const SECTION: Rank = 4;
const ABOVE: Rank = 6;
const MAIN: Rank = 10;
const BELOW: Rank = 11;
const DEEPEST: Rank = 60;

/// One level per row, from 1 to 9 for headings and 0 for all others.
pub(crate) fn of(rows: &[Row], marks: &[Mark], measure: &Measure) -> Vec<u8> {
    if measure.marked { from_source(rows, marks) } else { from_looks(rows, marks) }
}

fn from_source(rows: &[Row], marks: &[Mark]) -> Vec<u8> {
    let mut levels = vec![0; rows.len()];
    let mut current = 0u8;
    let mut numbered: Vec<(u8, u8)> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let Mark::Head(style) = mark else { continue };
        let depth = numbering_depth(rows[index].text);
        if let Some(depth) = depth {
            numbered.retain(|(d, _)| *d < depth);
        }
        let parent = depth.and(numbered.last()).map_or(0, |(_, level)| *level);
        let level = match style {
            Style::Level(level) => (*level).max(parent + 1).clamp(1, 9),
            Style::Labelled(_) if parent > 0 => (parent + 1).min(9),
            _ => (current + 1).clamp(1, 9),
        };
        if let Style::Level(_) = style {
            current = level;
        }
        if let Some(depth) = depth {
            numbered.push((depth, level));
        }
        levels[index] = level;
    }
    levels
}

/// How many numbers the heading's label has, whatever marks stand before it.
fn numbering_depth(text: &str) -> Option<u8> {
    let found = label_of(text)?;
    match found.label {
        Label::Decimal { depth, .. } => Some(depth),
        Label::Hash(_) => match label_of(text[found.content..].trim_start_matches('*'))?.label {
            Label::Decimal { depth, .. } => Some(depth),
            _ => None,
        },
        _ => None,
    }
}

/// Which labels come first in the document decides which nest in which.
#[derive(Default)]
struct Order {
    main: Option<usize>,
    article: Option<usize>,
    decimal: Option<usize>,
    roman: Option<usize>,
    letter: Option<usize>,
    /// The first heading with two numbers or more.
    deep: Option<usize>,
}

impl Order {
    fn of(marks: &[Mark]) -> Self {
        let mut order = Order::default();
        for (index, mark) in marks.iter().enumerate() {
            let Mark::Head(Style::Labelled(label)) = mark else { continue };
            let slot = match label {
                Label::Division(Division::Article) => &mut order.article,
                Label::Decimal { depth: 1, .. } => &mut order.decimal,
                Label::Roman => &mut order.roman,
                Label::Letter => &mut order.letter,
                Label::Decimal { .. } => &mut order.deep,
                _ => continue,
            };
            slot.get_or_insert(index);
        }
        order.main = [order.article, order.decimal].into_iter().flatten().min();
        order
    }

    /// Whether the row is the first numbered heading of a part.
    fn heads_part(&self, marks: &[Mark], index: usize) -> bool {
        match marks.get(index) {
            Some(Mark::Head(Style::Labelled(Label::Decimal { last, .. }))) if *last > 1 => false,
            Some(Mark::Head(Style::Labelled(label))) => self.rank(*label) <= MAIN,
            _ => false,
        }
    }

    fn rank(&self, label: Label) -> Rank {
        let first = |at: Option<usize>| at.unwrap_or(usize::MAX);
        match label {
            Label::Division(Division::Annex | Division::Part) => TOP,
            Label::Division(Division::Chapter) => CHAPTER,
            Label::Division(Division::Section) => SECTION,
            Label::Division(Division::Article) => MAIN,
            Label::Decimal { depth: 1, .. } if first(self.decimal) > first(self.article) && self.article.is_some() => {
                BELOW
            }
            Label::Decimal { depth: 1, .. } => MAIN,
            Label::Decimal { depth, .. } => BELOW + depth * 2,
            Label::Roman if first(self.roman) < first(self.main) => ABOVE,
            Label::Roman => BELOW + 1,
            Label::Letter if first(self.letter) < first(self.main) => ABOVE + 1,
            Label::Letter => BELOW + 2,
            _ => MAIN,
        }
    }
}

fn from_looks(rows: &[Row], marks: &[Mark]) -> Vec<u8> {
    let order = Order::of(marks);
    let mut ranks: Vec<Option<Rank>> = marks.iter().map(|_| None).collect();
    let mut sizes: Vec<(Rank, f32)> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let Mark::Head(style) = mark else { continue };
        ranks[index] = match style {
            Style::Level(level) => Some(level.saturating_sub(1) * 2),
            Style::Labelled(label) => Some(order.rank(*label)),
            _ => None,
        };
        if let Some(rank) = ranks[index]
            && rows[index].size > 0.0
            && !sizes.iter().any(|(r, _)| *r == rank)
        {
            sizes.push((rank, rows[index].size));
        }
    }
    let nested = restarts(marks, &ranks);
    for index in 0..marks.len() {
        if let Mark::Head(style @ (Style::Capitals | Style::Strong | Style::Short)) = marks[index] {
            let inside = order.deep.is_some_and(|deep| deep < index);
            let heads = order.heads_part(marks, index + 1) && !nested.get(index + 1).copied().unwrap_or(false);
            ranks[index] = Some(unlabelled(rows[index].size, &order, &sizes, (heads, inside), style));
        }
    }
    for (rank, _) in ranks.iter_mut().zip(&nested).filter(|(_, nested)| **nested) {
        *rank = None;
    }
    let mut levels = compact(&ranks);
    let mut current = 0;
    for index in 0..levels.len() {
        if nested[index] {
            levels[index] = (current + 1).clamp(1, 9);
        } else if matches!(marks[index], Mark::Head(Style::Labelled(_))) {
            current = levels[index];
        }
    }
    levels
}

/// Headings "1.", "2." that begin again within a numbered part: they nest in it, whatever their depth says.
fn restarts(marks: &[Mark], ranks: &[Option<Rank>]) -> Vec<bool> {
    let mut found = vec![false; marks.len()];
    let (mut main, mut style, mut nested) = (0u32, None, 0u32);
    for (index, mark) in marks.iter().enumerate() {
        if ranks[index].is_some_and(|rank| rank < MAIN) {
            (main, nested) = (0, 0);
        }
        let Mark::Head(Style::Labelled(Label::Decimal { depth: 1, last, marked })) = mark else { continue };
        let first_style = *style.get_or_insert(*marked);
        let follows = *last == main + 1 && *marked == first_style;
        if *last > 0 && !follows && (*last == nested + 1 && *last <= main) {
            nested = *last;
            found[index] = true;
        } else if *last > 0 {
            (main, nested) = (*last, 0);
        }
    }
    found
}

/// The rank of a heading without a label: by its size, by whether it heads a numbered part or stands among
/// deeper numbers, by how it looks.
fn unlabelled(
    size: f32,
    order: &Order,
    sizes: &[(Rank, f32)],
    (heads_part, inside): (bool, bool),
    style: Style,
) -> Rank {
    let largest = sizes.iter().map(|(_, s)| *s).fold(0.0, f32::max);
    if size > largest * 1.08 && largest > 0.0 {
        return TOP + 1;
    }
    match style {
        _ if heads_part => TOP + 1,
        Style::Capitals if size <= 0.0 || largest <= 0.0 => {
            if inside {
                DEEPEST - 10
            } else {
                MAIN
            }
        }
        Style::Short => DEEPEST,
        _ if size > 0.0 => {
            let near =
                sizes.iter().filter(|(_, s)| *s <= size * 1.02).min_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
            near.map_or(DEEPEST - 10, |(rank, s)| if *s >= size * 0.98 { *rank } else { rank.saturating_sub(1) })
        }
        _ if order.main.is_none() => MAIN,
        _ => DEEPEST - 10,
    }
}

fn compact(ranks: &[Option<Rank>]) -> Vec<u8> {
    let mut used: Vec<Rank> = ranks.iter().flatten().copied().collect();
    used.sort_unstable();
    used.dedup();
    let level = |rank: &Rank| used.iter().position(|r| r == rank).map_or(0, |at| (at + 1).min(9) as u8);
    ranks.iter().map(|rank| rank.as_ref().map_or(0, level)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::of_text;
    use contract::BlockKind;

    fn levels(text: &str) -> Vec<u8> {
        let heads = of_text(text).1.into_iter().filter_map(|b| match b.kind {
            BlockKind::Heading { level } => Some(level),
            _ => None,
        });
        heads.collect()
    }

    #[test]
    fn markdown_levels_are_kept_and_bold_lines_nest_below() {
        assert_eq!(levels("# Contrat\n\n## 1. Objet\n\n**Portée**\n\nTexte.\n\n## 2. Durée\n"), [1, 2, 3, 2]);
    }

    #[test]
    fn numbering_decides_where_all_marks_are_alike() {
        assert_eq!(levels("## 1 Objet\n\n## 1.1 Portée\n\n## 1.1.1 Détail\n\n## 2 Durée\n"), [2, 3, 4, 2]);
    }

    #[test]
    fn articles_stand_above_their_numbers_and_annexes_above_articles() {
        let text = "Article 1 - Objet\n\n1.1 Portée\n\nTexte.\n\nArticle 2 - Durée\n\nAnnexe 1 – Prix\n\nTexte.\n";
        assert_eq!(levels(text), [2, 3, 2, 1]);
    }

    #[test]
    fn numbers_that_begin_again_nest_in_their_part() {
        let text = "1 Objet\n\nTexte.\n\n2 Phases\n\n2.1 Transition\n\n1. Lancement\n\nTexte.\n\n2. Plan\n\nTexte.\n\n2.2 Suite\n\nTexte.\n\n3 Prix\n";
        assert_eq!(levels(text), [1, 1, 2, 3, 3, 2, 1]);
    }

    #[test]
    fn underlines_give_levels() {
        assert_eq!(levels("Conditions\n==========\n\nObjet\n-----\n\nTexte.\n"), [1, 2]);
    }
}
