//! Keeps a queue going.

use std::sync::Arc;

use super::super::lane::Lane;
use super::super::shared::Shared;
use super::{AFTER_A_FAULT, Queue};

/// Runs a connection's queue until the process ends, also over a panic below it.
pub(in super::super) async fn supervise(shared: Arc<Shared>, lane: Arc<Lane>) {
    loop {
        let queue = Queue::new(Arc::clone(&shared), Arc::clone(&lane));
        match shared.senders.spawn(queue.run()).await {
            Err(error) if error.is_panic() => {
                tracing::error!(connection = %lane.connection, %error, "failed to keep a queue going; it begins again");
            }
            Ok(()) | Err(_) => return,
        }
        tokio::select! {
            biased;
            () = shared.clock.sleep(AFTER_A_FAULT) => {}
            () = shared.stopping.cancelled() => return,
        }
    }
}
