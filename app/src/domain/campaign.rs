//! A campaign: what to send, to whom, through which connection.

use serde::{Deserialize, Serialize};

use super::wording::{Template, WORDING_MAX_CHARS, WordingProblem};
use super::{
    CampaignId, CampaignState, ConnectionId, GroupJid, GroupListId, MediaId, MediaKind,
    PaceProblem, Pacing, PastRuns, SENDERS_MAX, Sender, Timestamp, Timing, TimingProblem,
    WorkspaceId,
};

/// Most characters of a campaign's name.
pub const CAMPAIGN_NAME_MAX_CHARS: usize = 80;
/// Most characters of a text message on WhatsApp.
pub const TEXT_MAX_CHARS: usize = 65_536;
/// Most characters of the caption under a file on WhatsApp.
pub const CAPTION_MAX_CHARS: usize = 1_024;
/// Most variants of a campaign's message.
pub const VARIANTS_MAX: usize = 10;

/// What a message holds: a text, a file, or a file with the text as its caption.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageContent {
    /// The text, with WhatsApp's own formatting marks, variables and alternatives: see
    /// [`wording`](super::wording).
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
    fn excess(&self) -> Option<(usize, usize)> {
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
    /// Its other connections, each with its own groups.
    pub also: Vec<Sender>,
    /// The time between two of its messages, when it wants to be slower than its connections.
    pub pace: Option<Pacing>,
    /// What it sends.
    pub content: MessageContent,
    /// What it sends to other groups instead: all variants go to as many groups each.
    pub others: Vec<MessageContent>,
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
    /// See [`Campaign::also`].
    #[serde(default)]
    pub also: Vec<Sender>,
    /// See [`Campaign::pace`].
    #[serde(default)]
    pub pace: Option<Pacing>,
    /// See [`Campaign::content`].
    pub content: MessageContent,
    /// See [`Campaign::others`].
    pub others: Vec<MessageContent>,
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

    /// Its connections, each with whom it sends to.
    pub fn senders(&self) -> Vec<Sender> {
        senders(self.connection, &self.lists, &self.targets, &self.also)
    }

    /// Whether one of its connections sends to the groups of a list.
    pub fn uses_list(&self, list: GroupListId) -> bool {
        let of_others = |sender: &Sender| sender.lists.contains(&list);
        self.lists.contains(&list) || self.also.iter().any(of_others)
    }

    /// What its author wrote.
    pub fn draft(&self) -> CampaignDraft {
        CampaignDraft {
            name: self.name.clone(),
            connection: self.connection,
            lists: self.lists.clone(),
            targets: self.targets.clone(),
            also: self.also.clone(),
            pace: self.pace,
            content: self.content.clone(),
            others: self.others.clone(),
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

/// The connections that send a campaign: the one that is chosen first, then the others.
fn senders(
    first: Option<ConnectionId>,
    lists: &[GroupListId],
    targets: &[GroupJid],
    also: &[Sender],
) -> Vec<Sender> {
    let first = first.map(|connection| Sender {
        connection,
        lists: lists.to_vec(),
        targets: targets.to_vec(),
    });
    first.into_iter().chain(also.iter().cloned()).collect()
}

impl CampaignDraft {
    /// See [`Campaign::senders`].
    pub fn senders(&self) -> Vec<Sender> {
        senders(self.connection, &self.lists, &self.targets, &self.also)
    }

    /// The variants of its message, the first one first, each with its number from 0.
    pub fn variants(&self) -> impl Iterator<Item = (u32, &MessageContent)> {
        (0..).zip(std::iter::once(&self.content).chain(&self.others))
    }

    /// What stops it from being saved. A draft may be incomplete, and its text need not be readable yet,
    /// but it must have a name and no more text than could be sent.
    pub fn problems_to_save(&self) -> Vec<DraftProblem> {
        let mut problems = Vec::new();
        match self.name.trim().chars().count() {
            0 => problems.push(DraftProblem::NameMissing),
            n if n > CAMPAIGN_NAME_MAX_CHARS => problems.push(DraftProblem::NameTooLong),
            _ => {}
        }
        if self.others.len() >= VARIANTS_MAX {
            problems.push(DraftProblem::TooManyVariants);
        }
        if self.also.len() >= SENDERS_MAX {
            problems.push(DraftProblem::TooManyConnections);
        }
        if let Some(pace) = self.pace.as_ref().and_then(Pacing::problem) {
            problems.push(DraftProblem::Pace { pace });
        }
        for (variant, content) in self.variants() {
            if let Some((chars, limit)) = content.excess() {
                problems.push(DraftProblem::TextTooLong {
                    variant,
                    chars,
                    limit,
                });
            }
        }
        problems
    }

    /// What stops it from being started, as far as the draft itself tells.
    pub fn problems_to_start(&self) -> Vec<DraftProblem> {
        let mut problems = self.problems_to_save();
        if self.connection.is_none() {
            problems.push(DraftProblem::ConnectionMissing);
        }
        let is_chosen = !self.targets.is_empty() || !self.lists.is_empty();
        if !is_chosen && !self.also.iter().any(Sender::has_targets) {
            problems.push(DraftProblem::TargetsMissing);
        }
        let unsendable =
            |(variant, content): (u32, &MessageContent)| content.problems_to_send(variant);
        problems.extend(self.variants().flat_map(unsendable));
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::super::wording::{Place, WordingFault};
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
                variant: 0,
                chars: 70_000,
                limit: TEXT_MAX_CHARS
            }]
        );
    }

    fn with_texts<const N: usize>(texts: [&str; N]) -> CampaignDraft {
        let mut contents = texts.into_iter().map(|text| MessageContent {
            text: text.into(),
            media: None,
        });
        CampaignDraft {
            name: "Oferta".into(),
            connection: Some(ConnectionId::new(Timestamp::default(), [1; 10])),
            targets: vec!["1@g.us".parse().unwrap()],
            content: contents.next().unwrap_or_default(),
            others: contents.collect(),
            ..CampaignDraft::default()
        }
    }

    #[test]
    fn every_variant_must_be_something_that_can_be_sent() {
        let draft = with_texts(["{Oi|Olá}", " ", "{|Oi}", "{Oi"]);
        assert_eq!(draft.problems_to_save(), []);
        let place = Place { line: 1, column: 1 };
        let fault = WordingFault::Unclosed;
        assert_eq!(
            draft.problems_to_start(),
            [
                DraftProblem::ContentMissing { variant: 1 },
                DraftProblem::MayBeBlank { variant: 2 },
                DraftProblem::Wording {
                    variant: 3,
                    wording: WordingProblem { place, fault }
                }
            ]
        );
    }

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

    #[test]
    fn the_longest_outcome_counts_and_not_what_is_written() {
        let short = "a".repeat(40_000);
        let draft = with_texts([&format!("{{{short}|{short}}}")]);
        assert_eq!(draft.problems_to_start(), []);
        let draft = with_texts([&format!("{short}{{{short}|}}")]);
        let expected = DraftProblem::TextTooLong {
            variant: 0,
            chars: 80_000,
            limit: TEXT_MAX_CHARS,
        };
        assert_eq!(draft.problems_to_save(), [expected]);
    }

    #[test]
    fn an_empty_draft_is_told_everything_that_it_lacks() {
        assert_eq!(
            CampaignDraft::default().problems_to_start(),
            [
                DraftProblem::NameMissing,
                DraftProblem::ConnectionMissing,
                DraftProblem::TargetsMissing,
                DraftProblem::ContentMissing { variant: 0 }
            ]
        );
    }
}
