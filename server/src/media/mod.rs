//! The media library: what an upload must pass, where its bytes go, when they are deleted.

mod inspect;
mod intake;
mod library;
mod names;

pub use inspect::MAX_PIXELS;
pub use library::MediaLibrary;
