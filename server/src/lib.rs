//! Arauto's server: the web app, the WhatsApp sessions and the campaigns in one binary.

pub mod clock;
pub mod failure;
pub mod http;
pub mod live;
pub mod random;
pub mod store;
pub mod whatsapp;
