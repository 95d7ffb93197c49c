//! Members' receipts in MongoDB: one document for each delivery, with the sets of those who received
//! and of those who read it.

use arauto_app::domain::{Delivery, DeliveryEvent, MemberMark, Reached, RunId, WorkspaceId};
use futures::TryStreamExt;
use mongodb::bson::{Document, doc};
use serde::Deserialize;

use super::documents::from_document;
use super::error::is_duplicate_key;
use super::journal_writes::Writes;
use crate::store::{DeliveryUpdate, StoreError};

#[derive(Deserialize)]
struct Counted {
    position: u32,
    delivered: u32,
    read: u32,
}

impl Writes {
    /// Counts whoever gave the receipts that updates tell of a delivery's present message, each once.
    /// The delivery is as it is after them. Tells whether that is news.
    pub(super) async fn note_receipts(
        &self,
        delivery: &Delivery,
        told: &[DeliveryUpdate],
    ) -> Result<bool, StoreError> {
        if !delivery.state.is_acknowledged() {
            return Ok(false);
        }
        let is_receipt =
            |update: &&DeliveryUpdate| delivery.message_id.as_ref() == Some(&update.message);
        let marks = |event: Option<DeliveryEvent>| -> Vec<i64> {
            let receipts = told.iter().filter(is_receipt);
            receipts
                .filter(|update| event.is_none_or(|event| update.event == event))
                .filter_map(|update| update.member.map(MemberMark::as_i64))
                .collect()
        };
        let (delivered, read) = (marks(None), marks(Some(DeliveryEvent::Read)));
        if delivered.is_empty() {
            return Ok(false);
        }
        let key = doc! { "_id": delivery.id.to_string() };
        let change = doc! {
            "$setOnInsert": {
                "run": delivery.run.to_string(), "position": i64::from(delivery.position)
            },
            "$addToSet": { "delivered": { "$each": delivered }, "read": { "$each": read } },
        };
        loop {
            let noted = self.receipts.update_one(key.clone(), change.clone());
            match noted.upsert(true).await {
                // Somebody noted the first one at this moment.
                Err(error) if is_duplicate_key(&error) => {}
                noted => {
                    let noted = noted?;
                    return Ok(noted.modified_count > 0 || noted.upserted_id.is_some());
                }
            }
        }
    }

    /// See [`Journal::reached`](crate::store::Journal::reached).
    pub(super) async fn reached(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        positions: &[u32],
    ) -> Result<Vec<(u32, Reached)>, StoreError> {
        if !self.is_visible(workspace, run).await? {
            return Ok(Vec::new());
        }
        let wanted: Vec<i64> = positions.iter().copied().map(i64::from).collect();
        let count = [
            doc! { "$match": { "run": run.to_string(), "position": { "$in": wanted } } },
            doc! { "$sort": { "position": 1 } },
            doc! { "$project": {
                "position": 1,
                "delivered": { "$size": "$delivered" },
                "read": { "$size": "$read" },
            } },
        ];
        let counted: Vec<Document> = self.receipts.aggregate(count).await?.try_collect().await?;
        let read = counted.into_iter().map(|counted| {
            let Counted {
                position,
                delivered,
                read,
            } = from_document(counted)?;
            Ok((position, Reached { delivered, read }))
        });
        read.collect()
    }
}
