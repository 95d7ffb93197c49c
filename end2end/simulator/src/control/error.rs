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
    /// The phone did not link the device.
    #[error(transparent)]
    Scan(#[from] ScanRefusal),
    /// The state could not be kept.
    #[error("keep the state: {0}")]
    Store(String),
}

impl ControlError {
    /// A word for programs that translate the reason.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Invalid(_) => "invalid",
            Self::Conflict(_) => "conflict",
            Self::Timeout(_) => "timeout",
            Self::Scan(refusal) => refusal.reason(),
            Self::Store(_) => "store",
        }
    }
}

impl From<StoreError> for ControlError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
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
