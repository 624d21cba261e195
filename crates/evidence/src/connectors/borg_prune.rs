//! borg prune: which archives were kept and which were let go.

use super::{Basis, Source, borg};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::measures;

pub const SOURCES: &[Source] = &[Source {
    name: "borg prune",
    about: "borg prune --list",
    kind: Kind::Retention,
    basis: Basis::Ran,
    rule: Rule { id: "borg-prune", version: 1 },
    recognise: |m| {
        let marked = ["Keeping ", "Pruning archive", "Would prune"].iter().any(|mark| m.all.contains(mark));
        let said = if marked { borg::messages(m) } else { String::new() };
        said.lines().any(|l| is_kept(l) || l.trim_start().starts_with("Pruning archive") || is_dry(l))
    },
    read,
}];

fn is_kept(line: &str) -> bool {
    line.trim_start().starts_with("Keeping archive") || line.trim_start().starts_with("Keeping checkpoint archive")
}

fn is_dry(line: &str) -> bool {
    line.trim_start().starts_with("Would prune")
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let said = borg::messages(material);
    judge.happened(material.mail_date());
    borg::errors(&mut judge, &said);
    let kept = said.lines().filter(|l| is_kept(l)).count();
    let gone = said.lines().filter(|l| l.trim_start().starts_with("Pruning archive")).count();
    judge.measure(measures::SNAPSHOTS_KEPT, kept).measure("archives_pruned", gone);
    if said.lines().any(is_dry) {
        judge.lack("essai à blanc (--dry-run) : rien n'a été retiré");
    }
    match kept {
        0 if gone > 0 => judge.fail("aucune archive n'est dite gardée"),
        0 => judge.lack("la sortie ne dit pas quelles archives sont gardées (ajoutez --list)"),
        kept => judge.prove(format!("{kept} archives gardées, {gone} retirées")),
    }
    borg::exit(&mut judge, material, &said);
    vec![judge.fact()]
}
