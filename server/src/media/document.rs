//! Documents are proved while they pass by: they are larger than what is held in memory.

use arauto_app::domain::{MediaKind, MediaProblem};

use super::archive;
use super::facts::Facts;
use super::pdf::PageCounter;
use super::sniff::{Format, is_text_byte};

/// How much of a document's end is kept: the directory of an archive, and where a PDF says that it ends.
const TAIL_BYTES: usize = 512 * 1024;

/// What was seen of a document so far.
pub(super) struct Probe {
    format: Format,
    len: u64,
    tail: Vec<u8>,
    pages: PageCounter,
    is_text: bool,
}

impl Probe {
    /// A document of which nothing was seen yet; `None` for what is proved as a whole.
    pub(super) fn of(format: Format) -> Option<Self> {
        matches!(format, Format::Pdf | Format::Zip | Format::Text { .. }).then(|| Self {
            format,
            len: 0,
            tail: Vec::new(),
            pages: PageCounter::default(),
            is_text: true,
        })
    }

    /// Looks at the next bytes.
    pub(super) fn feed(&mut self, chunk: &[u8]) {
        self.len += chunk.len() as u64;
        match self.format {
            Format::Pdf => self.pages.feed(chunk),
            Format::Text { .. } => {
                self.is_text &= chunk.iter().all(|byte| is_text_byte(*byte));
            }
            _ => {}
        }
        self.tail.extend_from_slice(chunk);
        if self.tail.len() > 2 * TAIL_BYTES {
            self.tail.drain(..self.tail.len() - TAIL_BYTES);
        }
    }

    /// What it is, now that all of it was seen.
    pub(super) fn finish(self) -> Result<Facts, MediaProblem> {
        let (mime, pages) = match self.format {
            Format::Pdf => {
                if !is_whole_pdf(&self.tail) {
                    return Err(MediaProblem::Broken);
                }
                ("application/pdf", self.pages.finish())
            }
            Format::Text { .. } if !self.is_text => return Err(MediaProblem::UnsupportedKind),
            Format::Text { is_table: true } => ("text/csv", None),
            Format::Text { is_table: false } => ("text/plain", None),
            _ => (archive::mime(&self.tail, self.len)?, None),
        };
        Ok(Facts {
            pages,
            ..Facts::of(MediaKind::Document, mime)
        })
    }
}

/// Whether the end-of-file marker stands within the last kilobyte, where readers look for it
/// (ISO 32000-1, annex H, note 18).
fn is_whole_pdf(tail: &[u8]) -> bool {
    let last = &tail[tail.len().saturating_sub(1024)..];
    last.windows(5).any(|window| window == b"%%EOF")
}
