//! WhatsApp restricts a number: its sending pauses, and its owner is told.
//!
//! What WhatsApp told holds the queue at once, and is stored before anything else is made of the signal
//! that told it: after a crash in between, the same message is refused again.

use std::sync::Arc;

use arauto_app::api::{ApiError, LiveEvent, NotFound};
use arauto_app::domain::{
    ConnectionId, ConnectionState, Restriction, RestrictionCause, Timestamp, WorkspaceId,
};
use tokio_util::sync::CancellationToken;

use super::lane::Lane;
use super::patience::{GaveUp, patiently};
use super::shared::Shared;
use crate::failure::api_error;
use crate::store::StoreError;

/// WhatsApp refused a message because the account is restricted. How long that lasts it does not say.
pub(super) async fn message_refused(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    connection: ConnectionId,
    since: Timestamp,
) -> Result<(), GaveUp> {
    let restriction = Restriction {
        since,
        cause: RestrictionCause::MessageRefused,
        until: None,
    };
    note(shared, &shared.ending, workspace, connection, restriction).await
}

/// WhatsApp blocked the number of a connection that has something to send.
pub(super) async fn banned(
    shared: &Arc<Shared>,
    lane: &Lane,
    state: &ConnectionState,
) -> Result<(), GaveUp> {
    let ConnectionState::TemporarilyBanned { until } = *state else {
        return Ok(());
    };
    let restriction = Restriction {
        since: shared.now(),
        cause: RestrictionCause::TemporaryBan,
        until,
    };
    let (workspace, connection) = (lane.workspace, lane.connection);
    note(shared, &shared.stopping, workspace, connection, restriction).await
}

/// Stores a restriction, unless one is in force already that lasts as long, and tells its owner.
async fn note(
    shared: &Arc<Shared>,
    stop: &CancellationToken,
    workspace: WorkspaceId,
    connection: ConnectionId,
    restriction: Restriction,
) -> Result<(), GaveUp> {
    let lane = shared.lane(connection);
    if let Some(lane) = &lane {
        lane.pace.restrict(restriction);
    }
    let is_new = patiently(&*shared.clock, stop, "note a restriction", || {
        Box::pin(store(shared, workspace, connection, restriction))
    })
    .await?;
    if let Some(lane) = &lane {
        lane.pace.restriction_stored();
        lane.ring();
    }
    if is_new {
        tracing::warn!(%connection, ?restriction, "WhatsApp restricts a number; its sending pauses");
        tell(shared, stop, workspace, connection).await?;
    }
    Ok(())
}

async fn store(
    shared: &Shared,
    workspace: WorkspaceId,
    id: ConnectionId,
    restriction: Restriction,
) -> Result<bool, StoreError> {
    let connections = &shared.store.connections;
    loop {
        let Some(row) = connections.get(workspace, id).await? else {
            return Ok(false);
        };
        let lasts_as_long = |known: Restriction| {
            known.holds_at(restriction.since)
                && known
                    .until
                    .is_none_or(|until| Some(until) == restriction.until)
        };
        if row.restriction.is_some_and(lasts_as_long) {
            return Ok(false);
        }
        let changed =
            connections.change_restriction(workspace, id, row.restriction, Some(restriction));
        if changed.await? {
            return Ok(true);
        }
    }
}

/// The owner of a connection resumes the sending that the restriction of `since` paused.
///
/// # Errors
/// [`ApiError::RestrictionLifted`] when that one is not in force (any more).
pub(super) async fn lift(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    id: ConnectionId,
    since: Timestamp,
) -> Result<(), ApiError> {
    let connections = &shared.store.connections;
    let row = connections.get(workspace, id).await.map_err(api_error)?;
    let row = row.ok_or(ApiError::NotFound(NotFound::Connection))?;
    let noted = row
        .restriction
        .filter(|restriction| restriction.since == since)
        .ok_or(ApiError::RestrictionLifted)?;
    let lifted = connections
        .change_restriction(workspace, id, Some(noted), None)
        .await
        .map_err(api_error)?;
    shared.tell_queue(workspace, id);
    let told = tell(shared, &shared.stopping, workspace, id).await;
    if let Err(error) = told {
        tracing::info!("failed to {error}; open pages look later");
    }
    if lifted {
        Ok(())
    } else {
        Err(ApiError::RestrictionLifted)
    }
}

/// Has every page read again that shows what holds the connection.
pub(super) async fn tell(
    shared: &Shared,
    stop: &CancellationToken,
    workspace: WorkspaceId,
    connection: ConnectionId,
) -> Result<(), GaveUp> {
    (shared.live).post(workspace, LiveEvent::Connection(connection));
    shared.note_every_open_run(stop, connection).await
}
