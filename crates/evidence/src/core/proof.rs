//! The proof as handed in, and made readable once for all connectors.

use crate::core::clock::{Moment, Zone};
use crate::core::codepage;
use crate::core::html;
use crate::core::mail::{self, Mail};
use crate::core::tongue;
use serde_json::Value;

/// Largest proof read, in bytes; what stands behind is not looked at and nothing is proved.
pub const MAX_BYTES: usize = 32 << 20;

/// A proof as handed in. Text of a PDF is handed in as `bytes` of its text.
#[derive(Debug, Clone, Default)]
pub struct Proof<'a> {
    /// The file's name, without its folder. It never decides the format.
    pub name: &'a str,
    /// The file.
    pub bytes: &'a [u8],
    /// What the command wrote to its error output.
    pub stderr: Option<&'a [u8]>,
    /// The command's exit code.
    pub exit_code: Option<i32>,
    /// The source, when the sender says it (`restic check --read-data` keeps what stands behind the name).
    pub source: Option<&'a str>,
    /// The zone of times written without one.
    pub zone: Zone,
}

/// A proof made readable.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// The declared source, lower-case.
    pub source: Option<String>,
    /// The file's name.
    pub name: String,
    /// The file's text (a mail's body when it is one), without the exit-code line that a wrapper added.
    pub out: String,
    /// The error output.
    pub err: String,
    /// Both.
    pub all: String,
    /// The exit code, handed in or written by a wrapper.
    pub code: Option<i32>,
    /// The mail around it.
    pub mail: Option<Mail>,
    /// The whole file as JSON, when it is.
    pub json: Option<Value>,
    /// JSON objects of both outputs, one a line.
    pub lines: Vec<Value>,
    /// Assumed zone.
    pub zone: Zone,
    /// Nothing was there at all.
    pub empty: bool,
    /// The proof was cut at [`MAX_BYTES`].
    pub cut: bool,
}

impl Material {
    /// Makes a proof readable.
    #[must_use]
    pub fn new(proof: &Proof) -> Self {
        let bytes = proof.bytes.get(..proof.bytes.len().min(MAX_BYTES)).unwrap_or_default();
        let found = mail::parse(bytes);
        let text = found.as_ref().map_or_else(|| decode(bytes), |mail| mail.body.replace("\r\n", "\n"));
        let text = if found.is_none() && html::is_page(&text) { html::untagged(&text) } else { text };
        let mut material = Self::from_text(&text, &proof.stderr.map(decode).unwrap_or_default(), proof.exit_code);
        material.name = proof.name.to_owned();
        material.source = proof.source.map(|s| s.trim().to_lowercase()).filter(|s| !s.is_empty());
        material.zone = proof.zone.clone();
        if !material.zone.is_known()
            && let Some(mail) = &found
        {
            material.zone = mail.zone.clone();
        }
        material.mail = found.map(|mail| Mail { subject: tongue::subject(&mail.subject), ..mail });
        material.cut = proof.bytes.len() > MAX_BYTES || proof.stderr.is_some_and(|s| s.len() > MAX_BYTES);
        material
    }

    /// Readable text with its error output.
    #[must_use]
    pub fn from_text(text: &str, err: &str, code: Option<i32>) -> Self {
        let (out, written) = without_exit_line(text);
        let (out, err) = (&tongue::english(out), &tongue::english(err));
        let all = format!("{out}\n{err}");
        let json = Some(out.trim()).filter(|t| t.starts_with(['{', '['])).and_then(|t| serde_json::from_str(t).ok());
        let lines = all
            .lines()
            .map(str::trim)
            .filter(|l| l.starts_with('{') && l.ends_with('}'))
            .filter_map(|l| serde_json::from_str(l).ok())
            .collect();
        Self {
            empty: all.trim().is_empty(),
            out: out.clone().into_owned(),
            err: err.clone().into_owned(),
            all,
            code: code.or(written),
            json,
            lines,
            ..Self::default()
        }
    }

    /// The mail's subject, or nothing.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.mail.as_ref().map_or("", |m| m.subject.as_str())
    }

    /// The mail's date, marked as such.
    #[must_use]
    pub fn mail_date(&self) -> Option<Moment> {
        self.mail.as_ref().and_then(|m| m.date.clone()).map(Moment::from_mail)
    }

    /// Whether the sender declared this source, whole or by its beginning.
    #[must_use]
    pub fn declares(&self, word: &str) -> bool {
        self.source.as_ref().is_some_and(|s| s.contains(word))
    }

    /// A date in a text, with this proof's zone; a mail tells of what happened shortly before it was sent.
    #[must_use]
    pub fn moment(&self, text: &str) -> Option<Moment> {
        let near = self.mail.as_ref().and_then(|m| m.date.as_ref()).map(Moment::date);
        crate::core::clock::parse_near(text, &self.zone, near)
    }

    /// The same mail with its HTML part instead of its text part, where both say something.
    #[must_use]
    pub fn in_html(&self) -> Option<Self> {
        let mail = self.mail.as_ref()?;
        let text = mail.html.as_ref()?;
        let other = Self::from_text(text, &self.err, self.code);
        let mail = Mail { html: None, ..mail.clone() };
        let (source, name, zone) = (self.source.clone(), self.name.clone(), self.zone.clone());
        Some(Self { source, name, zone, mail: Some(mail), cut: self.cut, ..other })
    }

    /// The machine of a cron mail: `Cron <user@host> command`.
    #[must_use]
    pub fn cron_host(&self) -> Option<String> {
        let inside = crate::core::text::between(self.subject().strip_prefix("Cron ")?, "<", ">")?;
        inside.split_once('@').map(|(_, host)| host.to_owned())
    }
}

/// Text of bytes: UTF-8, UTF-16 by its mark or by its zeros, otherwise a code page of Windows: that of the console where
/// its accents make words, else that of the desktop.
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    let wide = |rest: &[u8], little: bool| {
        let units = rest
            .as_chunks::<2>()
            .0
            .iter()
            .map(|p| if little { u16::from_le_bytes(*p) } else { u16::from_be_bytes(*p) });
        char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect::<String>()
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, true),
        [0xfe, 0xff, rest @ ..] => wide(rest, false),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [a, 0, b, 0, c, 0, ..] if *a > 0 && *b > 0 && *c > 0 => wide(bytes, true),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => codepage::decode(bytes),
        },
    };
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Parts the exit code that a wrapper wrote on the last line (`rc=3`, `exit_code=3`).
fn without_exit_line(text: &str) -> (&str, Option<i32>) {
    let trimmed = text.trim_end();
    let start = trimmed.rfind('\n').map_or(0, |i| i + 1);
    let last = trimmed.get(start..).unwrap_or_default().trim();
    let number = ["rc=", "exit_code=", "exit code: ", "exit status: ", "EXIT="]
        .iter()
        .find_map(|label| last.strip_prefix(label))
        .and_then(|n| n.trim().parse::<i32>().ok());
    number.map_or((text, None), |code| (text.get(..start).unwrap_or_default(), Some(code)))
}
