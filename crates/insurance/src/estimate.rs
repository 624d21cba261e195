//! Which formula fits and what it costs: an estimate, with its reasons.

use crate::money::{Euros, grouped};
use crate::reference::{Activity, Cover, Reference};
use serde::Serialize;
use thiserror::Error;

/// What the insured says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The trade, by its name in the reference.
    pub activity: String,
    /// Turnover of a year.
    pub turnover: Euros,
    /// Persons whose data are held.
    pub persons: u64,
    /// Persons who work there; 1 for someone alone.
    pub staff: u32,
    /// Cover wanted; none when the insured has no idea.
    pub cover: Option<Euros>,
    /// What the policy should pay for, by the names of the reference.
    pub options: Vec<String>,
    /// Claims or attacks of the last years.
    pub claims: u32,
}

/// A situation that can't be judged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SituationError {
    /// No such trade.
    #[error("activité inconnue : {name} ; choix possibles : {choices}")]
    Activity {
        /// What was written.
        name: String,
        /// What may be.
        choices: String,
    },
    /// No such option.
    #[error("option inconnue : {name} ; choix possibles : {choices}")]
    Option {
        /// What was written.
        name: String,
        /// What may be.
        choices: String,
    },
    /// Nobody works there.
    #[error("l'effectif est d'au moins une personne : vous")]
    Nobody,
}

/// A formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// Limited cover.
    Basic,
    /// Extended cover.
    Full,
}

/// A price, euros a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bracket {
    /// Least.
    pub least: Euros,
    /// Most; none where nothing is known above.
    pub most: Option<Euros>,
}

/// What makes the full formula fit, or lifts the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "factor", content = "value")]
pub enum Factor {
    /// The trade is exposed.
    SensitiveActivity,
    /// More cover is wanted than the basic formula gives.
    CoverWanted(Euros),
    /// The basic cover replaces only so many days of turnover.
    DaysCovered(u64),
    /// So many persons' data are held.
    Persons(u64),
    /// So many options are wanted.
    Options(usize),
    /// So many claims.
    Claims(u32),
    /// The organisation is larger than one person, so many work there.
    Staff(u32),
    /// An organisation of a kind for which the prices are not meant.
    BeyondScope,
}

/// An estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// The formula that fits.
    pub formula: Formula,
    /// Its price; none where the known prices don't apply.
    pub bracket: Option<Bracket>,
    /// The year of the prices.
    pub year: u16,
    /// What led there; empty for the basic formula.
    pub factors: Vec<Factor>,
    /// What the policy should pay for.
    pub options: Vec<Cover>,
}

impl Reference {
    /// Estimates.
    ///
    /// # Errors
    /// [`SituationError`] for a trade or an option that the reference does not know, or an organisation of nobody.
    pub fn estimate(&self, situation: &Situation) -> Result<Estimate, SituationError> {
        let activity = self.activity(&situation.activity).ok_or_else(|| SituationError::Activity {
            name: situation.activity.clone(),
            choices: self.activities.iter().map(|a| a.id.as_str()).collect::<Vec<_>>().join(", "),
        })?;
        if situation.staff == 0 {
            return Err(SituationError::Nobody);
        }
        let options = self.wanted(&situation.options)?;
        let factors = self.factors(activity, situation, options.len());
        let beyond = factors.iter().any(|f| matches!(f, Factor::Staff(_) | Factor::BeyondScope));
        // Claims lift the price by an amount that nothing says: the top of the range is then not known.
        let open = situation.claims > 0;
        let (formula, bracket) = match factors.is_empty() {
            true => (Formula::Basic, Bracket { least: self.basic.least, most: Some(self.basic.most) }),
            false => (Formula::Full, Bracket { least: self.full.least, most: (!open).then_some(self.budget.most) }),
        };
        let bracket = (!beyond).then_some(bracket);
        Ok(Estimate { formula, bracket, year: self.year, factors, options })
    }

    fn wanted(&self, names: &[String]) -> Result<Vec<Cover>, SituationError> {
        if let Some(name) = names.iter().find(|n| !self.options.iter().any(|o| o.id == **n)) {
            return Err(SituationError::Option {
                name: name.clone(),
                choices: self.options.iter().map(|o| o.id.as_str()).collect::<Vec<_>>().join(", "),
            });
        }
        Ok(self.options.iter().filter(|o| names.contains(&o.id)).cloned().collect())
    }

    fn factors(&self, activity: &Activity, situation: &Situation, options: usize) -> Vec<Factor> {
        let cover = self.basic.cover;
        let mut factors = Vec::new();
        let mut push = |holds: bool, factor: Factor| factors.extend(holds.then_some(factor));
        push(activity.sensitive, Factor::SensitiveActivity);
        if let Some(wanted) = situation.cover {
            push(wanted > cover, Factor::CoverWanted(wanted));
        }
        let of_a_year = cover.amount().saturating_mul(365);
        let turnover = situation.turnover.amount();
        if let Some(days) = of_a_year.checked_div(turnover) {
            push(of_a_year < turnover.saturating_mul(self.rules.cover_days), Factor::DaysCovered(days));
        }
        let needed = situation.persons.saturating_mul(self.rules.cover_per_person.amount());
        push(needed > cover.amount(), Factor::Persons(situation.persons));
        push(options >= self.rules.options, Factor::Options(options));
        push(situation.claims > 0, Factor::Claims(situation.claims));
        push(situation.staff > 1, Factor::Staff(situation.staff));
        push(activity.beyond, Factor::BeyondScope);
        factors
    }

    /// A factor in a French sentence.
    pub fn explain(&self, factor: Factor) -> String {
        let cover = self.basic.cover;
        match factor {
            Factor::SensitiveActivity => {
                "Votre métier est exposé : il touche aux systèmes ou à des données de valeur.".into()
            }
            Factor::CoverWanted(wanted) => {
                format!("Vous voulez {wanted} de garantie ; la formule basique s'arrête à {cover}.")
            }
            Factor::DaysCovered(days) => format!(
                "{cover} remplacent {} de votre chiffre d'affaires ; Clausule conseille d'en couvrir {}.",
                counted(days, "jour", "jours"),
                self.rules.cover_days
            ),
            Factor::Persons(persons) => format!(
                "Vous gardez les données de {} personnes ; à {} par personne, repère de Clausule, {cover} ne suffisent pas.",
                grouped(persons),
                self.rules.cover_per_person
            ),
            Factor::Options(count) => format!("Vous voulez {count} options : elles demandent une garantie étendue."),
            Factor::Claims(1) => "Un sinistre déjà connu fait monter le prix, sans qu'on sache de combien.".into(),
            Factor::Claims(count) => {
                format!("{count} sinistres déjà connus font monter le prix, sans qu'on sache de combien.")
            }
            Factor::Staff(count) => format!(
                "Vous êtes {count} : les prix connus sont ceux d'un indépendant seul, ils ne valent pas pour vous."
            ),
            Factor::BeyondScope => {
                "Les prix connus sont ceux d'un indépendant : ils ne valent pas pour une organisation comme la vôtre."
                    .into()
            }
        }
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count < 2 { one } else { many })
}
