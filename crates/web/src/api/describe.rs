//! The OpenAPI description, made from one table; a test holds it to the table of routes.

use super::{papers, reviews, schemas};
use crate::actor::Needs;
use crate::app::App;
use crate::routes::{self, Route};
use axum::Json;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get as read};
use contract::Profile;
use serde_json::{Map, Value, json};

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/api/v1/openapi.json", Needs::Nothing, handler)];

fn handler() -> MethodRouter<App> {
    read(openapi)
}

/// What is sent with a call.
#[derive(Clone, Copy)]
enum Body {
    None,
    /// The bytes of a file.
    Bytes,
    /// JSON of this schema.
    Json(&'static str),
}

/// What comes back.
#[derive(Clone, Copy)]
enum Answer {
    /// JSON of this schema.
    Json(&'static str),
    /// A file.
    File,
    /// Nothing.
    Nothing,
}

/// A call as described.
struct Call {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    /// Parameters of the query; `!` ends the name of one that must be there.
    query: &'static [&'static str],
    body: Body,
    answer: Answer,
    /// Whether an `Idempotency-Key` makes a repetition harmless.
    keyed: bool,
}

const PAGED: &[&str] = &["cursor", "limit"];

const fn get(path: &'static str, summary: &'static str, query: &'static [&'static str], answer: &'static str) -> Call {
    Call { method: "get", path, summary, query, body: Body::None, answer: Answer::Json(answer), keyed: false }
}

const fn file(method: &'static str, path: &'static str, summary: &'static str, body: Body) -> Call {
    Call { method, path, summary, query: &[], body, answer: Answer::File, keyed: false }
}

const fn post(path: &'static str, summary: &'static str, body: &'static str, answer: &'static str) -> Call {
    let (body, answer) = (Body::Json(body), Answer::Json(answer));
    Call { method: "post", path, summary, query: &[], body, answer, keyed: true }
}

const fn bring(
    path: &'static str,
    summary: &'static str,
    query: &'static [&'static str],
    answer: &'static str,
) -> Call {
    Call { method: "post", path, summary, query, body: Body::Bytes, answer: Answer::Json(answer), keyed: true }
}

/// A call whose answer may hold a secret, or that may be repeated without harm.
const fn keyless(call: Call) -> Call {
    Call { keyed: false, ..call }
}

const fn delete(path: &'static str, summary: &'static str) -> Call {
    Call { method: "delete", path, summary, query: &[], body: Body::None, answer: Answer::Nothing, keyed: false }
}

