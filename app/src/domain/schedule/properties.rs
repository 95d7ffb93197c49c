//! What holds for every timing, in every zone, at every moment.

use proptest::prelude::*;

use super::awkward_dates::{APIA, LISBON, LORD_HOWE, NEW_YORK, SAO_PAULO, zone};
use super::{
    CivilTime, DueDecision, IntervalUnit, PastRuns, Schedule, Timing, Weekday, Weekdays, Window,
    Zone,
};
use crate::domain::Timestamp;

const HOUR: i64 = 3_600;

fn any_zone() -> impl Strategy<Value = Zone> {
    let names = [
        SAO_PAULO,
        NEW_YORK,
        LISBON,
        LORD_HOWE,
        APIA,
        "America/Manaus",
        "UTC",
    ];
    prop::sample::select(names.to_vec()).prop_map(zone)
}

/// Moments of years in which clocks were changed in most of the zones, many of them near a change.
fn any_moment() -> impl Strategy<Value = Timestamp> {
    let changes = [
        1_541_300_400, // São Paulo, forward, 2018-11-04
        1_518_919_200, // São Paulo, back, 2018-02-18
        1_772_953_200, // New York, forward, 2026-03-08
        1_793_509_200, // New York, back, 2026-11-01
        1_774_746_000, // Lisbon, forward, 2026-03-29
        1_792_890_000, // Lisbon, back, 2026-10-25
        1_791_041_400, // Lord Howe, forward, 2026-10-04
        1_325_239_200, // Apia, a day forward, 2011-12-30
    ];
    let near = (
        prop::sample::select(changes.to_vec()),
        -40 * HOUR..40 * HOUR,
    );
    let near = near.prop_map(|(change, off)| change + off);
    let anywhere = 1_300_000_000_i64..2_000_000_000;
    (prop_oneof![3 => near, 1 => anywhere], 0_i64..1_000)
        .prop_map(|(seconds, millis)| Timestamp::from_millis(seconds * 1_000 + millis))
}

fn any_time() -> impl Strategy<Value = CivilTime> {
    let minutes = prop_oneof![Just(0), Just(30), 0_i8..60];
    (0_i8..24, minutes).prop_map(|(hour, minute)| jiff::civil::time(hour, minute, 0, 0))
}

fn some_days() -> impl Strategy<Value = Weekdays> {
    let days = prop::sample::subsequence(&Weekday::EVERY[..], 1..=7);
    days.prop_map(Weekdays::from_iter)
}

fn any_window() -> impl Strategy<Value = Window> {
    let window = (some_days(), any_time(), any_time());
    window.prop_map(|(days, from, to)| Window { days, from, to })
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let units = prop::sample::select(&IntervalUnit::EVERY[..]);
    let crons = [
        "* * * * *",
        "*/7 * * * *",
        "0,30 0-3 * * *",
        "15 */5 * * sun",
        "30 1 13 * fri",
        "0 2 */2 * 1-5",
        "59 23 29-31 * *",
    ];
    prop_oneof![
        Just(Schedule::Now),
        any_moment().prop_map(|at| Schedule::Once {
            at: zone("UTC").local(at)
        }),
        (1_u32..100, units).prop_map(|(n, unit)| Schedule::Every { n, unit }),
        (some_days(), prop::collection::vec(any_time(), 1..4))
            .prop_map(|(days, times)| Schedule::Weekly { days, times }),
        prop::sample::select(crons.to_vec()).prop_map(|expression| Schedule::Cron {
            expression: expression.parse().unwrap(),
        }),
    ]
}

fn any_timing() -> impl Strategy<Value = Timing> {
    let limits = (prop::option::of(0_u32..12), 0_u32..400);
    (any_schedule(), prop::option::of(any_window()), limits).prop_map(
        |(schedule, window, (max_runs, tolerance_minutes))| Timing {
            schedule,
            window,
            max_runs,
            tolerance_minutes,
            ..Timing::default()
        },
    )
}

