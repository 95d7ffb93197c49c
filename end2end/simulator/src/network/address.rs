//! Names of people and devices: phone numbers, LIDs, and the form under which both are one.

use std::fmt;

use serde::{Deserialize, Serialize};
use wacore_binary::{Jid, Server};

/// A device of a person, whichever of the two names a stanza used for it. Device 0 is the phone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct DeviceAddress {
    /// The phone number, digits only.
    pub(crate) pn: String,
    /// The device's index in the account.
    pub(crate) device: u16,
}

impl DeviceAddress {
    pub(crate) fn new(pn: impl Into<String>, device: u16) -> Self {
        Self {
            pn: pn.into(),
            device,
        }
    }

    /// The device that a JID names; `None` for groups and for what is neither number nor LID.
    pub(crate) fn of(jid: &Jid) -> Option<Self> {
        User::of(jid).map(|user| Self::new(user.pn, jid.device))
    }

    /// `number:device@s.whatsapp.net`.
    pub(crate) fn pn_jid(&self) -> Jid {
        Jid::pn_device(self.pn.as_str(), self.device)
    }

    /// `lid:device@lid`.
    pub(crate) fn lid_jid(&self) -> Jid {
        Jid::lid_device(lid_of(&self.pn), self.device)
    }
}

impl fmt::Display for DeviceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.pn, self.device)
    }
}

/// A person as a JID names them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct User {
    /// The phone number, digits only.
    pub(crate) pn: String,
}

impl User {
    /// The person that a JID names, by number or by LID.
    pub(crate) fn of(jid: &Jid) -> Option<Self> {
        let pn = match jid.server {
            Server::Pn | Server::Legacy => digits(&jid.user)?.to_owned(),
            Server::Lid => pn_of_lid(&jid.user)?,
            _ => return None,
        };
        Some(Self { pn })
    }
}

/// The LID of a phone number: `1` and the complement of each digit. On the real network the two
/// have nothing in common; here one must be computable from the other, and must not contain it.
pub(crate) fn lid_of(pn: &str) -> String {
    let complement = pn
        .bytes()
        .map(|digit| char::from(b'0' + b'9'.saturating_sub(digit).min(9)));
    std::iter::once('1').chain(complement).collect()
}

/// The phone number behind a LID; `None` when it is not a LID of this network.
pub(crate) fn pn_of_lid(lid: &str) -> Option<String> {
    let complement = digits(lid.strip_prefix('1')?)?;
    Some(
        complement
            .bytes()
            .map(|digit| char::from(b'0' + (b'9' - digit)))
            .collect(),
    )
}

fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_lid_are_two_names_of_one_person() {
        let pn = "5500900000012";
        let lid = lid_of(pn);
        assert_eq!(lid, "14499099999987");
        assert_eq!(pn_of_lid(&lid).as_deref(), Some(pn));
        let device = DeviceAddress::new(pn, 3);
        assert_eq!(DeviceAddress::of(&device.lid_jid()), Some(device.clone()));
        assert_eq!(DeviceAddress::of(&device.pn_jid()), Some(device));
    }

    #[test]
    fn what_is_no_person_has_no_address() {
        assert_eq!(DeviceAddress::of(&Jid::group("120363000000000001")), None);
        assert_eq!(pn_of_lid("244"), None);
        assert_eq!(pn_of_lid("1"), None);
        assert_eq!(pn_of_lid("1x"), None);
    }
}
