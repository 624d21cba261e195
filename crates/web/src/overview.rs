//! Every contract in a line, kept in memory and mended where the ledger says that something moved.

use follow::{Day, State};
use std::collections::HashMap;
use std::sync::Arc;
use store::{Store, Summary, Told};

/// Contracts that moved up to which each is looked at alone.
const FEW: usize = 60;

/// The lines of an organisation as of a day and a size of the ledger.
#[derive(Debug)]
pub struct Overview {
    size: i64,
    day: Day,
    /// The lines, the worst first.
    pub rows: Vec<Arc<Summary>>,
    /// The same by id.
    pub by_id: Vec<Arc<Summary>>,
    /// What is to attend to, the worst first: a contract and the place of the promise among its wrong ones.
    wrong: Vec<(Arc<Summary>, usize)>,
}

impl Overview {
    /// Whether it tells what is so on this day, of a ledger of this size.
    pub fn holds(&self, size: i64, today: Day) -> bool {
        self.size == size && self.day == today
    }

    /// The lines as of now, from what was known.
    ///
    /// # Errors
    /// When the register can't be read.
    pub fn refresh(known: Option<Arc<Self>>, store: &mut Store, today: Day) -> store::Result<Arc<Self>> {
        if let Some(known) = known.filter(|k| k.day == today) {
            let moved = store.moved_since(known.size)?;
            if moved.size == known.size {
                return Ok(known);
            }
            if moved.contracts.len() <= FEW {
                let mut rows: HashMap<&str, Arc<Summary>> =
                    known.rows.iter().map(|r| (r.contract.id.as_str(), Arc::clone(r))).collect();
                for id in &moved.contracts {
                    if let Some(row) = store.summaries(Some(id), today)?.pop() {
                        rows.insert(id, Arc::new(row));
                    }
                }
                return Ok(Self::sorted(moved.size, today, rows.into_values().collect()));
            }
        }
        // The size is read first: what is filed meanwhile is looked at again next time.
        let size = store.moved_since(i64::MAX)?.size;
        let rows = store.summaries(None, today)?.into_iter().map(Arc::new).collect();
        Ok(Self::sorted(size, today, rows))
    }

    fn sorted(size: i64, day: Day, mut rows: Vec<Arc<Summary>>) -> Arc<Self> {
        rows.sort_by(|a, b| {
            let key = |s: &Summary| (std::cmp::Reverse(s.state), s.next_due.is_none(), s.next_due);
            key(a).cmp(&key(b)).then_with(|| a.contract.id.cmp(&b.contract.id))
        });
        let mut by_id = rows.clone();
        by_id.sort_by(|a, b| a.contract.id.cmp(&b.contract.id));
        let places = |row: &Arc<Summary>| (0..row.wrong.len()).map(|at| (Arc::clone(row), at)).collect::<Vec<_>>();
        let mut wrong: Vec<(Arc<Summary>, usize)> = rows.iter().flat_map(places).collect();
        // Within a state contracts keep their order: the worst first.
        wrong.sort_by_key(|(row, at)| std::cmp::Reverse(row.wrong[*at].state));
        Arc::new(Self { size, day, rows, by_id, wrong })
    }

    /// Promises that were not kept or not proved, the worst first, each with its contract.
    pub fn wrong(&self) -> impl ExactSizeIterator<Item = (&Arc<Summary>, &Told)> {
        self.wrong.iter().map(|(row, at)| (row, &row.wrong[*at]))
    }

    /// How many contracts have this worst state.
    pub fn count(&self, state: State) -> usize {
        self.rows.iter().filter(|r| r.state == Some(state)).count()
    }
}
