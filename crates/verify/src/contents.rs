//! The members of a dossier held to each other: key, index, checkpoints, leaves, entries, files, time stamps.

use crate::merkle::{hex, roots, unhex};
use crate::note::{self, Key};
use crate::{Report, Stamped, Trust, Unsigned, authority, entries, index, stamp};
use std::collections::BTreeMap;

/// A file of the dossier.
#[derive(Debug, Clone)]
pub struct Member<'a> {
    /// Its name, with `/` between folders.
    pub name: String,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Checks the files of a dossier, in the order in which they stand, against what the reader was given by another way.
pub fn contents(members: &[Member], trust: &Trust) -> Report {
    let mut report = Report::default();
    let find = |name: &str| members.iter().find(|m| m.name == name);
    let key = read_key(find("key.pub"), trust.key, &mut report);
    if members.first().is_none_or(|m| m.name != "index.txt") {
        report.find("index.txt", "l'index n'est pas en tête du dossier");
    }
    let index = match find("index.txt") {
        Some(member) => index::open(member, key.as_ref(), &mut report).unwrap_or_default(),
        None => index::Index::default(),
    };
    index::hold(&index, members, &mut report);
    report.contract = if index.contract == "*" { String::new() } else { index.contract.clone() };
    report.origin.clone_from(&index.origin);
    report.created.clone_from(&index.created);
    report.size = index.size;
    if let Some(key) = key.as_ref().filter(|k| k.name() != index.origin) {
        report.find("index.txt", format!("l'index est du registre {}, la clé de {}", index.origin, key.name()));
    }
    let leaves = read_leaves(find("leaves.txt"), index.size, &mut report);
    checkpoints(members, &leaves, key.as_ref(), &index, &mut report);
    if let Some(member) = find("entries.jsonl") {
        let contract = report.contract.clone();
        entries::check(member.bytes, &leaves, &contract, members, &mut report);
    }
    if report.entries != index.entries {
        let problem = format!("{} écritures au lieu des {} de l'index", report.entries, index.entries);
        report.find("entries.jsonl", problem);
    }
    for name in ["leaves.txt", "entries.jsonl"].iter().filter(|n| find(n).is_none()) {
        report.find(*name, "ce fichier manque");
    }
    stamps(members, trust, &mut report);
    report.leaves = leaves;
    report
}

/// Members of a folder, which has no order, in the order of their index; unknown ones last.
pub fn in_index_order(mut members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    let text = members.iter().find(|m| m.name == "index.txt").map_or("", |m| note::text(m.bytes)).to_owned();
    let place: BTreeMap<&str, usize> = text
        .split('\n')
        .enumerate()
        .filter_map(|(at, line)| Some((line.strip_prefix("file ")?.splitn(3, ' ').nth(2)?, at)))
        .collect();
    members.sort_by_key(|m| match m.name.as_str() {
        "index.txt" => (0, 0),
        name => place.get(name).map_or((2, 0), |at| (1, *at)),
    });
    members
}

fn read_key(member: Option<&Member>, expected: Option<&Key>, report: &mut Report) -> Option<Key> {
    let text = member.and_then(|m| std::str::from_utf8(m.bytes).ok()).and_then(|t| t.strip_suffix('\n'));
    let key = match text.map(Key::parse) {
        None => Err("la clé publique manque ou est illisible"),
        Some(key) => key,
    };
    match key {
        Err(problem) => {
            report.find("key.pub", problem);
            None
        }
        Ok(key) => {
            if expected.is_some_and(|e| *e != key) {
                report.find("key.pub", "ce n'est pas la clé attendue : le dossier a été signé par quelqu'un d'autre");
            }
            report.key = key.text().to_owned();
            Some(key)
        }
    }
}

