//! Reading the `[clause]` of a point file, and refusing one that is not whole.

use crate::clause::{Clause, Origin, PARTY_PLACEHOLDERS, Parameter, ParameterKind, Value, Variant, placeholders};
use contract::{DurationUnit, Profile};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(untagged)]
enum RawValue {
    Number(f64),
    Text(String),
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum RawKind {
    Text,
    Choice,
    Count,
    Duration,
    Percent,
    Money,
    Frequency,
    Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParameter {
    name: String,
    question: String,
    #[serde(rename = "type")]
    kind: RawKind,
    unit: Option<String>,
    default: RawValue,
    #[serde(default)]
    default_by: BTreeMap<Profile, RawValue>,
    min: Option<f64>,
    max: Option<f64>,
    #[serde(default)]
    choices: Vec<String>,
    origin: Origin,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVariant {
    profiles: Vec<Profile>,
    text: String,
}

/// The `[clause]` table as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawClause {
    heading: String,
    place: Vec<String>,
    text: String,
    #[serde(default)]
    parameter: Vec<RawParameter>,
    #[serde(default)]
    variant: Vec<RawVariant>,
}

/// Checks a clause.
///
/// # Errors
/// What is wrong: an unknown placeholder, a parameter that no text uses, a default outside its bounds or of the
/// wrong type, two variants for one profile, a list item or text that is empty.
pub fn clause(raw: RawClause) -> Result<Clause, String> {
    let parameters = raw.parameter.into_iter().map(parameter).collect::<Result<Vec<_>, _>>()?;
    let variants = raw.variant.into_iter().map(|v| Variant { profiles: v.profiles, text: v.text }).collect();
    let clause = Clause { heading: raw.heading, place: raw.place, text: raw.text, parameters, variants };
    check_words(&clause)?;
    check_placeholders(&clause)?;
    Ok(clause)
}

fn check_words(clause: &Clause) -> Result<(), String> {
    if clause.heading.trim().is_empty() || clause.heading.ends_with('.') {
        return Err("the clause needs a heading without a full stop".into());
    }
    if clause.place.is_empty() {
        return Err("the clause needs `place`: word beginnings of the headings where it belongs".into());
    }
    for word in &clause.place {
        let folded = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b" '-*".contains(&b));
        if word.is_empty() || !folded {
            return Err(format!("place {word:?} must be folded: lower case, no accents"));
        }
    }
    let mut seen = BTreeSet::new();
    for profile in clause.variants.iter().flat_map(|v| &v.profiles) {
        if !seen.insert(profile) {
            return Err(format!("two variants for the profile {}", profile.name()));
        }
    }
    for text in texts(clause) {
        if text.trim().is_empty() {
            return Err("a text of the clause is empty".into());
        }
    }
    Ok(())
}

fn texts(clause: &Clause) -> impl Iterator<Item = &str> {
    std::iter::once(clause.text.as_str()).chain(clause.variants.iter().map(|v| v.text.as_str()))
}

fn check_placeholders(clause: &Clause) -> Result<(), String> {
    let mut used = BTreeSet::new();
    for text in texts(clause) {
        for name in placeholders(text)? {
            if clause.parameter(name).is_none() && !PARTY_PLACEHOLDERS.contains(&name) {
                return Err(format!("the placeholder {{{name}}} is neither a party nor a parameter of the clause"));
            }
            used.insert(name.to_owned());
        }
    }
    let mut names = BTreeSet::new();
    for parameter in &clause.parameters {
        if !names.insert(&parameter.name) {
            return Err(format!("the parameter {:?} is declared twice", parameter.name));
        }
        if !used.contains(&parameter.name) {
            return Err(format!("no text uses the parameter {:?}", parameter.name));
        }
    }
    Ok(())
}

fn parameter(raw: RawParameter) -> Result<Parameter, String> {
    let name = raw.name;
    let fail = |what: &str| format!("parameter {name:?}: {what}");
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if name.is_empty() || !name.bytes().all(plain) {
        return Err(fail("the name is made of a-z, 0-9 and _"));
    }
    if !raw.question.trim_end().ends_with('?') {
        return Err(fail("the question must be one"));
    }
    if !raw.choices.is_empty() && raw.kind != RawKind::Choice {
        return Err(fail("`choices` goes with the type choice"));
    }
    let kind = kind(raw.kind, raw.unit, raw.choices).map_err(|e| fail(&e))?;
    let parameter = Parameter {
        question: raw.question,
        kind,
        default: value(raw.default),
        default_by: raw.default_by.into_iter().map(|(p, v)| (p, value(v))).collect(),
        min: raw.min,
        max: raw.max,
        origin: raw.origin,
        name: name.clone(),
    };
    for value in std::iter::once(&parameter.default).chain(parameter.default_by.values()) {
        check_value(&parameter, value).map_err(|e| fail(&e))?;
    }
    Ok(parameter)
}

fn value(raw: RawValue) -> Value {
    match raw {
        RawValue::Number(number) => Value::Number(number),
        RawValue::Text(text) => Value::Text(text),
    }
}

fn kind(kind: RawKind, unit: Option<String>, choices: Vec<String>) -> Result<ParameterKind, String> {
    let expect = |right: &str| match unit.as_deref() {
        None => Ok(()),
        Some(unit) if unit == right => Ok(()),
        Some(unit) => Err(format!("unknown unit {unit:?}")),
    };
    Ok(match kind {
        RawKind::Text | RawKind::Date => {
            expect("")?;
            if kind == RawKind::Text { ParameterKind::Text } else { ParameterKind::Date }
        }
        RawKind::Choice if choices.len() < 2 => return Err("a choice needs at least two `choices`".into()),
        RawKind::Choice => ParameterKind::Choice(choices),
        RawKind::Count => ParameterKind::Count(unit.unwrap_or_default()),
        RawKind::Duration => {
            let unit = unit.ok_or("a duration needs a unit")?;
            ParameterKind::Duration(DurationUnit::from_name(&unit).ok_or_else(|| format!("unknown unit {unit:?}"))?)
        }
        RawKind::Percent => expect("percent").map(|()| ParameterKind::Percent)?,
        RawKind::Money => expect("eur").map(|()| ParameterKind::Money)?,
        RawKind::Frequency => expect("per_year").map(|()| ParameterKind::Frequency)?,
    })
}

fn check_value(parameter: &Parameter, value: &Value) -> Result<(), String> {
    match (&parameter.kind, value) {
        (ParameterKind::Choice(choices), Value::Text(text)) if !choices.contains(text) => {
            Err(format!("the default {text:?} is not among the choices"))
        }
        (ParameterKind::Text | ParameterKind::Choice(_) | ParameterKind::Date, Value::Text(text)) => {
            if text.trim().is_empty() { Err("the default is empty".into()) } else { Ok(()) }
        }
        (ParameterKind::Text | ParameterKind::Choice(_) | ParameterKind::Date, Value::Number(_)) => {
            Err("the default must be words".into())
        }
        (_, Value::Text(_)) => Err("the default must be a number".into()),
        (_, Value::Number(number)) => {
            let low = parameter.min.is_some_and(|min| *number < min);
            let high = parameter.max.is_some_and(|max| *number > max);
            if low || high { Err(format!("the default {number} is outside its own bounds")) } else { Ok(()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Clause, String> {
        clause(toml::from_str(text).map_err(|e| e.to_string())?)
    }

    const WHOLE: &str = r#"
heading = "Tests de restauration"
place = ["sauvegard*"]
text = "{Le_prestataire} teste la restauration {frequence}."
[[parameter]]
name = "frequence"
question = "À quel rythme ?"
type = "frequency"
unit = "per_year"
default = 2
default_by = { pme = 1 }
min = 1
origin = "reference"
[[variant]]
profiles = ["sante"]
text = "{Il_prestataire} teste {frequence} devant {le_client}."
"#;

    #[test]
    fn a_whole_clause_is_read_with_its_variants_and_defaults() {
        let clause = read(WHOLE).unwrap();
        assert_eq!(clause.text_for(Profile::Sante), "{Il_prestataire} teste {frequence} devant {le_client}.");
        assert_eq!(clause.text_for(Profile::Pme), clause.text);
        let frequency = clause.parameter("frequence").unwrap();
        assert_eq!(frequency.default_for(Profile::Pme), &Value::Number(1.0));
        assert_eq!(frequency.default_for(Profile::Sante), &Value::Number(2.0));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for (from, to, what) in [
            ("{Le_prestataire}", "{Le_fournisseur}", "neither"),
            ("{frequence}", "souvent", "no text uses"),
            ("default = 2", "default = 0", "bounds"),
            ("default = 2", "default = \"deux\"", "number"),
            ("per_year", "hour", "unknown unit"),
            ("sauvegard*", "Sécurité", "folded"),
            ("rythme ?", "rythme", "question"),
            ("{Le_prestataire}", "{Le_prestataire", "placeholder"),
        ] {
            let error = read(&WHOLE.replace(from, to)).expect_err(what);
            assert!(error.contains(what), "{what}: {error}");
        }
    }
}
