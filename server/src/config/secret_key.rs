//! The keys that session keys are encrypted with.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::whatsapp::MasterKey;

/// Where the key comes from that session keys are encrypted with.
#[derive(Clone)]
pub enum SecretKeyChoice {
    /// It is generated at the first start and kept with the data.
    Generated,
    /// It is this one.
    Given(MasterKey),
}

impl SecretKeyChoice {
    /// The configured key.
    pub fn configured(&self) -> Option<MasterKey> {
        match self {
            Self::Generated => None,
            Self::Given(key) => Some(key.clone()),
        }
    }
}

impl FromStr for SecretKeyChoice {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Ok(Self::Generated);
        }
        key(text).map(Self::Given)
    }
}

impl fmt::Display for SecretKeyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Generated => "generated and kept with the data: protects partial copies only",
            Self::Given(_) => "from the configuration",
        })
    }
}

impl fmt::Debug for SecretKeyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The keys that were configured before.
#[derive(Clone, Default)]
pub struct PreviousKeys(Vec<MasterKey>);

impl PreviousKeys {
    /// The keys.
    pub fn keys(&self) -> &[MasterKey] {
        &self.0
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for PreviousKeys {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split(',').filter(|part| !part.trim().is_empty());
        parts.map(key).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for PreviousKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            0 => f.write_str("none"),
            count => write!(f, "{count} from the configuration"),
        }
    }
}

impl fmt::Debug for PreviousKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn key(text: &str) -> Result<MasterKey, &'static str> {
    STANDARD
        .decode(text.trim())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .map(MasterKey::from_bytes)
        .ok_or("expected 32 bytes in base64 (`openssl rand -base64 32` makes some)")
}
