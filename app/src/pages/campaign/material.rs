//! What the editor needs to be drawn.

use super::draft::{CarriedOver, Chosen};
use super::media::{AskedOfLibrary, PlainLibrary};
use crate::api::{
    ApiError, Base, CampaignSummary, ConnectionView, chosen_groups, chosen_media, get_campaign,
    list_connections,
};
use crate::domain::{
    CampaignId, CampaignState, ConnectionId, GroupBrief, GroupJid, MediaItem, MessageContent,
    PastRuns, Timestamp,
};

/// What the editor chooses from, and what is saved.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Material {
    /// The saved campaign; `None` for a new one.
    pub(super) saved: Option<CampaignSummary>,
    pub(super) connections: Vec<ConnectionView>,
    /// The items that the variants have chosen at first.
    pub(super) media: Vec<MediaItem>,
    /// A page of the library, for pages that are not alive.
    pub(super) library: PlainLibrary,
    /// The groups that the saved campaign, or what the address carries over, has chosen.
    pub(super) chosen: Chosen,
    pub(super) now: Timestamp,
}

impl Material {
    pub(super) fn state(&self) -> CampaignState {
        self.saved
            .as_ref()
            .map_or(CampaignState::Draft, |saved| saved.campaign.state)
    }

    /// What it has behind it since it was started; a start begins anew.
    pub(super) fn past(&self) -> PastRuns {
        let saved = self.saved.as_ref().map(|saved| &saved.campaign);
        let started = saved.filter(|campaign| campaign.state.is_alive());
        started.map(|campaign| campaign.past).unwrap_or_default()
    }

    /// The saved connection, while it exists.
    pub(super) fn saved_connection(&self) -> Option<ConnectionId> {
        let saved = self.saved.as_ref()?.campaign.connection?;
        self.has_connection(saved).then_some(saved)
    }

    /// The copy that is written on: the stored one, or the one that carried answers began with.
    pub(super) fn base(&self, seen: Option<Timestamp>) -> Option<Base> {
        let stored = &self.saved.as_ref()?.campaign;
        Some(Base {
            id: stored.id,
            seen: seen.unwrap_or(stored.updated_at),
        })
    }

    /// Whether a connection is still there.
    pub(super) fn has_connection(&self, id: ConnectionId) -> bool {
        let mut connections = self.connections.iter();
        connections.any(|view| view.connection.id == id)
    }
}

pub(super) async fn read_material(
    id: Option<CampaignId>,
    carried: CarriedOver,
    library: AskedOfLibrary,
) -> Result<Material, ApiError> {
    let saved = match id {
        Some(id) => Some(get_campaign(id).await?),
        None => None,
    };
    let draft = saved.as_ref().map(|saved| saved.campaign.draft());
    let media = match (&carried.variants, &draft) {
        (Some(carried), _) => media_of(carried.iter()),
        (None, Some(saved)) => media_of(saved.variants().map(|(_, content)| content)),
        (None, None) => String::new(),
    };
    let (library, now) = PlainLibrary::read(library).await?;
    let mut material = Material {
        saved,
        connections: list_connections().await?,
        media: chosen_media(media).await?,
        now,
        library,
        chosen: Chosen::default(),
    };
    let saved_connection = material.saved_connection();
    let connection = carried.connection.or_saved(|| saved_connection);
    let targets = carried.targets.unwrap_or_else(|| {
        let saved = material.saved.as_ref().map(|saved| &saved.campaign);
        let saved = saved.filter(|campaign| campaign.connection == connection);
        saved
            .map(|campaign| campaign.targets.clone())
            .unwrap_or_default()
    });
    if let Some(connection) = connection {
        material.chosen.first = read_chosen(connection, &targets).await?;
    }
    let saved = material.saved.as_ref().map(|saved| &saved.campaign);
    let also = carried.also.or_else(|| {
        let also = saved?.also.iter().cloned();
        Some(also.map(Some).collect())
    });
    for sender in also.unwrap_or_default() {
        let chosen = match sender {
            Some(sender) => {
                let groups = read_chosen(sender.connection, &sender.targets).await?;
                Some((sender, groups))
            }
            None => None,
        };
        material.chosen.also.push(chosen);
    }
    Ok(material)
}

/// The ids of the items of variants, with spaces between them.
fn media_of<'a>(variants: impl Iterator<Item = &'a MessageContent>) -> String {
    let media = variants.filter_map(|content| content.media);
    media.map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}

/// What is known of chosen groups.
async fn read_chosen(
    connection: ConnectionId,
    targets: &[GroupJid],
) -> Result<Vec<GroupBrief>, ApiError> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    let jids: Vec<&str> = targets.iter().map(GroupJid::as_str).collect();
    chosen_groups(connection, jids.join(" ")).await
}
