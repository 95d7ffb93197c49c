//! Looking for campaigns in MongoDB.

use arauto_app::domain::{Campaign, CampaignCounts, CampaignQuery, CampaignState, WorkspaceId};
use futures::TryStreamExt;
use mongodb::Collection;
use mongodb::bson::{Document, doc};
use serde::Deserialize;

use super::documents::{collect, from_document, to_bson};
use crate::store::{StoreError, folded};

#[derive(Deserialize)]
struct Counted {
    id: CampaignState,
    campaigns: i64,
}

/// See [`CampaignStore::search`](crate::store::CampaignStore::search).
pub(super) async fn page(
    campaigns: &Collection<Document>,
    workspace: WorkspaceId,
    query: &CampaignQuery,
    skipped: u32,
    limit: u32,
) -> Result<Vec<Campaign>, StoreError> {
    let mut filter = named(workspace, &folded(&query.text));
    filter.insert("state", doc! { "$in": to_bson(&query.kind.states())? });
    let found = campaigns.find(filter);
    let page = found.sort(doc! { "updated_at": -1, "_id": -1 });
    let page = page.skip(u64::from(skipped)).limit(i64::from(limit));
    collect(page.await?).await
}

/// See [`CampaignStore::counts`](crate::store::CampaignStore::counts). `text` is folded.
pub(super) async fn counts(
    campaigns: &Collection<Document>,
    workspace: WorkspaceId,
    text: &str,
) -> Result<CampaignCounts, StoreError> {
    let count = [
        doc! { "$match": named(workspace, text) },
        doc! { "$group": { "_id": "$state", "campaigns": { "$sum": 1_i64 } } },
    ];
    let mut rows = campaigns.aggregate(count).await?;
    let mut counted = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let Counted { id, campaigns } = from_document(row)?;
        counted.push((id, u32::try_from(campaigns).unwrap_or(u32::MAX)));
    }
    Ok(counted.into_iter().collect())
}

fn named(workspace: WorkspaceId, text: &str) -> Document {
    let mut filter = doc! { "workspace": workspace.to_string() };
    if !text.is_empty() {
        // As it is written: what a person types is no pattern.
        let found = doc! { "$indexOfCP": ["$search", { "$literal": text }] };
        filter.insert("$expr", doc! { "$gte": [found, 0] });
    }
    filter
}
