//! Bacula and Bareos: job mails, console outputs, daemon messages, and the catalogue as CSV.
//!
//! Decisive: the `Termination` line with the counters above it. A `Verify Volume to Catalog` reads the attributes of
//! one job only: `Verify OK` over a destroyed full backup was seen.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{between, short, value};

pub const SOURCES: &[Source] = &[
    Source {
        name: "bacula mail",
        about: "courriels de travaux Bacula et Bareos (sauvegarde, vérification, restauration)",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "bacula-mail", version: 2 },
        recognise,
        read,
    },
    Source {
        name: "bacula catalog",
        about: "travaux du catalogue Bacula, en CSV (JobStatus, JobErrors…)",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "bacula-catalog", version: 1 },
        recognise: |m| columns(m).is_some(),
        read: read_catalog,
    },
];

/// Files below which a verification proves nothing but itself.
const LEAST_VERIFIED: u64 = 2;

fn recognise(material: &Material) -> bool {
    let text = &material.all;
    let subject = material.subject();
    ((text.contains("  Termination: ") || text.contains("  JobId: ")) && text.contains("Start time: "))
        || subject.starts_with("Bacula")
        || subject.starts_with("Bareos")
        || (text.contains(" JobId ") && (text.contains("-dir JobId ") || text.contains("Fatal error: bsock")))
}

/// One fact a job: a console may hold several.
fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut ended = false;
    for line in material.all.lines() {
        let begins = line.contains(": Start ") && line.contains("JobId") || line.trim_start().starts_with("Build OS:");
        if ended && begins && parts.len() < 1_000 {
            parts.push(String::new());
            ended = false;
        }
        ended |= line.trim_start().starts_with("Termination:");
        if let Some(part) = parts.last_mut() {
            part.push_str(line);
            part.push('\n');
        }
    }
    let mut light = Material {
        mail: material.mail.clone(),
        zone: material.zone.clone(),
        code: material.code,
        ..Material::default()
    };
    let each = parts.into_iter().map(|part| {
        light.all = part;
        one(&light, source)
    });
    each.collect()
}

fn one(material: &Material, source: &Source) -> Fact {
    let mut judge = source.judge();
    let text = &material.all;
    let field = |label: &str| value(text, &format!("{label}:")).filter(|v| !v.is_empty());
    let moment = |label: &str| field(label).and_then(|t| material.moment(t));
    judge.happened_or_mail(moment("End time").or_else(|| moment("Start time")), material);
    judge.started(moment("Start time"));
    judge.host(field("Restore Client").or_else(|| field("Client")).map(|c| between(c, "\"", "\"").unwrap_or(c)));
    judge.job(field("Job"));
    judge.scope(field("FileSet").map(|f| between(f, "\"", "\"").unwrap_or(f)));
    judge.version(
        text.lines()
            .find_map(|l| l.split(": Bacula ").nth(1).or_else(|| l.split(": Bareos ").nth(1)))
            .and_then(|l| l.split_whitespace().nth(1)),
    );
    if let Some(level) = field("Backup Level").or_else(|| field("Verify Level")) {
        judge.measure("level", level.split(',').next().unwrap_or(level));
    }
    match field("Termination") {
        Some(end) => terminated(&mut judge, material, end),
        None => daemon(&mut judge, material),
    }
    subject(&mut judge, material.subject());
    let mut fact = judge.fact();
    if let Some(end) = field("Termination") {
        fact.kind = kind(end);
    }
    fact
}

fn kind(termination: &str) -> Kind {
    match termination {
        t if t.contains("Verify") => Kind::Integrity,
        t if t.contains("Restore") => Kind::Restore,
        _ => Kind::Backup,
    }
}

/// The subject may only make it worse.
fn subject(judge: &mut Judge, subject: &str) {
    let lower = subject.to_lowercase();
    if ["error", "cancel", "fail", "fatal"].iter().any(|w| lower.contains(w)) {
        judge.fail(format!("objet du courriel : {}", short(subject)));
    } else if lower.contains("warning") {
        judge.degrade(format!("objet du courriel : {}", short(subject)));
    }
}

