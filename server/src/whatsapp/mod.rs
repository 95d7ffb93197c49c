//! Hosting of WhatsApp sessions. The rest of the server sees [`Messenger`] and nothing of the
//! engine: its types stop inside this folder.

pub mod keys;
mod messenger;

pub use messenger::{MessageSignal, Messenger, OutgoingImage, OutgoingMessage, SendError};
