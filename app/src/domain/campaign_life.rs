//! The life of a campaign: what may be done with it, and what it is then.

use serde::{Deserialize, Serialize};

/// Where a campaign is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignState {
    /// Never started.
    Draft,
    /// A run of it is going or will be due.
    Active,
    /// Its owner holds it: nothing begins and nothing leaves.
    Paused,
    /// Nothing of it is due any more.
    Completed,
    /// Put away; kept for its history.
    Archived,
}

/// What a person can do with a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignAction {
    /// "Iniciar": from now on the schedule counts; an interval's first run is at once.
    Start,
    /// "Pausar".
    Pause,
    /// "Retomar": an unfinished run goes on, otherwise the next one is waited for.
    Resume,
    /// "Executar agora": one run, whatever the schedule says.
    RunNow,
    /// "Encerrar": what did not leave yet never will.
    End,
    /// "Arquivar".
    Archive,
    /// "Desarquivar".
    Unarchive,
    /// "Clonar".
    Clone,
    /// Writing it.
    Edit,
    /// Deleting it with its history.
    Delete,
}

impl CampaignAction {
    /// The word in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::RunNow => "run_now",
            Self::End => "end",
            Self::Archive => "archive",
            Self::Unarchive => "unarchive",
            Self::Clone => "clone",
            Self::Edit => "edit",
            Self::Delete => "delete",
        }
    }
}

/// What decides besides its state which actions make sense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CampaignFacts {
    /// A run of it is not finished.
    pub run_is_open: bool,
    /// It can have more than one run by itself.
    pub is_recurring: bool,
}

impl CampaignState {
    /// All of them.
    pub const EVERY: [Self; 5] = [
        Self::Draft,
        Self::Active,
        Self::Paused,
        Self::Completed,
        Self::Archived,
    ];

    /// What it is after an action; `None` when the action is not allowed.
    #[must_use]
    pub const fn after(self, action: CampaignAction) -> Option<Self> {
        use CampaignAction as A;
        Some(match (self, action) {
            (Self::Draft | Self::Completed, A::Start)
            | (Self::Paused, A::Resume)
            | (Self::Active | Self::Completed, A::RunNow) => Self::Active,
            (Self::Active, A::Pause) => Self::Paused,
            (Self::Active | Self::Paused, A::End) | (Self::Archived, A::Unarchive) => {
                Self::Completed
            }
            (Self::Draft | Self::Completed, A::Archive) => Self::Archived,
            (_, A::Clone)
            | (Self::Draft | Self::Completed | Self::Archived, A::Delete)
            | (Self::Draft | Self::Paused | Self::Completed, A::Edit) => self,
            _ => return None,
        })
    }

    /// Whether a person may edit it. What an active campaign sends next must be what its page shows.
    pub const fn can_edit(self) -> bool {
        self.after(CampaignAction::Edit).is_some()
    }

    /// Whether runs of it may begin or go on.
    pub const fn is_alive(self) -> bool {
        matches!(self, Self::Active | Self::Paused)
    }

    /// The actions that make sense, the one to do next first.
    pub fn offered(self, facts: CampaignFacts) -> Vec<CampaignAction> {
        use CampaignAction as A;
        let CampaignFacts {
            run_is_open,
            is_recurring,
        } = facts;
        let sensible = |action: &A| match action {
            A::RunNow => !run_is_open && (is_recurring || self == Self::Active),
            A::Start | A::Archive | A::Delete => !run_is_open,
            _ => true,
        };
        [
            A::Start,
            A::Resume,
            A::Pause,
            A::Unarchive,
            A::RunNow,
            A::End,
            A::Edit,
            A::Clone,
            A::Archive,
            A::Delete,
        ]
        .into_iter()
        .filter(|action| self.after(*action).is_some() && sensible(action))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::CampaignAction as A;
    use super::CampaignState as S;
    use super::*;

    #[test]
    fn every_state_and_action() {
        let actions = [
            A::Start,
            A::Pause,
            A::Resume,
            A::RunNow,
            A::End,
            A::Archive,
            A::Unarchive,
            A::Clone,
            A::Edit,
            A::Delete,
        ];
        let (draft, active, paused) = (Some(S::Draft), Some(S::Active), Some(S::Paused));
        let (completed, archived) = (Some(S::Completed), Some(S::Archived));
        #[rustfmt::skip]
        let table = [
            //             Start   Pause   Resume  RunNow  End        Archive   Unarchive  Clone      Edit       Delete
            (S::Draft,     [active, None,   None,   None,   None,      archived, None,      draft,     draft,     draft]),
            (S::Active,    [None,   paused, None,   active, completed, None,     None,      active,    None,      None]),
            (S::Paused,    [None,   None,   active, None,   completed, None,     None,      paused,    paused,    None]),
            (S::Completed, [active, None,   None,   active, None,      archived, None,      completed, completed, completed]),
            (S::Archived,  [None,   None,   None,   None,   None,      None,     completed, archived,  None,      archived]),
        ];
        assert!(table.iter().map(|(state, _)| *state).eq(S::EVERY));
        for (state, expected) in table {
            let after = actions.map(|action| state.after(action));
            assert_eq!(after, expected, "{state:?}");
        }
    }

    #[test]
    fn what_is_offered_is_allowed_and_the_next_thing_comes_first() {
        let facts = |run_is_open, is_recurring| CampaignFacts {
            run_is_open,
            is_recurring,
        };
        let every = [(false, false), (false, true), (true, false), (true, true)];
        for state in S::EVERY {
            for (run_is_open, is_recurring) in every {
                let offered = state.offered(facts(run_is_open, is_recurring));
                assert!(offered.iter().all(|action| state.after(*action).is_some()));
            }
        }
        let first = |state: S, facts| state.offered(facts)[0];
        assert_eq!(first(S::Draft, facts(false, true)), A::Start);
        assert_eq!(first(S::Active, facts(true, true)), A::Pause);
        assert_eq!(first(S::Paused, facts(true, false)), A::Resume);
        assert_eq!(first(S::Completed, facts(false, false)), A::Start);
        assert_eq!(first(S::Archived, facts(false, false)), A::Unarchive);
        // Messages of an ended campaign that are still waited for keep their run.
        let ended = S::Completed.offered(facts(true, true));
        assert_eq!(ended, [A::Edit, A::Clone]);
    }
}
