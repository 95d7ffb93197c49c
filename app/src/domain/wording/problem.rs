//! Why a text cannot be read.

use serde::{Deserialize, Serialize};

use super::Variable;

/// A place in a text, as a person counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The character within the line, from 1.
    pub column: u32,
}

impl Place {
    /// The place of the byte `at` of a text.
    pub(super) fn of(source: &str, at: usize) -> Self {
        let before = source.get(..at).unwrap_or(source);
        let line = before.matches('\n').count() + 1;
        let begun = before.rsplit('\n').next().unwrap_or(before);
        let column = begun.chars().count() + 1;
        let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            line: small(line),
            column: small(column),
        }
    }
}

/// Something in a text that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordingProblem {
    /// Where it begins.
    pub place: Place,
    /// What it is.
    pub fault: WordingFault,
}

/// What is wrong at a place of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum WordingFault {
    /// A brace opens and never closes.
    Unclosed,
    /// A brace closes what was never opened.
    Unopened,
    /// There is no such variable.
    UnknownVariable {
        /// The one that was most likely meant.
        nearest: Option<Variable>,
    },
    /// Braces around one text only: there is nothing to choose.
    OneAlternative {
        /// The variable that was most likely meant.
        nearest: Option<Variable>,
    },
    /// Every alternative is empty.
    OnlyEmpty,
    /// Alternatives within alternatives, deeper than [`NESTING_MAX`](super::NESTING_MAX).
    TooDeep,
}
