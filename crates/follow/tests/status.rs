//! Statuses as a practice meets them: the month of the issue, silence, figures, waivers, documents in force.

use contract::Debtor;
use follow::{
    Bound, Cadence, Calendar, Day, Exclusion, Measure, Outcome, Penalty, Promise, Seen, State, Status, Waiver, Window,
    Yardstick, draw, status,
};
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn promise(cadence: Cadence) -> Promise {
    Promise {
        id: "p1".to_owned(),
        point: Some("SAU-01".to_owned()),
        title: "Sauvegardes quotidiennes".to_owned(),
        debtor: Debtor::Provider,
        article: "Article 6 – Sauvegardes".to_owned(),
        page: 4,
        quote: "Le Prestataire sauvegarde chaque nuit.".to_owned(),
        figures: Vec::new(),
        proved_by: vec!["backup".to_owned()],
        machines: Vec::new(),
        cadence,
        grace: None,
        yardstick: None,
        reference: String::new(),
        from: date(2026, 3, 1),
        until: None,
        waivers: Vec::new(),
        exclusions: Vec::new(),
        penalty: None,
    }
}

fn seen(day: Date, outcome: Outcome) -> Seen {
    let day = Day::from(day);
    Seen { day, second: 7200, received: day, outcome, host: 1, job: 1, value: f64::NAN, weight: 1.0 }
}

fn valued(day: Date, value: f64, weight: f64) -> Seen {
    Seen { value, weight, ..seen(day, Outcome::Ok) }
}

fn month(year: i16, month: i8) -> Window {
    let first = date(year, month, 1);
    Window { first: first.into(), last: first.last_of_month().into() }
}

fn at(promise: &Promise, facts: &[Seen], window: Window, today: Date) -> Status {
    status(promise, facts, window, today.into(), &Calendar::default())
}

#[test]
fn the_month_of_the_example() {
    let facts: Vec<Seen> = (1..=30)
        .filter(|d| *d != 21)
        .map(|d| seen(date(2026, 4, d), if d == 3 || d == 17 { Outcome::Failed } else { Outcome::Ok }))
        .collect();
    let out = at(&promise(Cadence::Days(1)), &facts, month(2026, 4), date(2026, 5, 4));
    assert_eq!(out.state, State::Breached);
    assert_eq!(
        out.reason,
        "Sauvegardes quotidiennes, promesse de l’article 6 (page 4), chaque jour. \
         27 preuves sur 30 attendues, 2 échecs les 3 et 17 avril, aucune preuve le 21 avril."
    );
    assert_eq!((out.counts.expected, out.counts.received, out.counts.missing), (30, 27, 1));
}

#[test]
fn silence_is_late_then_a_breach() {
    let promise = promise(Cadence::Days(1));
    let facts: Vec<Seen> = (1..=9).map(|d| seen(date(2026, 3, d), Outcome::Ok)).collect();
    let states: Vec<State> = (10..=12).map(|d| at(&promise, &facts, month(2026, 3), date(2026, 3, d)).state).collect();
    assert_eq!(states, [State::Kept, State::Late, State::Breached]);
    assert_eq!(at(&promise, &[], month(2026, 3), date(2026, 3, 1)).state, State::Pending);
}

#[test]
fn what_arrives_tomorrow_is_not_known_today() {
    let mut fact = seen(date(2026, 3, 1), Outcome::Ok);
    fact.received = Day::from(date(2026, 3, 9));
    let promise = promise(Cadence::Days(1));
    let first = Window { first: promise.from.into(), last: promise.from.into() };
    assert_eq!(at(&promise, &[fact], first, date(2026, 3, 8)).state, State::Breached);
    assert_eq!(at(&promise, &[fact], first, date(2026, 3, 9)).state, State::Kept);
}

#[test]
fn a_second_try_mends_but_another_machine_does_not() {
    let promise = promise(Cadence::Days(1));
    let day = date(2026, 3, 1);
    let window = Window { first: day.into(), last: day.into() };
    let retry = [seen(day, Outcome::Failed), seen(day, Outcome::Ok)];
    assert_eq!(at(&promise, &retry, window, date(2026, 3, 5)).state, State::Kept);
    let other = [seen(day, Outcome::Failed), Seen { host: 2, ..seen(day, Outcome::Ok) }];
    assert_eq!(at(&promise, &other, window, date(2026, 3, 5)).state, State::Breached);
}

#[test]
fn a_job_keeps_its_name_from_run_to_run() {
    let same = [
        ("snapshot ab12cd34", "snapshot 99ffee00"),
        ("srv-2026-03-01T02:00", "srv-2026-03-02T02:00"),
        ("Nightly (job 12)", "nightly (job 13)"),
    ];
    for (a, b) in same {
        assert_eq!(follow::job(a), follow::job(b), "{a}");
    }
    assert_ne!(follow::job("bases"), follow::job("fichiers"));
    assert_eq!(follow::job("2026"), 0);
}

