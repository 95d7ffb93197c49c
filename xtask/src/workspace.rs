//! Where things are.

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// A file or folder of the workspace, by its path from the root.
pub fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// The finished site, which the server's build script embeds.
pub fn site() -> PathBuf {
    path("target/site")
}

/// What this tool keeps between two of its runs.
pub fn cache() -> PathBuf {
    path("target/xtask")
}

/// Downloaded programs that are no part of the repository.
pub fn tools() -> PathBuf {
    path(".tools")
}
