//! Dates in the spellings met.

use super::*;

fn read(text: &str) -> String {
    parse(text, &Zone::default()).map_or_else(|| "-".into(), |m| m.text())
}

#[test]
fn spellings() {
    for (text, wanted) in [
        ("2026-11-22T04:21:08.4510828Z", "2026-11-22T04:21:08Z"),
        ("2026-11-22T05:29:24.614636+00:00", "2026-11-22T05:29:24Z"),
        ("2026-03-29T03:10:00+02:00", "2026-03-29T03:10:00+02:00"),
        ("Time (end):   Sun, 2026-11-22 04:22:28", "2026-11-22T04:22:28"),
        ("22-Nov-2026 04:28:26", "2026-11-22T04:28:26"),
        ("StartTime (Sun Nov 22 04:26:03 2026)", "2026-11-22T04:26:03"),
        ("Sun Nov 22 05:03:27 2026", "2026-11-22T05:03:27"),
        ("Sun Nov 22 05:03:27 UTC 2026", "2026-11-22T05:03:27Z"),
        ("2026:11:22 04:48:09", "2026-11-22T04:48:09"),
        ("2026/11/22 05:29:25 Failed", "2026-11-22T05:29:25"),
        ("2026-11-22  04:19:49", "2026-11-22T04:19:49"),
        ("2026-11-22 04:41:25,366 INFO", "2026-11-22T04:41:25"),
        ("22/11/2026 04:28", "2026-11-22T04:28:00"),
        ("11/22/2026 4:28:22 PM", "2026-11-22T16:28:22"),
        ("le 22 novembre 2026 à 4h28", "2026-11-22T04:28:00"),
        ("Sonntag, 22. März 2026 um 04:28 Uhr", "2026-03-22T04:28:00"),
        ("11/5/2026 10:00:08 PM", "2026-11-05T22:00:08"),
        ("05/11/2026 22:00:08", "2026-11-05T22:00:08"),
        ("22.11.2026 04:28:26", "2026-11-22T04:28:26"),
        ("du 1er janvier 2026", "2026-01-01"),
        ("15/03/2029", "2029-03-15"),
        ("Tue, Dec 20 2022 02:00:01", "2022-12-20T02:00:01"),
        ("2026-11-22 05:01:40 UTC", "2026-11-22T05:01:40Z"),
        ("22 Nov 2026 04:28:26 +0100", "2026-11-22T04:28:26+01:00"),
        ("rien", "-"),
        ("31/02/2026", "-"),
    ] {
        assert_eq!(read(text), wanted, "{text}");
    }
}

#[test]
fn a_given_zone_is_applied_with_its_summer_time() {
    let paris = Zone::named("Europe/Paris").unwrap();
    let moment = parse("2026-07-01 10:00:00", &paris).unwrap();
    assert_eq!((moment.text().as_str(), moment.certainty), ("2026-07-01T10:00:00+02:00", Certainty::AssumedZone));
}

#[test]
fn mail_dates() {
    assert_eq!(mail_date("Sun, 22 Nov 2026 04:28:26 +0000 (UTC)").unwrap().text(), "2026-11-22T04:28:26Z");
}

#[test]
fn a_day_that_may_be_a_month_is_read_near_the_mail() {
    let near = jiff::civil::date(2026, 11, 6);
    let read = |text: &str| parse_near(text, &Zone::default(), Some(near)).unwrap().date().to_string();
    assert_eq!(read("11/05/2026 22:00:08"), "2026-11-05");
    assert_eq!(read("05/11/2026 22:00:08"), "2026-11-05");
    assert_eq!(read("03/04/2026 22:00:08"), "2026-04-03", "near nothing: the day first");
    assert_eq!(read("11.05.2026"), "2026-05-11", "points stand between day and month in that order");
}