#[test]
fn a_named_machine_that_says_nothing_is_missed() {
    let mut promise = promise(Cadence::Days(1));
    promise.machines = vec!["SRV-1".to_owned(), "srv-2".to_owned()];
    let day = date(2026, 3, 1);
    let window = Window { first: day.into(), last: day.into() };
    let fact = |host: &str| Seen { host: follow::stream(host), ..seen(day, Outcome::Ok) };
    assert_eq!(at(&promise, &[fact("srv-1")], window, date(2026, 3, 5)).state, State::Breached);
    assert_eq!(at(&promise, &[fact("srv-1"), fact("SRV-2")], window, date(2026, 3, 5)).state, State::Kept);
}

#[test]
fn a_nightly_job_may_slip_over_midnight() {
    let promise = promise(Cadence::Days(1));
    let late = |day, second| Seen { second, ..seen(day, Outcome::Ok) };
    let facts = [
        late(date(2026, 3, 1), 600),
        late(date(2026, 3, 1), 86_000),
        late(date(2026, 3, 3), 600),
        late(date(2026, 3, 4), 600),
    ];
    let window = Window { first: date(2026, 3, 1).into(), last: date(2026, 3, 4).into() };
    let out = at(&promise, &facts, window, date(2026, 3, 10));
    assert_eq!((out.state, out.counts.received), (State::Kept, 4), "{}", out.reason);
}

#[test]
fn unproven_and_partial_are_never_kept() {
    for outcome in [Outcome::Unproven, Outcome::Degraded] {
        let day = date(2026, 3, 1);
        let window = Window { first: day.into(), last: day.into() };
        let out = at(&promise(Cadence::Days(1)), &[seen(day, outcome)], window, date(2026, 3, 5));
        assert_eq!(out.state, State::Unproved, "{outcome:?}");
    }
}

#[test]
fn a_waiver_says_by_whom_and_why() {
    let mut promise = promise(Cadence::Days(1));
    let until = Some(date(2026, 3, 31));
    promise.waivers = vec![Waiver {
        from: date(2026, 3, 1),
        until,
        by: "Dr Martin".to_owned(),
        why: "déménagement du cabinet".to_owned(),
    }];
    let out = at(&promise, &[], month(2026, 3), date(2026, 4, 10));
    assert_eq!(out.state, State::Waived);
    assert!(out.reason.contains("Dispense accordée par Dr Martin : déménagement du cabinet."), "{}", out.reason);
}

fn availability(value: f64) -> Promise {
    let yardstick = Yardstick { measure: Measure::Availability, bound: Bound::AtLeast, value, service_hours: false };
    let penalty = Penalty { rate: 5.0, percent: true, step: 0.1, base: 400.0, cap_percent: Some(30.0) };
    let reference = "99,5 %".to_owned();
    Promise { yardstick: Some(yardstick), penalty: Some(penalty), reference, ..promise(Cadence::Months(1)) }
}

#[test]
fn availability_is_the_contracts_own() {
    let whole = |down: f64| -> Vec<Seen> {
        (1..=31).map(|d| valued(date(2026, 3, d), if d == 10 { down } else { 0.0 }, 86_400.0)).collect()
    };
    let today = date(2026, 4, 10);
    let kept = at(&availability(99.9), &whole(2600.0), month(2026, 3), today);
    assert_eq!(kept.state, State::Kept, "{}", kept.reason);
    let missed = at(&availability(99.9), &whole(4.0 * 3600.0), month(2026, 3), today);
    assert_eq!(missed.state, State::Breached);
    assert!(
        missed.reason.contains("Mesuré : 99,46 % ; promis : au moins 99,9 %, référence 99,5 %."),
        "{}",
        missed.reason
    );
    // 0.4376 points missed: five steps of 5 % of 400 €.
    assert!((missed.penalty - 100.0).abs() < 1e-9, "{}", missed.penalty);
    let mut excluded = availability(99.9);
    excluded.exclusions = vec![Exclusion { day: date(2026, 3, 10), seconds: 4 * 3600, why: "maintenance".to_owned() }];
    assert_eq!(at(&excluded, &whole(4.0 * 3600.0), month(2026, 3), today).state, State::Kept);
    let half: Vec<Seen> = whole(0.0).into_iter().take(15).collect();
    assert_eq!(at(&availability(99.9), &half, month(2026, 3), today).state, State::Unproved, "unknown is not up");
    assert_eq!(at(&availability(99.9), &[], month(2026, 3), today).state, State::Breached, "nobody measured");
}

