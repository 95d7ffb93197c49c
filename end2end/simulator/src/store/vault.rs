//! The encrypted files that clients upload, by the SHA-256 of what they uploaded.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// The media hosts' storage: a folder beside the state file, or memory.
#[derive(Clone)]
pub(crate) struct MediaVault {
    folder: Option<PathBuf>,
    memory: Arc<Mutex<HashMap<String, Bytes>>>,
}

impl MediaVault {
    /// The vault that belongs to a state file.
    pub(crate) fn beside(state: Option<&Path>) -> io::Result<Self> {
        let folder = state.map(|path| {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(".media");
            path.with_file_name(name)
        });
        if let Some(folder) = &folder {
            fs::create_dir_all(folder)?;
        }
        Ok(Self {
            folder,
            memory: Arc::default(),
        })
    }

    /// Keeps a file durably. `name` is its hash in URL-safe base64 or hex, never a path.
    pub(crate) fn put(&self, name: &str, bytes: Bytes) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            self.memory().insert(name.to_owned(), bytes);
            return Ok(());
        };
        let part = folder.join(format!("{name}.part"));
        let mut file = File::create(&part)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(part, folder.join(name))
    }

    /// A file that was uploaded.
    pub(crate) fn get(&self, name: &str) -> io::Result<Option<Bytes>> {
        let Some(folder) = &self.folder else {
            return Ok(self.memory().get(name).cloned());
        };
        match fs::read(folder.join(name)) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes everything.
    pub(crate) fn clear(&self) -> io::Result<()> {
        self.memory().clear();
        match &self.folder {
            Some(folder) => fs::remove_dir_all(folder).and_then(|()| fs::create_dir_all(folder)),
            None => Ok(()),
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, HashMap<String, Bytes>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
