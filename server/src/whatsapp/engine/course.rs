//! What became of a session so far, as its parts note it.

use std::sync::atomic::{AtomicBool, Ordering};

use arauto_app::domain::ConnectionCause;
use tokio_util::sync::CancellationToken;

/// Notes of one session's parts, from which its end is explained.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// WhatsApp's address answered.
    reached: AtomicBool,
    /// WhatsApp's server told of a trouble of its own.
    trouble: AtomicBool,
    /// A connection could not be opened, or is of no use: the session is over.
    pub(super) lost: CancellationToken,
    /// Nobody has the session any more: what is still open is to be closed.
    pub(super) gone: CancellationToken,
    /// The login is through, or a code waits for its phone: the busy part of the opening is over.
    pub(super) settled: CancellationToken,
}

impl Course {
    pub(super) fn note_reached(&self) {
        self.reached.store(true, Ordering::Relaxed);
    }

    pub(super) fn note_trouble(&self) {
        self.trouble.store(true, Ordering::Relaxed);
    }

    /// Why the session is over, when nothing more particular is known.
    pub(super) fn cause_of_end(&self) -> ConnectionCause {
        if self.trouble.load(Ordering::Relaxed) {
            ConnectionCause::ServerTrouble
        } else if self.reached.load(Ordering::Relaxed) && !self.lost.is_cancelled() {
            ConnectionCause::ConnectionLost
        } else {
            ConnectionCause::Unreachable
        }
    }
}