#[test]
fn an_intervention_is_held_to_the_promised_hours() {
    let yardstick = Yardstick { measure: Measure::Intervention, bound: Bound::AtMost, value: 4.0, service_hours: true };
    let penalty = Penalty { rate: 50.0, percent: false, step: 1.0, base: 0.0, cap_percent: None };
    let promise = Promise { yardstick: Some(yardstick), penalty: Some(penalty), ..promise(Cadence::Event) };
    let facts =
        [valued(date(2026, 3, 3), 2.0, 1.0), valued(date(2026, 3, 5), 6.5, 1.0), seen(date(2026, 3, 9), Outcome::Ok)];
    let out = at(&promise, &facts, month(2026, 3), date(2026, 4, 10));
    assert_eq!(out.state, State::Breached);
    assert_eq!((out.counts.received, out.counts.failures, out.counts.unproven), (1, 1, 1), "no measure proves nothing");
    assert!((out.penalty - 150.0).abs() < 1e-9);
    assert_eq!(at(&promise, &[], month(2026, 3), date(2026, 4, 10)).state, State::Pending, "no call, no breach");
}

#[test]
fn a_document_must_be_in_force() {
    let promise = promise(Cadence::Always);
    let insurance = valued(date(2026, 1, 1), f64::NAN, 365.0);
    let state = |facts: &[Seen], today: Date| {
        at(&promise, facts, Window { first: Day::from(today).plus(-30), last: today.into() }, today).state
    };
    assert_eq!(state(&[], date(2026, 3, 10)), State::Late);
    assert_eq!(state(&[], date(2026, 5, 10)), State::Breached);
    assert_eq!(state(&[insurance], date(2026, 12, 31)), State::Kept);
    assert_eq!(state(&[insurance], date(2027, 1, 1)), State::Breached);
}

#[test]
fn once_before_a_date() {
    let promise = promise(Cadence::Once(date(2026, 6, 30)));
    let window = month(2026, 6);
    assert_eq!(at(&promise, &[], window, date(2026, 6, 20)).state, State::Pending);
    assert_eq!(at(&promise, &[], window, date(2026, 7, 1)).state, State::Breached);
    assert_eq!(at(&promise, &[seen(date(2026, 5, 2), Outcome::Ok)], window, date(2026, 7, 1)).state, State::Kept);
}

#[test]
fn a_draw_is_the_same_for_everybody_and_another_for_another_head() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let mut turned = names;
    turned.reverse();
    let seed = draw::seed(&[1; 32], 12, "2026-03-21", "p1");
    assert_eq!(draw::draw(&seed, &names, 3), draw::draw(&seed, &turned, 3));
    let other = draw::seed(&[2; 32], 12, "2026-03-21", "p1");
    assert_ne!(draw::draw(&seed, &names, 8), draw::draw(&other, &names, 8));
}

proptest! {
    /// Whatever comes in: every period that is due is counted once, and a month is kept only when every day is good.
    #[test]
    fn nothing_is_lost_and_nothing_is_whitewashed(days in prop::collection::vec(prop::option::of(0..4_u8), 31)) {
        let outcomes = [Outcome::Ok, Outcome::Degraded, Outcome::Unproven, Outcome::Failed];
        let facts: Vec<Seen> = days.iter().enumerate()
            .filter_map(|(d, o)| Some(seen(date(2026, 3, d as i8 + 1), outcomes[usize::from((*o)?)])))
            .collect();
        let out = at(&promise(Cadence::Days(1)), &facts, month(2026, 3), date(2026, 4, 20));
        let c = out.counts;
        prop_assert_eq!(c.received + c.degraded + c.failures + c.unproven + c.missing, 31);
        prop_assert_eq!(c.expected, 31);
        prop_assert_eq!(c.missing as usize, days.iter().filter(|d| d.is_none()).count());
        prop_assert_eq!(out.state == State::Kept, days.iter().all(|d| *d == Some(0)));
    }

    /// Days, weeks and months alike: a good proof in every period keeps, taking one out breaches.
    #[test]
    fn one_proof_less_is_one_missing(every in 0..4_usize, gone in any::<prop::sample::Index>()) {
        let cadence = [Cadence::Days(1), Cadence::Weeks(1), Cadence::Months(1), Cadence::WorkingDays][every];
        let calendar = Calendar::default();
        let list = follow::due::periods(cadence, date(2026, 3, 1), date(2026, 12, 31), 1, &calendar);
        let mut facts: Vec<Seen> = list.iter().map(|p| seen(p.last.date(), Outcome::Ok)).collect();
        let window = Window { first: date(2026, 3, 1).into(), last: date(2027, 2, 28).into() };
        let until = Promise { until: Some(list[list.len() - 1].last.date()), ..promise(cadence) };
        let today = date(2027, 6, 1);
        prop_assert_eq!(at(&until, &facts, window, today).state, State::Kept);
        facts.remove(gone.index(facts.len()));
        let out = at(&until, &facts, window, today);
        prop_assert_eq!(out.counts.missing, 1, "{}", out.reason);
    }
}
