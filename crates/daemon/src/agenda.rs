//! The calendar of due dates, and the secret name under which agendas fetch it.

use crate::clock;
use follow::{Day, Window};
use jiff::Zoned;
use ledger::Digest;
use report::agenda;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::{Place, Store};

/// Days looked back at.
const BACK: i32 = 400;

/// Every date to come, as an iCalendar file.
///
/// # Errors
/// When the register can't be read.
pub fn calendar(store: &mut Store, now: &Zoned) -> store::Result<String> {
    let today = Day::from(now.date());
    let window = Window { first: today.plus(-BACK), last: today };
    let contracts = store.contracts()?;
    let mut events = Vec::new();
    for contract in &contracts {
        let dates = contract.term.map(|t| t.dates(now.date(), &contract.calendar())).unwrap_or_default();
        events.extend(agenda::of_contract(&contract.id, &contract.provider, &dates));
        for one in store.watch(Some(&contract.id), |_| window, today)? {
            let (promise, status) = (&one.line.promise, &one.line.status);
            events.extend(agenda::of_promise(&contract.provider, promise, status, &one.marks));
        }
    }
    events.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.uid.cmp(&b.uid)));
    let made = now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    Ok(agenda::calendar("Clausule, échéances", &events, &made))
}

/// Organisations are looked up again at most this often.
const AGAIN: Duration = Duration::from_secs(30);

/// Whose dates a secret name opens, by its digest: one that opens none costs a look-up.
#[derive(Debug, Default)]
pub struct Feeds(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    names: HashMap<Digest, String>,
    orgs: HashSet<String>,
    looked: Option<Instant>,
}

impl Feeds {
    /// The organisation with this token; none where no organisation has it.
    ///
    /// # Errors
    /// When a register can't be read.
    pub fn org(&self, place: &Place, random: crate::Random, token: &str) -> store::Result<Option<String>> {
        // Digests are looked up, so that the time it takes tells nothing of the token.
        let digest = Digest::of(token.as_bytes());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.names.contains_key(&digest) && known.looked.is_none_or(|at| at.elapsed() >= AGAIN) {
            for org in Store::organisations(place)? {
                if known.orgs.contains(&org) {
                    continue;
                }
                let store = Store::open(place, &org, &random, clock::now())?;
                known.names.insert(Digest::of(store.feed_token().as_bytes()), org.clone());
                known.orgs.insert(org);
            }
            known.looked = Some(clock::tick());
        }
        Ok(known.names.get(&digest).cloned())
    }
}

/// The calendar of an organisation.
///
/// # Errors
/// When its register can't be read.
pub fn feed(place: &Place, random: crate::Random, org: &str, now: &Zoned) -> store::Result<String> {
    calendar(&mut Store::open(place, org, &random, now.timestamp())?, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_its_own_agenda_and_a_wrong_one_opens_no_register() {
        let dir = std::env::temp_dir().join(format!("clausule-feeds-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let place = Place::folder(&dir);
        let seed = || [7; 32];
        let token = Store::open(&place, "cabinet", &seed, clock::now()).expect("a register").feed_token();
        let feeds = Feeds::default();
        assert_eq!(feeds.org(&place, seed, "rien").expect("looked up"), None);
        assert_eq!(feeds.org(&place, seed, &token).expect("looked up").as_deref(), Some("cabinet"));
        // Were a register opened for a wrong one, this place would be missed.
        let nowhere = Place::folder(std::path::Path::new("/proc/nowhere"));
        assert_eq!(feeds.org(&nowhere, seed, "faux").expect("not looked for"), None);
        assert_eq!(feeds.org(&nowhere, seed, &token).expect("known").as_deref(), Some("cabinet"));
    }
}
