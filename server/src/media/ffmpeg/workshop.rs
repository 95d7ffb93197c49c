//! Where files lie while the program works on them.

use std::io;
use std::path::PathBuf;

use tempfile::TempDir;

/// The folder that this server's work is in. Nothing in it matters once its server has ended.
#[derive(Clone, Debug)]
pub struct Workshop {
    folder: PathBuf,
}

impl Workshop {
    /// A workshop in `folder`, which belongs to this server alone: what an earlier one left in it is
    /// deleted.
    ///
    /// # Errors
    /// When the folder cannot be emptied or made.
    pub fn prepare(folder: PathBuf) -> io::Result<Self> {
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// A place for one file and what is made of it; it goes with this value.
    pub(in crate::media) fn bench(&self) -> io::Result<Bench> {
        let folder = tempfile::Builder::new().tempdir_in(&self.folder)?;
        Ok(Bench { folder })
    }
}

/// A folder for one file and what is made of it.
#[derive(Debug)]
pub(in crate::media) struct Bench {
    folder: TempDir,
}

impl Bench {
    /// Where the file is.
    pub(in crate::media) fn source(&self) -> PathBuf {
        self.folder.path().join("source")
    }

    /// Where something that was made of it is.
    pub(in crate::media) fn made(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }
}
