//! Dates, numbers and lists as a French reader expects them.

use crate::day::Day;
use jiff::civil::Date;

/// "21 mars 2026"; the first is "1er".
pub fn date(date: Date) -> String {
    format!("{} {} {}", ordinal(date.day()), month(date), date.year())
}

fn month(date: Date) -> &'static str {
    contract::month_words(date.month().unsigned_abs())
}

fn ordinal(day: i8) -> String {
    if day == 1 { "1er".to_owned() } else { day.to_string() }
}

/// "99,95", "4", "1 500 000".
pub fn number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    let text = format!("{rounded}");
    let (whole, part) = text.split_once('.').map_or((text.as_str(), None), |(w, p)| (w, Some(p)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    part.map_or(out.clone(), |p| format!("{out},{p}"))
}

/// The mark of the plural in French, which begins at two.
pub fn plural(value: f64) -> &'static str {
    if value.abs() >= 2.0 { "s" } else { "" }
}

/// "a, b et c".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} et {last}", head.join(", ")),
    }
}

/// Most days named one by one.
const NAMED: usize = 12;

/// "le 21 mars", "les 3 et 17 mars 2026", "les 3 mars et 4 avril"; the year only where `year` is another one than the
/// reader's. Many days are counted rather than named.
pub fn days(days: &[Day], year: i16) -> String {
    let dates: Vec<Date> = days.iter().map(|d| d.date()).collect();
    let Some((first, last)) = dates.first().zip(dates.last()) else { return String::new() };
    if dates.len() > NAMED {
        return format!("pour {} jours entre le {} et le {}", dates.len(), date(*first), date(*last));
    }
    let end = |d: Date| if d.year() == year { month(d).to_owned() } else { format!("{} {}", month(d), d.year()) };
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for d in &dates {
        let key = end(*d);
        match groups.last_mut().filter(|g| g.0 == key) {
            Some(group) => group.1.push(ordinal(d.day())),
            None => groups.push((key, vec![ordinal(d.day())])),
        }
    }
    let article = if dates.len() == 1 { "le" } else { "les" };
    let one = groups.len() == 1;
    let parts: Vec<String> =
        groups.into_iter().map(|(m, d)| format!("{} {m}", if one { list(&d) } else { d.join(", ") })).collect();
    format!("{article} {}", list(&parts))
}
