//! Files as a browser sends them: bounded, archives taken apart, names made harmless.

use crate::trouble::Trouble;
use axum::extract::Multipart;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Largest upload, in bytes.
pub const LARGEST: usize = 64 << 20;
/// Most files of one upload, those of archives included.
pub const FILES: usize = 500;
/// Most bytes of all files taken out of an archive.
const UNPACKED: u64 = 512 << 20;
/// Longest name kept, in characters.
const NAME: usize = 160;
/// What an archive may hold that we can read.
const READABLE: [&str; 9] = [".pdf", ".docx", ".docm", ".odt", ".html", ".htm", ".md", ".markdown", ".txt"];

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

/// Reads a form with files.
///
/// # Errors
/// When it is broken off, too large or holds too much.
pub async fn read(form: Multipart) -> Result<Upload, Trouble> {
    fields(form, true).await
}

/// Reads a form whose files stay as they are, archives too: proofs and dossiers.
///
/// # Errors
/// As [`read`].
pub async fn plain(form: Multipart) -> Result<Upload, Trouble> {
    fields(form, false).await
}

async fn fields(mut form: Multipart, unpacked: bool) -> Result<Upload, Trouble> {
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(harmless) {
            Some(file) => {
                let bytes = field.bytes().await.map_err(broken)?;
                if !bytes.is_empty() {
                    take(&mut upload.files, file, bytes.to_vec(), unpacked)?;
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

/// Takes a file in, or what an archive of files holds.
fn take(files: &mut Vec<(String, Vec<u8>)>, name: String, bytes: Vec<u8>, unpacked: bool) -> Result<(), Trouble> {
    let archive = unpacked && bytes.starts_with(b"PK") && name.to_lowercase().ends_with(".zip");
    let added = if archive { unpack(&name, bytes)? } else { vec![(name, bytes)] };
    if files.len() + added.len() > FILES {
        return Err(Trouble::Refused(format!("plus de {FILES} fichiers à la fois : envoyez-les en plusieurs fois")));
    }
    files.extend(added);
    Ok(())
}

/// The readable files of an archive, in its order; folders, hidden files and others are left.
fn unpack(name: &str, bytes: Vec<u8>) -> Result<Vec<(String, Vec<u8>)>, Trouble> {
    let wrong = |why: &str| Trouble::Refused(format!("{name} : {why}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| wrong("cette archive est abîmée"))?;
    let (mut out, mut left) = (Vec::new(), UNPACKED);
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).map_err(|_| wrong("cette archive est abîmée ou protégée"))?;
        let path = member.name().map_err(|_| wrong("cette archive est abîmée"))?.replace('\\', "/");
        let hidden = path.split('/').any(|part| (part.starts_with('.') && part != "..") || part == "__MACOSX");
        let readable = READABLE.iter().any(|end| path.to_lowercase().ends_with(end));
        if member.is_dir() || hidden || !readable {
            continue;
        }
        if out.len() == FILES {
            return Err(wrong("cette archive contient trop de fichiers : envoyez-les en plusieurs fois"));
        }
        let mut content = Vec::new();
        let limit = left.min(LARGEST as u64);
        (&mut member).take(limit + 1).read_to_end(&mut content).map_err(|_| wrong("cette archive est abîmée"))?;
        if content.len() as u64 > limit {
            return Err(wrong("cette archive contient plus de données qu'un envoi ne peut en avoir"));
        }
        left -= content.len() as u64;
        out.push((harmless(&path), content));
    }
    if out.is_empty() {
        return Err(wrong("cette archive ne contient aucun document lisible (PDF, DOCX, ODT, HTML, Markdown, texte)"));
    }
    Ok(out)
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
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            zip.start_file(*name, SimpleFileOptions::default()).expect("begun");
            zip.write_all(bytes).expect("written");
        }
        zip.finish().expect("whole").into_inner()
    }

    #[test]
    fn names_cannot_lead_elsewhere_or_hide() {
        let names =
            ["../../etc/passwd", "C:\\a\\contrat.pdf", "a\u{202e}fdp.exe", "..", "\0\n", ".htaccess"].map(harmless);
        assert_eq!(names, ["passwd", "contrat.pdf", "afdp.exe", "document", "document", "htaccess"]);
        let long = harmless(&format!("{}.docx", "é".repeat(400)));
        assert!(long.chars().count() <= NAME && long.ends_with(".docx"));
    }

    #[test]
    fn archives_give_their_documents_only() {
        let bytes =
            archive(&[("lot/a.pdf", b"%PDF"), ("lot/.cache/b.pdf", b"x"), ("c.exe", b"MZ"), ("../d.TXT", b"d")]);
        let mut files = Vec::new();
        take(&mut files, "lot.zip".into(), bytes, true).expect("taken");
        let names: Vec<&str> = files.iter().map(|f| f.0.as_str()).collect();
        assert_eq!(names, ["a.pdf", "d.TXT"]);
        let nothing = take(&mut files, "lot.zip".into(), archive(&[("c.exe", b"MZ")]), true);
        assert!(matches!(nothing, Err(Trouble::Refused(_))));
        assert!(matches!(take(&mut files, "lot.zip".into(), b"PK broken".to_vec(), true), Err(Trouble::Refused(_))));
    }

    #[test]
    fn an_archive_that_swells_is_refused() {
        let zeros = vec![b' '; LARGEST + 1];
        let mut files = Vec::new();
        let swollen = take(&mut files, "lot.zip".into(), archive(&[("a.txt", &zeros)]), true);
        assert!(matches!(swollen, Err(Trouble::Refused(_))) && files.is_empty());
    }
}
