//! The start of the process: what an earlier one left unfinished goes on.

use std::sync::Arc;

use super::patience::GaveUp;
use super::shared::Shared;

/// Wakes the queue of every open run and has the steward look at each.
///
/// What was handed over without an answer is taken back by the queue itself, at its first step.
/// A queue also waits out one interval first, as though a message had just left: an earlier
/// process may have handed one over a moment ago.
pub(super) async fn run(shared: Arc<Shared>) {
    let journal = &shared.store.journal;
    let open = match shared
        .patiently("list open runs", || journal.every_open_run())
        .await
    {
        Ok(open) => open,
        Err(GaveUp::Stopping) => return,
        Err(GaveUp::Refused(error)) => {
            tracing::error!("failed to {error}; runs of earlier processes stay where they are");
            return;
        }
    };
    if !open.is_empty() {
        tracing::info!(runs = open.len(), "open runs go on");
    }
    for run in open {
        shared.note_in_doubt(run.workspace, run.id);
        let hold_until = shared.now().plus(shared.draw_pace());
        shared.wake_queue(run.workspace, run.connection, hold_until);
    }
}
