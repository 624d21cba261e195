//! Days of the calendar in folded words: "1er juillet 2024", "01 07 2024", "1er janvier".

use contract::CalendarDay;

/// The first day and the token it begins with.
pub(super) fn first(words: &[&str]) -> Option<(usize, CalendarDay)> {
    (0..words.len()).find_map(|at| day_at(words, at).map(|d| (at, d)))
}

fn day_at(words: &[&str], at: usize) -> Option<CalendarDay> {
    let day = match *words.get(at)? {
        "1er" | "premier" => 1,
        // A tokeniser that parts digits from letters gives "1" and "er".
        word => word.parse::<u8>().ok().filter(|d| (1..=31).contains(d))?,
    };
    let next = if words.get(at + 1) == Some(&"er") { at + 2 } else { at + 1 };
    let word = words.get(next)?;
    let month = (1..=12).find(|m| fold(contract::month_words(*m)) == *word).or_else(|| {
        // In figures a day needs its year, else "1 2" would be one.
        let number = word.parse::<u8>().ok().filter(|m| (1..=12).contains(m) && word.len() == 2);
        number.filter(|_| year(words.get(next + 1)).is_some())
    })?;
    Some(CalendarDay { year: year(words.get(next + 1)), month, day })
}

fn year(word: Option<&&str>) -> Option<i16> {
    word.and_then(|w| w.parse().ok()).filter(|y| (1990..2100).contains(y))
}

fn fold(month: &str) -> String {
    month.replace(['é', 'è'], "e").replace('û', "u")
}
