//! Who exists: the owners of virtual phones, and as many virtual people as groups ask for.

use wacore_binary::Jid;

use super::address::{DeviceAddress, lid_of};
use crate::keys::Keys;

/// Numbers of virtual people begin with this: Brazil, then an area code that does not exist.
const MEMBER_PREFIX: &str = "55009";

/// A person that the network knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) pn: String,
    pub(crate) name: String,
    /// Whether the person has a virtual phone that links devices.
    pub(crate) has_phone: bool,
}

impl Person {
    /// The virtual person with this number, if it is one's.
    pub(crate) fn member(pn: &str) -> Option<Self> {
        let number = pn
            .strip_prefix(MEMBER_PREFIX)
            .filter(|rest| rest.len() == 8)?;
        let number: u32 = number.parse().ok()?;
        Some(Self {
            pn: pn.to_owned(),
            name: format!("Membro {number}"),
            has_phone: false,
        })
    }

    pub(crate) fn pn_jid(&self) -> Jid {
        Jid::pn(self.pn.as_str())
    }

    pub(crate) fn lid_jid(&self) -> Jid {
        Jid::lid(lid_of(&self.pn))
    }
}

/// The phone number of the n-th virtual person.
pub fn member_number(index: u32) -> String {
    format!("{MEMBER_PREFIX}{index:08}")
}

/// The devices that a virtual person has: always the phone, and for one person in four a computer
/// besides, so that senders meet companion devices.
pub(crate) fn virtual_devices(keys: Keys, pn: &str) -> Vec<DeviceAddress> {
    let mut devices = vec![DeviceAddress::new(pn, 0)];
    if keys.below(&format!("companion/{pn}"), 4) == 0 {
        devices.push(DeviceAddress::new(pn, 1));
    }
    devices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_plainly_generic_names() {
        let pn = member_number(12);
        assert_eq!(pn, "5500900000012");
        assert_eq!(Person::member(&pn).unwrap().name, "Membro 12");
        assert_eq!(Person::member("5500800000001"), None);
    }

    #[test]
    fn some_members_have_a_second_device() {
        let keys = Keys::new(7);
        let count = |n| virtual_devices(keys, &member_number(n)).len();
        let seconds = (1..=200).filter(|n| count(*n) == 2).count();
        assert!((20..=80).contains(&seconds), "{seconds}");
    }
}
