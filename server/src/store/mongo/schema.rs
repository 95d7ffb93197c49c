//! The schema's version, the way to it, and the indexes.

use arauto_app::domain::{Gate, Timing};
use futures::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};

use super::documents::to_bson;
use super::error::is_duplicate_key;
use super::groups::searchable;
use super::{indexes, seals, senders, wording};
use crate::store::{StoreError, folded};

/// The version that this program reads and writes.
pub(super) const VERSION: i32 = 21;

/// Brings the database to this program's schema version and makes the indexes that are missing.
///
/// # Errors
/// [`StoreError::Damaged`] when a newer program wrote to it.
pub(super) async fn prepare(database: &Database) -> Result<(), StoreError> {
    let found = stored_version(database).await?;
    if found > VERSION {
        return Err(StoreError::Damaged(format!(
            "schema version {found} is newer than this program's {VERSION}; \
             use the Arauto that wrote it"
        )));
    }
    for version in found + 1..=VERSION {
        migrate_to(database, version).await?;
        note_version(database, version).await?;
    }
    indexes::create(database).await?;
    seals::complete(database).await?;
    sweep_orphans(database).await
}

/// Changes what is stored from the version before to `version`. Each step can be taken again: a
/// crash, or a second server that starts at the same time, repeats it.
async fn migrate_to(database: &Database, version: i32) -> Result<(), StoreError> {
    match version {
        // The first version has nothing to change. With the twelfth connections got a pace and a restriction,
        // and without them they have none. With the seventeenth runs may be tests. Before the twentieth
        // no campaign remembered a connection that was removed, and before the twenty-first who saved it.
        1 | 12 | 17 | 20 | 21 => Ok(()),
        2 => make_groups_searchable(database).await,
        3 => ask_after_outages(database).await,
        4 => date_keys_before_the_first_lease(database).await,
        5 => give_campaigns_lists(database).await,
        6 => watch_phones_from_now_on(database).await,
        7 => give_runs_a_gate(database).await,
        8 => give_campaigns_a_timing(database).await,
        9 => let_runs_be_repeated(database).await,
        10 => make_searchable(database, "deliveries", "target_name").await,
        11 => make_searchable(database, "campaigns", "name").await,
        13 => leave_members_uncounted(database).await,
        14 => wording::give_messages_a_wording(database).await,
        15 => senders::let_campaigns_have_several(database).await,
        16 => make_searchable(database, "media", "name").await,
        18 => indexes::drop_those_of_types(database).await,
        19 => let_media_repeat(database).await,
        _ => Err(StoreError::Damaged(format!(
            "no migration leads to schema version {version}"
        ))),
    }
}

/// Groups got the fields that they are looked for and listed by.
async fn make_groups_searchable(database: &Database) -> Result<(), StoreError> {
    let groups = database.collection::<Document>("groups");
    let missing = doc! { "place": { "$exists": false } };
    let fields = doc! { "subject": 1, "jid": 1 };
    let mut found = groups.find(missing).projection(fields).await?;
    while let Some(group) = found.try_next().await? {
        let damaged = |error| StoreError::Damaged(format!("a group: {error}"));
        let subject = group.get_str("subject").map_err(damaged)?;
        let jid = group.get_str("jid").map_err(damaged)?;
        let jid = jid
            .parse()
            .map_err(|error| StoreError::Damaged(format!("a group: {error}")))?;
        let key = doc! { "_id": group.get("_id") };
        let change = doc! { "$set": searchable(subject, &jid) };
        groups.update_one(key, change).await?;
    }
    Ok(())
}

/// What becomes of messages that waited through a long outage is each connection's own setting.
async fn ask_after_outages(database: &Database) -> Result<(), StoreError> {
    let unset = doc! { "after_outage": { "$exists": false } };
    let setting = doc! { "$set": { "after_outage": "ask" } };
    let connections = database.collection::<Document>("connections");
    connections.update_many(unset, setting).await?;
    Ok(())
}

/// Session keys carry the fence of the lease that they were written under.
async fn date_keys_before_the_first_lease(database: &Database) -> Result<(), StoreError> {
    let keys = database.collection::<Document>("session_keys");
    let without = doc! { "fence": { "$exists": false } };
    keys.update_many(without, doc! { "$set": { "fence": 0_i64 } })
        .await?;
    Ok(())
}

/// Campaigns go to lists of groups too.
async fn give_campaigns_lists(database: &Database) -> Result<(), StoreError> {
    let campaigns = database.collection::<Document>("campaigns");
    let without = doc! { "lists": { "$exists": false } };
    let none = doc! { "$set": { "lists": [] } };
    campaigns.update_many(without, none).await?;
    Ok(())
}

/// When a phone last left a trace is noted. Nobody looked before: those that are linked count from now
/// on, so that none is warned of for want of having looked.
async fn watch_phones_from_now_on(database: &Database) -> Result<(), StoreError> {
    let linked = doc! { "linked_at": { "$type": "number" }, "phone_seen_at": { "$exists": false } };
    let now = vec![doc! { "$set": { "phone_seen_at": { "$toLong": "$$NOW" } } }];
    let connections = database.collection::<Document>("connections");
    connections.update_many(linked, now).await?;
    Ok(())
}

/// Runs tell who began them and when they were due, and when their messages may leave.
async fn give_runs_a_gate(database: &Database) -> Result<(), StoreError> {
    let runs = database.collection::<Document>("runs");
    let without = doc! { "gate": { "$exists": false } };
    let gate = to_bson(&Gate::OPEN)?;
    let fields = doc! { "$set": {
        "origin": "person", "due_at": "$started_at", "gate": { "$literal": gate }
    } };
    runs.update_many(without, vec![fields]).await?;
    Ok(())
}

