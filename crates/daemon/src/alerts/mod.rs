//! One round of alerts: what is due and was not told goes out, grouped by contract, and is entered once it was accepted.
//!
//! Nothing is queued: what could not be sent is still due, and the next round finds it again.

mod due;
pub mod worker;

pub use due::{Pending, pending};

use follow::alert::{Alert, Timing};
use jiff::{Timestamp, Zoned};
use ledger::Digest;
use serde_json::{Value, json};
use store::{Message, Store};

/// Something to carry.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// Its name, the same for the same content told.
    pub id: String,
    /// The subject line.
    pub subject: String,
    /// The text for a person.
    pub text: String,
    /// The same for a program.
    pub json: Value,
    /// When it is sent.
    pub now: Timestamp,
}

/// Whoever carries alerts.
pub trait Carrier {
    /// The channel's name in the register: what was told on one is still to be told on another.
    fn channel(&self) -> &'static str;
    /// Who gets it, as the register may keep it.
    fn recipients(&self) -> Vec<String>;
    /// Carries it.
    ///
    /// # Errors
    /// When it was not accepted; in French.
    fn send(&mut self, parcel: &Parcel) -> Result<(), String>;
}

/// Several carriers.
pub type Carriers = Vec<Box<dyn Carrier + Send>>;

/// What a round did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Subjects of what was accepted, each with its channel.
    pub sent: Vec<(String, String)>,
    /// Messages that wait for the end of quiet hours or of the pause.
    pub waiting: usize,
    /// What failed, in French; it is tried again next time.
    pub failures: Vec<String>,
}

/// One round over all carriers. `now` is in the reader's zone.
///
/// # Errors
/// When the register can't be read or written.
pub fn round(
    store: &mut Store,
    carriers: &mut [Box<dyn Carrier + Send>],
    timing: &Timing,
    now: &Zoned,
) -> store::Result<Outcome> {
    let mut outcome = Outcome::default();
    for carrier in carriers.iter_mut() {
        let pending = pending(store, carrier.channel(), timing, now)?;
        for one in pending {
            if !timing.open(now.datetime()) || too_soon(store, carrier.channel(), &one, timing, now)? {
                outcome.waiting += 1;
                continue;
            }
            let parcel = parcel(&one, now.timestamp());
            match carrier.send(&parcel) {
                Ok(()) => {
                    let message = message(carrier.as_ref(), &one, &parcel);
                    store.tell(&message, now.timestamp())?;
                    outcome.sent.push((carrier.channel().to_owned(), parcel.subject));
                }
                Err(failure) => outcome.failures.push(failure),
            }
        }
    }
    if !outcome.sent.is_empty() {
        store.sign()?;
    }
    Ok(outcome)
}

/// Whether the contract was written about a moment ago.
fn too_soon(store: &mut Store, channel: &str, one: &Pending, timing: &Timing, now: &Zoned) -> store::Result<bool> {
    if one.contract.is_none() {
        return Ok(false);
    }
    let last = store.last_told(channel, one.contract.as_deref())?;
    let last = last.and_then(|l| l.parse::<Timestamp>().ok());
    Ok(last.is_some_and(|l| now.timestamp().duration_since(l) < timing.pause))
}

/// What goes out for something pending.
pub fn parcel(one: &Pending, now: Timestamp) -> Parcel {
    let id = Digest::of(one.keys.join("\n").as_bytes()).to_string()[..32].to_owned();
    let json = json!({
        "schema": "clausule/alerts/1", "id": id, "sent": store::instant(now), "contract": one.contract,
        "provider": one.provider, "subject": one.notice.subject, "text": one.notice.text, "alerts": one.alerts,
    });
    Parcel { id, subject: one.notice.subject.clone(), text: one.notice.text.clone(), json, now }
}

fn message(carrier: &dyn Carrier, one: &Pending, parcel: &Parcel) -> Message {
    Message {
        channel: carrier.channel().to_owned(),
        contract: one.contract.clone(),
        to: carrier.recipients(),
        subject: parcel.subject.clone(),
        keys: one.keys.clone(),
        sha256: Digest::of(parcel.text.as_bytes()),
    }
}

/// Every alert due on a channel, for listings.
///
/// # Errors
/// When the register can't be read.
pub fn list(store: &mut Store, channel: &str, timing: &Timing, now: &Zoned) -> store::Result<Vec<Alert>> {
    Ok(pending(store, channel, timing, now)?.into_iter().flat_map(|p| p.alerts).collect())
}
