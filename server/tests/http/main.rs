//! The server over HTTP: the real router on a free port, on a real embedded store.

mod accounts;
mod browser;
mod live;
mod media;
mod nothing;
mod safety;
mod server;
