//! What several integration tests share.
#![allow(
    dead_code,
    unused_imports,
    reason = "each test binary uses its own part"
)]

mod image;
mod mongod;
mod person;
mod program;
mod uploading;

pub use image::png;
pub use mongod::Mongod;
pub use person::Person;
pub use program::Program;
pub use uploading::Gone;
