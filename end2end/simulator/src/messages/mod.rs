//! Messages: accepted or refused, read by virtual devices, passed on to linked ones, confirmed.

mod accept;
mod app_state_key;
mod content;
mod delivery;
mod envelopes;
mod fan_out;
mod own_phone;
mod reading;
mod receipts;
mod retries;

pub(crate) use accept::accept;
pub(crate) use app_state_key::share_app_state_key;
pub(crate) use content::open_media;
pub(crate) use delivery::{confirm, post_durable, send_posted};
pub(crate) use own_phone::take_what_waited;
pub(crate) use receipts::{ReceiptFailure, give_receipts, take_receipt};
