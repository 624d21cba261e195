//! borg extract: its output never proves a restore, only that it failed.
//!
//! `--list` prints the same names with and without `--dry-run`, and without it nothing at all: a restore test is
//! proved by the form of `restore_test` instead.

use super::{Basis, Source, borg};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::Rule;
use crate::core::proof::Material;

pub const SOURCES: &[Source] = &[Source {
    name: "borg extract",
    about: "borg extract (une restauration se prouve par un essai de restauration)",
    kind: Kind::Restore,
    basis: Basis::Ran,
    rule: Rule { id: "borg-extract", version: 1 },
    recognise,
    read,
}];

fn recognise(material: &Material) -> bool {
    material.lines.iter().any(|l| json::text(l, "msgid") == Some("extract"))
        || material.all.contains("Include pattern '") && material.all.contains("never matched")
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let said = borg::messages(material);
    judge.happened(material.mail_date());
    borg::errors(&mut judge, &said);
    for line in said.lines().filter(|l| l.contains("never matched")) {
        judge.fail(format!("rien n'a été extrait : {}", line.trim()));
    }
    let listed = said.lines().filter(|l| !l.trim().is_empty() && !l.contains(": ")).count();
    judge.files(Some(listed as u64));
    judge.lack("borg extract ne dit pas ce qu'il a écrit : la même liste sort avec --dry-run");
    judge.exit(material, &[], true);
    vec![judge.fact()]
}
