//! The indexes.
//!
//! MongoDB takes a partial index for a query only if it sees that the query asks for nothing else. It sees
//! that of a comparison, and never of a type: conditions here are comparisons.

use mongodb::bson::{Document, doc};
use mongodb::error::ErrorKind;
use mongodb::options::IndexOptions;
use mongodb::{Database, IndexModel};

use crate::store::StoreError;

/// The server's codes for a collection, or an index, that is not there.
const NOTHING_TO_DROP: [i32; 2] = [26, 27];

/// Drops those whose conditions were about types, which no query was answered by.
pub(super) async fn drop_those_of_types(database: &Database) -> Result<(), StoreError> {
    for (collection, name) in [
        ("campaigns", "next_at_1__id_1"),
        ("deliveries", "workspace_1_connection_1_message_id_1"),
    ] {
        let indexes = database.collection::<Document>(collection);
        match indexes.drop_index(name).await {
            Err(error) if is_nothing_to_drop(&error) => {}
            dropped => dropped?,
        }
    }
    Ok(())
}

fn is_nothing_to_drop(error: &mongodb::error::Error) -> bool {
    matches!(&*error.kind, ErrorKind::Command(told) if NOTHING_TO_DROP.contains(&told.code))
}

/// Makes those that are missing.
pub(super) async fn create(database: &Database) -> Result<(), StoreError> {
    for (collection, indexes) in all() {
        database
            .collection::<Document>(collection)
            .create_indexes(indexes)
            .await?;
    }
    Ok(())
}

fn all() -> Vec<(&'static str, Vec<IndexModel>)> {
    vec![
        (
            "users",
            vec![
                unique(doc! { "email": 1 }),
                // At most one user is the first one.
                unique_where(doc! { "first": 1 }, doc! { "first": true }),
            ],
        ),
        ("browser_sessions", vec![ttl(doc! { "ends": 1 })]),
        (
            "connections",
            vec![
                plain(doc! { "workspace": 1 }),
                plain(doc! { "lease.server": 1 }),
            ],
        ),
        ("servers", vec![ttl(doc! { "until": 1 })]),
        ("letters", vec![ttl(doc! { "until": 1 })]),
        ("sights", vec![ttl(doc! { "until": 1 })]),
        (
            "connection_history",
            vec![unique(doc! { "connection": 1, "at": 1 })],
        ),
        (
            "groups",
            vec![
                unique(doc! { "workspace": 1, "connection": 1, "jid": 1 }),
                plain(doc! { "workspace": 1, "connection": 1, "place": 1 }),
            ],
        ),
        (
            "group_lists",
            vec![unique(
                doc! { "workspace": 1, "connection": 1, "search": 1 },
            )],
        ),
        (
            "media",
            vec![
                plain(doc! { "workspace": 1, "uploaded_at": -1, "_id": -1 }),
                plain(doc! { "workspace": 1, "content": 1 }),
                plain(doc! { "workspace": 1, "thumbnail": 1 }),
            ],
        ),
        (
            "transfers",
            vec![
                plain(doc! { "workspace": 1 }),
                plain(doc! { "touched_at": 1 }),
            ],
        ),
        ("transfer_pieces", vec![plain(doc! { "transfer": 1 })]),
        ("blobs", vec![unique(doc! { "workspace": 1, "content": 1 })]),
        (
            "blob_files.chunks",
            vec![unique(doc! { "files_id": 1, "n": 1 })],
        ),
        (
            "campaigns",
            vec![
                plain(doc! { "workspace": 1, "updated_at": -1, "_id": -1 }),
                // For queries with a lower bound: others may be about what it lacks.
                plain_where(
                    doc! { "next_at": 1, "_id": 1 },
                    doc! { "next_at": { "$gt": i64::MIN } },
                ),
            ],
        ),
        (
            "missed_runs",
            vec![
                unique(doc! { "campaign": 1, "from": -1 }),
                plain(doc! { "workspace": 1, "from": -1 }),
            ],
        ),
        (
            "runs",
            vec![
                unique(doc! { "workspace": 1, "campaign": 1, "number": 1 }),
                plain(doc! { "workspace": 1, "started_at": -1, "_id": -1 }),
                // A time that a schedule names begins one run at most.
                unique_where(
                    doc! { "workspace": 1, "campaign": 1, "due_at": 1 },
                    doc! { "origin": "schedule" },
                ),
                plain(
                    doc! { "finished_at": 1, "workspace": 1, "connection": 1, "started_at": 1, "_id": 1 },
                ),
            ],
        ),
        ("deliveries", deliveries()),
        ("receipts", vec![plain(doc! { "run": 1, "position": 1 })]),
        (
            "session_keys",
            vec![
                unique(doc! { "connection": 1, "space": 1, "key": 1 }),
                plain(doc! { "seal": 1, "connection": 1 }),
            ],
        ),
    ]
}

fn deliveries() -> Vec<IndexModel> {
    let message = doc! { "workspace": 1, "connection": 1, "message_id": 1 };
    let has_message = doc! { "message_id": { "$gt": "" } };
    vec![
        unique(doc! { "run": 1, "position": 1 }),
        plain(doc! { "workspace": 1, "connection": 1, "target": 1, "sent_at": -1 }),
        plain(doc! { "run": 1, "state.state": 1, "position": 1 }),
        // Two deliveries of one connection never carry the same message id.
        unique_where(message, has_message),
        plain_where(
            doc! { "workspace": 1, "connection": 1, "earlier.id": 1 },
            doc! { "earlier.id": { "$gt": "" } },
        ),
        plain(doc! { "workspace": 1, "connection": 1, "state.state": 1, "attempted_at": 1 }),
        // What a connection handed over lately, from the index alone.
        plain_where(
            doc! { "workspace": 1, "connection": 1, "attempted_at": 1, "attempts": 1 },
            doc! { "attempted_at": { "$gt": 0_i64 } },
        ),
        plain(
            doc! { "workspace": 1, "connection": 1, "state.state": 1, "retry_at": 1, "run": 1, "position": 1 },
        ),
    ]
}

fn plain_where(keys: Document, filter: Document) -> IndexModel {
    let options = IndexOptions::builder().partial_filter_expression(filter);
    IndexModel::builder()
        .keys(keys)
        .options(options.build())
        .build()
}

fn plain(keys: Document) -> IndexModel {
    IndexModel::builder().keys(keys).build()
}

fn unique(keys: Document) -> IndexModel {
    let options = IndexOptions::builder().unique(true).build();
    IndexModel::builder().keys(keys).options(options).build()
}

fn unique_where(keys: Document, condition: Document) -> IndexModel {
    let options = IndexOptions::builder()
        .unique(true)
        .partial_filter_expression(condition)
        .build();
    IndexModel::builder().keys(keys).options(options).build()
}

fn ttl(keys: Document) -> IndexModel {
    let options = IndexOptions::builder()
        .expire_after(std::time::Duration::ZERO)
        .build();
    IndexModel::builder().keys(keys).options(options).build()
}
