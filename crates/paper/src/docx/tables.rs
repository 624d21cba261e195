//! Tables, and what Word can only show as tables: boxes, signatures, bars, tiles.

use super::body::{Body, Shape};
use crate::{Align, Bar, Block, Cell, Inline, Signatory, Table, Tile, Tone, plain};
use std::io;

/// Blocks of a bar of full length.
const BAR_LENGTH: u64 = 26;

/// Rows of a table that is kept on one page.
const WHOLE: usize = 12;

/// Borders of one cell or table: which side, how thick in eighths of a point, what colour.
type Edges<'e> = &'e [(&'static str, u32, &'static str)];

impl Body {
    pub(super) fn table(&mut self, table: &Table, width: u32) -> io::Result<()> {
        if table.columns.is_empty() {
            return Ok(());
        }
        let widths: Vec<u32> = table.widths().iter().map(|share| (share * width as f32) as u32).collect();
        self.open_table("PaperTable", &widths, &[], &table.caption)?;
        if !table.header.is_empty() {
            self.open_row(true)?;
            for (at, cell) in table.squared(&table.header).iter().enumerate() {
                self.open_cell(widths[at], Tone::Accent.pale(), &[])?;
                self.paragraph(&shape("TableHead", table.columns[at].align), &cell.text)?;
                self.xml.close("w:tc")?;
            }
            self.xml.close("w:tr")?;
        }
        let whole = table.rows.len() <= WHOLE;
        for (at, row) in table.rows.iter().enumerate() {
            // A short table stays whole: each row but the last keeps to the next.
            self.keep = whole && at + 1 < table.rows.len();
            let cells = table.squared(row);
            self.open_row_to_fill(cells.iter().all(|cell| cell.text.is_empty()))?;
            for (at, cell) in cells.iter().enumerate() {
                self.cell(cell, widths[at], table.columns[at].align)?;
            }
            self.xml.close("w:tr")?;
        }
        self.keep = false;
        self.close_table()
    }

    fn cell(&mut self, cell: &Cell, width: u32, align: Align) -> io::Result<()> {
        self.open_cell(width, cell.tone.pale(), &[])?;
        self.paragraph(&shape("TableText", align), &cell.text)?;
        self.xml.close("w:tc")
    }

    pub(super) fn facts(&mut self, facts: &[(String, Vec<Inline>)]) -> io::Result<()> {
        let mut table = Table::with(&[1.0, 3.0], &[]);
        for (label, value) in facts {
            table.rows.push(vec![vec![crate::bold(label.as_str())].into(), value.clone().into()]);
        }
        self.table(&table, super::TEXT_WIDTH)
    }

    /// Blocks beside an edge in a colour, on a fill.
    pub(super) fn boxed(
        &mut self,
        tone: Tone,
        fill: &str,
        title: &[Inline],
        blocks: &[Block],
        width: u32,
    ) -> io::Result<()> {
        self.open_table("TableNormal", &[width], &[], "")?;
        self.open_row(false)?;
        self.open_cell(width, fill, &[("w:left", 24, tone.strong())])?;
        if !title.is_empty() {
            self.coloured(&Shape { style: "Label", ..Shape::default() }, title, tone.strong())?;
        }
        self.blocks(blocks, 0, width.saturating_sub(300))?;
        // A cell must end with a paragraph.
        if !matches!(blocks.last(), Some(Block::Paragraph { .. } | Block::Heading { .. } | Block::List { .. })) {
            self.gap()?;
        }
        self.xml.close("w:tc")?;
        self.xml.close("w:tr")?;
        self.close_table()
    }

    pub(super) fn signatures(&mut self, parties: &[Signatory], width: u32) -> io::Result<()> {
        if parties.is_empty() {
            return Ok(());
        }
        let each = width / u32::try_from(parties.len()).unwrap_or(1).max(1);
        let widths = vec![each; parties.len()];
        self.open_table("TableNormal", &widths, &[], "")?;
        self.open_row(false)?;
        for party in parties {
            let line = "B8C4CF";
            let edges = [("w:top", 6, line), ("w:left", 6, line), ("w:bottom", 6, line), ("w:right", 6, line)];
            self.open_cell(each, "FFFFFF", &edges)?;
            self.paragraph(&Shape { style: "TableHead", ..Shape::default() }, &party.party)?;
            for words in &party.lines {
                self.paragraph(&Shape { style: "TableText", ..Shape::default() }, words)?;
            }
            self.paragraph(&Shape { style: "TableText", ..Shape::default() }, &plain("Signature :"))?;
            for _ in 0..4 {
                self.paragraph(&Shape { style: "TableText", ..Shape::default() }, &[])?;
            }
            self.xml.close("w:tc")?;
        }
        self.xml.close("w:tr")?;
        self.close_table()
    }

    pub(super) fn bars(&mut self, alt: &str, legend: &[(Tone, String)], bars: &[Bar], width: u32) -> io::Result<()> {
        let runs: Vec<(Tone, String)> = legend.iter().map(|(tone, words)| (*tone, format!("■ {words}   "))).collect();
        self.painted(&Shape { style: "TableText", ..Shape::default() }, &runs)?;
        let longest = bars.iter().map(length).max().unwrap_or(0).max(1);
        let widths = [width * 35 / 100, width * 53 / 100, width * 12 / 100];
        self.open_table("TableNormal", &widths, &[], alt)?;
        for bar in bars {
            self.open_row(false)?;
            self.cell(&bar.label.as_str().into(), widths[0], Align::Left)?;
            self.open_cell(widths[1], "FFFFFF", &[])?;
            self.painted(&Shape { style: "TableText", ..Shape::default() }, &segments(bar, longest))?;
            self.xml.close("w:tc")?;
            self.cell(&bar.value.as_str().into(), widths[2], Align::Right)?;
            self.xml.close("w:tr")?;
        }
        self.close_table()
    }