/// Campaigns say when they run. What was started before there were schedules ran once, at its start.
async fn give_campaigns_a_timing(database: &Database) -> Result<(), StoreError> {
    let campaigns = database.collection::<Document>("campaigns");
    let is_draft = doc! { "$eq": ["$state", "draft"] };
    let started =
        |value: Bson, otherwise: Bson| doc! { "$cond": [is_draft.clone(), otherwise, value] };
    let at = || started("$updated_at".into(), Bson::Null);
    let fields = doc! { "$set": {
        "timing": { "$literal": to_bson(&Timing::default())? },
        "past": { "first_at": at(), "runs": started(1_i64.into(), 0_i64.into()), "last_due": at() },
        "next_at": Bson::Null,
    } };
    let without = doc! { "timing": { "$exists": false } };
    campaigns.update_many(without, vec![fields]).await?;
    Ok(())
}

/// Deliveries remember the messages that were sent again, and runs how often that was asked for.
async fn let_runs_be_repeated(database: &Database) -> Result<(), StoreError> {
    let deliveries = database.collection::<Document>("deliveries");
    let without = doc! { "earlier": { "$exists": false } };
    let none = doc! { "$set": { "earlier": [] } };
    deliveries.update_many(without, none).await?;
    let runs = database.collection::<Document>("runs");
    let without = doc! { "reopened": { "$exists": false } };
    let never = doc! { "$set": { "reopened": 0_i64 } };
    runs.update_many(without, never).await?;
    Ok(())
}

/// Deliveries tell how many others were in the group; of earlier ones nobody counted them.
async fn leave_members_uncounted(database: &Database) -> Result<(), StoreError> {
    let deliveries = database.collection::<Document>("deliveries");
    let without = doc! { "members": { "$exists": false } };
    let none = doc! { "$set": { "members": 0_i64 } };
    deliveries.update_many(without, none).await?;
    Ok(())
}

/// Videos may be what was a GIF, which none was before; files on their way have a collection of their own.
async fn let_media_repeat(database: &Database) -> Result<(), StoreError> {
    let media = database.collection::<Document>("media");
    let without = doc! { "gif": { "$exists": false } };
    let none = doc! { "$set": { "gif": false, "waveform": Bson::Null } };
    media.update_many(without, none).await?;
    Ok(())
}

/// A field got a twin, as searches read it.
async fn make_searchable(
    database: &Database,
    collection: &str,
    field: &str,
) -> Result<(), StoreError> {
    let collection = database.collection::<Document>(collection);
    let missing = doc! { "search": { "$exists": false } };
    let mut found = collection
        .find(missing)
        .projection(doc! { field: 1 })
        .await?;
    while let Some(one) = found.try_next().await? {
        let damaged = |error| StoreError::Damaged(format!("{field}: {error}"));
        let text = one.get_str(field).map_err(damaged)?;
        let key = doc! { "_id": one.get("_id") };
        let change = doc! { "$set": { "search": folded(text) } };
        collection.update_one(key, change).await?;
    }
    Ok(())
}

/// The version that the database is at; 0 when it is empty.
pub(super) async fn stored_version(database: &Database) -> Result<i32, StoreError> {
    let meta = database.collection::<Document>("meta");
    match meta.find_one(doc! { "_id": "schema" }).await? {
        None => Ok(0),
        Some(document) => document
            .get_i32("version")
            .map_err(|error| StoreError::Damaged(format!("the schema version: {error}"))),
    }
}

async fn note_version(database: &Database, version: i32) -> Result<(), StoreError> {
    let noted = database
        .collection::<Document>("meta")
        .update_one(
            doc! { "_id": "schema" },
            doc! { "$max": { "version": version } },
        )
        .upsert(true)
        .await;
    match noted {
        // Another server notes the same version at this moment.
        Err(error) if is_duplicate_key(&error) => Ok(()),
        other => Ok(other.map(drop)?),
    }
}

/// How old a run without its document must be before it counts as one whose start was broken off.
const ORPHAN_AGE_MILLIS: i64 = 10 * 60 * 1000;

/// Deletes deliveries whose run never became visible, or was deleted: a crash came in between.
async fn sweep_orphans(database: &Database) -> Result<(), StoreError> {
    let hello = database.run_command(doc! { "hello": 1 }).await?;
    let Ok(now) = hello.get_datetime("localTime") else {
        return Ok(());
    };
    let deliveries = database.collection::<Document>("deliveries");
    let receipts = database.collection::<Document>("receipts");
    let runs = database.collection::<Document>("runs");
    for run in deliveries.distinct("run", doc! {}).await? {
        let made_at = run
            .as_str()
            .and_then(|id| uuid::Uuid::parse_str(id).ok())
            .and_then(|id| id.get_timestamp())
            .map_or(0, |made_at| {
                let (seconds, nanos) = made_at.to_unix();
                i64::try_from(seconds).unwrap_or(0) * 1000 + i64::from(nanos / 1_000_000)
            });
        let may_be_beginning = now.timestamp_millis() - made_at < ORPHAN_AGE_MILLIS;
        if !may_be_beginning && runs.find_one(doc! { "_id": &run }).await?.is_none() {
            receipts.delete_many(doc! { "run": &run }).await?;
            deliveries.delete_many(doc! { "run": &run }).await?;
        }
    }
    Ok(())
}
