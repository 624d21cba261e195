//! The shapes of what is sent to the API and of what it answers, as JSON Schema.

use contract::{Fact, Profile};
use people::{Role, Scope};
use serde_json::{Map, Value, json};

fn text() -> Value {
    json!({"type": "string"})
}

fn perhaps() -> Value {
    json!({"type": ["string", "null"]})
}

fn filled(most: usize) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": most, "pattern": "\\S"})
}

fn date() -> Value {
    json!({"type": "string", "format": "date"})
}

/// What may be left out, or be `null`.
fn optional(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// What is sent: nothing but what is named.
fn sent(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

/// What is answered: at least what is named.
fn given(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties})
}

/// Answers by section and question.
fn answers() -> Value {
    json!({"type": "object", "additionalProperties": {"type": "object", "additionalProperties": text()}})
}

/// Names as they are written in JSON.
fn names<T: serde::Serialize>(all: impl IntoIterator<Item = T>) -> Value {
    all.into_iter().filter_map(|one| serde_json::to_value(one).ok()).collect()
}

fn contracts_sent() -> Value {
    let facts = names([Fact::PersonalData, Fact::HealthData, Fact::CardPayments, Fact::OnSite]);
    json!({
        "PointAnswer": sent(&["point", "holds"], json!({
            "point": filled(40), "holds": {"type": "boolean"}, "note": text(),
        })),
        "Judgement": sent(&[], json!({
            "profile": optional(json!({"enum": names(Profile::ALL)})), "facts": {"type": "array", "items": {"enum": facts}},
        })),
        "Follow": sent(&["provider", "signed"], json!({"provider": filled(120), "signed": date()})),
        "Mend": sent(&["points"], json!({"points": {"type": "array", "items": text()}, "answers": answers()})),
        "DocumentAnswers": sent(&[], json!({"profile": optional(json!({"enum": names(Profile::ALL)})), "answers": answers()})),
    })
}

fn promises_sent() -> Value {
    let cadences = ["jour", "jour-ouvre", "semaine", "mois", "trimestre", "semestre", "an", "evenement", "permanent"];
    let units = ["minute", "hour", "working_hour", "day", "working_day", "business_day", "week", "month", "year"];
    let length = sent(
        &["amount", "unit"],
        json!({
            "amount": {"type": "number", "exclusiveMinimum": 0, "maximum": 400}, "unit": {"enum": units},
        }),
    );
    json!({
        "Decision": sent(&["promises", "decision"], json!({
            "promises": {"type": "array", "items": text(), "minItems": 1, "maxItems": 1000},
            "decision": {"enum": ["confirm", "reject"]}, "reason": text(),
        })),
        "Correction": sent(&["promise"], json!({
            "promise": text(), "title": perhaps(), "cadence": optional(json!({"enum": cadences})), "from": optional(date()),
            "machines": {"type": ["array", "null"], "items": text()}, "figure": {"type": ["number", "null"], "minimum": 0},
            "reason": text(),
        })),
        "Waiver": sent(&["promise", "reason", "from"], json!({
            "promise": text(), "reason": {"type": "string", "pattern": "\\S"}, "from": date(), "until": optional(date()),
        })),
        "Term": sent(&["start"], json!({
            "start": date(), "length": optional(length.clone()), "notice": optional(length.clone()),
            "renewal": optional(length.clone()), "revision": optional(length), "reason": text(),
        })),
        "Rank": sent(&[], json!({"above": perhaps()})),
        "Among": sent(&[], json!({"contracts": {"type": "array", "items": text()}, "all": {"type": "boolean"}})),
        "ContractName": sent(&["contract"], json!({"contract": text()})),
    })
}

fn people_sent() -> Value {
    let scopes = Scope::ALL.map(Scope::name);
    json!({
        "Name": sent(&["name"], json!({"name": filled(100)})),
        "Rights": sent(&["role"], json!({
            "role": {"enum": names(Role::ALL)}, "contract": perhaps(), "closed": {"type": "boolean"},
            "outside": {"type": ["boolean", "null"]},
        })),
        "Invited": sent(&["email", "name", "role"], json!({
            "email": {"type": "string", "format": "email"}, "name": filled(100), "role": {"enum": names(Role::ALL)},
            "contract": perhaps(),
        })),
        "NewToken": sent(&["name", "scopes", "days"], json!({
            "name": filled(100), "scopes": {"type": "array", "items": {"enum": scopes}, "minItems": 1},
            "days": {"type": "integer", "minimum": 1, "maximum": 3660},
        })),
        "NewSource": sent(&["name", "way"], json!({
            "name": filled(80), "way": {"enum": ["http", "mail", "glpi"]}, "contract": perhaps(),
        })),
    })
}

