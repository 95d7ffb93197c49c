//! Why a draft cannot be saved or started.

use serde::{Deserialize, Serialize};

use crate::domain::wording::WordingProblem;
use crate::domain::{PaceProblem, TimingProblem};

/// Why a draft cannot be saved or started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum DraftProblem {
    /// It has no name.
    NameMissing,
    /// Its name is too long.
    NameTooLong,
    /// No connection is chosen.
    ConnectionMissing,
    /// The chosen connection no longer exists.
    ConnectionGone,
    /// More connections than a campaign takes.
    TooManyConnections,
    /// Neither a group nor a list is chosen.
    TargetsMissing,
    /// The chosen lists have no groups.
    ListsEmpty,
    /// Neither text nor media.
    ContentMissing {
        /// Which variant, from 0.
        variant: u32,
    },
    /// With some of its alternatives the text would be empty.
    MayBeBlank {
        /// Which variant, from 0.
        variant: u32,
    },
    /// The text cannot be read.
    Wording {
        /// Which variant, from 0.
        variant: u32,
        /// Where and why.
        wording: WordingProblem,
    },
    /// More variants than anybody needs.
    TooManyVariants,
    /// More text than WhatsApp takes.
    TextTooLong {
        /// Which variant, from 0.
        variant: u32,
        /// How many characters it has.
        chars: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The chosen media no longer exists.
    MediaGone {
        /// Which variant, from 0.
        variant: u32,
    },
    /// Its own time between two messages is not taken.
    Pace {
        /// Why.
        pace: PaceProblem,
    },
    /// WhatsApp shows no text under the chosen audio.
    CaptionUnderAudio {
        /// Which variant, from 0.
        variant: u32,
    },
    /// It would not run when its author wants.
    Timing {
        /// Why.
        timing: TimingProblem,
    },
}

impl From<TimingProblem> for DraftProblem {
    fn from(timing: TimingProblem) -> Self {
        Self::Timing { timing }
    }
}
