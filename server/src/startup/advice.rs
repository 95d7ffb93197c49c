//! What whoever runs the server can do about a start that failed.

use arauto_app::say;

use super::StartError;
use crate::store::StoreError;
use crate::system::copy;
use crate::whatsapp::{HubError, Locked, MasterKeyError, RotationError};

/// What happened, why, and what to do, where more is to be said than the error says.
pub(super) fn advice(error: &StartError) -> Option<String> {
    match error {
        StartError::Hub(HubError::MasterKey(MasterKeyError::Locked(locked)))
        | StartError::Rotation(RotationError::Key(MasterKeyError::Locked(locked))) => {
            Some(about_keys(locked))
        }
        StartError::Rotation(RotationError::NoKey) => {
            Some(say!(operator.rotation_no_key).to_owned())
        }
        StartError::Rotation(RotationError::NotInUse { .. }) => {
            Some(say!(operator.rotation_not_in_use).to_owned())
        }
        StartError::Store {
            reason: StoreError::InUse(_),
            ..
        } => Some(say!(operator.store_in_use).to_owned()),
        StartError::UnfinishedCopy { of } => Some(say!(operator.unfinished_copy, of = of)),
        StartError::Copy(error) => Some(copy::advice(error)),
        _ => None,
    }
}

/// What to do when what is stored needs another key.
pub(crate) fn about_keys(locked: &Locked) -> String {
    let (keys, connections) = (locked.needed(), locked.connections);
    match locked.configured {
        None => say!(
            operator.keys_missing,
            keys = keys,
            connections = connections
        ),
        Some(configured) => say!(
            operator.keys_wrong,
            keys = keys,
            configured = configured.to_string(),
            connections = connections
        ),
    }
}
