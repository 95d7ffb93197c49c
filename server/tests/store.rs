//! The conformance suite of the persistence port: every case runs on SQLite and on MongoDB.

#[path = "support/mongod.rs"]
mod mongod;
#[path = "store/mod.rs"]
mod suite;
