//! The look at a campaign before it is started. A run is frozen as a start would freeze it, by the same
//! code, and thrown away: what is told here is what would be stored there.

use std::collections::HashSet;

use arauto_app::api::{ApiError, CampaignReview, Excluded, SampleMessage};
use arauto_app::domain::{
    Campaign, CampaignId, Connection, ConnectionId, Delivery, DeliveryState, DraftProblem,
    PastRuns, Run, RunOrigin, Schedule, Timestamp, WorkspaceId, Zone,
};

use super::begin::problems_to_begin;
use super::freeze::{Firing, freeze};
use super::gates::{gate_of, zone_of};
use super::parts::Part;
use super::service::find;
use super::shared::Shared;
use super::{duration, parts};
use crate::failure::{api_error, internal};
use crate::store::StoreError;

/// How many messages are shown.
const SAMPLES: usize = 4;
/// How many of the next runs are told.
const NEXT_RUNS: usize = 5;

/// Looks at a saved campaign as a start would find it now.
pub(super) async fn review(
    shared: &Shared,
    workspace: WorkspaceId,
    id: CampaignId,
) -> Result<CampaignReview, ApiError> {
    let campaign = find(shared, workspace, id).await?;
    let zone = zone_of(&campaign.timing).ok_or_else(|| internal("find the rules of a zone"))?;
    let now = shared.now();
    let mut problems = problems_to_begin(shared, &campaign)
        .await
        .map_err(api_error)?;
    let in_time = campaign.timing.problems(&zone, now);
    problems.extend(in_time.into_iter().map(DraftProblem::from));
    let parts = parts::of(shared, &campaign).await.map_err(api_error)?;
    let (run, deliveries) = rehearse(shared, &campaign, &parts, now);
    let samples = samples(shared, &run, &deliveries, &zone, now).await;
    let leaving = parts.iter().map(|part| {
        let by_it = |one: &&Delivery| one.connection == part.connection.id && one.state.is_open();
        let leaving = deliveries.iter().filter(by_it).count();
        (&part.connection, u32::try_from(leaving).unwrap_or(u32::MAX))
    });
    let leaving: Vec<(&Connection, u32)> = leaving.collect();
    let receiving = leaving.iter().map(|(_, leaving)| leaving).sum();
    let runs = next_runs(&campaign, &zone, now);
    let first = runs.first().copied().unwrap_or(now);
    let window = campaign.timing.window.as_ref();
    let opening = window.map(|window| window.opening(&zone, first));
    let begins = opening.map_or(first, |opening| first.max(opening.opens));
    let takes = duration::of_run(shared, leaving, campaign.pace, begins).await;
    let takes = takes.map_err(api_error)?;
    let is_new = !campaign.state.is_alive();
    let at_once = matches!(
        campaign.timing.schedule,
        Schedule::Now | Schedule::Every { .. }
    );
    Ok(CampaignReview {
        problems,
        receiving,
        excluded: excluded(&deliveries),
        samples: samples.map_err(api_error)?,
        fits_window: opening
            .zip(takes)
            .map(|(opening, takes)| begins.plus(takes) <= opening.closes),
        next_runs: runs.into_iter().map(|at| zone.local(at)).collect(),
        begins_at_start: is_new && at_once,
        today: zone.local(now).date(),
        takes,
        name: campaign.name,
        state: campaign.state,
    })
}

/// The run that a start would begin now, with its deliveries.
fn rehearse(
    shared: &Shared,
    campaign: &Campaign,
    parts: &[Part],
    now: Timestamp,
) -> (Run, Vec<Delivery>) {
    let first = parts.first().map(|part| &part.connection);
    let firing = Firing {
        // Without a part there are no targets, so nothing would be sent by this one.
        connection: first.map_or_else(
            || ConnectionId::new(now, shared.random.bytes()),
            |first| first.id,
        ),
        connection_name: first.map(|first| first.name.clone()).unwrap_or_default(),
        number: 1,
        origin: RunOrigin::Person,
        due_at: now,
        gate: gate_of(campaign, now),
    };
    freeze(campaign, &firing, parts, now, &shared.random)
}

/// Some messages as they would be: each variant once, then the first of the others.
async fn samples(
    shared: &Shared,
    run: &Run,
    deliveries: &[Delivery],
    zone: &Zone,
    now: Timestamp,
) -> Result<Vec<SampleMessage>, StoreError> {
    let leaving: Vec<_> = deliveries
        .iter()
        .filter(|one| one.state.is_open())
        .collect();
    let mut seen = HashSet::new();
    let (firsts, others): (Vec<_>, Vec<_>) = leaving
        .into_iter()
        .partition(|one| seen.insert(one.variant));
    let many = firsts.len().max(SAMPLES);
    let mut samples = Vec::new();
    for delivery in firsts.into_iter().chain(others).take(many) {
        let variant = run.variants().nth(delivery.variant as usize);
        let media = match variant.and_then(|content| content.media) {
            Some(media) => shared.store.media.get(run.workspace, media).await?,
            None => None,
        };
        samples.push(SampleMessage {
            group: delivery.target_name.clone(),
            text: run.text_of(delivery, zone, now),
            media,
        });
    }
    Ok(samples)
}

/// The groups that a run would skip, by reason, in the order in which the reasons come up.
fn excluded(deliveries: &[Delivery]) -> Vec<Excluded> {
    let mut excluded: Vec<Excluded> = Vec::new();
    for delivery in deliveries {
        let DeliveryState::Skipped(reason) = delivery.state else {
            continue;
        };
        let group = delivery.target_name.clone();
        match excluded.iter_mut().find(|one| one.reason == reason) {
            Some(one) => one.groups.push(group),
            None => excluded.push(Excluded {
                reason,
                groups: vec![group],
            }),
        }
    }
    excluded
}

/// When the campaign runs next, if it is started, or goes on, now.
fn next_runs(campaign: &Campaign, zone: &Zone, now: Timestamp) -> Vec<Timestamp> {
    let past = if campaign.state.is_alive() {
        campaign.past
    } else {
        PastRuns {
            first_at: Some(now),
            ..PastRuns::default()
        }
    };
    campaign.timing.next_runs(zone, &past, now, NEXT_RUNS)
}
