//! `arauto copy`: everything of an installation into another store.
//!
//! [`open`] looks at both ends and refuses what would lose something, [`carry`] copies, [`verify`] reads
//! the copy back, and [`run`] tells.

mod bytes;
mod carry;
mod error;
mod open;
mod report;
mod run;
mod tally;
mod verify;

pub use carry::{Progress, Step, carry};
pub use error::CopyError;
pub use report::advice;
pub use run::run;
pub use tally::{Part, Sum};
