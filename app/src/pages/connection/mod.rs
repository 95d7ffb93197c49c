//! One connection: its state and what to do, the QR code, its health, removing it.

mod actions;
mod health;
mod history;
mod page;
mod pairing;
mod removal;

pub(crate) use page::ConnectionPage;
