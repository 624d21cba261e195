//! testssl.sh (JSON, both shapes) and sslscan XML. testssl exits with 0 over critical findings.

use super::{Basis, Source};
use crate::core::clock::epoch;
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::short;
use crate::core::xml::Document;
use serde_json::Value;

pub const SOURCES: &[Source] = &[
    Source {
        name: "testssl",
        about: "testssl.sh, --jsonfile ou --jsonfile-pretty",
        kind: Kind::Scan,
        basis: Basis::Ran,
        rule: Rule { id: "testssl", version: 1 },
        recognise: |m| m.json.as_ref().is_some_and(|v| json::at(v, "scanResult").is_some() || is_flat(v)),
        read: read_testssl,
    },
    Source {
        name: "sslscan",
        about: "sslscan, XML",
        kind: Kind::Scan,
        basis: Basis::Ran,
        rule: Rule { id: "sslscan", version: 1 },
        recognise: |m| m.out.contains("title=\"SSLScan Results\""),
        read: read_sslscan,
    },
];

fn is_flat(value: &Value) -> bool {
    json::list(value, "").first().is_some_and(|v| {
        json::at(v, "severity").is_some() && json::at(v, "finding").is_some() && json::at(v, "id").is_some()
    })
}

/// Findings wherever they stand.
fn findings<'a>(value: &'a Value, out: &mut Vec<(&'a str, &'a str, &'a str)>) {
    match value {
        Value::Array(list) => list.iter().for_each(|v| findings(v, out)),
        Value::Object(map) => {
            if let (Some(id), Some(severity), Some(finding)) =
                (json::text(value, "id"), json::text(value, "severity"), json::text(value, "finding"))
            {
                out.push((id, severity, finding));
            }
            map.values().for_each(|v| findings(v, out));
        }
        _ => {}
    }
}

fn read_testssl(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(value) = &material.json else { return Vec::new() };
    let mut judge = source.judge();
    let start = json::number(value, "startTime");
    let seconds = json::number(value, "scanTime");
    judge
        .happened_or_mail(start.map(|s| s + seconds.unwrap_or(0.0)).and_then(epoch), material)
        .started(start.and_then(epoch));
    judge.duration(seconds).version(json::text(value, "version").and_then(|v| v.split_whitespace().next()));
    let mut found = Vec::new();
    findings(value, &mut found);
    let mut ended = seconds.is_some();
    for result in json::list(value, "scanResult") {
        let (host, port) =
            (json::text(result, "targetHost").unwrap_or_default(), json::text(result, "port").unwrap_or_default());
        judge.scope([format!("{host}:{port}")]).host(Some(host));
    }
    for line in json::list(value, "") {
        let (ip, port) = (json::text(line, "ip").unwrap_or_default(), json::text(line, "port").unwrap_or_default());
        judge.scope([format!("{}:{port}", ip.split('/').next().unwrap_or(ip))].into_iter().filter(|s| s.len() > 1));
    }
    let mut tested = 0;
    for (id, severity, finding) in &found {
        if *id == "scanTime" {
            ended = !finding.to_lowercase().contains("interrupt");
            continue;
        }
        tested += usize::from(!matches!(*id, "engine_problem" | "service" | "scanProblem"));
        match *severity {
            "CRITICAL" => judge.fail(format!("{id} : {}", short(finding))),
            "FATAL" => judge.lack(format!("{id} : {}", short(finding))),
            "HIGH" | "MEDIUM" => judge.degrade(format!("{id} : {}", short(finding))),
            _ => {}
        }
        if *id == "cert_notAfter" {
            judge.measure("certificate_expires", *finding);
        }
    }
    judge.measure("findings", found.len());
    if !ended {
        judge.lack("l'examen n'est pas allé au bout");
    }
    if tested == 0 {
        judge.lack("rien n'a été examiné");
    } else {
        judge.prove(format!("{tested} points examinés sans faille grave"));
    }
    vec![judge.fact()]
}

fn read_sslscan(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(document) = Document::parse(&material.out) else { return Vec::new() };
    let mut judge = source.judge();
    judge.happened(material.mail_date());
    judge.version(document.elements.first().and_then(|e| e.attribute("version")));
    for (_, test) in document.all("document/ssltest") {
        let (host, port) = (test.attribute("host").unwrap_or_default(), test.attribute("port").unwrap_or_default());
        judge.host(Some(host)).scope([format!("{host}:{port}")]);
    }
    let on = document.all("ssltest/protocol").filter(|(_, p)| p.attribute("enabled") == Some("1")).map(|(_, p)| p);
    let mut protocols = 0;
    for protocol in on {
        protocols += 1;
        let (kind, version) =
            (protocol.attribute("type").unwrap_or_default(), protocol.attribute("version").unwrap_or_default());
        if kind == "ssl" {
            judge.fail(format!("protocole interdit accepté : SSL {version}"));
        } else if matches!(version, "1.0" | "1.1") {
            judge.degrade(format!("protocole ancien accepté : TLS {version}"));
        }
    }
    if document.all("ssltest/heartbleed").any(|(_, h)| h.attribute("vulnerable") == Some("1")) {
        judge.fail("le serveur est vulnérable à Heartbleed");
    }
    certificate(&mut judge, &document);
    if !document.complete {
        judge.lack("le document est tronqué : l'examen n'est pas allé au bout");
    }
    if protocols == 0 {
        judge.lack("aucun protocole n'a répondu : rien n'a été examiné");
    } else {
        judge.prove(format!("{protocols} protocoles examinés"));
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn certificate(judge: &mut Judge, document: &Document) {
    if let Some(end) = document.text("certificate/not-valid-after") {
        judge.measure("certificate_expires", end);
    }
    if document.text("certificate/expired") == Some("true") {
        judge.fail("le certificat est expiré");
    }
    if document.text("certificate/self-signed") == Some("true") {
        judge.degrade("le certificat est signé par lui-même");
    }
}
