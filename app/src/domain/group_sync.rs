//! The reading of all groups of a connection from WhatsApp: what is kept of it.

use serde::{Deserialize, Serialize};

use super::{ConnectionCause, Timestamp};

/// The latest sync of a connection's groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSync {
    /// When it began.
    pub began_at: Timestamp,
    /// When and how it ended; `None` while it runs, and when the process that ran it ended first.
    pub end: Option<GroupSyncEnd>,
}

/// The end of a sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSyncEnd {
    /// When.
    pub at: Timestamp,
    /// How.
    pub outcome: SyncOutcome,
}

/// How a sync ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum SyncOutcome {
    /// All groups were read and stored.
    Completed {
        /// How many.
        groups: u32,
    },
    /// A person cancelled it.
    Cancelled,
    /// It could not go on.
    Failed {
        /// Why.
        cause: ConnectionCause,
    },
}

impl GroupSync {
    /// Whether it begins anew by itself as soon as the connection is online: nobody ended it, the
    /// process or the connection did.
    pub fn was_interrupted(&self) -> bool {
        match self.end {
            None => true,
            Some(end) => matches!(
                end.outcome,
                SyncOutcome::Failed {
                    cause: ConnectionCause::ConnectionLost | ConnectionCause::Silence
                }
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_ended_begins_anew_by_itself() {
        let at = Timestamp::from_seconds(1);
        let sync = |outcome: Option<SyncOutcome>| GroupSync {
            began_at: at,
            end: outcome.map(|outcome| GroupSyncEnd { at, outcome }),
        };
        let failed = |cause| Some(SyncOutcome::Failed { cause });
        assert!(sync(None).was_interrupted());
        assert!(sync(failed(ConnectionCause::ConnectionLost)).was_interrupted());
        assert!(!sync(failed(ConnectionCause::RateLimited)).was_interrupted());
        assert!(!sync(Some(SyncOutcome::Cancelled)).was_interrupted());
        assert!(!sync(Some(SyncOutcome::Completed { groups: 3 })).was_interrupted());
    }
}
