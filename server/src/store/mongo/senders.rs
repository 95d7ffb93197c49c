//! The step to campaigns that several connections send, and that may be slower than these.

use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};

use crate::store::StoreError;

/// What is stored has one connection and no pace of its own.
pub(super) async fn let_campaigns_have_several(database: &Database) -> Result<(), StoreError> {
    let without = doc! { "also": { "$exists": false } };
    let campaigns = database.collection::<Document>("campaigns");
    let alone = doc! { "$set": { "also": [], "pace": Bson::Null } };
    campaigns.update_many(without.clone(), alone).await?;
    let runs = database.collection::<Document>("runs");
    let alone = doc! { "$set": { "also": [], "pace": Bson::Null, "rests_until": 0_i64 } };
    runs.update_many(without, alone).await?;
    Ok(())
}
