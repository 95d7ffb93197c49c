//! Compression ahead of time: the server only picks the form that the browser understands.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use super::{assemble::Mode, files, names::Names};
use crate::workspace;

/// The files that are text, or as good as text, inside.
const COMPRESSIBLE: [&str; 12] = [
    "css",
    "html",
    "ico",
    "js",
    "json",
    "map",
    "svg",
    "ttf",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Below this many bytes the headers weigh more than what compression saves.
const SMALLEST: usize = 512;

/// Compresses files, and remembers what it compressed in earlier runs.
pub struct Compressor {
    cache: PathBuf,
    brotli_quality: i32,
    gzip_level: u32,
}

impl Compressor {
    /// Quick compression for development, the best for a release.
    pub fn new(mode: Mode) -> Result<Self> {
        let (brotli_quality, gzip_level) = match mode {
            Mode::Development => (3, 1),
            Mode::Release => (11, 9),
        };
        let cache = workspace::cache().join("compressed");
        fs::create_dir_all(&cache)?;
        Ok(Self {
            cache,
            brotli_quality,
            gzip_level,
        })
    }

    /// The compressed forms of a file, with the extension of each; none where they save nothing.
    pub fn compress(&self, path: &str, content: &[u8]) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let extension = Path::new(path)
            .extension()
            .unwrap_or_default()
            .to_string_lossy();
        if content.len() < SMALLEST || path == Names::FILE || !COMPRESSIBLE.contains(&&*extension) {
            return Ok(Vec::new());
        }
        let hash = files::hash(content);
        let brotli = self.cached(&format!("{hash}-{}.br", self.brotli_quality), || {
            self.brotli(content)
        })?;
        let gzip = self.cached(&format!("{hash}-{}.gz", self.gzip_level), || {
            self.gzip(content)
        })?;
        let mut forms = vec![("br", brotli), ("gz", gzip)];
        forms.retain(|(_, compressed)| compressed.len() < content.len());
        Ok(forms)
    }

    fn cached(&self, name: &str, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
        let file = self.cache.join(name);
        if let Ok(known) = fs::read(&file) {
            return Ok(known);
        }
        let content = make()?;
        fs::write(&file, &content)?;
        Ok(content)
    }

    fn brotli(&self, content: &[u8]) -> Result<Vec<u8>> {
        let parameters = BrotliEncoderParams {
            quality: self.brotli_quality,
            size_hint: content.len(),
            ..Default::default()
        };
        let mut compressed = Vec::new();
        brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)?;
        Ok(compressed)
    }

    fn gzip(&self, content: &[u8]) -> Result<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(self.gzip_level));
        encoder.write_all(content)?;
        Ok(encoder.finish()?)
    }
}
