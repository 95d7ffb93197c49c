//! The media library.

mod item;
mod page;
mod search;
mod transfer;
mod upload;

pub(crate) use page::MediaPage;
