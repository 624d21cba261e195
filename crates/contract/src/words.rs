//! French words that every crate writes alike.

use crate::{DurationUnit, Quantity};

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// The name of a month, 1 to 12; beyond, the nearest of these.
pub fn month_words(month: u8) -> &'static str {
    MONTHS[usize::from(month.clamp(1, 12)) - 1]
}

/// A day as French writes it: "31 janvier 2027", "1er mars 2026".
pub fn date_words(year: i32, month: u8, day: u8) -> String {
    let day = if day == 1 { "1er".to_owned() } else { day.to_string() };
    format!("{day} {} {year}", month_words(month))
}

/// A unit's words, for one and for several.
pub fn unit_words(unit: DurationUnit) -> (&'static str, &'static str) {
    match unit {
        DurationUnit::Minute => ("minute", "minutes"),
        DurationUnit::Hour => ("heure", "heures"),
        DurationUnit::WorkingHour => ("heure ouvrée", "heures ouvrées"),
        DurationUnit::Day => ("jour", "jours"),
        DurationUnit::WorkingDay => ("jour ouvré", "jours ouvrés"),
        DurationUnit::BusinessDay => ("jour ouvrable", "jours ouvrables"),
        DurationUnit::Week => ("semaine", "semaines"),
        DurationUnit::Month => ("mois", "mois"),
        DurationUnit::Year => ("an", "ans"),
    }
}

/// A figure as a user reads it: "4 heures", "99,9 %", "2 fois par an".
pub fn figure_words(quantity: &Quantity) -> String {
    let number = |value: f64| ((value * 100.0).round() / 100.0).to_string().replace('.', ",");
    match quantity {
        Quantity::Duration(d) => {
            let (one, many) = unit_words(d.unit);
            format!("{} {}", number(d.amount), if d.amount < 2.0 { one } else { many })
        }
        Quantity::Percent(p) => format!("{}\u{202f}%", number(*p)),
        Quantity::Frequency(f) => format!("{} fois par an", number(f.per_year)),
        Quantity::Money(m) => format!("{}\u{202f}€", number(*m)),
        Quantity::Count(c) => number(*c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_french() {
        let hours = |amount| Quantity::Duration(crate::Duration { amount, unit: DurationUnit::Hour });
        assert_eq!([figure_words(&hours(1.0)), figure_words(&hours(4.5))], ["1 heure", "4,5 heures"]);
        assert_eq!(figure_words(&Quantity::Percent(99.9)), "99,9\u{202f}%");
    }

    #[test]
    fn the_first_of_a_month_is_an_ordinal() {
        assert_eq!(date_words(2026, 3, 1), "1er mars 2026");
        assert_eq!(date_words(2027, 12, 31), "31 décembre 2027");
    }
}
