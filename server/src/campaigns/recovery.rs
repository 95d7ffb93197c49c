//! What an earlier process, or another server, left unfinished goes on.

use std::sync::Arc;

use arauto_app::domain::{ConnectionId, Run};

use super::begin::wake_queues;
use super::patience::GaveUp;
use super::shared::Shared;

/// Wakes the queue of every open run and has the steward look at each.
///
/// What was handed over without an answer is taken back by the queue itself, at its first step, and so
/// is what was handed over lately looked up: caps and pauses hold over the start.
pub(super) async fn run(shared: Arc<Shared>) {
    go_on(&shared, |_| true).await;
}

/// The same for one connection that this server runs from now on.
pub(super) async fn take_up(shared: Arc<Shared>, connection: ConnectionId) {
    go_on(&shared, |run| run.is_sent_by(connection)).await;
}

async fn go_on(shared: &Arc<Shared>, concerned: impl Fn(&Run) -> bool) {
    let journal = &shared.store.journal;
    let open = match shared
        .patiently("list open runs", || journal.every_open_run())
        .await
    {
        Ok(open) => open,
        Err(GaveUp::Stopping) => return,
        Err(GaveUp::Refused(error)) => {
            tracing::error!("failed to {error}; open runs stay where they are");
            return;
        }
    };
    for run in open.into_iter().filter(concerned) {
        tracing::info!(run = %run.id, connection = %run.connection, "an open run goes on");
        shared.note_in_doubt(run.workspace, run.id);
        wake_queues(shared, &run);
    }
}
