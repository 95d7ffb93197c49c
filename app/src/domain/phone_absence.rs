//! How long nobody has seen the phone that linked a connection.
//!
//! WhatsApp ends the links of a phone that was without network for 14 days. Nothing tells how the phone
//! is, but what it does leaves traces: it confirms what its linked devices send, and passes on what is
//! written on it.

use std::time::Duration;

use super::{Connection, Timestamp};

/// How long a phone may not be seen before its owner is warned.
pub const PHONE_WARNED_AFTER: Duration = days(10);
/// After how long without its phone WhatsApp ends a link.
pub const PHONE_UNLINKED_AFTER: Duration = days(14);
/// How much later than the noted trace another one must be to be worth noting.
const NOTED_EVERY: Duration = Duration::from_hours(1);

const fn days(count: u64) -> Duration {
    Duration::from_hours(24 * count)
}

/// A phone that was not seen for so long that its owner is warned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhoneAbsence {
    /// For how many whole days.
    pub days: u64,
    /// In how many days, begun ones too, WhatsApp ends the link; 0 when it may at any time.
    pub days_left: u64,
}

impl PhoneAbsence {
    /// The absence of the phone of a connection; `None` while there is nothing to warn of. A
    /// connection that is paused, or that ended, sees no phone at all, and says so itself.
    pub fn of(connection: &Connection, now: Timestamp) -> Option<Self> {
        let seen_at = connection.phone_last_seen()?;
        let absent = now.since(seen_at);
        let watches = connection.state.comes_back();
        let left = PHONE_UNLINKED_AFTER.saturating_sub(absent);
        let days_left = left.as_nanos().div_ceil(days(1).as_nanos());
        (watches && absent >= PHONE_WARNED_AFTER).then(|| Self {
            days: absent.as_secs() / days(1).as_secs(),
            days_left: u64::try_from(days_left).unwrap_or(u64::MAX),
        })
    }
}

impl Connection {
    /// When the phone last left a trace: the link itself is one. `None` while no phone has linked it.
    pub fn phone_last_seen(&self) -> Option<Timestamp> {
        self.linked_at
            .max(self.phone_seen_at.filter(|_| self.is_linked()))
    }
}

/// Whether a trace that a phone left at `seen_at` is worth noting when the latest one that was noted
/// is of `noted`: phones leave one with every message.
pub fn is_phone_news(noted: Option<Timestamp>, seen_at: Timestamp) -> bool {
    noted.is_none_or(|noted| seen_at.since(noted) >= NOTED_EVERY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AfterOutage, ConnectionId, ConnectionState, WorkspaceId};

    const LINKED: Timestamp = Timestamp::from_seconds(1_795_359_600);

    fn connection(state: ConnectionState) -> Connection {
        Connection {
            id: ConnectionId::new(LINKED, [1; 10]),
            workspace: WorkspaceId::new(LINKED, [2; 10]),
            name: "Loja".into(),
            phone: Some("5511955500142".into()),
            state,
            state_since: LINKED,
            linked_at: Some(LINKED),
            phone_seen_at: None,
            groups_synced_at: None,
            after_outage: AfterOutage::Ask,
            able_at: None,
            outage: None,
            pace: None,
            restriction: None,
            created_at: LINKED,
        }
    }

    #[test]
    fn the_owner_is_warned_from_the_tenth_day_and_told_how_many_are_left() {
        let connection = connection(ConnectionState::Online);
        let after = |span| PhoneAbsence::of(&connection, LINKED.plus(span));
        let just_before = |span| {
            PhoneAbsence::of(
                &connection,
                LINKED.plus(span).minus(Duration::from_millis(1)),
            )
        };
        assert_eq!(just_before(days(10)), None);
        let of = |days, days_left| Some(PhoneAbsence { days, days_left });
        assert_eq!(after(days(10)), of(10, 4));
        assert_eq!(just_before(days(11)), of(10, 4));
        assert_eq!(after(days(13) + Duration::from_millis(1)), of(13, 1));
        assert_eq!(after(days(14)), of(14, 0));
        assert_eq!(after(days(30)), of(30, 0));
    }

    #[test]
    fn a_trace_ends_the_absence_and_so_does_another_link() {
        let mut connection = connection(ConnectionState::Online);
        let now = LINKED.plus(days(12));
        connection.phone_seen_at = Some(LINKED.minus(days(40)));
        assert!(
            PhoneAbsence::of(&connection, now).is_some(),
            "of an earlier link"
        );
        connection.phone_seen_at = Some(LINKED.plus(days(3)));
        assert_eq!(PhoneAbsence::of(&connection, now), None);
        connection.linked_at = Some(now);
        assert_eq!(connection.phone_last_seen(), Some(now));
    }

    #[test]
    fn nobody_is_warned_of_a_phone_that_is_not_watched() {
        let now = LINKED.plus(days(20));
        for state in [ConnectionState::Stopped, ConnectionState::Replaced] {
            assert_eq!(PhoneAbsence::of(&connection(state), now), None);
        }
        let mut unlinked = connection(ConnectionState::Online);
        (unlinked.linked_at, unlinked.phone_seen_at) = (None, Some(LINKED));
        assert_eq!(PhoneAbsence::of(&unlinked, now), None);
    }

    #[test]
    fn an_owner_is_needed_where_nothing_else_helps() {
        use ConnectionState as S;
        let needs =
            |state, days_later| connection(state).needs_owner(LINKED.plus(days(days_later)));
        let until = Some(LINKED);
        for state in [
            S::LoggedOut,
            S::Replaced,
            S::Banned,
            S::TemporarilyBanned { until },
            S::ClientOutdated,
        ] {
            assert!(needs(state.clone(), 0), "{state:?}");
        }
        for state in [
            S::Online,
            S::Unstable,
            S::Stopped,
            S::Unpaired { cause: None },
        ] {
            assert!(!needs(state.clone(), 0), "{state:?}");
        }
        assert!(needs(S::Online, 10), "its phone is not seen");
        assert!(!needs(S::Stopped, 10));
    }

    #[test]
    fn traces_are_noted_once_an_hour_and_never_backwards() {
        let later = |minutes| LINKED.plus(Duration::from_mins(minutes));
        assert!(is_phone_news(None, LINKED));
        assert!(!is_phone_news(Some(LINKED), later(59)));
        assert!(is_phone_news(Some(LINKED), later(60)));
        assert!(!is_phone_news(Some(later(60)), LINKED), "it came late");
    }
}
