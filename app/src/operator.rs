//! The words of the pages, for what the server tells whoever runs it.

use std::time::Duration;

use crate::components::{sentences, time};
use crate::domain::{ConnectionState, Timestamp};

/// The word for a connection's state.
pub fn connection_state(state: &ConnectionState) -> &'static str {
    sentences::connection_state(state).word
}

/// `19/11/2026 14:12:03`, on a clock in Brasília.
pub fn date_and_time(at: Timestamp) -> String {
    time::date_and_time(at)
}

/// `12 s`, `1 min 48 s`, `2 h 51 min`, `3 d 4 h`.
pub fn duration(span: Duration) -> String {
    time::duration(span)
}
