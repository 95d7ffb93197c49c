//! Why an order cannot be carried out.

use crate::client::ScanRefusal;
use crate::messages::ReceiptFailure;
use crate::store::StoreError;

/// Why an order to the network cannot be carried out; reads after "failed: ".
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// What the order names does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The order makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// What is to be created exists.
    #[error("{0}")]
    Conflict(String),
    /// The client did not answer in time.
    #[error("{0}")]
    Timeout(String),
    /// The state could not be kept.
    #[error("keep the state: {0}")]
    Store(String),
}

impl From<StoreError> for ControlError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<ScanRefusal> for ControlError {
    fn from(refusal: ScanRefusal) -> Self {
        match refusal {
            ScanRefusal::UnknownRef | ScanRefusal::ExpiredRef | ScanRefusal::UnknownPhone => {
                Self::NotFound(refusal.to_string())
            }
            ScanRefusal::UnderWay | ScanRefusal::PhoneOffline => {
                Self::Conflict(refusal.to_string())
            }
            ScanRefusal::Fields(_)
            | ScanRefusal::Key(_)
            | ScanRefusal::OtherKey(_)
            | ScanRefusal::Signature(_) => Self::Invalid(refusal.to_string()),
        }
    }
}

impl From<ReceiptFailure> for ControlError {
    fn from(failure: ReceiptFailure) -> Self {
        match failure {
            ReceiptFailure::UnknownMessage(_) => Self::NotFound(failure.to_string()),
            ReceiptFailure::Store(error) => error.into(),
        }
    }
}
