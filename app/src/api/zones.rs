//! The time zones that a campaign can follow.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
use crate::domain::{Zone, ZoneName};

/// The rules of one zone: browsers do not carry the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneRules {
    /// Its name.
    pub name: ZoneName,
    /// Its rules, as the IANA database writes them; `None` when it has no such zone.
    pub tzif: Option<Vec<u8>>,
}

impl ZoneRules {
    /// The zone that follows these rules.
    pub fn zone(&self) -> Option<Zone> {
        Zone::from_tzif(self.name.clone(), self.tzif.as_deref()?).ok()
    }
}

/// The names of all zones that a person may choose, Brazil's first.
#[server(prefix = "/api", endpoint = "zones")]
pub async fn list_zones() -> Result<Vec<ZoneName>, ApiError> {
    Principal::from_context()?;
    Ok(ZoneName::every())
}

/// The rules of one zone.
#[server(prefix = "/api", endpoint = "zone")]
pub async fn get_zone(name: ZoneName) -> Result<ZoneRules, ApiError> {
    Principal::from_context()?;
    let tzif = name.tzif().map(<[u8]>::to_vec);
    Ok(ZoneRules { name, tzif })
}
