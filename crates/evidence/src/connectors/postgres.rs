//! pg_dump and pg_restore, verbose output; a plain SQL dump's own end mark.
//!
//! `pg_restore --list` of a truncated dump exits with 0: a table of contents is not a test.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::{between, short, value};

pub const SOURCES: &[Source] = &[
    Source {
        name: "pg_restore",
        about: "pg_restore --verbose",
        kind: Kind::Restore,
        basis: Basis::Ran,
        rule: Rule { id: "pg-restore", version: 1 },
        recognise: |m| has_line(m, "pg_restore: ") || m.all.contains("; Selected TOC Entries:"),
        read: read_restore,
    },
    Source {
        name: "pg_dump",
        about: "pg_dump --verbose",
        kind: Kind::Backup,
        basis: Basis::Ran,
        rule: Rule { id: "pg-dump", version: 1 },
        recognise: |m| has_line(m, "pg_dump: ") || m.out.contains("-- PostgreSQL database dump"),
        read: read_dump,
    },
];

fn has_line(material: &Material, start: &str) -> bool {
    material.all.lines().any(|l| l.starts_with(start))
}

fn errors(judge: &mut Judge, text: &str, tool: &str) {
    for line in text.lines() {
        let own = line.starts_with(tool);
        let stops = [": error:", "FATAL", ": fatal:", "errors ignored on restore"];
        if own && stops.iter().any(|s| line.contains(s)) || line.starts_with("ERROR:") {
            judge.fail(short(line));
        } else if own && (line.contains(": warning:")) {
            judge.degrade(short(line));
        }
    }
}

fn read_restore(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    errors(&mut judge, &material.all, "pg_restore");
    if material.all.contains("; Selected TOC Entries:") {
        judge.scope(value(&material.all, ";     dbname:"));
        if let Some(moment) = value(&material.all, "; Archive created at").and_then(|t| material.moment(t)) {
            judge.measure("archive_created", moment.text());
        }
        judge.lack("la table des matières d'une archive n'est pas un essai : elle se lit aussi d'une archive tronquée");
        judge.exit(material, &[], false);
        return vec![judge.fact()];
    }
    let tables = quoted(&material.all, "pg_restore: processing data for table ");
    judge.measure("tables", tables.len());
    judge.scope(tables.iter().map(String::as_str));
    if tables.is_empty() && !judge.has_failed() {
        judge.lack("aucune table n'est dite restaurée (ajoutez --verbose)");
    } else if !tables.is_empty() {
        judge.prove(format!("{} tables restaurées", tables.len()));
    }
    judge.exit(material, &[], true);
    vec![judge.fact()]
}

fn read_dump(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    errors(&mut judge, &material.all, "pg_dump");
    let mut tables = quoted(&material.all, "pg_dump: dumping contents of table ");
    if material.out.contains("-- PostgreSQL database dump") {
        tables = material.out.lines().filter_map(|l| between(l, "COPY ", " (")).map(ToOwned::to_owned).collect();
        judge.version(material.out.lines().find_map(|l| l.strip_prefix("-- Dumped by pg_dump version ")));
        if !material.out.contains("-- PostgreSQL database dump complete") {
            judge.fail("l'export est tronqué : sa marque de fin manque");
        }
    }
    judge.measure("tables", tables.len());
    judge.scope(tables.iter().map(String::as_str));
    if tables.is_empty() && !judge.has_failed() {
        judge.lack("aucune table n'est dite exportée (ajoutez --verbose)");
    } else if !tables.is_empty() {
        judge.prove(format!("{} tables exportées", tables.len()));
    }
    judge.exit(material, &[], true);
    vec![judge.fact()]
}

/// Quoted names behind a sentence.
fn quoted(text: &str, start: &str) -> Vec<String> {
    let name = |rest: &str| {
        let inner = rest.trim().trim_start_matches(['"', ' ', '\u{a0}', '«', '»']);
        inner.split(['"', '«', '»']).next().unwrap_or_default().trim().to_owned()
    };
    let names = text.lines().filter_map(|l| l.strip_prefix(start)).map(name).filter(|n| !n.is_empty());
    names.take(10_000).collect()
}