/// Every call.
const CALLS: &[Call] = &[
    get("/api/v1/openapi.json", "Cette description", &[], "Any"),
    get("/api/v1/me", "Qui agit", &[], "Me"),
    get("/api/v1/reviews", "Les contrats lus", &["q", "blocking", "sort", "cursor", "limit"], "Reviews"),
    bring("/api/v1/reviews", "Déposer un contrat, ou une archive", &["name!", "profile", "previous"], "Brought"),
    get("/api/v1/reviews/{id}", "Un contrat lu", &[], "Review"),
    delete("/api/v1/reviews/{id}", "Retirer un contrat et ses mots"),
    get("/api/v1/reviews/{id}/verdicts", "Le verdict de chaque point, avec ses mots", &[], "List"),
    get("/api/v1/reviews/{id}/versions", "Les versions d'un contrat", &[], "Reviews"),
    post("/api/v1/reviews/{id}/answers", "Dire si un verdict est juste, ou le corriger", "PointAnswer", "Any"),
    post("/api/v1/reviews/{id}/judgement", "Juger de nouveau sous un autre profil", "Judgement", "Any"),
    post("/api/v1/reviews/{id}/contract", "Suivre ce contrat", "Follow", "Any"),
    get("/api/v1/reviews/{id}/mend", "Les clauses choisies et leurs questions", &[], "Mending"),
    post("/api/v1/reviews/{id}/mend", "Choisir les clauses, répondre aux questions", "Mend", "Mending"),
    file(
        "get",
        "/api/v1/reviews/{id}/files/{name}",
        "Le contrat, le rapport, le contrat corrigé, l'avenant, la lettre",
        Body::None,
    ),
    get("/api/v1/comparison", "Deux à quatre contrats côte à côte, point par point", &["reviews!"], "Comparison"),
    get(
        "/api/v1/cascade",
        "Ce qu'un contrat de sous-traitance garde des promesses du principal",
        &["above!", "below!"],
        "Cascade",
    ),
    get("/api/v1/contracts", "Les contrats suivis", PAGED, "List"),
    get("/api/v1/contracts/{id}", "Un contrat", &[], "Contract"),
    file("get", "/api/v1/contracts/{id}/document", "Son document", Body::None),
    get("/api/v1/contracts/{id}/promises", "Les promesses d'un contrat", &[], "List"),
    get("/api/v1/contracts/{id}/status", "Où en sont ses promesses", &["from", "to"], "List"),
    post("/api/v1/contracts/{id}/decisions", "Suivre ou écarter des promesses", "Decision", "Any"),
    post("/api/v1/contracts/{id}/corrections", "Corriger une promesse", "Correction", "Promise"),
    post("/api/v1/contracts/{id}/waivers", "Dispenser d'une promesse", "Waiver", "Promise"),
    post("/api/v1/contracts/{id}/term", "Dire sa durée, son préavis, sa reconduction", "Term", "Contract"),
    post("/api/v1/contracts/{id}/rank", "Dire de quel contrat il est la sous-traitance", "Rank", "Any"),
    file("get", "/api/v1/contracts/{id}/reports/{month}/{form}", "Le rapport d'un mois", Body::None),
    file("post", "/api/v1/contracts/{id}/dossier", "Le dossier d'un contrat", Body::None),
    get("/api/v1/alerts", "Ce qui est à traiter", PAGED, "List"),
    get("/api/v1/providers", "Les prestataires", PAGED, "List"),
    get(
        "/api/v1/proofs",
        "Les preuves, la plus récente d'abord",
        &["contract", "unattached", "cursor", "limit"],
        "List",
    ),
    bring("/api/v1/proofs", "Apporter une preuve", &["name!", "contract"], "Any"),
    get("/api/v1/proofs/{id}", "Une preuve", &[], "Proof"),
    file("get", "/api/v1/proofs/{id}/file", "Son fichier", Body::None),
    post("/api/v1/proofs/{id}/contract", "Dire de quel contrat elle est", "ContractName", "Proof"),
    post("/api/v1/proofs/{id}/share", "La donner à d'autres contrats", "Among", "Any"),
    get("/api/v1/documents", "Les documents à rédiger", &[], "List"),
    get("/api/v1/documents/{name}", "Les questions d'un document", &[], "Any"),
    file("post", "/api/v1/documents/{name}/{form}", "Un document rédigé", Body::Json("DocumentAnswers")),
    get("/api/v1/points", "Les points vérifiés", &[], "List"),
    get("/api/v1/points/{id}", "Un point", &[], "Any"),
    get("/api/v1/search", "Chercher des mots, sous toutes leurs formes", &["q!", "limit"], "List"),
    get("/api/v1/entries", "Le registre", &["contract", "cursor", "limit"], "List"),
    get("/api/v1/entries/{seq}/inclusion", "La preuve d'une écriture", &[], "Inclusion"),
    get("/api/v1/checkpoint", "Le dernier relevé signé", &[], "Checkpoint"),
    file("post", "/api/v1/dossier", "Le dossier de tout le registre", Body::None),
    keyless(bring("/api/v1/verifications", "Vérifier un dossier", &[], "Verification")),
    get("/api/v1/settings", "Les réglages", &[], "Any"),
    keyless(post("/api/v1/settings", "Nommer l'organisation", "Name", "Any")),
    get("/api/v1/people", "Les personnes", &[], "List"),
    keyless(post("/api/v1/people/{id}", "Changer les droits d'une personne, ou la fermer", "Rights", "Any")),
    get("/api/v1/invitations", "Les invitations", &[], "List"),
    keyless(post("/api/v1/invitations", "Inviter une personne", "Invited", "Any")),
    delete("/api/v1/invitations/{digest}", "Retirer une invitation"),
    get("/api/v1/tokens", "Les jetons", &[], "List"),
    keyless(post("/api/v1/tokens", "Créer un jeton", "NewToken", "Any")),
    delete("/api/v1/tokens/{id}", "Retirer un jeton"),
    get("/api/v1/sources", "Les voies par lesquelles viennent des preuves", &[], "List"),
    keyless(post("/api/v1/sources", "Créer une voie", "NewSource", "Any")),
    delete("/api/v1/sources/{id}", "Retirer une voie"),
];

/// Numbers of things in paths and queries.
fn number(least: i64) -> Value {
    json!({"type": "integer", "minimum": least, "maximum": 1_000_000_000_000_i64})
}

fn parameter(path: &str, name: &str) -> Value {
    let (name, required) = name.strip_suffix('!').map_or((name, false), |n| (n, true));
    let schema = match name {
        "limit" => json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
        "unattached" | "blocking" => json!({"type": "boolean"}),
        "reviews" => json!({"type": "string", "pattern": "^[0-9]{1,12}(,[0-9]{1,12}){1,3}$"}),
        "from" | "to" => json!({"type": "string", "format": "date"}),
        "previous" => number(1),
        "profile" => json!({"enum": Profile::ALL.map(Profile::name)}),
        "sort" => json!({"type": "string", "pattern": "^[A-Za-z0-9-]+$", "maxLength": 40,
            "description": "date, name, score, gaps, une catégorie ou un point"}),
        // Contracts are listed by id, all else by a number.
        "cursor" if path != "/api/v1/contracts" => json!({"type": "string", "pattern": "^[0-9]{1,15}$"}),
        _ => json!({"type": "string"}),
    };
    json!({"name": name, "in": "query", "required": required, "schema": schema})
}

