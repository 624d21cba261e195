//! The Merkle tree of RFC 6962: its right edge, enough to append and to give the root, and the root over all leaves.

use crate::hash::{Digest, empty, node};
use serde::{Deserialize, Serialize};

/// The complete subtrees along the right edge, largest first: all that appending needs, at most 64 digests.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The edge of the tree over these leaf hashes.
    pub fn over(leaves: &[Digest]) -> Self {
        let mut out = Self::default();
        leaves.iter().for_each(|l| out.push(*l));
        out
    }

    /// The edge from what was stored; `None` when the number of peaks doesn't fit the size.
    pub fn from_parts(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The complete subtrees, largest first.
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }

    /// Appends a leaf hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        // Each trailing one bit of the size is a complete subtree as large as the one in hand.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root.
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty() };
        peaks.fold(*last, |right, left| node(left, &right))
    }
}

/// The root over leaf hashes (RFC 6962, section 2.1).
pub fn root(leaves: &[Digest]) -> Digest {
    Frontier::over(leaves).root()
}
