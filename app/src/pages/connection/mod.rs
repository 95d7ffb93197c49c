//! One connection: its state and what to do, the QR code, its health, its settings, removing it.

mod actions;
mod health;
mod history;
mod pace;
mod page;
mod pairing;
mod removal;
mod settings;

pub(crate) use page::ConnectionPage;
