//! A validator for the part of JSON Schema that `docs/assessment.schema.json` uses; it refuses to skip a keyword
//! it does not know.

use serde_json::Value;

/// What is wrong with a value, one line each, with the path.
pub fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    check(schema, schema, value, "$", &mut errors);
    errors
}

fn check(root: &Value, schema: &Value, value: &Value, path: &str, errors: &mut Vec<String>) {
    for (keyword, wanted) in schema.as_object().expect("a schema is an object") {
        let holds = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let pointer = wanted.as_str().and_then(|r| r.strip_prefix('#')).expect("a local reference");
                check(root, root.pointer(pointer).expect("a definition"), value, path, errors);
                true
            }
            "type" => match wanted {
                Value::Array(types) => types.iter().any(|one| is(one, value)),
                one => is(one, value),
            },
            "const" => value == wanted,
            "enum" => wanted.as_array().is_some_and(|all| all.contains(value)),
            "minimum" => value.as_f64().is_none_or(|n| n >= wanted.as_f64().unwrap_or(f64::MAX)),
            "maximum" => value.as_f64().is_none_or(|n| n <= wanted.as_f64().unwrap_or(f64::MIN)),
            "minItems" => value.as_array().is_none_or(|all| all.len() as u64 >= wanted.as_u64().unwrap_or(u64::MAX)),
            "maxItems" => value.as_array().is_none_or(|all| all.len() as u64 <= wanted.as_u64().unwrap_or(0)),
            "required" => {
                wanted.as_array().expect("names").iter().all(|name| {
                    value.as_object().is_none_or(|object| object.contains_key(name.as_str().expect("a name")))
                })
            }
            "properties" => {
                for (name, schema) in wanted.as_object().expect("properties") {
                    if let Some(value) = value.get(name) {
                        check(root, schema, value, &format!("{path}.{name}"), errors);
                    }
                }
                true
            }
            "additionalProperties" => value.as_object().is_none_or(|object| {
                wanted != &Value::Bool(false) || object.keys().all(|name| schema["properties"].get(name).is_some())
            }),
            "items" => {
                for (at, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wanted, value, &format!("{path}[{at}]"), errors);
                }
                true
            }
            "oneOf" => {
                let fits = |schema: &&Value| {
                    let mut found = Vec::new();
                    check(root, schema, value, path, &mut found);
                    found.is_empty()
                };
                wanted.as_array().expect("schemas").iter().filter(fits).count() == 1
            }
            unknown => panic!("keyword {unknown} is not checked"),
        };
        if !holds {
            errors.push(format!("{path}: {keyword} {wanted} refuses {value:.120}"));
        }
    }
}

fn is(name: &Value, value: &Value) -> bool {
    match name.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        unknown => panic!("type {unknown} is not checked"),
    }
}
