//! The blocks a paper is made of.

use crate::{Calendar, Line};
use serde::Serialize;

/// A whole paper.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Paper {
    /// What readers' programs and screen readers are told of the paper.
    pub meta: Meta,
    /// The first page, where the paper has one of its own.
    pub cover: Option<Cover>,
    /// What stands at the top and the bottom of every page.
    pub running: Running,
    /// How numbered headings are numbered.
    pub numbering: Numbering,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// What readers' programs and screen readers are told of the paper.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Meta {
    /// The title; never empty in a PDF that claims to be accessible.
    pub title: String,
    /// Who answers for the paper; empty where nobody is named.
    pub author: String,
    /// One sentence on the subject; may be empty.
    pub subject: String,
    /// ISO 639-1 code of the language; empty means French.
    pub language: String,
    /// The day that the paper bears; files made on different days are the same bytes where it is the same.
    pub date: Option<Date>,
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Date {
    /// The year, such as 2026.
    pub year: i32,
    /// The month, from 1 to 12.
    pub month: u8,
    /// The day of the month, from 1 to 31.
    pub day: u8,
}

impl Date {
    /// The date in French words: "1er mars 2026".
    pub fn words(self) -> String {
        contract::date_words(self.year, self.month, self.day)
    }
}

/// A title page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Cover {
    /// A few words above the title, such as "Annexe au contrat".
    pub kicker: String,
    /// The title.
    pub title: String,
    /// A sentence below the title; may be empty.
    pub subtitle: String,
    /// Facts below, each a label and its value ("Client", "Cabinet Martin").
    pub facts: Vec<(String, Vec<Inline>)>,
    /// Whether the text begins on a new page; else it follows on.
    pub own_page: bool,
}

/// What stands at the top and the bottom of every page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Running {
    /// At the top, on the left.
    pub head: String,
    /// At the top, on the right.
    pub head_right: String,
    /// At the bottom, on the left; the page number and the number of pages stand on the right.
    pub foot: String,
}

/// How numbered headings are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbering {
    /// "1.", "1.1."
    #[default]
    Plain,
    /// "Article 1 –", "1.1."
    Article,
}

/// A block of a paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A heading.
    Heading {
        /// From 1 (outermost) to 4; other values are brought within.
        level: u8,
        /// Whether it takes the next number.
        numbered: bool,
        /// Its words.
        text: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph {
        /// How it looks.
        style: Style,
        /// Its words.
        text: Vec<Inline>,
    },
    /// A list.
    List {
        /// Numbered from 1 rather than bulleted.
        ordered: bool,
        /// Its items.
        items: Vec<Item>,
    },
    /// A table.
    Table(Table),
    /// A box that stands out.
    Callout {
        /// Its colour.
        tone: Tone,
        /// Words at its top; may be empty.
        title: Vec<Inline>,
        /// What it holds.
        blocks: Vec<Block>,
    },
    /// What belongs together, beside an edge in a colour; kept on one page unless it is long.
    Card {
        /// Its colour.
        tone: Tone,
        /// What it holds.
        blocks: Vec<Block>,
    },
    /// Frames to sign in, side by side.
    Signatures {
        /// Who signs.
        parties: Vec<Signatory>,
    },
    /// Horizontal bars made of coloured parts, with a legend.
    Bars {
        /// One sentence that says what the bars show, for those who can't see them.
        alt: String,
        /// What each colour means, in the order of the parts.
        legend: Vec<(Tone, String)>,
        /// The bars.
        bars: Vec<Bar>,
    },
    /// States day by day.
    Calendar(Calendar),
    /// A figure from month to month.
    Line(Line),
    /// Large figures side by side.
    Tiles {
        /// The figures.
        tiles: Vec<Tile>,
    },
    /// A sheet to pin to the wall: a page of its own, its words as large as the page allows.
    Poster {
        /// What it says.
        blocks: Vec<Block>,
    },
    /// What follows begins on a new page.
    PageBreak,
}

/// How a paragraph looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// As the body.
    #[default]
    Body,
    /// Larger: the sentence that opens.
    Lead,
    /// Smaller and paler: a note.
    Note,
    /// Words of another document, set apart.
    Quote,
    /// Smaller, closer to what follows: a label over what it announces.
    Label,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Item {
    /// Its words.
    pub text: Vec<Inline>,
    /// What follows below it, within the item.
    pub blocks: Vec<Block>,
}

/// A table with a header row.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Table {
    /// Its columns; every row is brought to their number.
    pub columns: Vec<Column>,
    /// The words of the header row; no header where it is empty.
    pub header: Vec<Cell>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// What the table shows, for those who can't see it; may be empty.
    pub caption: String,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Column {
    /// Its share of the width, in proportion to the other columns' shares.
    pub share: f32,
    /// Where its words stand.
    pub align: Align,
}

/// Where words stand in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// On the left.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// On the right.
    Right,
}

/// A cell of a table: words, in a tone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Cell {
    /// The words.
    pub text: Vec<Inline>,
    /// The colour behind them; none for [`Tone::Plain`].
    pub tone: Tone,
}

/// Someone who signs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Signatory {
    /// For whom: "Pour le Client, Cabinet Martin".
    pub party: Vec<Inline>,
    /// Lines below it: name, quality, place and date, each with a blank or a value.
    pub lines: Vec<Vec<Inline>>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its parts, from the left.
    pub parts: Vec<Part>,
    /// Words at its right end, such as "62 %"; may be empty.
    pub value: String,
}

/// A part of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its colour.
    pub tone: Tone,
    /// Its length, in the unit of all the bars.
    pub amount: u32,
}

/// A large figure with the words that say what it counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tile {
    /// The figure.
    pub figure: String,
    /// What it counts.
    pub label: String,
    /// Its colour.
    pub tone: Tone,
}

/// A colour by its meaning; renderers give each its shade, and never colour alone tells two things apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// None.
    #[default]
    Plain,
    /// The product's own colour: an accent.
    Accent,
    /// Well.
    Good,
    /// Doubtful.
    Caution,
    /// Bad.
    Bad,
    /// Silent: nothing said.
    Silent,
    /// Not known.
    Unknown,
}

/// Words in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum Inline {
    /// Words as they are.
    Text(String),
    /// Strong.
    Bold(Vec<Inline>),
    /// Slanted.
    Italic(Vec<Inline>),
    /// In the colour of a tone.
    Toned(Tone, Vec<Inline>),
    /// A blank to fill by hand; the words say with what.
    Blank(String),
    /// The line ends here.
    Break,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 7] =
        [Self::Plain, Self::Accent, Self::Good, Self::Caution, Self::Bad, Self::Silent, Self::Unknown];

    /// The shade for lines, figures and bars, as RRGGBB. Each keeps a contrast of 4.5 or more against white.
    pub fn strong(self) -> &'static str {
        match self {
            Self::Plain => "3D4852",
            Self::Accent => "1F4E79",
            Self::Good => "2E7D52",
            Self::Caution => "96660A",
            Self::Bad => "B3342B",
            Self::Silent => "5B6672",
            Self::Unknown => "6B5B95",
        }
    }

    /// The pale shade behind words, as RRGGBB.
    pub fn pale(self) -> &'static str {
        match self {
            Self::Plain => "FFFFFF",
            Self::Accent => "EAF1F8",
            Self::Good => "E8F4EC",
            Self::Caution => "FBF3E0",
            Self::Bad => "FBEAE8",
            Self::Silent => "F0F2F4",
            Self::Unknown => "F1EEF7",
        }
    }
}
