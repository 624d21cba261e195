//! What was begun and waits for its answer: a sign-in at a provider, a question to a passkey. Kept in memory and forgotten with the
//! program, for it lasts minutes; each is given out once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Seconds that an answer may take.
pub const PATIENCE: i64 = 600;
/// Most that wait at once; beyond, the oldest is forgotten, so that strangers fill no memory.
const MOST: usize = 4_096;

/// What was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// A sign-in at a provider of identities: where to go on, and the digest of the invitation it takes up.
    Provider {
        /// The page that follows.
        back: String,
        /// The invitation.
        invitation: Option<String>,
    },
    /// A passkey signs in.
    Key,
    /// A passkey is added to an account of an organisation.
    NewKey {
        /// The organisation.
        org: String,
        /// The account.
        account: i64,
    },
}

/// Everything that waits, by the digest of its secret.
#[derive(Debug, Default)]
pub struct Waiting(Mutex<HashMap<String, (i64, Begun)>>);

impl Waiting {
    /// Lets something wait from `now`, in seconds since 1970.
    pub fn begin(&self, digest: String, begun: Begun, now: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (since, _)| (0..PATIENCE).contains(&(now - *since)));
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, (since, _))| *since).map(|(digest, _)| digest.clone());
            if let Some(digest) = oldest {
                all.remove(&digest);
            }
        }
        all.insert(digest, (now, begun));
    }

    /// Takes what waits under this digest, once, if it is not too late.
    pub fn take(&self, digest: &str, now: i64) -> Option<Begun> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(digest).filter(|(since, _)| (0..PATIENCE).contains(&(now - since))).map(|(_, begun)| begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_given_once_in_time_and_strangers_fill_no_memory() {
        let waiting = Waiting::default();
        waiting.begin("a".to_owned(), Begun::Key, 100);
        assert_eq!(waiting.take("a", 100 + PATIENCE - 1), Some(Begun::Key));
        assert_eq!(waiting.take("a", 101), None, "once");
        waiting.begin("a".to_owned(), Begun::Key, 100);
        assert_eq!(waiting.take("a", 100 + PATIENCE), None, "too late");
        for n in 0..2 * MOST {
            waiting.begin(n.to_string(), Begun::Key, 100 + n as i64 / 100);
        }
        assert_eq!(waiting.0.lock().expect("whole").len(), MOST);
        assert_eq!(waiting.take("0", 190), None, "the oldest go first");
        assert_eq!(waiting.take(&(2 * MOST - 1).to_string(), 190), Some(Begun::Key));
    }
}
