//! Clients that show a QR code and wait for a phone.

use std::collections::HashMap;

use tokio::sync::oneshot;

use super::address::DeviceAddress;
use super::links::Link;
use std::sync::Arc;

/// What a client that registers says about its keys; all but `noise_key` come in its payload.
#[derive(Clone, Debug)]
pub(crate) struct CompanionKeys {
    pub(crate) noise_key: Vec<u8>,
    pub(crate) identity: Vec<u8>,
    pub(crate) registration_id: Vec<u8>,
    pub(crate) signed_pre_key_id: Vec<u8>,
    pub(crate) signed_pre_key: Vec<u8>,
    pub(crate) signed_pre_key_signature: Vec<u8>,
}

/// A client that waits for a phone.
pub(crate) struct Waiting {
    pub(crate) keys: CompanionKeys,
    pub(crate) link: Arc<Link>,
    /// All the refs it was given; it shows them one after the other.
    pub(crate) refs: Vec<String>,
    /// Milliseconds since the epoch.
    pub(crate) since: u64,
    /// A scan under way.
    pub(crate) scan: Option<ScanUnderWay>,
}

/// A phone said yes and the client has not signed yet.
pub(crate) struct ScanUnderWay {
    pub(crate) stanza_id: String,
    pub(crate) device: DeviceAddress,
    /// `ADVSignedDeviceIdentity` as the account signed it.
    pub(crate) signed_identity: Vec<u8>,
    pub(crate) done: oneshot::Sender<Result<DeviceAddress, String>>,
}

/// All that wait, by the number of their connection.
#[derive(Default)]
pub(crate) struct Pairings {
    pub(crate) waiting: HashMap<u64, Waiting>,
}

impl Pairings {
    /// The connection that was given this ref.
    pub(crate) fn by_ref(&mut self, reference: &str) -> Option<&mut Waiting> {
        self.waiting
            .values_mut()
            .find(|waiting| waiting.refs.iter().any(|known| known == reference))
    }
}
