//! The clause that mends a point, as its file gives it: text with placeholders, typed parameters, variants.

use contract::{DurationUnit, Profile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a parameter is and in what unit its figure counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParameterKind {
    /// Free words.
    Text,
    /// One of these.
    Choice(Vec<String>),
    /// A number of things; the things' French name in the plural, empty when the text itself names them.
    Count(String),
    /// A length of time in this unit.
    Duration(DurationUnit),
    /// A percentage, 99.9 for 99,9 %.
    Percent,
    /// Euros.
    Money,
    /// Times a year.
    Frequency,
    /// A day, written `2027-01-31` in files and answers.
    Date,
}

/// The value of a parameter: figures for counts, durations, percentages, money and frequencies, else words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A figure, in the parameter's unit.
    Number(f64),
    /// Words, a choice, or a date.
    Text(String),
}

/// Where the proposed value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The source documents or the law give it.
    Reference,
    /// The contract's own figure where it has one within the bounds, else the default.
    Contract,
    /// A proposal to discuss.
    Negotiate,
}

/// Something a clause leaves open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its placeholder, without the braces.
    pub name: String,
    /// The question in plain French, for someone who is no lawyer.
    pub question: String,
    /// What it is, with its unit.
    pub kind: ParameterKind,
    /// The value proposed.
    pub default: Value,
    /// The value proposed for some profiles.
    pub default_by: BTreeMap<Profile, Value>,
    /// Least value, in the parameter's unit, that still mends the point.
    pub min: Option<f64>,
    /// Greatest value, in the parameter's unit, that still mends the point.
    pub max: Option<f64>,
    /// Where the default comes from.
    pub origin: Origin,
}

impl Parameter {
    /// The value proposed for a profile.
    pub fn default_for(&self, profile: Profile) -> &Value {
        self.default_by.get(&profile).unwrap_or(&self.default)
    }
}

/// Another text for some profiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Whose.
    pub profiles: Vec<Profile>,
    /// The text, as [`Clause::text`].
    pub text: String,
}

/// The clause that mends a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// Title of the new article, where one must be created.
    pub heading: String,
    /// Word beginnings (folded, ending in `*`, or whole words) of the headings of the article where it belongs.
    pub place: Vec<String>,
    /// Paragraphs separated by blank lines; one that begins with `- ` is an item of a list. Placeholders stand
    /// between braces: the parties ([`PARTY_PLACEHOLDERS`]) and the parameters.
    pub text: String,
    /// What the text leaves open.
    pub parameters: Vec<Parameter>,
    /// Other texts.
    pub variants: Vec<Variant>,
}

impl Clause {
    /// The text for a profile.
    pub fn text_for(&self, profile: Profile) -> &str {
        let variant = self.variants.iter().find(|v| v.profiles.contains(&profile));
        variant.map_or(self.text.as_str(), |v| v.text.as_str())
    }

    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.name == name)
    }
}

/// The forms in which a party may be named: `{Le_prestataire}`, `{du_client}` and so on.
pub const PARTY_PLACEHOLDERS: [&str; 12] = [
    "Le_prestataire",
    "le_prestataire",
    "du_prestataire",
    "au_prestataire",
    "Il_prestataire",
    "il_prestataire",
    "Le_client",
    "le_client",
    "du_client",
    "au_client",
    "Il_client",
    "il_client",
];

/// The placeholders of a text, in order.
///
/// # Errors
/// A brace that does not close, or closes nothing.
pub fn placeholders(text: &str) -> Result<Vec<&str>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let Some(tail) = rest[at..].strip_prefix('{') else {
            return Err(format!("a brace closes nothing in {text:?}"));
        };
        let end = tail.find('}').ok_or_else(|| format!("a brace does not close in {text:?}"))?;
        found.push(&tail[..end]);
        rest = &tail[end + 1..];
    }
    Ok(found)
}
