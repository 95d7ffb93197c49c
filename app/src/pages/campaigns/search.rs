//! Looking for campaigns: the kinds, and the words for them.

use crate::components::{Asked, Kind};
use crate::domain::{CampaignKind, CampaignQuery};

/// The page's address without what it asks for.
pub(super) const PATH: &str = "/campanhas";

impl Kind for CampaignKind {
    fn every() -> &'static [Self] {
        &Self::EVERY
    }

    fn in_address(self) -> &'static str {
        self.as_str()
    }

    fn words(self) -> &'static str {
        match self {
            Self::Present => say!(campaigns.kind_present),
            Self::Active => say!(campaigns.kind_active),
            Self::Paused => say!(campaigns.kind_paused),
            Self::Draft => say!(campaigns.kind_draft),
            Self::Completed => say!(campaigns.kind_completed),
            Self::Archived => say!(campaigns.kind_archived),
        }
    }
}

/// What the address asks for, as the store is asked.
pub(super) fn query(asked: &Asked<CampaignKind>) -> CampaignQuery {
    CampaignQuery {
        text: asked.text.clone(),
        kind: asked.kind,
    }
}
