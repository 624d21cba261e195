//! Due dates as a calendar that every agenda program can subscribe to (RFC 5545).

use follow::alert::Clause;
use follow::{Cadence, Day, KeyDate, Promise, Sign, Status};
use jiff::ToSpan;
use jiff::civil::Date;

/// A date to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What it is known by: the same date gets the same name every time, so that an agenda moves it rather than
    /// doubling it.
    pub uid: String,
    /// The day.
    pub date: Date,
    /// A few words.
    pub summary: String,
    /// The rest.
    pub description: String,
    /// Days before at which the agenda reminds.
    pub remind: u32,
}

/// The dates of a contract.
pub fn of_contract(contract: &str, provider: &str, dates: &[KeyDate]) -> Vec<Event> {
    let event = |date: &KeyDate| Event {
        uid: format!("{contract}-{}", date.kind),
        date: date.date,
        summary: match date.kind {
            "notice" => format!("{provider} : dernier jour pour dénoncer le contrat"),
            "renewal" => format!("{provider} : reconduction du contrat"),
            "end" => format!("{provider} : fin du contrat"),
            _ => format!("{provider} : révision du prix"),
        },
        description: crate::words::capitalised(&date.words),
        remind: if date.kind == "notice" { 30 } else { 14 },
    };
    dates.iter().map(event).collect()
}

/// The day on which a promise's next proof is due, or its document runs out; nothing for what comes daily.
pub fn of_promise(provider: &str, promise: &Promise, status: &Status, marks: &[follow::Mark]) -> Option<Event> {
    let (due, what): (Day, &str) = match promise.cadence {
        Cadence::Days(_) | Cadence::WorkingDays | Cadence::Event => return None,
        Cadence::Always => {
            let valid = marks.last().filter(|m| m.sign == Sign::Kept)?;
            (valid.period.due, "fin de validité")
        }
        _ => (status.next_due?, "preuve attendue"),
    };
    let clause = crate::notice::clause(&Clause::of(promise)).unwrap_or_default();
    Some(Event {
        uid: promise.id.replace('/', "-").to_lowercase(),
        date: due.date(),
        summary: format!("{provider} : {what}, {}", promise.title),
        description: clause,
        remind: 7,
    })
}

/// The calendar. `now` is when it was made, as `20260301T080000Z`.
pub fn calendar(name: &str, events: &[Event], now: &str) -> String {
    let mut out = Lines::default();
    out.push("BEGIN:VCALENDAR");
    out.push("VERSION:2.0");
    out.push("PRODID:-//Clausule//Echeances//FR");
    out.push("CALSCALE:GREGORIAN");
    out.push("METHOD:PUBLISH");
    out.push(&format!("X-WR-CALNAME:{}", text(name)));
    out.push("REFRESH-INTERVAL;VALUE=DURATION:PT12H");
    for event in events {
        let day = |date: Date| format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
        out.push("BEGIN:VEVENT");
        out.push(&format!("UID:{}@clausule", text(&event.uid)));
        out.push(&format!("DTSTAMP:{now}"));
        out.push(&format!("DTSTART;VALUE=DATE:{}", day(event.date)));
        out.push(&format!("DTEND;VALUE=DATE:{}", day(event.date.saturating_add(1.day()))));
        out.push(&format!("SUMMARY:{}", text(&event.summary)));
        if !event.description.is_empty() {
            out.push(&format!("DESCRIPTION:{}", text(&event.description)));
        }
        out.push("TRANSP:TRANSPARENT");
        out.push("BEGIN:VALARM");
        out.push("ACTION:DISPLAY");
        out.push(&format!("DESCRIPTION:{}", text(&event.summary)));
        out.push(&format!("TRIGGER:-P{}D", event.remind));
        out.push("END:VALARM");
        out.push("END:VEVENT");
    }
    out.push("END:VCALENDAR");
    out.0
}

/// A text value: its special characters escaped, control characters dropped.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Content lines, folded at 75 octets between characters.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn push(&mut self, line: &str) {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > 75 {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn lines_are_folded_between_characters_and_text_is_escaped() {
        let event = Event {
            uid: "medorane-2026-notice".to_owned(),
            date: date(2028, 11, 30),
            summary: "Médorane : dernier jour, préavis ; fin".to_owned(),
            description: "é".repeat(100),
            remind: 30,
        };
        let made = calendar("Échéances", &[event], "20260301T080000Z");
        assert!(made.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && made.ends_with("END:VCALENDAR\r\n"));
        assert!(made.split("\r\n").all(|l| l.len() <= 75), "{made}");
        assert!(made.contains("DTSTART;VALUE=DATE:20281130\r\nDTEND;VALUE=DATE:20281201\r\n"));
        assert!(made.contains("SUMMARY:Médorane : dernier jour\\, préavis \\; fin\r\n"));
        assert!(made.replace("\r\n ", "").contains(&"é".repeat(100)), "unfolding gives the words back");
        assert!(!made.replace("\r\n", "").contains('\n'));
    }
}
