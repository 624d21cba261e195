//! What can go wrong, in words for users.

use std::io;

/// Why the store refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database could not be opened.
    #[error("la base ne s'ouvre pas : {0}")]
    Open(String),
    /// A query failed.
    #[error("la base a refusé l'opération : {0}")]
    Query(#[from] diesel::result::Error),
    /// A file could not be read or written.
    #[error("fichier : {0}")]
    Io(#[from] io::Error),
    /// A migration failed; the base is as it was.
    #[error("la mise à niveau de la base a échoué, rien n'a été changé : {0}")]
    Migration(String),
    /// The base was written by a later version.
    #[error("la base a été écrite par une version plus récente de Clausule : mettez le programme à jour")]
    Newer,
    /// What was asked for is not there.
    #[error("{0}")]
    Absent(String),
    /// What was asked for can't be done.
    #[error("{0}")]
    Refused(String),
    /// Stored data are not what was written.
    #[error("la base est abîmée : {0}. Restaurez une sauvegarde (clausule restore)")]
    Damaged(String),
    /// The dossier could not be written.
    #[error("{0}")]
    Dossier(#[from] ledger::DossierError),
}

/// The store's result.
pub type Result<T> = std::result::Result<T, Error>;

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
