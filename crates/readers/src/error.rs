//! Why a file could not be read, said to the user in French: what is wrong and what to do.

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// A format's name. Behind an alias, so that serde does not take it for a borrow of its input.
type FormatName = &'static str;

/// A file that gives no document.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ReadError {
    /// No byte.
    #[error("le fichier est vide : vérifiez qu'il a été entièrement copié ou téléchargé")]
    Empty,
    /// Over [`crate::Limits::file_bytes`] or another limit; `what` says which.
    #[error("{what} : le fichier dépasse les limites de sécurité ; découpez-le ou envoyez un export plus simple")]
    TooLarge {
        /// What is too large, in French.
        what: String,
    },
    /// The bytes are not what the name's extension says and are of no readable kind.
    #[error("ce n'est pas un document lisible ({found}) : formats acceptés PDF, DOCX, ODT, HTML, Markdown, texte")]
    Unsupported {
        /// What the bytes look like, in French.
        found: String,
    },
    /// Needs a password.
    #[error("le fichier est protégé par un mot de passe : ouvrez-le et enregistrez-en une copie sans protection")]
    Encrypted,
    /// Damaged beyond reading.
    #[error("le fichier {format} est endommagé ({detail}) : demandez-en une nouvelle copie")]
    Damaged {
        /// "PDF", "DOCX", "ODT".
        #[serde(deserialize_with = "known_format")]
        format: FormatName,
        /// What is broken, in French.
        detail: String,
    },
    /// An archive or XML made to exhaust the reader or to write elsewhere.
    #[error("le fichier {format} est refusé ({detail}) : il ressemble à une attaque plutôt qu'à un contrat")]
    Hostile {
        /// "DOCX", "ODT".
        #[serde(deserialize_with = "known_format")]
        format: FormatName,
        /// What was seen, in French.
        detail: String,
    },
}

/// The names that readers give, for an error that comes back from a reading process.
fn known_format<'de, D: Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    let name = String::deserialize(from)?;
    Ok(["PDF", "DOCX", "ODT", "HTML", "Markdown", "ZIP"].into_iter().find(|known| *known == name).unwrap_or("texte"))
}
