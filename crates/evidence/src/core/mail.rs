//! Mails (RFC 5322 with MIME): subject, date, the text a person reads, attachments.

use crate::core::clock::{Moment, Zone, mail_date};
use crate::core::forward;
use crate::core::html::untagged;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

/// Most attachments looked at.
const ATTACHMENTS: usize = 20;

/// A mail as far as proofs need it.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// Decoded subject; of a mail forwarded within the text, the original's.
    pub subject: String,
    /// The sender's address.
    pub from: String,
    /// The Date header; of a mail forwarded within the text, the original's where it is told.
    pub date: Option<Moment>,
    /// Text parts, or HTML turned into text.
    pub body: String,
    /// The HTML part turned into text, where a text part says something too.
    pub html: Option<String>,
    /// Attachments: name and bytes.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// Whole mails among the attachments.
    pub forwarded: Vec<Vec<u8>>,
    /// The zone that the Date header tells.
    pub zone: Zone,
}

/// Reads a mail; `None` when the bytes do not look like one.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Mail> {
    if !looks_like_mail(bytes) {
        return None;
    }
    // The line that a mailbox puts before a mail is no header.
    let line = bytes.iter().position(|b| *b == b'\n').filter(|_| bytes.starts_with(b"From ")).map_or(0, |at| at + 1);
    let message = MessageParser::default().parse(bytes.get(line..)?)?;
    let from = message.from().and_then(|a| a.first()).and_then(|a| a.address()).unwrap_or_default().to_owned();
    let date = message.header_raw("Date").and_then(mail_date);
    let zone = date.as_ref().map(Moment::zone).unwrap_or_default();
    let (body, html) = texts(&message);
    let whole = |part: &&mail_parser::MessagePart| matches!(part.body, PartType::Message(_));
    let forwarded = message.attachments().take(ATTACHMENTS).filter(whole).map(|part| part.contents().to_vec());
    let attached = message.attachments().take(ATTACHMENTS).filter(|part| !whole(part));
    let mail = Mail {
        subject: message.subject().unwrap_or_default().to_owned(),
        from,
        date,
        body,
        html,
        attachments: attached
            .map(|part| (part.attachment_name().unwrap_or_default().to_owned(), part.contents().to_vec()))
            .collect(),
        forwarded: forwarded.collect(),
        zone,
    };
    Some(forward::unwrapped(mail))
}

/// Most mails read of one mailbox.
const MAILS: usize = 2_000;

/// The mails of a mailbox file (mbox), each with its own `From ` line; none when the bytes are no such file, or hold one mail.
pub fn mailbox(bytes: &[u8]) -> Vec<&[u8]> {
    if !bytes.starts_with(b"From ") {
        return Vec::new();
    }
    let begins = |at: &usize| {
        let line = bytes.get(*at..).unwrap_or_default();
        let line = line.get(..line.iter().position(|b| *b == b'\n').unwrap_or(line.len())).unwrap_or_default();
        // `From robot@x.example Tue Nov  3 02:00:00 2026`, behind an empty line.
        let dated = line.trim_ascii_end().last_chunk::<4>().is_some_and(|year| year.iter().all(u8::is_ascii_digit));
        let before = bytes.get(..*at).unwrap_or_default();
        let apart = before.is_empty() || before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n");
        line.starts_with(b"From ") && line.contains(&b':') && dated && apart
    };
    let lines = std::iter::once(0).chain(bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1));
    let starts: Vec<usize> = lines.filter(begins).take(MAILS).collect();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    let mails: Vec<&[u8]> = starts.iter().zip(ends).filter_map(|(start, end)| bytes.get(*start..end)).collect();
    if mails.len() > 1 { mails } else { Vec::new() }
}

/// The text that a person reads, and the HTML besides it where both say something. A text part that only asks for a
/// better program is no text.
fn texts(message: &Message) -> (String, Option<String>) {
    let (mut plain, mut html) = (String::new(), String::new());
    for part in message.text_body.iter().take(ATTACHMENTS).filter_map(|id| message.part(*id)) {
        if let PartType::Text(text) = &part.body {
            plain.push_str(text);
            plain.push('\n');
        }
    }
    for part in message.html_body.iter().take(ATTACHMENTS).filter_map(|id| message.part(*id)) {
        if let PartType::Html(text) = &part.body {
            html.push_str(&untagged(text));
            html.push('\n');
        }
    }
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    match (letters(&plain), letters(&html)) {
        (_, 0) => (plain, None),
        (0, _) => (html, None),
        (few, many) if few * THIN < many => (format!("{html}\n{plain}"), None),
        _ => (plain, Some(html)),
    }
}

/// How many times more an HTML part must say for the text part to be no more than a notice.
const THIN: usize = 3;

/// Header lines at the start, with at least two of the names that every mail carries.
fn looks_like_mail(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(16 << 10)).unwrap_or_default()).into_owned();
    let mut known = 0;
    for (index, line) in head.lines().enumerate() {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) || (index == 0 && line.starts_with("From ")) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
            return false;
        }
        let name = name.to_ascii_lowercase();
        let common = ["from", "to", "subject", "date", "message-id", "mime-version", "received", "content-type"];
        known += usize::from(common.contains(&name.as_str()));
    }
    known >= 2
}
