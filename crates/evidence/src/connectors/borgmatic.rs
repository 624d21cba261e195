//! borgmatic 1 and 2: create, check.
//!
//! borgmatic 1 says `Successfully ran configuration file` over an empty archive and over a check of no archive, so
//! the rules of borg apply underneath: statistics above the floor, archives analysed.

use super::{Basis, Source, borg, borg_check};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::short;

pub const SOURCES: &[Source] = &[
    Source {
        name: "borgmatic create",
        about: "borgmatic create, texte (--verbosity 1 --stats) ou --json",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "borgmatic-create", version: 1 },
        recognise: |m| is_borgmatic(m) && (m.all.contains(": Creating archive") || borg::created(m).is_some()),
        read: read_create,
    },
    Source {
        name: "borgmatic check",
        about: "borgmatic check (--verbosity 1)",
        kind: Kind::Integrity,
        basis: Basis::Ran,
        rule: Rule { id: "borgmatic-check", version: 1 },
        recognise: |m| {
            is_borgmatic(m) && (m.all.contains(": Running consistency checks") || borg_check::is_check(&m.all))
        },
        read: read_check,
    },
    Source {
        name: "borgmatic",
        about: "borgmatic, autres actions",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "borgmatic", version: 1 },
        recognise: is_borgmatic,
        read: read_other,
    },
];

fn is_borgmatic(material: &Material) -> bool {
    let text = &material.all;
    text.contains("Successfully ran configuration file")
        || text.contains("Error running configuration")
        || text.contains(": Error running actions for repository")
        || text.contains(".yaml: Pinging Healthchecks")
        || text.contains("torsion.org/borgmatic")
        || text.lines().any(|l| l.ends_with(": Creating archive") || l.ends_with(": Running consistency checks"))
        || text.lines().any(|l| l.starts_with("[{\"archive\""))
}

/// What stops borgmatic, whatever the action.
fn errors(judge: &mut Judge, material: &Material) {
    let marks = [
        "Error running configuration",
        "Error running actions for repository",
        "An error occurred",
        "returned non-zero exit status",
        "Pinging Healthchecks fail",
        "Source directories or root pattern paths do not exist",
    ];
    for line in material.all.lines().map(str::trim) {
        if marks.iter().any(|m| line.contains(m)) {
            judge.fail(format!("borgmatic : {}", short(line)));
        } else if line.contains(": [Errno ") && !line.starts_with("OSError") && !line.contains("Error: [Errno") {
            judge.degrade(format!("source non lue : {}", short(line.trim_start_matches("Message: "))));
        } else if line.starts_with("Repository ") && line.ends_with(" does not exist.") {
            judge.fail(format!("borgmatic : {line}"));
        }
    }
}

/// The closing line; only `--json`, which prints nothing else, may do with the exit code.
fn success(material: &Material) -> bool {
    let summary = material.all.lines().any(|l| l.trim().ends_with("Successfully ran configuration file"));
    let bare = borg::created(material).is_some() && !material.all.contains(": Creating archive");
    summary || (bare && material.code == Some(0))
}

/// The parts of a run: create and check may stand in one output.
fn read_create(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    errors(&mut judge, material);
    borg::statistics(&mut judge, material, &borg::messages(material));
    if !success(material) {
        judge.lack("borgmatic ne dit pas qu'il est allé au bout");
    }
    judge.exit(material, &[], false);
    let mut facts = vec![judge.fact()];
    if material.all.contains(": Running consistency checks")
        && let Some(check) = super::sources().find(|s| s.name == "borgmatic check")
    {
        facts.extend(read_check(material, check));
    }
    facts
}

fn read_check(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    errors(&mut judge, material);
    borg_check::phases(&mut judge, &borg::messages(material));
    if !success(material) {
        judge.lack("borgmatic ne dit pas qu'il est allé au bout");
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn read_other(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    errors(&mut judge, material);
    judge.lack("cette sortie ne montre ni sauvegarde ni vérification");
    judge.exit(material, &[], false);
    vec![judge.fact()]
}
