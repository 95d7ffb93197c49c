//! Which campaigns depend on media items.

use std::collections::BTreeMap;

use arauto_app::domain::{CampaignId, MediaId};

use super::order;

/// The campaigns that depend on a media item, by their names, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaUses {
    /// Those that use it.
    pub used_by: Vec<String>,
    /// Those that would break without it: the active ones that use it, and those of which a run that sends
    /// it is under way.
    pub sent_by: Vec<String>,
}

/// One reason for which a campaign depends on media items.
pub(super) struct Dependence {
    pub(super) campaign: CampaignId,
    pub(super) name: String,
    /// What it depends on, among other things.
    pub(super) media: Vec<MediaId>,
    pub(super) reason: Reason,
}

/// Why a campaign depends on its media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// They are in it, and nothing is sent for now.
    Idle,
    /// They are in it, and it is active.
    Active,
    /// A run of it sends them.
    UnderWay,
}

/// What depends on each of these items, in their order.
pub(super) fn uses_of(wanted: &[MediaId], dependences: &[Dependence]) -> Vec<MediaUses> {
    wanted
        .iter()
        .map(|media| {
            let names = |counts: fn(Reason) -> bool| {
                // One campaign counts once, whatever the reasons; others may have its name.
                let found: BTreeMap<_, _> = dependences
                    .iter()
                    .filter(|one| counts(one.reason) && one.media.contains(media))
                    .map(|one| (one.campaign, one.name.clone()))
                    .collect();
                let mut names: Vec<String> = found.into_values().collect();
                order::names(&mut names);
                names
            };
            MediaUses {
                used_by: names(|reason| reason != Reason::UnderWay),
                sent_by: names(|reason| reason != Reason::Idle),
            }
        })
        .collect()
}