proptest! {
    #[test]
    fn runs_are_in_order_inside_the_window_and_not_before_now(
        timing in any_timing(), zone in any_zone(), start in any_moment(), later in 0_i64..400 * HOUR,
    ) {
        let past = PastRuns { first_at: Some(start), ..PastRuns::default() };
        let now = Timestamp::from_millis(start.as_millis() + later * 1_000);
        let runs = timing.next_runs(&zone, &past, now, 20);
        prop_assert!(runs.is_sorted_by(|a, b| a < b), "{runs:?}");
        prop_assert!(runs.iter().all(|run| *run >= now));
        prop_assert!(timing.max_runs.is_none_or(|max| runs.len() <= max as usize));
        if let Some(window) = timing.window {
            for run in runs {
                prop_assert!(window.open_at(&zone, run), "{run:?}");
                let opening = window.opening(&zone, run);
                prop_assert!(opening.opens <= run && run < opening.closes);
            }
        }
    }

    #[test]
    fn looking_ahead_agrees_with_going_on(
        timing in any_timing(), zone in any_zone(), start in any_moment(),
    ) {
        let mut past = PastRuns { first_at: Some(start), ..PastRuns::default() };
        let first = timing.next(&zone, &past, start);
        // A moment that has passed is due, but lies behind whoever looks ahead.
        let ahead = timing.next_runs(&zone, &past, first.map_or(start, |at| at.min(start)), 12);
        let mut gone_on = Vec::new();
        while let Some(due) = timing.next(&zone, &past, start).filter(|_| gone_on.len() < 12) {
            gone_on.push(due);
            past.last_due = Some(due);
            past.runs += 1;
        }
        prop_assert_eq!(ahead, gone_on);
    }

    #[test]
    fn looking_ahead_from_between_two_runs_finds_the_later_one(
        timing in any_timing(), zone in any_zone(), start in any_moment(), part in 0_i64..100,
    ) {
        let past = PastRuns { first_at: Some(start), ..PastRuns::default() };
        let runs = timing.next_runs(&zone, &past, start, 6);
        for pair in runs.windows(2) {
            let gap = pair[1].as_millis() - pair[0].as_millis();
            let between = Timestamp::from_millis(pair[0].as_millis() + 1 + (gap - 1) * part / 100);
            let next = timing.next_runs(&zone, &past, between, 1);
            prop_assert_eq!(next, [pair[1]]);
        }
    }

    #[test]
    fn an_opening_is_one_stretch(window in any_window(), zone in any_zone(), at in any_moment()) {
        let opening = window.opening(&zone, at);
        prop_assert!(at < opening.closes && opening.opens < opening.closes);
        prop_assert_eq!(window.open_at(&zone, at), opening.opens <= at);
        prop_assert_eq!(window.closed_since(&zone, at).is_none(), window.open_at(&zone, at));
        let first = window.opening(&zone, opening.opens);
        prop_assert_eq!(first.opens, opening.opens);
        prop_assert!(!window.open_at(&zone, opening.closes) || window.days == Weekdays::ALL
            || opening.closes.since(at).as_secs() > 13 * 86_400);
    }

    #[test]
    fn a_reckoning_is_about_the_last_due_instant_and_tells_all_others(
        timing in any_timing(), zone in any_zone(), start in any_moment(),
        away in 0_i64..60 * HOUR, is_going: bool,
    ) {
        let past = PastRuns { first_at: Some(start), ..PastRuns::default() };
        let now = Timestamp::from_millis(start.as_millis() + away * 1_000);
        let first = timing.next(&zone, &past, now);
        let Some(reckoning) = timing.reckon(&zone, &past, now, is_going) else {
            prop_assert!(first.is_none_or(|first| first > now));
            return Ok(());
        };
        prop_assert!(reckoning.due <= now);
        let after = PastRuns { last_due: Some(reckoning.due), ..past };
        let next = timing.next(&zone, &after, now);
        prop_assert!(next.is_none_or(|next| next > now), "nothing is decided about twice or left");

        let mut due = Vec::new();
        let mut going = past;
        while let Some(at) = timing.next(&zone, &going, now).filter(|at| *at <= now) {
            due.push(at);
            going.last_due = Some(at);
        }
        prop_assert_eq!(due.last(), Some(&reckoning.due));
        if !matches!(reckoning.decision, DueDecision::Missed { .. }) {
            due.pop();
        }
        prop_assert_eq!(reckoning.missed.is_some(), !due.is_empty());
        if let Some(missed) = reckoning.missed {
            prop_assert_eq!(Some(&missed.from), due.first());
            prop_assert_eq!(Some(&missed.to), due.last());
            prop_assert_eq!(missed.count as usize, due.len().min(1_000));
        }
    }

    #[test]
    fn what_has_no_problem_comes(timing in any_timing(), zone in any_zone(), now in any_moment()) {
        if timing.problems(&zone, now).is_empty() {
            prop_assert!(!timing.next_runs(&zone, &PastRuns::default(), now, 1).is_empty());
        }
    }
}
