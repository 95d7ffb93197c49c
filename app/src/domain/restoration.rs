//! Bringing connections back when the server starts.

use serde::{Deserialize, Serialize};

/// How far the server is with bringing one connection back after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restoration {
    /// Its turn has not come, or its first attempt goes on.
    UnderWay,
    /// Its first attempt is through, well or not: what follows is told by its state.
    Done,
}

/// How far the server is with bringing several connections back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreProgress {
    /// Those that are through.
    pub done: usize,
    /// All that come back.
    pub total: usize,
}

impl RestoreProgress {
    /// The progress over connections, of which those that do not come back by themselves have no
    /// restoration. `None` when nothing is under way.
    pub fn of(restorations: impl IntoIterator<Item = Option<Restoration>>) -> Option<Self> {
        let mut progress = Self { done: 0, total: 0 };
        for restoration in restorations.into_iter().flatten() {
            progress.total += 1;
            progress.done += usize::from(restoration == Restoration::Done);
        }
        (progress.done < progress.total).then_some(progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_counts_what_comes_back_and_ends_with_the_last() {
        use Restoration::{Done, UnderWay};
        assert_eq!(RestoreProgress::of([]), None);
        assert_eq!(RestoreProgress::of([None, None]), None);
        assert_eq!(
            RestoreProgress::of([Some(Done), None, Some(UnderWay), Some(Done)]),
            Some(RestoreProgress { done: 2, total: 3 })
        );
        assert_eq!(RestoreProgress::of([Some(Done), None, Some(Done)]), None);
    }
}
