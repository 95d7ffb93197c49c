//! The words for what is wrong in a text.

use crate::domain::wording::{NESTING_MAX, Variable, WordingFault, WordingProblem};

/// What is wrong, where, and what to do.
pub(crate) fn wording_problem(problem: WordingProblem) -> String {
    let (line, column) = (problem.place.line, problem.place.column);
    let place = say!(draft_problem.place, line = line, column = column);
    let what = match problem.fault {
        WordingFault::Unclosed => say!(draft_problem.unclosed).to_owned(),
        WordingFault::Unopened => say!(draft_problem.unopened).to_owned(),
        WordingFault::UnknownVariable { nearest: Some(one) } => {
            say!(draft_problem.unknown_variable_near, nearest = written(one))
        }
        WordingFault::UnknownVariable { nearest: None } => {
            let known = Variable::ALL.map(written).join(", ");
            say!(draft_problem.unknown_variable, known = known)
        }
        WordingFault::OneAlternative { nearest: Some(one) } => {
            say!(draft_problem.one_alternative_near, nearest = written(one))
        }
        WordingFault::OneAlternative { nearest: None } => {
            say!(draft_problem.one_alternative).to_owned()
        }
        WordingFault::OnlyEmpty => say!(draft_problem.only_empty).to_owned(),
        WordingFault::TooDeep => say!(draft_problem.too_deep, max = NESTING_MAX),
    };
    format!("{place}: {what}")
}

/// A variable as it stands in a text.
pub(crate) fn written(variable: Variable) -> String {
    format!("{{{{{}}}}}", variable.name())
}
