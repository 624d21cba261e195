//! Figures in a text, typed: durations, percentages, recurrences, money, counts.

use crate::segment::{Segments, Text};
use contract::quantity::{Duration, DurationUnit, Frequency, Quantity};

/// A figure and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// The figure.
    pub quantity: Quantity,
    /// First token.
    pub first: u32,
    /// Last token.
    pub last: u32,
}

/// A text's words, for looking ahead.
struct Words<'a> {
    segments: &'a Segments,
    text: &'a Text,
    folded: &'a str,
}

impl<'a> Words<'a> {
    fn get(&self, at: usize) -> &'a str {
        self.text.tokens.get(at).map_or("", |t| self.segments.vocabulary.word(t.word))
    }

    /// What stands between a token and the next one.
    fn between(&self, at: usize) -> &'a str {
        match (self.text.tokens.get(at), self.text.tokens.get(at + 1)) {
            (Some(a), Some(b)) => &self.folded[a.end as usize..b.start as usize],
            (Some(a), None) => &self.folded[a.end as usize..(a.end as usize + 4).min(self.folded.len())],
            _ => "",
        }
    }

    fn is_number(&self, at: usize) -> bool {
        self.get(at).bytes().next().is_some_and(|b| b.is_ascii_digit())
    }
}

/// Every figure of a text.
pub fn figures(segments: &Segments, text: usize) -> Vec<Figure> {
    let text = &segments.texts[text];
    let words = Words { segments, text, folded: segments.folded[text.block].text() };
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let found = recurrence(&words, at).or_else(|| currency_first(&words, at)).or_else(|| number_figure(&words, at));
        match found {
            Some((quantity, next)) => {
                out.push(Figure { quantity, first: at as u32, last: (next - 1) as u32 });
                at = next;
            }
            None => at += 1,
        }
    }
    out
}

/// A number written in digits or letters at `at`: its value and the next token.
fn number(words: &Words, at: usize) -> Option<(f64, usize)> {
    if !words.is_number(at) {
        return number_in_letters(words, at);
    }
    let mut digits = words.get(at).to_owned();
    let mut next = at + 1;
    while digits.len() <= 9
        && words.is_number(next)
        && words.get(next).len() == 3
        && matches!(words.between(next - 1), " " | "'")
        && words.get(at).len() <= 3
    {
        digits.push_str(words.get(next));
        next += 1;
    }
    if words.is_number(next) && matches!(words.between(next - 1), "," | ".") {
        digits.push('.');
        digits.push_str(words.get(next));
        next += 1;
    }
    Some((digits.parse().ok()?, next))
}

fn number_in_letters(words: &Words, at: usize) -> Option<(f64, usize)> {
    let mut value: f64 = small(words.get(at))?;
    let mut next = at + 1;
    while let Some(more) =
        small(words.get(next)).or(if words.get(next) == "et" { small(words.get(next + 1)) } else { None })
    {
        let skip = usize::from(words.get(next) == "et");
        let joined = words.between(next - 1).trim() == "-" || skip == 1 || value >= 20.0 || more >= 20.0;
        if !joined {
            break;
        }
        value = if value == 4.0 && more == 20.0 {
            80.0
        } else if more == 100.0 && value < 10.0 {
            value * 100.0
        } else {
            value + more
        };
        next += 1 + skip;
    }
    // "quarante-huit (48) heures": the digits say the same and are surer.
    if words.is_number(next)
        && words.between(next - 1).contains('(')
        && let Some((digits, after)) = number(words, next)
    {
        return Some((digits, after));
    }
    Some((value, next))
}

fn small(word: &str) -> Option<f64> {
    Some(match word {
        "un" | "une" => 1.0,
        "deux" => 2.0,
        "trois" => 3.0,
        "quatre" => 4.0,
        "cinq" => 5.0,
        "six" => 6.0,
        "sept" => 7.0,
        "huit" => 8.0,
        "neuf" => 9.0,
        "dix" => 10.0,
        "onze" => 11.0,
        "douze" => 12.0,
        "quinze" => 15.0,
        "vingt" | "vingts" => 20.0,
        "trente" => 30.0,
        "quarante" => 40.0,
        "cinquante" => 50.0,
        "soixante" => 60.0,
        "cent" | "cents" => 100.0,
        _ => return None,
    })
}

