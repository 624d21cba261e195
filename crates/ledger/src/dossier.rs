//! The dossier: one file with everything a third party needs to check what was promised and proved.
//!
//! A ZIP whose every byte is laid down by `docs/ledger.md`, members stored without compression: the same ledger
//! gives the same file, and any change shows.

use crate::entry::Entry;
use crate::hash::Digest;
use crate::note::Signer;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Gives the bytes of a file by its digest.
pub trait BlobSource {
    /// The bytes.
    ///
    /// # Errors
    /// When they are gone or can't be read.
    fn bytes(&self, sha256: &Digest) -> io::Result<Vec<u8>>;
}

impl<F: Fn(&Digest) -> io::Result<Vec<u8>>> BlobSource for F {
    fn bytes(&self, sha256: &Digest) -> io::Result<Vec<u8>> {
        self(sha256)
    }
}

/// Why a dossier could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// A file could not be read or the output not be written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A stored file is not the one its entry names.
    #[error("le fichier {sha256} ({name}) n'est plus celui qui a été reçu")]
    Altered {
        /// The digest the entry names.
        sha256: Digest,
        /// The name it came under.
        name: String,
    },
    /// An entry's line is not JSON of an entry.
    #[error("l'écriture n° {0} du registre est illisible")]
    Entry(u64),
    /// The classic ZIP format ends at 4 GiB and 65,535 members.
    #[error("le dossier dépasse 4 Gio ou 65 535 fichiers : exportez une période plus courte")]
    TooLarge,
}

/// What goes into a dossier. Lines and leaves come from the store as they were written.
#[derive(Debug, Clone)]
pub struct Dossier<'a> {
    /// The contract it is about; `None` for the whole ledger.
    pub contract: Option<&'a str>,
    /// When it was made (RFC 3339, UTC).
    pub created: &'a str,
    /// The leaf hash of every entry of the ledger, in order.
    pub leaves: &'a [Digest],
    /// The lines that are disclosed, in order of `seq`.
    pub lines: &'a [String],
    /// Signed checkpoints, smallest size first; the last covers all leaves.
    pub checkpoints: &'a [String],
    /// RFC 3161 answers in DER, each with the size of the checkpoint whose note it stamps.
    pub stamps: &'a [(u64, Vec<u8>)],
}

/// What the reader of a dossier sees first.
const README: &str = include_str!("../dossier-lisez-moi.txt");

/// One member, in the order of the file.
enum Member {
    Bytes(String, Vec<u8>),
    Blob(Digest, u64, String),
}

