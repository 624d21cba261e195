//! The OpenAPI description, made from one table; a test holds it to the table of routes.

use crate::actor::Needs;
use crate::app::App;
use crate::routes::{self, Route};
use axum::Json;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde_json::{Map, Value, json};

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/api/v1/openapi.json", Needs::Nothing, handler)];

fn handler() -> MethodRouter<App> {
    get(openapi)
}

/// What is sent with a call.
#[derive(Clone, Copy)]
enum Body {
    None,
    Bytes,
    Decision,
    Contract,
}

/// A call as described: method, path, what it does, parameters of the query, body, schema of the answer.
struct Call(&'static str, &'static str, &'static str, &'static [&'static str], Body, &'static str);

/// Every call.
const CALLS: [Call; 15] = [
    Call("get", "/api/v1/openapi.json", "Cette description", &[], Body::None, "Any"),
    Call("get", "/api/v1/me", "Qui agit", &[], Body::None, "Me"),
    Call("get", "/api/v1/contracts", "Les contrats suivis", &["cursor", "limit"], Body::None, "List"),
    Call("get", "/api/v1/contracts/{id}", "Un contrat", &[], Body::None, "Contract"),
    Call("get", "/api/v1/contracts/{id}/promises", "Les promesses d'un contrat", &[], Body::None, "List"),
    Call("get", "/api/v1/contracts/{id}/status", "Où en sont ses promesses", &["from", "to"], Body::None, "List"),
    Call("post", "/api/v1/contracts/{id}/decisions", "Suivre ou écarter des promesses", &[], Body::Decision, "Any"),
    Call(
        "get",
        "/api/v1/proofs",
        "Les preuves, la plus récente d'abord",
        &["contract", "unattached", "cursor", "limit"],
        Body::None,
        "List",
    ),
    Call("post", "/api/v1/proofs", "Apporter une preuve", &["name!", "contract"], Body::Bytes, "Any"),
    Call("get", "/api/v1/proofs/{id}", "Une preuve", &[], Body::None, "Proof"),
    Call("post", "/api/v1/proofs/{id}/contract", "Dire de quel contrat elle est", &[], Body::Contract, "Proof"),
    Call("get", "/api/v1/search", "Chercher des mots, sous toutes leurs formes", &["q!", "limit"], Body::None, "List"),
    Call("get", "/api/v1/entries", "Le registre", &["contract", "cursor", "limit"], Body::None, "List"),
    Call("get", "/api/v1/entries/{seq}/inclusion", "La preuve d'une écriture", &[], Body::None, "Inclusion"),
    Call("get", "/api/v1/checkpoint", "Le dernier relevé signé", &[], Body::None, "Checkpoint"),
];

fn parameter(name: &str) -> Value {
    let (name, required) = name.strip_suffix('!').map_or((name, false), |n| (n, true));
    let schema = match name {
        "limit" => json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
        "unattached" => json!({"type": "boolean"}),
        "from" | "to" => json!({"type": "string", "format": "date"}),
        _ => json!({"type": "string"}),
    };
    json!({"name": name, "in": "query", "required": required, "schema": schema})
}

fn place(path: &str) -> Option<Value> {
    let name = path.split_once('{')?.1.split_once('}')?.0;
    let number = name == "seq" || path.starts_with("/api/v1/proofs/");
    let schema = if number {
        json!({"type": "integer", "minimum": 0, "maximum": 1_000_000_000_000_i64})
    } else {
        json!({"type": "string", "minLength": 1})
    };
    Some(json!({"name": name, "in": "path", "required": true, "schema": schema}))
}

fn body(body: Body) -> Option<Value> {
    let json = |schema: Value| json!({"required": true, "content": {"application/json": {"schema": schema}}});
    match body {
        Body::None => None,
        Body::Bytes => Some(json!({
            "required": true,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
        })),
        Body::Decision => Some(json(json!({
            "type": "object", "additionalProperties": false, "required": ["promises", "decision"],
            "properties": {
                "promises": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1000},
                "decision": {"enum": ["confirm", "reject"]}, "reason": {"type": "string"},
            },
        }))),
        Body::Contract => Some(json(json!({
            "type": "object", "additionalProperties": false, "required": ["contract"],
            "properties": {"contract": {"type": "string"}},
        }))),
    }
}

