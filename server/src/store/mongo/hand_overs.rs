//! What a connection handed over lately, in MongoDB.

use arauto_app::domain::{ConnectionId, Timestamp, WorkspaceId};
use futures::TryStreamExt;
use mongodb::bson::{Document, doc};

use super::journal_writes::{Writes, of_connection};
use crate::store::{HandOvers, StoreError};

impl Writes {
    /// See [`Journal::hand_overs`](crate::store::Journal::hand_overs).
    pub(super) async fn hand_overs(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        since: Timestamp,
    ) -> Result<Vec<HandOvers>, StoreError> {
        let mut attempted = of_connection(workspace, connection);
        attempted.insert("attempted_at", doc! { "$gt": since.as_millis() });
        let fields = doc! { "_id": 0, "attempted_at": 1, "attempts": 1 };
        let in_order = doc! { "attempted_at": 1 };
        let found = self.deliveries.find(attempted).sort(in_order);
        let mut found = found.projection(fields).await?;
        let mut hand_overs = Vec::new();
        while let Some(delivery) = found.try_next().await? {
            hand_overs.push(of_delivery(&delivery)?);
        }
        Ok(hand_overs)
    }
}

fn of_delivery(delivery: &Document) -> Result<HandOvers, StoreError> {
    let damaged = |error| StoreError::Damaged(format!("a delivery: {error}"));
    let count = delivery.get_i64("attempts").map_err(damaged)?;
    Ok(HandOvers {
        at: Timestamp::from_millis(delivery.get_i64("attempted_at").map_err(damaged)?),
        count: u32::try_from(count).unwrap_or(u32::MAX),
    })
}