/// Without a termination the message is a daemon's, or it is cut.
fn daemon(judge: &mut Judge, material: &Material) {
    for line in material.all.lines() {
        if line.contains("Fatal error:") || line.contains(" Error: ") {
            judge.fail(format!("Bacula : {}", short(line)));
        } else if line.contains("Warning:") {
            judge.degrade(format!("Bacula : {}", short(line)));
        }
    }
    judge.host(
        material.all.lines().find_map(|l| l.split(" to Client: ").nth(1)).and_then(|l| l.split_whitespace().next()),
    );
    judge.lack("pas de ligne « Termination » : le message est incomplet, ou ne porte pas sur un travail");
}

fn terminated(judge: &mut Judge, material: &Material, end: &str) {
    let count = |label: &str| value(&material.all, &format!("{label}:")).and_then(size::count);
    let status = |label: &str| value(&material.all, &format!("{label} termination status:"));
    for label in ["Non-fatal FD errors", "SD Errors", "FD Errors"] {
        if let Some(n) = count(label).filter(|n| *n > 0) {
            judge.degrade(format!("{label} : {n}"));
        }
    }
    // What copies from one storage to another has no client.
    let copies = is_copy(end);
    for label in ["FD", "SD"].into_iter().skip(usize::from(copies)) {
        match status(label) {
            Some("OK") => {}
            Some(other) if !other.is_empty() => judge.fail(format!("état de {label} : {other}")),
            _ => judge.lack(format!("l'état de fin de {label} manque")),
        }
    }
    for line in material
        .all
        .lines()
        .filter(|l| l.contains("Could not stat") || l.contains("Could not open") || l.contains("Fatal error:"))
    {
        judge.degrade(format!("Bacula : {}", short(line)));
    }
    match end {
        "Backup OK" => backup(judge, material),
        "Backup OK -- with warnings" => {
            backup(judge, material);
            judge.degrade("sauvegarde avec avertissements");
        }
        "Verify OK" => verify(judge, material),
        "Restore OK" => restore(judge, material),
        "Copying OK" | "Migration OK" => copy(judge, material),
        _ if copies && end.contains("no files") => judge.lack("rien n'était à copier"),
        _ => judge.fail(format!("Bacula : {end}")),
    }
}

fn backup(judge: &mut Judge, material: &Material) {
    let count = |label: &str| value(&material.all, &format!("{label}:")).and_then(size::count);
    let (client, storage) = (count("FD Files Written"), count("SD Files Written"));
    let (bytes, stored) = (count("FD Bytes Written"), count("SD Bytes Written"));
    judge.files(client).bytes(bytes);
    let full = value(&material.all, "Backup Level:").is_some_and(|l| l.starts_with("Full"));
    match (client, storage, bytes, stored) {
        (Some(0), ..) | (_, _, Some(0), _) if full => judge.fail("sauvegarde complète vide"),
        (Some(0), ..) => judge.lack("aucun fichier sauvegardé : rien n'avait changé, ou rien n'a été lu"),
        (Some(c), Some(s), ..) if c != s => judge.fail(format!("{c} fichiers lus, {s} écrits")),
        (Some(files), Some(_), Some(bytes), Some(_)) => {
            judge.prove(format!("{files} fichiers, {bytes} octets sauvegardés"))
        }
        _ => judge.lack("le nombre de fichiers ou d'octets écrits manque"),
    }
}

fn is_copy(end: &str) -> bool {
    end.starts_with("Copying") || end.starts_with("Migration")
}

/// A backup copied to another storage.
fn copy(judge: &mut Judge, material: &Material) {
    let count = |label: &str| value(&material.all, &format!("{label}:")).and_then(size::count);
    let (files, bytes) = (count("SD Files Written"), count("SD Bytes Written"));
    judge.files(files).bytes(bytes);
    match (files, bytes) {
        (Some(0), _) | (_, Some(0)) => judge.lack("aucun fichier copié"),
        (Some(files), Some(bytes)) => {
            judge.prove(format!("{files} fichiers, {bytes} octets copiés sur un autre support"))
        }
        _ => judge.lack("le nombre de fichiers ou d'octets copiés manque"),
    }
}

