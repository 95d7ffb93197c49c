//! Arauto's web app: compiled to WASM for the browser and into the server for rendering there.
// Pages are nested views, and a view is a type: the compiler looks as deep as they go.
#![recursion_limit = "256"]

#[macro_use]
pub mod words;

#[allow(
    missing_docs,
    reason = "the `server` macro makes a struct of each function's arguments, without docs"
)]
#[cfg_attr(
    not(feature = "ssr"),
    allow(
        unused_imports,
        reason = "the bodies of server functions are only compiled on the server"
    )
)]
pub mod api;
mod app;
#[allow(
    missing_docs,
    reason = "the `component` macro makes a struct of each component's properties, without docs"
)]
mod components;
pub mod domain;
#[cfg(feature = "ssr")]
mod fault;
#[cfg(feature = "ssr")]
pub mod operator;
mod pages;
mod shell;
#[cfg(feature = "ssr")]
pub mod spreadsheet;

pub use app::App;
#[cfg(feature = "ssr")]
pub use components::sentences::connection_words;
#[cfg(feature = "ssr")]
pub use fault::{Fault, fault_page};
pub use shell::{ShellAssets, shell};
