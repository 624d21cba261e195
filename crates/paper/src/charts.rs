//! Charts: a calendar of states day by day, a figure from month to month. Renderers that can't draw show them as the
//! tables made here.

use crate::{Align, Block, Cell, Column, Date, Inline, Style, Table, Tone, plain};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// States day by day. One row is shown as calendar months; several as a grid, a row each and a column a day.
/// Serialised month by month, as renderers show it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(into = "Shown")]
pub struct Calendar {
    /// One sentence that says what the calendar shows, for those who can't see it.
    pub alt: String,
    /// What each colour means; a tone's sign ([`Tone::sign`]) stands beside it.
    pub legend: Vec<(Tone, String)>,
    /// What is followed, such as one backup job each.
    pub rows: Vec<CalendarRow>,
}

/// One thing followed day by day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CalendarRow {
    /// What it is; may be empty where it is the only one.
    pub label: String,
    /// Its days, in any order; a day that is not given is left blank, the last of two equal days counts.
    pub days: Vec<CalendarDay>,
}

/// The state of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarDay {
    /// The day.
    pub date: Date,
    /// Its state.
    pub tone: Tone,
}

/// A figure from month to month, or from any step to the next.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Line {
    /// One sentence that says what the line shows, for those who can't see it.
    pub alt: String,
    /// What is measured, with its unit: "Disponibilité (%)".
    pub label: String,
    /// The figures, from left to right.
    pub samples: Vec<Sample>,
    /// What was promised, as a line across.
    pub goal: Option<Goal>,
    /// Whether a figure holds until the next one (a stair) rather than moving towards it.
    pub stepped: bool,
}

/// A figure of a [`Line`].
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Sample {
    /// When: "janv.", "3 mars".
    pub label: String,
    /// The figure; `None`, or a value that is no number, leaves a gap.
    pub value: Option<f64>,
    /// The figure in words, with its unit: "99,92 %".
    pub words: String,
    /// Its colour: bad where a promise was missed.
    pub tone: Tone,
}

/// What was promised.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Goal {
    /// The figure.
    pub value: f64,
    /// The figure in words: "promis : 99,9 %".
    pub words: String,
}

/// A calendar as renderers show it.
#[derive(Serialize)]
struct Shown {
    alt: String,
    legend: Vec<(Tone, String)>,
    months: Vec<Month>,
}

/// A month of a calendar.
#[derive(Serialize)]
struct Month {
    /// "mars 2026"
    name: String,
    /// How many days it has.
    days: u8,
    /// Empty places before its first day in a week that begins on Monday.
    offset: usize,
    rows: Vec<MonthRow>,
}

/// A row of a month: a tone for each day from the first.
#[derive(Serialize)]
struct MonthRow {
    label: String,
    tones: Vec<Tone>,
}

impl From<Calendar> for Shown {
    fn from(calendar: Calendar) -> Self {
        Self { months: calendar.months(), alt: calendar.alt, legend: calendar.legend }
    }
}

impl Calendar {
    /// The tables that say what the calendar shows.
    pub(crate) fn tables(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if self.rows.len() == 1 {
            let legend: Vec<String> =
                self.legend.iter().map(|(tone, words)| format!("{} {words}", tone.sign())).collect();
            for month in self.months() {
                blocks.push(Block::styled(Style::Label, month.name.clone()));
                blocks.push(Block::Table(month.table(&self.alt)));
            }
            blocks.push(Block::styled(Style::Note, legend.join(" · ")));
        } else if !self.rows.is_empty() {
            blocks.push(Block::Table(self.counts()));
        }
        blocks
    }

    /// The months in which something is known.
    fn months(&self) -> Vec<Month> {
        let rows: Vec<(&str, BTreeMap<Date, Tone>)> =
            self.rows.iter().map(|row| (row.label.as_str(), row.by_day())).collect();
        let firsts: BTreeSet<Date> =
            rows.iter().flat_map(|(_, days)| days.keys()).map(|date| Date { day: 1, ..*date }).collect();
        firsts
            .into_iter()
            .map(|first| {
                let days = first.days_in_month();
                let tone = |of: &BTreeMap<Date, Tone>, day| of.get(&Date { day, ..first }).copied().unwrap_or_default();
                Month {
                    name: format!("{} {}", contract::month_words(first.month), first.year),
                    days,
                    offset: first.weekday(),
                    rows: rows
                        .iter()
                        .map(|(label, of)| MonthRow {
                            label: (*label).to_owned(),
                            tones: (1..=days).map(|day| tone(of, day)).collect(),
                        })
                        .collect(),
                }
            })
            .collect()
    }

