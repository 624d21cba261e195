//! Short ways into JSON values.

use serde_json::Value;

/// A value behind a path of keys (`info/size`).
#[must_use]
pub fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').try_fold(value, |v, key| match v {
        Value::Object(map) => map.get(key),
        Value::Array(list) => list.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// A text.
#[must_use]
pub fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    at(value, path)?.as_str()
}

/// A whole number, also when written as text or as a float.
#[must_use]
pub fn count(value: &Value, path: &str) -> Option<u64> {
    let found = at(value, path)?;
    found
        .as_u64()
        .or_else(|| found.as_f64().and_then(crate::core::size::whole))
        .or_else(|| found.as_str()?.trim().parse().ok())
}

/// A number, also when written as text.
#[must_use]
pub fn number(value: &Value, path: &str) -> Option<f64> {
    let found = at(value, path)?;
    found.as_f64().or_else(|| found.as_str()?.trim().parse().ok()).filter(|n| n.is_finite())
}

/// True or false.
#[must_use]
pub fn flag(value: &Value, path: &str) -> Option<bool> {
    let found = at(value, path)?;
    found.as_bool().or_else(|| match found.as_str()?.to_lowercase().as_str() {
        "true" | "yes" | "oui" | "1" => Some(true),
        "false" | "no" | "non" | "0" => Some(false),
        _ => None,
    })
}

/// A list, or nothing.
#[must_use]
pub fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    let found = if path.is_empty() { Some(value) } else { at(value, path) };
    found.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Texts of a list.
pub fn texts<'a>(value: &'a Value, path: &str) -> impl Iterator<Item = String> + 'a {
    list(value, path).iter().filter_map(Value::as_str).map(ToOwned::to_owned)
}
