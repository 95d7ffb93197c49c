//! The media library.

mod item;
mod jobs;
mod page;
mod search;
#[cfg(feature = "hydrate")]
mod sending;
mod transfer;
mod upload;

pub(crate) use jobs::{Job, Jobs};
pub(crate) use page::MediaPage;
pub(crate) use search::filter_words;
pub(crate) use transfer::{brings_text, take_dropped, take_pasted};
pub(crate) use upload::{UploadForm, all_taken, newest};
