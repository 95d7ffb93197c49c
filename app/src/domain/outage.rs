//! A connection that was away while messages waited for it, and what becomes of them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Timestamp, Transition};

/// How long messages may have waited for a connection that was away and still go out by themselves,
/// unless something else is configured.
pub const SHORT_OUTAGE: Duration = Duration::from_mins(10);

/// What becomes of the messages that waited through a long outage, as the connection's owner set it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterOutage {
    /// The owner is asked.
    #[default]
    Ask,
    /// They go out.
    Send,
    /// They are skipped.
    Drop,
}

/// What the runs of a connection have left to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backlog {
    /// Deliveries that were never handed over.
    pub pending: u32,
    /// Deliveries that were handed over and have no acknowledgement.
    pub handed_over: u32,
    /// When the oldest run with a pending delivery began.
    pub waiting_since: Option<Timestamp>,
}

/// A long outage that is over, while the messages that waited through it are not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// When the connection could last send, as far as is known.
    pub lost_at: Timestamp,
    /// When it could again. Runs that began before this moment are concerned, later ones are not.
    pub back_at: Timestamp,
    /// Whether what waits is to be skipped: chosen, and not carried out yet.
    pub dropping: bool,
}

/// What the owner says when asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutageChoice {
    /// Send what waits.
    Send,
    /// Skip what waits and was never handed over.
    Drop,
}

impl Outage {
    /// For how long the connection was away.
    pub fn length(&self) -> Duration {
        self.back_at.since(self.lost_at)
    }

    /// What is left to settle after the owner's choice: sending is what a queue does anyway.
    #[must_use]
    pub const fn after(self, choice: OutageChoice) -> Option<Self> {
        match choice {
            OutageChoice::Send => None,
            OutageChoice::Drop => Some(Self {
                dropping: true,
                ..self
            }),
        }
    }
}

impl AfterOutage {
    /// What there is to settle when a connection that could last send at `able_at` can send again
    /// at `now`; `None` when its messages simply go on, as they do after `short` or less.
    ///
    /// What counts is how long messages waited for the connection: a run that began while it was
    /// away has waited since then only, and somebody who started it a moment ago wants it now.
    pub fn on_return(
        self,
        able_at: Option<Timestamp>,
        now: Timestamp,
        short: Duration,
        backlog: &Backlog,
    ) -> Option<Outage> {
        let lost_at = backlog.waiting_since?.max(able_at.unwrap_or_default());
        let is_long = now.since(lost_at) > short;
        (is_long && backlog.pending > 0 && self != Self::Send).then_some(Outage {
            lost_at,
            back_at: now,
            dropping: self == Self::Drop,
        })
    }
}

/// When the outage began through which messages waited since `waiting_since`: they may have been
/// written when the connection was away already. `history` is in order of time.
pub fn outage_began(history: &[Transition], waiting_since: Timestamp) -> Timestamp {
    let entered = history.partition_point(|transition| transition.at <= waiting_since);
    history[..entered]
        .iter()
        .rev()
        .take_while(|transition| !transition.state.can_send())
        .last()
        .map_or(waiting_since, |first| first.at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ConnectionState;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_seconds(1_795_359_600 + minutes * 60)
    }

    fn waiting(pending: u32, since: i64) -> Backlog {
        Backlog {
            pending,
            handed_over: 3,
            waiting_since: (pending > 0).then(|| at(since)),
        }
    }

    #[test]
    fn a_choice_is_due_after_more_than_ten_minutes_with_messages_pending() {
        let ask = AfterOutage::Ask;
        // Could last send at, messages wait since, how many, now, since when it was away.
        let cases = [
            (Some(0), -5, 37, 42, Some(0)),
            (Some(0), -5, 1, 11, Some(0)),
            (Some(0), -5, 37, 10, None),
            (Some(0), -5, 0, 42, None),
            // Nothing is known of it but the run's own begin.
            (None, 0, 1, 11, Some(0)),
            (None, 0, 1, 10, None),
            // Begun while it was away.
            (Some(0), 40, 1, 42, None),
            (Some(0), 20, 1, 42, Some(20)),
            // The clock was set back.
            (Some(50), -5, 1, 42, None),
        ];
        for case in cases {
            let (able_at, since, pending, now, lost_at) = case;
            let due = ask.on_return(
                able_at.map(at),
                at(now),
                SHORT_OUTAGE,
                &waiting(pending, since),
            );
            assert_eq!(
                due.map(|outage| outage.lost_at),
                lost_at.map(at),
                "{case:?}"
            );
            assert!(due.is_none_or(|outage| outage.back_at == at(now) && !outage.dropping));
        }
    }

    #[test]
    fn the_owners_default_decides_without_asking() {
        let backlog = waiting(2, 0);
        let of =
            |setting: AfterOutage| setting.on_return(Some(at(0)), at(30), SHORT_OUTAGE, &backlog);
        assert_eq!(of(AfterOutage::Send), None);
        assert!(of(AfterOutage::Drop).unwrap().dropping);
        assert_eq!(AfterOutage::default(), AfterOutage::Ask);
        let asked = of(AfterOutage::Ask).unwrap();
        assert_eq!(asked.length(), Duration::from_mins(30));
        assert_eq!(asked.after(OutageChoice::Send), None);
        assert_eq!(asked.after(OutageChoice::Drop), of(AfterOutage::Drop));
    }

    #[test]
    fn an_outage_began_before_what_was_written_during_it() {
        let reconnecting = |minute| Transition {
            at: at(minute),
            state: ConnectionState::Reconnecting {
                attempt: 1,
                next_at: at(minute),
                cause: None,
            },
        };
        let online = |minute| Transition {
            at: at(minute),
            state: ConnectionState::Online,
        };
        let syncing = Transition {
            at: at(61),
            state: ConnectionState::Syncing,
        };
        let history = [
            reconnecting(0),
            online(10),
            reconnecting(60),
            syncing,
            online(90),
        ];
        assert_eq!(outage_began(&history, at(70)), at(60));
        assert_eq!(outage_began(&history, at(30)), at(30), "it was online then");
        assert_eq!(outage_began(&history, at(95)), at(95));
        assert_eq!(outage_began(&history, at(5)), at(0));
        assert_eq!(outage_began(&history, at(-5)), at(-5), "nothing is known");
        assert_eq!(outage_began(&[], at(5)), at(5));
    }

    proptest! {
        #[test]
        fn nobody_is_asked_in_vain(
            able_at in prop::option::of(-1_000_i64..1_000),
            since in -1_000_i64..1_000,
            now in -1_000_i64..1_000,
            pending in 0_u32..5,
        ) {
            let backlog = waiting(pending, since);
            for setting in [AfterOutage::Ask, AfterOutage::Send, AfterOutage::Drop] {
                let Some(outage) = setting.on_return(able_at.map(at), at(now), SHORT_OUTAGE, &backlog) else {
                    continue;
                };
                prop_assert!(pending > 0 && setting != AfterOutage::Send);
                prop_assert!(outage.length() > SHORT_OUTAGE);
                prop_assert!(able_at.is_none_or(|able_at| at(able_at) <= outage.lost_at));
                prop_assert!(at(since) < outage.back_at, "what waited is concerned");
                // Seen again at once, it is the same outage.
                let back = outage.back_at;
                let again = setting.on_return(Some(back), back, SHORT_OUTAGE, &backlog);
                prop_assert_eq!(again, None);
            }
        }
    }
}
