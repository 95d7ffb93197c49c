//! Dates on which clocks or calendars do something unusual, and what is due on them.

use super::{
    CivilDate, CivilDateTime, IntervalUnit, PastRuns, Schedule, Timing, Weekday, Weekdays, Zone,
};
use crate::domain::Timestamp;

pub(super) const SAO_PAULO: &str = "America/Sao_Paulo";
pub(super) const NEW_YORK: &str = "America/New_York";
pub(super) const LISBON: &str = "Europe/Lisbon";
pub(super) const LORD_HOWE: &str = "Australia/Lord_Howe";
pub(super) const APIA: &str = "Pacific/Apia";

pub(super) fn zone(name: &str) -> Zone {
    Zone::embedded(&name.parse().unwrap()).unwrap()
}

/// An instant by RFC 3339.
pub(super) fn utc(text: &str) -> Timestamp {
    let at: jiff::Timestamp = text.parse().unwrap();
    Timestamp::from_millis(at.as_millisecond())
}

fn text(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap();
    at.strftime("%Y-%m-%dT%H:%MZ").to_string()
}

fn cron(expression: &str) -> Schedule {
    Schedule::Cron {
        expression: expression.parse().unwrap(),
    }
}

fn daily() -> Schedule {
    Schedule::Every {
        n: 1,
        unit: IntervalUnit::Days,
    }
}

/// What is due from `start` on, in UTC.
fn runs(zone_name: &str, schedule: Schedule, start: &str, n: usize) -> Vec<String> {
    let timing = Timing {
        schedule,
        zone: zone_name.parse().unwrap(),
        ..Timing::default()
    };
    let (zone, start) = (zone(zone_name), utc(start));
    let runs = timing.next_runs(&zone, &PastRuns::default(), start, n);
    runs.into_iter().map(text).collect()
}

#[test]
fn clocks_that_show_a_time_twice_or_never() {
    for (zone_name, civil, expected) in [
        // Midnight was skipped in São Paulo: the day began at one o'clock.
        (SAO_PAULO, "2018-11-04T00:00", "2018-11-04T03:00Z"),
        (SAO_PAULO, "2018-11-04T00:30", "2018-11-04T03:00Z"),
        (SAO_PAULO, "2018-11-04T01:00", "2018-11-04T03:00Z"),
        (SAO_PAULO, "2018-11-03T23:59", "2018-11-04T02:59Z"),
        // The last hour of a Saturday came twice.
        (SAO_PAULO, "2018-02-17T23:30", "2018-02-18T01:30Z"),
        (SAO_PAULO, "2018-02-18T00:00", "2018-02-18T03:00Z"),
        // Since 2019 nothing of the kind.
        (SAO_PAULO, "2026-11-01T00:00", "2026-11-01T03:00Z"),
        (NEW_YORK, "2026-03-08T02:30", "2026-03-08T07:00Z"),
        (NEW_YORK, "2026-11-01T01:30", "2026-11-01T05:30Z"),
        // Beyond the changes that the database lists, by the zone's rule.
        (NEW_YORK, "2050-03-13T02:30", "2050-03-13T07:00Z"),
        (LISBON, "2026-03-29T01:30", "2026-03-29T01:00Z"),
        (LISBON, "2026-10-25T01:30", "2026-10-25T00:30Z"),
        // Half an hour.
        (LORD_HOWE, "2026-10-04T02:15", "2026-10-03T15:30Z"),
        (LORD_HOWE, "2026-04-05T01:45", "2026-04-04T14:45Z"),
        // A whole day: Samoa crossed the date line.
        (APIA, "2011-12-30T12:00", "2011-12-30T10:00Z"),
        (APIA, "2011-12-31T00:00", "2011-12-30T10:00Z"),
    ] {
        let civil: CivilDateTime = civil.parse().unwrap();
        let at = zone(zone_name).instant(civil).unwrap();
        assert_eq!(text(at), expected, "{zone_name} {civil}");
    }
}

#[test]
fn midnight_in_brazil_on_the_day_that_began_at_one() {
    let nightly = runs(SAO_PAULO, cron("0 0 * * *"), "2018-11-03T00:00:00Z", 3);
    assert_eq!(
        nightly,
        [
            "2018-11-03T03:00Z",
            "2018-11-04T03:00Z",
            "2018-11-05T02:00Z"
        ]
    );
    // Half past midnight and midnight fall on one instant, which is due once.
    let both = runs(SAO_PAULO, cron("0,30 0 * * *"), "2018-11-04T02:00:00Z", 3);
    assert_eq!(
        both,
        [
            "2018-11-04T03:00Z",
            "2018-11-05T02:00Z",
            "2018-11-05T02:30Z"
        ]
    );
}

#[test]
fn an_hour_that_comes_twice_counts_once() {
    let half_past_one = runs(NEW_YORK, cron("30 1 * * *"), "2026-10-31T12:00:00Z", 2);
    assert_eq!(half_past_one, ["2026-11-01T05:30Z", "2026-11-02T06:30Z"]);
    let often = runs(NEW_YORK, cron("*/30 * * * *"), "2026-11-01T05:15:00Z", 3);
    assert_eq!(
        often,
        [
            "2026-11-01T05:30Z",
            "2026-11-01T07:00Z",
            "2026-11-01T07:30Z"
        ]
    );
    // Whoever asks in the second of the two hours is told the next day, too.
    let asked_later = runs(LISBON, cron("30 1 * * *"), "2026-10-25T01:15:00Z", 1);
    assert_eq!(asked_later, ["2026-10-26T01:30Z"]);
}

