//! A campaign: what to send, to whom, through which connection.

use serde::{Deserialize, Serialize};

use super::{
    CampaignId, CampaignState, ConnectionId, GroupJid, GroupListId, MediaId, PastRuns, Timestamp,
    Timing, TimingProblem, WorkspaceId,
};

/// Most characters of a campaign's name.
pub const CAMPAIGN_NAME_MAX_CHARS: usize = 80;
/// Most characters of a text message on WhatsApp.
pub const TEXT_MAX_CHARS: usize = 65_536;
/// Most characters of the caption under an image on WhatsApp.
pub const CAPTION_MAX_CHARS: usize = 1_024;

/// What a message holds: a text, an image, or an image with the text as its caption.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageContent {
    /// The text, with WhatsApp's own formatting marks.
    pub text: String,
    /// A file of the library.
    pub media: Option<MediaId>,
}

/// A campaign as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its identifier.
    pub id: CampaignId,
    /// The workspace that owns it.
    pub workspace: WorkspaceId,
    /// What its author calls it.
    pub name: String,
    /// The connection that sends it; `None` once that connection was removed.
    pub connection: Option<ConnectionId>,
    /// The lists whose groups receive it. Who is in them is read when a run begins.
    pub lists: Vec<GroupListId>,
    /// The groups that receive it besides.
    pub targets: Vec<GroupJid>,
    /// What it sends.
    pub content: MessageContent,
    /// When it runs.
    pub timing: Timing,
    /// Where it is in its life.
    pub state: CampaignState,
    /// What it has behind it since it was last started.
    pub past: PastRuns,
    /// When the scheduler looks at it next; only while it is active.
    pub next_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed by a person.
    pub updated_at: Timestamp,
}

/// What the editor's form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignDraft {
    /// See [`Campaign::name`].
    pub name: String,
    /// See [`Campaign::connection`].
    pub connection: Option<ConnectionId>,
    /// See [`Campaign::lists`].
    pub lists: Vec<GroupListId>,
    /// See [`Campaign::targets`].
    pub targets: Vec<GroupJid>,
    /// See [`Campaign::content`].
    pub content: MessageContent,
    /// See [`Campaign::timing`].
    pub timing: Timing,
}

/// What moves about a campaign while it lives, without its author's pen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// See [`Campaign::state`].
    pub state: CampaignState,
    /// See [`Campaign::past`].
    pub past: PastRuns,
    /// See [`Campaign::next_at`].
    pub next_at: Option<Timestamp>,
}

impl Campaign {
    /// Where it stands.
    pub const fn standing(&self) -> Standing {
        Standing {
            state: self.state,
            past: self.past,
            next_at: self.next_at,
        }
    }

    /// What its author wrote.
    pub fn draft(&self) -> CampaignDraft {
        CampaignDraft {
            name: self.name.clone(),
            connection: self.connection,
            lists: self.lists.clone(),
            targets: self.targets.clone(),
            content: self.content.clone(),
            timing: self.timing.clone(),
        }
    }
}

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
    /// Neither a group nor a list is chosen.
    TargetsMissing,
    /// The chosen lists have no groups.
    ListsEmpty,
    /// Neither text nor media.
    ContentMissing,
    /// More text than WhatsApp takes.
    TextTooLong {
        /// How many characters it has.
        chars: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The chosen media no longer exists.
    MediaGone,
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

impl CampaignDraft {
    /// What stops it from being saved. A draft may be incomplete, but must have a name and a text
    /// that could be sent.
    pub fn problems_to_save(&self) -> Vec<DraftProblem> {
        let mut problems = Vec::new();
        match self.name.trim().chars().count() {
            0 => problems.push(DraftProblem::NameMissing),
            n if n > CAMPAIGN_NAME_MAX_CHARS => problems.push(DraftProblem::NameTooLong),
            _ => {}
        }
        let chars = self.content.text.chars().count();
        let limit = if self.content.media.is_some() {
            CAPTION_MAX_CHARS
        } else {
            TEXT_MAX_CHARS
        };
        if chars > limit {
            problems.push(DraftProblem::TextTooLong { chars, limit });
        }
        problems
    }

    /// What stops it from being started, as far as the draft itself tells.
    pub fn problems_to_start(&self) -> Vec<DraftProblem> {
        let mut problems = self.problems_to_save();
        if self.connection.is_none() {
            problems.push(DraftProblem::ConnectionMissing);
        }
        if self.targets.is_empty() && self.lists.is_empty() {
            problems.push(DraftProblem::TargetsMissing);
        }
        if self.content.text.trim().is_empty() && self.content.media.is_none() {
            problems.push(DraftProblem::ContentMissing);
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_seventy_thousand_characters_is_refused_with_the_limit() {
        let draft = CampaignDraft {
            name: "Oferta".into(),
            content: MessageContent {
                text: "á".repeat(70_000),
                media: None,
            },
            ..CampaignDraft::default()
        };
        assert_eq!(
            draft.problems_to_save(),
            [DraftProblem::TextTooLong {
                chars: 70_000,
                limit: TEXT_MAX_CHARS
            }]
        );
    }

    #[test]
    fn an_empty_draft_is_told_everything_that_it_lacks() {
        assert_eq!(
            CampaignDraft::default().problems_to_start(),
            [
                DraftProblem::NameMissing,
                DraftProblem::ConnectionMissing,
                DraftProblem::TargetsMissing,
                DraftProblem::ContentMissing
            ]
        );
    }
}
