//! Looking for campaigns: what a person asks for and what the answer adds up to.

use serde::{Deserialize, Serialize};

use super::CampaignState;

/// How many campaigns are shown at a time.
pub const CAMPAIGNS_SHOWN: u32 = 20;

/// What a person looks for among the campaigns of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CampaignQuery {
    /// Part of the name, empty for any. Neither case nor accents matter.
    #[serde(default)]
    pub text: String,
    /// Which of those.
    #[serde(default)]
    pub kind: CampaignKind,
}

/// A kind of campaign that a person may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignKind {
    /// Every campaign that is not put away.
    #[default]
    Present,
    /// Those that run, or will.
    Active,
    /// Those that their owner holds.
    Paused,
    /// Those that never started.
    Draft,
    /// Those of which nothing is due any more.
    Completed,
    /// Those that are put away.
    Archived,
}

impl CampaignKind {
    /// Every kind, in the order in which people choose.
    pub const EVERY: [Self; 6] = [
        Self::Present,
        Self::Active,
        Self::Paused,
        Self::Draft,
        Self::Completed,
        Self::Archived,
    ];

    /// The word for it in a page's address; a person may read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Present => "todas",
            Self::Active => "ativas",
            Self::Paused => "pausadas",
            Self::Draft => "rascunhos",
            Self::Completed => "concluidas",
            Self::Archived => "arquivadas",
        }
    }

    /// The states that it takes.
    pub const fn states(self) -> &'static [CampaignState] {
        use CampaignState as S;
        match self {
            Self::Present => &[S::Draft, S::Active, S::Paused, S::Completed],
            Self::Active => &[S::Active],
            Self::Paused => &[S::Paused],
            Self::Draft => &[S::Draft],
            Self::Completed => &[S::Completed],
            Self::Archived => &[S::Archived],
        }
    }
}

/// This word names no kind of campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parse the kind of campaign")]
pub struct InvalidCampaignKind;

impl std::str::FromStr for CampaignKind {
    type Err = InvalidCampaignKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let mut kinds = Self::EVERY.into_iter();
        kinds
            .find(|kind| kind.as_str() == word)
            .ok_or(InvalidCampaignKind)
    }
}

/// How many campaigns are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignCounts {
    draft: u32,
    active: u32,
    paused: u32,
    completed: u32,
    archived: u32,
}

impl CampaignCounts {
    /// How many of a kind there are.
    pub fn of(&self, kind: CampaignKind) -> u32 {
        kind.states()
            .iter()
            .map(|state| self.in_state(*state))
            .sum()
    }

    const fn in_state(&self, state: CampaignState) -> u32 {
        match state {
            CampaignState::Draft => self.draft,
            CampaignState::Active => self.active,
            CampaignState::Paused => self.paused,
            CampaignState::Completed => self.completed,
            CampaignState::Archived => self.archived,
        }
    }
}

impl FromIterator<(CampaignState, u32)> for CampaignCounts {
    fn from_iter<T: IntoIterator<Item = (CampaignState, u32)>>(counts: T) -> Self {
        let mut sum = Self::default();
        for (state, n) in counts {
            let slot = match state {
                CampaignState::Draft => &mut sum.draft,
                CampaignState::Active => &mut sum.active,
                CampaignState::Paused => &mut sum.paused,
                CampaignState::Completed => &mut sum.completed,
                CampaignState::Archived => &mut sum.archived,
            };
            *slot += n;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_away_is_only_counted_when_asked_for() {
        let counts = CampaignCounts::from_iter([
            (CampaignState::Draft, 1),
            (CampaignState::Active, 2),
            (CampaignState::Paused, 3),
            (CampaignState::Completed, 4),
            (CampaignState::Archived, 50),
        ]);
        let of = CampaignKind::EVERY.map(|kind| counts.of(kind));
        assert_eq!(of, [10, 2, 3, 1, 4, 50]);
    }

    #[test]
    fn an_address_names_a_kind() {
        for kind in CampaignKind::EVERY {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("outra".parse::<CampaignKind>().is_err());
    }
}
