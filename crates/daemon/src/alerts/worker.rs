//! Rounds of alerts at regular times, for an organisation that says where to send them.

use super::{Carriers, Outcome, round};
use follow::alert::Timing;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::sync::Arc;
use std::time::Duration;
use store::{Place, Store};
use tokio::sync::watch;

/// The pause between two rounds.
const EVERY: Duration = Duration::from_secs(300);

/// How an organisation is told.
#[derive(Clone)]
pub struct Post {
    /// The organisation.
    pub org: String,
    /// When.
    pub timing: Timing,
    /// Makes the carriers anew for a round: a connection that broke is not used again.
    pub carriers: Arc<dyn Fn() -> Result<Carriers, String> + Send + Sync>,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Post({})", self.org)
    }
}

impl Post {
    /// One round at an instant. `seed` gives 32 random bytes, should the organisation be new.
    ///
    /// # Errors
    /// When the register can't be opened or an address is none; in French.
    pub fn go(&self, place: &Place, seed: &dyn Fn() -> [u8; 32], now: Timestamp) -> Result<Outcome, String> {
        let mut store = Store::open(place, &self.org, seed, now).map_err(|e| e.to_string())?;
        let mut carriers = (self.carriers)()?;
        round(&mut store, &mut carriers, &self.timing, &here(now)).map_err(|e| e.to_string())
    }
}

/// The time in France.
fn here(now: Timestamp) -> Zoned {
    now.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC))
}

/// Goes round after round until `stop` is told.
pub async fn run(post: Post, place: Place, random: crate::Random, mut stop: watch::Receiver<bool>) {
    loop {
        let (own, at) = (post.clone(), place.clone());
        let done = tokio::task::spawn_blocking(move || own.go(&at, &random, crate::clock::now())).await;
        match done {
            Ok(Ok(outcome)) if outcome.failures.is_empty() => {
                tracing::info!(sent = outcome.sent.len(), waiting = outcome.waiting, "alerts");
            }
            Ok(Ok(outcome)) => {
                tracing::warn!(failed = outcome.failures.len(), "alerts were not accepted: they are tried again")
            }
            Ok(Err(error)) => tracing::warn!(error, "a round of alerts failed: it is tried again"),
            Err(_) => tracing::error!("a round of alerts broke off: it is tried again"),
        }
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