impl Dossier<'_> {
    /// Writes the dossier, one file in memory at a time.
    ///
    /// # Errors
    /// When a file is gone or was altered, the output can't be written, or it would grow too large.
    pub fn write(&self, signer: &Signer, blobs: &dyn BlobSource, out: &mut dyn Write) -> Result<(), DossierError> {
        let members = self.members(signer)?;
        let mut zip = Zip { out, at: 0, central: Vec::new(), count: 0 };
        for member in members {
            match member {
                Member::Bytes(name, bytes) => zip.member(&name, &bytes)?,
                Member::Blob(sha256, _, name) => {
                    let bytes = blobs.bytes(&sha256)?;
                    if Digest::of(&bytes) != sha256 {
                        return Err(DossierError::Altered { sha256, name });
                    }
                    zip.member(&format!("blobs/{sha256}"), &bytes)?;
                }
            }
        }
        zip.finish()
    }

    fn members(&self, signer: &Signer) -> Result<Vec<Member>, DossierError> {
        let mut members = vec![
            Member::Bytes("key.pub".to_owned(), format!("{}\n", signer.public()).into_bytes()),
            Member::Bytes("LISEZ-MOI.txt".to_owned(), README.as_bytes().to_vec()),
            Member::Bytes("leaves.txt".to_owned(), lines(self.leaves.iter())),
            Member::Bytes("entries.jsonl".to_owned(), lines(self.lines.iter())),
        ];
        for note in self.checkpoints {
            let size = note.split('\n').nth(1).unwrap_or_default();
            members.push(Member::Bytes(format!("checkpoints/{size}.txt"), note.clone().into_bytes()));
        }
        for (size, token) in self.stamps {
            members.push(Member::Bytes(format!("stamps/{size}.tsr"), token.clone()));
        }
        let mut entries = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            entries.push(serde_json::from_str::<Entry>(line).map_err(|_| DossierError::Entry(at as u64))?);
        }
        // What was erased is named by an entry that says so; its bytes are nowhere.
        let mut seen: BTreeSet<Digest> = entries.iter().flat_map(Entry::erased).collect();
        for entry in entries {
            for blob in entry.blobs {
                if seen.insert(blob.sha256) {
                    members.push(Member::Blob(blob.sha256, blob.size, blob.name));
                }
            }
        }
        let index = signer.sign(&self.index(signer, &members));
        members.insert(0, Member::Bytes("index.txt".to_owned(), index.into_bytes()));
        Ok(members)
    }

    /// The text of the index: what the dossier is about, then every other member with its digest and length.
    fn index(&self, signer: &Signer, members: &[Member]) -> String {
        let mut text = format!(
            "clausule-dossier/1\norigin {}\ncontract {}\ncreated {}\nsize {}\nentries {}\n",
            signer.name(),
            self.contract.unwrap_or("*"),
            self.created,
            self.leaves.len(),
            self.lines.len()
        );
        for member in members {
            let (sha256, size, name) = match member {
                Member::Bytes(name, bytes) => (Digest::of(bytes), bytes.len() as u64, name.clone()),
                Member::Blob(sha256, size, _) => (*sha256, *size, format!("blobs/{sha256}")),
            };
            text.push_str(&format!("file {sha256} {size} {name}\n"));
        }
        text
    }
}

fn lines<T: ToString>(items: impl Iterator<Item = T>) -> Vec<u8> {
    items.map(|i| i.to_string() + "\n").collect::<String>().into_bytes()
}

/// A ZIP of stored members, all dates 1 January 1980, no attributes, no comment.
struct Zip<'a> {
    out: &'a mut dyn Write,
    at: u64,
    central: Vec<u8>,
    count: u16,
}

impl Zip<'_> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    fn member(&mut self, name: &str, bytes: &[u8]) -> Result<(), DossierError> {
        let offset = u32::try_from(self.at).map_err(|_| DossierError::TooLarge)?;
        let size = u32::try_from(bytes.len()).map_err(|_| DossierError::TooLarge)?;
        self.count = self.count.checked_add(1).ok_or(DossierError::TooLarge)?;
        // Version 1.0, no flags, stored, the first day of DOS time.
        let mut common = vec![10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc32fast::hash(bytes).to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        self.put(&[b"PK\x03\x04", &common[..], name.as_bytes()].concat())?;
        self.put(bytes)?;
        self.central.extend(b"PK\x01\x02\x0a\x00");
        self.central.extend(common);
        self.central.extend([0; 10]);
        self.central.extend(offset.to_le_bytes());
        self.central.extend(name.as_bytes());
        Ok(())
    }

    fn finish(mut self) -> Result<(), DossierError> {
        let offset = u32::try_from(self.at).map_err(|_| DossierError::TooLarge)?;
        let size = u32::try_from(self.central.len()).map_err(|_| DossierError::TooLarge)?;
        let count = self.count.to_le_bytes();
        let central = std::mem::take(&mut self.central);
        self.put(&central)?;
        let end = [b"PK\x05\x06", &[0; 4][..], &count, &count, &size.to_le_bytes(), &offset.to_le_bytes(), &[0; 2]];
        self.put(&end.concat())?;
        self.out.flush()?;
        Ok(())
    }
}
