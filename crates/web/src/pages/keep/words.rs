//! What several pages of this half say alike: days, instants, states as marks.

use follow::State;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// "12/03/2026".
pub fn day(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

/// An instant as stored (RFC 3339) on a French clock: "12/03/2026 à 08:05"; as it stands where it is none.
pub fn instant(text: &str) -> String {
    let Ok(at) = text.parse::<Timestamp>() else { return text.to_owned() };
    let at = at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
    format!("{} à {:02}:{:02}", day(at.date()), at.hour(), at.minute())
}

/// The same of seconds since 1970.
pub fn seconds(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| String::new(), |t| instant(&t.to_string()))
}

/// The class that colours a state.
pub fn tone(state: State) -> &'static str {
    match state {
        State::Kept => "tone-good",
        State::Breached => "tone-bad",
        State::Unproved | State::Late => "tone-fair",
        State::Waived | State::Pending => "tone-plain",
    }
}

/// A state for users, with how many: "3 manquées".
pub fn counted(state: State, count: usize) -> String {
    let label = state.label();
    let plural = count > 1 && matches!(state, State::Kept | State::Waived | State::Breached | State::Unproved);
    match (plural, state) {
        (true, State::Unproved) => format!("{count} non prouvées"),
        (true, _) => format!("{count} {label}s"),
        (false, _) => format!("{count} {label}"),
    }
}

/// Bytes for people: "12 ko".
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} octets"),
        1_000..1_000_000 => format!("{} ko", bytes.div_ceil(1_000)),
        _ => format!("{} Mo", follow::words::number((bytes / 100_000) as f64 / 10.0)),
    }
}

/// A sentence with its long numbers in groups of three, as French writes them.
pub fn grouped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let (before, word) = rest.split_at(at);
        out.push_str(before);
        let end = word.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        // Years and short figures stay; so does what only looks like a number: dates, versions, digests.
        let marked = |c: Option<char>| c.is_some_and(|c| matches!(c, '.' | '-' | '/' | ':' | '_'));
        let next = after.chars().nth(1).filter(char::is_ascii_alphanumeric);
        let within = marked(before.chars().next_back()) || (marked(after.chars().next()) && next.is_some());
        if word.len() >= 5 && word.bytes().all(|b| b.is_ascii_digit()) && !within {
            for (index, digit) in word.chars().enumerate() {
                if index > 0 && (word.len() - index) % 3 == 0 {
                    out.push('\u{202f}');
                }
                out.push(digit);
            }
        } else {
            out.push_str(word);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// How a proof came, for users.
pub fn via(via: &str) -> &str {
    match via {
        "mail" => "courriel",
        "http" => "envoi automatique",
        "folder" => "dossier surveillé",
        "probe" => "sonde",
        "page" => "déposée ici",
        "api" => "programme",
        _ => "fichier",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_french() {
        assert_eq!(instant("2026-07-01T06:05:00Z"), "01/07/2026 à 08:05");
        assert_eq!(instant("hier"), "hier");
        assert_eq!(counted(State::Unproved, 2), "2 non prouvées");
        assert_eq!(counted(State::Breached, 1), "1 manquée");
        assert_eq!(grouped("1800 fichiers, 1800000 octets lus."), "1800 fichiers, 1\u{202f}800\u{202f}000 octets lus.");
        assert_eq!(grouped("le 2026-10-12345, 12345.6, ab12345"), "le 2026-10-12345, 12345.6, ab12345");
        assert_eq!([size(12), size(1_200), size(2_340_000)], ["12 octets", "2 ko", "2,3 Mo"]);
    }
}
