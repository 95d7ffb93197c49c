//! What the program does for its owner rather than for its users: logging, diagnosis.

pub mod doctor;
pub mod logging;
