//! WhatsApp's text formatting, as the preview draws it.
//!
//! WhatsApp publishes the marks (<https://faq.whatsapp.com/539178204879377>) but not the exact grammar; the
//! rules here are how its clients behave, and `corpus.txt` pins them down case by case. There are no
//! escapes: a backslash is a backslash.

mod blocks;
mod fold;
mod links;
mod spans;

pub use blocks::{Block, Item, parse};
pub use fold::{SHOWN_CHARS, fold};
pub use spans::Span;

#[cfg(test)]
mod corpus;
