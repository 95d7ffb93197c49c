//! The media library.

mod item;
mod jobs;
mod page;
mod search;
#[cfg(feature = "hydrate")]
mod sending;
mod transfer;
mod upload;
mod waveform;

pub(crate) use page::MediaPage;
