//! Mails (RFC 5322 with MIME): subject, date, the text a person reads, attachments.

use crate::core::clock::{Moment, mail_date};
use mail_parser::{MessageParser, MimeHeaders, PartType};

/// Most attachments looked at.
const ATTACHMENTS: usize = 20;

/// A mail as far as proofs need it.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// Decoded subject.
    pub subject: String,
    /// The sender's address.
    pub from: String,
    /// The Date header.
    pub date: Option<Moment>,
    /// Text parts, or HTML turned into text.
    pub body: String,
    /// Attachments: name and bytes.
    pub attachments: Vec<(String, Vec<u8>)>,
}

/// Reads a mail; `None` when the bytes do not look like one.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Mail> {
    if !looks_like_mail(bytes) {
        return None;
    }
    let message = MessageParser::default().parse(bytes)?;
    let from = message.from().and_then(|a| a.first()).and_then(|a| a.address()).unwrap_or_default().to_owned();
    let mut body = String::new();
    for part in message.text_body.iter().take(ATTACHMENTS).filter_map(|id| message.part(*id)) {
        match &part.body {
            PartType::Text(text) => body.push_str(text),
            // A mail in HTML alone: its cells and rows matter.
            PartType::Html(html) => body.push_str(&untagged(html)),
            _ => {}
        }
        body.push('\n');
    }
    let attachments = message
        .attachments()
        .take(ATTACHMENTS)
        .map(|part| (part.attachment_name().unwrap_or_default().to_owned(), part.contents().to_vec()))
        .collect();
    Some(Mail {
        subject: message.subject().unwrap_or_default().to_owned(),
        from,
        date: message.header_raw("Date").and_then(mail_date),
        body,
        attachments,
    })
}

/// Header lines at the start, with at least two of the names that every mail carries.
fn looks_like_mail(bytes: &[u8]) -> bool {
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

/// HTML as lines of text: cells are parted by tabs, rows and blocks by line ends.
#[must_use]
pub fn untagged(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        out.push_str(&entities(rest.get(..open).unwrap_or_default()));
        rest = rest.get(open..).unwrap_or_default();
        let end = rest.find('>').map_or(rest.len(), |i| i + 1);
        let tag = rest.get(1..end).unwrap_or_default().trim_start_matches('/').to_ascii_lowercase();
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
        match name.as_str() {
            "td" | "th" if rest.starts_with("</") => {}
            "td" | "th" => out.push('\t'),
            "br" | "p" | "div" | "tr" | "table" | "li" | "h1" | "h2" | "h3" | "pre" => out.push('\n'),
            _ => {}
        }
        let skip = match name.as_str() {
            "style" | "script" if !rest.starts_with("</") => {
                rest.to_ascii_lowercase().find(&format!("</{name}")).unwrap_or(end)
            }
            _ => end,
        };
        rest = rest.get(skip.max(1)..).unwrap_or_default();
    }
    out.push_str(&entities(rest));
    let lines = out.lines().map(|l| l.trim_matches(['\t', ' ']).to_owned()).filter(|l| !l.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&eacute;", "é"),
        ("&egrave;", "è"),
        ("&agrave;", "à"),
        ("&acirc;", "â"),
        ("&ecirc;", "ê"),
        ("&ccedil;", "ç"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}
