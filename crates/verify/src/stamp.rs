//! What an answer of a time-stamping authority says (RFC 3161): the imprint it stamps and the time.
//!
//! The authority's own signature is for `openssl ts -verify`, with the certificate the reader trusts.

/// An answer that grants a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The SHA-256 that was stamped.
    pub imprint: [u8; 32],
    /// The authority's time, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub time: String,
    /// The number by which the one who asked knows the answer for his own, where it fits 64 bits.
    pub nonce: Option<u64>,
}

/// A DER element: its tag, its body, what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.is_empty() || digits.len() > 4 {
            return None;
        }
        (digits.iter().fold(0, |n, d| n << 8 | usize::from(*d)), rest)
    };
    let (body, rest) = rest.split_at_checked(length)?;
    Some((tag, body, rest))
}

/// The body of the first element, which must have this tag, and what follows.
fn tagged(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    element(bytes).filter(|e| e.0 == tag).map(|e| (e.1, e.2))
}

/// Reads a `TimeStampResp` in DER; `None` when it is not one, was refused, or doesn't use SHA-256.
pub fn read(response: &[u8]) -> Option<Stamp> {
    const SHA256: [u8; 11] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
    const TST_INFO: [u8; 11] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
    let (body, rest) = tagged(response, 0x30)?;
    let (status, token) = tagged(body, 0x30)?;
    let (granted, _) = tagged(status, 0x02)?;
    if !matches!(granted, [0 | 1]) || !rest.is_empty() {
        return None;
    }
    let (content, _) = tagged(token, 0x30)?;
    let (_, signed) = tagged(content, 0x06)?;
    let (signed, _) = tagged(signed, 0xa0)?;
    let (signed, _) = tagged(signed, 0x30)?;
    let (_, signed) = tagged(signed, 0x02)?;
    let (_, signed) = tagged(signed, 0x31)?;
    let (info, _) = tagged(signed, 0x30)?;
    let (kind, info) = tagged(info, 0x06)?;
    let (info, _) = tagged(info, 0xa0)?;
    let (info, _) = tagged(info, 0x04)?;
    let (info, _) = tagged(info, 0x30)?;
    let (_, info) = tagged(info, 0x02)?;
    let (_, info) = tagged(info, 0x06)?;
    let (imprint, info) = tagged(info, 0x30)?;
    let (algorithm, imprint) = tagged(imprint, 0x30)?;
    let (imprint, _) = tagged(imprint, 0x04)?;
    let (_, info) = tagged(info, 0x02)?;
    let (time, rest) = tagged(info, 0x18)?;
    if kind != TST_INFO || !algorithm.starts_with(&SHA256) {
        return None;
    }
    Some(Stamp { imprint: imprint.try_into().ok()?, time: general_time(time)?, nonce: nonce(rest) })
}

/// The nonce among what follows the time: the first INTEGER; accuracy and ordering before it have tags of their own.
fn nonce(mut rest: &[u8]) -> Option<u64> {
    while let Some((tag, body, after)) = element(rest) {
        if tag == 0x02 {
            let digits = body.strip_prefix(&[0]).unwrap_or(body);
            return (digits.len() <= 8).then(|| digits.iter().fold(0, |n, d| n << 8 | u64::from(*d)));
        }
        rest = after;
    }
    None
}

/// `20261129075152Z` or with fractions, as RFC 3339.
fn general_time(bytes: &[u8]) -> Option<String> {
    let digits = bytes.get(..14).filter(|d| d.iter().all(u8::is_ascii_digit))?;
    let text = std::str::from_utf8(digits).ok().filter(|_| bytes.ends_with(b"Z"))?;
    let part = |from: usize, to: usize| &text[from..to];
    let date = format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8));
    Some(format!("{date}T{}:{}:{}Z", part(8, 10), part(10, 12), part(12, 14)))
}
