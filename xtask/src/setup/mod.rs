//! `cargo xtask setup`: what a machine needs beside Rust and Node, each tried the usual way first.

mod archive;
mod browser;
mod ffmpeg;
mod mongod;
mod node_modules;
mod prepare;
mod rust_source;
mod wasm_target;

pub use prepare::{Tool, prepare};
