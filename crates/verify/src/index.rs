//! The signed index: what the dossier is about, and every member with its digest and length.

use crate::contents::Member;
use crate::merkle::{hex, sha256};
use crate::{Report, note};
use std::collections::BTreeMap;

/// Most files of an index: far more than an envelope holds.
const MOST: usize = 500_000;

/// What the index says.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub origin: String,
    pub contract: String,
    pub created: String,
    pub size: u64,
    pub entries: u64,
    files: Vec<(String, u64, String)>,
}

/// Reads the text; `None` when its form is wrong.
pub(crate) fn parse(text: &str) -> Option<Index> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    if lines.next()? != "clausule-dossier/1" {
        return None;
    }
    let mut field = |name: &str| Some(lines.next()?.strip_prefix(name)?.strip_prefix(' ')?.to_owned());
    let mut out = Index {
        origin: field("origin")?,
        contract: field("contract")?,
        created: field("created")?,
        size: field("size")?.parse().ok()?,
        entries: field("entries")?.parse().ok()?,
        files: Vec::new(),
    };
    for line in lines {
        if out.files.len() >= MOST {
            return None;
        }
        let mut parts = line.strip_prefix("file ")?.splitn(3, ' ');
        let (sha256, size, name) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        out.files.push((sha256.to_owned(), size, name.to_owned()));
    }
    Some(out)
}

/// Holds the members to the index: each there, none else, same order, same bytes.
pub(crate) fn hold(index: &Index, members: &[Member], report: &mut Report) {
    let there: BTreeMap<&str, &Member> = members.iter().map(|m| (m.name.as_str(), m)).collect();
    if there.len() != members.len() {
        report.find("fichier ZIP", "deux fichiers portent le même nom");
    }
    for (sha256_hex, size, name) in &index.files {
        let Some(member) = there.get(name.as_str()) else {
            report.find(name, "ce fichier manque : il a été retiré du dossier");
            continue;
        };
        if member.bytes.len() as u64 != *size {
            let found = member.bytes.len();
            report.find(name, format!("ce fichier a été changé : {found} octets au lieu de {size}"));
        } else if hex(&sha256(member.bytes)) != *sha256_hex {
            report.find(name, "ce fichier a été changé : son empreinte n'est plus celle de l'index");
        }
    }
    let named: BTreeMap<&str, usize> = index.files.iter().enumerate().map(|(at, f)| (f.2.as_str(), at)).collect();
    let mut last = None;
    for member in members.iter().filter(|m| m.name != "index.txt") {
        match named.get(member.name.as_str()) {
            None => report.find(&member.name, "ce fichier n'est pas dans l'index : il a été ajouté"),
            Some(at) if last > Some(*at) => report.find(&member.name, "ce fichier n'est plus à sa place"),
            Some(at) => last = Some(*at),
        }
    }
}

/// The index of a note, signature checked; a false signature is reported and the text still used.
pub(crate) fn open(member: &Member, key: Option<&note::Key>, report: &mut Report) -> Option<Index> {
    if let Some(Err(problem)) = key.map(|k| note::open(member.bytes, k)) {
        report.find("index.txt", format!("l'index {problem}"));
    }
    let index = parse(note::text(member.bytes));
    if index.is_none() {
        report.find("index.txt", "l'index est illisible");
    }
    index
}
