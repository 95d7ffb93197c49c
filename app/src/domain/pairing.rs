//! Linking a phone: the two ways to it, and what a person has to do.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// How a phone is shown which device it is to link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairingWay {
    /// It scans a QR code.
    #[default]
    Qr,
    /// Its owner types a code of eight letters and digits into it.
    Code,
}

impl PairingWay {
    /// As the page's address names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Code => "codigo",
        }
    }
}

/// The address names no way to link a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read the way to link a phone")]
pub struct UnknownPairingWay;

impl FromStr for PairingWay {
    type Err = UnknownPairingWay;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Qr, Self::Code]
            .into_iter()
            .find(|way| way.name() == name)
            .ok_or(UnknownPairingWay)
    }
}

/// What the person has to do to link a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum PairingStep {
    /// The session is being opened; the first code comes.
    Opening {
        /// Which kind of code.
        #[serde(default)]
        way: PairingWay,
    },
    /// Scan this QR code.
    Qr {
        /// The text that the code carries.
        text: String,
        /// Which code of the series this is, from 1.
        number: u32,
        /// When WhatsApp stops accepting it.
        expires_at: Timestamp,
    },
    /// Type this code into the phone.
    Code {
        /// Eight letters and digits.
        code: String,
        /// The number whose phone accepts it: digits with the country code.
        phone: String,
        /// When WhatsApp stops accepting it.
        expires_at: Timestamp,
    },
    /// WhatsApp demands that the account's passkey be shown. Only the person's own browser or phone
    /// can do that, and only on WhatsApp's own pages: Arauto can explain it, and wait in case the
    /// phone goes on without it.
    PasskeyRequired {
        /// What the person did before.
        #[serde(default)]
        way: PairingWay,
    },
}

impl PairingStep {
    /// Which way it belongs to.
    pub const fn way(&self) -> PairingWay {
        match self {
            Self::Opening { way } | Self::PasskeyRequired { way } => *way,
            Self::Qr { .. } => PairingWay::Qr,
            Self::Code { .. } => PairingWay::Code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_read_as_it_is_named() {
        for way in [PairingWay::Qr, PairingWay::Code] {
            assert_eq!(way.name().parse(), Ok(way));
        }
        assert_eq!("QR".parse::<PairingWay>(), Err(UnknownPairingWay));
    }

    #[test]
    fn a_step_that_was_stored_before_there_were_codes_is_read() {
        let read: PairingStep = serde_json::from_str(r#"{"step":"opening"}"#).unwrap();
        assert_eq!(
            read,
            PairingStep::Opening {
                way: PairingWay::Qr
            }
        );
    }
}
