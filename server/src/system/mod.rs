//! What the program does for its owner rather than for its users: logging, diagnosis, the
//! rotation of keys, copies of everything, thrift with memory.

pub mod copy;
pub mod doctor;
pub mod heap;
pub mod logging;
pub mod rotation;
