//! Mails that carry another within their text: forwarded or answered, with the original's headers written out.
//!
//! What stands above those headers is what the sender adds, and proves nothing; the report is what stands below.

use crate::core::clock::parse;
use crate::core::mail::Mail;

/// What mail programs put before the subject, lower-case.
const PREFIXES: [&str; 13] =
    ["fwd", "fw", "tr", "re", "ré", "rép", "wg", "aw", "rv", "transf", "transfert", "transféré", "doorst"];
/// What filters put before the subject, lower-case.
const TAGS: [&str; 9] =
    ["externe", "external", "ext", "extern", "spam", "spam?", "courriel externe", "external email", "mail externe"];
/// Names of the headers as written out.
const FROM: [&str; 6] = ["from", "de", "von", "expéditeur", "da", "van"];
const SUBJECT: [&str; 6] = ["subject", "objet", "betreff", "sujet", "oggetto", "asunto"];
const DATE: [&str; 7] = ["date", "sent", "envoyé", "envoyé le", "gesendet", "datum", "inviato"];

/// The mail within the mail, where there is one; otherwise the mail with a bare subject.
#[must_use]
pub fn unwrapped(mut mail: Mail) -> Mail {
    let (bare, carried) = bare_subject(&mail.subject);
    let bare = bare.to_owned();
    if let Some(found) = original(&mail.body) {
        // The date of whoever passed the mail on is not the report's.
        mail.date = found.date.and_then(|text| parse(&text, &mail.zone));
        mail.from = found.sender;
        mail.subject = found.subject.map_or(bare, |s| bare_subject(&s).0.to_owned());
        mail.body = found.body;
        mail.html = mail.html.take().and_then(|html| original(&html)).map(|o| o.body);
    } else if carried {
        (mail.date, mail.from) = (None, String::new());
        mail.subject = bare;
        mail.body = unquoted(&mail.body);
    } else {
        mail.subject = bare;
    }
    mail
}

/// A subject without what programs and filters put before it, and whether it was passed on.
fn bare_subject(subject: &str) -> (&str, bool) {
    let (mut rest, mut carried) = (subject.trim(), false);
    loop {
        if let Some((word, after)) = rest.split_once(':')
            && PREFIXES.contains(&word.trim().trim_end_matches('.').to_lowercase().as_str())
        {
            (rest, carried) = (after.trim(), true);
            continue;
        }
        let tag = rest.strip_prefix('[').and_then(|r| r.split_once(']'));
        match tag.filter(|(word, _)| TAGS.contains(&word.trim().to_lowercase().as_str())) {
            Some((_, after)) => rest = after.trim(),
            None => return (rest, carried),
        }
    }
}

struct Original {
    /// The address of who sent it; empty where only a name is told.
    sender: String,
    subject: Option<String>,
    date: Option<String>,
    body: String,
}

/// The value of a header written out, if the line is one: `De : x`, `> *Subject:* y`.
fn header<'a>(line: &'a str, names: &[&str]) -> Option<&'a str> {
    let line = line.trim_start_matches(['>', ' ', '\t', '*', '|']);
    let (name, value) = line.split_once(':')?;
    let name = name.trim_matches(['*', ' ', '\u{a0}', '\u{202f}', '\t']).to_lowercase();
    names.contains(&name.as_str()).then(|| value.trim_matches(['*', ' ', '\u{a0}', '\t']))
}

/// Lines within which the headers of one original stand.
const BLOCK: usize = 14;

/// Whether a line is a header written out, and of the three that matter which.
fn kind(line: &str) -> Option<(char, &str)> {
    let others = ["to", "à", "a", "an", "cc", "cci", "bcc", "reply-to", "répondre à", "importance", "pour", "priorité"];
    let named = [('f', &FROM[..]), ('s', &SUBJECT[..]), ('d', &DATE[..]), ('o', &others[..])];
    named.iter().find_map(|(kind, names)| Some((*kind, header(line, names)?)))
}

/// The last original in a text: a sender and a subject among headers written out, perhaps a date.
fn original(body: &str) -> Option<Original> {
    let lines: Vec<&str> = body.lines().collect();
    let starts = |at: &usize| kind(lines[*at]).is_some() && (*at == 0 || kind(lines[*at - 1]).is_none());
    (0..lines.len()).rev().filter(starts).find_map(|at| block(lines.get(at..)?))
}

