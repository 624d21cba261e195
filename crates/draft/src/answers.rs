//! What the user answered: a TOML file with a table a point, read against the clauses' parameters.

use crate::figures;
use contract::{Duration, DurationUnit, Folded, Profile};
use points::{Catalogue, Parameter, ParameterKind, Point, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use thiserror::Error;

/// An answer that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("réponses : {0}")]
pub struct AnswerError(String);

impl AnswerError {
    /// What is wrong and what to do, in French.
    pub(crate) fn new(message: String) -> Self {
        Self(message)
    }
}

/// An answer, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The words for the clause.
    pub words: String,
}

/// Answers by point and parameter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers(BTreeMap<(String, String), Answer>);

impl Answers {
    /// The answer to a parameter of a point.
    pub fn get(&self, point: &str, parameter: &str) -> Option<&Answer> {
        self.0.get(&(point.to_owned(), parameter.to_owned()))
    }

    /// Reads an answers file against the catalogue.
    ///
    /// # Errors
    /// In French, naming the point and the question: the file is no TOML (a key given twice among others), the point
    /// or the question is unknown, the answer has another unit or lies outside the bounds that mend the point, or two
    /// answers on one matter differ.
    pub fn parse(text: &str, catalogue: &Catalogue) -> Result<Self, AnswerError> {
        Self::from_table(table(text)?, catalogue)
    }

    /// Takes an answer to a parameter of a point, as somebody wrote it: "4 heures", "99,9 %", "mensuel".
    ///
    /// # Errors
    /// In French: what was expected.
    pub fn take(&mut self, point: &Point, parameter: &str, text: &str) -> Result<(), String> {
        let answer = answer(point, parameter, &toml::Value::String(text.to_owned()))?;
        self.0.insert((point.id.clone(), parameter.to_owned()), answer);
        Ok(())
    }

    /// Reads the sections of an answers file, one a point.
    ///
    /// # Errors
    /// As [`Answers::parse`].
    pub(crate) fn from_table(table: toml::Table, catalogue: &Catalogue) -> Result<Self, AnswerError> {
        let mut answers = Self::default();
        for (id, values) in &table {
            let point = catalogue
                .get(id)
                .ok_or_else(|| AnswerError(format!("[{id}] n'est pas un point ; la liste : clausule points")))?;
            let Some(values) = values.as_table() else {
                return Err(AnswerError(format!("{id} doit être une section [{id}] avec une ligne par réponse")));
            };
            for (name, value) in values {
                let answer = answer(point, name, value).map_err(|e| AnswerError(format!("[{id}] {name} : {e}")))?;
                answers.set(&point.id, name, answer);
            }
        }
        crate::matters::settle(&mut answers, &table, catalogue)?;
        Ok(answers)
    }

    pub(crate) fn set(&mut self, point: &str, parameter: &str, answer: Answer) {
        self.0.insert((point.to_owned(), parameter.to_owned()), answer);
    }
}

/// An answers file as TOML.
///
/// # Errors
/// When it is none, or an answer is given twice.
pub(crate) fn table(text: &str) -> Result<toml::Table, AnswerError> {
    toml::from_str(text).map_err(|e| AnswerError(toml_error(text, &e)))
}

fn toml_error(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    if error.message().contains("duplicate") {
        return format!("ligne {line} : la même réponse est donnée deux fois ; gardez-en une");
    }
    format!(
        "ligne {line} : illisible ({}) ; une ligne s'écrit nom = valeur, les mots entre guillemets",
        error.message()
    )
}

/// An answer to a question of a point, checked.
///
/// # Errors
/// In French: the question is unknown, or what was expected.
pub(crate) fn answer(point: &Point, name: &str, value: &toml::Value) -> Result<Answer, String> {
    let clause = point.clause.as_ref().ok_or("ce point n'a pas de clause à compléter")?;
    let Some(parameter) = clause.parameter(name) else {
        let names: Vec<&str> = clause.parameters.iter().map(|p| p.name.as_str()).collect();
        return Err(format!("question inconnue ; questions de ce point : {}", names.join(", ")));
    };
    read(parameter, value)
}

