//! RFC 6962 hashing, written anew for the verifier.

use sha2::{Digest, Sha256};

/// SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The hash of a leaf.
pub(crate) fn leaf(entry: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The roots over the first `size` leaves, for each of the sizes, which must be ascending.
pub(crate) fn roots(leaves: &[[u8; 32]], sizes: &[usize]) -> Vec<Option<[u8; 32]>> {
    let mut stack: Vec<(u32, [u8; 32])> = Vec::new();
    let mut done = 0;
    let mut out = Vec::new();
    for size in sizes {
        if *size > leaves.len() || *size < done {
            out.push(None);
            continue;
        }
        for leaf in &leaves[done..*size] {
            let (mut height, mut hash) = (0, *leaf);
            while let Some((_, left)) = stack.pop_if(|(h, _)| *h == height) {
                hash = node(&left, &hash);
                height += 1;
            }
            stack.push((height, hash));
        }
        done = *size;
        let top = stack.iter().rev().map(|(_, h)| *h).reduce(|right, left| node(&left, &right));
        out.push(Some(top.unwrap_or_else(|| sha256(b""))));
    }
    out
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// 64 lower-case hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let text = text.as_bytes();
    let mut out = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (at, byte) in out.iter_mut().enumerate() {
        *byte = digit(text[2 * at])? << 4 | digit(text[2 * at + 1])?;
    }
    Some(out)
}
