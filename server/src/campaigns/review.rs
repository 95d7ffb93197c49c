//! The look at a campaign before it is started. A run is frozen as a start would freeze it, by the same
//! code, and thrown away: what is told here is what would be stored there.

use std::collections::HashSet;

use arauto_app::api::{ApiError, CampaignReview, Excluded, SampleMessage};
use arauto_app::domain::{
    Campaign, CampaignId, Connection, ConnectionId, Delivery, DeliveryState, DraftProblem,
    PastRuns, Run, RunOrigin, Schedule, Timestamp, WorkspaceId, Zone,
};

use super::begin::{groups_of, problems_to_begin};
use super::freeze::{Firing, freeze};
use super::gates::{gate_of, zone_of};
use super::service::find;
use super::shared::Shared;
use super::{duration, targets};
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
    let connection = match campaign.connection {
        Some(connection) => shared.store.connections.get(workspace, connection).await,
        None => Ok(None),
    };
    let connection = connection.map_err(api_error)?;
    let rehearsed = rehearse(shared, &campaign, connection.as_ref(), now).await;
    let (run, deliveries) = rehearsed.map_err(api_error)?;
    let samples = samples(shared, &run, &deliveries, &zone, now).await;
    let open = deliveries.iter().filter(|one| one.state.is_open()).count();
    let receiving = u32::try_from(open).unwrap_or(u32::MAX);
    let runs = next_runs(&campaign, &zone, now);
    let first = runs.first().copied().unwrap_or(now);
    let window = campaign.timing.window.as_ref();
    let opening = window.map(|window| window.opening(&zone, first));
    let begins = opening.map_or(first, |opening| first.max(opening.opens));
    let takes = duration::of_run(shared, connection.as_ref(), receiving, begins).await;
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
async fn rehearse(
    shared: &Shared,
    campaign: &Campaign,
    known: Option<&Connection>,
    now: Timestamp,
) -> Result<(Run, Vec<Delivery>), StoreError> {
    let Campaign { workspace, .. } = *campaign;
    let (targets, groups) = match known {
        Some(known) => {
            let targets = targets::now(&shared.store, campaign, known.id).await?;
            let groups = groups_of(shared, workspace, Some(known.id), &targets).await?;
            (targets, groups)
        }
        None => (Vec::new(), Vec::new()),
    };
    let firing = Firing {
        // Without a connection there are no targets, so nothing would be sent by this one.
        connection: known.map_or_else(
            || ConnectionId::new(now, shared.random.bytes()),
            |known| known.id,
        ),
        connection_name: known.map(|known| known.name.clone()).unwrap_or_default(),
        number: 1,
        origin: RunOrigin::Person,
        due_at: now,
        gate: gate_of(campaign, now),
    };
    Ok(freeze(
        campaign,
        &firing,
        &targets,
        &groups,
        now,
        &shared.random,
    ))
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