fn operation(call: &Call, needs: Needs) -> Value {
    let Call(method, path, summary, query, sent, answer) = call;
    let mut parameters: Vec<Value> = place(path).into_iter().collect();
    parameters.extend(query.iter().map(|q| parameter(q)));
    if *method == "post" {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "La même requête sous la même clé reçoit la même réponse pendant un jour.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
        }));
    }
    let good = json!({
        "description": "Fait",
        "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{answer}")}}},
    });
    let mut responses = Map::new();
    responses.insert("200".to_owned(), good.clone());
    if *method == "post" {
        responses.insert("201".to_owned(), good);
    }
    for code in ["400", "401", "403", "404", "409", "413", "415", "422", "429"] {
        responses.insert(code.to_owned(), json!({"$ref": "#/components/responses/Problem"}));
    }
    let mut out = json!({"summary": summary, "parameters": parameters, "responses": responses});
    if let Some(sent) = body(*sent) {
        out["requestBody"] = sent;
    }
    let scope = needs.right().and_then(|r| people::Scope::ALL.into_iter().find(|s| s.gives(r)));
    out["security"] = match (needs, scope) {
        (Needs::Nothing, _) => json!([]),
        (_, scope) => json!([{"token": scope.map(|s| vec![s.name()]).unwrap_or_default()}]),
    };
    out
}

fn schemas() -> Value {
    let text = || json!({"type": "string"});
    let perhaps = || json!({"type": ["string", "null"]});
    let object = |required: &[&str], properties: Value| json!({"type": "object", "required": required, "properties": properties});
    json!({
        "Any": {"type": "object"},
        "List": object(&["items", "next"], json!({"items": {"type": "array", "items": {"type": "object"}}, "next": perhaps()})),
        "Me": object(&["name", "organisation", "role"], json!({"name": text(), "organisation": text(), "role": text()})),
        "Contract": object(&["id", "provider", "sha256", "signed"], json!({
            "id": text(), "provider": text(), "file": text(), "sha256": text(), "signed": {"type": "string", "format": "date"},
        })),
        "Proof": object(&["id", "name", "sha256", "received", "facts"], json!({
            "id": {"type": "integer"}, "name": text(), "sha256": text(), "contract": perhaps(),
            "received": {"type": "string", "format": "date-time"}, "facts": {"type": "array", "items": {"type": "object"}},
        })),
        "Inclusion": object(&["seq", "line", "leaf", "path", "size", "checkpoint"], json!({
            "seq": {"type": "integer"}, "line": text(), "leaf": text(), "size": {"type": "integer"}, "checkpoint": text(),
            "path": {"type": "array", "items": text()},
        })),
        "Checkpoint": object(&["size", "note", "key"], json!({"size": {"type": ["integer", "null"]}, "note": perhaps(), "key": text()})),
        "Problem": object(&["type", "title", "status"], json!({
            "type": text(), "title": text(), "status": {"type": "integer"}, "detail": text(),
        })),
    })
}

/// The whole description.
pub fn document() -> Value {
    let mut paths = Map::new();
    for call in &CALLS {
        let needs = routes::all().find(|r| r.path == call.1 && r.method.eq_ignore_ascii_case(call.0)).map(|r| r.needs);
        let item = paths.entry(call.1).or_insert_with(|| json!({}));
        item[call.0] = operation(call, needs.unwrap_or(Needs::Administer));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Clausule", "version": env!("CARGO_PKG_VERSION"),
            "description": "Tout ce que font les pages pour suivre les contrats. Un jeton se crée dans les réglages.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas(),
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
        let described: BTreeSet<(String, &str)> = CALLS.iter().map(|c| (c.0.to_owned(), c.1)).collect();
        assert_eq!(routes, described);
        let document = document();
        assert_eq!(document["paths"]["/api/v1/proofs"]["post"]["security"][0]["token"][0], "bring");
        assert_eq!(document["paths"]["/api/v1/contracts/{id}/decisions"]["post"]["security"][0]["token"][0], "decide");
    }
}
