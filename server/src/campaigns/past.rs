//! What a campaign did and missed.

use arauto_app::api::{ApiError, CampaignPast, PastPlace};
use arauto_app::domain::{CampaignId, Missed, Run, Timestamp, WorkspaceId};
use futures::{StreamExt, TryStreamExt};

use super::service::find;
use super::shared::Shared;
use crate::failure::api_error;
use crate::store::StoreError;

/// How many runs, and how many missed ones, are shown at a time.
const SHOWN: u32 = 20;
/// How many runs have their deliveries counted at the same time.
const COUNTED_TOGETHER: usize = 8;

/// Reads a part of a campaign's past, the latest first.
pub(super) async fn read(
    shared: &Shared,
    workspace: WorkspaceId,
    id: CampaignId,
    before: Option<PastPlace>,
) -> Result<CampaignPast, ApiError> {
    find(shared, workspace, id).await?;
    let before = before.unwrap_or(PastPlace {
        number: u32::MAX,
        due: Timestamp::from_millis(i64::MAX),
    });
    let (journal, campaigns) = (&shared.store.journal, &shared.store.campaigns);
    // One more than is shown tells whether there is another part.
    let (mut runs, mut missed) = tokio::try_join!(
        journal.runs_before(workspace, id, before.number, SHOWN + 1),
        campaigns.missed(workspace, id, before.due, SHOWN + 1)
    )
    .map_err(api_error)?;
    let has_more = runs.len().max(missed.len()) > SHOWN as usize;
    runs.truncate(SHOWN as usize);
    missed.truncate(SHOWN as usize);
    let next = has_more.then(|| place_after(&runs, &missed, before));
    let counted = runs.into_iter().map(|run| async {
        let tally = journal.tally(workspace, run.id).await?;
        Ok::<_, StoreError>((run, tally))
    });
    let runs = futures::stream::iter(counted)
        .buffered(COUNTED_TOGETHER)
        .try_collect()
        .await
        .map_err(api_error)?;
    Ok(CampaignPast {
        runs,
        missed,
        next,
        now: shared.now(),
    })
}

/// Where the next part begins. A list that ended stays where it is: it has nothing before that.
fn place_after(runs: &[Run], missed: &[Missed], before: PastPlace) -> PastPlace {
    PastPlace {
        number: runs.last().map_or(before.number, |run| run.number),
        due: missed.last().map_or(before.due, |missed| missed.runs.from),
    }
}
