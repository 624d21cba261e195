//! What we read of a certificate (X.509) besides its chain: names, dates, what it is for.

use crate::der::{self, BITS, Element, INTEGER, OCTETS, OID, Reader, SEQUENCE, SET};
use crate::merkle::{hex, sha256};

const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 0x0e];
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

/// A certificate.
#[derive(Debug, Clone)]
pub(crate) struct Certificate<'a> {
    pub der: &'a [u8],
    pub serial: &'a [u8],
    pub issuer: &'a [u8],
    subject: &'a [u8],
    from: i64,
    until: i64,
    extensions: Vec<Extension<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct Extension<'a> {
    id: &'a [u8],
    critical: bool,
    value: &'a [u8],
}

impl<'a> Certificate<'a> {
    /// Reads a certificate; none when it is damaged.
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let mut body = Reader(der).inside(SEQUENCE)?.inside(SEQUENCE)?;
        body.may(0xa0);
        let serial = body.next(INTEGER)?.body;
        body.next(SEQUENCE)?;
        let issuer = body.next(SEQUENCE)?.whole;
        let mut validity = body.inside(SEQUENCE)?;
        let (from, until) = (der::seconds(validity.any()?)?, der::seconds(validity.any()?)?);
        let subject = body.next(SEQUENCE)?.whole;
        body.next(SEQUENCE)?;
        body.may(0x81);
        body.may(0x82);
        let mut extensions = Vec::new();
        if let Some(all) = body.may(0xa3) {
            for one in Reader(Reader(all.body).next(SEQUENCE)?.body).all()? {
                let mut one = Reader(one.body);
                let id = one.next(OID)?.body;
                let critical = one.may(0x01).is_some_and(|c| c.body != [0]);
                extensions.push(Extension { id, critical, value: one.next(OCTETS)?.body });
            }
        }
        Some(Self { der, serial, issuer, subject, from, until, extensions })
    }

    fn extension(&self, id: &[u8]) -> Option<Extension<'a>> {
        self.extensions.iter().copied().find(|e| e.id == id)
    }

    /// What identifies its key, where it says so.
    pub fn key_identifier(&self) -> Option<&'a [u8]> {
        Reader(self.extension(KEY_IDENTIFIER)?.value).next(OCTETS).map(|e| e.body)
    }

    /// Its SHA-256 in hexadecimal.
    pub fn digest(&self) -> String {
        hex(&sha256(self.der))
    }

    /// Whether it holds at this second.
    pub fn holds(&self, at: i64) -> bool {
        (self.from..=self.until).contains(&at)
    }

    /// Whether it may sign time stamps and nothing else (RFC 3161, 2.3).
    ///
    /// # Errors
    /// Why not, in French.
    pub fn stamps(&self) -> Result<(), String> {
        let usage = self.extension(EXTENDED_KEY_USAGE);
        let usage = usage.ok_or("n'a pas l'usage étendu « horodatage » (extendedKeyUsage)")?;
        let purposes = Reader(usage.value).inside(SEQUENCE).and_then(Reader::all).unwrap_or_default();
        let [only] = purposes.as_slice() else {
            return Err("sert à autre chose qu'à horodater (extendedKeyUsage)".to_owned());
        };
        if only.body != TIME_STAMPING {
            return Err("n'a pas l'usage étendu « horodatage » (extendedKeyUsage)".to_owned());
        }
        if !usage.critical {
            return Err("a l'usage étendu « horodatage » sans le marquer critique".to_owned());
        }
        let bits = self
            .extension(KEY_USAGE)
            .map(|e| Reader(e.value).next(BITS).map_or(0, |b| b.body.get(1).copied().unwrap_or(0)));
        // The first two bits: digital signature, non repudiation.
        if bits.is_some_and(|b| b & 0xc0 == 0) {
            return Err("ne peut pas signer (keyUsage)".to_owned());
        }
        Ok(())
    }

    /// Its holder's name, as `CN=…, O=…`.
    pub fn subject(&self) -> String {
        name(self.subject)
    }
}

/// A `Name` as `CN=…, O=…`, the closest part first.
pub(crate) fn name(name: &[u8]) -> String {
    let parts = Reader(name).inside(SEQUENCE).and_then(Reader::all).unwrap_or_default();
    let mut out: Vec<String> = Vec::new();
    for part in parts.iter().rev().filter(|p| p.tag == SET) {
        for pair in Reader(part.body).all().unwrap_or_default() {
            let mut pair = Reader(pair.body);
            if let (Some(kind), Some(value)) = (pair.next(OID), pair.any()) {
                out.push(format!("{}={}", kind_of(kind.body), text(value)));
            }
        }
    }
    out.join(", ")
}

fn kind_of(oid: &[u8]) -> String {
    let known = match oid {
        [0x55, 0x04, 3] => "CN",
        [0x55, 0x04, 5] => "serialNumber",
        [0x55, 0x04, 6] => "C",
        [0x55, 0x04, 7] => "L",
        [0x55, 0x04, 8] => "ST",
        [0x55, 0x04, 10] => "O",
        [0x55, 0x04, 11] => "OU",
        [0x55, 0x04, 97] => "organizationIdentifier",
        other => return format!("#{}", hex(other)),
    };
    known.to_owned()
}

/// A string of any of the usual kinds; what would move a terminal is left out.
fn text(value: Element) -> String {
    let text = match value.tag {
        // BMPString: UTF-16.
        0x1e => {
            let units: Vec<u16> = value.body.chunks_exact(2).map(|c| u16::from_be_bytes([c[0], c[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        // TeletexString is read as Latin-1, which is what stands in it.
        0x14 => value.body.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(value.body).into_owned(),
    };
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
