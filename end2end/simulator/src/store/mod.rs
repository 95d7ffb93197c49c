//! Where the network's state survives: a log of entries in one file, and a folder of media.

mod blob;
mod log;
mod vault;

pub(crate) use blob::Blob;
pub(crate) use log::{Batch, Log, StoreError};
pub(crate) use vault::MediaVault;
