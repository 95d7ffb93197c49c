//! Looking for deliveries of a run: what a person asks for and what the answer adds up to.

use serde::{Deserialize, Serialize};

use super::{DeliveryState, RunTally};

/// How many deliveries are shown at a time.
pub const DELIVERIES_SHOWN: u32 = 50;

/// What a person looks for among the deliveries of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeliveryQuery {
    /// Part of the group's name, empty for any. Neither case nor accents matter.
    #[serde(default)]
    pub text: String,
    /// Which of those.
    #[serde(default)]
    pub kind: DeliveryKind,
}

/// A kind of delivery that a person may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryKind {
    /// Every delivery.
    #[default]
    All,
    /// Those in the queue and on their way.
    Queued,
    /// Those that were acknowledged, and nothing more.
    Sent,
    /// Those that arrived, and nothing more.
    Delivered,
    /// Those that were read.
    Read,
    /// Those without an acknowledgement, also when it is no longer waited for.
    Doubtful,
    /// Those that failed.
    Failed,
    /// Those that were never tried.
    Skipped,
}

impl DeliveryKind {
    /// Every kind, in the order in which people choose.
    pub const EVERY: [Self; 8] = [
        Self::All,
        Self::Queued,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Doubtful,
        Self::Failed,
        Self::Skipped,
    ];

    /// The word for it in a page's address; a person may read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "todos",
            Self::Queued => "fila",
            Self::Sent => "enviados",
            Self::Delivered => "entregues",
            Self::Read => "lidos",
            Self::Doubtful => "sem-confirmacao",
            Self::Failed => "falhas",
            Self::Skipped => "pulados",
        }
    }

    /// Whether a delivery in this state is one.
    pub const fn takes(self, state: DeliveryState) -> bool {
        use DeliveryState as S;
        matches!(
            (self, state),
            (Self::All, _)
                | (Self::Queued, S::Pending | S::Sending)
                | (Self::Sent, S::Sent)
                | (Self::Delivered, S::Delivered)
                | (Self::Read, S::Read)
                | (Self::Doubtful, S::Unconfirmed | S::Unanswered | S::Presumed)
                | (Self::Failed, S::Failed(_))
                | (Self::Skipped, S::Skipped(_))
        )
    }

    /// The words of the states that it takes, as stores keep them; empty for all.
    pub const fn states(self) -> &'static [&'static str] {
        match self {
            Self::All => &[],
            Self::Queued => &["pending", "sending"],
            Self::Sent => &["sent"],
            Self::Delivered => &["delivered"],
            Self::Read => &["read"],
            Self::Doubtful => &["unconfirmed", "unanswered", "presumed"],
            Self::Failed => &["failed"],
            Self::Skipped => &["skipped"],
        }
    }

    /// How many of them are counted.
    pub const fn count(self, tally: &RunTally) -> u32 {
        match self {
            Self::All => tally.total(),
            Self::Queued => tally.pending + tally.sending,
            Self::Sent => tally.sent,
            Self::Delivered => tally.delivered,
            Self::Read => tally.read,
            Self::Doubtful => tally.doubtful(),
            Self::Failed => tally.failed,
            Self::Skipped => tally.skipped,
        }
    }
}

/// This word names no kind of delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parse the kind of delivery")]
pub struct InvalidDeliveryKind;

impl std::str::FromStr for DeliveryKind {
    type Err = InvalidDeliveryKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let mut kinds = Self::EVERY.into_iter();
        kinds
            .find(|kind| kind.as_str() == word)
            .ok_or(InvalidDeliveryKind)
    }
}

/// A page of a list, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which one it is.
    pub number: u32,
    /// How many rows come before it.
    pub skipped: u32,
    /// How many pages there are, at least one.
    pub pages: u32,
}

impl Page {
    /// The page that is asked for, or the last one when there are fewer.
    pub const fn among(rows: u32, per_page: u32, asked: u32) -> Self {
        let pages = if rows == 0 {
            1
        } else {
            rows.div_ceil(per_page)
        };
        let number = if asked == 0 {
            1
        } else if asked > pages {
            pages
        } else {
            asked
        };
        Self {
            number,
            skipped: (number - 1) * per_page,
            pages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FailureReason;

    #[test]
    fn each_state_is_of_one_kind_and_counts_agree() {
        use DeliveryState as S;
        let states = [
            S::Pending,
            S::Sending,
            S::Unconfirmed,
            S::Sent,
            S::Delivered,
            S::Read,
            S::Failed(FailureReason::Unlinked),
            S::Skipped(FailureReason::Unlinked),
            S::Unanswered,
            S::Presumed,
        ];
        for state in states {
            let tally = RunTally::from_iter([(state, 3)]);
            let word = serde_json::to_value(state).unwrap()["state"].clone();
            let kinds = DeliveryKind::EVERY.into_iter();
            let taking: Vec<_> = kinds.filter(|kind| kind.takes(state)).collect();
            assert_eq!(taking.len(), 2, "{state:?}: all, and one of its own");
            assert!(taking.iter().all(|kind| kind.count(&tally) == 3));
            assert!(taking[1].states().contains(&word.as_str().unwrap()));
        }
    }

    #[test]
    fn an_address_names_a_kind() {
        for kind in DeliveryKind::EVERY {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("outra".parse::<DeliveryKind>().is_err());
    }

    #[test]
    fn pages_beyond_the_last_are_the_last() {
        let page = |rows, asked| {
            let page = Page::among(rows, 50, asked);
            (page.number, page.skipped, page.pages)
        };
        assert_eq!(page(0, 0), (1, 0, 1));
        assert_eq!(page(50, 2), (1, 0, 1));
        assert_eq!(page(51, 2), (2, 50, 2));
        assert_eq!(page(5_000, u32::MAX), (100, 4_950, 100));
    }
}
