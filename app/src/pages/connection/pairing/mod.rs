//! Linking a phone: by QR code, by a code that is typed into it, and when WhatsApp demands a passkey.

mod card;
mod code;
mod passkey;
mod qr;

pub(super) use card::{Pairing, is_offered};
