//! A clause made ready: placeholders filled, paragraphs and items told apart.

use crate::answers::Answers;
use crate::figures;
use crate::party::Parties;
use contract::{Assessment, Document, Profile, Quantity};
use points::{Catalogue, Origin, Parameter, ParameterKind, Point, Value};

/// A paragraph of a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its words.
    pub text: String,
    /// Whether it is an item of a list; its dash is not part of the words.
    pub item: bool,
}

/// Where the value of a parameter was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The user's answer.
    Answer,
    /// The contract's own figure.
    Contract,
    /// The default.
    Default,
}

/// A parameter with the value it got.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// Its name.
    pub name: String,
    /// The words it became.
    pub words: String,
    /// Where the value comes from.
    pub source: Source,
    /// Whether the default is only a proposal to discuss.
    pub negotiate: bool,
}

/// A clause ready to be put into a contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// The point it mends.
    pub point: String,
    /// Title of its article, where one must be made.
    pub heading: String,
    /// Its paragraphs.
    pub paragraphs: Vec<Paragraph>,
    /// Its parameters.
    pub filled: Vec<Filled>,
}

impl Rendered {
    /// The words of all paragraphs, items with a dash, a line each.
    pub fn text(&self) -> String {
        let lines = self.paragraphs.iter().map(|p| if p.item { format!("- {}", p.text) } else { p.text.clone() });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// What a clause is filled with.
#[derive(Debug, Clone, Copy)]
pub struct Filling<'a> {
    /// Whose names.
    pub parties: &'a Parties,
    /// Whose defaults and variants.
    pub profile: Profile,
    /// What the user answered.
    pub answers: &'a Answers,
    /// The contract, for its own figures.
    pub assessment: Option<&'a Assessment>,
}

/// The parties of a contract, and the clauses that would cure its gaps under their names and the contract's figures.
pub fn remedies(catalogue: &Catalogue, document: &Document, assessment: &Assessment) -> (Parties, Vec<Rendered>) {
    let parties = Parties::of(document, assessment);
    let answers = Answers::default();
    let filling =
        Filling { parties: &parties, profile: assessment.profile, answers: &answers, assessment: Some(assessment) };
    let gaps = assessment.verdicts.iter().filter(|verdict| verdict.verdict.is_gap());
    let clauses = gaps.filter_map(|gap| render(catalogue.get(&gap.point)?, &filling)).collect();
    (parties, clauses)
}

/// The clause of a point, ready; `None` for a point without one.
pub fn render(point: &Point, filling: &Filling) -> Option<Rendered> {
    let clause = point.clause.as_ref()?;
    let filled: Vec<Filled> = clause.parameters.iter().map(|p| fill(point, p, filling)).collect();
    let text = substitute(clause.text_for(filling.profile), |name| {
        let parameter = filled.iter().find(|f| f.name == name).map(|f| f.words.clone());
        parameter.or_else(|| filling.parties.form(name)).unwrap_or_default()
    });
    Some(Rendered { point: point.id.clone(), heading: clause.heading.clone(), paragraphs: paragraphs(&text), filled })
}

fn fill(point: &Point, parameter: &Parameter, filling: &Filling) -> Filled {
    let answer = filling.answers.get(&point.id, &parameter.name);
    let own = filling.assessment.filter(|_| parameter.origin == Origin::Contract);
    let own = own.and_then(|assessment| own_figure(point, parameter, assessment));
    let (words, source) = match (answer, own) {
        (Some(answer), _) => (answer.words.clone(), Source::Answer),
        (None, Some(own)) => (own, Source::Contract),
        (None, None) => (figures::write(&parameter.kind, parameter.default_for(filling.profile)), Source::Default),
    };
    let negotiate = source == Source::Default && parameter.origin == Origin::Negotiate;
    Filled { name: parameter.name.clone(), words, source, negotiate }
}

/// The contract's own figure for a parameter: the first of the same measure among the point's promises that keeps
/// within the bounds.
fn own_figure(point: &Point, parameter: &Parameter, assessment: &Assessment) -> Option<String> {
    let promises = assessment.commitments.iter().filter(|c| c.point == point.id);
    promises.flat_map(|c| &c.figures).find_map(|f| matching(parameter, f))
}

fn matching(parameter: &Parameter, figure: &Quantity) -> Option<String> {
    let within = |value: f64| {
        parameter.min.is_none_or(|min| value >= min - 1e-9) && parameter.max.is_none_or(|max| value <= max + 1e-9)
    };
    let value = match (&parameter.kind, figure) {
        (ParameterKind::Duration(unit), Quantity::Duration(duration)) => {
            let one = contract::Duration { amount: 1.0, unit: *unit }.hours();
            return within(duration.hours() / one).then(|| figures::duration(duration));
        }
        (ParameterKind::Percent, Quantity::Percent(value))
        | (ParameterKind::Money, Quantity::Money(value))
        | (ParameterKind::Count(_), Quantity::Count(value)) => *value,
        (ParameterKind::Frequency, Quantity::Frequency(frequency)) => frequency.per_year,
        _ => return None,
    };
    within(value).then(|| figures::write(&parameter.kind, &Value::Number(value)))
}

/// The text with every `{name}` replaced.
fn substitute(text: &str, mut words: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('{') {
        let Some((name, after)) = tail.split_once('}') else { break };
        out.push_str(before);
        out.push_str(&words(name));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Blank lines part paragraphs; a line that begins with "- " begins an item; other lines go on.
fn paragraphs(text: &str) -> Vec<Paragraph> {
    let mut out: Vec<Paragraph> = Vec::new();
    let mut open = false;
    for line in text.lines().map(|l| l.trim_matches([' ', '\t', '\r'])) {
        if let Some(item) = line.strip_prefix("- ") {
            out.push(Paragraph { text: item.trim_start().to_owned(), item: true });
            open = true;
        } else if line.is_empty() {
            open = false;
        } else if let Some(last) = out.last_mut().filter(|_| open) {
            last.text.push(' ');
            last.text.push_str(line);
        } else {
            out.push(Paragraph { text: line.to_owned(), item: false });
            open = true;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_items_are_told_apart() {
        let found = paragraphs("\nLe Prestataire teste\nla restauration.\n\nIl remet :\n- un rapport ;\n- un plan.\n");
        let shown: Vec<(&str, bool)> = found.iter().map(|p| (p.text.as_str(), p.item)).collect();
        assert_eq!(
            shown,
            [
                ("Le Prestataire teste la restauration.", false),
                ("Il remet :", false),
                ("un rapport ;", true),
                ("un plan.", true)
            ]
        );
    }

    #[test]
    fn placeholders_are_replaced_once() {
        assert_eq!(substitute("a {x} b {y}.", |n| format!("<{n}>")), "a <x> b <y>.");
    }
}
