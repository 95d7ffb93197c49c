//! The words of a message: texts that name variables and offer alternatives, and what leaves in the
//! end.
//!
//! `{Oi|Olá}, {{grupo}}!` says one of two greetings and the group's subject. Alternatives may hold
//! alternatives. A brace that is meant as such is written `\{` or `\}`, and a bar among alternatives
//! `\|`; a backslash before one of these is written twice. Anywhere else a backslash is one, so a text
//! without braces leaves as it is, byte for byte.
//!
//! What leaves is a function of the text, a stored seed and the [`Values`]: it can be told again at
//! any time, and is the same on every platform and in every version.

mod generator;
mod parser;
mod problem;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod properties;
mod share;
mod template;
mod variable;
mod variations;

pub use generator::{Generator, Seed};
pub use problem::{Place, WordingFault, WordingProblem};
pub use share::share;
pub use template::{NESTING_MAX, Template, WORDING_MAX_CHARS, literal, resolve};
pub use variable::{GROUP_SUBJECT_MAX_CHARS, Values, Variable};