fn contracts_given() -> Value {
    let state = json!({"enum": ["waiting", "reading", "done", "failed"]});
    let list = |items: Value| {
        given(&["items", "next"], json!({"items": {"type": "array", "items": items}, "next": perhaps()}))
    };
    let review = json!({"$ref": "#/components/schemas/Review"});
    json!({
        "Any": {"type": "object"},
        "List": list(json!({"type": "object"})),
        "Review": given(&["id", "batch", "name", "state"], json!({
            "id": {"type": "integer"}, "batch": {"type": "integer"}, "previous": {"type": ["integer", "null"]}, "name": text(),
            "state": state, "message": perhaps(), "provider": perhaps(), "score": {"type": ["integer", "null"]},
            "gaps": {"type": ["integer", "null"]}, "blocking": {"type": ["integer", "null"]},
            "categories": {"type": ["object", "null"]},
        })),
        "Reviews": list(review.clone()),
        "Brought": given(&["batch", "items"], json!({
            "batch": {"type": "integer"}, "items": {"type": "array", "items": review},
        })),
        "Mending": given(&["points", "offered", "answers", "questions"], json!({
            "points": {"type": "array", "items": text()}, "offered": {"type": "array", "items": text()},
            "answers": {"type": "object"}, "questions": {"type": "array", "items": {"type": "object"}},
        })),
        "Comparison": given(&["reviews", "points"], json!({
            "reviews": {"type": "array", "items": {"type": "object"}},
            "points": {"type": "array", "items": given(&["point", "title", "same", "verdicts"], json!({
                "point": text(), "title": text(), "same": {"type": "boolean"},
                "verdicts": {"type": "array", "items": given(&["review", "verdict", "figures", "best"], json!({
                    "review": {"type": "integer"}, "verdict": text(), "figures": text(), "best": {"type": "boolean"},
                }))},
            }))},
        })),
        "Cascade": given(&["above", "below", "links"], json!({
            "above": text(), "below": text(),
            "links": {"type": "array", "items": given(&["point", "title", "covered", "cover", "above", "below"], json!({
                "point": text(), "title": text(), "covered": {"type": "boolean"}, "cover": text(), "above": text(), "below": text(),
            }))},
        })),
        "Contract": given(&["id", "provider", "sha256", "signed"], json!({
            "id": text(), "provider": text(), "file": text(), "sha256": text(), "signed": date(),
        })),
        "Promise": given(&["id", "contract", "standing", "title"], json!({
            "id": text(), "contract": text(), "standing": text(), "title": text(),
        })),
    })
}

fn ledger_given() -> Value {
    json!({
        "Me": given(&["name", "organisation", "role"], json!({"name": text(), "organisation": text(), "role": text()})),
        "Proof": given(&["id", "name", "sha256", "received", "facts"], json!({
            "id": {"type": "integer"}, "name": text(), "sha256": text(), "contract": perhaps(),
            "received": {"type": "string", "format": "date-time"}, "facts": {"type": "array", "items": {"type": "object"}},
        })),
        "Inclusion": given(&["seq", "line", "leaf", "path", "size", "checkpoint"], json!({
            "seq": {"type": "integer"}, "line": text(), "leaf": text(), "size": {"type": "integer"}, "checkpoint": text(),
            "path": {"type": "array", "items": text()},
        })),
        "Checkpoint": given(&["size", "note", "key"], json!({
            "size": {"type": ["integer", "null"]}, "note": perhaps(), "key": text(),
        })),
        "Verification": given(&["whole", "findings", "ours"], json!({
            "whole": {"type": "boolean"}, "ours": {"type": "boolean"}, "findings": {"type": "array", "items": {"type": "object"}},
        })),
        "Problem": given(&["type", "title", "status"], json!({
            "type": text(), "title": text(), "status": {"type": "integer"}, "detail": text(),
        })),
    })
}

/// Every schema by its name.
pub fn all() -> Value {
    let parts = [contracts_sent(), promises_sent(), people_sent(), contracts_given(), ledger_given()];
    let all: Map<String, Value> = parts
        .into_iter()
        .filter_map(|part| if let Value::Object(part) = part { Some(part) } else { None })
        .flatten()
        .collect();
    Value::Object(all)
}
