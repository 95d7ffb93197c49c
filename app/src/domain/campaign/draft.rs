//! What a person writes, and what is wrong with it.

use serde::{Deserialize, Serialize};

use super::{DraftProblem, MessageContent};
use crate::domain::{ConnectionId, GroupJid, GroupListId, Pacing, SENDERS_MAX, Sender, Timing};

/// Most characters of a campaign's name.
pub const CAMPAIGN_NAME_MAX_CHARS: usize = 80;
/// Most variants of a campaign's message.
pub const VARIANTS_MAX: usize = 10;

/// What the editor's form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignDraft {
    /// See [`Campaign::name`](super::Campaign::name).
    pub name: String,
    /// See [`Campaign::connection`](super::Campaign::connection).
    pub connection: Option<ConnectionId>,
    /// See [`Campaign::lists`](super::Campaign::lists).
    pub lists: Vec<GroupListId>,
    /// See [`Campaign::targets`](super::Campaign::targets).
    pub targets: Vec<GroupJid>,
    /// See [`Campaign::also`](super::Campaign::also).
    #[serde(default)]
    pub also: Vec<Sender>,
    /// See [`Campaign::pace`](super::Campaign::pace).
    #[serde(default)]
    pub pace: Option<Pacing>,
    /// See [`Campaign::content`](super::Campaign::content).
    pub content: MessageContent,
    /// See [`Campaign::others`](super::Campaign::others).
    pub others: Vec<MessageContent>,
    /// See [`Campaign::timing`](super::Campaign::timing).
    pub timing: Timing,
}

/// The connections that send a campaign: the one that is chosen first, then the others.
pub(super) fn senders(
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
    /// See [`Campaign::senders`](super::Campaign::senders).
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
    use super::*;
    use crate::domain::wording::{Place, WordingFault, WordingProblem};
    use crate::domain::{TEXT_MAX_CHARS, Timestamp};

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
