//! The request for a time stamp of RFC 3161 over a checkpoint; the token that comes back is kept beside it.

use crate::hash::Digest;

/// The object identifier of SHA-256 with its parameters, in DER.
const SHA256: [u8; 15] = [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];

/// A `TimeStampReq` in DER over the digest of a checkpoint note's bytes, with a nonce and asking for the
/// authority's certificate, so that the token can be checked years later.
pub fn request(note: &[u8], nonce: u64) -> Vec<u8> {
    let imprint = [&SHA256[..], &[0x04, 0x20], &Digest::of(note).0].concat();
    // A leading zero keeps the integer positive; DER wants no needless one.
    let nonce: Vec<u8> = nonce.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
    let positive = nonce.first().is_none_or(|b| *b >= 0x80);
    let nonce = [if positive { &[0][..] } else { &[] }, &nonce].concat();
    let body = [tlv(0x02, &[1]), tlv(0x30, &imprint), tlv(0x02, &nonce), tlv(0x01, &[0xff])].concat();
    tlv(0x30, &body)
}

/// A DER element; every body here is shorter than 128 bytes.
fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag, body.len() as u8];
    out.extend(body);
    out
}