/// An answer to a parameter, checked against its kind and bounds.
///
/// # Errors
/// In French: what was expected.
pub(crate) fn read(parameter: &Parameter, value: &toml::Value) -> Result<Answer, String> {
    match value {
        toml::Value::Integer(number) => figure(parameter, *number as f64, None),
        toml::Value::Float(number) if number.is_finite() => figure(parameter, *number, None),
        toml::Value::String(text) => words(parameter, text.trim()),
        toml::Value::Datetime(date) => words(parameter, &date.to_string()),
        _ => Err(format!("réponse attendue : {}", figures::unit_hint(parameter))),
    }
}

/// An answer given as a number, in the parameter's unit unless `duration` says another.
fn figure(parameter: &Parameter, number: f64, duration: Option<DurationUnit>) -> Result<Answer, String> {
    if matches!(parameter.kind, ParameterKind::Text | ParameterKind::Choice(_) | ParameterKind::Date) {
        return Err(format!("un nombre ne convient pas ; réponse attendue : {}", figures::unit_hint(parameter)));
    }
    let (value, words) = match (&parameter.kind, duration) {
        (ParameterKind::Duration(unit), Some(given)) => {
            let one = Duration { amount: 1.0, unit: *unit }.hours();
            let given = Duration { amount: number, unit: given };
            (given.hours() / one, figures::duration(&given))
        }
        (kind, _) => (number, figures::write(kind, &Value::Number(number))),
    };
    let bound = |amount: f64| figures::write(&parameter.kind, &Value::Number(amount));
    if number <= 0.0 && parameter.min != Some(0.0) || number < 0.0 {
        return Err("un nombre nul ou négatif ne convient pas".into());
    }
    match (parameter.min, parameter.max) {
        (Some(min), _) if value < min - 1e-9 => {
            Err(format!("{words} est trop peu : {} au moins, sinon le point reste ouvert", bound(min)))
        }
        (_, Some(max)) if value > max + 1e-9 => {
            Err(format!("{words} est trop : {} au plus, sinon le point reste ouvert", bound(max)))
        }
        _ => Ok(Answer { words }),
    }
}

/// An answer given in words: "4 heures", "99,9 %", a choice, a date.
fn words(parameter: &Parameter, text: &str) -> Result<Answer, String> {
    if text.is_empty() {
        return Err("la réponse est vide ; effacez la ligne pour garder la valeur proposée".into());
    }
    let expected = || format!("« {text} » ne convient pas ; réponse attendue : {}", figures::unit_hint(parameter));
    match &parameter.kind {
        ParameterKind::Text if text.chars().any(|c| c.is_control() || matches!(c, '{' | '}')) => {
            Err("une seule ligne de texte, sans accolades".into())
        }
        ParameterKind::Text => Ok(Answer { words: text.to_owned() }),
        ParameterKind::Choice(choices) => {
            let same = |c: &&String| Folded::of(c).text() == Folded::of(text).text();
            choices.iter().find(same).map(|c| Answer { words: c.clone() }).ok_or_else(expected)
        }
        ParameterKind::Date => figures::date(text).map(|words| Answer { words }).ok_or_else(expected),
        kind => {
            let (number, unit) = split_number(text).ok_or_else(expected)?;
            let money = unit.trim_end().ends_with('€');
            let unit = Folded::of(unit).text().trim().to_owned();
            let duration = duration_unit(&unit);
            let right = match kind {
                ParameterKind::Duration(_) => duration.is_some(),
                ParameterKind::Percent => unit == "%" || unit == "pour cent",
                ParameterKind::Money => money || matches!(unit.as_str(), "eur" | "euro" | "euros"),
                ParameterKind::Frequency => matches!(unit.as_str(), "fois par an" | "par an" | "fois/an"),
                ParameterKind::Count(things) => unit == Folded::of(things).text(),
                _ => false,
            };
            if right || (unit.is_empty() && !money) { figure(parameter, number, duration) } else { Err(expected()) }
        }
    }
}

