//! Virtual phones and the devices linked to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::address::DeviceAddress;
use super::people::Person;
use crate::store::Blob;

/// A virtual phone and what is linked to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    /// The phone number, digits only.
    pub(crate) pn: String,
    /// The name that others see.
    pub(crate) name: String,
    /// Milliseconds since the epoch.
    pub(crate) created_at: u64,
    /// The index that the next linked device gets; indexes are never reused.
    pub(crate) next_device: u16,
    /// Whether the phone is without network: it scans nothing, shares no keys and gives no receipts.
    #[serde(default)]
    pub(crate) offline: bool,
    /// The linked devices by their index.
    pub(crate) devices: BTreeMap<u16, LinkedDevice>,
}

impl Account {
    pub(crate) fn new(pn: String, name: String, created_at: u64) -> Self {
        Self {
            pn,
            name,
            created_at,
            next_device: 1,
            offline: false,
            devices: BTreeMap::new(),
        }
    }

    pub(crate) fn person(&self) -> Person {
        Person {
            pn: self.pn.clone(),
            name: self.name.clone(),
            has_phone: true,
        }
    }

    /// The phone itself and every linked device.
    pub(crate) fn addresses(&self) -> Vec<DeviceAddress> {
        std::iter::once(0)
            .chain(self.devices.keys().copied())
            .map(|device| DeviceAddress::new(self.pn.as_str(), device))
            .collect()
    }
}

/// A device that scanned its way into an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LinkedDevice {
    /// Its static key of the Noise handshake: what it logs in with.
    pub(crate) noise_key: Blob,
    /// Its Signal identity.
    pub(crate) identity: Blob,
    /// Its Signal registration id, four bytes.
    pub(crate) registration_id: Blob,
    /// Its current signed pre-key.
    pub(crate) signed_pre_key: UploadedKey,
    /// `ADVSignedDeviceIdentity`, signed by the account and by the device.
    pub(crate) signed_identity: Blob,
    /// Whether the phone has given it the key of the app state.
    pub(crate) has_app_state_key: bool,
    /// Milliseconds since the epoch.
    pub(crate) linked_at: u64,
    /// The last login, milliseconds since the epoch.
    pub(crate) last_login_at: Option<u64>,
    /// How often it logged in.
    pub(crate) logins: u64,
}

/// A public pre-key as a device uploaded it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UploadedKey {
    /// Three bytes, big-endian.
    pub(crate) id: Blob,
    /// 32 bytes, without the type byte.
    pub(crate) value: Blob,
    /// Of a signed pre-key only.
    pub(crate) signature: Option<Blob>,
}

/// The one-time pre-keys that a device uploaded and nobody has taken yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct PreKeys {
    pub(crate) waiting: Vec<UploadedKey>,
}
