//! Clients that show a QR code or a pairing code and wait for a phone.

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
    /// The pairing code that it shows, if it asked for one.
    pub(crate) code: Option<ShownCode>,
    /// A scan under way, or what follows when a code was typed.
    pub(crate) scan: Option<ScanUnderWay>,
}

/// A pairing code that a client shows, as far as the network knows it: not the code itself.
#[derive(Debug)]
pub(crate) struct ShownCode {
    /// The number whose phone accepts it.
    pub(crate) pn: String,
    /// What the network calls it.
    pub(crate) reference: Vec<u8>,
    /// The client's ephemeral key, encrypted with a key that the code gives.
    pub(crate) wrapped_ephemeral: Vec<u8>,
    /// Milliseconds since the epoch.
    pub(crate) since: u64,
    /// The phone that it was typed into, while the client has not answered.
    pub(crate) typed: Option<TypedCode>,
}

/// A code was typed into a phone, and the client has not sent its keys yet.
#[derive(Debug)]
pub(crate) struct TypedCode {
    /// What the phone's and the client's ephemeral keys agree on.
    pub(crate) shared: Vec<u8>,
    pub(crate) done: PairingDone,
}

/// Tells whoever used the phone how the pairing ended.
pub(crate) type PairingDone = oneshot::Sender<Result<DeviceAddress, PairingFailure>>;

/// Why a pairing that a phone began came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PairingFailure {
    /// The client refused what the phone signed, or signed it wrongly.
    Client(String),
    /// The client's keys do not open: the code was typed wrongly.
    WrongCode,
    /// The phone did not go on.
    Refused,
}

/// A phone said yes and the client has not signed yet.
pub(crate) struct ScanUnderWay {
    pub(crate) stanza_id: String,
    pub(crate) device: DeviceAddress,
    /// `ADVSignedDeviceIdentity` as the account signed it.
    pub(crate) signed_identity: Vec<u8>,
    pub(crate) done: PairingDone,
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

    /// The connection that shows the latest code for this number.
    pub(crate) fn by_code_for(&mut self, pn: &str) -> Option<(&mut Waiting, u64)> {
        let shows = |waiting: &Waiting| {
            let code = waiting.code.as_ref().filter(|code| code.pn == pn);
            code.map(|code| code.since)
        };
        let (_, number) = self
            .waiting
            .iter()
            .filter_map(|(number, waiting)| Some((shows(waiting)?, *number)))
            .max()?;
        Some((self.waiting.get_mut(&number)?, number))
    }
}
