//! The simulator's time: the machine's, in the units that the protocol uses.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch; 0 on a machine whose clock is before it.
#[allow(
    clippy::disallowed_methods,
    reason = "the simulated network is the world outside of the product: its time is the machine's"
)]
pub(crate) fn unix_millis() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Seconds since the Unix epoch, as stanzas carry them in their attribute `t`.
pub(crate) fn unix_seconds() -> u64 {
    unix_millis() / 1000
}
