//! borg check, also as run by borgmatic.
//!
//! Decisive: the repository was read through, every archive was analysed (n of n, n at least one) and both phases
//! end with `no problems found`. A check whose name pattern matches no archive says the same and proves nothing.

use super::{Basis, Source, borg};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::{between, short};

pub const SOURCES: &[Source] = &[Source {
    name: "borg check",
    about: "borg check -v, texte ou --log-json",
    kind: Kind::Integrity,
    basis: Basis::Ran,
    rule: Rule { id: "borg-check", version: 1 },
    recognise: |m| is_check(&m.all),
    read,
}];

const REPOSITORY_DONE: &str = "Finished full repository check, no problems found.";
const ARCHIVES_DONE: &str = "Archive consistency check complete, no problems found.";

/// Whether a text holds a check.
pub fn is_check(text: &str) -> bool {
    text.contains("Starting repository check")
        || text.contains("Starting archive consistency check")
        || text.contains("Archive consistency check complete")
        || text.contains("finished segment check at segment")
        || text.contains("Index object count mismatch")
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let said = borg::messages(material);
    judge.happened_or_mail(logged(material), material);
    borg::errors(&mut judge, &said);
    phases(&mut judge, &said);
    // A check that found something ends with 1, the code of a mere warning elsewhere.
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn logged(material: &Material) -> Option<crate::Moment> {
    let times = material.lines.iter().rev();
    times.filter_map(|l| crate::core::json::number(l, "time")).next().and_then(crate::core::clock::epoch)
}

/// Judges both phases of a check.
pub fn phases(judge: &mut Judge, said: &str) {
    for line in said.lines().map(str::trim) {
        let bad = [
            "errors found",
            "checksum mismatch",
            "count mismatch",
            "rebuilt index",
            "problems found!",
            "missing chunk",
            "is damaged",
        ];
        let errors = between(line, " chunks with ", " integrity errors").is_some_and(|n| n.trim() != "0");
        if errors || bad.iter().any(|b| line.contains(b)) {
            judge.fail(format!("dépôt endommagé : {}", short(line)));
        }
    }
    let has = |line: &str| said.lines().any(|l| l.trim() == line);
    let (repository, archives) = (has(REPOSITORY_DONE), has(ARCHIVES_DONE));
    let verified = said
        .lines()
        .find_map(|l| between(l, "verified ", " chunks with 0 integrity errors"))
        .and_then(|n| n.trim().parse::<u64>().ok());
    if let Some(chunks) = verified {
        judge.measure("chunks_verified", chunks);
    }
    if said.contains("does not match any archives") || said.contains("do not match any archives") {
        judge.lack("aucune archive ne correspond au filtre : rien n'a été vérifié");
    }
    let (seen, last, total) = analysed(said);
    judge.measure("archives_checked", seen);
    if seen == 0 {
        judge.lack("aucune archive n'a été analysée");
    } else if last != total || seen < total {
        judge.lack(format!("{seen} archives analysées sur {total}"));
    }
    if !archives {
        judge.lack("l'analyse des archives ne dit pas qu'elle est allée au bout sans problème");
    }
    if !repository && verified.is_none_or(|n| n == 0) {
        judge.lack("les données du dépôt n'ont pas été relues, ou la fin de la relecture manque");
    }
    if judge.is_clean() {
        judge.prove(format!("dépôt relu et {seen} archives analysées, aucun problème"));
    }
}

/// `Analyzing archive name (2/3)`: how many lines, the last number, the total.
fn analysed(said: &str) -> (u64, u64, u64) {
    let numbers = said.lines().filter_map(|l| {
        let counts = l.trim().strip_prefix("Analyzing archive ")?.rsplit_once('(')?.1.strip_suffix(')')?;
        let (at, of) = counts.split_once('/')?;
        Some((at.parse::<u64>().ok()?, of.parse::<u64>().ok()?))
    });
    numbers.fold((0, 0, 0), |(seen, _, _), (at, of)| (seen + 1, at, of))
}
