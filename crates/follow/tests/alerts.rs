//! Alerts as a practice gets them: one a breach, a recovery, what is due soon, the contract's dates; never twice.

use contract::{Debtor, Duration, DurationUnit, Quote, TermClause, TermKind};
use follow::alert::{Agreement, Alert, Kind, Quiet, Timing, Told, Watched, of_contract, of_promise};
use follow::{Cadence, Calendar, Day, Outcome, Promise, Seen, Sign, Term, Window, episodes, status, timeline};
use jiff::civil::{Date, date, time};

fn promise(cadence: Cadence, kind: &str) -> Promise {
    Promise {
        id: "medorane-2026/SAU-01".to_owned(),
        point: Some("SAU-01".to_owned()),
        title: "Sauvegardes quotidiennes".to_owned(),
        debtor: Debtor::Provider,
        article: "Article 6 – Sauvegardes".to_owned(),
        page: 4,
        quote: "Le Prestataire sauvegarde chaque nuit.".to_owned(),
        figures: Vec::new(),
        proved_by: vec![kind.to_owned()],
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

fn march(day: i8) -> Date {
    date(2026, 3, day)
}

/// The alerts of a day, given all facts of the month; those told are added to `told`.
fn day(promise: &Promise, facts: &[Seen], today: Date, told: &mut Told) -> Vec<Alert> {
    let window = Window { first: Day::from(today).plus(-62), last: today.into() };
    let calendar = Calendar::default();
    let status = status(promise, facts, window, today.into(), &calendar);
    let marks = timeline(promise, facts, window, today.into(), &calendar);
    let (contract, provider) = ("medorane-2026", "Médorane");
    let watched = Watched { contract, provider, promise, status: &status, marks: &marks, first: window.first };
    let out = of_promise(&watched, today.into(), told);
    told.extend(out.iter().flat_map(Alert::keys));
    out
}

/// A month of nights, told day by day, as "DD kind".
fn month(promise: &Promise, facts: &[Seen]) -> Vec<String> {
    let mut told = Told::new();
    let days = (1..=31).map(march).chain((1..=5).map(|d| date(2026, 4, d)));
    days.flat_map(|today| {
        let alerts = day(promise, facts, today, &mut told);
        alerts.into_iter().map(move |a| format!("{:02} {:?}", today.day(), a.kind)).collect::<Vec<_>>()
    })
    .collect()
}

fn nights(bad: impl Fn(i8) -> Option<Outcome>) -> Vec<Seen> {
    (1..=31).filter_map(|d| bad(d).map(|o| seen(march(d), o))).collect()
}

#[test]
fn a_failure_and_a_silence_are_two_breaches() {
    let facts = nights(|d| match d {
        17 => Some(Outcome::Failed),
        21 => None,
        _ => Some(Outcome::Ok),
    });
    // The failure shows at once, two good nights make a recovery. The silence shows after its day of grace; by then it
    // is over, and one word tells both.
    let told = month(&promise(Cadence::Days(1), "backup"), &facts);
    assert_eq!(told[..4], ["17 Breach", "19 Recovery", "23 Breach", "03 Breach"]);
}

#[test]
fn ten_bad_nights_are_one_alert() {
    let facts = nights(|d| Some(if (5..=14).contains(&d) { Outcome::Failed } else { Outcome::Ok }));
    let told = month(&promise(Cadence::Days(1), "backup"), &facts);
    assert_eq!(told[..2], ["05 Breach", "16 Recovery"]);
    assert_eq!(told.iter().filter(|t| t.ends_with("Breach")).count(), 2, "April's silence is the other one: {told:?}");
}

#[test]
fn a_job_that_fails_every_second_night_is_one_episode() {
    let facts = nights(|d| Some(if (4..=20).contains(&d) && d % 2 == 0 { Outcome::Failed } else { Outcome::Ok }));
    let told = month(&promise(Cadence::Days(1), "backup"), &facts);
    assert_eq!(told[..2], ["04 Breach", "22 Recovery"]);
}

#[test]
fn a_doubt_that_grows_into_a_breach_is_told_again() {
    let facts = nights(|d| match d {
        8 => Some(Outcome::Unproven),
        9 => Some(Outcome::Failed),
        _ => Some(Outcome::Ok),
    });
    let told = month(&promise(Cadence::Days(1), "backup"), &facts);
    assert_eq!(told[..3], ["08 Doubt", "09 Breach", "11 Recovery"]);
}

#[test]
fn an_alert_names_clause_quote_and_what_to_do() {
    let facts = nights(|d| Some(if d == 17 { Outcome::Failed } else { Outcome::Ok }));
    let mut told = Told::new();
    let alerts = day(&promise(Cadence::Days(1), "backup"), &facts[..17], march(17), &mut told);
    let [alert] = alerts.as_slice() else { panic!("one alert: {alerts:?}") };
    assert_eq!(alert.kind, Kind::Breach);
    assert_eq!(alert.clause.place(), "article 6, page 4");
    assert_eq!(alert.clause.quote, "Le Prestataire sauvegarde chaque nuit.");
    assert!(alert.what.contains("Échec le 17 mars 2026"), "{}", alert.what);
    assert!(alert.action.contains("Médorane") && alert.action.contains("reprise"), "{}", alert.action);
    assert_eq!(alert.key, "medorane-2026/SAU-01#breach#2026-03-17");
}

#[test]
fn whoever_starts_late_is_not_told_the_past_but_what_lasts() {
    let facts = nights(|d| Some(if d == 4 || d >= 25 { Outcome::Failed } else { Outcome::Ok }));
    let mut told = Told::new();
    let alerts = day(&promise(Cadence::Days(1), "backup"), &facts, march(31), &mut told);
    let keys: Vec<&str> = alerts.iter().map(|a| a.key.as_str()).collect();
    assert_eq!(keys, ["medorane-2026/SAU-01#breach#2026-03-25"]);
    assert!(day(&promise(Cadence::Days(1), "backup"), &facts, march(31), &mut told).is_empty());
}

#[test]
fn a_certificate_is_called_to_mind_then_missed_then_back() {
    let certificate = promise(Cadence::Always, "attestation");
    // Valid from 1 March for 40 days: to 9 April.
    let first = Seen { weight: 40.0, ..seen(march(1), Outcome::Ok) };
    let mut told = Told::new();
    let kinds = |alerts: Vec<Alert>| alerts.into_iter().map(|a| (a.kind, a.date)).collect::<Vec<_>>();
    assert_eq!(kinds(day(&certificate, &[first], march(5), &mut told)), []);
    assert_eq!(kinds(day(&certificate, &[first], march(12), &mut told)), [(Kind::Due, date(2026, 4, 9))]);
    assert_eq!(kinds(day(&certificate, &[first], march(13), &mut told)), []);
    assert_eq!(kinds(day(&certificate, &[first], date(2026, 4, 10), &mut told)), [(Kind::Breach, date(2026, 4, 10))]);
    assert_eq!(kinds(day(&certificate, &[first], date(2026, 4, 25), &mut told)), []);
    let second = Seen { weight: 365.0, ..seen(date(2026, 4, 26), Outcome::Ok) };
    assert_eq!(kinds(day(&certificate, &[first, second], date(2026, 4, 26), &mut told))[0].0, Kind::Recovery);
}

#[test]
fn late_interventions_are_a_breach_each_and_never_recover() {
    let event = promise(Cadence::Event, "intervention");
    let facts = [
        seen(march(3), Outcome::Failed),
        seen(march(3), Outcome::Failed),
        seen(march(9), Outcome::Ok),
        seen(march(12), Outcome::Failed),
    ];
    let told: Vec<String> = month(&event, &facts);
    assert_eq!(told, ["03 Breach", "12 Breach"]);
}

#[test]
fn a_yearly_test_is_called_to_mind_before_its_last_day() {
    let test = promise(Cadence::Months(12), "restore");
    let mut told = Told::new();
    assert!(day(&test, &[], date(2027, 2, 20), &mut told).is_empty());
    // The year ends on 28 February; fifteen days of grace follow.
    let alerts = day(&test, &[], date(2027, 3, 2), &mut told);
    assert_eq!(alerts.iter().map(|a| (a.kind, a.date)).collect::<Vec<_>>(), [(Kind::Due, date(2027, 3, 15))]);
    assert_eq!(day(&test, &[], date(2027, 3, 16), &mut told)[0].kind, Kind::Breach);
}

#[test]
fn the_last_day_for_notice_is_told_three_times_with_its_clause() {
    let months = |amount| Some(Duration { amount, unit: DurationUnit::Month });
    let term = Term {
        start: date(2026, 3, 1),
        length: months(36.0),
        notice: months(3.0),
        renewal: months(12.0),
        revision: None,
        revised: None,
    };
    let quote = Quote {
        text: "Chaque partie peut dénoncer par lettre recommandée trois mois avant le terme.".to_owned(),
        page: 9,
        start: 0,
        end: 10,
        article: "Article 12 – Durée".to_owned(),
        ocr: false,
    };
    let clause = TermClause {
        kind: TermKind::Notice,
        duration: months(3.0),
        day: None,
        registered: true,
        index: String::new(),
        quote,
    };
    let calendar = Calendar::default();
    let (contract, provider, clauses) = ("medorane-2026", "Médorane", [clause]);
    let agreement = Agreement { contract, provider, term: &term, calendar: &calendar, clauses: &clauses };
    let mut told = Told::new();
    let mut days = Vec::new();
    for n in Day::from(date(2028, 8, 1)).0..=Day::from(date(2028, 11, 30)).0 {
        for alert in of_contract(&agreement, Day(n), &told) {
            days.push((Day(n).date(), alert.title.clone()));
            assert!(alert.what.contains("dernier jour pour dénoncer") || alert.title != "Préavis");
            if alert.title == "Préavis" {
                assert_eq!(alert.clause.place(), "article 12, page 9");
                assert!(alert.action.contains("lettre recommandée que le contrat demande"), "{}", alert.action);
            }
            told.extend(alert.keys());
        }
    }
    let notices: Vec<Date> = days.iter().filter(|d| d.1 == "Préavis").map(|d| d.0).collect();
    assert_eq!(notices, [date(2028, 9, 1), date(2028, 10, 31), date(2028, 11, 23)]);
}

#[test]
fn quiet_hours_over_midnight_and_the_day_of_the_digest() {
    let quiet = Quiet { from: 20 * 60, to: 7 * 60 + 30 };
    assert!(quiet.holds(time(23, 0, 0, 0)) && quiet.holds(time(7, 29, 0, 0)));
    assert!(!quiet.holds(time(7, 30, 0, 0)) && !quiet.holds(time(19, 59, 0, 0)));
    let timing = Timing::default();
    let at = |day: i8, hour: i8| march(day).at(hour, 0, 0, 0);
    assert!(timing.open(at(2, 8)) && !timing.open(at(2, 6)));
    assert_eq!(timing.digest_key(at(2, 8)).as_deref(), Some("digest#2026-03-02"));
    assert_eq!(timing.digest_key(at(4, 8)).as_deref(), Some("digest#2026-03-02"));
    assert_eq!(timing.digest_key(at(5, 8)), None, "a digest of last Monday is no news on Thursday");
}

#[test]
fn a_timeline_has_a_sign_a_day() {
    let facts = nights(|d| (d != 21).then_some(if d == 17 { Outcome::Failed } else { Outcome::Ok }));
    let window = Window { first: march(1).into(), last: march(31).into() };
    let marks =
        timeline(&promise(Cadence::Days(1), "backup"), &facts, window, date(2026, 4, 3).into(), &Calendar::default());
    assert_eq!(marks.len(), 31);
    assert_eq!((marks[16].sign, marks[20].sign, marks[0].sign), (Sign::Failed, Sign::Missing, Sign::Kept));
    let all = episodes(Cadence::Days(1), &marks);
    assert_eq!(
        all.iter().map(|e| (e.first.date().day(), e.over.map(|d| d.date().day()))).collect::<Vec<_>>(),
        [(17, Some(18)), (21, Some(22))]
    );
}
