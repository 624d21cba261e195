//! Dates as tools write them, and how sure each is. No clock is looked at.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

/// How sure a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The proof gives the zone or an instant.
    ExplicitZone,
    /// Local time; the zone is assumed, or unknown when no offset is written.
    AssumedZone,
    /// Only the day is known.
    DateOnly,
    /// Not in the proof itself: the date of the mail that carried it.
    MailDate,
}

/// The zone assumed for times written without one.
#[derive(Debug, Clone, Default)]
pub struct Zone(Option<TimeZone>);

impl Zone {
    /// A zone by its IANA name (`Europe/Paris`) or offset (`+02:00`).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if let Some(offset) = offset(name) {
            return Some(Self(Some(TimeZone::fixed(offset))));
        }
        TimeZone::get(name).ok().map(|zone| Self(Some(zone)))
    }

    /// Whether a zone is set.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.0.is_some()
    }
}

/// A moment with how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    civil: DateTime,
    offset: Option<Offset>,
    /// How sure.
    pub certainty: Certainty,
}

impl Moment {
    /// RFC 3339; without offset when unknown; a date alone when only that is known.
    #[must_use]
    pub fn text(&self) -> String {
        if self.certainty == Certainty::DateOnly {
            return self.civil.date().to_string();
        }
        let rounded = self.civil.with().subsec_nanosecond(0).build().unwrap_or(self.civil);
        let (d, t) = (rounded.date(), rounded.time());
        let base = format!("{d}T{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second());
        match self.offset {
            None => base,
            Some(offset) if offset == Offset::UTC => base + "Z",
            Some(offset) => {
                let s = offset.seconds();
                format!("{base}{}{:02}:{:02}", if s < 0 { '-' } else { '+' }, s.abs() / 3600, s.abs() % 3600 / 60)
            }
        }
    }

    /// The zone that is written with it.
    #[must_use]
    pub fn zone(&self) -> Zone {
        Zone(self.offset.map(TimeZone::fixed))
    }

    /// The civil date, as written.
    #[must_use]
    pub fn date(&self) -> Date {
        self.civil.date()
    }

    /// Seconds since 1970, taking an unknown zone for UTC: only for differences within one proof.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        let offset = self.offset.map_or(0, |o| i64::from(o.seconds()));
        Offset::UTC.to_timestamp(self.civil).map_or(0, Timestamp::as_second) - offset
    }

    /// So many seconds later.
    #[must_use]
    pub fn later(mut self, seconds: i64) -> Self {
        let span = jiff::SignedDuration::from_secs(seconds);
        self.civil = self.civil.checked_add(span).unwrap_or(self.civil);
        self
    }

    /// The same moment, known only from the mail that carried the proof.
    #[must_use]
    pub fn from_mail(mut self) -> Self {
        self.certainty = Certainty::MailDate;
        self
    }

    fn instant(civil: DateTime, offset: Offset) -> Self {
        Self { civil, offset: Some(offset), certainty: Certainty::ExplicitZone }
    }

    fn local(civil: DateTime, zone: &Zone) -> Self {
        let offset = zone.0.as_ref().and_then(|tz| civil.to_zoned(tz.clone()).ok()).map(|z: Zoned| z.offset());
        Self { civil, offset, certainty: Certainty::AssumedZone }
    }

    /// Only the day.
    #[must_use]
    pub fn day(date: Date) -> Self {
        Self { civil: date.to_datetime(jiff::civil::Time::midnight()), offset: None, certainty: Certainty::DateOnly }
    }

    /// Only the day, from its numbers; `None` when there is no such day.
    #[must_use]
    pub fn ymd(year: i64, month: i64, day: i64) -> Option<Self> {
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(Self::day)
    }
}

/// Seconds since 1970 (UTC).
#[must_use]
pub fn epoch(seconds: f64) -> Option<Moment> {
    if !(1.0..=1e11).contains(&seconds) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let stamp = Timestamp::from_second(seconds as i64).ok()?;
    Some(Moment::instant(Offset::UTC.to_datetime(stamp), Offset::UTC))
}

