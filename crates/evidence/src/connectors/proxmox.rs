//! Proxmox: vzdump mails, and the mails of Proxmox Backup Server (verify, sync, garbage collection, prune).
//!
//! Written from the templates of the source code. A machine that is not in the job is simply not in the table: the
//! contracted list must be expected. A policy that mails failures only makes silence mean nothing.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::Rule;
use crate::core::proof::Material;
use crate::core::size;
use crate::core::text::{between, short};

pub const SOURCES: &[Source] = &[
    Source {
        name: "proxmox vzdump",
        about: "courriels de sauvegarde vzdump de Proxmox VE",
        kind: Kind::Backup,
        basis: Basis::Documentation,
        rule: Rule { id: "proxmox-vzdump", version: 2 },
        recognise: |m| {
            m.subject().to_lowercase().contains("vzdump backup status")
                || (has_header(&m.out) && !rows(&m.out).is_empty())
        },
        read: read_vzdump,
    },
    Source {
        name: "proxmox backup server",
        about: "courriels de Proxmox Backup Server (vérification, synchronisation, nettoyage)",
        kind: Kind::Integrity,
        basis: Basis::Documentation,
        rule: Rule { id: "proxmox-backup-server", version: 1 },
        recognise: |m| task(m.subject()).is_some(),
        read: read_pbs,
    },
];

fn has_header(text: &str) -> bool {
    text.lines().any(|l| {
        let upper = l.to_uppercase();
        upper.contains("VMID") && upper.contains("STATUS") && upper.contains("SIZE")
    })
}

/// One machine of the table.
struct Row {
    vmid: String,
    name: String,
    status: String,
    size: Option<u64>,
}

/// Rows `100  web  ok  00:01:02  1.2 GiB  /path`: a number, a name that may be absent, a status.
fn rows(text: &str) -> Vec<Row> {
    let mut found = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let Some(vmid) = cells.first().filter(|c| (3..=9).contains(&c.len()) && c.chars().all(|d| d.is_ascii_digit()))
        else {
            continue;
        };
        let at = cells
            .iter()
            .take(4)
            .position(|c| matches!(c.to_lowercase().as_str(), "ok" | "err" | "todo" | "failed" | "error"));
        let Some(at) = at.filter(|i| *i > 0) else { continue };
        let name = cells.get(1..at).unwrap_or_default().join(" ");
        let rest = cells.get(at + 1..).unwrap_or_default();
        let size = rest.windows(2).find_map(|w| match w {
            [number, unit] => size::bytes(&format!("{number} {unit}")),
            _ => None,
        });
        let size = size.or_else(|| rest.iter().find_map(|c| size::bytes(c).filter(|_| c.ends_with('B'))));
        found.push(Row { vmid: (*vmid).to_owned(), name, status: cells.get(at).unwrap_or(&"").to_lowercase(), size });
    }
    found
}

fn read_vzdump(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let subject = material.subject();
    let text = &material.out;
    let finished = text.lines().rev().find(|l| {
        l.contains("INFO: Finished Backup of VM")
            || l.contains("INFO: Backup finished at")
            || l.contains("INFO: Backup job finished")
    });
    judge.happened_or_mail(finished.and_then(|l| material.moment(l)), material);
    judge.host(between(subject, "(", ")"));
    let lower = subject.to_lowercase();
    if lower.contains("failed") || lower.contains("error") {
        judge.fail(format!("objet du courriel : {}", short(subject)));
    } else if material.mail.is_some() && !lower.contains("backup successful") {
        judge.lack("l'objet n'annonce pas une sauvegarde réussie");
    }
    for line in text.lines().filter(|l| l.contains("ERROR:") || l.contains("backup failed")) {
        judge.fail(format!("vzdump : {}", short(line)));
    }
    let rows = rows(text);
    let mut total = Some(0u64);
    for row in &rows {
        judge.scope([row.vmid.as_str(), row.name.as_str()]);
        match row.status.as_str() {
            "ok" if row.size == Some(0) => judge.fail(format!("machine {} : sauvegarde vide", row.vmid)),
            "ok" if row.size.is_none() => judge.lack(format!("machine {} : taille absente", row.vmid)),
            "ok" => {}
            "todo" => judge.fail(format!("machine {} {} : pas encore sauvegardée", row.vmid, row.name)),
            _ => judge.fail(format!("machine {} {} : sauvegarde en échec", row.vmid, row.name)),
        }
        total = total.and_then(|t| t.checked_add(row.size?));
    }
    if let Some(line) = text.lines().find_map(|l| l.trim().strip_prefix("Total running time:")) {
        judge.measure("running_time", line.trim());
    } else if rows.is_empty() || !(text.contains("Total size") || text.lines().any(is_total)) {
        judge.lack("la fin du tableau (durée et taille totales) manque");
    }
    judge.bytes(total.filter(|_| !rows.is_empty())).measure("machines", rows.len());
    if rows.is_empty() {
        judge.lack("aucune machine dans le tableau");
    } else if material.mail.is_none() {
        judge.lack("sans l'objet du courriel, le résultat d'ensemble n'est pas connu");
    } else {
        judge.prove(format!("{} machines sauvegardées", rows.len()));
    }
    vec![judge.fact()]
}

/// The last row of the tables before version 8: `TOTAL  00:04:02  13.10GB`.
fn is_total(line: &str) -> bool {
    line.trim().strip_prefix("TOTAL").is_some_and(|rest| rest.contains(':'))
}

/// The task and datastore of a subject: `Verify Datastore 'store' successful`.
fn task(subject: &str) -> Option<(&'static str, Kind)> {
    let lower = subject.to_lowercase();
    let known = [
        ("verify datastore", "vérification", Kind::Integrity),
        ("sync remote", "synchronisation", Kind::Backup),
        ("sync datastore", "synchronisation", Kind::Backup),
        ("garbage collect datastore", "nettoyage", Kind::Retention),
        ("pruning datastore", "purge", Kind::Retention),
        ("prune datastore", "purge", Kind::Retention),
        ("tape backup", "sauvegarde sur bande", Kind::Backup),
    ];
    known.into_iter().find(|(mark, ..)| lower.contains(mark)).map(|(_, name, kind)| (name, kind))
}

fn read_pbs(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let subject = material.subject();
    let (name, kind) = task(subject).unwrap_or(("tâche", Kind::Unknown));
    judge.happened_or_mail(None, material);
    judge.scope(subject.split('\'').skip(1).step_by(2));
    judge.job(Some(name));
    let sender = material.mail.as_ref().and_then(|m| m.from.split_once('@')).map(|(_, d)| d.to_owned());
    judge.host(sender);
    let (said, body) = (subject.to_lowercase(), material.out.to_lowercase());
    if said.contains("failed") || said.contains("error") || body.contains("failed") || body.contains("error:") {
        judge.fail(format!("{name} en échec : {}", short(subject)));
    }
    for line in material.out.lines().filter(|l| l.trim_start().starts_with("vm/") || l.trim_start().starts_with("ct/"))
    {
        judge.scope([line.trim()]);
    }
    let done = [
        "verification successful",
        "synchronization successful",
        "garbage collection successful",
        "pruning was successful",
        "prune successful",
        "tape backup successful",
        "backup successful",
    ];
    if said.trim_end().ends_with("successful") && done.iter().any(|d| body.contains(d)) {
        judge.prove(format!("{name} réussie, dans l'objet et dans le texte"));
    } else {
        judge.lack("l'objet et le texte ne disent pas tous deux que la tâche a réussi");
    }
    let mut fact = judge.fact();
    fact.kind = kind;
    vec![fact]
}
