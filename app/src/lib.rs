//! Arauto's web app: compiled to WASM for the browser and into the server for rendering there.

#[allow(
    missing_docs,
    reason = "the `server` macro makes a struct of each function's arguments, without docs"
)]
pub mod api;
pub mod domain;
