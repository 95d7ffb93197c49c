//! Why a text cannot be read.

use std::ops::Range;

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

    /// The byte of a text that is at this place; the end of its line where that is shorter, the end of the
    /// text where that has fewer lines.
    pub fn find(self, source: &str) -> usize {
        let lines = source.split_inclusive('\n');
        let before = self.line.saturating_sub(1) as usize;
        let start: usize = lines.clone().take(before).map(str::len).sum();
        let line = source.get(start..).unwrap_or_default();
        let line = line.split('\n').next().unwrap_or_default();
        let column = self.column.saturating_sub(1) as usize;
        let within = line.char_indices().nth(column);
        start + within.map_or(line.len(), |(at, _)| at)
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

impl WordingProblem {
    /// The bytes of a text that it is about: a variable as a whole, else the brace.
    pub fn span(&self, source: &str) -> Range<usize> {
        let start = self.place.find(source);
        let rest = source.get(start..).unwrap_or_default();
        let name = match self.fault {
            WordingFault::UnknownVariable { .. } => rest.find("}}").map(|end| end + "}}".len()),
            _ => None,
        };
        let one = || rest.chars().next().map_or(0, char::len_utf8);
        start..start + name.unwrap_or_else(one)
    }
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

#[cfg(test)]
mod tests {
    use super::super::Template;
    use super::*;

    #[test]
    fn a_problem_is_found_where_it_was_told() {
        for (source, about) in [
            ("Olá {{nome}}!", "{{nome}}"),
            ("Olá\n👋 çã {Oi|Olá\nfim", "{"),
            ("fim}", "}"),
            ("{{x", "{"),
            ("{só}", "{"),
            ("\n\n{{nem isso}}", "{{nem isso}}"),
        ] {
            let problems = source.parse::<Template>().unwrap_err();
            let span = problems[0].span(source);
            assert_eq!(source.get(span), Some(about), "{source}");
        }
    }

    #[test]
    fn a_place_that_a_text_does_not_have_is_where_it_ends() {
        let at = |line, column| Place { line, column }.find("é\nb");
        assert_eq!([at(1, 1), at(1, 2), at(1, 9)], [0, 2, 2]);
        assert_eq!([at(2, 1), at(2, 9), at(9, 1)], [3, 4, 4]);
        assert_eq!(Place { line: 1, column: 1 }.find(""), 0);
    }
}
