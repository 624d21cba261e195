//! The draw of a restore test: which files, in an order that nobody could choose and everybody can compute again.
//!
//! The seed is the digest of the ledger's head, which stands only after the backup's own proof was entered, of the day and
//! of the promise. Each name is ranked by the digest of seed and name; the first ones are drawn. The order in which the
//! names are given doesn't matter.

use sha2::{Digest, Sha256};

/// The seed, from the root of the ledger after the backup was filed, its size, the day (`2026-03-21`), and the promise.
pub fn seed(root: &[u8; 32], size: u64, day: &str, promise: &str) -> [u8; 32] {
    let hash = Sha256::new().chain_update(b"clausule-draw/1\n").chain_update(root);
    hash.chain_update(format!("\n{size}\n{day}\n{promise}\n")).finalize().into()
}

/// The `count` names drawn, in the order drawn.
pub fn draw<'a>(seed: &[u8; 32], names: &[&'a str], count: usize) -> Vec<&'a str> {
    let rank = |name: &str| -> [u8; 32] { Sha256::new().chain_update(seed).chain_update(name).finalize().into() };
    let mut ranked: Vec<([u8; 32], &str)> = names.iter().map(|n| (rank(n), *n)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(count).map(|(_, n)| n).collect()
}
