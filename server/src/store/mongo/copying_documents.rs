//! Records as documents.

use mongodb::Database;
use mongodb::bson::{Document, doc};

use super::accounts::{session_document, user_document};
use super::campaigns::campaign_document;
use super::copying_reads::{fences, source};
use super::delivery_search::delivery_document;
use super::documents::{binary, to_document};
use super::group_lists::list_document;
use super::groups::{group_document, sync_document};
use super::media::item_document;
use super::meta::id_of;
use super::seals::seal_field;
use super::session_keys::place;
use crate::store::{Kind, Record, StoreError};

/// Records of one kind as documents, and the collection that they belong to.
pub(super) async fn documents(
    database: &Database,
    records: &[Record],
) -> Result<(&'static str, Vec<Document>), StoreError> {
    let kind = records.first().map_or(Kind::Facts, Record::kind);
    let collection = source(kind).collection;
    let made = records.iter().map(document);
    let mut made: Vec<Document> = made.collect::<Result<_, _>>()?;
    match kind {
        Kind::SessionKeys => date(database, records, &mut made).await?,
        Kind::Users => mark_first(database, collection, &mut made).await?,
        _ => {}
    }
    Ok((collection, made))
}

fn document(record: &Record) -> Result<Document, StoreError> {
    Ok(match record {
        Record::Fact { name, value } => doc! { "_id": id_of(name), "value": binary(value) },
        Record::Workspace(workspace) => to_document(workspace)?,
        Record::User {
            user,
            password_hash,
        } => user_document(user, password_hash)?,
        Record::BrowserSession(session) => session_document(session),
        Record::Connection { connection, fence } => {
            let mut document = to_document(connection)?;
            if *fence > 0 {
                // Nobody holds it, and what was written under it is settled.
                document.insert("lease", doc! { "fence": fence, "settled": fence });
            }
            document
        }
        Record::Transition {
            connection,
            transition,
        } => {
            let mut document = to_document(transition)?;
            document.insert("connection", connection.to_string());
            document
        }
        Record::SessionKey {
            connection,
            space,
            key,
            value,
        } => {
            let mut document = place(*connection, space, key);
            document.insert("value", binary(value));
            document.insert("seal", seal_field(value));
            document
        }
        Record::GroupSync {
            workspace,
            connection,
            sync,
        } => {
            let mut document = sync_document(*workspace, sync)?;
            document.insert("_id", connection.to_string());
            document
        }
        Record::Group { workspace, group } => group_document(*workspace, group)?,
        Record::GroupList(list) => list_document(list)?,
        Record::MediaItem(item) => item_document(item)?,
        Record::Campaign(campaign) => campaign_document(campaign)?,
        Record::Missed(missed) => to_document(missed)?,
        Record::Run { run, served_at } => {
            let mut document = to_document(run)?;
            if served_at.as_millis() != 0 {
                document.insert("served_at", served_at.as_millis());
            }
            document
        }
        Record::Delivery(delivery) => delivery_document(delivery)?,
        Record::Receipts(of) => doc! {
            "_id": of.delivery.to_string(),
            "run": of.run.to_string(),
            "position": i64::from(of.position),
            "delivered": &of.delivered,
            "read": &of.read,
        },
    })
}

/// Has keys carry the fences of their connections: the next holder takes them over.
async fn date(
    database: &Database,
    records: &[Record],
    keys: &mut [Document],
) -> Result<(), StoreError> {
    let owners = records.iter().filter_map(|record| match record {
        Record::SessionKey { connection, .. } => Some(*connection),
        _ => None,
    });
    let fences = fences(database, owners).await?;
    for key in keys {
        let fence = key.get_str("connection").ok().and_then(|id| fences.get(id));
        let fence = fence.copied().unwrap_or_default();
        key.insert("fence", fence);
    }
    Ok(())
}

/// Has the eldest user be the first one, of whom there is one at most.
async fn mark_first(
    database: &Database,
    collection: &str,
    users: &mut [Document],
) -> Result<(), StoreError> {
    let present = database.collection::<Document>(collection);
    if let Some(eldest) = users.first_mut()
        && present.find_one(doc! {}).await?.is_none()
    {
        eldest.insert("first", true);
    }
    Ok(())
}
