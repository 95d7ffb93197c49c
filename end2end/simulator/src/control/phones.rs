//! Orders to virtual phones.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::views::{self, PendingPairing, PhoneView};
use super::{Control, ControlError};
use crate::client::{PairingOutcome, ScanRefusal, begin_scan, device_removed, type_code, withdraw};
use crate::clock::unix_millis;
use crate::network::{Account, DeviceAddress, NetworkEvent, lid_of};

/// Numbers that the simulator gives to phones: Brazil, then an area code that does not exist.
const PHONE_PREFIX: &str = "55008";
/// A client signs at once; one that takes this long is gone.
const SCAN_DEADLINE: Duration = Duration::from_secs(15);

/// A phone to be created.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct NewPhone {
    /// Its number, digits only; absent: the next free one.
    #[serde(default)]
    pub pn: Option<String>,
    /// The name that others see.
    pub name: String,
}

/// A scan to be made.
#[derive(Clone, Debug, Deserialize)]
pub struct Scan {
    /// The text of the QR code.
    pub qr: String,
    /// The phone that scans; absent: the first one that has no linked device, or a new one.
    #[serde(default, alias = "phone")]
    pub pn: Option<String>,
}

/// A pairing code to be typed into a phone.
#[derive(Clone, Debug, Deserialize)]
pub struct TypedCode {
    /// The code, with or without the dash.
    pub code: String,
    /// The phone.
    pub pn: String,
}

/// A device that was linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PairedDevice {
    /// The account's number.
    pub pn: String,
    /// The account's LID.
    pub lid: String,
    /// The device's index.
    pub device: u16,
    /// The device's JID.
    pub jid: String,
}

impl Control {
    /// All phones.
    pub async fn phones(&self) -> Vec<PhoneView> {
        let world = self.network.world();
        world
            .accounts
            .values()
            .map(|account| views::phone(&world, account))
            .collect()
    }

    /// Clients that show a QR code. The network knows only the refs in it: the secret that links a
    /// device is in the picture, so a person has to bring the text to the phone.
    pub async fn pairings(&self) -> Vec<PendingPairing> {
        let world = self.network.world();
        let waiting = world.pairings.waiting.values();
        let mut pairings: Vec<_> = waiting
            .map(|waiting| PendingPairing {
                refs: waiting.refs.clone(),
                code_for: waiting.code.as_ref().map(|code| code.pn.clone()),
                since: waiting.since,
            })
            .collect();
        pairings.sort_by_key(|pairing| pairing.since);
        pairings
    }

