//! Dates: holidays, delays, month ends, the nights the clocks change, terms of contracts.

use contract::{Duration, DurationUnit};
use follow::holidays::{easter, holiday};
use follow::{Calendar, Day, Region, ServiceHours, Term};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan, Zoned};
use proptest::prelude::*;

fn delay(amount: f64, unit: DurationUnit) -> Duration {
    Duration { amount, unit }
}

fn at(text: &str) -> Zoned {
    format!("{text}[Europe/Paris]").parse().expect("a date and time")
}

#[test]
fn easter_falls_where_the_calendars_say() {
    let known = [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25), (2285, 3, 22)];
    for (year, month, day) in known {
        assert_eq!(easter(year), date(year, month, day));
    }
}

#[test]
fn holidays_of_2026() {
    let of = |region| -> Vec<String> {
        let year = date(2026, 1, 1).series(1.day()).take_while(|d| d.year() == 2026);
        year.filter(|d| holiday(*d, region).is_some()).map(|d| format!("{:02}-{:02}", d.month(), d.day())).collect()
    };
    let metropole = ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"];
    assert_eq!(of(Region::Metropole), metropole);
    assert_eq!(holiday(date(2026, 4, 3), Region::AlsaceMoselle), Some("vendredi saint"));
    assert_eq!(holiday(date(2026, 12, 26), Region::AlsaceMoselle), Some("Saint-Étienne"));
    assert_eq!(of(Region::AlsaceMoselle).len(), 13);
    for (region, day) in [
        (Region::Guadeloupe, date(2026, 5, 27)),
        (Region::Martinique, date(2026, 5, 22)),
        (Region::Guyane, date(2026, 6, 10)),
        (Region::Reunion, date(2026, 12, 20)),
        (Region::Mayotte, date(2026, 4, 27)),
    ] {
        assert!(holiday(day, region).is_some() && holiday(day, Region::Metropole).is_none(), "{region:?}");
    }
}

#[test]
fn days_are_counted_as_the_law_names_them() {
    let calendar = Calendar::default();
    // Thursday 30 April 2026: 1 May is a holiday, 8 May too.
    let from = date(2026, 4, 30);
    assert_eq!(calendar.last_day(from, delay(5.0, DurationUnit::Day)), date(2026, 5, 5));
    assert_eq!(calendar.last_day(from, delay(5.0, DurationUnit::WorkingDay)), date(2026, 5, 11));
    assert_eq!(calendar.last_day(from, delay(5.0, DurationUnit::BusinessDay)), date(2026, 5, 7));
    assert_eq!(calendar.last_day(date(2026, 1, 31), delay(1.0, DurationUnit::Month)), date(2026, 2, 28));
    assert_eq!(calendar.last_day(date(2028, 2, 29), delay(1.0, DurationUnit::Year)), date(2029, 2, 28));
    let end = calendar.deadline(&at("2026-04-30T16:00"), delay(2.0, DurationUnit::Day));
    assert_eq!(end, at("2026-05-03T00:00"));
}

#[test]
fn hours_are_hours_in_the_nights_the_clocks_change() {
    let calendar = Calendar::default();
    let four = delay(4.0, DurationUnit::Hour);
    assert_eq!(calendar.deadline(&at("2026-03-29T00:30"), four), at("2026-03-29T05:30"));
    assert_eq!(calendar.deadline(&at("2026-10-25T00:30"), four), at("2026-10-25T03:30"));
    let day = calendar.end_of(date(2026, 3, 29)).duration_since(&calendar.end_of(date(2026, 3, 28)));
    assert_eq!(day, SignedDuration::from_hours(23));
}

#[test]
fn service_hours_pause_at_night_on_sundays_and_holidays() {
    let calendar = Calendar::default();
    let hours = delay(4.0, DurationUnit::WorkingHour);
    // Friday 17:00: one hour that day, three on Monday; Easter Monday is closed.
    assert_eq!(calendar.deadline(&at("2026-03-27T17:00"), hours), at("2026-03-30T12:00"));
    assert_eq!(calendar.deadline(&at("2026-04-03T17:00"), hours), at("2026-04-07T12:00"));
    assert_eq!(calendar.service_time(&at("2026-03-27T17:00"), &at("2026-03-30T12:00")), SignedDuration::from_hours(4));
    let round = ServiceHours { opens: 0, closes: 1440, days: [true; 7], holidays: true };
    let always = Calendar { service: round, ..Calendar::default() };
    assert_eq!(
        always.service_time(&at("2026-03-28T12:00"), &at("2026-03-29T12:00")),
        SignedDuration::from_hours(23),
        "the night of 29 March lacks an hour"
    );
}