/// "5 000 €" → (5000, "€"); decimal comma or point.
fn split_number(text: &str) -> Option<(f64, &str)> {
    let digit = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}');
    let end = text.find(|c: char| !digit(c)).unwrap_or(text.len());
    let number: String = text[..end].chars().filter(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).collect();
    Some((number.replace(',', ".").parse().ok()?, &text[end..]))
}

fn duration_unit(unit: &str) -> Option<DurationUnit> {
    Some(match unit {
        "minute" | "minutes" | "min" | "mn" => DurationUnit::Minute,
        "h" | "heure" | "heures" => DurationUnit::Hour,
        "heure ouvree" | "heures ouvrees" => DurationUnit::WorkingHour,
        "j" | "jour" | "jours" => DurationUnit::Day,
        "jour ouvre" | "jours ouvres" => DurationUnit::WorkingDay,
        "jour ouvrable" | "jours ouvrables" => DurationUnit::BusinessDay,
        "semaine" | "semaines" => DurationUnit::Week,
        "mois" => DurationUnit::Month,
        "an" | "ans" | "annee" | "annees" => DurationUnit::Year,
        _ => return None,
    })
}

/// The answers file to fill: every question of these points in plain French, the value proposed on a line that is
/// switched off.
pub fn questionnaire<'p>(points: impl Iterator<Item = &'p Point>, profile: Profile) -> String {
    let mut out = String::from(
        "# Réponses pour « clausule fix --answers ».\n\
         # Pour répondre, effacez le # devant la ligne et mettez votre valeur.\n\
         # Une ligne laissée telle quelle garde la valeur proposée.\n",
    );
    out.push_str(&questions(points, profile, |_| true));
    out
}

/// The questions of these points that are `wanted`, a section a point.
pub(crate) fn questions<'p>(
    points: impl Iterator<Item = &'p Point>,
    profile: Profile,
    wanted: impl Fn(&Parameter) -> bool,
) -> String {
    let mut out = String::new();
    for point in points {
        let parameters = point.clause.iter().flat_map(|clause| &clause.parameters);
        let parameters: Vec<&Parameter> = parameters.filter(|parameter| wanted(parameter)).collect();
        if parameters.is_empty() {
            continue;
        }
        let _ = write!(out, "\n# {}\n[{}]\n", point.title, point.id);
        for parameter in parameters {
            let proposed = parameter.default_for(profile);
            out.push_str(&question(parameter, proposed));
        }
    }
    out
}

/// A question with the value proposed on a line that is switched off.
pub(crate) fn question(parameter: &Parameter, proposed: &Value) -> String {
    let value = match proposed {
        Value::Number(number) => format!("{number}"),
        Value::Text(text) => toml::Value::String(text.clone()).to_string(),
    };
    let hint = figures::unit_hint(parameter);
    format!("# {} ({hint}{})\n# {} = {value}\n", parameter.question, bounds(parameter), parameter.name)
}

