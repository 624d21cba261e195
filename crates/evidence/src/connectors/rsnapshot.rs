//! rsnapshot: output and log file (one fact a run).
//!
//! Decisive: the exit code or the log's `completed successfully`, and rsync's own figures (`--stats`), above zero.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{between, short};

pub const SOURCES: &[Source] = &[
    Source {
        name: "rsnapshot",
        about: "rsnapshot, sortie ou journal",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "rsnapshot", version: 1 },
        recognise,
        read,
    },
    Source {
        name: "rsnapshot report",
        about: "tableau de rsnapreport (ne dit pas si le passage a réussi)",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "rsnapshot-report", version: 1 },
        recognise: |m| {
            m.all.contains("TOTAL FILES") && m.all.contains("FILES TRANS") && m.all.contains("LIST GEN TIME")
        },
        read: read_report,
    },
];

fn recognise(material: &Material) -> bool {
    let text = &material.all;
    text.contains("rsnapshot encountered an error")
        || text.lines().any(|l| l.starts_with('[') && l.contains("rsnapshot -") && l.contains("] "))
        || text.lines().any(|l| l.starts_with('[') && l.contains("/rsnapshot ") && l.ends_with(": started"))
        || (text.contains("rsync -a")
            && text.contains("Number of files: ")
            && text.lines().any(|l| l.starts_with("touch ")))
        || text.contains("rsnapshot can not continue")
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let runs = runs(&material.out);
    if runs.len() < 2 {
        return vec![one(&material.all, material, source)];
    }
    runs.iter().map(|run| one(run, material, source)).collect()
}

/// A log holds several runs: each begins with `…: started`, or with the errors of a run that never started.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut closed = true;
    let mut failing = false;
    for line in text.lines() {
        let logged = line.starts_with('[') && line.contains("] ") && line.contains("rsnapshot ");
        let starts = logged && line.ends_with(": started");
        let error = logged && line.contains(": ERROR: ");
        if starts || (error && closed && !failing) || runs.is_empty() {
            runs.push(String::new());
            closed = false;
        }
        failing = if error { true } else { failing && !starts && !logged };
        if logged && (line.contains(": completed") || error) {
            closed = true;
        }
        if let Some(run) = runs.last_mut() {
            run.push_str(line);
            run.push('\n');
        }
    }
    runs.retain(|r| !r.trim().is_empty());
    runs
}

fn one(text: &str, material: &Material, source: &Source) -> Fact {
    let mut judge = source.judge();
    let stamp = |line: &str| between(line, "[", "]").and_then(|t| material.moment(t));
    judge.happened_or_mail(text.lines().rev().filter(|l| l.starts_with('[')).find_map(stamp), material);
    judge.started(text.lines().filter(|l| l.starts_with('[')).find_map(stamp));
    let mut done = false;
    for line in text.lines() {
        let said = line.split_once("] ").filter(|_| line.starts_with('[')).map_or(line, |(_, s)| s).trim();
        if said.contains("ERROR: ") || said.starts_with("ERROR") || said.contains("rsnapshot encountered an error") {
            judge.fail(format!("rsnapshot : {}", short(said)));
        } else if said.contains("completed, but with some warnings")
            || said.starts_with("WARNING:")
            || said.starts_with("rsync error")
        {
            judge.degrade(format!("rsnapshot : {}", short(said)));
        } else if said.starts_with("rsync: ") && !said.contains("Warning") {
            judge.degrade(format!("rsync : {}", short(said)));
        }
        done |= said.ends_with(": completed successfully");
    }
    let sources = rsync_sources(text);
    judge.scope(sources.iter().map(String::as_str));
    let totals = stats(text);
    volume(&mut judge, &totals, sources.len());
    let said = |l: &str| l.split_once("] ").filter(|_| l.starts_with('[')).map_or(l, |(_, s)| s).trim().to_owned();
    let (opened, closed) =
        (text.lines().any(|l| said(l).starts_with("echo ")), text.lines().any(|l| said(l).starts_with("rm -f ")));
    if opened && !closed {
        judge.lack("rsnapshot n'a pas rendu son verrou : la sortie est incomplète");
    }
    if !done {
        judge.exit(material, &[2], true);
    } else if text.lines().count() >= material.all.lines().filter(|l| !l.is_empty()).count() {
        judge.exit(material, &[2], false);
    }
    judge.fact()
}

/// What rsync was asked to copy: the argument before the snapshot folder.
fn rsync_sources(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let commands =
        joined.lines().filter(|l| l.contains("rsync -") && l.contains("alpha.0/") || l.contains("/rsync -a"));
    commands
        .filter_map(|l| l.split_whitespace().rev().nth(1).filter(|p| p.contains('/')).map(ToOwned::to_owned))
        .collect()
}

/// Files and bytes of each rsync in the text.
fn stats(text: &str) -> Vec<Total> {
    let mut found = Vec::new();
    for line in text.lines() {
        let said = line.split_once("] ").filter(|_| line.starts_with('[')).map_or(line, |(_, s)| s);
        if let Some(files) = said.strip_prefix("Number of files: ") {
            found.push((
                between(files, "reg: ", ")")
                    .and_then(size::count)
                    .or_else(|| size::count(files).filter(|_| !files.contains("dir:"))),
                None,
            ));
        } else if let Some(bytes) = said.strip_prefix("Total file size: ")
            && let Some(last) = found.last_mut()
        {
            last.1 = size::count(bytes);
        }
    }
    found
}

/// Files and bytes of one rsync.
type Total = (Option<u64>, Option<u64>);

fn volume(judge: &mut Judge, totals: &[Total], sources: usize) {
    if judge.has_failed() {
        return;
    }
    let sum = |pick: fn(&Total) -> Option<u64>| totals.iter().map(pick).try_fold(0u64, |a, n| Some(a + n?));
    let (files, bytes) = (sum(|t| t.0), sum(|t| t.1));
    judge.files(files.filter(|_| !totals.is_empty())).bytes(bytes.filter(|_| !totals.is_empty()));
    if totals.is_empty() {
        judge.lack("rsync n'a pas dit ce qu'il a copié : ajoutez --stats à rsync_long_args");
    } else if totals.iter().any(|t| matches!(t, (None | Some(0), Some(0)) | (Some(0), _))) {
        judge.fail("une source est vide : aucun fichier copié ni gardé");
    } else if totals.len() < sources {
        judge.degrade(format!("{} sources sur {sources} ont des chiffres", totals.len()));
    } else if let (Some(files), Some(bytes)) = (files, bytes) {
        judge.prove(format!("{files} fichiers, {bytes} octets dans la copie"));
    } else {
        judge.lack("les chiffres de rsync sont incomplets");
    }
}

fn read_report(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    let rows = material.all.lines().filter(|l| l.contains(" seconds") && l.split_whitespace().count() >= 9);
    judge.scope(rows.filter_map(|l| l.split_whitespace().next()));
    for line in material.all.lines().filter(|l| l.contains("ERROR")) {
        judge.fail(format!("rsnapshot : {}", short(line)));
    }
    judge.lack("ce tableau ne dit pas si rsnapshot est allé au bout : joignez son journal");
    judge.exit(material, &[2], false);
    vec![judge.fact()]
}
