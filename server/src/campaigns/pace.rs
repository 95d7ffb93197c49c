//! How fast a queue may go on: the limits of its connection, what it handed over lately, and whether
//! WhatsApp restricts its number.
//!
//! The connection's row is read before the first message and whenever something of it may have changed;
//! what was handed over is read from the journal once, when the queue begins or gets its connection back
//! from another server, and counted along from then on.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arauto_app::domain::{
    Connection, History, Limits, PaceDecision, Pacing, Restriction, Timestamp, next_message,
};

use super::lane::Lane;
use super::patience::GaveUp;
use super::shared::Shared;
use crate::random::Random;
use crate::store::{HandOvers, StoreError};

/// How far back the journal is read: as far as the daily cap.
const REACH: Duration = Duration::from_hours(24);

/// What a queue knows of its pace.
#[derive(Default)]
pub(super) struct Pace(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// What was read of the connection; `None` when it has to be, before anything leaves.
    terms: Option<Terms>,
    /// How often somebody asked to read it again.
    asked: u64,
    history: Option<History>,
    /// What WhatsApp told and is not in the store yet.
    unstored: Option<Restriction>,
}

/// What the connection's row says.
#[derive(Clone, Copy)]
struct Terms {
    limits: Limits,
    linked_at: Option<Timestamp>,
    restriction: Option<Restriction>,
}

impl Pace {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something of the connection's row may have changed.
    pub(super) fn ask_again(&self) {
        let mut inner = self.lock();
        inner.terms = None;
        inner.asked += 1;
    }

    /// Another server may have sent in the meantime.
    pub(super) fn begin_anew(&self) {
        self.ask_again();
        self.lock().history = None;
    }

    /// WhatsApp restricts the number: from this moment on nothing is claimed, whatever the store does.
    pub(super) fn restrict(&self, restriction: Restriction) {
        self.lock().unstored.get_or_insert(restriction);
    }

    /// What was told is in the store.
    pub(super) fn restriction_stored(&self) {
        self.ask_again();
        self.lock().unstored = None;
    }

    /// What becomes of the next message at `now`; `None` while the row or the journal has to be read.
    pub(super) fn decide(&self, now: Timestamp) -> Option<PaceDecision> {
        let inner = &mut *self.lock();
        let (terms, history) = (inner.terms?, inner.history.as_mut()?);
        history.tidy(now);
        let restriction = inner.unstored.or(terms.restriction);
        let (limits, linked_at) = (&terms.limits, terms.linked_at);
        Some(next_message(
            now,
            limits,
            history,
            linked_at,
            restriction.as_ref(),
        ))
    }

    /// A message was handed over.
    pub(super) fn hand_over(&self, now: Timestamp, usual: Pacing, random: &Random) {
        let inner = &mut *self.lock();
        let limits = (inner.terms).map_or(Limits::only(usual), |terms| terms.limits);
        if let Some(history) = &mut inner.history {
            random.with(|random| history.hand_over(now, &limits, random));
        }
    }

    fn history(&self) -> Option<History> {
        self.lock().history.clone()
    }
}

/// Reads what has to be read before the next message. Tells whether the queue may decide; otherwise
/// something changed meanwhile and it has to look again.
pub(super) async fn look(shared: &Shared, lane: &Lane) -> Result<bool, GaveUp> {
    let (asked, is_known, has_history) = {
        let inner = lane.pace.lock();
        (inner.asked, inner.terms.is_some(), inner.history.is_some())
    };
    if is_known && has_history {
        return Ok(true);
    }
    let row = shared
        .patiently("read the pace of a connection", || {
            (shared.store.connections).get(lane.workspace, lane.connection)
        })
        .await?;
    // Removed a moment ago: the bell rings for that too.
    let (pace, linked_at, restriction) = row.map_or((None, None, None), |row| {
        (row.pace, row.linked_at, row.restriction)
    });
    let limits = shared.config.limits(pace);
    let claimed = if has_history {
        None
    } else {
        let since = shared.now().minus(REACH);
        let claimed = shared
            .patiently("read what was handed over lately", || {
                (shared.store.journal).hand_overs(lane.workspace, lane.connection, since)
            })
            .await?;
        Some(claimed)
    };
    let mut inner = lane.pace.lock();
    if inner.asked != asked {
        return Ok(false);
    }
    if let Some(claimed) = claimed {
        let now = shared.now();
        let restored = shared
            .random
            .with(|random| History::restored(times(&claimed), now, &limits, random));
        inner.history = Some(restored);
    }
    inner.terms = Some(Terms {
        limits,
        linked_at,
        restriction,
    });
    Ok(true)
}

