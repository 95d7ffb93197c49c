//! What the program does for its owner rather than for its users: logging, diagnosis, the
//! rotation of keys, thrift with memory.

pub mod doctor;
pub mod heap;
pub mod logging;
pub mod rotation;