/// A number followed by its unit.
fn number_figure(words: &Words, at: usize) -> Option<(Quantity, usize)> {
    if let Some(found) = after_j(words, at) {
        return Some(found);
    }
    let (value, next) = number(words, at)?;
    let (value, next) = thousands(words, value, next);
    let between = words.between(next - 1);
    if between.trim_start().starts_with('%') || (words.get(next) == "pour" && words.get(next + 1) == "cent") {
        let next = if words.get(next) == "pour" { next + 2 } else { next };
        return Some((Quantity::Percent(value), next));
    }
    if between.contains([';', ':', '|']) || (between.contains(',') && !between.trim().is_empty()) {
        return None;
    }
    if let Some(next) = currency(words, next) {
        return Some((Quantity::Money(value), next));
    }
    if let Some(found) = times(words, value, next) {
        return Some(found);
    }
    duration(words, at, value, next).or_else(|| count(words, value, next))
}

/// "deux millions d'euros", "300 mille euros".
fn thousands(words: &Words, value: f64, next: usize) -> (f64, usize) {
    let times = match words.get(next) {
        "million" | "millions" => 1e6,
        "mille" => 1e3,
        _ => return (value, next),
    };
    (value * times, next + 1 + usize::from(matches!(words.get(next + 1), "d" | "de")))
}

/// "CHF 140.-", "€9.99": the currency before the number.
fn currency_first(words: &Words, at: usize) -> Option<(Quantity, usize)> {
    let named = matches!(words.get(at), "chf" | "eur" | "cad");
    // "12 EUR 30" and a table's column "EUR" followed by another cell are no such figure.
    if !named || at > 0 && words.is_number(at - 1) || words.between(at).contains(['|', ';', ':', '(', ')']) {
        return None;
    }
    let (value, next) = number(words, at + 1).filter(|_| words.is_number(at + 1))?;
    Some((Quantity::Money(value), next))
}

fn currency(words: &Words, at: usize) -> Option<usize> {
    let (word, after) = match words.get(at) {
        "k" | "m" => (words.get(at + 1), at + 2),
        word => (word, at + 1),
    };
    matches!(word, "eur" | "euro" | "euros" | "keur" | "chf" | "francs" | "dollars" | "cad").then_some(after)
}

/// "deux fois par an", "1 fois/an", "2 par an".
fn times(words: &Words, value: f64, at: usize) -> Option<(Quantity, usize)> {
    let mut next = at;
    if matches!(words.get(next), "fois") {
        next += 1;
    } else if !matches!(words.get(next), "par") {
        return None;
    }
    if matches!(words.get(next), "par" | "l" | "tous" | "toutes" | "chaque") {
        next += 1;
        if matches!(words.get(next), "les") {
            next += 1;
        }
    }
    if let Some((every, after)) = number(words, next) {
        let period = period_years(words.get(after))?;
        return Some((per_year(value / (every * period)), after + 1));
    }
    let period = period_years(words.get(next))?;
    Some((per_year(value / period), next + 1))
}

fn per_year(times: f64) -> Quantity {
    Quantity::Frequency(Frequency { per_year: times })
}

fn period_years(word: &str) -> Option<f64> {
    Some(match word {
        "heure" | "heures" | "h" => 1.0 / 8766.0,
        "jour" | "jours" | "nuit" | "nuits" | "j" => 1.0 / 365.0,
        "semaine" | "semaines" => 1.0 / 52.0,
        "mois" => 1.0 / 12.0,
        "trimestre" | "trimestres" => 0.25,
        "semestre" | "semestres" => 0.5,
        "an" | "ans" | "annee" | "annees" => 1.0,
        _ => return None,
    })
}

