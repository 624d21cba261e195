//! What a register remembers between two writes of its own, so that a proof costs few statements. It holds only while
//! nobody else wrote: the ledger's size tells.

use evidence::Volume;
use std::collections::HashMap;

/// Most sheets remembered.
const SHEETS: usize = 20_000;
/// Most jobs remembered.
const JOBS: usize = 20_000;

/// The memory.
#[derive(Debug, Default)]
pub(crate) struct Warm {
    size: Option<u64>,
    /// Entries of each contract.
    pub entries: HashMap<String, i64>,
    sheets: HashMap<(String, i32), Vec<u8>>,
    floors: HashMap<(String, i64), Option<Volume>>,
}

impl Warm {
    /// Forgets everything unless the ledger stands where this register left it. Until [`Warm::left`] says where it was
    /// left again, the next call forgets too: a transaction that fails leaves nothing behind.
    pub fn take_up(&mut self, size: u64) {
        if self.size != Some(size) || self.sheets.len() > SHEETS || self.floors.len() > JOBS {
            *self = Self::default();
        }
        self.size = None;
    }

    /// The ledger was left at this size by a commit.
    pub fn left(&mut self, size: u64) {
        self.size = Some(size);
    }

    /// A sheet, if it is remembered.
    pub fn sheet(&mut self, promise: &str, month: i32) -> Option<&mut Vec<u8>> {
        self.sheets.get_mut(&(promise.to_owned(), month))
    }

    /// Remembers a sheet.
    pub fn keep_sheet(&mut self, promise: &str, month: i32, data: Vec<u8>) {
        self.sheets.insert((promise.to_owned(), month), data);
    }

    /// The volume of a job's last accepted run; the inner `None` when it is known to have none.
    pub fn floor(&self, contract: &str, job: i64) -> Option<Option<Volume>> {
        self.floors.get(&(contract.to_owned(), job)).copied()
    }

    /// Remembers the volume of a job's last accepted run.
    pub fn keep_floor(&mut self, contract: &str, job: i64, volume: Option<Volume>) {
        self.floors.insert((contract.to_owned(), job), volume);
    }
}