/// The limits of a connection and what it handed over lately, whichever server runs it.
pub(super) async fn recent(
    shared: &Shared,
    connection: &Connection,
) -> Result<(Limits, History), StoreError> {
    let limits = shared.config.limits(connection.pace);
    let (workspace, id, now) = (connection.workspace, connection.id, shared.now());
    let is_ours = shared.messenger.lease(id).is_some();
    let lane = shared.lane(id).filter(|_| is_ours);
    if let Some(mut history) = lane.and_then(|lane| lane.pace.history()) {
        history.tidy(now);
        return Ok((limits, history));
    }
    let journal = &shared.store.journal;
    let claimed = journal.hand_overs(workspace, id, now.minus(REACH)).await?;
    Ok((limits, History::counted(times(&claimed), now, &limits)))
}

/// What holds the next message of a connection now, whichever server runs it. Which time was drawn
/// between messages is known to that server alone.
pub(super) async fn decision(
    shared: &Shared,
    connection: &Connection,
) -> Result<PaceDecision, StoreError> {
    let now = shared.now();
    let is_ours = shared.messenger.lease(connection.id).is_some();
    let lane = shared.lane(connection.id).filter(|_| is_ours);
    if let Some(decided) = lane.and_then(|lane| lane.pace.decide(now)) {
        return Ok(decided);
    }
    let (limits, history) = recent(shared, connection).await?;
    let restriction = connection.restriction.as_ref();
    Ok(next_message(
        now,
        &limits,
        &history,
        connection.linked_at,
        restriction,
    ))
}

fn times(claimed: &[HandOvers]) -> impl Iterator<Item = (Timestamp, u32)> {
    claimed.iter().map(|claimed| (claimed.at, claimed.count))
}

#[cfg(test)]
mod tests {
    use arauto_app::domain::{HoldReason, RestrictionCause};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    fn known() -> Pace {
        let pace = Pace::default();
        assert_eq!(pace.decide(at(0)), None, "nothing was read yet");
        read(&pace);
        assert_eq!(pace.decide(at(0)), Some(PaceDecision::SendNow));
        pace
    }

    fn read(pace: &Pace) {
        let mut inner = pace.lock();
        inner.history.get_or_insert_default();
        inner.terms = Some(Terms {
            limits: Limits::only(Pacing::default()),
            linked_at: None,
            restriction: None,
        });
    }

    #[test]
    fn a_restriction_holds_from_the_moment_it_was_told_until_a_row_without_it_was_read() {
        let pace = known();
        pace.restrict(Restriction {
            since: at(1),
            cause: RestrictionCause::MessageRefused,
            until: None,
        });
        let held = PaceDecision::Hold {
            reason: HoldReason::Restricted,
        };
        assert_eq!(pace.decide(at(2)), Some(held));
        // A row that was read before it was stored does not lift it.
        read(&pace);
        assert_eq!(pace.decide(at(2)), Some(held));
        pace.restriction_stored();
        assert_eq!(pace.decide(at(3)), None, "the row is read first");
        read(&pace);
        assert_eq!(pace.decide(at(3)), Some(PaceDecision::SendNow));
    }

    #[test]
    fn another_server_may_have_sent_meanwhile() {
        let pace = known();
        pace.begin_anew();
        assert_eq!(pace.decide(at(1)), None);
        assert!(pace.history().is_none());
    }
}
