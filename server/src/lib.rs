//! Arauto's server: the web app, the WhatsApp sessions and the campaigns in one binary.

pub mod accounts;
pub mod campaigns;
pub mod clock;
pub mod config;
pub mod failure;
pub mod http;
pub mod live;
pub mod media;
pub mod random;
pub mod startup;
pub mod store;
pub mod system;
pub mod whatsapp;
