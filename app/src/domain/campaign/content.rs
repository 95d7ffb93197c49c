//! What a message holds.

use serde::{Deserialize, Serialize};

use super::DraftProblem;
use crate::domain::wording::{Template, WORDING_MAX_CHARS};
use crate::domain::{MediaId, MediaKind};

/// Most characters of a text message on WhatsApp.
pub const TEXT_MAX_CHARS: usize = 65_536;
/// Most characters of the caption under a file on WhatsApp.
pub const CAPTION_MAX_CHARS: usize = 1_024;

/// What a message holds: a text, a file, or a file with the text as its caption.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageContent {
    /// The text, with WhatsApp's own formatting marks, variables and alternatives: see
    /// [`wording`](crate::domain::wording).
    pub text: String,
    /// A file of the library.
    pub media: Option<MediaId>,
}

impl MessageContent {
    /// How many characters its text may have: under a file it is a caption.
    pub const fn text_limit(&self) -> usize {
        if self.media.is_some() {
            CAPTION_MAX_CHARS
        } else {
            TEXT_MAX_CHARS
        }
    }

    /// How many characters too many its text can have once it is sent, with the limit. A text that
    /// cannot be read is measured as it is written, by what an editor can hold.
    pub(super) fn excess(&self) -> Option<(usize, usize)> {
        let written = self.text.chars().count();
        let (chars, limit) = match self.text.parse::<Template>() {
            Ok(template) if written <= WORDING_MAX_CHARS => (template.longest(), self.text_limit()),
            _ => (written, WORDING_MAX_CHARS),
        };
        (chars > limit).then_some((chars, limit))
    }

    /// What stops its text from going with a file of this kind.
    pub fn problem_with(&self, kind: MediaKind, variant: u32) -> Option<DraftProblem> {
        let is_lost = !kind.takes_caption() && !self.text.trim().is_empty();
        is_lost.then_some(DraftProblem::CaptionUnderAudio { variant })
    }

    /// What stops it from being sent, besides its length.
    pub fn problems_to_send(&self, variant: u32) -> Vec<DraftProblem> {
        let template = match self.text.parse::<Template>() {
            Ok(template) => template,
            Err(problems) => {
                let told = |wording| DraftProblem::Wording { variant, wording };
                return problems.into_iter().map(told).collect();
            }
        };
        if self.media.is_some() {
            Vec::new()
        } else if template.is_blank() {
            vec![DraftProblem::ContentMissing { variant }]
        } else if template.can_be_blank() {
            vec![DraftProblem::MayBeBlank { variant }]
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_with_every_kind_but_audio() {
        let with_text = |text: &str| MessageContent {
            text: text.into(),
            media: None,
        };
        for kind in MediaKind::EVERY {
            let problem = (kind == MediaKind::Audio)
                .then_some(DraftProblem::CaptionUnderAudio { variant: 1 });
            assert_eq!(with_text("Oi").problem_with(kind, 1), problem, "{kind:?}");
            assert_eq!(with_text(" \n").problem_with(kind, 1), None, "{kind:?}");
        }
    }
}
