//! A template's text as a [`Template`].

use super::{Open, Template, TemplateError};
use contract::{DurationUnit, Profile};
use paper::Numbering;
use points::{Origin, Parameter, ParameterKind, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    title: String,
    kicker: String,
    subtitle: String,
    about: String,
    #[serde(default)]
    articles: bool,
    profile: Profile,
    #[serde(default)]
    signed: bool,
    #[serde(default)]
    points: Vec<String>,
    #[serde(default)]
    facts: Vec<(String, String)>,
    #[serde(default)]
    parameter: Vec<RawParameter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParameter {
    name: String,
    question: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    unit: String,
    default: Option<toml::Value>,
    #[serde(default)]
    default_by: BTreeMap<Profile, toml::Value>,
    min: Option<f64>,
    max: Option<f64>,
    #[serde(default)]
    choices: Vec<String>,
    #[serde(default)]
    blank: String,
}

/// Reads a template.
///
/// # Errors
/// When the header or a parameter is not whole.
pub(super) fn parse(name: &str, text: &str) -> Result<Template, TemplateError> {
    let error = |problem: String| TemplateError { name: name.to_owned(), problem };
    let rest = text.strip_prefix("+++\n").ok_or_else(|| error("l'en-tête manque".into()))?;
    let (head, body) = rest.split_once("\n+++\n").ok_or_else(|| error("l'en-tête ne finit pas".into()))?;
    let header: Header = toml::from_str(head).map_err(|e| error(e.to_string()))?;
    let parameters: Result<Vec<Open>, String> = header.parameter.into_iter().map(open).collect();
    Ok(Template {
        name: name.to_owned(),
        title: header.title,
        kicker: header.kicker,
        subtitle: header.subtitle,
        about: header.about,
        numbering: if header.articles { Numbering::Article } else { Numbering::Plain },
        profile: header.profile,
        signed: header.signed,
        points: header.points,
        facts: header.facts,
        parameters: parameters.map_err(error)?,
        body: body.trim().to_owned(),
    })
}

fn open(raw: RawParameter) -> Result<Open, String> {
    let wrong = |what: &str| format!("paramètre {} : {what}", raw.name);
    let kind = match raw.kind.as_str() {
        "text" => ParameterKind::Text,
        "choice" => ParameterKind::Choice(raw.choices),
        "count" => ParameterKind::Count(raw.unit),
        "duration" => {
            ParameterKind::Duration(DurationUnit::from_name(&raw.unit).ok_or_else(|| wrong("unité de durée inconnue"))?)
        }
        "percent" => ParameterKind::Percent,
        "money" => ParameterKind::Money,
        "frequency" => ParameterKind::Frequency,
        "date" => ParameterKind::Date,
        _ => return Err(wrong("type inconnu")),
    };
    if raw.default.is_none() == raw.blank.is_empty() {
        return Err(wrong("il faut une valeur proposée ou un blanc, l'un des deux"));
    }
    let value = |value: &toml::Value| match value {
        toml::Value::Integer(number) => Ok(Value::Number(*number as f64)),
        toml::Value::Float(number) => Ok(Value::Number(*number)),
        toml::Value::String(text) => Ok(Value::Text(text.clone())),
        _ => Err(wrong("valeur proposée illisible")),
    };
    let default = raw.default.as_ref().map_or_else(|| Ok(Value::Text(String::new())), value)?;
    let default_by =
        raw.default_by.iter().map(|(profile, of)| Ok((*profile, value(of)?))).collect::<Result<_, String>>()?;
    Ok(Open {
        parameter: Parameter {
            name: raw.name.clone(),
            question: raw.question.clone(),
            kind,
            default,
            default_by,
            min: raw.min,
            max: raw.max,
            origin: Origin::Negotiate,
        },
        blank: raw.blank,
    })
}
