//! `arauto doctor`: whether this server has what it needs, as a table for people or as JSON.
//!
//! It looks and changes nothing (but for a mark that the store reads back), so it can be asked at any
//! time, also beside a running server.

mod clocks;
mod connections;
mod keys;
mod media;
mod network;
mod report;
mod run;
mod running;
mod settings;
mod storage;
mod table;

pub use run::run;