#[test]
fn terms_notices_and_renewals() {
    let calendar = Calendar::default();
    let term = Term {
        start: date(2026, 3, 1),
        length: Some(delay(3.0, DurationUnit::Year)),
        notice: Some(delay(3.0, DurationUnit::Month)),
        renewal: Some(delay(1.0, DurationUnit::Year)),
        revision: Some(delay(12.0, DurationUnit::Month)),
        revised: None,
    };
    assert_eq!(term.end(date(2026, 3, 1)), Some(date(2029, 3, 1)));
    assert_eq!(term.last_notice(date(2026, 3, 1), &calendar), Some(date(2028, 11, 30)));
    assert_eq!(term.end(date(2029, 3, 1)), Some(date(2030, 3, 1)), "renewed for a year");
    let kinds = |today| -> Vec<&str> { term.dates(today, &calendar).iter().map(|d| d.kind).collect() };
    assert_eq!(kinds(date(2026, 6, 1)), ["revision", "notice", "renewal"]);
    assert_eq!(kinds(date(2028, 12, 15)), ["renewal", "revision"]);
    let drifting = Term {
        start: date(2026, 1, 31),
        length: Some(delay(1.0, DurationUnit::Month)),
        notice: None,
        renewal: Some(delay(1.0, DurationUnit::Month)),
        revision: None,
        revised: None,
    };
    assert_eq!(drifting.end(date(2026, 3, 5)), Some(date(2026, 3, 31)), "month ends do not drift");
}

fn any_date() -> impl Strategy<Value = Date> {
    (0..60_000_i32).prop_map(|n| Day(n).date())
}

proptest! {
    #[test]
    fn a_day_is_its_number(n in -100_000..100_000_i32) {
        prop_assert_eq!(Day::from(Day(n).date()), Day(n));
    }

    #[test]
    fn longer_delays_end_later(from in any_date(), a in 0..200_u32, b in 0..200_u32) {
        let calendar = Calendar::default();
        let (short, long) = (a.min(b), a.max(b));
        for unit in [DurationUnit::Day, DurationUnit::WorkingDay, DurationUnit::BusinessDay, DurationUnit::Month] {
            let end = |n: u32| calendar.last_day(from, delay(f64::from(n), unit));
            prop_assert!(end(short) <= end(long));
            prop_assert!(end(short) >= from);
        }
        let end = |unit| calendar.last_day(from, delay(f64::from(long), unit));
        prop_assert!(end(DurationUnit::Day) <= end(DurationUnit::BusinessDay));
        prop_assert!(end(DurationUnit::BusinessDay) <= end(DurationUnit::WorkingDay));
    }

    #[test]
    fn working_days_in_between_are_as_many_as_asked(from in any_date(), n in 1..120_i32) {
        let calendar = Calendar::default();
        let end = calendar.last_day(from, delay(f64::from(n), DurationUnit::WorkingDay));
        let counted = (Day::from(from).0 + 1..=Day::from(end).0).filter(|d| calendar.is_working(Day(*d).date())).count();
        prop_assert_eq!(counted, n as usize);
        prop_assert!(calendar.is_working(end));
    }

    #[test]
    fn service_time_after_a_deadline_is_the_delay(from in any_date(), minute in 0..1440_i64, hours in 1..60_u32) {
        let calendar = Calendar::default();
        let start = from.to_zoned(calendar.zone.clone()).expect("in range").saturating_add(minute.minutes());
        let end = calendar.deadline(&start, delay(f64::from(hours), DurationUnit::WorkingHour));
        prop_assert_eq!(calendar.service_time(&start, &end), SignedDuration::from_hours(i64::from(hours)));
    }

    #[test]
    fn an_end_is_always_to_come_and_notice_before_it(start in any_date(), today in any_date(), months in 1..60_u32) {
        let length = Some(delay(f64::from(months), DurationUnit::Month));
        let term = Term { start, length, notice: length, renewal: length, revision: None, revised: None };
        if today >= start && (today - start).get_days() < 10_000 {
            let end = term.end(today).expect("a length");
            prop_assert!(end > today);
            let notice = term.last_notice(today, &Calendar::default()).expect("a notice");
            prop_assert!(notice < end);
        }
    }
}
