//! Rounds of alerts at regular times, for every organisation that says where to send them.

use super::{Carrier, Outcome, round};
use follow::alert::Timing;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::sync::Arc;
use store::{Place, Store};

/// How an organisation is told.
#[derive(Clone)]
pub struct Post {
    /// The organisation.
    pub org: String,
    /// When.
    pub timing: Timing,
    /// Makes the carriers anew for a round: a connection that broke is not used again.
    pub carriers: Arc<dyn Fn() -> Result<Vec<Box<dyn Carrier + Send>>, String> + Send + Sync>,
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
