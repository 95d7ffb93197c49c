//! The pace that a campaign has of its own, as the editor's form posts it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::form::span;
use crate::domain::{PaceProblem, Pacing};

/// The time between two messages of a campaign, in seconds, as texts; both empty for its connection's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPaceForm {
    /// The shortest interval.
    #[serde(default)]
    pub shortest: String,
    /// The longest one.
    #[serde(default)]
    pub longest: String,
}

impl OwnPaceForm {
    /// The form that says this.
    pub fn of(pace: Option<Pacing>) -> Self {
        let seconds = |span: Duration| span.as_secs().to_string();
        pace.map_or_else(Self::default, |pace| Self {
            shortest: seconds(pace.shortest),
            longest: seconds(pace.longest),
        })
    }

    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with it: what is no number is out of bounds.
    pub fn read(&self) -> Result<Option<Pacing>, PaceProblem> {
        if self.shortest.trim().is_empty() && self.longest.trim().is_empty() {
            return Ok(None);
        }
        let pace = span(&self.shortest, &self.longest, 1);
        pace.problem().map_or(Ok(Some(pace)), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_form_says_is_read_back_and_half_an_answer_is_none() {
        let form = |shortest: &str, longest: &str| OwnPaceForm {
            shortest: shortest.into(),
            longest: longest.into(),
        };
        assert_eq!(form("", " ").read(), Ok(None));
        let patient = form("30", "60").read().unwrap();
        assert_eq!(OwnPaceForm::of(patient), form("30", "60"));
        assert_eq!(form("30", "").read(), Err(PaceProblem::IntervalOutOfBounds));
        assert_eq!(form("60", "30").read(), Err(PaceProblem::IntervalBackwards));
        assert_eq!(
            form("0", "30").read(),
            Err(PaceProblem::IntervalOutOfBounds)
        );
    }
}
