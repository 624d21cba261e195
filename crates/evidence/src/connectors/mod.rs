//! The connectors: one file each, found by content, never by file name alone.

mod apt;
mod attestation;
mod attestation_pci;
mod attestation_text;
mod bacula;
mod borg;
mod borg_check;
mod borg_extract;
mod borg_prune;
mod borgmatic;
mod centreon;
mod clamav;
mod defender;
mod duplicati;
mod duplicity;
mod event_log;
mod findings;
mod inventory;
mod nagios;
mod nmap;
mod pgbackrest;
mod postgres;
mod probe;
mod prometheus;
mod proxmox;
mod rclone;
mod rdiff_backup;
mod restic;
mod restic_check;
mod restic_restore;
mod restic_snapshots;
mod restore_test;
mod rsnapshot;
mod synology;
mod tickets;
mod tls_scan;
mod unattended;
mod uptime;
mod veeam;
mod veeam_table;
mod windows_backup;
mod windows_events;
mod zabbix;

pub use inventory::storable;

use crate::core::fact::{Fact, Kind, State};
use crate::core::judge::{Judge, Rule, name};
use crate::core::mail;
use crate::core::proof::{MAX_BYTES, Material, Proof};

/// What a connector's rule rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Outputs of the real tool, run by the authors.
    Ran,
    /// Source code, templates or documentation of the tool only.
    Documentation,
}

/// A source of evidence.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Its name, for `--source` and in facts.
    pub name: &'static str,
    /// What it reads, in French.
    pub about: &'static str,
    /// What it is about.
    pub kind: Kind,
    /// What its rule rests on: real outputs, or documentation only.
    pub basis: Basis,
    /// The rule, kept in every fact.
    pub rule: Rule,
    /// Whether the content is this source's.
    pub recognise: fn(&Material) -> bool,
    /// The facts.
    pub read: fn(&Material, &Source) -> Vec<Fact>,
}

impl Source {
    /// A judge for one fact of this source.
    pub(crate) fn judge(&self) -> Judge {
        Judge::new(self.name, self.kind, self.rule)
    }
}

/// Every source; the first that recognises a content reads it, so the narrow ones stand first.
const ALL: &[&[Source]] = &[
    restore_test::SOURCES,
    probe::SOURCES,
    unattended::SOURCES,
    bacula::SOURCES,
    pgbackrest::SOURCES,
    restic::SOURCES,
    restic_check::SOURCES,
    restic_restore::SOURCES,
    restic_snapshots::SOURCES,
    borgmatic::SOURCES,
    borg_check::SOURCES,
    borg_prune::SOURCES,
    borg::SOURCES,
    borg_extract::SOURCES,
    duplicity::SOURCES,
    rdiff_backup::SOURCES,
    rsnapshot::SOURCES,
    rclone::SOURCES,
    postgres::SOURCES,
    duplicati::SOURCES,
    clamav::SOURCES,
    nmap::SOURCES,
    tls_scan::SOURCES,
    findings::SOURCES,
    inventory::SOURCES,
    defender::SOURCES,
    apt::SOURCES,
    prometheus::SOURCES,
    uptime::SOURCES,
    zabbix::SOURCES,
    centreon::SOURCES,
    nagios::SOURCES,
    windows_events::SOURCES,
    proxmox::SOURCES,
    windows_backup::SOURCES,
    veeam::SOURCES,
    synology::SOURCES,
    tickets::SOURCES,
    attestation_pci::SOURCES,
    attestation::SOURCES,
    event_log::SOURCES,
];

/// Every source, in the order of recognition.
pub fn sources() -> impl Iterator<Item = &'static Source> {
    ALL.iter().flat_map(|list| list.iter())
}

/// Whether a declared name is known: a source, a tool, or either with something behind it.
#[must_use]
pub fn is_known(declared: &str) -> bool {
    !candidates(&declared.trim().to_lowercase()).is_empty()
}

/// Sources that a declared name may mean; a whole name stands for itself.
fn candidates(declared: &str) -> Vec<&'static Source> {
    let whole = |s: &&Source| declared == s.name || declared.strip_prefix(s.name).is_some_and(|r| r.starts_with(' '));
    let exact: Vec<_> = sources().filter(whole).collect();
    if !exact.is_empty() {
        let longest = exact.iter().map(|s| s.name.len()).max().unwrap_or(0);
        return exact.into_iter().filter(|s| s.name.len() == longest).collect();
    }
    sources().filter(|s| s.name.strip_prefix(declared).is_some_and(|r| r.starts_with(' '))).collect()
}

