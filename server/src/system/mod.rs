//! What the program does for its owner rather than for its users: logging, diagnosis, the
//! rotation of keys.

pub mod doctor;
pub mod logging;
pub mod rotation;
