//! What is to come, and where it gets into each other's way.

use std::time::Duration;

use arauto_app::api::{AgendaConflict, AgendaEntry, AgendaWhat};
use arauto_app::domain::{
    Campaign, CampaignState, Connection, DueThen, Occupation, Timestamp, conflicts,
};

use super::service::{Sheet, TOLD_EACH};
use crate::campaigns::gates::zone_of;
use crate::campaigns::shared::Shared;
use crate::campaigns::{duration, targets};
use crate::store::StoreError;

/// One run to come.
struct Planned<'a> {
    day: usize,
    at: Timestamp,
    campaign: &'a Campaign,
    groups: u32,
    takes: Duration,
}

impl Planned<'_> {
    /// The connections that it keeps busy.
    fn occupations(&self) -> impl Iterator<Item = Occupation> {
        let senders = self.campaign.senders().into_iter();
        senders.map(|sender| Occupation {
            connection: sender.connection,
            campaign: self.campaign.id,
            begins: self.at,
            ends: self.at.plus(self.takes),
        })
    }
}

/// What the active campaigns will do on the days of the sheet.
pub(super) async fn draw(
    shared: &Shared,
    sheet: &Sheet,
) -> Result<Vec<(usize, AgendaEntry)>, StoreError> {
    let (mut planned, mut entries) = (Vec::new(), Vec::new());
    let campaigns = sheet.campaigns.iter();
    for campaign in campaigns.filter(|one| one.state == CampaignState::Active) {
        let Some(zone) = zone_of(&campaign.timing) else {
            continue;
        };
        let receivers = targets::now(&shared.store, campaign).await?;
        let parts = receivers.iter().filter_map(|share| {
            let connection = sheet.connections.get(&share.connection)?;
            Some((connection, u32::try_from(share.groups.len()).ok()?))
        });
        let parts: Vec<(&Connection, u32)> = parts.collect();
        let groups = parts.iter().map(|(_, groups)| groups).sum();
        let takes = duration::of_run(shared, parts, campaign.pace, sheet.now).await?;
        let takes = takes.unwrap_or_default();
        let due = campaign.timing.due_in(
            &zone,
            &campaign.past,
            sheet.now,
            &sheet.stretches,
            TOLD_EACH,
        );
        for (day, due) in due.into_iter().enumerate() {
            match due {
                DueThen::Each(instants) => planned.extend(instants.into_iter().map(|at| Planned {
                    day,
                    at,
                    campaign,
                    groups,
                    takes,
                })),
                DueThen::Many { first, last } => {
                    entries.push((day, often(sheet, campaign, groups, first, last)));
                }
            }
        }
    }
    entries.extend(told(sheet, &planned));
    Ok(entries)
}

fn often(
    sheet: &Sheet,
    campaign: &Campaign,
    groups: u32,
    first: Timestamp,
    last: Timestamp,
) -> AgendaEntry {
    AgendaEntry {
        at: sheet.time(first),
        until: Some(sheet.time(last)),
        campaign: campaign.id,
        name: campaign.name.clone(),
        connection_name: sheet.senders_of(campaign),
        what: AgendaWhat::PlannedOften { groups },
    }
}

/// The entries of runs that are told one by one, with what gets into their way.
fn told(sheet: &Sheet, planned: &[Planned<'_>]) -> Vec<(usize, AgendaEntry)> {
    // An active campaign has a connection, unless that was removed: then nothing is in its way.
    let (busy, occupations): (Vec<usize>, Vec<Occupation>) = planned
        .iter()
        .enumerate()
        .flat_map(|(place, one)| one.occupations().map(move |busy| (place, busy)))
        .unzip();
    let mut others = vec![None; planned.len()];
    for (place, other) in busy.iter().zip(conflicts(&occupations)) {
        others[*place] = others[*place].or(other.map(|other| busy[other]));
    }
    let entry = |(one, other): (&Planned<'_>, Option<usize>)| {
        let conflict = other.map(|other| conflict(sheet, one, &planned[other]));
        let entry = AgendaEntry {
            at: sheet.time(one.at),
            until: None,
            campaign: one.campaign.id,
            name: one.campaign.name.clone(),
            connection_name: sheet.senders_of(one.campaign),
            what: AgendaWhat::Planned {
                groups: one.groups,
                takes: one.takes,
                conflict,
            },
        };
        (one.day, entry)
    };
    planned.iter().zip(others).map(entry).collect()
}

fn conflict(sheet: &Sheet, one: &Planned<'_>, other: &Planned<'_>) -> AgendaConflict {
    if one.campaign.id == other.campaign.id {
        AgendaConflict::Itself
    } else {
        AgendaConflict::Turns {
            name: other.campaign.name.clone(),
            at: sheet.time(other.at),
        }
    }
}
