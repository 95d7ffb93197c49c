//! What a connection went through: its states in order, and what they say of its last day.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ConnectionState, Timestamp};

/// How far back [`LastDay`] looks.
pub const LAST_DAY: Duration = Duration::from_hours(24);
/// Into how many equal parts [`LastDay`] divides that time.
pub const LAST_DAY_SLOTS: u32 = 48;

/// A state that a connection entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// When it was entered.
    pub at: Timestamp,
    /// The state, as it last was before the next one.
    pub state: ConnectionState,
}

/// How a connection did for a while, from the best to the worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// Nobody wanted it to be online, or it did not exist yet.
    #[default]
    Idle,
    /// Traffic flowed.
    Online,
    /// It was on its way to being online, or in doubt.
    Troubled,
    /// It was down, and no waiting would have helped.
    Down,
}

impl Course {
    /// How a state counts.
    pub const fn of(state: &ConnectionState) -> Self {
        use ConnectionState as S;
        match state {
            S::Unpaired { .. } | S::Pairing { .. } | S::OtherNumber { .. } | S::Stopped => {
                Self::Idle
            }
            S::Online => Self::Online,
            S::Syncing | S::Unstable | S::Reconnecting { .. } => Self::Troubled,
            S::LoggedOut
            | S::Replaced
            | S::TemporarilyBanned { .. }
            | S::Banned
            | S::ClientOutdated
            | S::Failed { .. } => Self::Down,
        }
    }
}

/// The last 24 hours of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastDay {
    /// The worst of each slot, from the oldest to the present one.
    pub slots: Vec<Course>,
    /// Of the time in which it was wanted, how much it was online, in thousandths; `None` while it
    /// was not wanted at all.
    pub online_per_mille: Option<u16>,
    /// How often it had to connect again.
    pub reconnections: u32,
}

impl LastDay {
    /// Looks back from `now` over `transitions`, which are in order of time and reach back at least
    /// to the state that was in force when the day began, if there was one.
    pub fn until(now: Timestamp, transitions: &[Transition]) -> Self {
        let start = now.minus(LAST_DAY);
        let mut slots = vec![Course::Idle; LAST_DAY_SLOTS as usize];
        let (mut online, mut wanted) = (Duration::ZERO, Duration::ZERO);
        for (index, transition) in transitions.iter().enumerate() {
            let end = transitions.get(index + 1).map_or(now, |next| next.at);
            let (from, to) = (transition.at.max(start), end.min(now));
            let course = Course::of(&transition.state);
            if to < from || course == Course::Idle {
                continue;
            }
            let span = to.since(from);
            wanted += span;
            if course == Course::Online {
                online += span;
            }
            for slot in &mut slots[slot_at(from, start)..=slot_at(to, start)] {
                *slot = course.max(*slot);
            }
        }
        Self {
            slots,
            online_per_mille: per_mille(online, wanted),
            reconnections: reconnections_since(start, transitions),
        }
    }
}

fn slot_at(at: Timestamp, start: Timestamp) -> usize {
    let slot = at.since(start).as_millis() * u128::from(LAST_DAY_SLOTS) / LAST_DAY.as_millis();
    usize::try_from(slot)
        .unwrap_or(usize::MAX)
        .min(LAST_DAY_SLOTS as usize - 1)
}

fn per_mille(part: Duration, whole: Duration) -> Option<u16> {
    let share = (part.as_millis() * 1000).checked_div(whole.as_millis())?;
    u16::try_from(share).ok()
}

fn reconnections_since(start: Timestamp, transitions: &[Transition]) -> u32 {
    let is_reconnection = |transition: &&Transition| {
        transition.at >= start && matches!(transition.state, ConnectionState::Reconnecting { .. })
    };
    let count = transitions.iter().filter(is_reconnection).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A transition as it is told to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When the state was entered.
    pub at: Timestamp,
    /// The state.
    pub state: ConnectionState,
    /// For how long it had not been online before, when it came back under the same link.
    pub back_after: Option<Duration>,
}

/// How short a state in between is not worth telling.
const FLEETING: Duration = Duration::from_mins(1);

