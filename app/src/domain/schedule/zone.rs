//! Time zones: which clock a campaign follows.

use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};

use super::CivilDateTime;
use crate::domain::Timestamp;

/// The name of a time zone in the IANA database, such as `America/Sao_Paulo`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ZoneName(String);

/// This text cannot be the name of a time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read {0:?} as the name of a time zone")]
pub struct InvalidZoneName(String);

/// The bytes are no time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read the rules of time zone {0:?}")]
pub struct UnreadableZone(String);

impl ZoneName {
    /// The name as the IANA database writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ZoneName {
    /// Brasília's time, which most of Brazil follows.
    fn default() -> Self {
        Self("America/Sao_Paulo".to_owned())
    }
}

impl TryFrom<String> for ZoneName {
    type Error = InvalidZoneName;

    /// Accepts what has the form of a name. Whether there is such a zone, only the database knows,
    /// and browsers do not have it.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+');
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_allowed);
        if text.len() <= 64 && text.split('/').all(is_part) {
            Ok(Self(text))
        } else {
            Err(InvalidZoneName(text))
        }
    }
}

impl std::str::FromStr for ZoneName {
    type Err = InvalidZoneName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl From<ZoneName> for String {
    fn from(name: ZoneName) -> Self {
        name.0
    }
}

impl std::fmt::Display for ZoneName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A time zone with its rules: what a clock there shows at any moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    name: ZoneName,
    rules: TimeZone,
}

impl Zone {
    /// Reads the rules of a zone in the format of the IANA database (`TZif`, RFC 9636).
    pub fn from_tzif(name: ZoneName, bytes: &[u8]) -> Result<Self, UnreadableZone> {
        match TimeZone::tzif(name.as_str(), bytes) {
            Ok(rules) => Ok(Self { name, rules }),
            Err(_) => Err(UnreadableZone(name.0)),
        }
    }

    /// Its name.
    pub const fn name(&self) -> &ZoneName {
        &self.name
    }

    /// What a clock there shows at `at`.
    pub fn local(&self, at: Timestamp) -> CivilDateTime {
        self.rules.to_datetime(to_jiff(at))
    }

    /// The first instant at which a clock there shows `civil`; `None` beyond the year 9999.
    ///
    /// What clocks show twice, when they are set back, counts the first time. What they never show,
    /// when they are set forward, counts as the moment at which they are: the first one that is not
    /// before it.
    pub fn instant(&self, civil: CivilDateTime) -> Option<Timestamp> {
        let at = match self.rules.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(civil).ok()?,
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(civil).ok()?,
            AmbiguousOffset::Gap { before, .. } => {
                // Read as if clocks had not been set forward, it lies at that moment or behind it.
                let behind = before.to_timestamp(civil).ok()?;
                let past_it = behind
                    .checked_add(jiff::SignedDuration::from_nanos(1))
                    .ok()?;
                self.rules.preceding(past_it).next()?.timestamp()
            }
        };
        Some(Timestamp::from_millis(at.as_millisecond()))
    }
}

fn to_jiff(at: Timestamp) -> jiff::Timestamp {
    let (first, last) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
    let millis = at.as_millis();
    let millis = millis.clamp(first.as_millisecond(), last.as_millisecond());
    jiff::Timestamp::from_millisecond(millis).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_parts_of_letters_digits_and_joints() {
        for name in [
            "America/Sao_Paulo",
            "Etc/GMT+3",
            "UTC",
            "America/Port-au-Prince",
        ] {
            assert_eq!(name.parse::<ZoneName>().unwrap().as_str(), name);
        }
        for text in [
            "",
            "/",
            "America/",
            "../etc/passwd",
            "America/São_Paulo",
            "a b",
        ] {
            assert!(text.parse::<ZoneName>().is_err(), "{text:?}");
        }
        assert!("a".repeat(65).parse::<ZoneName>().is_err());
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        assert!(Zone::from_tzif(ZoneName::default(), b"TZif").is_err());
        assert!(Zone::from_tzif(ZoneName::default(), &[]).is_err());
    }
}
