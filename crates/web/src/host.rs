//! What the pages ask of the machine: handed in, so that this crate starts no process and reads no clock.

use contract::Document;
use draft::redline::{Applied, Opened, Plan, Signature};
use jiff::Timestamp;
use people::oidc::{Call, Client};

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
}
