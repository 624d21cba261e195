//! Checks a dossier offline, from its bytes alone: format `docs/ledger.md`, nothing shared with the writer.
//!
//! The dossier is a hostile file: nothing here panics on it, and memory stays within a few times the file's own size.

mod authority;
mod certificate;
mod contents;
mod der;
mod entries;
mod envelope;
mod index;
mod merkle;
mod note;
mod stamp;

pub use authority::{Authorities, Authority, Unsigned, check as check_stamp};
pub use contents::{Member, contents, in_index_order};
pub use note::Key;
pub use stamp::{Stamp, read as read_stamp};

/// Most findings told one by one.
const MOST: usize = 1_000;

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file of the dossier, the entry or the byte.
    pub place: String,
    /// What is wrong with it, in French.
    pub problem: String,
}

/// What the reader was given by another way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trust<'a> {
    /// The key that signs the ledger.
    pub key: Option<&'a Key>,
    /// Authorities of which one must vouch for every time stamp.
    pub authorities: Option<&'a Authorities>,
}

/// A time stamp that fits its checkpoint, and whose signature is not false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// The checkpoint's size.
    pub size: u64,
    /// The authority's time, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub time: String,
    /// Who signed it, or why that can't be told.
    pub authority: Result<Authority, String>,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// What is wrong; empty when the dossier is whole.
    pub findings: Vec<Finding>,
    /// The ledger's name.
    pub origin: String,
    /// The public key that signed, as `name+id+base64`.
    pub key: String,
    /// The contract it is about; empty for the whole ledger.
    pub contract: String,
    /// When it was made.
    pub created: String,
    /// Entries of the ledger.
    pub size: u64,
    /// Entries disclosed here.
    pub entries: u64,
    /// Files disclosed here.
    pub blobs: u64,
    /// Sizes of the signed checkpoints.
    pub checkpoints: Vec<u64>,
    /// The leaf hash of every entry, in order.
    pub leaves: Vec<[u8; 32]>,
    /// Time stamps whose imprint is that of their checkpoint.
    pub stamps: Vec<Stamped>,
    /// First and last date of filing.
    pub period: Option<(String, String)>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    /// Notes a finding; from some number on, only that there are more.
    pub(crate) fn find(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        if self.findings.len() < MOST {
            self.findings.push(Finding { place: place.into(), problem: problem.into() });
        } else if !self.is_full() {
            self.findings.push(Finding {
                place: "dossier".to_owned(),
                problem: "d'autres anomalies ne sont pas énumérées".to_owned(),
            });
        }
    }

    /// Whether nothing more is noted.
    pub(crate) fn is_full(&self) -> bool {
        self.findings.len() > MOST
    }
}

/// Whether a ledger is the continuation of what an earlier dossier showed of it.
pub fn continues(earlier: &Report, later: &Report) -> Vec<Finding> {
    let find = |problem: String| vec![Finding { place: "registre".to_owned(), problem }];
    if earlier.key != later.key {
        return find(format!("signé par une autre clé que le dossier précédent ({})", earlier.key));
    }
    if later.leaves.len() < earlier.leaves.len() {
        let (now, before) = (later.leaves.len(), earlier.leaves.len());
        return find(format!("{now} écritures, alors qu'un dossier précédent en avait {before} : la fin a été coupée"));
    }
    match earlier.leaves.iter().zip(&later.leaves).position(|(a, b)| a != b) {
        Some(seq) => {
            find(format!("l'écriture n° {seq} n'est plus celle du dossier précédent : le registre a été réécrit"))
        }
        None => Vec::new(),
    }
}

/// Checks the bytes of a dossier. `key` is the one the reader was given by another way.
pub fn dossier(bytes: &[u8], key: Option<&Key>) -> Report {
    dossier_by(bytes, &Trust { key, authorities: None })
}

/// Checks the bytes of a dossier against what the reader was given by another way.
pub fn dossier_by(bytes: &[u8], trust: &Trust) -> Report {
    match envelope::read(bytes) {
        Ok(members) => contents(&members, trust),
        Err(wrong) => {
            // The envelope is no longer as written; what it holds may still be told piece by piece.
            let mut report = match envelope::read_loosely(bytes) {
                Some(members) => {
                    let members: Vec<Member> =
                        members.iter().map(|(name, bytes)| Member { name: name.clone(), bytes }).collect();
                    contents(&members, trust)
                }
                None => Report::default(),
            };
            let whole = report.is_whole() && report.size > 0;
            let after = if whole { " ; le contenu, lui, est intact : le fichier a été refait" } else { "" };
            let place = format!("fichier ZIP, octet {}", wrong.at);
            report.findings.insert(0, Finding { place, problem: format!("{}{after}", wrong.problem) });
            report
        }
    }
}