fn block(lines: &[&str]) -> Option<Original> {
    let (mut sender, mut subject, mut date, mut end) = (None, None, None, 0);
    for (index, line) in lines.iter().take(BLOCK).enumerate() {
        let next = lines.get(index + 1).copied().unwrap_or_default();
        match kind(line) {
            Some((what, value)) => {
                end = index + 1;
                match what {
                    'f' => sender = sender.or(Some(value).filter(|v| !v.is_empty())),
                    's' => subject = subject.or(Some(value)),
                    'd' => date = date.or(Some(value)),
                    _ => {}
                }
            }
            // Headers end at an empty line, unless each stands in a paragraph of its own.
            None if line.trim_matches(['>', ' ', '\t']).is_empty() && kind(next).is_none() => break,
            None => {}
        }
    }
    let (sender, subject) = (sender?, subject?);
    Some(Original {
        sender: address(sender),
        subject: Some(subject.to_owned()).filter(|s| !s.is_empty()),
        date: date.map(ToOwned::to_owned),
        body: unquoted(&lines.get(end..).unwrap_or_default().join("\n")),
    })
}

/// `Name <a@b>`, `a@b` or `a@b [mailto:a@b]`: the address.
fn address(sender: &str) -> String {
    let bare = |word: &str| {
        word.trim_matches(['<', '>', '[', ']', '(', ')', ',', ';', '"']).trim_start_matches("mailto:").to_owned()
    };
    sender.split_whitespace().find(|w| w.contains('@')).map(bare).unwrap_or_default()
}

/// The text without the marks of quotation, where most of its lines bear them.
fn unquoted(body: &str) -> String {
    let lines = || body.lines().filter(|l| !l.trim().is_empty());
    let marked = lines().filter(|l| l.trim_start().starts_with('>')).count();
    if marked * 2 <= lines().count() {
        return body.to_owned();
    }
    let plain = body.lines().map(|l| {
        let mut rest = l.trim_start();
        while let Some(after) = rest.strip_prefix('>') {
            rest = after.strip_prefix(' ').unwrap_or(after);
        }
        if l.trim_start().starts_with('>') { rest } else { "" }
    });
    plain.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_lose_what_was_put_before_them() {
        assert_eq!(bare_subject("TR : [EXTERNE] Fwd: [Success] Nuit"), ("[Success] Nuit", true));
        assert_eq!(bare_subject("[Failed] Nuit: 2 machines"), ("[Failed] Nuit: 2 machines", false));
        assert_eq!(bare_subject("Bacula: Backup OK of x Full"), ("Bacula: Backup OK of x Full", false));
    }

    #[test]
    fn the_original_stands_below_its_headers() {
        let body = "Bonjour, tout va bien.\n\n-----Message d'origine-----\nDe : Veeam <v@x.example>\nEnvoyé : mardi 3 novembre 2026 03:10\nÀ : Info\nObjet : [Failed] Nuit\n\nError\t1\n";
        let found = original(body).unwrap();
        assert_eq!((found.subject.as_deref(), found.sender.as_str()), (Some("[Failed] Nuit"), "v@x.example"));
        assert_eq!(found.date.as_deref(), Some("mardi 3 novembre 2026 03:10"));
        assert_eq!(found.body.trim(), "Error\t1");
        assert!(original("From NAS-CABINET\nSubject matter\n").is_none());
        let other = "Voir ci-dessous\n\n-------- Message transféré --------\nSujet : \t[Success] Nuit\nDate : \tTue, 3 Nov 2026 03:10:00 +0100\nDe : \tVeeam <v@x.example>\nPour : \ta@x.example\n\n\nSuccess\t1\n";
        let found = original(other).unwrap();
        assert_eq!((found.subject.as_deref(), found.body.trim()), (Some("[Success] Nuit"), "Success\t1"));
        let spaced = "> De : a@x.example\n>\n> Objet : b\n>\n> Error 1\n";
        assert_eq!(original(spaced).unwrap().body.trim(), "Error 1");
    }

    #[test]
    fn quoted_lines_lose_their_marks_and_the_rest_goes() {
        assert_eq!(unquoted("> a\n> > b\nfin\n> c"), "a\nb\n\nc");
        assert_eq!(unquoted("a\n> b\nc"), "a\n> b\nc");
    }
}
