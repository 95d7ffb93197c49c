//! Which ffmpeg is used, as it is configured.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Which ffmpeg is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FfmpegChoice {
    /// The one on the `PATH`, if there is one.
    #[default]
    Found,
    /// This one.
    Program(PathBuf),
    /// None.
    Off,
}

impl FromStr for FfmpegChoice {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.trim() {
            "" => Self::Found,
            "off" => Self::Off,
            program => Self::Program(program.into()),
        })
    }
}

impl fmt::Display for FfmpegChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found => f.write_str("PATH"),
            Self::Program(program) => program.display().fmt(f),
            Self::Off => f.write_str("off"),
        }
    }
}
