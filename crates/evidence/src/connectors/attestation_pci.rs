//! PCI DSS: attestation of an ASV scan, attestation of compliance. Written from documentation and fictitious documents.

use super::Source;
use super::attestation::{period, source};
use super::attestation_text::{field, has, number, plain};
use crate::core::clock::Moment;
use crate::core::fact::Fact;
use crate::core::proof::Material;
use crate::core::size;

pub const SOURCES: &[Source] = &[
    source(
        "asv scan",
        "attestation d'examen ASV (PCI DSS)",
        "asv-scan",
        |m| has(m, &["scan compliance", "approved scanning vendor", "asv scan report"]),
        read_asv,
    ),
    source(
        "pci aoc",
        "attestation de conformité PCI DSS (AoC)",
        "pci-aoc",
        |m| has(m, &["attestation of compliance", "attestation de conformite pci"]),
        read_pci,
    ),
];

fn read_asv(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let text = &material.out;
    let date = |labels: &[&str]| {
        text.lines().find_map(|l| {
            let folded = plain(l);
            let at = labels.iter().find_map(|x| folded.find(x))?;
            let rest = folded.get(at..)?;
            material.moment(rest.rsplit_once(": ").map_or(rest, |(_, v)| v))
        })
    };
    let done = date(&["date scan completed"]);
    let end = date(&["scan expiration date", "expiration date"]);
    judge.happened(done.clone());
    judge.client(field(text, &["company"]).map(|c| c.split("DBA").next().unwrap_or_default().trim().to_owned()));
    period(&mut judge, done.clone(), end);
    if done.is_none() {
        judge.lack("la date de l'examen n'est pas lisible");
    }
    let count = |label: &str| {
        text.lines().find_map(|l| {
            let folded = plain(l);
            let rest = folded.get(folded.find(label)? + label.len()..)?;
            size::count(rest.trim_start_matches([' ', ':']))
        })
    };
    let (components, failing) = (count("components scanned"), count("failing vulnerabilities"));
    let left_out =
        count("customer confirmed out of scope").or_else(|| count("customer confirmed components were out of scope"));
    judge
        .measure("components_scanned", components)
        .measure("failing_vulnerabilities", failing)
        .measure("components_left_out", left_out);
    let status = plain(&field(text, &["compliance status", "scan status", "etat de conformite"]).unwrap_or_default());
    match status.split(' ').next().unwrap_or_default() {
        "pass" => {}
        "fail" => judge.fail("l'examen n'est pas conforme"),
        _ => judge.lack("le résultat de l'examen n'est pas lisible"),
    }
    match (components, failing) {
        (Some(0), _) => judge.lack("aucun composant n'a été examiné"),
        (_, Some(n)) if n > 0 => judge.fail(format!("{n} vulnérabilités bloquantes")),
        (Some(n), Some(_)) => judge.prove(format!("{n} composants examinés, aucune vulnérabilité bloquante")),
        _ => judge.lack("le nombre de composants examinés ou de vulnérabilités manque"),
    }
    vec![judge.fact()]
}

fn read_pci(material: &Material, source: &Source) -> Vec<Fact> {
    let mut judge = source.judge();
    let text = &material.out;
    let folded = plain(text);
    let date = |labels: &[&str]| {
        labels.iter().find_map(|l| {
            let at = folded.find(l)?;
            material.moment(folded.get(at + l.len()..)?.lines().next()?)
        })
    };
    let done =
        date(&["date of report", "date aoc completed", "assessment end date", "date of attestation", "report date"]);
    judge.happened(done.clone());
    let holder = field(text, &["company name", "service provider", "merchant name", "societe"]);
    if holder.is_none() {
        judge.lack("l'entité évaluée n'est pas lisible");
    }
    judge.client(holder);
    judge.job(number(text, &["pci dss version", "pci dss v", "version"]).map(|v| format!("PCI DSS {v}")));
    judge.scope(field(text, &["services assessed", "name of service(s) assessed", "scope"]));
    // An attestation of compliance holds for one year.
    let end = done.as_ref().and_then(|d| {
        Moment::ymd(i64::from(d.date().year()) + 1, i64::from(d.date().month()), i64::from(d.date().day().min(28)))
    });
    period(&mut judge, done, end);
    let non = folded.contains("non-compliant") || folded.contains("not compliant") || folded.contains("non compliant");
    if non && !folded.contains("compliant but") {
        // A form lists both choices; only a filled form names one.
        judge.lack("le formulaire nomme les deux résultats : à lire par une personne");
    } else if !folded.contains("compliant") && !folded.contains("conforme") {
        judge.lack("le résultat n'est pas lisible");
    }
    vec![judge.fact()]
}
