//! Looking for deliveries of a run in MongoDB.

use arauto_app::domain::{Delivery, DeliveryKind, DeliveryQuery, RunId, RunTally, WorkspaceId};
use mongodb::bson::{Document, doc};

use super::documents::{collect, to_document};
use super::journal_writes::Writes;
use crate::store::{StoreError, folded};

/// A delivery as it is kept: with its group's name as searches read it.
pub(super) fn delivery_document(delivery: &Delivery) -> Result<Document, StoreError> {
    let mut document = to_document(delivery)?;
    document.insert("search", folded(&delivery.target_name));
    Ok(document)
}

impl Writes {
    /// See [`Journal::tally_of_search`](crate::store::Journal::tally_of_search).
    pub(super) async fn tally_of_search(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        text: String,
    ) -> Result<RunTally, StoreError> {
        if !self.is_visible(workspace, run).await? {
            return Ok(RunTally::default());
        }
        let query = DeliveryQuery {
            text,
            ..DeliveryQuery::default()
        };
        let counts = self.count_outcomes(matching(run, &query)).await?;
        Ok(counts.into_iter().collect())
    }

    /// See [`Journal::search_deliveries`](crate::store::Journal::search_deliveries).
    pub(super) async fn search_deliveries(
        &self,
        (workspace, run): (WorkspaceId, RunId),
        query: &DeliveryQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        if !self.is_visible(workspace, run).await? {
            return Ok(Vec::new());
        }
        let found = self.deliveries.find(matching(run, query));
        let page = found.sort(doc! { "position": 1 }).skip(u64::from(skipped));
        collect(page.limit(i64::from(limit)).await?).await
    }
}

fn matching(run: RunId, query: &DeliveryQuery) -> Document {
    let mut filter = doc! { "run": run.to_string() };
    if query.kind != DeliveryKind::All {
        let states = query.kind.states().to_vec();
        filter.insert("state.state", doc! { "$in": states });
    }
    let text = folded(&query.text);
    if !text.is_empty() {
        // As it is written: what a person types is no pattern.
        let found = doc! { "$indexOfCP": ["$search", { "$literal": text }] };
        filter.insert("$expr", doc! { "$gte": [found, 0] });
    }
    filter
}
