//! How a failure of ours becomes an answer: the log gets the details, the person an incident
//! number that finds them.

use std::fmt::Display;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use arauto_app::api::ApiError;

use crate::store::StoreError;

/// What the product answers when its store did not do what it was asked.
///
/// A conflict that means something to the person (an account that exists already, a campaign that
/// somebody started in the meantime) is for the caller to tell first; one that ends up here is our
/// own fault.
pub fn api_error(error: StoreError) -> ApiError {
    match error {
        StoreError::Unavailable(_) => {
            tracing::warn!("failed to {error}");
            ApiError::StoreUnavailable
        }
        StoreError::InUse(_)
        | StoreError::Conflict(_)
        | StoreError::LeaseLost
        | StoreError::Damaged(_) => internal(error),
    }
}

/// Logs a failure of our own under a new incident number and answers with that number. The
/// failure reads as "failed to {failure}".
pub fn internal(failure: impl Display) -> ApiError {
    let incident = next_incident();
    tracing::error!(incident, "failed to {failure}");
    ApiError::Internal { incident }
}

/// Eight hexadecimal digits, different after a restart too. Nothing depends on them being
/// unpredictable or, in the long run, unique: they are there to be found in a log.
fn next_incident() -> String {
    static SERIES: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = SERIES.hash_one(COUNTER.fetch_add(1, Ordering::Relaxed));
    format!("{:08x}", number >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_store_that_does_not_answer_asks_to_try_again() {
        assert_eq!(
            api_error(StoreError::Unavailable("timeout".into())),
            ApiError::StoreUnavailable
        );
        for error in [
            StoreError::Conflict("state"),
            StoreError::Damaged("row".into()),
        ] {
            assert!(matches!(api_error(error), ApiError::Internal { .. }));
        }
    }

    #[test]
    fn each_incident_has_a_number_of_its_own() {
        let (first, second) = (internal("read"), internal("read"));
        assert_ne!(first, second);
    }
}
