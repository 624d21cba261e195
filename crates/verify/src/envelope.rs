//! The ZIP envelope, whose every byte is laid down: stored members one after the other, no dates, no comments.

use crate::contents::Member;
use std::io::{Cursor, Read as _};

/// Where the envelope departs from its form.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub at: usize,
    pub problem: String,
}

/// The part of a local header that repeats in the directory, up to the length of the name.
const FIXED: [u8; 10] = [10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
/// Most bytes read from an envelope that was made anew by another program, where that is more than its own length.
const LOOSE_LIMIT: u64 = 256 << 20;

struct Cursed<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursed<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Wrong> {
        let found = self.at.checked_add(len).and_then(|end| self.bytes.get(self.at..end));
        let found = found.ok_or(Wrong { at: self.bytes.len(), problem: "le fichier est coupé".to_owned() })?;
        self.at += len;
        Ok(found)
    }

    fn expect(&mut self, expected: &[u8]) -> Result<(), Wrong> {
        let at = self.at;
        let found = self.take(expected.len())?;
        match found.iter().zip(expected).position(|(a, b)| a != b) {
            Some(off) => Err(Wrong { at: at + off, problem: "l'enveloppe du dossier a été changée".to_owned() }),
            None => Ok(()),
        }
    }

    fn number(&mut self) -> Result<u32, Wrong> {
        let b = self.take(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn next_is(&self, signature: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(signature)
    }
}

/// The members of an envelope laid down as `docs/ledger.md` says, to the byte.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Member<'_>>, Wrong> {
    let mut from = Cursed { bytes, at: 0 };
    let mut members = Vec::new();
    let mut directory = Vec::new();
    while from.next_is(b"PK\x03\x04") {
        let offset = from.at as u64;
        from.expect(b"PK\x03\x04")?;
        let header = from.at;
        from.expect(&FIXED)?;
        let crc_at = from.at;
        let crc = from.number()?;
        let size = from.number()?;
        from.expect(&size.to_le_bytes())?;
        let length = from.take(2)?;
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        from.expect(&[0, 0])?;
        let header = &bytes[header..from.at];
        let name_at = from.at;
        let name = std::str::from_utf8(from.take(length)?)
            .map_err(|_| Wrong { at: name_at, problem: "le nom d'un fichier est illisible".to_owned() })?;
        let content = from.take(size as usize)?;
        if crc32fast::hash(content) != crc {
            let problem = format!("{name} n'a plus la somme de contrôle de l'enveloppe");
            return Err(Wrong { at: crc_at, problem });
        }
        directory.extend(b"PK\x01\x02\x0a\x00");
        directory.extend(header);
        directory.extend([0; 10]);
        directory.extend((offset as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        members.push(Member { name: name.to_owned(), bytes: content });
    }
    let start = from.at;
    from.expect(&directory)?;
    from.expect(b"PK\x05\x06\0\0\0\0")?;
    let count = (members.len() as u16).to_le_bytes();
    from.expect(&[count, count].concat())?;
    from.expect(&(directory.len() as u32).to_le_bytes())?;
    from.expect(&(start as u32).to_le_bytes())?;
    from.expect(&[0, 0])?;
    if from.at != bytes.len() {
        return Err(Wrong { at: from.at, problem: "des octets ont été ajoutés à la fin".to_owned() });
    }
    Ok(members)
}

/// The members of any readable ZIP, none where they are too much; used only to tell what else is wrong.
pub(crate) fn read_loosely(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let length = bytes.len() as u64;
    let mut left = length.max(LOOSE_LIMIT.min(64 * length));
    let mut out = Vec::new();
    for at in 0..archive.len().min(70_000) {
        let file = archive.by_index(at).ok()?;
        if file.is_dir() {
            continue;
        }
        let name = file.name().ok()?.into_owned();
        let mut content = Vec::new();
        // A member whose bytes can't be read whole is shown as far as it goes.
        let _ = file.take(left + 1).read_to_end(&mut content);
        left = left.checked_sub(content.len() as u64)?;
        out.push((name, content));
    }
    Some(out)
}