    /// For each row the number of days in each state, and the days of the states that are not the first.
    fn counts(&self) -> Table {
        let mut table = Table::with(&[2.0], &[""]);
        table.caption.clone_from(&self.alt);
        for (_, words) in &self.legend {
            table.columns.push(Column { share: 1.0, align: Align::Right });
            table.header.push(words.as_str().into());
        }
        table.columns.push(Column::of(3.0));
        table.header.push("Jours à regarder".into());
        for row in &self.rows {
            let days = row.by_day();
            let mut cells: Vec<Cell> = vec![row.label.as_str().into()];
            for (tone, _) in &self.legend {
                cells.push(days.values().filter(|of| *of == tone).count().to_string().into());
            }
            cells.push(to_look_at(&days).into());
            table.rows.push(cells);
        }
        table
    }
}

/// "3, 17 mars 2026 ; 1er avril 2026": the days that are bad, doubtful or not known.
fn to_look_at(days: &BTreeMap<Date, Tone>) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut last: Option<Date> = None;
    let wanting = |tone: Tone| !matches!(tone, Tone::Plain | Tone::Accent | Tone::Good);
    for (date, _) in days.iter().filter(|(_, tone)| wanting(**tone)) {
        match (last, out.last_mut()) {
            (Some(before), Some(words)) if (before.year, before.month) == (date.year, date.month) => {
                let month = format!(" {} {}", contract::month_words(date.month), date.year);
                let start = words.trim_end_matches(&month).to_owned();
                *words = format!("{start}, {}{month}", date.day);
            }
            _ => out.push(date.words()),
        }
        last = Some(*date);
    }
    out.join(" ; ")
}

impl CalendarRow {
    fn by_day(&self) -> BTreeMap<Date, Tone> {
        self.days.iter().map(|day| (day.date, day.tone)).collect()
    }
}

