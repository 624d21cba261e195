//! What `clausule serve` does besides its pages: the ways in of `daemon`.

use crate::isolate::{Bounds, Order};
use crate::place::{self, PlaceArgs};
use crate::pool::Pool;
use clap::ValueEnum;
use contract::Document;
use daemon::Settings;
use readers::ReadError;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Forms of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// Une ligne de texte par événement.
    Text,
    /// Une ligne JSON par événement.
    Json,
}

/// Options of the daemon.
#[derive(Debug, Clone, clap::Args)]
pub struct DaemonArgs {
    /// Seconde adresse, pour les machines seules : dépôt, agents, santé, métriques.
    #[arg(long, value_name = "ADRESSE:PORT")]
    pub machines: Option<SocketAddr>,
    /// Reçoit le courriel par LMTP à cette adresse, derrière un serveur comme Postfix.
    #[arg(long, value_name = "ADRESSE:PORT")]
    pub lmtp: Option<SocketAddr>,
    /// Nom sous lequel le relais de confiance écrit Authentication-Results (verdict DKIM).
    #[arg(long, value_name = "NOM")]
    pub relay: Option<String>,
    /// Surveille ce dossier (répétable) ; voir aussi clausule source new folder.
    #[arg(long, value_name = "DOSSIER")]
    pub watch: Vec<PathBuf>,
    /// Forme du journal, écrit sur la sortie d'erreur.
    #[arg(long, value_enum, default_value = "text")]
    pub log: LogForm,
}

impl DaemonArgs {
    /// Begins the log. No event holds the content of a proof, a password or a token.
    pub fn begin_log(&self) {
        let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false);
        // Another log may have been begun by a test in the same process.
        let _ = match self.log {
            LogForm::Text => log.with_ansi(false).try_init(),
            LogForm::Json => log.json().flatten_event(true).try_init(),
        };
    }

    /// What the daemon is to do.
    ///
    /// # Errors
    /// When a folder to watch is none, or no register is named.
    pub fn settings(&self, place: &PlaceArgs, bounds: Bounds) -> Result<Settings, String> {
        let mut watch = Vec::new();
        for dir in &self.watch {
            let whole = std::fs::canonicalize(dir).ok().filter(|d| d.is_dir());
            watch.push(whole.ok_or_else(|| format!("--watch : {} n'est pas un dossier", dir.display()))?);
        }
        let readers = Pool::new(bounds);
        let pdf = move |bytes: Vec<u8>| {
            let order = Order::Read { name: "preuve.pdf".to_owned() };
            let read: Result<Result<Document, ReadError>, _> = readers.ask(&order, bytes);
            read.ok().and_then(Result::ok).map(|document| document.text).unwrap_or_default()
        };
        Ok(Settings {
            place: place.place()?,
            org: place.org.clone(),
            random: place::random,
            pdf: Arc::new(pdf),
            machines: self.machines,
            lmtp: self.lmtp,
            relay: self.relay.clone(),
            watch,
        })
    }
}