fn verify(judge: &mut Judge, material: &Material) {
    let count = |label: &str| value(&material.all, &format!("{label}:")).and_then(size::count);
    let (expected, examined) = (count("Files Expected"), count("Files Examined"));
    judge.files(examined);
    let level = value(&material.all, "Verify Level:").unwrap_or_default();
    match (expected, examined) {
        (Some(e), Some(x)) if x < e => judge.fail(format!("{x} fichiers relus sur {e}")),
        (Some(_), Some(x)) if x < LEAST_VERIFIED => {
            judge.lack(format!("seul le dernier travail a été vérifié : {x} fichier"))
        }
        (Some(_), Some(_)) if level != "Data" => {
            judge.lack(format!(
                "le niveau {level} ne compare que les attributs d'un seul travail, il ne relit pas les contenus"
            ));
        }
        (Some(_), Some(x)) => judge.prove(format!("{x} fichiers relus et comparés")),
        _ => judge.lack("le nombre de fichiers relus manque"),
    }
}

fn restore(judge: &mut Judge, material: &Material) {
    let count = |label: &str| value(&material.all, &format!("{label}:")).and_then(size::count);
    let (expected, restored, bytes) = (count("Files Expected"), count("Files Restored"), count("Bytes Restored"));
    judge.files(restored).bytes(bytes);
    match (expected, restored, bytes) {
        (_, Some(0), _) | (_, _, Some(0)) => judge.fail("restauration vide"),
        (Some(e), Some(r), _) if r < e => judge.fail(format!("{r} fichiers restaurés sur {e}")),
        (Some(_), Some(r), Some(_)) => judge.prove(format!("{r} fichiers restaurés")),
        _ => judge.lack("le nombre de fichiers restaurés manque"),
    }
}

/// Separator and column names of a catalogue.
fn columns(material: &Material) -> Option<(char, Vec<String>)> {
    let head = material.out.lines().next()?;
    let separator = ['|', ';', ',', '\t'].into_iter().find(|c| head.contains(*c))?;
    let names: Vec<String> = head.split(separator).map(|n| n.trim().to_lowercase()).collect();
    (names.iter().any(|n| n == "jobstatus") && names.iter().any(|n| n == "jobid")).then_some((separator, names))
}

/// One fact a job.
fn read_catalog(material: &Material, source: &Source) -> Vec<Fact> {
    let Some((separator, names)) = columns(material) else { return Vec::new() };
    let rows = material.out.lines().skip(1).filter(|l| !l.trim().is_empty()).take(5_000);
    rows.map(|row| catalog_row(&names, &row.split(separator).map(str::trim).collect::<Vec<_>>(), material, source))
        .collect()
}

fn catalog_row(names: &[String], cells: &[&str], material: &Material, source: &Source) -> Fact {
    let cell = |name: &str| names.iter().position(|n| n == name).and_then(|i| cells.get(i).copied());
    let mut judge = source.judge();
    judge.happened(cell("endtime").or_else(|| cell("starttime")).and_then(|t| material.moment(t)));
    judge.started(cell("starttime").and_then(|t| material.moment(t)));
    judge.job(cell("name")).host(cell("client"));
    let number = |name: &str| cell(name).and_then(|c| c.parse::<u64>().ok());
    let (files, bytes, errors) = (number("jobfiles"), number("jobbytes"), number("joberrors"));
    judge.files(files).bytes(bytes);
    match (cell("jobstatus"), errors) {
        (Some("T" | "W"), Some(n)) if n > 0 => judge.degrade(format!("terminé avec {n} erreurs")),
        (Some("W"), _) => judge.degrade("terminé avec avertissements"),
        (Some("T"), Some(_)) => {}
        (Some(code @ ("E" | "f" | "A" | "I" | "e")), _) => {
            judge.fail(format!("état {code} : le travail n'a pas abouti"))
        }
        (code, _) => judge.lack(format!(
            "état {} : le travail n'est pas terminé, ou son compte d'erreurs manque",
            code.unwrap_or("inconnu")
        )),
    }
    let verify = cell("type") == Some("V");
    match (files, bytes) {
        _ if verify => judge.lack("une vérification du catalogue ne dit pas ce qu'elle a relu"),
        (Some(0), _) | (_, Some(0)) => judge.lack("aucun fichier ou aucun octet"),
        (Some(files), Some(bytes)) => judge.prove(format!("{files} fichiers, {bytes} octets")),
        _ => judge.lack("le nombre de fichiers ou d'octets manque"),
    }
    let mut fact = judge.fact();
    fact.kind = match cell("type") {
        Some("V") => Kind::Integrity,
        Some("R") => Kind::Restore,
        _ => Kind::Backup,
    };
    fact
}
