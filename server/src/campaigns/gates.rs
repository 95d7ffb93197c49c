//! The gates of open runs: a campaign's window gives them, a pause shuts them.

use arauto_app::domain::{Campaign, CampaignState, Gate, Run, Timestamp, Timing, Zone, ZoneName};

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
pub(super) async fn agree(
    shared: &Shared,
    run: &Run,
    campaign: &Campaign,
) -> Result<bool, StoreError> {
    let gate = gate_of(campaign, shared.now());
    if gate.is_shut() == run.gate.is_shut() {
        return Ok(false);
    }
    let journal = &shared.store.journal;
    journal
        .move_gate(run.workspace, run.id, run.gate, gate)
        .await
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
