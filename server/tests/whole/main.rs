//! The whole product at once: the real binary, the real wire protocol against the simulated
//! network, a person who uses it over HTTP, and what goes wrong in between.

#[path = "../support/mod.rs"]
mod support;

mod chaos;
mod faults;
mod story;
mod world;