    /// Creates a phone.
    pub async fn add_phone(&self, new: NewPhone) -> Result<PhoneView, ControlError> {
        let (account, view) = {
            let mut world = self.network.world();
            let pn = match new.pn {
                Some(pn) => pn,
                None => (1..=99_999_999_u32)
                    .map(|n| format!("{PHONE_PREFIX}{n:08}"))
                    .find(|pn| !world.accounts.contains_key(pn))
                    .unwrap_or_default(),
            };
            if !(8..=15).contains(&pn.len()) || !pn.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(ControlError::Invalid(format!(
                    "{pn:?} is no number of 8 to 15 digits"
                )));
            }
            if world.accounts.contains_key(&pn) {
                return Err(ControlError::Conflict(format!(
                    "there is a phone {pn} already"
                )));
            }
            let account = Account::new(pn.clone(), new.name, unix_millis());
            world.accounts.insert(pn, account.clone());
            let view = views::phone(&world, &account);
            (account, view)
        };
        self.network
            .commit(|batch| batch.put(format!("account/{}", account.pn), &account))?;
        self.network.announce(NetworkEvent::Phones {
            pn: Some(account.pn),
        });
        Ok(view)
    }

    /// Lets a phone scan a QR code; returns when the device is linked.
    pub async fn scan(&self, scan: Scan) -> Result<PairedDevice, ControlError> {
        let pn = match scan.pn {
            Some(pn) => pn,
            None => self.phone_for_scan().await?,
        };
        linked(begin_scan(&self.network, &scan.qr, &pn)?).await
    }

    /// Types a pairing code into a phone; returns when the device is linked.
    pub async fn type_code(&self, typed: TypedCode) -> Result<PairedDevice, ControlError> {
        linked(type_code(&self.network, &typed.code, &typed.pn).await?).await
    }

    /// Takes the pairing code for a phone from the client that shows it, as if it had expired.
    pub async fn withdraw_code(&self, pn: &str) -> Result<(), ControlError> {
        withdraw(&self.network, pn)?;
        self.network.announce(NetworkEvent::Pairings);
        Ok(())
    }

    async fn phone_for_scan(&self) -> Result<String, ControlError> {
        let free = {
            let world = self.network.world();
            let mut accounts = world.accounts.values();
            accounts
                .find(|account| account.devices.is_empty())
                .map(|account| account.pn.clone())
        };
        match free {
            Some(pn) => Ok(pn),
            None => Ok(self
                .add_phone(NewPhone {
                    pn: None,
                    name: "Celular".into(),
                })
                .await?
                .pn),
        }
    }

    /// Unlinks a device from the phone, or all devices; returns how many. Devices that are not
    /// connected learn of it at their next login.
    pub async fn unlink(&self, pn: &str, device: Option<u16>) -> Result<usize, ControlError> {
        let devices: Vec<u16> = {
            let world = self.network.world();
            let account = world.accounts.get(pn).ok_or_else(|| unknown_phone(pn))?;
            account
                .devices
                .keys()
                .copied()
                .filter(|d| device.is_none_or(|only| only == *d))
                .collect()
        };
        for index in &devices {
            let address = DeviceAddress::new(pn, *index);
            let link = self.network.world().links.of(&address).cloned();
            self.network.forget_device(&address)?;
            if let Some(link) = link {
                link.send(device_removed());
                link.close();
            }
        }
        Ok(devices.len())
    }

    /// Takes the phone's network away, or gives it back. A phone that is offline scans nothing, shares
    /// no keys and does not say that it received what its linked devices sent; these work without it.
    pub async fn set_offline(&self, pn: &str, offline: bool) -> Result<(), ControlError> {
        let account = {
            let mut world = self.network.world();
            let account = world
                .accounts
                .get_mut(pn)
                .ok_or_else(|| unknown_phone(pn))?;
            account.offline = offline;
            account.clone()
        };
        self.network
            .commit(|batch| batch.put(format!("account/{pn}"), &account))?;
        if !offline {
            let taken = crate::messages::take_what_waited(&self.network, pn);
            taken.map_err(|error| ControlError::Store(error.to_string()))?;
            for address in account.addresses().into_iter().filter(|a| a.device != 0) {
                let shared = crate::messages::share_app_state_key(&self.network, &address);
                shared.map_err(|error| ControlError::Store(error.to_string()))?;
            }
        }
        self.network.announce(NetworkEvent::Phones {
            pn: Some(pn.to_owned()),
        });
        Ok(())
    }
}

/// Waits until the client has answered the phone.
async fn linked(outcome: PairingOutcome) -> Result<PairedDevice, ControlError> {
    let outcome = tokio::time::timeout(SCAN_DEADLINE, outcome)
        .await
        .map_err(|_| ControlError::Timeout("the client did not answer the phone".into()))?
        .map_err(|_| ControlError::Timeout("the client went away".into()))?;
    let device = outcome.map_err(ScanRefusal::from)?;
    Ok(PairedDevice {
        lid: lid_of(&device.pn),
        jid: device.pn_jid().to_string(),
        device: device.device,
        pn: device.pn,
    })
}

fn unknown_phone(pn: &str) -> ControlError {
    ControlError::NotFound(format!("there is no phone {pn}"))
}
