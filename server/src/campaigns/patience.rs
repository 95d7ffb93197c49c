//! Waiting for a store that is away.

use std::time::Duration;

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::Backoff;
use crate::clock::Clock;
use crate::store::StoreError;

/// How long to wait between two attempts.
const RETRY: Backoff = Backoff {
    first: Duration::from_millis(250),
    longest: Duration::from_secs(10),
};

/// Why patience ended. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub(super) enum GaveUp {
    /// The process is ending.
    #[error("wait for the store: the process is ending")]
    Stopping,
    /// The store answered, and trying again would not change its answer.
    #[error(transparent)]
    Refused(StoreError),
}

/// Asks the store until it answers, for as long as that takes. `what` continues "failed to" in the
/// log, which hears of an outage once, at its beginning, and once more at its end.
///
/// # Errors
/// [`GaveUp`] when the answer is final, or when the process ends during an outage.
pub(super) async fn patiently<'a, T>(
    clock: &dyn Clock,
    stop: &CancellationToken,
    what: &'static str,
    ask: impl Fn() -> BoxFuture<'a, Result<T, StoreError>>,
) -> Result<T, GaveUp> {
    let mut failures = 0;
    loop {
        match ask().await {
            Ok(answer) => {
                if failures > 0 {
                    tracing::info!(failures, what, "the store is back");
                }
                return Ok(answer);
            }
            Err(error) if error.is_retryable() => {
                failures += 1;
                if failures == 1 {
                    tracing::warn!(%error, "failed to {what}; trying until the store is back");
                }
            }
            Err(error) => return Err(GaveUp::Refused(error)),
        }
        tokio::select! {
            biased;
            () = clock.sleep(RETRY.after(failures)) => {}
            () = stop.cancelled() => return Err(GaveUp::Stopping),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use arauto_app::domain::Timestamp;

    use super::*;
    use crate::clock::ManualClock;

    fn away() -> StoreError {
        StoreError::Unavailable("test".into())
    }

    #[tokio::test]
    async fn it_asks_until_the_store_is_back() {
        let clock = ManualClock::new(Timestamp::default());
        let asked = AtomicU32::new(0);
        let stop = CancellationToken::new();
        let answer = patiently(&clock, &stop, "ask", || {
            let n = asked.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move { if n < 5 { Err(away()) } else { Ok(n) } })
        });
        let ticking = async {
            loop {
                clock.advance(Duration::from_secs(10));
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            answer = answer => assert_eq!(answer.unwrap(), 5),
            () = ticking => unreachable!(),
        }
    }

    #[tokio::test]
    async fn a_final_answer_and_the_end_of_the_process_end_it() {
        let clock = ManualClock::new(Timestamp::default());
        let stop = CancellationToken::new();
        let damaged = patiently(&clock, &stop, "ask", || {
            Box::pin(async { Err::<(), _>(StoreError::Damaged("row".into())) })
        });
        assert!(matches!(damaged.await, Err(GaveUp::Refused(_))));
        stop.cancel();
        let stopped = patiently(&clock, &stop, "ask", || {
            Box::pin(async { Err::<(), _>(away()) })
        });
        assert!(matches!(stopped.await, Err(GaveUp::Stopping)));
    }
}
