//! From the register to what is due: alerts by contract, and the weekly digest.

use follow::alert::{self, Agreement, Alert, Timing, Told, Watched};
use follow::{Cadence, Day, Promise, Window};
use jiff::{ToSpan, Zoned};
use report::notice::{self, Notice, Summary};
use store::{Contract, Store};

/// Days looked back at for what recurs daily, and for the rest.
const DAILY: i32 = 62;
const LONG: i32 = 400;
/// Days ahead for which the digest lists dates.
const AHEAD: i32 = 60;

/// A message that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// The contract; none for the digest.
    pub contract: Option<String>,
    /// Who provides; empty for the digest.
    pub provider: String,
    /// The alerts; none for the digest.
    pub alerts: Vec<Alert>,
    /// What it is told under.
    pub keys: Vec<String>,
    /// The words.
    pub notice: Notice,
}

/// What is due on a channel and was not told: a message a contract, then the digest.
///
/// # Errors
/// When the register can't be read.
pub fn pending(store: &mut Store, channel: &str, timing: &Timing, now: &Zoned) -> store::Result<Vec<Pending>> {
    let told: Told = store.told(channel)?.into_keys().collect();
    let mut out = Vec::new();
    let contracts = store.contracts()?;
    for contract in &contracts {
        let alerts = of_contract(store, contract, &told, now)?;
        if !alerts.is_empty() {
            let keys = alerts.iter().flat_map(Alert::keys).collect();
            let notice = notice::alerts(&contract.provider, &contract.id, &alerts);
            let (id, provider) = (Some(contract.id.clone()), contract.provider.clone());
            out.push(Pending { contract: id, provider, alerts, keys, notice });
        }
    }
    let key = timing.digest_key(now.datetime()).filter(|k| !told.contains(k) && !contracts.is_empty());
    if let Some(key) = key {
        let notice = digest(store, &contracts, now)?;
        out.push(Pending { contract: None, provider: String::new(), alerts: Vec::new(), keys: vec![key], notice });
    }
    Ok(out)
}

fn reach(promise: &Promise) -> i32 {
    if matches!(promise.cadence, Cadence::Days(_) | Cadence::WorkingDays | Cadence::Event) { DAILY } else { LONG }
}

fn of_contract(store: &mut Store, contract: &Contract, told: &Told, now: &Zoned) -> store::Result<Vec<Alert>> {
    let calendar = contract.calendar();
    let today = Day::from(now.with_time_zone(calendar.zone.clone()).date());
    let window = |p: &Promise| Window { first: today.plus(-reach(p)), last: today };
    let mut out = Vec::new();
    for one in store.watch(Some(&contract.id), window, today)? {
        let watched = Watched {
            contract: &contract.id,
            provider: &contract.provider,
            promise: &one.line.promise,
            status: &one.line.status,
            marks: &one.marks,
            first: today.plus(-reach(&one.line.promise)),
        };
        out.extend(alert::of_promise(&watched, today, told));
    }
    if let Some(term) = &contract.term {
        let agreement = Agreement {
            contract: &contract.id,
            provider: &contract.provider,
            term,
            calendar: &calendar,
            clauses: &contract.clauses,
        };
        out.extend(alert::of_contract(&agreement, today, told));
    }
    // Breaches first.
    out.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.key.cmp(&b.key)));
    Ok(out)
}

fn digest(store: &mut Store, contracts: &[Contract], now: &Zoned) -> store::Result<Notice> {
    let to = now.date().saturating_sub(1.day());
    let from = to.saturating_sub(6.days());
    let window = Window { first: from.into(), last: to.into() };
    let lines = store.statuses(None, window, now.date().into())?;
    let summaries: Vec<Summary> = contracts
        .iter()
        .map(|contract| {
            let dates = contract.term.map(|t| t.dates(now.date(), &contract.calendar())).unwrap_or_default();
            let near = |d: &follow::KeyDate| Day::from(d.date).0 - Day::from(now.date()).0 <= AHEAD;
            Summary {
                contract: &contract.id,
                provider: &contract.provider,
                promises: lines.iter().filter(|l| l.contract == contract.id).map(|l| (&l.promise, &l.status)).collect(),
                dates: dates.into_iter().filter(near).collect(),
            }
        })
        .collect();
    Ok(notice::digest(&summaries, from, to))
}
