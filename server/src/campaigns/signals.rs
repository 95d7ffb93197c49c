//! What WhatsApp tells about our messages, written down in batches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use arauto_app::domain::{ConnectionId, DeliveryEvent, FailureReason, RunId, WorkspaceId};
use tokio::sync::mpsc::UnboundedReceiver;

use super::patience::GaveUp;
use super::restriction;
use super::shared::Shared;
use crate::store::DeliveryUpdate;
use crate::whatsapp::MessageSignal;

/// Most signals that are written down together.
const BATCH: usize = 512;

/// Takes signals and writes them down until the process ends; then once more what is there.
pub(super) async fn run(shared: Arc<Shared>, mut signals: UnboundedReceiver<MessageSignal>) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            taken = signals.recv_many(&mut batch, BATCH) => {
                if taken == 0 {
                    return;
                }
            }
            () = shared.ending.cancelled() => return,
        }
        for ((workspace, connection), updates) in by_connection(&shared, batch.drain(..)) {
            match write_down(&shared, workspace, connection, &updates).await {
                Ok(()) => {}
                // What is not written down now is asked again with the same ids after the start.
                Err(GaveUp::Stopping) => return,
                Err(GaveUp::Refused(error)) => {
                    tracing::error!(%connection, "failed to {error}; a signal is left out");
                }
            }
        }
    }
}

/// Sorts signals by connection and keeps their order within one.
fn by_connection(
    shared: &Shared,
    signals: impl Iterator<Item = MessageSignal>,
) -> BTreeMap<(WorkspaceId, ConnectionId), Vec<DeliveryUpdate>> {
    let mut sorted = BTreeMap::<_, Vec<_>>::new();
    for signal in signals {
        // From here on it is not overdue, even if the store is away for long.
        if let Some(lane) = shared.lane(signal.connection) {
            lane.answered(&signal.message);
        }
        sorted
            .entry((signal.workspace, signal.connection))
            .or_default()
            .push(update(shared, signal));
    }
    sorted
}

fn update(shared: &Shared, signal: MessageSignal) -> DeliveryUpdate {
    // "Not now" from WhatsApp's server: the time of the event is when it is due again.
    let at = match signal.event {
        DeliveryEvent::DeadlinePassed => signal.at.plus(shared.config.retry.after(1)),
        _ => signal.at,
    };
    DeliveryUpdate {
        message: signal.message,
        event: signal.event,
        member: signal.member,
        at,
    }
}

/// Writes down what one connection heard. When the store finds something wrong with the batch,
/// its parts are tried one by one, so that one damaged row does not cost the others.
async fn write_down(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    connection: ConnectionId,
    updates: &[DeliveryUpdate],
) -> Result<(), GaveUp> {
    let restricted = DeliveryEvent::Refused(FailureReason::AccountRestricted);
    if let Some(told) = updates.iter().find(|update| update.event == restricted) {
        restriction::message_refused(shared, workspace, connection, told.at).await?;
    }
    let together = record(shared, workspace, connection, updates).await;
    let together = match together {
        Err(GaveUp::Refused(_)) if updates.len() > 1 => {
            let mut last = Ok(());
            for update in updates {
                match record(shared, workspace, connection, std::slice::from_ref(update)).await {
                    Err(GaveUp::Stopping) => return Err(GaveUp::Stopping),
                    Err(refused) => last = Err(refused),
                    Ok(()) => {}
                }
            }
            last
        }
        other => other,
    };
    if let Some(lane) = shared.lane(connection) {
        for update in updates {
            lane.land(&update.message);
        }
        // A retry may be due earlier than what the queue rests for.
        if updates
            .iter()
            .any(|update| update.event == DeliveryEvent::DeadlinePassed)
        {
            lane.ring();
        }
    }
    together
}

async fn record(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    connection: ConnectionId,
    updates: &[DeliveryUpdate],
) -> Result<(), GaveUp> {
    let journal = &shared.store.journal;
    let asked = AtomicU32::new(0);
    let changed: BTreeSet<RunId> = shared
        .patiently_to_the_end("write down what WhatsApp told", || {
            asked.fetch_add(1, Ordering::Relaxed);
            journal.record(workspace, connection, updates)
        })
        .await?
        .into_iter()
        .collect();
    for run in changed {
        shared.note(workspace, run);
    }
    if asked.into_inner() > 1 {
        // An attempt whose answer was lost may have changed any run.
        shared
            .note_every_open_run(&shared.ending, connection)
            .await?;
    }
    Ok(())
}