fn bounds(parameter: &Parameter) -> String {
    let write = |value: f64| figures::plain(value).replace('\u{a0}', " ");
    match (parameter.min, parameter.max) {
        (Some(min), Some(max)) => format!(", de {} à {}", write(min), write(max)),
        (Some(min), None) => format!(", au moins {}", write(min)),
        (None, Some(max)) => format!(", au plus {}", write(max)),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use points::Origin;

    fn parameter(kind: ParameterKind, default: Value, min: Option<f64>, max: Option<f64>) -> Parameter {
        Parameter {
            name: "p".into(),
            question: "Combien ?".into(),
            kind,
            default,
            default_by: BTreeMap::new(),
            min,
            max,
            origin: Origin::Reference,
        }
    }

    fn delay() -> Parameter {
        parameter(ParameterKind::Duration(DurationUnit::Hour), Value::Number(4.0), Some(1.0), Some(48.0))
    }

    #[test]
    fn units_given_are_kept_and_compared_in_hours() {
        assert_eq!(words(&delay(), "2 jours").unwrap().words.replace('\u{a0}', " "), "2 jours");
        assert!(words(&delay(), "3 jours").unwrap_err().contains("trop"));
        assert!(words(&delay(), "50 %").unwrap_err().contains("heures"));
        assert!(words(&delay(), "vite").is_err());
        assert_eq!(figure(&delay(), 1.0, None).unwrap().words.replace('\u{a0}', " "), "1 heure");
        assert!(figure(&delay(), 0.0, None).is_err());
        assert!(figure(&delay(), -4.0, None).is_err());
    }

    #[test]
    fn an_answer_typed_in_a_form_is_held_to_the_same_bounds() {
        let catalogue = points::embedded();
        let with = |p: &&Point| p.clause.as_ref().is_some_and(|c| c.parameters.iter().any(|p| p.max.is_some()));
        let point = catalogue.points.iter().find(with).expect("a point with a bound");
        let parameters = &point.clause.as_ref().expect("a clause").parameters;
        let bounded = parameters.iter().find(|p| p.max.is_some()).expect("a bound");
        let mut answers = Answers::default();
        assert!(answers.take(point, &bounded.name, "99999999").is_err());
        assert!(answers.take(point, "nulle-part", "1").is_err());
        assert_eq!(answers, Answers::default(), "what is refused is not kept");
        let most = figures::plain(bounded.max.expect("a bound"));
        answers.take(point, &bounded.name, &most).expect("the bound itself is fine");
        assert!(answers.get(&point.id, &bounded.name).is_some());
    }

    #[test]
    fn choices_and_dates_are_checked() {
        let choices = ParameterKind::Choice(vec!["mensuel".into(), "trimestriel".into()]);
        let choice = parameter(choices, Value::Text("mensuel".into()), None, None);
        assert_eq!(words(&choice, "Trimestriel").unwrap().words, "trimestriel");
        assert!(words(&choice, "annuel").is_err());
        assert!(figure(&choice, 3.0, None).is_err());
        let date = parameter(ParameterKind::Date, Value::Text("2027-01-01".into()), None, None);
        assert_eq!(words(&date, "2027-03-01").unwrap().words, "1er mars 2027");
    }

    #[test]
    fn money_and_numbers_are_read_as_written_in_french() {
        assert_eq!(split_number("5 000 €"), Some((5000.0, "€")));
        assert_eq!(split_number("99,95 %"), Some((99.95, "%")));
        assert_eq!(split_number("beaucoup"), None);
    }

    #[test]
    fn one_matter_has_one_answer() {
        let catalogue = points::embedded();
        let answers = Answers::parse("[INC-11]\ndelai = 24\n", &catalogue).unwrap();
        assert_eq!(answers.get("RGP-09", "delai").unwrap().words.replace('\u{a0}', " "), "24 heures");
        let error = Answers::parse("[INC-11]\ndelai = 24\n[RGP-09]\ndelai = 48\n", &catalogue).unwrap_err();
        assert!(error.to_string().contains("même chose"), "{error}");
    }

    #[test]
    fn a_file_with_errors_says_where_and_what() {
        let catalogue = points::embedded();
        for (text, what) in [
            ("[ZZZ-01]\na = 1", "pas un point"),
            ("[SAU-06]\na = 1\na = 2", "deux fois"),
            ("[SAU-06\n", "ligne 1"),
            ("SAU-06 = 3", "section"),
        ] {
            let error = Answers::parse(text, &catalogue).expect_err(what).to_string();
            assert!(error.contains(what), "{what}: {error}");
        }
    }
}
