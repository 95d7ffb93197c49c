//! Campaigns from the form to the last receipt, on a real SQLite store, a manual clock and a
//! scripted WhatsApp network in memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, its helpers included"
)]

mod carried;
mod comebacks;
mod comebacks_killed;
mod faults;
mod faulty_campaigns;
mod faulty_connections;
mod faulty_groups;
mod faulty_journal;
mod faulty_run_records;
mod histories;
mod kills;
mod life;
mod lists;
mod network;
mod outages;
mod pace;
mod repeats;
mod restrictions;
mod review;
mod schedules;
mod senders;
mod sending;
mod test_sends;
mod test_sends_killed;
mod world;
