//! Connections that come back after a long outage: what waited goes on, is skipped, or waits for
//! its owner's choice.
//!
//! The queue looks before its first message after every absence, and once a minute while it has
//! something to send. What it finds is stored before anything leaves, and so is the owner's choice
//! before it is carried out: a crash in between changes nothing. What was handed over before the
//! outage is not part of the choice: it may have arrived, so it is confirmed with its id either way.

use std::sync::Arc;

use arauto_app::api::{ApiError, LiveEvent, NotFound};
use arauto_app::domain::{
    Backlog, ConnectionId, DeliveryEvent, FailureReason, Outage, OutageChoice, Timestamp,
    WorkspaceId, outage_began,
};

use super::lane::Lane;
use super::patience::GaveUp;
use super::presence::Look;
use super::shared::Shared;
use crate::failure::api_error;
use crate::store::HISTORY_KEPT;

/// Why a look did not come to its end.
enum Interrupted {
    GaveUp(GaveUp),
    /// Somebody else changed what was looked at.
    Overtaken,
}

impl From<GaveUp> for Interrupted {
    fn from(gave_up: GaveUp) -> Self {
        Self::GaveUp(gave_up)
    }
}

/// Looks at what is stored of a connection that can send, when it is time to. Tells whether the
/// queue may go on; otherwise somebody was faster and it has to look again.
pub(super) async fn look(shared: &Shared, lane: &Lane) -> Result<bool, GaveUp> {
    let Some(look) = lane.presence.due_look(shared.now()) else {
        return Ok(true);
    };
    match look_at(shared, lane, look).await {
        Ok(held_before) => {
            lane.presence.looked(look, held_before);
            Ok(true)
        }
        Err(Interrupted::Overtaken) => Ok(false),
        Err(Interrupted::GaveUp(gave_up)) => Err(gave_up),
    }
}

/// Settles what can be settled; returns the time before which runs that wait began.
async fn look_at(shared: &Shared, lane: &Lane, look: Look) -> Result<Timestamp, Interrupted> {
    let connections = &shared.store.connections;
    let stored = shared
        .patiently("look for a connection", || {
            connections.get(lane.workspace, lane.connection)
        })
        .await?;
    let Some(connection) = stored else {
        // Removed a moment ago: the bell rings for that too.
        return Ok(lane.presence.held_before());
    };
    let mut noted = connection.outage;
    if let Some(chosen) = noted.filter(|outage| outage.dropping) {
        drop_what_waited(shared, lane, chosen).await?;
        noted = None;
    }
    let backlog = backlog(shared, lane, look.at).await?;
    let able_at = look.able_at(connection.able_at);
    let found =
        connection
            .after_outage
            .on_return(able_at, look.at, shared.config.short_outage, &backlog);
    let asked = match (found, noted) {
        (Some(found), noted) => take_up(shared, lane, noted, found).await?,
        (None, Some(noted)) if self::backlog(shared, lane, noted.back_at).await?.pending == 0 => {
            change(shared, lane, Some(noted), None).await?;
            None
        }
        (None, noted) => noted,
    };
    if backlog.pending > 0 {
        shared
            .patiently("note that a connection can send", || {
                connections.set_able(lane.workspace, lane.connection, look.at)
            })
            .await?;
    }
    Ok(asked.map_or(Timestamp::default(), |asked| asked.back_at))
}

/// Notes an outage that was found, in place of an earlier one whose question stayed open. Returns
/// what the owner is asked.
async fn take_up(
    shared: &Shared,
    lane: &Lane,
    noted: Option<Outage>,
    found: Outage,
) -> Result<Option<Outage>, Interrupted> {
    let lost_at = lost_at(shared, lane, found.lost_at).await?;
    let found = Outage { lost_at, ..found };
    tracing::info!(connection = %lane.connection, ?found, "back after a long outage");
    change(shared, lane, noted, Some(found)).await?;
    if !found.dropping {
        return Ok(Some(found));
    }
    drop_what_waited(shared, lane, found).await?;
    Ok(None)
}

/// The owner chose what becomes of the messages that waited until `back_at`.
///
/// # Errors
/// [`ApiError::OutageSettled`] when that question is not open (any more).
pub(super) async fn settle(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    id: ConnectionId,
    back_at: Timestamp,
    choice: OutageChoice,
) -> Result<(), ApiError> {
    let connections = &shared.store.connections;
    let connection = connections.get(workspace, id).await.map_err(api_error)?;
    let connection = connection.ok_or(ApiError::NotFound(NotFound::Connection))?;
    let asked = connection
        .outage
        .filter(|outage| outage.back_at == back_at && !outage.dropping)
        .ok_or(ApiError::OutageSettled)?;
    let chosen = connections
        .change_outage(workspace, id, Some(asked), asked.after(choice))
        .await;
    if let Some(lane) = shared.lane(id) {
        lane.presence.ask_again();
    }
    shared.wake_queue(workspace, id);
    shared.live.post(workspace, LiveEvent::Connection(id));
    if chosen.map_err(api_error)? {
        Ok(())
    } else {
        Err(ApiError::OutageSettled)
    }
}

/// Skips what waited and was never handed over, then forgets the outage.
async fn drop_what_waited(shared: &Shared, lane: &Lane, outage: Outage) -> Result<(), Interrupted> {
    let (journal, now) = (&shared.store.journal, shared.now());
    let (workspace, id, before) = (lane.workspace, lane.connection, outage.back_at);
    shared
        .patiently("skip what waited through an outage", || {
            let event = DeliveryEvent::Refused(FailureReason::DroppedAfterOutage);
            journal.record_all_pending(workspace, id, before, event, now)
        })
        .await?;
    shared.note_every_open_run(&shared.stopping, id).await?;
    change(shared, lane, Some(outage), None).await
}

async fn backlog(shared: &Shared, lane: &Lane, before: Timestamp) -> Result<Backlog, GaveUp> {
    let journal = &shared.store.journal;
    shared
        .patiently("count what waits", || {
            journal.backlog(lane.workspace, lane.connection, before)
        })
        .await
}

async fn lost_at(shared: &Shared, lane: &Lane, waiting: Timestamp) -> Result<Timestamp, GaveUp> {
    let connections = &shared.store.connections;
    let from = waiting.minus(HISTORY_KEPT);
    let history = shared
        .patiently("read a connection's history", || {
            connections.history(lane.workspace, lane.connection, from)
        })
        .await?;
    Ok(outage_began(&history, waiting))
}

/// Stores what is known of an outage and tells open pages.
async fn change(
    shared: &Shared,
    lane: &Lane,
    from: Option<Outage>,
    to: Option<Outage>,
) -> Result<(), Interrupted> {
    let (connections, id) = (&shared.store.connections, lane.connection);
    let changed = shared
        .patiently("note an outage", || {
            connections.change_outage(lane.workspace, id, from, to)
        })
        .await?;
    shared.live.post(lane.workspace, LiveEvent::Connection(id));
    changed.then_some(()).ok_or(Interrupted::Overtaken)
}
