//! The embedded store: one SQLite file in the data folder, for one server.
//!
//! All writes go through one [`writer`] thread, which commits what waits together; reads go to a
//! few [`readers`]. Both work on threads of their own, so that a caller that is dropped (axum drops
//! handlers when a browser disconnects) never leaves half a change behind.

mod accounts;
mod blobs;
mod campaign_rows;
mod campaign_search;
mod campaigns;
mod columns;
mod connection_rows;
mod connections;
mod copying;
mod copying_rows;
mod database;
mod delivery_rows;
mod delivery_search;
mod error;
mod group_lists;
mod group_search;
mod groups;
mod inspection;
mod journal;
mod journal_writes;
mod leases;
mod lock;
mod media;
mod media_uses;
mod meta;
mod missed_runs;
mod open_runs;
mod readers;
mod receipts;
mod repeats;
mod run_records;
mod run_rows;
mod schema;
mod session_keys;
mod transfers;
mod writer;

pub use database::SqliteStore;
