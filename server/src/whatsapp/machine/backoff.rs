//! How long to wait between attempts.

use std::time::Duration;

/// The shortest and the longest wait between attempts.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(5));

/// The wait after `failures` failed attempts: doubled with each, a tenth more or less.
pub(super) fn backoff(failures: u32, draw: f64) -> Duration {
    let (shortest, longest) = BACKOFF;
    let doubled = shortest.saturating_mul(2_u32.saturating_pow(failures));
    doubled.min(longest).mul_f64(0.9 + 0.2 * draw)
}