/// "quotidien", "chaque mois", "tous les six mois", "toutes les 24 heures".
fn recurrence(words: &Words, at: usize) -> Option<(Quantity, usize)> {
    let word = words.get(at);
    if let Some(times) = adverb(word) {
        return Some((per_year(times), at + 1));
    }
    match word {
        "chaque" => Some((per_year(1.0 / period_years(words.get(at + 1))?), at + 2)),
        "tous" | "toutes" if words.get(at + 1) == "les" => {
            let (every, next) = number(words, at + 2).unwrap_or((1.0, at + 2));
            Some((per_year(1.0 / (every * period_years(words.get(next))?)), next + 1))
        }
        _ => None,
    }
}

fn adverb(word: &str) -> Option<f64> {
    const STEMS: [(&str, f64); 14] = [
        ("quotidien", 365.0),
        ("journalier", 365.0),
        ("horaire", 0.0),
        ("hebdomadaire", 52.0),
        ("bimensuel", 24.0),
        ("mensuel", 12.0),
        ("bimestriel", 6.0),
        ("trimestriel", 4.0),
        ("quadrimestriel", 3.0),
        ("semestriel", 2.0),
        ("bisannuel", 2.0),
        ("annuel", 1.0),
        ("biennal", 0.5),
        ("triennal", 1.0 / 3.0),
    ];
    STEMS.iter().find(|(stem, times)| *times > 0.0 && word.starts_with(stem)).map(|(_, times)| *times)
}

/// "J+1", "H+4".
fn after_j(words: &Words, at: usize) -> Option<(Quantity, usize)> {
    let unit = match words.get(at) {
        "j" => DurationUnit::Day,
        "h" => DurationUnit::Hour,
        _ => return None,
    };
    if !words.between(at).trim().starts_with('+') {
        return None;
    }
    let (amount, next) = number(words, at + 1)?;
    Some((Quantity::Duration(Duration { amount, unit }), next))
}

fn duration(words: &Words, at: usize, amount: f64, next: usize) -> Option<(Quantity, usize)> {
    let unit = match words.get(next) {
        "minute" | "minutes" | "min" | "mn" => DurationUnit::Minute,
        "heure" | "heures" | "h" => DurationUnit::Hour,
        "jour" | "jours" | "j" | "jrs" => DurationUnit::Day,
        "semaine" | "semaines" => DurationUnit::Week,
        "mois" => DurationUnit::Month,
        "an" | "ans" | "annee" | "annees" => DurationUnit::Year,
        _ => return None,
    };
    let mut end = next + 1;
    if unit == DurationUnit::Hour && is_clock(words, at, end) {
        return None;
    }
    if is_round_the_clock(words, end) {
        return None;
    }
    let unit = match (unit, words.get(end)) {
        (DurationUnit::Hour, "ouvree" | "ouvrees" | "ouvrable" | "ouvrables" | "ouvre" | "ouvres" | "ho") => {
            end += 1;
            DurationUnit::WorkingHour
        }
        (DurationUnit::Day, "ouvre" | "ouvres" | "ouvree" | "ouvrees") => {
            end += 1;
            DurationUnit::WorkingDay
        }
        (DurationUnit::Day, "ouvrable" | "ouvrables") => {
            end += 1;
            DurationUnit::BusinessDay
        }
        (unit, _) => unit,
    };
    Some((Quantity::Duration(Duration { amount, unit }), end))
}

/// "9h-18h", "de 9 heures à 18 heures", "08h00".
fn is_clock(words: &Words, at: usize, end: usize) -> bool {
    let to_next = words.is_number(end) && words.get(end - 1) == "h" && runs_on(words, end);
    let range_after =
        matches!(words.get(end), "a" | "et" | "jusqu") && (words.is_number(end + 1) || words.is_number(end + 2));
    let before = at.checked_sub(1).map_or("", |b| words.get(b));
    let same_cell = at == 0 || !words.between(at - 1).contains(['|', ';', ',']);
    let after_hour = at >= 2 && same_cell && matches!(before, "a" | "et" | "h" | "heures") && {
        let back = at.saturating_sub(3);
        (back..at).any(|i| matches!(words.get(i), "h" | "heures") && i > 0 && words.is_number(i - 1))
    };
    to_next || range_after || after_hour
}

