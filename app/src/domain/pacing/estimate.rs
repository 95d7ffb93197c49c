//! How long a number of messages takes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{History, HoldReason, Limits, PaceDecision, next_message};
use crate::domain::{Opening, Timestamp};

/// What makes messages wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "held_by", rename_all = "snake_case")]
pub enum HeldBy {
    /// A limit of the connection.
    Pace(HoldReason),
    /// The campaign's window is closed.
    Window,
}

/// How long a number of messages takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// When the first one goes.
    pub begins_at: Timestamp,
    /// When the last one goes.
    pub ends_at: Timestamp,
    /// What they wait for the longest, if they wait at all.
    pub slowest: Option<HeldBy>,
}

/// Plays through how long `messages` messages of a connection take from `now` on: with the limits, with
/// what it handed over lately, and with the average where the queue draws. `opening` tells when the
/// campaign may send: the opening that a time is in, or the next one. `None` when there are no messages,
/// or none of them ever goes.
///
/// It costs some steps per message; five thousand take a few milliseconds.
pub fn estimate(
    messages: u32,
    limits: &Limits,
    history: &History,
    linked_at: Option<Timestamp>,
    now: Timestamp,
    mut opening: impl FnMut(Timestamp) -> Opening,
) -> Option<Estimate> {
    let mut history = history.clone();
    history.tidy(now);
    let (mut at, mut begins_at) = (now, None);
    let mut open = opening(now);
    let mut waits: Vec<(HeldBy, Duration)> = Vec::new();
    let mut wait = |held_by: HeldBy, span: Duration| match waits
        .iter_mut()
        .find(|(known, _)| is_alike(*known, held_by))
    {
        Some((_, sum)) => *sum += span,
        None => waits.push((held_by, span)),
    };
    for _ in 0..messages {
        loop {
            if at >= open.closes {
                open = opening(at);
            }
            if at < open.opens {
                if open.closes <= open.opens {
                    return None;
                }
                wait(HeldBy::Window, open.opens.since(at));
                at = open.opens;
            }
            match next_message(at, limits, &history, linked_at, None) {
                PaceDecision::SendNow => break,
                PaceDecision::WaitUntil { at: later, reason } => {
                    wait(HeldBy::Pace(reason), later.since(at));
                    at = later;
                }
                PaceDecision::Hold { .. } => return None,
            }
        }
        begins_at.get_or_insert(at);
        history.hand_over_on_average(at, limits);
    }
    let slowest = waits.into_iter().max_by_key(|(_, sum)| *sum);
    Some(Estimate {
        begins_at: begins_at?,
        ends_at: at,
        slowest: slowest.map(|(held_by, _)| held_by),
    })
}

/// Whether two waits are of one kind: the ladder's rungs differ, and are one ladder.
fn is_alike(one: HeldBy, other: HeldBy) -> bool {
    match (one, other) {
        (HeldBy::Pace(one), HeldBy::Pace(other)) => {
            std::mem::discriminant(&one) == std::mem::discriminant(&other)
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Pacing;

    const MORNING: Timestamp = Timestamp::from_seconds(1_795_359_600);

    fn always(_: Timestamp) -> Opening {
        Opening {
            opens: Timestamp::default(),
            closes: Timestamp::from_millis(i64::MAX),
        }
    }

    fn after(span: Duration) -> Timestamp {
        MORNING.plus(span)
    }

    fn of(messages: u32, limits: &Limits) -> Option<Estimate> {
        estimate(messages, limits, &History::default(), None, MORNING, always)
    }

    #[test]
    fn without_caps_it_is_the_average_interval_times_the_messages() {
        let limits = Limits::only(Pacing::default());
        let estimate = of(101, &limits).unwrap();
        assert_eq!(estimate.begins_at, MORNING);
        assert_eq!(estimate.ends_at, after(Duration::from_secs(14 * 100)));
        let interval = HeldBy::Pace(HoldReason::Interval);
        assert_eq!(estimate.slowest, Some(interval));
        let one = of(1, &limits).unwrap();
        assert_eq!((one.ends_at, one.slowest), (MORNING, None));
        assert_eq!(of(0, &limits), None);
    }

    #[test]
    fn five_thousand_messages_meet_the_daily_cap_and_are_reckoned_at_once() {
        let limits = Limits::default();
        let estimate = of(5_000, &limits).unwrap();
        let days = estimate.ends_at.since(MORNING).as_secs() / 86_400;
        assert_eq!(days, 8, "600 a day");
        let daily = HeldBy::Pace(HoldReason::DailyCap { most: 600 });
        assert_eq!(estimate.slowest, Some(daily));
    }

    #[test]
    fn a_new_number_climbs_the_ladder() {
        let new = estimate(
            100,
            &Limits::default(),
            &History::default(),
            Some(MORNING),
            MORNING,
            always,
        );
        let new = new.unwrap();
        assert!(matches!(
            new.slowest,
            Some(HeldBy::Pace(HoldReason::WarmUp { .. }))
        ));
        let took = new.ends_at.since(MORNING);
        assert!(Duration::from_hours(24) < took && took < Duration::from_hours(49));
    }

    #[test]
    fn what_does_not_fit_into_an_opening_goes_on_in_the_next() {
        let day = 86_400_000;
        // Open for ten minutes at the beginning of each day since the morning.
        let opening = |at: Timestamp| {
            let number = (at.as_millis() - MORNING.as_millis()).div_euclid(day);
            let opens = MORNING.as_millis() + number * day;
            let opens = if at.as_millis() < opens + 600_000 {
                opens
            } else {
                opens + day
            };
            Opening {
                opens: Timestamp::from_millis(opens),
                closes: Timestamp::from_millis(opens + 600_000),
            }
        };
        let limits = Limits::only(Pacing::default());
        let none = History::default();
        let estimate = estimate(60, &limits, &none, None, MORNING, opening).unwrap();
        // 43 fit into the ten minutes; the others follow a day later.
        let rest = Duration::from_secs(16 * 14);
        assert_eq!(estimate.ends_at, after(Duration::from_hours(24)).plus(rest));
        assert_eq!(estimate.slowest, Some(HeldBy::Window));
    }

    #[test]
    fn a_window_that_never_opens_has_no_end() {
        let never = |_| Opening {
            opens: Timestamp::from_millis(i64::MAX),
            closes: Timestamp::from_millis(i64::MAX),
        };
        let limits = Limits::default();
        let none = History::default();
        assert_eq!(estimate(1, &limits, &none, None, MORNING, never), None);
    }
}
