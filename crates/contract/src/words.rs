//! French words that every crate writes alike.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_month_is_an_ordinal() {
        assert_eq!(date_words(2026, 3, 1), "1er mars 2026");
        assert_eq!(date_words(2027, 12, 31), "31 décembre 2027");
    }
}
