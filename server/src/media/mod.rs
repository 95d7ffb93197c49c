//! The media library: what an upload must pass, where its bytes go, when they are deleted.

mod archive;
mod bytes;
mod completion;
mod desk;
mod document;
mod examine;
mod facts;
mod ffmpeg;
mod inspect;
mod intake;
mod integrity;
mod jpeg_segments;
mod library;
mod loudness;
mod metadata;
mod mp3;
mod mp4;
mod names;
mod ogg;
mod pdf;
mod picture;
#[cfg(test)]
#[path = "../../tests/support/files.rs"]
mod samples;
mod sniff;
mod studio;
mod transfers;
mod voice;

pub use ffmpeg::{Ffmpeg, FfmpegAbsent, FfmpegChoice, Workshop};
pub use integrity::{Damage, Integrity, check as check_integrity, report as report_integrity};
pub use library::MediaLibrary;
pub use picture::{MAX_PIXELS, WORKING_MEMORY};
pub use studio::Studio;