/// The day (UTC) of so many seconds since 1970, as `2026-11-22`.
#[must_use]
pub fn day_of(seconds: u64) -> String {
    let stamp =
        i64::try_from(seconds).ok().and_then(|s| Timestamp::from_second(s).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    Offset::UTC.to_datetime(stamp).date().to_string()
}

/// A date of a mail header (RFC 5322).
#[must_use]
pub fn mail_date(text: &str) -> Option<Moment> {
    let zoned = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_zoned(text.trim()).ok()?;
    Some(Moment::instant(zoned.datetime(), zoned.offset()))
}

/// The first date and time found in `text`, in any of the spellings that the tools use; the zone where it is
/// written, otherwise `zone`. A day without hour gives [`Certainty::DateOnly`].
#[must_use]
pub fn parse(text: &str, zone: &Zone) -> Option<Moment> {
    parse_near(text, zone, None)
}

/// As [`parse`]; where day and month can't be told apart, the reading within a few days of `near` is taken.
#[must_use]
pub fn parse_near(text: &str, zone: &Zone, near: Option<Date>) -> Option<Moment> {
    let words = split(text);
    (0..words.len()).find_map(|at| date_at(&words, at, near)).map(|(date, next)| {
        let Some((time, after)) = time_near(&words, next) else { return Moment::day(date) };
        let civil = date.to_datetime(time);
        match zone_near(&words, after) {
            Some(offset) => Moment::instant(civil, offset),
            None => Moment::local(civil, zone),
        }
    })
}

/// Words of a date: runs of letters and digits, each with the sign before it.
fn split(text: &str) -> Vec<(char, String)> {
    let mut words: Vec<(char, String)> = Vec::new();
    let (mut current, mut before) = (String::new(), ' ');
    let mut sign = ' ';
    for c in text.chars().take(400) {
        let joined = current.chars().next_back().is_none_or(|l| l.is_alphabetic() == c.is_alphabetic());
        if c.is_alphanumeric() && joined {
            if current.is_empty() {
                before = sign;
            }
            current.push(c);
            continue;
        }
        if !current.is_empty() {
            words.push((before, std::mem::take(&mut current)));
        }
        if c.is_alphanumeric() {
            before = '\0';
            current.push(c);
        } else {
            sign = if c.is_whitespace() && sign != ' ' && words.is_empty() { sign } else { c };
        }
    }
    if !current.is_empty() {
        words.push((before, current));
    }
    words
}

fn number(word: Option<&(char, String)>) -> Option<i64> {
    word.filter(|w| w.1.len() <= 9).and_then(|w| w.1.parse().ok())
}

/// Days from the date of a mail within which a date in it is likely.
const NEAR_DAYS: i32 = 4;

/// Which of two readings of `03/11/2026` is meant: twelve-hour clocks write the month first, and a report is sent soon
/// after what it tells of. Otherwise the day stands first, as in France.
fn likelier(words: &[(char, String)], day_first: Date, month_first: Date, near: Option<Date>) -> Date {
    let half = |w: &(char, String)| w.1.eq_ignore_ascii_case("am") || w.1.eq_ignore_ascii_case("pm");
    if words.iter().take(6).any(half) {
        return month_first;
    }
    let close = |date: Date| near.is_some_and(|n| n.since(date).is_ok_and(|s| s.get_days().abs() <= NEAR_DAYS));
    if close(month_first) && !close(day_first) { month_first } else { day_first }
}

/// A date that starts at word `at`, and the index of the word after it.
fn date_at(words: &[(char, String)], at: usize, near: Option<Date>) -> Option<(Date, usize)> {
    let date = |y: i64, m: i64, d: i64| {
        let y = if (0..100).contains(&y) { 2000 + y } else { y };
        Date::new(i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?)
            .ok()
            .filter(|d| (1990..2100).contains(&d.year()))
    };
    let (a, b, c) = (words.get(at), words.get(at + 1), words.get(at + 2));
    let first_long = a?.1.len() == 4;
    if first_long && let (Some(y), Some(m), Some(d)) = (number(a), month_or_number(b), number(c)) {
        return Some((date(y, m, d)?, at + 3));
    }
    if let (Some(x), Some(y), Some(z)) = (number(a), number(b), number(c))
        && c?.1.len() >= 4
        && matches!(b?.0, '/' | '.' | '-')
    {
        let slot = match (date(z, y, x), date(z, x, y)) {
            (Some(day_first), Some(month_first)) if b.is_some_and(|w| w.0 == '/') => {
                Some(likelier(words.get(at + 3..).unwrap_or_default(), day_first, month_first, near))
            }
            (day_first, month_first) => day_first.or(month_first),
        };
        return Some((slot?, at + 3));
    }
    if let (Some(d), Some(m), Some(y)) = (number(a), month(b), number(c)) {
        return Some((date(y, m, d)?, at + 3));
    }
    // `1er janvier 2026`: the ending is a word of its own.
    if b?.1.eq_ignore_ascii_case("er")
        && let (Some(1), Some(m), Some(y)) = (number(a), month(c), number(words.get(at + 3)))
    {
        return Some((date(y, m, 1)?, at + 4));
    }
    let (m, d) = (month(a)?, number(b)?);
    if c.is_some_and(|w| w.1.len() == 4)
        && let Some(y) = number(c).filter(|_| words.get(at + 3).is_none_or(|w| w.0 != ':'))
    {
        return Some((date(y, m, d)?, at + 3));
    }
    // `Nov 22 04:26:03 2026`: the year stands behind the time, perhaps behind a zone.
    let year = (at + 4..at + 8).find(|i| words.get(*i).is_some_and(|w| w.1.len() == 4 && number(Some(w)).is_some()))?;
    Some((date(number(words.get(year))?, m, d)?, at + 2))
}

fn month_or_number(word: Option<&(char, String)>) -> Option<i64> {
    number(word).or_else(|| month(word))
}

fn month(word: Option<&(char, String)>) -> Option<i64> {
    /// The spellings of each month: English, French, German, Spanish, Italian, Dutch.
    const MONTHS: [&[&str]; 12] = [
        &["jan", "january", "janv", "janvier", "januar", "jänner", "enero", "gennaio", "januari"],
        &["feb", "february", "fév", "fev", "févr", "février", "fevrier", "februar", "febrero", "febbraio", "februari"],
        &["mar", "march", "mars", "mär", "mrz", "märz", "marzo", "maart"],
        &["apr", "april", "avr", "avril", "abril", "aprile"],
        &["may", "mai", "mayo", "maggio", "mei"],
        &["jun", "june", "juin", "juni", "junio", "giugno"],
        &["jul", "july", "juil", "juillet", "juli", "julio", "luglio"],
        &["aug", "august", "aoû", "aou", "août", "aout", "agosto", "augustus"],
        &["sep", "sept", "september", "septembre", "septiembre", "settembre"],
        &["oct", "october", "octobre", "okt", "oktober", "octubre", "ottobre"],
        &["nov", "november", "novembre", "noviembre"],
        &["dec", "december", "déc", "décembre", "decembre", "dez", "dezember", "diciembre", "dicembre"],
    ];
    let word = word?.1.to_lowercase();
    let at = MONTHS.iter().position(|names| names.contains(&word.as_str()))?;
    i64::try_from(at + 1).ok()
}

/// A time of day at or shortly after word `at`, and the index after it.
fn time_near(words: &[(char, String)], at: usize) -> Option<(jiff::civil::Time, usize)> {
    for i in at..(at + 3).min(words.len()) {
        let (h, m) = (number(words.get(i)), words.get(i + 1));
        // `04:28:26`, `04h28`, `T04:28`.
        let colon = m.is_some_and(|w| w.0 == ':');
        let french = m.is_some_and(|w| w.1.eq_ignore_ascii_case("h"));
        let (Some(mut hour), true) = (h, colon || french) else { continue };
        let minute = number(words.get(if french { i + 2 } else { i + 1 }))?;
        let mut next = if french { i + 3 } else { i + 2 };
        let mut second = 0;
        if words.get(next).is_some_and(|w| w.0 == ':') {
            second = number(words.get(next)).unwrap_or(0);
            next += 1;
        }
        if words.get(next).is_some_and(|w| matches!(w.0, '.' | ',') && number(Some(w)).is_some() && w.1.len() != 4) {
            next += 1;
        }
        match words.get(next).map(|w| w.1.to_uppercase()).as_deref() {
            Some("PM") if hour < 12 => (hour, next) = (hour + 12, next + 1),
            Some("AM") if hour == 12 => (hour, next) = (0, next + 1),
            Some("AM" | "PM") => next += 1,
            _ => {}
        }
        let part = |n: i64| i8::try_from(n).ok();
        return Some((jiff::civil::Time::new(part(hour)?, part(minute)?, part(second.min(59))?, 0).ok()?, next));
    }
    None
}

/// A zone written right after the time: `Z`, `UTC`, `GMT`, `CET`, `+02:00`, `+0200`.
fn zone_near(words: &[(char, String)], at: usize) -> Option<Offset> {
    let word = words.get(at)?;
    if let Some(hours) = match word.1.to_uppercase().as_str() {
        "Z" | "UTC" | "GMT" => Some(0),
        "CET" => Some(1),
        "CEST" => Some(2),
        _ => None,
    } {
        // `UTC+2` and `GMT+02:00`.
        let more = words.get(at + 1).filter(|w| hours == 0 && matches!(w.0, '+' | '-'));
        return more.map_or_else(|| Offset::from_hours(hours).ok(), |_| zone_near(words, at + 1));
    }
    if !matches!(word.0, '+' | '-') || !word.1.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let minutes = words.get(at + 1).filter(|w| w.0 == ':').map_or("", |w| w.1.as_str());
    offset(&format!("{}{}{}", word.0, word.1, if word.1.len() <= 2 { minutes } else { "" }))
}

/// `+02:00`, `+0200`, `+02`.
fn offset(text: &str) -> Option<Offset> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = text.chars().skip(1).filter(|c| *c != ':').collect();
    if !digits.chars().all(|c| c.is_ascii_digit()) || digits.is_empty() || digits.len() > 4 {
        return None;
    }
    let (hours, minutes) = digits.split_at(digits.len().min(2));
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().unwrap_or(0) * 60;
    Offset::from_seconds(sign * seconds).ok()
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
