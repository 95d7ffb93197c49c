//! Files on their way, in MongoDB.
//!
//! A piece is stored before the transfer names it, and counts from then on: what a crash or a second
//! writer leaves unnamed goes with the transfer.

use arauto_app::domain::{MediaId, Timestamp, Transfer, WorkspaceId};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use mongodb::Collection;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use serde::Deserialize;

use super::documents::{binary, bytes_of, from_document, to_document};
use super::error::naming_conflict;
use super::{MongoStore, calls};
use crate::store::{StoreError, TransferStore};

const TRANSFERS: &str = "transfers";
const PIECES: &str = "transfer_pieces";

#[derive(Deserialize)]
struct Announced {
    bytes: i64,
}

#[async_trait]
impl TransferStore for MongoStore {
    async fn begin(&self, transfer: &Transfer) -> Result<(), StoreError> {
        let (transfers, mut new) = (self.collection(TRANSFERS), to_document(transfer)?);
        new.insert("pieces", Vec::<ObjectId>::new());
        calls::run(async move {
            let inserted = transfers.insert_one(new).await;
            inserted
                .map(drop)
                .map_err(naming_conflict("the transfer exists already"))
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
    ) -> Result<Option<Transfer>, StoreError> {
        let transfers = self.collection(TRANSFERS);
        calls::run(async move {
            let mut one = key(workspace, id);
            one.insert("received", doc! { "$gte": 0_i64 });
            let found = transfers.find_one(one).await?;
            found.map(from_document).transpose()
        })
        .await
    }

    async fn append(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        offset: u64,
        piece: Bytes,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let (transfers, pieces) = (self.collection(TRANSFERS), self.collection(PIECES));
        let (start, end) = (signed(offset), signed(offset + piece.len() as u64));
        calls::run(async move {
            let number = ObjectId::new();
            let new = doc! { "_id": number, "transfer": id.to_string(), "bytes": binary(&piece) };
            pieces.insert_one(new).await?;
            let mut there = key(workspace, id);
            there.insert("received", start);
            let named = doc! {
                "$set": { "received": end, "touched_at": at.as_millis() },
                "$push": { "pieces": number },
            };
            let moved = transfers.update_one(there, named).await?.matched_count == 1;
            if !moved {
                pieces.delete_one(doc! { "_id": number }).await?;
            }
            Ok(moved)
        })
        .await
    }

    async fn read(
        &self,
        transfer: &Transfer,
    ) -> Result<BoxStream<'static, Result<Bytes, StoreError>>, StoreError> {
        let (transfers, pieces) = (self.collection(TRANSFERS), self.collection(PIECES));
        let key = key(transfer.workspace, transfer.id);
        let named = calls::run(async move {
            let found = transfers.find_one(key).await?;
            let found = found.ok_or(StoreError::Conflict("the transfer has ended"))?;
            let named = found.get_array("pieces").map_err(|_| missing())?.iter();
            let number = |piece: &mongodb::bson::Bson| piece.as_object_id().ok_or_else(missing);
            named.map(number).collect::<Result<Vec<_>, _>>()
        })
        .await?;
        let read =
            stream::iter(named).then(move |number| calls::run(piece(pieces.clone(), number)));
        Ok(read.boxed())
    }

    async fn end(&self, workspace: WorkspaceId, id: MediaId) -> Result<(), StoreError> {
        let (transfers, pieces) = (self.collection(TRANSFERS), self.collection(PIECES));
        calls::run(async move {
            // The pieces go first: nothing finds them once the transfer is gone.
            if transfers.find_one(key(workspace, id)).await?.is_some() {
                erase(&transfers, &pieces, &id.to_string()).await?;
            }
            Ok(())
        })
        .await
    }

    async fn announced_bytes(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        let transfers = self.collection(TRANSFERS);
        let sum = [
            doc! { "$match": { "workspace": workspace.to_string(), "received": { "$gte": 0_i64 } } },
            doc! { "$group": { "_id": null, "bytes": { "$sum": "$bytes" } } },
        ];
        calls::run(async move {
            let Some(sum) = transfers.aggregate(sum).await?.try_next().await? else {
                return Ok(0);
            };
            let announced: Announced = from_document(sum)?;
            Ok(announced.bytes.unsigned_abs())
        })
        .await
    }

    async fn end_every_one_untouched_since(&self, before: Timestamp) -> Result<u64, StoreError> {
        let (transfers, pieces) = (self.collection(TRANSFERS), self.collection(PIECES));
        calls::run(async move {
            let old = doc! { "touched_at": { "$lt": before.as_millis() } };
            let mut ended = 0;
            let mut found = transfers.find(old).await?;
            while let Some(transfer) = found.try_next().await? {
                let id = transfer.get_str("_id").map_err(|_| missing())?;
                erase(&transfers, &pieces, id).await?;
                ended += 1;
            }
            Ok(ended)
        })
        .await
    }
}

fn key(workspace: WorkspaceId, id: MediaId) -> Document {
    doc! { "_id": id.to_string(), "workspace": workspace.to_string() }
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn missing() -> StoreError {
    StoreError::Damaged("a piece of a transfer is missing".into())
}

async fn piece(pieces: Collection<Document>, number: ObjectId) -> Result<Bytes, StoreError> {
    let found = pieces.find_one(doc! { "_id": number }).await?;
    bytes_of(&mut found.ok_or_else(missing)?, "bytes").map(Bytes::from)
}

/// Takes away a transfer with its pieces. Nobody goes on with it meanwhile: its place is set where no
/// piece fits.
async fn erase(
    transfers: &Collection<Document>,
    pieces: &Collection<Document>,
    id: &str,
) -> Result<(), StoreError> {
    let nowhere = doc! { "$set": { "received": -1_i64 } };
    transfers.update_one(doc! { "_id": id }, nowhere).await?;
    pieces.delete_many(doc! { "transfer": id }).await?;
    transfers.delete_one(doc! { "_id": id }).await?;
    Ok(())
}
