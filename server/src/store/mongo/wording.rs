//! The way to texts with variants, variables and alternatives.

use arauto_app::domain::ZoneName;
use arauto_app::domain::wording::literal;
use futures::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Document, doc};

use crate::store::StoreError;

/// What was written before has one variant and meant its braces as such. Each delivery keeps what its
/// text follows from.
pub(super) async fn give_messages_a_wording(database: &Database) -> Result<(), StoreError> {
    let deliveries = database.collection::<Document>("deliveries");
    let without = doc! { "seed": { "$exists": false } };
    let fields = doc! { "$set": {
        "variant": { "$literal": 0_i64 }, "seed": { "$literal": 0_i64 }, "first_at": "$attempted_at"
    } };
    deliveries.update_many(without, vec![fields]).await?;
    let none: Vec<Document> = Vec::new();
    escape(database, "campaigns", &doc! { "others": &none }).await?;
    let zone = ZoneName::default().to_string();
    let fields = doc! { "others": none, "connection_name": "", "zone": zone };
    escape(database, "runs", &fields).await
}

/// Escapes the braces of each text in the step that gives it the new fields: what has them is done, however
/// often this is repeated.
async fn escape(
    database: &Database,
    collection: &str,
    fields: &Document,
) -> Result<(), StoreError> {
    let messages = database.collection::<Document>(collection);
    let old = doc! { "others": { "$exists": false } };
    let mut with_braces = old.clone();
    with_braces.insert("content.text", doc! { "$regex": "[{}]" });
    let mut found = messages.find(with_braces).await?;
    while let Some(message) = found.try_next().await? {
        let damaged = |error| StoreError::Damaged(format!("a message: {error}"));
        let text = message
            .get_document("content")
            .and_then(|content| content.get_str("text"));
        let mut change = fields.clone();
        change.insert("content.text", literal(text.map_err(damaged)?));
        let mut this = old.clone();
        this.insert("_id", message.get("_id"));
        messages.update_one(this, doc! { "$set": change }).await?;
    }
    messages.update_many(old, doc! { "$set": fields }).await?;
    Ok(())
}
