//! The stack of what is open while a flow is read: cells in rows in tables in flows.

use crate::sheet::{Item, Table, TableRow};

#[derive(Debug)]
enum Frame {
    Flow(Vec<Item>),
    /// A table, and whether the rows at hand name its columns.
    Table(Table, bool),
    /// A row, and whether it was deleted.
    Row(TableRow, bool),
}

/// Open flows, tables and rows; the outermost is always a flow.
#[derive(Debug)]
pub(crate) struct Frames(Vec<Frame>);

impl Frames {
    /// An empty flow.
    pub fn new() -> Self {
        Self(vec![Frame::Flow(Vec::new())])
    }

    /// Puts an item into the innermost flow.
    pub fn push(&mut self, item: Item) {
        let flow = self.0.iter_mut().rev().find_map(|frame| match frame {
            Frame::Flow(items) => Some(items),
            _ => None,
        });
        if let Some(items) = flow {
            items.push(item);
        }
    }

    /// Puts items into the innermost flow.
    pub fn extend(&mut self, items: Vec<Item>) {
        items.into_iter().for_each(|item| self.push(item));
    }

    /// Opens a cell, a note or a text box.
    pub fn open_flow(&mut self) {
        self.0.push(Frame::Flow(Vec::new()));
    }

    /// Opens a table.
    pub fn open_table(&mut self) {
        self.0.push(Frame::Table(Table::default(), false));
    }

    /// Opens a row.
    pub fn open_row(&mut self) {
        self.0.push(Frame::Row(TableRow::default(), false));
    }

    /// Says whether the rows that follow in the open table name its columns.
    pub fn set_header_rows(&mut self, header: bool) {
        if let Some(Frame::Table(_, rows)) = self.0.last_mut() {
            *rows = header;
        }
    }

    /// Says that the open row names the columns.
    pub fn set_header_row(&mut self) {
        if let Some(Frame::Row(row, _)) = self.0.last_mut() {
            row.header = true;
        }
    }

    /// Says that the open row was deleted.
    pub fn drop_row(&mut self) {
        if let Some(Frame::Row(_, dropped)) = self.0.last_mut() {
            *dropped = true;
        }
    }

    /// How many frames are open beyond the outermost flow.
    pub fn depth(&self) -> usize {
        self.0.len() - 1
    }

    /// Closes the innermost frame and hands what it holds to the one around it.
    pub fn close(&mut self) {
        if self.depth() == 0 {
            return;
        }
        let Some(frame) = self.0.pop() else { return };
        match (frame, self.0.last_mut()) {
            (Frame::Flow(items), Some(Frame::Row(row, _))) => row.cells.push(items),
            (Frame::Row(_, true), _) => {}
            (Frame::Row(row, false), Some(Frame::Table(table, header))) => {
                let header = row.header || *header;
                table.rows.push(TableRow { header, ..row });
            }
            (Frame::Table(table, _), _) => self.push(Item::Table(table)),
            (Frame::Flow(items), _) => self.extend(items),
            (Frame::Row(row, _), _) => row.cells.into_iter().for_each(|cell| self.extend(cell)),
        }
    }

    /// Takes the items of the innermost flow, which is closed.
    pub fn take_flow(&mut self) -> Vec<Item> {
        match self.0.pop() {
            Some(Frame::Flow(items)) if !self.0.is_empty() => items,
            Some(frame) => {
                self.0.push(frame);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Closes everything and gives the outermost flow.
    pub fn into_items(mut self) -> Vec<Item> {
        while self.depth() > 0 {
            self.close();
        }
        match self.0.pop() {
            Some(Frame::Flow(items)) => items,
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Para;

    fn word(text: &str) -> Item {
        Item::Para(Para::new(text, None))
    }

    #[test]
    fn cells_go_to_rows_and_deleted_rows_vanish() {
        let mut frames = Frames::new();
        frames.open_table();
        for dropped in [false, true] {
            frames.open_row();
            if dropped {
                frames.drop_row();
            }
            frames.open_flow();
            frames.push(word("a"));
            frames.close();
            frames.close();
        }
        frames.close();
        let items = frames.into_items();
        assert!(matches!(&items[..], [Item::Table(table)] if table.rows.len() == 1 && table.rows[0].cells.len() == 1));
    }

    #[test]
    fn what_broken_input_leaves_open_is_closed() {
        let mut frames = Frames::new();
        frames.open_table();
        frames.open_row();
        frames.open_flow();
        frames.push(word("a"));
        assert!(frames.take_flow() == vec![word("a")]);
        assert!(frames.take_flow().is_empty());
        assert_eq!(frames.into_items().len(), 1);
    }
}
