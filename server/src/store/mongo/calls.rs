//! How the driver is called.

use std::future::Future;
use std::time::Duration;

use crate::store::StoreError;

/// How long a call may take before the database counts as gone. The driver itself waits for a
/// silent server without end.
const PATIENCE: Duration = Duration::from_secs(12);

/// Runs `call` in a task of its own, so that it goes on when the caller is dropped.
///
/// # Errors
/// [`StoreError::Unavailable`] when it takes too long. Then it is given up, so that what it would
/// still send does not overtake what the caller does next; it may or may not have worked.
pub(super) async fn run<T>(
    call: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError>
where
    T: Send + 'static,
{
    let call = tokio::spawn(async move {
        tokio::time::timeout(PATIENCE, call).await.map_err(|_| {
            StoreError::Unavailable(format!("no answer within {} s", PATIENCE.as_secs()))
        })?
    });
    call.await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
}