/// The parameters of a path.
fn places(path: &str) -> Vec<Value> {
    let numbered = ["reviews", "proofs", "people", "tokens"].iter().any(|n| path.starts_with(&format!("/api/v1/{n}/")));
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let place = |name: &str| {
        let schema = match name {
            "seq" => number(0),
            "id" if numbered => number(1),
            "month" => json!({"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"}),
            "form" if path.contains("/reports/") => json!({"enum": ["html", "docx", "pdf"]}),
            "form" => json!({"enum": ["docx", "pdf"]}),
            "name" if path.contains("/documents/") => json!({"enum": papers::names()}),
            "name" => json!({"enum": reviews::FILES}),
            _ => json!({"type": "string", "minLength": 1}),
        };
        json!({"name": name, "in": "path", "required": true, "schema": schema})
    };
    names.map(place).collect()
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn body(body: Body) -> Option<Value> {
    let (kind, schema) = match body {
        Body::None => return None,
        Body::Bytes => ("application/octet-stream", json!({"type": "string", "format": "binary", "minLength": 1})),
        Body::Json(schema) => ("application/json", reference(schema)),
    };
    Some(json!({"required": true, "content": {kind: {"schema": schema}}}))
}

/// The types of files that are handed out.
const FILES: [&str; 6] = [
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/html",
    "application/json",
];

fn responses(call: &Call) -> Map<String, Value> {
    let good = match call.answer {
        Answer::Json(schema) => {
            json!({"description": "Fait", "content": {"application/json": {"schema": reference(schema)}}})
        }
        Answer::File => {
            let kinds: Map<String, Value> = FILES.map(|kind| (kind.to_owned(), json!({}))).into_iter().collect();
            json!({"description": "Le fichier", "content": kinds})
        }
        Answer::Nothing => json!({"description": "Fait"}),
    };
    let codes: &[&str] = match (call.method, call.answer) {
        (_, Answer::Nothing) => &["204"],
        ("post", Answer::Json(_)) => &["200", "201"],
        _ => &["200"],
    };
    let mut out: Map<String, Value> = codes.iter().map(|code| ((*code).to_owned(), good.clone())).collect();
    for code in ["400", "401", "403", "404", "409", "413", "415", "422", "429"] {
        out.insert(code.to_owned(), json!({"$ref": "#/components/responses/Problem"}));
    }
    out
}

fn operation(call: &Call, needs: Needs) -> Value {
    let mut parameters = places(call.path);
    parameters.extend(call.query.iter().map(|q| parameter(call.path, q)));
    if call.keyed {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "La même requête sous la même clé reçoit la même réponse pendant un jour.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
        }));
    }
    let mut out = json!({"summary": call.summary, "parameters": parameters, "responses": responses(call)});
    if let Some(sent) = body(call.body) {
        out["requestBody"] = sent;
    }
    let scope = needs.right().and_then(|r| people::Scope::ALL.into_iter().find(|s| s.gives(r)));
    out["security"] = match (needs, scope) {
        (Needs::Nothing, _) => json!([]),
        (_, scope) => json!([{"token": scope.map(|s| vec![s.name()]).unwrap_or_default()}]),
    };
    out
}

/// The whole description.
pub fn document() -> Value {
    let mut paths = Map::new();
    for call in CALLS {
        let own = |r: &Route| r.path == call.path && r.method.eq_ignore_ascii_case(call.method);
        let needs = routes::all().find(own).map_or(Needs::Administer, |r| r.needs);
        let item = paths.entry(call.path).or_insert_with(|| json!({}));
        item[call.method] = operation(call, needs);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Clausule", "version": env!("CARGO_PKG_VERSION"),
            "description": "Tout ce que font les pages. Un jeton se crée dans les réglages.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "responses": {"Problem": {
                "description": "Un problème (RFC 9457)",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })
}

async fn openapi() -> Response {
    Json(document()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_call_is_described_and_every_description_is_a_call() {
        let is_api = |r: &Route| r.path.starts_with("/api/");
        let routes: BTreeSet<(String, &str)> =
            routes::all().filter(is_api).map(|r| (r.method.to_lowercase(), r.path)).collect();
        let described: BTreeSet<(String, &str)> = CALLS.iter().map(|c| (c.method.to_owned(), c.path)).collect();
        assert_eq!(routes, described);
        let document = document();
        assert_eq!(document["paths"]["/api/v1/proofs"]["post"]["security"][0]["token"][0], "bring");
        assert_eq!(document["paths"]["/api/v1/contracts/{id}/decisions"]["post"]["security"][0]["token"][0], "decide");
        assert_eq!(document["paths"]["/api/v1/reviews/{id}"]["delete"]["security"][0]["token"][0], "bring");
    }

    #[test]
    fn every_schema_that_is_named_is_there() {
        let text = document().to_string();
        let schemas = schemas::all();
        for named in text.split("#/components/schemas/").skip(1) {
            let name = named.split('"').next().unwrap_or_default();
            assert!(schemas.get(name).is_some(), "{name}");
        }
    }
}
