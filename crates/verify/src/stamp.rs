//! What an answer of a time-stamping authority says (RFC 3161): the imprint it stamps and the time. Who signed it is for
//! [`authority`](crate::authority).

use crate::der::{self, Element, INTEGER, OCTETS, OID, Reader, SEQUENCE, SET};

/// The object identifier of SHA-256.
pub(crate) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// That of a time stamp as the content of a signature.
pub(crate) const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

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

/// The parts of a token: what was signed, and what is needed to check it.
pub(crate) struct Token<'a> {
    pub stamp: Stamp,
    /// The authority's time in seconds since 1970.
    pub seconds: i64,
    /// The authority's name as the stamp says it, as a `Name`, where it does.
    pub named: Option<&'a [u8]>,
    /// The signed content.
    pub info: &'a [u8],
    /// Certificates that came along.
    pub certificates: Vec<&'a [u8]>,
    /// Who signed, as `SignerInfo`.
    pub signers: Vec<Element<'a>>,
}

/// Reads a `TimeStampResp` in DER; `None` when it is not one, was refused, or doesn't use SHA-256.
pub fn read(response: &[u8]) -> Option<Stamp> {
    token(response).map(|t| t.stamp)
}

pub(crate) fn token(response: &[u8]) -> Option<Token<'_>> {
    let mut outer = Reader(response);
    let mut answer = outer.inside(SEQUENCE)?;
    let granted = answer.inside(SEQUENCE)?.next(INTEGER)?;
    if !matches!(granted.body, [0 | 1]) || !outer.0.is_empty() {
        return None;
    }
    let mut content = answer.inside(SEQUENCE)?;
    if content.next(OID)?.body != SIGNED_DATA || !answer.0.is_empty() {
        return None;
    }
    let mut signed = content.inside(0xa0)?.inside(SEQUENCE)?;
    signed.next(INTEGER)?;
    signed.next(SET)?;
    let mut inner = signed.inside(SEQUENCE)?;
    if inner.next(OID)?.body != TST_INFO {
        return None;
    }
    let info = inner.inside(0xa0)?.next(OCTETS)?.body;
    let certificates = match signed.may(0xa0) {
        None => Vec::new(),
        Some(all) => Reader(all.body).all()?.iter().filter(|c| c.tag == SEQUENCE).map(|c| c.whole).collect(),
    };
    signed.may(0xa1);
    let signers = signed.inside(SET)?.all()?;
    let (stamp, seconds, named) = info_of(info)?;
    Some(Token { stamp, seconds, named, info, certificates, signers })
}

/// What `TSTInfo` says.
fn info_of(info: &[u8]) -> Option<(Stamp, i64, Option<&[u8]>)> {
    let mut info = Reader(info).inside(SEQUENCE)?;
    info.next(INTEGER)?;
    info.next(OID)?;
    let mut imprint = info.inside(SEQUENCE)?;
    if imprint.inside(SEQUENCE)?.next(OID)?.body != SHA256 {
        return None;
    }
    let imprint = imprint.next(OCTETS)?.body.try_into().ok()?;
    info.next(INTEGER)?;
    let time = info.next(0x18)?;
    // Accuracy, ordering, nonce, name and extensions have tags of their own.
    let rest = info.all()?;
    let nonce = rest.iter().find(|e| e.tag == INTEGER).and_then(|e| number(e.body));
    let named = rest.iter().find(|e| e.tag == 0xa0).and_then(|e| Reader(e.body).next(0xa4)).map(|n| n.body);
    Some((Stamp { imprint, time: der::instant(time)?, nonce }, der::seconds(time)?, named))
}

fn number(body: &[u8]) -> Option<u64> {
    let digits = body.strip_prefix(&[0]).unwrap_or(body);
    (digits.len() <= 8).then(|| digits.iter().fold(0, |n, d| n << 8 | u64::from(*d)))
}