/// Whether the number at `at` belongs to the hour before it ("9h30", "9h-18h"), and is not the next cell or figure.
fn runs_on(words: &Words, at: usize) -> bool {
    match words.between(at - 1).trim() {
        "" => words.between(at - 1).is_empty() || !matches!(words.get(at + 1), "h" | "heures" | "j" | "jours"),
        "-" | "/" => true,
        _ => false,
    }
}

/// "24h/24", "7 jours sur 7".
fn is_round_the_clock(words: &Words, end: usize) -> bool {
    let slash = words.is_number(end) && words.between(end - 1).contains('/');
    slash || (words.get(end) == "sur" && words.is_number(end + 1))
}

fn count(words: &Words, amount: f64, next: usize) -> Option<(Quantity, usize)> {
    const THINGS: [&str; 9] =
        ["version", "copie", "exemplaire", "support", "sauvegarde", "point", "generation", "snapshot", "niveau"];
    let word = words.get(next);
    THINGS.iter().any(|t| word.starts_with(t)).then_some((Quantity::Count(amount), next + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{Block, BlockKind, Document, Format, Span};

    fn figures_of(text: &str) -> Vec<Quantity> {
        let document = Document {
            format: Format::Text,
            text: text.to_owned(),
            pages: Vec::new(),
            blocks: vec![Block::new(BlockKind::Paragraph, Span::new(0, text.len()))],
            problems: Vec::new(),
        };
        let segments = crate::segment::segment(&document);
        (0..segments.texts.len()).flat_map(|t| figures(&segments, t)).map(|f| f.quantity).collect()
    }

    fn lasts(amount: f64, unit: DurationUnit) -> Quantity {
        Quantity::Duration(Duration { amount, unit })
    }

    #[test]
    fn durations_keep_their_unit() {
        assert_eq!(figures_of("sous quatre (4) heures ouvrées"), [lasts(4.0, DurationUnit::WorkingHour)]);
        assert_eq!(figures_of("dans les 72h"), [lasts(72.0, DurationUnit::Hour)]);
        assert_eq!(figures_of("trente jours ouvrables"), [lasts(30.0, DurationUnit::BusinessDay)]);
        assert_eq!(figures_of("quatre-vingt-dix jours"), [lasts(90.0, DurationUnit::Day)]);
        assert_eq!(figures_of("au plus tard à J+1"), [lasts(1.0, DurationUnit::Day)]);
    }

    #[test]
    fn opening_hours_are_no_duration() {
        assert_eq!(figures_of("de 9h à 18h, 24h/24 et 7j/7, 7 jours sur 7"), []);
        assert_eq!(figures_of("de 8 heures à 19 heures"), []);
    }

    #[test]
    fn cells_of_a_table_keep_their_durations() {
        let hours = |n| lasts(n, DurationUnit::Hour);
        assert_eq!(figures_of("| Majeur | 2 h | 8 h |"), [hours(2.0), hours(8.0)]);
        assert_eq!(figures_of("vingt-quatre (24) heures1 à compter"), [hours(24.0)]);
    }

    #[test]
    fn percentages_money_and_recurrences_are_told_apart() {
        assert_eq!(figures_of("un taux de 99,95 %"), [Quantity::Percent(99.95)]);
        assert_eq!(figures_of("100 000 euros"), [Quantity::Money(100_000.0)]);
        assert_eq!(figures_of("deux millions d'euros"), [Quantity::Money(2e6)]);
        assert_eq!(figures_of("CHF 140.- de l'heure, €9.99"), [Quantity::Money(140.0), Quantity::Money(9.99)]);
        assert_eq!(figures_of("testée deux fois par an"), [per_year(2.0)]);
        assert_eq!(figures_of("une sauvegarde quotidienne"), [Quantity::Count(1.0), per_year(365.0)]);
        assert_eq!(figures_of("tous les six mois"), [per_year(2.0)]);
    }
}
