//! The store in MongoDB: a replica set in production, a standalone server too.
//!
//! Documents are the domain's values as serde writes them, under `_id` instead of `id` (a test
//! pins their form). Every call runs in a task of its own ([`calls`]): the driver's futures must be
//! polled to their end, and axum drops handlers when a browser disconnects.

mod accounts;
mod backlog;
mod blobs;
mod calls;
mod campaign_search;
mod campaigns;
mod connections;
mod copying;
mod copying_documents;
mod copying_reads;
mod database;
mod delivery_search;
mod documents;
mod error;
mod exchange;
mod group_lists;
mod group_search;
mod groups;
mod hand_overs;
mod indexes;
mod journal;
mod journal_writes;
mod leases;
mod media;
mod media_uses;
mod meta;
mod open_runs;
mod receipts;
mod repeats;
mod run_records;
mod schema;
mod seals;
mod senders;
mod session_keys;
mod transfers;
mod uploads;
mod wording;

pub use database::MongoStore;
