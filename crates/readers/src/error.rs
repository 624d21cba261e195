//! Why a file could not be read, said to the user in French: what is wrong and what to do.

use thiserror::Error;

/// A file that gives no document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
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
    #[error("le PDF est protégé par un mot de passe : ouvrez-le et enregistrez-en une copie sans protection")]
    Encrypted,
    /// Damaged beyond reading.
    #[error("le fichier {format} est endommagé ({detail}) : demandez-en une nouvelle copie")]
    Damaged {
        /// "PDF", "DOCX", "ODT".
        format: &'static str,
        /// What is broken, in French.
        detail: String,
    },
    /// An archive or XML made to exhaust the reader or to write elsewhere.
    #[error("le fichier {format} est refusé ({detail}) : il ressemble à une attaque plutôt qu'à un contrat")]
    Hostile {
        /// "DOCX", "ODT".
        format: &'static str,
        /// What was seen, in French.
        detail: String,
    },
}
