//! Trying a campaign's message on one chat before it goes to all.
//!
//! A test is a run of one delivery, numbered apart, so it goes the way of every message: journal, queue,
//! pace, receipts, repetition, recovery. It moves nothing of its campaign, and neither the campaign's state
//! nor its window holds it.

use std::sync::Arc;

use arauto_app::api::{ApiError, CampaignTests, LiveEvent, SentTest, TestOrder};
use arauto_app::domain::{
    Campaign, CampaignId, CampaignState, Connection, Delivery, DraftProblem, FIRST_TEST, Gate,
    MessageContent, Recipient, Run, RunId, RunOrigin, Timestamp, WorkspaceId,
};
use futures::{StreamExt, TryStreamExt};

use super::begin::{follow, groups_of};
use super::freeze::{Firing, freeze, freeze_to_oneself};
use super::parts::Part;
use super::service::find;
use super::shared::Shared;
use crate::failure::api_error;
use crate::store::StoreError;

/// How many tests are shown.
const SHOWN: u32 = 10;
/// How many of them have their delivery read at the same time.
const READ_TOGETHER: usize = 8;

/// What a test of a campaign can choose from, and the latest tests.
pub(super) async fn read(
    shared: &Shared,
    workspace: WorkspaceId,
    id: CampaignId,
) -> Result<CampaignTests, ApiError> {
    let campaign = find(shared, workspace, id).await?;
    let connections = connections_of(shared, &campaign).await.map_err(api_error)?;
    let tests = latest(shared, &campaign).await.map_err(api_error)?;
    let draft = campaign.draft();
    Ok(CampaignTests {
        variants: draft.variants().map(|(_, one)| one.text.clone()).collect(),
        connections,
        seen: tests.first().map_or(0, |test| test.run.ordinal()),
        tests,
        state: campaign.state,
        name: campaign.name,
        now: shared.now(),
    })
}

async fn latest(shared: &Shared, campaign: &Campaign) -> Result<Vec<SentTest>, StoreError> {
    let journal = &shared.store.journal;
    let runs = journal.tests(campaign.workspace, campaign.id, SHOWN);
    let read = runs.await?.into_iter().map(|run| async {
        let delivery = journal.delivery(run.workspace, run.id, 0).await?;
        Ok::<_, StoreError>(delivery.map(|delivery| SentTest { run, delivery }))
    });
    let read = futures::stream::iter(read).buffered(READ_TOGETHER);
    let tests: Vec<Option<SentTest>> = read.try_collect().await?;
    // A campaign that is deleted at this moment takes its tests along.
    Ok(tests.into_iter().flatten().collect())
}

/// Those of the campaign's connections that exist, in its order.
async fn connections_of(
    shared: &Shared,
    campaign: &Campaign,
) -> Result<Vec<Connection>, StoreError> {
    let others = campaign.also.iter().map(|sender| sender.connection);
    let mut found = Vec::new();
    for id in campaign.connection.into_iter().chain(others) {
        found.extend(shared.store.connections.get(campaign.workspace, id).await?);
    }
    Ok(found)
}

/// Begins a test, unless another one began since its owner looked: then that one is the answer.
pub(super) async fn send(
    shared: &Arc<Shared>,
    workspace: WorkspaceId,
    id: CampaignId,
    order: TestOrder,
) -> Result<RunId, ApiError> {
    // The campaign is not deleted meanwhile.
    let _transition = shared.transitions.lock().await;
    let campaign = find(shared, workspace, id).await?;
    if campaign.state == CampaignState::Archived {
        return Err(ApiError::CampaignState);
    }
    if let Some(faster) = begun_since(shared, &campaign, order.seen).await? {
        return Ok(faster);
    }
    let (content, connection) = ready(shared, &campaign, &order).await?;
    let frozen = frozen(shared, &campaign, content, &connection, &order).await;
    let (run, deliveries) = frozen.map_err(api_error)?;
    match shared.store.journal.begin_run(&run, &deliveries).await {
        Ok(()) => {}
        // Another server was faster.
        Err(StoreError::Conflict(what)) => {
            let faster = begun_since(shared, &campaign, order.seen).await?;
            return faster.ok_or_else(|| api_error(StoreError::Conflict(what)));
        }
        Err(error) => {
            follow(shared, &run);
            return Err(api_error(error));
        }
    }
    follow(shared, &run);
    shared.live.post(workspace, LiveEvent::Campaign(id));
    Ok(run.id)
}

/// The latest test, if it is not the one that was seen.
///
/// # Errors
/// [`ApiError::CampaignState`] when tests were seen and there are none.
async fn begun_since(
    shared: &Shared,
    campaign: &Campaign,
    seen: u32,
) -> Result<Option<RunId>, ApiError> {
    let journal = &shared.store.journal;
    let latest = journal.tests(campaign.workspace, campaign.id, 1).await;
    match latest.map_err(api_error)?.pop() {
        Some(run) => Ok((run.ordinal() != seen).then_some(run.id)),
        None if seen == 0 => Ok(None),
        None => Err(ApiError::CampaignState),
    }
}

/// What a test sends and by which connection, or everything that keeps it from leaving.
async fn ready(
    shared: &Shared,
    campaign: &Campaign,
    order: &TestOrder,
) -> Result<(MessageContent, Connection), ApiError> {
    let variant = order.variant;
    let mut problems = Vec::new();
    let connections = connections_of(shared, campaign).await.map_err(api_error)?;
    let is_wanted = |known: &Connection| order.connection.is_none_or(|id| id == known.id);
    let connection = connections.into_iter().find(is_wanted);
    if connection.is_none() {
        problems.push(match order.connection.or(campaign.connection) {
            Some(_) => DraftProblem::ConnectionGone,
            None => DraftProblem::ConnectionMissing,
        });
    }
    let draft = campaign.draft();
    let content = draft.variants().find(|(number, _)| *number == variant);
    let content = content.map(|(_, content)| content.clone());
    // It was removed since the page was read.
    let content = content.ok_or(ApiError::CampaignState)?;
    problems.extend(content.problems_to_send(variant));
    if let Some(media) = content.media {
        let media = shared.store.media.get(campaign.workspace, media).await;
        match media.map_err(api_error)? {
            None => problems.push(DraftProblem::MediaGone { variant }),
            Some(item) => problems.extend(content.problem_with(item.kind, variant)),
        }
    }
    match connection {
        Some(connection) if problems.is_empty() => Ok((content, connection)),
        _ => Err(ApiError::Draft(problems)),
    }
}

/// The run of one message as it is stored.
async fn frozen(
    shared: &Shared,
    campaign: &Campaign,
    content: MessageContent,
    connection: &Connection,
    order: &TestOrder,
) -> Result<(Run, Vec<Delivery>), StoreError> {
    let now: Timestamp = shared.now();
    let firing = Firing {
        connection: connection.id,
        connection_name: connection.name.clone(),
        number: FIRST_TEST + order.seen,
        origin: RunOrigin::Test,
        due_at: now,
        gate: Gate::OPEN,
    };
    let alone = Campaign {
        content,
        others: Vec::new(),
        ..campaign.clone()
    };
    Ok(match &order.to {
        Recipient::Group(jid) => {
            let targets = vec![jid.clone()];
            let groups = groups_of(shared, alone.workspace, connection.id, &targets).await?;
            let part = Part {
                connection: connection.clone(),
                targets,
                groups,
            };
            freeze(&alone, &firing, &[part], now, &shared.random)
        }
        Recipient::Oneself => {
            let name = order.own_name.clone();
            freeze_to_oneself(&alone, &firing, name, now, &shared.random)
        }
    })
}