/// What is worth telling of a history that is in order of time, the latest first.
pub fn told(transitions: &[Transition]) -> Vec<Told> {
    let mut told = Vec::new();
    let mut lost_at = None;
    for (index, transition) in transitions.iter().enumerate() {
        use ConnectionState as S;
        let Transition { at, state } = transition;
        let back_after = match state {
            S::Online => lost_at.take().map(|lost_at| at.since(lost_at)),
            S::Unpaired { .. } | S::Pairing { .. } | S::OtherNumber { .. } | S::LoggedOut => {
                lost_at = None;
                None
            }
            _ => {
                let was_online = index > 0 && transitions[index - 1].state == S::Online;
                lost_at = lost_at.or(was_online.then_some(*at));
                None
            }
        };
        let is_fleeting = matches!(state, S::Syncing)
            && (transitions.get(index + 1)).is_some_and(|next| next.at.since(*at) < FLEETING);
        if !is_fleeting {
            told.push(Told {
                at: *at,
                state: state.clone(),
                back_after,
            });
        }
    }
    told.reverse();
    told
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_359_600);

    fn ago(minutes: u64, state: ConnectionState) -> Transition {
        let at = NOW.minus(Duration::from_mins(minutes));
        Transition { at, state }
    }

    fn reconnecting() -> ConnectionState {
        ConnectionState::Reconnecting {
            attempt: 1,
            next_at: NOW,
            cause: None,
        }
    }

    #[test]
    fn a_short_loss_marks_its_slot_and_counts_once() {
        let day = LastDay::until(
            NOW,
            &[
                ago(3_000, ConnectionState::Online),
                ago(65, reconnecting()),
                ago(64, ConnectionState::Syncing),
                ago(63, ConnectionState::Online),
            ],
        );
        let troubled: Vec<_> = (0..48)
            .filter(|slot| day.slots[*slot] == Course::Troubled)
            .collect();
        assert_eq!(troubled, [45]);
        assert_eq!(day.slots[0], Course::Online);
        assert_eq!(day.reconnections, 1);
        assert_eq!(day.online_per_mille, Some(998));
    }

    #[test]
    fn the_time_before_pairing_and_a_pause_are_no_failure() {
        let day = LastDay::until(
            NOW,
            &[
                ago(120, ConnectionState::Unpaired { cause: None }),
                ago(60, ConnectionState::Online),
                ago(30, ConnectionState::Stopped),
            ],
        );
        assert_eq!(day.online_per_mille, Some(1000));
        assert_eq!(day.slots[0], Course::Idle);
        assert_eq!(LastDay::until(NOW, &[]).online_per_mille, None);
    }

    #[test]
    fn a_comeback_is_told_with_its_length_and_a_new_link_is_none() {
        let history = [
            ago(
                100,
                ConnectionState::Pairing {
                    step: crate::domain::PairingStep::Opening {
                        way: crate::domain::PairingWay::Qr,
                    },
                },
            ),
            ago(99, ConnectionState::Syncing),
            ago(99, ConnectionState::Online),
            ago(50, ConnectionState::Unstable),
            ago(49, reconnecting()),
            ago(48, ConnectionState::Syncing),
            ago(48, ConnectionState::Online),
        ];
        let told = told(&history);
        let back: Vec<_> = told.iter().filter_map(|told| told.back_after).collect();
        assert_eq!(back, [Duration::from_mins(2)]);
        assert_eq!(
            told.len(),
            5,
            "what was passed through at once is left out: {told:?}"
        );
        assert_eq!(told[0].state, ConnectionState::Online);
    }

    proptest! {
        #[test]
        fn no_history_breaks_it(minutes in prop::collection::vec((0_u64..5_000, 0_usize..4), 0..30)) {
            let states = [ConnectionState::Online, reconnecting(), ConnectionState::Stopped, ConnectionState::LoggedOut];
            let mut history: Vec<_> = minutes.iter().map(|(at, state)| ago(*at, states[*state].clone())).collect();
            history.sort_by_key(|transition| transition.at);
            let day = LastDay::until(NOW, &history);
            prop_assert_eq!(day.slots.len(), LAST_DAY_SLOTS as usize);
            prop_assert!(day.online_per_mille.is_none_or(|share| share <= 1000));
        }
    }
}
