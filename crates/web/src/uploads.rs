//! Files as a browser sends them: bounded, archives taken apart, names made harmless.

use crate::app::App;
use crate::trouble::Trouble;
use axum::extract::Multipart;
use tokio::task::spawn_blocking;

/// Largest upload, in bytes.
pub const LARGEST: usize = 64 << 20;
/// Most files of one upload, those of archives included.
pub const FILES: usize = 500;
/// Longest name kept, in characters.
const NAME: usize = 160;
/// What a form brought.
#[derive(Debug, Default)]
pub struct Upload {
    /// Files in the order sent: name, bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// The other fields.
    pub fields: Vec<(String, String)>,
}

impl Upload {
    /// A field's text.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, text)| text.trim()).filter(|t| !t.is_empty())
    }
}

/// Reads a form with files; archives are taken apart in a process of their own.
///
/// # Errors
/// When it is broken off, too large or holds too much.
pub async fn read(app: &App, form: Multipart) -> Result<Upload, Trouble> {
    let mut upload = plain(form).await?;
    upload.files = documents(app, upload.files).await?;
    Ok(upload)
}

/// Files with what archives among them hold.
///
/// # Errors
/// When an archive can't be taken apart, or there are too many files.
pub async fn documents(app: &App, files: Vec<(String, Vec<u8>)>) -> Result<Vec<(String, Vec<u8>)>, Trouble> {
    let mut out = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        if readers::bundle::is_bundle(&name, &bytes) {
            let app = app.clone();
            let taken = spawn_blocking(move || app.host().unpack(bytes)).await;
            let taken = taken.map_err(|e| Trouble::Broken(e.to_string()))?;
            let taken = taken.map_err(|why| Trouble::Refused(format!("{name} : {why}")))?;
            out.extend(taken.into_iter().map(|(path, content)| (harmless(&path), content)));
        } else {
            out.push((name, bytes));
        }
        if out.len() > FILES {
            return Err(Trouble::Refused(format!(
                "plus de {FILES} fichiers à la fois : envoyez-les en plusieurs fois"
            )));
        }
    }
    Ok(out)
}

/// Reads a form whose files stay as they are, archives too: proofs and dossiers.
///
/// # Errors
/// As [`read`].
pub async fn plain(mut form: Multipart) -> Result<Upload, Trouble> {
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(harmless) {
            Some(file) => {
                let bytes = field.bytes().await.map_err(broken)?;
                if upload.files.len() == FILES {
                    let text = format!("plus de {FILES} fichiers à la fois : envoyez-les en plusieurs fois");
                    return Err(Trouble::Refused(text));
                }
                if !bytes.is_empty() {
                    upload.files.push((file, bytes.into()));
                }
            }
            None => upload.fields.push((name, field.text().await.map_err(broken)?)),
        }
    }
    Ok(upload)
}

fn broken(error: axum::extract::multipart::MultipartError) -> Trouble {
    match error.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
        _ => Trouble::Refused("l'envoi s'est interrompu : recommencez".to_owned()),
    }
}

/// The last part of a name, without control or direction characters, cut to a length that lists can show.
pub fn harmless(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let hides = |c: &char| {
        c.is_control()
            || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let kept: String = last.chars().filter(|c| !hides(c)).collect();
    let kept = kept.trim().trim_start_matches('.');
    let long = kept.chars().count() > NAME;
    match kept {
        "" => "document".to_owned(),
        kept if long => {
            // The end tells the format.
            let end: String = kept.chars().skip(kept.chars().count() - 12).collect();
            format!("{}…{end}", kept.chars().take(NAME - 13).collect::<String>())
        }
        kept => kept.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_lead_elsewhere_or_hide() {
        let names =
            ["../../etc/passwd", "C:\\a\\contrat.pdf", "a\u{202e}fdp.exe", "..", "\0\n", ".htaccess"].map(harmless);
        assert_eq!(names, ["passwd", "contrat.pdf", "afdp.exe", "document", "document", "htaccess"]);
        let long = harmless(&format!("{}.docx", "é".repeat(400)));
        assert!(long.chars().count() <= NAME && long.ends_with(".docx"));
    }
}
