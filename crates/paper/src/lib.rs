//! Paper: a document to be handed to a person, as plain blocks, and its renderings as Markdown, Word and plain text.
//! The PDF is made by the `press` crate from the same blocks.
//!
//! Whoever writes a report, an amendment or an annex builds a [`Paper`] and never meets a file format. All text in
//! it is data: no renderer reads markup in it, so words taken from a contract can do nothing but be shown.
//! Nothing here reads a clock; a date that is to be printed comes in as text or as [`Date`].

mod charts;
mod clean;
mod compose;
pub mod docx;
pub mod markdown;
mod model;
pub mod text;
pub mod typography;

pub use charts::{Calendar, CalendarDay, CalendarRow, Goal, Line, Sample};
pub use clean::clean;
pub use compose::{blank, bold, break_line, italic, plain, text_of};
pub use model::{
    Align, Bar, Block, Cell, Column, Cover, Date, Inline, Item, Meta, Numbering, Paper, Part, Running, Signatory,
    Style, Table, Tile, Tone,
};