fn read_leaves(member: Option<&Member>, size: u64, report: &mut Report) -> Vec<[u8; 32]> {
    let text = member.map_or("", |m| std::str::from_utf8(m.bytes).unwrap_or("?"));
    let mut leaves = Vec::new();
    // Each line of a whole file has 65 bytes: empty lines don't make a list many times its size.
    let most = text.len() / 65 + 1;
    for (number, line) in text.split_terminator('\n').take(most).enumerate() {
        match unhex(line) {
            Some(leaf) => leaves.push(leaf),
            None => {
                report.find(format!("leaves.txt, ligne {}", number + 1), "cette empreinte est illisible");
                leaves.push([0; 32]);
            }
        }
    }
    if leaves.len() as u64 != size {
        let problem = format!("{} empreintes au lieu des {size} de l'index", leaves.len());
        report.find("leaves.txt", problem);
    }
    leaves
}

/// Every checkpoint is signed and has the root of the leaves it covers; the last covers them all.
fn checkpoints(members: &[Member], leaves: &[[u8; 32]], key: Option<&Key>, index: &index::Index, report: &mut Report) {
    let mut known = Vec::new();
    for member in members.iter().filter(|m| m.name.starts_with("checkpoints/")) {
        if let Some(Err(problem)) = key.map(|k| note::open(member.bytes, k)) {
            report.find(&member.name, format!("le relevé {problem}"));
        }
        match note::checkpoint(note::text(member.bytes), &index.origin) {
            Err(problem) => report.find(&member.name, format!("le relevé {problem}")),
            Ok((size, _)) if member.name != format!("checkpoints/{size}.txt") => {
                report.find(&member.name, format!("ce relevé porte sur {size} écritures : il a changé de nom"));
            }
            Ok((size, root)) => known.push((size, root, &member.name)),
        }
    }
    known.sort_by_key(|k| k.0);
    let sizes: Vec<usize> = known.iter().map(|k| usize::try_from(k.0).unwrap_or(usize::MAX)).collect();
    for ((size, root, name), computed) in known.iter().zip(roots(leaves, &sizes)) {
        match computed {
            None => report.find(*name, format!("le registre avait {size} écritures : la fin a été coupée")),
            Some(c) if c != *root => {
                let problem = format!("la racine des {size} premières écritures est {}", hex(&c));
                report.find(*name, format!("{problem}, pas celle du relevé : le registre a été réécrit"));
            }
            Some(_) => {}
        }
    }
    if known.last().is_none_or(|k| k.0 != index.size) {
        report.find("checkpoints", "aucun relevé signé ne couvre toutes les écritures");
    }
    report.checkpoints = known.iter().map(|k| k.0).collect();
}

/// A time stamp bears on the bytes of its checkpoint and is rightly signed; by whom the reader trusts, where he says whom.
fn stamps(members: &[Member], trust: &Trust, report: &mut Report) {
    let notes: BTreeMap<&str, &Member> =
        members.iter().filter_map(|m| Some((m.name.strip_prefix("checkpoints/")?.strip_suffix(".txt")?, m))).collect();
    for member in members.iter().filter(|m| m.name.starts_with("stamps/")) {
        let size = member.name.strip_prefix("stamps/").and_then(|n| n.strip_suffix(".tsr"));
        match (size.and_then(|s| notes.get(s)), stamp::read(member.bytes)) {
            (None, _) => report.find(&member.name, "cet horodatage ne correspond à aucun relevé"),
            (_, None) => report.find(&member.name, "cet horodatage est illisible"),
            (Some(note), Some(token)) if token.imprint != crate::merkle::sha256(note.bytes) => {
                report.find(&member.name, "cet horodatage porte sur autre chose que son relevé");
            }
            (Some(_), Some(token)) => {
                let size = size.and_then(|s| s.parse().ok()).unwrap_or(0);
                let authority = match authority::check(member.bytes, trust.authorities) {
                    Ok((_, authority)) => Ok(authority),
                    // Who asks for an authority is not content with less.
                    Err(Unsigned::Unknown(why)) if trust.authorities.is_none() => Err(why),
                    Err(why) => {
                        report.find(&member.name, format!("cet horodatage ne compte pas : {why}"));
                        continue;
                    }
                };
                report.stamps.push(Stamped { size, time: token.time, authority });
            }
        }
    }
    if trust.authorities.is_some() && !members.iter().any(|m| m.name.starts_with("stamps/")) {
        report.find("stamps", "une autorité d'horodatage est attendue, et aucun relevé n'est horodaté");
    }
}
