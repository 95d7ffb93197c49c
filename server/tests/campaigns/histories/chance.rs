//! What a seed decides about a history before it begins.

use std::collections::BTreeMap;
use std::time::Duration;

use arauto_app::domain::*;
use rand::{Rng, rngs::StdRng};

use super::super::faults::Fault;

/// When the campaign runs: a few times within two days.
pub fn any_timing(random: &mut StdRng, now: Timestamp) -> Timing {
    let zone = Zone::embedded(&ZoneName::default()).unwrap();
    loop {
        let timing = timing(random, zone.local(now).date());
        if timing.problems(&zone, now).is_empty() {
            return timing;
        }
    }
}

fn timing(random: &mut StdRng, today: CivilDate) -> Timing {
    let (schedule, often) = match random.random_range(0..6) {
        0 | 1 => (Schedule::Now, false),
        2 => (twice_a_day(), false),
        3 => (every(random.random_range(60..240)), false),
        _ => (every(random.random_range(5..60)), true),
    };
    let window = random.random_bool(0.5).then(|| Window {
        days: Weekdays::ALL,
        from: CivilTime::constant(random.random_range(0..12), 0, 0, 0),
        to: CivilTime::constant(random.random_range(12..24), 30, 0, 0),
    });
    Timing {
        schedule,
        window,
        last_day: random.random_bool(0.8).then(|| today.tomorrow().unwrap()),
        max_runs: Some(random.random_range(1..if often { 5 } else { 9 })),
        tolerance_minutes: random.random_range(0..240),
        ..Timing::default()
    }
}

fn twice_a_day() -> Schedule {
    Schedule::Weekly {
        days: Weekdays::ALL,
        times: vec![
            CivilTime::constant(9, 30, 0, 0),
            CivilTime::constant(18, 0, 0, 0),
        ],
    }
}

const fn every(minutes: u32) -> Schedule {
    Schedule::Every {
        n: minutes,
        unit: IntervalUnit::Minutes,
    }
}

/// How fast the connection may go.
pub fn any_limits(random: &mut StdRng) -> Limits {
    let shortest = random.random_range(1..20);
    let interval = Pacing {
        shortest: Duration::from_secs(shortest),
        longest: Duration::from_secs(random.random_range(shortest..40)),
    };
    let length = Pacing {
        shortest: Duration::from_mins(2),
        longest: Duration::from_mins(4),
    };
    let every = random.random_range(2..6);
    Limits {
        interval,
        pause: random
            .random_bool(0.3)
            .then_some(LongPause { every, length }),
        hourly: random.random_bool(0.5).then(|| random.random_range(2..12)),
        daily: random.random_bool(0.3).then(|| random.random_range(10..60)),
        warm_up: random.random_bool(0.2),
    }
}

/// What the owner wants done after an outage.
pub fn any_wish(random: &mut StdRng) -> AfterOutage {
    match random.random_range(0..4) {
        0 => AfterOutage::Send,
        1 => AfterOutage::Drop,
        _ => AfterOutage::Ask,
    }
}

/// What befalls the calls of one life: stretches without the store, lost answers, and mostly a kill.
pub fn any_plan(random: &mut StdRng) -> BTreeMap<u64, Fault> {
    let mut plan = BTreeMap::new();
    let reach = [60, 300, 1_500][random.random_range(0..3)];
    for _ in 0..random.random_range(0..3) {
        let begin = random.random_range(0..reach);
        let end = begin + random.random_range(1..12);
        plan.extend((begin..end).map(|call| (call, Fault::Away)));
    }
    for _ in 0..random.random_range(0..8) {
        plan.insert(random.random_range(0..reach), Fault::AnswerLost);
    }
    if random.random_bool(0.7) {
        let kills = [Fault::KillBefore, Fault::KillAfter];
        plan.insert(
            random.random_range(0..reach),
            kills[random.random_range(0..2)],
        );
    }
    plan
}