/// The facts of a proof. Never empty: what can't be understood gives one unproven or failed fact.
#[must_use]
pub fn read(proof: &Proof) -> Vec<Fact> {
    let bytes = proof.bytes.get(..proof.bytes.len().min(MAX_BYTES)).unwrap_or_default();
    let mails = mail::mailbox(bytes);
    if !mails.is_empty() && bytes.len() == proof.bytes.len() {
        return mails.into_iter().flat_map(|bytes| read(&Proof { bytes, ..proof.clone() })).collect();
    }
    let material = Material::new(proof);
    let mut facts = either(&material, 0);
    for fact in &mut facts {
        if fact.host.is_none() {
            fact.host = material.cron_host().and_then(|host| name(&host));
        }
        if let Some(code) = material.code.filter(|code| *code != 0 && fact.state == State::Ok) {
            fact.state = State::Unproven;
            fact.reasons.insert(0, format!("code de sortie {code} : il contredit le contenu"));
        }
        if material.cut && matches!(fact.state, State::Ok | State::Degraded) {
            fact.state = State::Unproven;
            fact.reasons
                .insert(0, "la preuve est trop grande pour être lue en entier : envoyez un extrait complet".into());
        }
    }
    facts
}

/// Deepest nesting of mails in mails followed.
const DEPTH: usize = 2;

/// The facts of a proof; of a mail in text and in HTML, those of the part that says more, and the worse where both do.
fn either(material: &Material, depth: usize) -> Vec<Fact> {
    let facts = chosen(material, depth);
    let Some(other) = material.in_html().map(|html| chosen(&html, depth)) else { return facts };
    // Nothing proved is less than anything: a part cut short must not hide the whole one.
    let weight = |facts: &[Fact]| {
        let worst = facts.iter().map(|f| f.state).max();
        worst.map_or(0, |state| match state {
            State::Unproven => 1,
            State::Ok => 2,
            State::Degraded => 3,
            State::Failed => 4,
        })
    };
    if weight(&other) > weight(&facts) { other } else { facts }
}

fn chosen(material: &Material, depth: usize) -> Vec<Fact> {
    let declared = material.source.as_deref().map(candidates).unwrap_or_default();
    if material.empty && material.mail.is_none() {
        return vec![silent(material, declared.first().copied())];
    }
    // A mail passed on as an attachment is the proof; what stands around it is not.
    let carried = if depth < DEPTH { from_forwarded(material, depth) } else { Vec::new() };
    if !carried.is_empty() {
        return carried;
    }
    let recognised = declared.iter().copied().find(|s| (s.recognise)(material)).or_else(|| declared.first().copied());
    if let Some(source) = recognised.or_else(|| sources().find(|s| (s.recognise)(material))) {
        let facts = (source.read)(material, source);
        return if facts.is_empty() { vec![silent(material, Some(source))] } else { facts };
    }
    let attached = if depth < DEPTH { from_attachments(material, depth) } else { Vec::new() };
    if attached.is_empty() { vec![silent(material, None)] } else { attached }
}

/// Facts of the whole mails that a mail carries.
fn from_forwarded(material: &Material, depth: usize) -> Vec<Fact> {
    let mut facts = Vec::new();
    for bytes in material.mail.iter().flat_map(|m| &m.forwarded) {
        let inner = Material::new(&Proof { bytes, zone: material.zone.clone(), ..Proof::default() });
        let inner = Material { source: material.source.clone(), ..inner };
        let found = either(&inner, depth + 1);
        facts.extend(found.into_iter().filter(|f| f.kind != Kind::Unknown));
    }
    facts
}

/// Facts of a mail's attachments, when its own text says nothing known.
fn from_attachments(material: &Material, depth: usize) -> Vec<Fact> {
    let Some(mail) = &material.mail else { return Vec::new() };
    let mut facts = Vec::new();
    for (name, bytes) in &mail.attachments {
        let proof = Proof { name, bytes, zone: material.zone.clone(), ..Proof::default() };
        let mut inner = Material::new(&proof);
        if inner.mail.is_none() {
            inner.mail.clone_from(&material.mail);
            if let Some(outer) = &mut inner.mail {
                outer.attachments.clear();
                outer.forwarded.clear();
                outer.html = None;
            }
        }
        if sources().any(|s| (s.recognise)(&inner)) || inner.mail.as_ref().is_some_and(|m| !m.attachments.is_empty()) {
            facts.extend(chosen(&inner, depth + 1));
        }
    }
    facts
}

/// What a proof that says nothing gives.
fn silent(material: &Material, source: Option<&Source>) -> Fact {
    const UNKNOWN: Rule = Rule { id: "inconnu", version: 1 };
    let mut judge = source.map_or_else(|| Judge::new("inconnue", Kind::Unknown, UNKNOWN), Source::judge);
    judge.happened(material.mail_date());
    match material.code {
        Some(code) if code != 0 => judge.fail(format!("code de sortie {code} : la commande a échoué")),
        _ if material.empty && material.name.to_lowercase().ends_with(".pdf") => {
            judge.lack("document sans texte lisible (page numérisée) : deux personnes doivent le regarder");
        }
        _ if material.empty => judge.lack("la sortie est vide : un code de sortie seul ne prouve rien"),
        _ if source.is_some() => judge.lack("le contenu n'est pas celui de cette source, ou il est incomplet"),
        _ => judge.lack("format non reconnu : la preuve doit être regardée par une personne"),
    }
    judge.fact()
}
