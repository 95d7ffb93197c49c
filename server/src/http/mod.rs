//! What the server says over HTTP.

mod answer;
pub mod assets;
mod client;
mod cookie;
mod detached;
mod disposition;
mod faults;
mod headers;
mod health;
mod live;
mod media;
mod origin;
mod pages;
mod percent;
mod router;
mod runs;
mod session;
mod web;

pub use router::router;
pub use web::{Ports, Web};
