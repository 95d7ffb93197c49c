//! Campaigns from the form to the last receipt, on a real SQLite store, a manual clock and a
//! scripted WhatsApp network in memory.

mod faults;
mod kills;
mod life;
mod network;
mod outages;
mod sending;
mod world;
