//! The gates of open runs: a campaign's window gives them, a pause shuts them.

use arauto_app::domain::{
    Campaign, CampaignState, Gate, Run, RunId, Timestamp, Timing, WorkspaceId, Zone, ZoneName,
};

use super::lane::Lane;
use super::patience::GaveUp;
use super::shared::Shared;
use crate::store::StoreError;

/// The zone whose clocks a campaign follows. Zones are checked when they are chosen; one that the
/// embedded database has lost since is Brasília's.
pub(super) fn zone_of(timing: &Timing) -> Option<Zone> {
    zone_named(&timing.zone)
}

/// The zone of that name, else Brasília's.
pub(super) fn zone_named(name: &ZoneName) -> Option<Zone> {
    Zone::embedded(name).or_else(|| Zone::embedded(&ZoneName::default()))
}

/// When the messages of a campaign's run may leave, seen from `now`.
pub(super) fn gate_of(campaign: &Campaign, now: Timestamp) -> Gate {
    if campaign.state == CampaignState::Paused {
        return Gate::SHUT;
    }
    let (Some(window), Some(zone)) = (&campaign.timing.window, zone_of(&campaign.timing)) else {
        return Gate::OPEN;
    };
    let opening = window.opening(&zone, now);
    Gate {
        opens: opening.opens,
        closes: opening.closes,
    }
}

/// Makes the gate of an open run agree with its campaign: a pause shuts it, the end of the pause gives
/// it back its window. Tells whether it moved.
///
/// A window that ends and another server move the same gate, and another server the campaign: what the
/// last look saw agrees, so a pause that is done holds.
pub(super) async fn agree(
    shared: &Shared,
    workspace: WorkspaceId,
    run: RunId,
) -> Result<bool, StoreError> {
    let (journal, campaigns) = (&shared.store.journal, &shared.store.campaigns);
    let mut moved = false;
    loop {
        let Some(run) = journal.run(workspace, run).await? else {
            return Ok(moved);
        };
        let Some(campaign) = campaigns.get(workspace, run.campaign).await? else {
            return Ok(moved);
        };
        let gate = gate_of(&campaign, shared.now());
        if run.finished_at.is_some() || gate.is_shut() == run.gate.is_shut() {
            return Ok(moved);
        }
        moved |= journal.move_gate(workspace, run.id, run.gate, gate).await?;
    }
}

/// Gives the next gate to every run of a connection whose gate is over.
pub(super) async fn renew(shared: &Shared, lane: &Lane) -> Result<(), GaveUp> {
    let (journal, now) = (&shared.store.journal, shared.now());
    let over = shared
        .patiently("look for closed windows", || {
            journal.runs_past_their_gate(lane.workspace, lane.connection, now)
        })
        .await?;
    for run in over {
        renew_one(shared, &run, now).await?;
        shared.note(run.workspace, run.id);
    }
    Ok(())
}

async fn renew_one(shared: &Shared, run: &Run, now: Timestamp) -> Result<(), GaveUp> {
    let store = &shared.store;
    let campaign = shared
        .patiently("read a campaign", || {
            store.campaigns.get(run.workspace, run.campaign)
        })
        .await?;
    // Deleted with its runs a moment ago: nothing of it is open any more.
    let Some(campaign) = campaign else {
        return Ok(());
    };
    let gate = gate_of(&campaign, now);
    shared
        .patiently("move the window of a run", || {
            store
                .journal
                .move_gate(run.workspace, run.id, run.gate, gate)
        })
        .await?;
    Ok(())
}
