//! The site: what the browser loads, made from `frontend/`, `style/` and `public/`.
//!
//! ```text
//! target/site/assets.json                  which of the hashed files is which
//! target/site/pkg/arauto.<hash>.{js,wasm,css}
//! target/site/pkg/snippets/…               JavaScript that crates bring along
//! target/site/…                            the files of public/
//! ```
//!
//! Each file that compression helps has a `.br` and a `.gz` beside it. A file is written only when
//! its content changes, so that the server is not compiled again for nothing.

mod assemble;
mod compress;
mod files;
mod names;
mod style;
mod wasm;

pub use assemble::{Mode, build};
pub use names::Names;
