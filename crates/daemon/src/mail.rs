//! What a mail tells of its origin, and how it is filed, whichever way it came.
//!
//! The DKIM verdict is that of the trusted relay: the topmost `Authentication-Results` header that bears the relay's own name
//! (RFC 8601). A relay must remove those that pretend to be its own; ones of other names are not looked at.

use crate::Keeper;
use crate::http::{from_source, plain};
use crate::keeper::{Arrival, Refusal, Room};
use mail_parser::{MessageParser, MimeHeaders as _};
use serde_json::json;
use store::{Filed, Owned};

/// Headers looked at: the first part of a mail.
const HEAD: usize = 64 << 10;
/// Most PDF attachments filed besides the mail.
const ATTACHED: usize = 10;

/// The mail's headers, unfolded, in order.
fn headers(bytes: &[u8]) -> Vec<(String, String)> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(HEAD)).unwrap_or_default()).into_owned();
    let mut out: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        if line.trim().is_empty() {
            break;
        }
        match (line.starts_with([' ', '\t']), out.last_mut(), line.split_once(':')) {
            (true, Some(last), _) => {
                last.1.push(' ');
                last.1.push_str(line.trim());
            }
            (false, _, Some((name, value))) => out.push((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
            _ => {}
        }
    }
    out
}

/// The relay's verdict on DKIM and the domain that signed: `("pass", Some("exemple.fr"))`.
pub(crate) fn dkim(bytes: &[u8], relay: &str) -> Option<(String, Option<String>)> {
    let results = headers(bytes).into_iter().filter(|(name, _)| name == "authentication-results");
    let own = results.map(|(_, value)| value).find(|value| {
        let id = value.split(';').next().unwrap_or_default().split_whitespace().next().unwrap_or_default();
        id.eq_ignore_ascii_case(relay)
    })?;
    // One that passes is enough; the mail may bear others.
    let all: Vec<(String, Option<String>)> = uncommented(&own).split(';').skip(1).filter_map(result).collect();
    all.iter().find(|(verdict, _)| verdict == "pass").or(all.first()).cloned()
}

/// A header without its comments, in which semicolons part nothing: `(2048-bit key; unprotected)`.
fn uncommented(text: &str) -> String {
    let mut depth = 0_usize;
    text.chars()
        .filter(|c| {
            depth += usize::from(*c == '(');
            let outside = depth == 0;
            depth -= usize::from(*c == ')' && depth > 0);
            outside
        })
        .collect()
}

fn result(part: &str) -> Option<(String, Option<String>)> {
    let verdict = part.trim().strip_prefix("dkim=")?;
    let word: String = verdict.chars().take_while(char::is_ascii_alphabetic).collect();
    let known = ["pass", "fail", "none", "neutral", "policy", "temperror", "permerror"];
    let word = word.to_ascii_lowercase();
    let domain = ["header.d=", "header.i=@", "header.i="].iter().find_map(|mark| {
        let rest = part.split(mark).nth(1)?;
        let domain = rest.split(|c: char| c.is_whitespace() || c == ';').next()?.trim_matches('"');
        Some(domain.rsplit('@').next().unwrap_or(domain).to_ascii_lowercase()).filter(|d| d.len() <= 255)
    });
    known.contains(&word.as_str()).then_some((word, domain))
}

/// A mail as an arrival: its origin says who sent it and whether the relay vouches for it.
pub(crate) fn arrival(owned: &Owned, bytes: Vec<u8>, sender: Option<&str>, relay: Option<&str>) -> Arrival {
    let mut arrival = from_source(owned, "mail");
    let all = headers(&bytes);
    let header = |name: &str| all.iter().find(|(n, _)| n == name).map(|(_, v)| plain_header(v));
    if let Some(sender) = sender {
        arrival.origin.insert("sender".to_owned(), json!(plain_header(sender)));
    }
    for name in ["from", "message-id"] {
        if let Some(value) = header(name) {
            arrival.origin.insert(name.replace('-', "_"), json!(value));
        }
    }
    let verdict = relay.and_then(|relay| dkim(&bytes, relay));
    let (word, domain) = verdict.unwrap_or_else(|| ("unknown".to_owned(), None));
    arrival.origin.insert("dkim".to_owned(), json!(word));
    if let Some(domain) = domain {
        arrival.origin.insert("dkim_domain".to_owned(), json!(domain));
    }
    arrival.name = "courriel.eml".to_owned();
    arrival.bytes = bytes;
    arrival
}

fn plain_header(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(320).collect()
}

/// Files a mail, and each PDF attached to it as a proof of its own (a certificate is read from its own text).
///
/// # Errors
/// Why not all of it is durably stored.
pub(crate) async fn file(keeper: &Keeper, mail: Arrival, room: Option<Room>) -> Result<Filed, Refusal> {
    let attached = pdfs(&mail);
    let filed = keeper.file(mail, room.clone()).await?;
    for mut pdf in attached {
        pdf.origin.insert("mail".to_owned(), json!(filed.sha256));
        keeper.file(pdf, room.clone()).await?;
    }
    Ok(filed)
}

fn pdfs(mail: &Arrival) -> Vec<Arrival> {
    // Nearly no mail has one: the parsing is spared.
    if !mail.bytes.windows(4).any(|w| w.eq_ignore_ascii_case(b"JVBE") || w.eq_ignore_ascii_case(b"%PDF")) {
        return Vec::new();
    }
    let Some(message) = MessageParser::default().parse(&mail.bytes) else { return Vec::new() };
    message
        .attachments()
        .filter(|part| part.contents().starts_with(b"%PDF-"))
        .take(ATTACHED)
        .map(|part| Arrival {
            org: mail.org.clone(),
            name: plain(part.attachment_name().unwrap_or("piece-jointe.pdf")),
            bytes: part.contents().to_vec(),
            tool: mail.tool.clone(),
            zone: mail.zone.clone(),
            via: mail.via,
            origin: mail.origin.clone(),
            contract: mail.contract.clone(),
            received: mail.received.clone(),
            ..Arrival::default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELAY: &str = "mx.cabinet.example";

    #[test]
    fn the_relays_own_verdict_counts_and_no_other() {
        let mail = b"Authentication-Results: mx.cabinet.example;\r\n\tdkim=pass (2048-bit key; unprotected (x)) header.d=infogerant.example\r\n\
                     Authentication-Results: other.example; dkim=fail header.d=x.example\r\n\
                     From: a@infogerant.example\r\n\r\nAuthentication-Results: mx.cabinet.example; dkim=fail\r\n";
        assert_eq!(dkim(mail, RELAY), Some(("pass".to_owned(), Some("infogerant.example".to_owned()))));
        assert_eq!(dkim(mail, "other.example"), Some(("fail".to_owned(), Some("x.example".to_owned()))));
        assert_eq!(dkim(mail, "third.example"), None);
        let forged = b"From: a@b\r\nSubject: x\r\n\r\nAuthentication-Results: mx.cabinet.example; dkim=pass\r\n";
        assert_eq!(dkim(forged, RELAY), None, "a body is no header");
    }

    #[test]
    fn the_topmost_header_of_the_relay_is_the_one() {
        let mail = b"Authentication-Results: mx.cabinet.example; dkim=fail header.i=@a.example\r\n\
                     Authentication-Results: mx.cabinet.example; dkim=pass header.d=bank.example\r\n\r\nx";
        assert_eq!(dkim(mail, RELAY), Some(("fail".to_owned(), Some("a.example".to_owned()))));
    }
}
