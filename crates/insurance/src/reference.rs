//! What is known: prices of a year, activities, options, what an insurer demands, what to do first. One reviewed file.

use crate::money::Euros;
use contract::Profile;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use thiserror::Error;

static TEXT: &str = include_str!("../../../law/assurance.toml");

/// The reviewed file can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("law/assurance.toml: {0}")]
pub struct ReferenceError(String);

/// What is known of prices and demands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The year of the prices.
    pub year: u16,
    /// Where they come from, in French.
    pub source: String,
    /// The whole range of prices a year.
    pub budget: Budget,
    /// The formula with limited cover.
    pub basic: Basic,
    /// The formula with extended cover.
    pub full: Full,
    /// When the basic cover is too little.
    pub rules: Rules,
    /// Trades.
    #[serde(rename = "activity")]
    pub activities: Vec<Activity>,
    /// What a policy can pay for.
    #[serde(rename = "option")]
    pub options: Vec<Cover>,
    /// What the insurer demands.
    #[serde(rename = "demand")]
    pub demands: Vec<Demand>,
    /// The first 72 hours.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// What to read before signing.
    #[serde(rename = "caution")]
    pub cautions: Vec<Caution>,
}

/// A range of prices, euros a year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Least.
    pub least: Euros,
    /// Most.
    pub most: Euros,
}

/// The formula with limited cover.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    /// Its French name.
    pub title: String,
    /// Least price, euros a year.
    pub least: Euros,
    /// Greatest price, euros a year.
    pub most: Euros,
    /// What it pays at the most.
    pub cover: Euros,
    /// One French sentence.
    pub about: String,
}

/// The formula with extended cover; its greatest price is not known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Full {
    /// Its French name.
    pub title: String,
    /// Least price, euros a year.
    pub least: Euros,
    /// French sentences.
    pub about: String,
}

/// When the basic cover is too little: marks of Clausule's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Days of turnover that the basic cover should replace.
    pub cover_days: u64,
    /// Euros of cover for each person whose data are held.
    pub cover_per_person: Euros,
    /// So many options ask for the full formula.
    pub options: usize,
}

/// A trade.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// As the user writes it.
    pub id: String,
    /// In French.
    pub title: String,
    /// Profiles of `clausule check` that stand for it.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// IT, consulting, strategic or health data.
    #[serde(default)]
    pub sensitive: bool,
    /// It works on its clients' data or systems.
    #[serde(default)]
    pub provider: bool,
    /// An organisation for which the known prices are not meant.
    #[serde(default)]
    pub beyond: bool,
    /// Serious incidents must be declared to the health authorities.
    #[serde(default)]
    pub health: bool,
}

/// Something a policy can pay for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    /// As the user writes it.
    pub id: String,
    /// In French.
    pub title: String,
}

/// Something the insurer demands of the insured.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Short and stable.
    pub id: String,
    /// In French.
    pub title: String,
    /// One French sentence.
    pub why: String,
    /// Points of the catalogue that show it.
    pub points: Vec<String>,
}

/// Whom a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Whom {
    /// Who works on clients' systems.
    Provider,
    /// Who has its systems run by others.
    Client,
    /// Health establishments.
    Health,
}

/// Something to do once an attack is known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// By when, in French.
    pub when: String,
    /// Whom it is for; everybody where absent.
    #[serde(rename = "for")]
    pub whom: Option<Whom>,
    /// French sentences.
    pub what: String,
    /// The text that says so; absent for plain good sense.
    pub basis: Option<String>,
}

/// Something to read before signing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caution {
    /// French sentences.
    pub what: String,
    /// The text that says so.
    pub basis: Option<String>,
}

impl Reference {
    /// The file that the program carries.
    ///
    /// # Panics
    /// Never for a program whose tests pass: they read the file.
    pub fn embedded() -> Self {
        Self::parse(TEXT).expect("law/assurance.toml was tested")
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// [`ReferenceError`] when it is not TOML of this shape, a range is upside down, or a name stands twice.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let reference: Self = toml::from_str(text).map_err(|e| ReferenceError(e.to_string()))?;
        let ranges = [
            (reference.budget.least, reference.budget.most),
            (reference.basic.least, reference.basic.most),
            (reference.full.least, reference.budget.most),
        ];
        if ranges.iter().any(|(least, most)| least > most) {
            return Err(ReferenceError("a range begins above its end".into()));
        }
        let activities = reference.activities.iter().map(|a| &a.id);
        let options = reference.options.iter().map(|o| &o.id);
        let demands = reference.demands.iter().map(|d| &d.id);
        let mut seen = HashSet::new();
        let names = activities.map(|n| ("activity", n));
        let names = names.chain(options.map(|n| ("option", n))).chain(demands.map(|n| ("demand", n)));
        for (kind, name) in names {
            if !seen.insert((kind, name)) {
                return Err(ReferenceError(format!("{kind} {name:?} stands twice")));
            }
        }
        Ok(reference)
    }

    /// The trade with this name.
    pub fn activity(&self, id: &str) -> Option<&Activity> {
        self.activities.iter().find(|a| a.id == id)
    }

    /// The trade that a profile of `clausule check` stands for.
    pub fn activity_of(&self, profile: Profile) -> Option<&Activity> {
        self.activities.iter().find(|a| a.profiles.contains(&profile))
    }
}
