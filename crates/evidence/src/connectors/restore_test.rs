//! Restore tests: files drawn from a snapshot, a database restored aside, and our own signed form (TOML or JSON).
//!
//! Decisive: exit code 0, nothing missing, every difference explained, a sample that is not empty, and for our form
//! two different persons: the one who did it and the one who looked.

use super::{Basis, Source};
use crate::core::fact::{Fact, Kind};
use crate::core::json;
use crate::core::judge::{Judge, Rule};
use crate::core::proof::Material;
use crate::core::text::short;
use serde_json::Value;

pub const SOURCES: &[Source] = &[Source {
    name: "restore test",
    about: "essai de restauration : tirage de fichiers, base restaurée à côté, ou formulaire signé (TOML ou JSON)",
    kind: Kind::Restore,
    basis: Basis::Ran,
    rule: Rule { id: "restore-test", version: 1 },
    recognise: |m| form(m).is_some(),
    read,
}];

/// The kinds of form understood.
const KINDS: [&str; 3] = ["restore_test", "restore_test_files", "clausule.restore_test/1"];

/// The form as JSON; TOML is turned into it.
fn form(material: &Material) -> Option<Value> {
    let is = |v: &Value| json::text(v, "kind").is_some_and(|k| KINDS.contains(&k));
    if let Some(value) = material.json.clone().filter(is) {
        return Some(value);
    }
    if !material.out.contains("restore_test") || material.out.trim_start().starts_with('{') {
        return None;
    }
    let table: toml::Table = material.out.parse().ok()?;
    serde_json::to_value(table).ok().filter(is)
}

fn read(material: &Material, source: &Source) -> Vec<Fact> {
    let Some(form) = form(material) else { return Vec::new() };
    let mut judge = source.judge();
    let date = |key: &str| {
        json::at(&form, key).and_then(|v| {
            let text = v
                .as_str()
                .map(ToOwned::to_owned)
                .or_else(|| json::text(v, "$__toml_private_datetime").map(ToOwned::to_owned))?;
            material.moment(&text)
        })
    };
    judge.happened(date("ended").or_else(|| date("started")).or_else(|| date("date"))).started(date("started"));
    judge.host(json::text(&form, "hostname").or_else(|| json::text(&form, "host"))).client(json::text(&form, "client"));
    judge.job(
        json::text(&form, "snapshot_id")
            .or_else(|| json::text(&form, "snapshot"))
            .map(|id| id.chars().take(12).collect::<String>()),
    );
    judge
        .scope(json::texts(&form, "paths"))
        .scope(json::texts(&form, "databases"))
        .duration(json::number(&form, "duration_s"));
    for name in ["snapshot_time", "draw_seed", "newest_business_record"] {
        if let Some(text) = json::text(&form, name).filter(|t| !t.is_empty()) {
            judge.measure(name, text);
        }
    }
    let exit = json::at(&form, "exit_code").or_else(|| json::at(&form, "pg_restore_exit")).and_then(Value::as_i64);
    match exit {
        Some(0) => {}
        Some(code) => judge.fail(format!("la restauration s'est arrêtée avec le code {code}")),
        None if json::text(&form, "kind") == Some("clausule.restore_test/1") => {}
        None => judge.lack("le code de sortie de la restauration manque"),
    }
    if let Some(error) = json::text(&form, "last_error").filter(|e| !e.trim().is_empty()) {
        judge.fail(short(error));
    }
    if json::at(&form, "rows").is_some() {
        database(&mut judge, &form);
    } else {
        files(&mut judge, &form);
    }
    if json::text(&form, "kind") == Some("clausule.restore_test/1") {
        signed(&mut judge, &form);
    }
    judge.exit(material, &[], false);
    vec![judge.fact()]
}

fn files(judge: &mut Judge, form: &Value) {
    let count = |names: &[&str]| names.iter().find_map(|n| json::count(form, n));
    let sample = count(&["sample_size", "sample"]);
    let (same, differs, missing) = (count(&["identical"]), count(&["differs"]), count(&["missing"]));
    let explained = count(&["explained"]).unwrap_or(0);
    judge.files(sample).bytes(count(&["restore_summary/bytes_restored", "bytes"]));
    if let Some(population) = count(&["population"]) {
        judge.measure("population", population);
    }
    let (Some(sample), Some(same), Some(differs), Some(missing)) = (sample, same, differs, missing) else {
        return judge
            .lack("l'essai ne dit pas combien de fichiers ont été tirés, retrouvés identiques, différents ou absents");
    };
    judge.measure("identical", same).measure("differs", differs).measure("missing", missing);
    if sample == 0 {
        judge.lack("aucun fichier n'a été tiré");
    } else if missing > 0 {
        judge.fail(format!("{missing} fichiers sur {sample} n'ont pas été restaurés"));
    } else if same + differs < sample {
        judge.lack(format!("{} fichiers sur {sample} ne sont comptés nulle part", sample - same - differs));
    } else if differs > explained {
        judge.degrade(format!("{} fichiers diffèrent sans explication (modifiés depuis ?)", differs - explained));
    } else {
        judge.prove(format!("{same} fichiers sur {sample} restaurés à l'identique"));
    }
}

fn database(judge: &mut Judge, form: &Value) {
    let rows = json::at(form, "rows").and_then(Value::as_object);
    judge.scope(rows.into_iter().flatten().map(|(table, _)| table.as_str()));
    judge.bytes(json::count(form, "dump_bytes")).version(json::text(form, "server"));
    let counts: Vec<u64> = rows.into_iter().flatten().filter_map(|(_, n)| n.as_u64()).collect();
    judge.measure("rows", counts.iter().sum::<u64>());
    if counts.is_empty() || counts.contains(&0) {
        judge.fail("une table restaurée est vide");
    }
    match json::flag(form, "identical") {
        Some(true) => judge.prove(format!("{} tables restaurées, contenu identique à la source", counts.len())),
        Some(false) => judge.degrade("le contenu restauré diffère de la source : la sauvegarde est plus ancienne"),
        None => judge.lack("l'essai ne dit pas si le contenu restauré est celui de la source"),
    }
}

/// The one who did it and the one who looked are two persons.
fn signed(judge: &mut Judge, form: &Value) {
    let person = |name: &str| json::text(form, name).map(|t| t.trim().to_lowercase()).filter(|t| !t.is_empty());
    match (person("signed_by"), person("countersigned_by")) {
        (Some(a), Some(b)) if a == b => judge.lack("la même personne a fait et constaté l'essai"),
        (Some(_), Some(_)) => {}
        _ => judge.lack("l'essai doit être signé par qui l'a fait et par qui l'a constaté"),
    }
    if json::text(form, "draw_seed").is_none_or(str::is_empty) {
        judge.lack("le tirage des fichiers n'est pas daté par une graine fixée après la sauvegarde");
    }
}
