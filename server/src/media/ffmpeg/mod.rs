//! ffmpeg, an optional tool: pictures of videos, waveforms of voice notes, and what WhatsApp does not play
//! turned into what it plays. Files come from strangers, so it runs as a process of its own that is bounded
//! in time, memory and output, opens nothing but what it is given, and knows nothing of ours.

mod choice;
mod process;
mod recipes;
mod said;
mod tool;
mod workshop;

pub use choice::FfmpegChoice;
pub use tool::{Ffmpeg, FfmpegAbsent};
pub use workshop::Workshop;

pub(super) use process::FfmpegError;
pub(super) use recipes::{Recipe, WAVEFORM_RATE, demuxer};
pub(super) use workshop::Bench;
