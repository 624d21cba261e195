//! Figures in French, as a clause writes them, and as a person answers them.

use contract::{Duration, unit_words};
use points::{Parameter, ParameterKind, Value};

/// A space that does not break, as French typography wants before units and between thousands.
const NBSP: char = '\u{a0}';

/// A value as a clause writes it: "4 heures", "99,9 %", "5 000 €", "deux fois par an", "3 copies".
pub fn write(kind: &ParameterKind, value: &Value) -> String {
    let number = match value {
        Value::Text(text) if *kind == ParameterKind::Date => return date(text).unwrap_or_else(|| text.clone()),
        Value::Text(text) => return text.clone(),
        Value::Number(number) => *number,
    };
    match kind {
        ParameterKind::Text | ParameterKind::Choice(_) | ParameterKind::Date => plain(number),
        ParameterKind::Count(things) if things.is_empty() => plain(number),
        ParameterKind::Count(things) => format!("{}{NBSP}{}", plain(number), agreed(things, number)),
        ParameterKind::Duration(unit) => duration(&Duration { amount: number, unit: *unit }),
        ParameterKind::Percent => format!("{}{NBSP}%", plain(number)),
        ParameterKind::Money => format!("{}{NBSP}€", plain(number)),
        ParameterKind::Frequency => frequency(number),
    }
}

/// "4 heures", "1 jour ouvré".
pub fn duration(duration: &Duration) -> String {
    let (one, many) = unit_words(duration.unit);
    format!("{}{NBSP}{}", plain(duration.amount), if duration.amount < 2.0 { one } else { many })
}

/// "une fois par mois", "deux fois par an", "tous les deux ans".
fn frequency(per_year: f64) -> String {
    for (times, period) in [(365.0, "jour"), (52.0, "semaine"), (12.0, "mois"), (4.0, "trimestre")] {
        let ratio = per_year / times;
        if ratio >= 1.0 && ratio.fract() == 0.0 {
            return format!("{} fois par {period}", letters(ratio));
        }
    }
    let every = 1.0 / per_year;
    if per_year < 1.0 && (every - every.round()).abs() < 1e-6 {
        return format!("tous les {} ans", letters(every.round()));
    }
    format!("{} fois par an", letters(per_year))
}

/// Small whole numbers in letters (feminine for one), others in digits.
fn letters(number: f64) -> String {
    const WORDS: [&str; 12] =
        ["une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"];
    let index = number as usize;
    let whole = number.fract() == 0.0 && (1.0..=12.0).contains(&number);
    if whole { WORDS[index - 1].into() } else { plain(number) }
}

/// A number as French writes it: decimal comma, thousands apart.
pub fn plain(number: f64) -> String {
    let rounded = (number * 1000.0).round() / 1000.0;
    let text = format!("{rounded}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = whole.trim_start_matches('-');
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(NBSP);
        }
        written.push(digit);
    }
    let sign = if whole.starts_with('-') { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{written}") } else { format!("{sign}{written},{rest}") }
}

/// "3 copies", "1 copie": every word of the things' name loses its plural for one.
fn agreed(things: &str, number: f64) -> String {
    if number >= 2.0 {
        return things.to_owned();
    }
    things.split(' ').map(|word| word.strip_suffix('s').unwrap_or(word)).collect::<Vec<_>>().join(" ")
}

/// `2027-01-31` as "31 janvier 2027"; `None` when it is no date.
pub fn date(iso: &str) -> Option<String> {
    let mut parts = iso.trim().splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let (year, month, day): (i32, u8, u8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let longest = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1000..=9999).contains(&year) || !(1..=longest).contains(&day) {
        return None;
    }
    Some(contract::date_words(year, month, day))
}

/// What the unit of a parameter is called in a question: "en heures", "fois par an".
pub fn unit_hint(parameter: &Parameter) -> String {
    match &parameter.kind {
        ParameterKind::Text => "du texte".into(),
        ParameterKind::Choice(choices) => format!("au choix : {}", choices.join(" / ")),
        ParameterKind::Count(things) if things.is_empty() => "un nombre".into(),
        ParameterKind::Count(things) => format!("un nombre de {things}"),
        ParameterKind::Duration(unit) => format!("en {}", unit_words(*unit).1),
        ParameterKind::Percent => "en %".into(),
        ParameterKind::Money => "en euros".into(),
        ParameterKind::Frequency => "en nombre de fois par an".into(),
        ParameterKind::Date => "une date, par exemple 2027-01-31".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::DurationUnit;

    fn number(kind: ParameterKind, value: f64) -> String {
        write(&kind, &Value::Number(value)).replace(NBSP, " ")
    }

    #[test]
    fn figures_carry_their_unit_and_agree() {
        assert_eq!(number(ParameterKind::Duration(DurationUnit::Hour), 4.0), "4 heures");
        assert_eq!(number(ParameterKind::Duration(DurationUnit::WorkingDay), 1.0), "1 jour ouvré");
        assert_eq!(number(ParameterKind::Percent, 99.9), "99,9 %");
        assert_eq!(number(ParameterKind::Money, 5000.0), "5 000 €");
        assert_eq!(number(ParameterKind::Money, 1_500_000.0), "1 500 000 €");
        assert_eq!(number(ParameterKind::Count("copies".into()), 3.0), "3 copies");
        assert_eq!(number(ParameterKind::Count("copies distinctes".into()), 1.0), "1 copie distincte");
        assert_eq!(number(ParameterKind::Count(String::new()), 30.0), "30");
    }

    #[test]
    fn recurrences_are_said_in_letters() {
        for (times, words) in [
            (1.0, "une fois par an"),
            (2.0, "deux fois par an"),
            (4.0, "une fois par trimestre"),
            (12.0, "une fois par mois"),
            (24.0, "deux fois par mois"),
            (52.0, "une fois par semaine"),
            (365.0, "une fois par jour"),
            (0.5, "tous les deux ans"),
        ] {
            assert_eq!(number(ParameterKind::Frequency, times), words);
        }
    }

    #[test]
    fn dates_are_checked() {
        assert_eq!(date("2027-01-31").as_deref(), Some("31 janvier 2027"));
        assert_eq!(date("2028-02-29").as_deref(), Some("29 février 2028"));
        assert_eq!(date("2027-02-29"), None);
        assert_eq!(date("31/01/2027"), None);
    }
}
