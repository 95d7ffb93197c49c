//! Whether the next message may go.

use serde::{Deserialize, Serialize};

use super::history::{DAY, HOUR};
use super::{History, Limits, Restriction, warm_up_rung};
use crate::domain::Timestamp;

/// What holds the next message of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum HoldReason {
    /// The interval between two messages.
    Interval,
    /// The longer pause after several of them.
    LongPause,
    /// The hourly cap.
    HourlyCap {
        /// How many messages it allows.
        most: u32,
    },
    /// The daily cap.
    DailyCap {
        /// How many messages it allows.
        most: u32,
    },
    /// The number was linked lately.
    WarmUp {
        /// How many messages a day it allows now.
        most: u32,
    },
    /// WhatsApp restricts the number.
    Restricted,
    /// The interval that the campaign has of its own.
    Campaign,
}

/// What becomes of the next message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaceDecision {
    /// It may go.
    SendNow,
    /// It may go at that time, if nothing is handed over before.
    WaitUntil {
        /// When.
        at: Timestamp,
        /// What holds it the longest.
        reason: HoldReason,
    },
    /// It waits for a person.
    Hold {
        /// Why.
        reason: HoldReason,
    },
}

/// What holds the next message, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What.
    pub reason: HoldReason,
    /// Until when; `None` until a person decides.
    pub until: Option<Timestamp>,
}

impl PaceDecision {
    /// What holds the message, if anything does.
    pub const fn hold(self) -> Option<Hold> {
        match self {
            Self::SendNow => None,
            Self::WaitUntil { at, reason } => Some(Hold {
                reason,
                until: Some(at),
            }),
            Self::Hold { reason } => Some(Hold {
                reason,
                until: None,
            }),
        }
    }
}

/// Decides about the next message of a connection that was linked at `linked_at`.
///
/// Nothing is drawn here: the time between messages was, when the last one was handed over. So asking
/// again and again changes nothing, and while nothing is handed over the answer never moves later.
pub fn next_message(
    now: Timestamp,
    limits: &Limits,
    history: &History,
    linked_at: Option<Timestamp>,
    restriction: Option<&Restriction>,
) -> PaceDecision {
    let restriction = restriction.filter(|restriction| restriction.holds_at(now));
    let lifted_at = match restriction.map(|restriction| restriction.until) {
        Some(None) => {
            return PaceDecision::Hold {
                reason: HoldReason::Restricted,
            };
        }
        Some(Some(until)) => Some((until, HoldReason::Restricted)),
        None => None,
    };
    let hourly = limits.hourly.and_then(|most| {
        let free_at = history.free_at(HOUR, most, now)?;
        Some((free_at, HoldReason::HourlyCap { most }))
    });
    let daily = limits.daily.and_then(|most| {
        let free_at = history.free_at(DAY, most, now)?;
        Some((free_at, HoldReason::DailyCap { most }))
    });
    let warm = linked_at
        .filter(|_| limits.warm_up)
        .and_then(|linked_at| warm_at(history, linked_at, now));
    let waits = [history.rested_at(limits), hourly, daily, warm, lifted_at];
    let longest = waits.into_iter().flatten().max_by_key(|(at, _)| *at);
    match longest {
        Some((at, reason)) if at > now => PaceDecision::WaitUntil { at, reason },
        _ => PaceDecision::SendNow,
    }
}

/// When a number that was linked lately may send again, if it may not now. The rungs rise while it waits.
fn warm_at(
    history: &History,
    linked_at: Timestamp,
    now: Timestamp,
) -> Option<(Timestamp, HoldReason)> {
    let most = warm_up_rung(linked_at, now)?.most;
    let mut at = now;
    while let Some(rung) = warm_up_rung(linked_at, at)
        && let Some(free_at) = history.free_at(DAY, rung.most, at)
    {
        at = free_at.min(rung.until);
    }
    (at > now).then_some((at, HoldReason::WarmUp { most }))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rand::{SeedableRng, rngs::StdRng};

    use super::super::{Pacing, RestrictionCause};
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_795_359_600);

    /// Without a time between messages.
    fn caps(hourly: u32, daily: u32) -> Limits {
        Limits {
            hourly: Some(hourly),
            daily: Some(daily),
            ..Limits::only(Pacing {
                shortest: Duration::ZERO,
                longest: Duration::ZERO,
            })
        }
    }

    fn after(seconds: u64) -> Timestamp {
        NOON.plus(Duration::from_secs(seconds))
    }

    /// A history of one message every ten minutes.
    fn messages(count: u64) -> History {
        let mut history = History::default();
        for number in 0..count {
            let limits = Limits::only(Pacing::default());
            history.hand_over(
                after(number * 600),
                &limits,
                &mut StdRng::seed_from_u64(number),
            );
        }
        history
    }

    fn wait(at: Timestamp, reason: HoldReason) -> PaceDecision {
        PaceDecision::WaitUntil { at, reason }
    }

    #[test]
    fn the_cap_that_holds_the_longest_is_named() {
        let now = after(5 * 600 + 300);
        let decide = |limits| next_message(now, &limits, &messages(6), None, None);
        assert_eq!(decide(caps(7, 7)), PaceDecision::SendNow);
        let hourly = HoldReason::HourlyCap { most: 6 };
        assert_eq!(decide(caps(6, 7)), wait(after(3_600), hourly));
        let hourly = HoldReason::HourlyCap { most: 3 };
        assert_eq!(decide(caps(3, 7)), wait(after(3 * 600 + 3_600), hourly));
        let daily = HoldReason::DailyCap { most: 6 };
        assert_eq!(decide(caps(6, 6)), wait(after(86_400), daily));
        let interval = wait(after(5 * 600 + 320), HoldReason::Interval);
        let slow = Limits::only(Pacing {
            shortest: Duration::from_secs(320),
            longest: Duration::from_secs(320),
        });
        assert_eq!(decide(slow), interval);
    }

    #[test]
    fn a_new_number_waits_for_the_next_rung_or_for_room_on_this_one() {
        let limits = Limits {
            warm_up: true,
            ..caps(1_000, 1_000)
        };
        // 45 messages in seven and a half hours; forty are allowed on the first day.
        let history = messages(45);
        let now = after(45 * 600);
        let linked = |hours_ago: u64| now.minus(Duration::from_hours(hours_ago));
        let decide = |linked_at| next_message(now, &limits, &history, Some(linked_at), None);
        let first_day = HoldReason::WarmUp { most: 40 };
        assert_eq!(
            decide(linked(20)),
            wait(now.plus(Duration::from_hours(4)), first_day),
            "sixty are allowed from then on"
        );
        assert_eq!(decide(linked(2)), wait(after(5 * 600 + 86_400), first_day));
        assert_eq!(decide(linked(25)), PaceDecision::SendNow);
        let old = next_message(now, &limits, &history, None, None);
        assert_eq!(old, PaceDecision::SendNow);
    }

    #[test]
    fn a_restriction_holds_until_its_end_or_a_person() {
        let restriction = |until| Restriction {
            since: NOON,
            cause: RestrictionCause::TemporaryBan,
            until,
        };
        let decide = |now, until| {
            let restriction = restriction(until);
            next_message(now, &caps(9, 9), &messages(1), None, Some(&restriction))
        };
        let reason = HoldReason::Restricted;
        assert_eq!(decide(NOON, None), PaceDecision::Hold { reason });
        assert_eq!(decide(after(60), Some(after(90))), wait(after(90), reason));
        assert_eq!(decide(after(90), Some(after(90))), PaceDecision::SendNow);
    }
}
