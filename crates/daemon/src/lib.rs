//! The daemon: what runs beside the pages of `clausule serve`, so that proofs come in by themselves.
//!
//! A face like `cli` and `web`: it may use sockets, files and the clock. Everything that comes in, whatever the way, becomes an
//! [`Arrival`] given to the [`Keeper`], which answers once it is durably stored. What goes out (alerts by mail and webhook, the
//! agenda, time stamps) is handed the time, so that a round can be run by a command as well. Logs name sources and sizes, never contents.

pub mod agenda;
pub mod alerts;
mod client;
pub mod clock;
pub mod folder;
pub mod http;
mod imap;
mod inventory;
mod keeper;
mod limit;
pub mod lmtp;
mod mail;
pub mod mailer;
mod metrics;
pub mod net;
pub mod objects;
mod probe;
mod schedule;
pub mod stamp;
mod target;
pub mod webhook;

pub use imap::Settings as Mailbox;
pub use keeper::{Arrival, Keeper, Refusal, Room, Work};
pub use metrics::Metrics;
pub use schedule::Daemon;
pub use target::{Check, Settings as Probe, Target};

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use store::Place;

/// Reads the text of a PDF in a process of its own; empty where it has none.
pub type ReadPdf = Arc<dyn Fn(Vec<u8>) -> String + Send + Sync>;
/// 32 bytes of the system's randomness.
pub type Random = fn() -> [u8; 32];

/// What the daemon is to do.
#[derive(Clone)]
pub struct Settings {
    /// Where the register is.
    pub place: Place,
    /// The organisation whose folders given below are watched.
    pub org: String,
    /// Randomness.
    pub random: Random,
    /// The reader of PDFs.
    pub pdf: ReadPdf,
    /// A second address for machines alone: drop, agents, health, metrics.
    pub machines: Option<SocketAddr>,
    /// Where mail is delivered to us over LMTP: a loopback address.
    pub lmtp: Option<SocketAddr>,
    /// The name under which the trusted relay writes `Authentication-Results`.
    pub relay: Option<String>,
    /// Folders to watch besides those of the register's sources.
    pub watch: Vec<PathBuf>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Settings({:?})", self.place)
    }
}

/// Largest proof taken in, in bytes.
pub const MOST: usize = evidence::MAX_BYTES;
