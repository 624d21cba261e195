//! What the pages ask of the machine: handed in, so that this crate starts no process and reads no clock.

use contract::Document;
use draft::redline::{Applied, Opened, Plan, Signature};
use jiff::Timestamp;
use people::oidc::{Call, Client};

/// How mail goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relay {
    /// The server, without a password.
    pub server: String,
    /// The sender.
    pub from: String,
    /// Who gets alerts.
    pub to: Vec<String>,
}

/// A backup that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The file's name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// When it was made.
    pub made: Timestamp,
}

/// The machine as the pages see it. Every call may take seconds and is made off the threads that answer requests.
pub trait Host: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// 32 random bytes.
    fn random(&self) -> [u8; 32];

    /// Writes a line to the log; never the words of a contract.
    fn log(&self, line: &str);

    /// Reads a contract, in a process apart with bounds on memory and time.
    ///
    /// # Errors
    /// A French sentence: what is wrong and what to do.
    fn read(&self, name: &str, bytes: Vec<u8>) -> Result<Document, String>;

    /// Takes an archive of documents apart, in a process apart: names with their folders, and bytes.
    ///
    /// # Errors
    /// A French sentence.
    fn unpack(&self, bytes: Vec<u8>) -> Result<Vec<(String, Vec<u8>)>, String>;

    /// Opens a Word file for changes, in a process apart.
    ///
    /// # Errors
    /// A French sentence.
    fn open_word(&self, bytes: &[u8]) -> Result<Opened, String>;

    /// Writes tracked changes into a Word file, in a process apart; gives the file and its reading once accepted.
    ///
    /// # Errors
    /// A French sentence.
    fn redline(&self, bytes: &[u8], plan: &Plan, signature: &Signature) -> Result<(Applied, Document), String>;

    /// The provider of identities by which people may sign in, where one was set up.
    fn provider(&self) -> Option<&Client> {
        None
    }

    /// Asks the provider of identities: status and body.
    ///
    /// # Errors
    /// When there is no network or no answer; the sentence is for the log.
    fn call(&self, call: &Call) -> Result<(u16, Vec<u8>), String> {
        Err(format!("no network to make {call:?}"))
    }

    /// How mail goes out, where a relay was set up.
    fn relay(&self) -> Option<Relay> {
        None
    }

    /// Sends a mail that says only that mail arrives.
    ///
    /// # Errors
    /// A French sentence: what the relay says.
    fn send_test(&self, _to: &str) -> Result<(), String> {
        Err("aucun relais de courrier n'est réglé".to_owned())
    }

    /// The folder of an organisation's backups, and what is in it, the newest first.
    ///
    /// # Errors
    /// When it can't be read.
    fn backups(&self, _org: &str) -> Result<(String, Vec<Backup>), String> {
        Ok((String::new(), Vec::new()))
    }

    /// Makes a backup of an organisation and reads it back.
    ///
    /// # Errors
    /// A French sentence.
    fn back_up(&self, _org: &str) -> Result<(), String> {
        Err("cette machine ne garde pas de sauvegarde".to_owned())
    }
}
