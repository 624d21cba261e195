//! The calendar of due dates, and the secret name under which agendas fetch it.

use follow::{Day, Window};
use jiff::Zoned;
use ledger::Digest;
use report::agenda;
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

/// The calendar of the organisation with this token; none where no organisation has it.
///
/// # Errors
/// When a register can't be read.
pub fn feed(place: &Place, random: crate::Random, token: &str, now: &Zoned) -> store::Result<Option<String>> {
    for org in Store::organisations(place)? {
        let mut store = Store::open(place, &org, &random, now.timestamp())?;
        // Digests are compared, so that the time it takes tells nothing of the token.
        if Digest::of(store.feed_token().as_bytes()) == Digest::of(token.as_bytes()) {
            return calendar(&mut store, now).map(Some);
        }
    }
    Ok(None)
}
