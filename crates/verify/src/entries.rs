//! The disclosed entries against the leaf hashes: none changed, moved, removed or cut off.

use crate::Report;
use crate::contents::Member;
use crate::merkle::{hex, leaf, sha256};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the verifier needs of an entry.
#[derive(Debug, Deserialize)]
struct Entry {
    v: u32,
    seq: u64,
    contract: Option<String>,
    nth: Option<u64>,
    filed: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    blobs: Vec<Blob>,
    #[serde(default)]
    body: serde_json::Map<String, serde_json::Value>,
}

impl Entry {
    /// The files that this entry says were erased.
    fn erased(&self) -> impl Iterator<Item = &str> {
        let says = self.kind == "decision" && self.body.get("action").is_some_and(|action| action == "erased");
        let files = self.body.get("files").filter(|_| says).and_then(|files| files.as_array());
        files.into_iter().flatten().filter_map(|file| file.as_str())
    }
}

#[derive(Debug, Deserialize)]
struct Blob {
    sha256: String,
    size: u64,
    name: String,
}

/// Checks `entries.jsonl` and the files it names.
pub(crate) fn check(bytes: &[u8], leaves: &[[u8; 32]], contract: &str, members: &[Member], report: &mut Report) {
    let entries = read(bytes, leaves, report);
    order(&entries, report);
    complete(&entries, leaves.len() as u64, contract, report);
    files(&entries, members, report);
    let mut dates: Vec<&String> = entries.iter().map(|e| &e.filed).collect();
    dates.sort();
    report.period = dates.first().zip(dates.last()).map(|(a, b)| ((*a).clone(), (*b).clone()));
    report.entries = entries.len() as u64;
}

fn read(bytes: &[u8], leaves: &[[u8; 32]], report: &mut Report) -> Vec<Entry> {
    let mut out = Vec::new();
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        report.find("entries.jsonl", "la dernière écriture est coupée");
    }
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let lines = text.split(|b| *b == b'\n').filter(|_| !text.is_empty());
    for (number, line) in lines.enumerate() {
        if report.is_full() {
            break;
        }
        let place = format!("entries.jsonl, ligne {}", number + 1);
        let Ok(entry) = serde_json::from_slice::<Entry>(line) else {
            report.find(place, "cette écriture est illisible : elle a été changée");
            continue;
        };
        if entry.v != 1 {
            report.find(&place, format!("version {} inconnue de ce vérificateur", entry.v));
        }
        let at = usize::try_from(entry.seq).ok();
        match at.and_then(|at| leaves.get(at)) {
            None => report.find(place, format!("l'écriture n° {} n'existe pas dans le registre", entry.seq)),
            Some(expected) if *expected != leaf(line) => {
                report.find(place, format!("l'écriture n° {} a été changée", entry.seq));
            }
            Some(_) => {}
        }
        out.push(entry);
    }
    out
}

fn order(entries: &[Entry], report: &mut Report) {
    for pair in entries.windows(2) {
        if pair[0].seq >= pair[1].seq {
            let problem = format!("l'écriture n° {} vient après la n° {}", pair[1].seq, pair[0].seq);
            report.find("entries.jsonl", format!("{problem} : l'ordre a été changé ou une écriture doublée"));
        }
    }
}

/// The whole ledger has every number; a contract has each of its own, counted by `nth`, up to its last.
fn complete(entries: &[Entry], size: u64, contract: &str, report: &mut Report) {
    if contract.is_empty() {
        let there: BTreeSet<u64> = entries.iter().map(|e| e.seq).collect();
        gaps(&there, 0, size, report, |n| format!("l'écriture n° {n} manque : elle a été retirée"));
        return;
    }
    let own = entries.iter().filter(|e| e.contract.as_deref() == Some(contract));
    let there: BTreeSet<u64> = own.filter_map(|e| e.nth).collect();
    let end = there.last().map_or(1, |n| n.saturating_add(1));
    let text = |n| format!("la {n}e écriture du contrat {contract} manque : elle a été retirée");
    gaps(&there, 1, end, report, text);
    for entry in entries.iter().filter(|e| e.contract.as_deref() != Some(contract)) {
        report.find("entries.jsonl", format!("l'écriture n° {} n'est pas du contrat {contract}", entry.seq));
    }
    // Handing out a dossier is itself an entry of the contract, so its last one is the ledger's last.
    if entries.last().is_none_or(|e| e.seq.checked_add(1) != Some(size)) {
        report
            .find("entries.jsonl", format!("la dernière écriture du contrat {contract} manque : la fin a été coupée"));
    }
}

/// Names the first missing numbers of `from..to`, and how many more there are.
fn gaps(there: &BTreeSet<u64>, from: u64, to: u64, report: &mut Report, text: impl Fn(u64) -> String) {
    let missing = (to - from).saturating_sub(there.range(from..to).count() as u64);
    let mut named = 0;
    let mut expected = from;
    for n in there.range(from..to).copied().chain([to]) {
        while expected < n && named < 5 {
            report.find("entries.jsonl", text(expected));
            named += 1;
            expected += 1;
        }
        expected = n.saturating_add(1);
    }
    if missing > named {
        report.find("entries.jsonl", format!("{} autres écritures manquent", missing - named));
    }
}

fn files(entries: &[Entry], members: &[Member], report: &mut Report) {
    let there: BTreeMap<&str, &Member> =
        members.iter().filter_map(|m| Some((m.name.strip_prefix("blobs/")?, m))).collect();
    let erased: BTreeSet<&str> = entries.iter().flat_map(Entry::erased).collect();
    let mut named = BTreeSet::new();
    for entry in entries {
        for blob in &entry.blobs {
            let first = named.insert(blob.sha256.as_str());
            let place = format!("blobs/{}", blob.sha256);
            let what = format!("« {} » de l'écriture n° {}", blob.name, entry.seq);
            match there.get(blob.sha256.as_str()) {
                None if erased.contains(blob.sha256.as_str()) => {}
                None => report.find(place, format!("le fichier {what} manque")),
                Some(m) if first && (hex(&sha256(m.bytes)) != blob.sha256 || m.bytes.len() as u64 != blob.size) => {
                    report.find(place, format!("le fichier {what} a été changé"));
                }
                Some(_) => {}
            }
        }
    }
    for name in there.keys().filter(|n| !named.contains(*n)) {
        report.find(format!("blobs/{name}"), "aucune écriture ne nomme ce fichier : il a été ajouté");
    }
    report.blobs = named.len() as u64;
}