    pub(super) fn tiles(&mut self, tiles: &[Tile], width: u32) -> io::Result<()> {
        if tiles.is_empty() {
            return Ok(());
        }
        let each = width / u32::try_from(tiles.len()).unwrap_or(1).max(1);
        self.open_table("TableNormal", &vec![each; tiles.len()], &[], "")?;
        self.open_row(false)?;
        for tile in tiles {
            self.open_cell(each, tile.tone.pale(), &[("w:right", 24, "FFFFFF")])?;
            let figure = plain(tile.figure.as_str());
            self.coloured(&Shape { style: "TileFigure", ..Shape::default() }, &figure, tile.tone.strong())?;
            self.paragraph(&Shape { style: "TileLabel", ..Shape::default() }, &plain(tile.label.as_str()))?;
            self.xml.close("w:tc")?;
        }
        self.xml.close("w:tr")?;
        self.close_table()
    }

    fn gap(&mut self) -> io::Result<()> {
        self.paragraph(&Shape { style: "Gap", ..Shape::default() }, &[])
    }

    fn open_table(&mut self, style: &str, widths: &[u32], edges: Edges<'_>, caption: &str) -> io::Result<()> {
        let total: u32 = widths.iter().sum();
        self.xml.open("w:tbl", &[])?;
        self.xml.open("w:tblPr", &[])?;
        self.xml.value("w:tblStyle", style)?;
        self.xml.empty("w:tblW", &[("w:w", &total.to_string()), ("w:type", "dxa")])?;
        self.edges("w:tblBorders", edges)?;
        self.xml.empty("w:tblLayout", &[("w:type", "fixed")])?;
        self.xml.empty("w:tblLook", &[("w:val", "0020"), ("w:firstRow", "1")])?;
        if !caption.is_empty() {
            self.xml.value("w:tblCaption", &crate::clean(caption))?;
        }
        self.xml.close("w:tblPr")?;
        self.xml.open("w:tblGrid", &[])?;
        for width in widths {
            self.xml.empty("w:gridCol", &[("w:w", &width.to_string())])?;
        }
        self.xml.close("w:tblGrid")
    }

    /// Ends the table; Word glues two tables together unless a paragraph parts them.
    fn close_table(&mut self) -> io::Result<()> {
        self.xml.close("w:tbl")?;
        self.gap()
    }

    /// A row of the body; one that is to be filled by hand has the height for it.
    fn open_row_to_fill(&mut self, empty: bool) -> io::Result<()> {
        if !empty {
            return self.open_row(false);
        }
        self.xml.open("w:tr", &[])?;
        self.xml.open("w:trPr", &[])?;
        self.xml.empty("w:cantSplit", &[])?;
        self.xml.empty("w:trHeight", &[("w:val", "480"), ("w:hRule", "atLeast")])?;
        self.xml.close("w:trPr")
    }

    fn open_row(&mut self, header: bool) -> io::Result<()> {
        self.xml.open("w:tr", &[])?;
        self.xml.open("w:trPr", &[])?;
        self.xml.empty("w:cantSplit", &[])?;
        if header {
            self.xml.empty("w:tblHeader", &[])?;
        }
        self.xml.close("w:trPr")
    }

    fn open_cell(&mut self, width: u32, fill: &str, edges: Edges<'_>) -> io::Result<()> {
        self.xml.open("w:tc", &[])?;
        self.xml.open("w:tcPr", &[])?;
        self.xml.empty("w:tcW", &[("w:w", &width.to_string()), ("w:type", "dxa")])?;
        self.edges("w:tcBorders", edges)?;
        if fill != "FFFFFF" {
            self.xml.empty("w:shd", &[("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)])?;
        }
        self.xml.close("w:tcPr")
    }

    fn edges(&mut self, name: &str, edges: Edges<'_>) -> io::Result<()> {
        if edges.is_empty() {
            return Ok(());
        }
        self.xml.open(name, &[])?;
        for (side, thick, colour) in edges {
            let thick = thick.to_string();
            self.xml
                .empty(side, &[("w:val", "single"), ("w:sz", thick.as_str()), ("w:space", "0"), ("w:color", colour)])?;
        }
        self.xml.close(name)
    }
}

fn shape(style: &'static str, align: Align) -> Shape<'static> {
    let align = match align {
        Align::Left => None,
        Align::Centre => Some("center"),
        Align::Right => Some("right"),
    };
    Shape { style, align, ..Shape::default() }
}

fn length(bar: &Bar) -> u64 {
    bar.parts.iter().map(|part| u64::from(part.amount)).sum()
}

/// The parts of a bar as runs of full blocks; a part that is not nothing gets one at least.
fn segments(bar: &Bar, longest: u64) -> Vec<(Tone, String)> {
    bar.parts
        .iter()
        .filter(|part| part.amount > 0)
        .map(|part| {
            let blocks = (u64::from(part.amount) * BAR_LENGTH + longest / 2) / longest;
            (part.tone, "█".repeat(blocks.max(1) as usize))
        })
        .collect()
}