#[test]
fn hours_are_durations_and_days_keep_the_time_of_day() {
    let every_six_hours = Schedule::Every {
        n: 6,
        unit: IntervalUnit::Hours,
    };
    let start = "2026-03-07T17:30:00Z"; // 12:30 in New York
    assert_eq!(
        runs(NEW_YORK, every_six_hours, start, 5),
        [
            "2026-03-07T17:30Z",
            "2026-03-07T23:30Z",
            "2026-03-08T05:30Z",
            "2026-03-08T11:30Z",
            "2026-03-08T17:30Z"
        ]
    );
    assert_eq!(
        runs(NEW_YORK, daily(), start, 3),
        [
            "2026-03-07T17:30Z",
            "2026-03-08T16:30Z",
            "2026-03-09T16:30Z"
        ]
    );
    // Half past two was skipped on the 8th, and is itself again on the 9th.
    assert_eq!(
        runs(NEW_YORK, daily(), "2026-03-07T07:30:00Z", 3),
        [
            "2026-03-07T07:30Z",
            "2026-03-08T07:00Z",
            "2026-03-09T06:30Z"
        ]
    );
    assert_eq!(
        runs(LORD_HOWE, daily(), "2026-10-02T15:45:00Z", 3),
        [
            "2026-10-02T15:45Z",
            "2026-10-03T15:30Z",
            "2026-10-04T15:15Z"
        ]
    );
}

#[test]
fn an_interval_that_begins_in_the_second_of_two_equal_hours() {
    // 01:30 in New York for the second time; the next day it is 01:30 once.
    assert_eq!(
        runs(NEW_YORK, daily(), "2026-11-01T06:30:00Z", 2),
        ["2026-11-01T06:30Z", "2026-11-02T06:30Z"]
    );
}

#[test]
fn samoa_had_no_such_friday() {
    let fridays = Schedule::Weekly {
        days: Weekdays::from_iter([Weekday::Friday]),
        times: vec![jiff::civil::time(8, 0, 0, 0)],
    };
    assert_eq!(
        runs(APIA, fridays, "2011-12-22T00:00:00Z", 3),
        [
            "2011-12-23T18:00Z",
            "2011-12-30T10:00Z",
            "2012-01-05T18:00Z"
        ]
    );
}

#[test]
fn months_that_lack_a_day_are_passed_over() {
    let days = |expression, start| runs("UTC", cron(expression), start, 3);
    assert_eq!(
        days("0 9 31 * *", "2026-01-31T09:00:01Z"),
        [
            "2026-03-31T09:00Z",
            "2026-05-31T09:00Z",
            "2026-07-31T09:00Z"
        ]
    );
    assert_eq!(
        days("0 9 29 2 *", "2026-01-01T00:00:00Z"),
        [
            "2028-02-29T09:00Z",
            "2032-02-29T09:00Z",
            "2036-02-29T09:00Z"
        ]
    );
    assert_eq!(
        runs("UTC", daily(), "2028-02-28T09:00:00Z", 3),
        [
            "2028-02-28T09:00Z",
            "2028-02-29T09:00Z",
            "2028-03-01T09:00Z"
        ]
    );
}

#[test]
fn the_end_of_a_year_is_a_day_like_others() {
    let every_minute = cron("* * * * *");
    assert_eq!(
        runs(SAO_PAULO, every_minute, "2027-01-01T02:59:00Z", 2),
        ["2027-01-01T02:59Z", "2027-01-01T03:00Z"]
    );
    // 2026 has a week 53, which ends in January.
    let sundays = Schedule::Weekly {
        days: Weekdays::from_iter([Weekday::Sunday]),
        times: vec![jiff::civil::time(10, 0, 0, 0)],
    };
    assert_eq!(
        runs(SAO_PAULO, sundays, "2026-12-27T13:00:00Z", 3),
        [
            "2026-12-27T13:00Z",
            "2027-01-03T13:00Z",
            "2027-01-10T13:00Z"
        ]
    );
}

#[test]
fn the_last_day_is_one_of_its_zone() {
    let timing = Timing {
        schedule: cron("0 22 * * *"),
        last_day: Some(CivilDate::constant(2026, 11, 25)),
        ..Timing::default()
    };
    // 22:00 in São Paulo is the next day in UTC.
    let start = utc("2026-11-25T00:00:00Z");
    let runs = timing.next_runs(&zone(SAO_PAULO), &PastRuns::default(), start, 5);
    let runs: Vec<_> = runs.into_iter().map(text).collect();
    assert_eq!(runs, ["2026-11-25T01:00Z", "2026-11-26T01:00Z"]);
}

#[test]
fn beyond_the_calendar_nothing_is_due() {
    let far = |schedule| runs("UTC", schedule, "9999-12-30T00:00:00Z", 9).len();
    assert!(far(daily()) < 9);
    assert_eq!(far(cron("0 0 1 1 *")), 0);
}