impl Month {
    /// The month as weeks, for the first of its rows.
    fn table(&self, caption: &str) -> Table {
        let mut table = Table::with(&[1.0; 7], &["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]);
        table.caption = caption.to_owned();
        table.columns.iter_mut().for_each(|column| column.align = Align::Centre);
        let mut cells = vec![Cell::default(); self.offset];
        for (tone, day) in self.rows.iter().take(1).flat_map(|row| &row.tones).zip(1..) {
            let words = format!("{day} {}", tone.sign());
            cells.push(Cell { text: plain(words.trim_end()), tone: *tone });
        }
        table.rows = cells.chunks(7).map(<[Cell]>::to_vec).collect();
        table
    }
}

/// Most figures of a line that a table lists one by one; of more, those alike that follow each other share a row.
const ONE_BY_ONE: usize = 14;

impl Line {
    /// The table that says what the line shows.
    pub(crate) fn tables(&self) -> Vec<Block> {
        let mut table = Table::with(&[1.0, 1.0], &["", &self.label]);
        table.caption.clone_from(&self.alt);
        table.columns[1].align = Align::Right;
        let alike = |a: &Sample, b: &Sample| self.samples.len() > ONE_BY_ONE && a.words == b.words && a.tone == b.tone;
        for run in self.samples.chunk_by(alike) {
            let (first, last) = (&run[0], &run[run.len() - 1]);
            let words = if first.words.is_empty() { "–" } else { &first.words };
            let label = if run.len() > 1 { format!("{} – {}", first.label, last.label) } else { first.label.clone() };
            let cell = Cell { text: vec![Inline::Text(words.to_owned())], tone: first.tone };
            table.rows.push(vec![label.as_str().into(), cell]);
        }
        let mut blocks = vec![Block::Table(table)];
        if let Some(goal) = self.goal.as_ref().filter(|goal| !goal.words.is_empty()) {
            blocks.push(Block::styled(Style::Note, goal.words.clone()));
        }
        blocks
    }
}

impl Date {
    /// The day of the week, from 0 for Monday to 6 for Sunday, in the Gregorian calendar.
    pub fn weekday(self) -> usize {
        let month = usize::from(self.month.clamp(1, 12));
        let year = i64::from(self.year) - i64::from(month < 3);
        let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1];
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let sunday_first = (year + leaps + shift + i64::from(self.day)).rem_euclid(7);
        usize::try_from((sunday_first + 6) % 7).unwrap_or(0)
    }

    /// How many days the month of this date has.
    pub fn days_in_month(self) -> u8 {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl Tone {
    /// A sign that says the state without its colour.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Plain | Self::Accent => "",
            Self::Good => "✓",
            Self::Caution => "!",
            Self::Bad => "✗",
            Self::Silent => "–",
            Self::Unknown => "?",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_a_short_table() {
        let sample = |n: usize| Sample {
            label: format!("{n} mars"),
            value: Some(if n == 7 { 98.0 } else { 100.0 }),
            words: if n == 7 { "98 %".to_owned() } else { "100 %".to_owned() },
            tone: if n == 7 { Tone::Bad } else { Tone::Plain },
        };
        let line = |n: usize| Line { samples: (1..=n).map(sample).collect(), ..Line::default() };
        let rows = |line: &Line| match line.tables().first() {
            Some(Block::Table(table)) => table.rows.len(),
            _ => 0,
        };
        assert_eq!((rows(&line(31)), rows(&line(12))), (3, 12));
    }

    fn day(month: u8, day: u8, tone: Tone) -> CalendarDay {
        CalendarDay { date: Date { year: 2026, month, day }, tone }
    }

    #[test]
    fn weeks_begin_on_monday_and_months_have_their_days() {
        let row = CalendarRow { days: vec![day(3, 2, Tone::Bad), day(3, 2, Tone::Good)], ..CalendarRow::default() };
        let legend = vec![(Tone::Good, "réussie".to_owned())];
        let calendar = Calendar { rows: vec![row], legend, ..Calendar::default() };
        let paper = crate::Paper { blocks: vec![Block::Calendar(calendar)], ..Default::default() };
        let text = crate::markdown::write(&paper);
        // 1 March 2026 is a Sunday; six weeks hold the month.
        assert!(text.starts_with("**mars 2026**\n\n| lun. |"), "{text}");
        assert!(text.contains("|  |  |  |  |  |  | 1 |\n| 2 ✓ | 3 |"), "{text}");
        assert!(text.contains("| 30 | 31 |  |  |  |  |  |\n\n✓ réussie"), "{text}");
        assert_eq!(Date { year: 2024, month: 2, day: 29 }.weekday(), 3);
        assert_eq!(Date { year: 2000, month: 1, day: 1 }.weekday(), 5);
        assert_eq!(Date { year: 1900, month: 2, day: 1 }.days_in_month(), 28);
    }

    #[test]
    fn several_rows_become_counts_and_the_days_to_look_at() {
        let calendar = Calendar {
            alt: "Deux sauvegardes.".to_owned(),
            legend: vec![(Tone::Good, "réussie".to_owned()), (Tone::Bad, "échec".to_owned())],
            rows: vec![
                CalendarRow {
                    label: "Serveur".to_owned(),
                    days: vec![
                        day(3, 3, Tone::Bad),
                        day(3, 4, Tone::Good),
                        day(3, 17, Tone::Bad),
                        day(4, 1, Tone::Bad),
                    ],
                },
                CalendarRow { label: "Messagerie".to_owned(), days: vec![day(3, 3, Tone::Good)] },
            ],
        };
        let text =
            crate::markdown::write(&crate::Paper { blocks: vec![Block::Calendar(calendar)], ..Default::default() });
        assert!(text.contains("| Serveur | 1 | 3 | 3, 17 mars 2026 ; 1er avril 2026 |"), "{text}");
        assert!(text.contains("| Messagerie | 1 | 0 |  |"), "{text}");
    }

    #[test]
    fn a_line_becomes_a_table_with_its_goal() {
        let sample = |label: &str, words: &str| Sample {
            label: label.to_owned(),
            value: Some(99.9),
            words: words.to_owned(),
            tone: Tone::Plain,
        };
        let line = Line {
            label: "Disponibilité".to_owned(),
            samples: vec![sample("janv.", "99,92 %"), Sample { label: "févr.".to_owned(), ..Sample::default() }],
            goal: Some(Goal { value: 99.9, words: "Promis : 99,9 %".to_owned() }),
            ..Line::default()
        };
        let text = crate::markdown::write(&crate::Paper { blocks: vec![Block::Line(line)], ..Default::default() });
        assert_eq!(
            text,
            "|  | Disponibilité |\n| --- | ---: |\n| janv. | 99,92 % |\n| févr. | – |\n\nPromis : 99,9 %\n"
        );
    }
}
