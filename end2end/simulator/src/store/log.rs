//! A log of key–value entries, one JSON line each; the last line of a key holds.
//!
//! A batch is written with one `write` and made durable with one `fdatasync` before whoever wrote it
//! goes on, so that a killed process has lost nothing that it acknowledged. A line that a crash tore
//! is the file's last one and is dropped when the file is read again. When most lines are out of
//! date the file is rewritten beside itself and renamed.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Below this number of lines a file is never rewritten.
const COMPACT_FROM: usize = 10_000;

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("access the state file {path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("read line {line} of the state file {path}: {source}")]
    Corrupt {
        path: PathBuf,
        line: usize,
        source: serde_json::Error,
    },
    #[error("encode an entry: {0}")]
    Encode(#[from] serde_json::Error),
}

#[derive(Serialize, Deserialize)]
struct Line {
    k: String,
    v: Option<Value>,
}

/// Entries that become durable together.
#[derive(Default)]
pub(crate) struct Batch {
    lines: Vec<Line>,
}

impl Batch {
    pub(crate) fn put(
        &mut self,
        key: impl Into<String>,
        value: &impl Serialize,
    ) -> Result<(), StoreError> {
        self.lines.push(Line {
            k: key.into(),
            v: Some(serde_json::to_value(value)?),
        });
        Ok(())
    }

    pub(crate) fn delete(&mut self, key: impl Into<String>) {
        self.lines.push(Line {
            k: key.into(),
            v: None,
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// The log. Without a path it keeps nothing.
#[derive(Clone)]
pub(crate) struct Log {
    file: Option<Arc<Mutex<LogFile>>>,
}

struct LogFile {
    path: PathBuf,
    file: File,
}

impl Log {
    /// Opens the log and returns what it holds.
    pub(crate) fn open(path: Option<&Path>) -> Result<(Self, BTreeMap<String, Value>), StoreError> {
        let Some(path) = path else {
            return Ok((Self { file: None }, BTreeMap::new()));
        };
        let failed = |source| StoreError::Io {
            path: path.to_owned(),
            source,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let (entries, lines, sound) = read(path)?;
        if lines > COMPACT_FROM.max(entries.len() * 2) {
            rewrite(path, &entries).map_err(failed)?;
        } else {
            truncate(path, sound).map_err(failed)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(failed)?;
        let file = LogFile {
            path: path.to_owned(),
            file,
        };
        Ok((
            Self {
                file: Some(Arc::new(Mutex::new(file))),
            },
            entries,
        ))
    }

    /// Writes a batch and waits until it is durable.
    pub(crate) fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        if batch.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        for line in &batch.lines {
            serde_json::to_writer(&mut bytes, line)?;
            bytes.push(b'\n');
        }
        let mut log = file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = log
            .file
            .write_all(&bytes)
            .and_then(|()| log.file.sync_data());
        written.map_err(|source| StoreError::Io {
            path: log.path.clone(),
            source,
        })
    }
}

impl Log {
    /// Empties the log.
    pub(crate) fn clear(&self) -> Result<(), StoreError> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let log = file.lock().unwrap_or_else(PoisonError::into_inner);
        let cleared = log.file.set_len(0).and_then(|()| log.file.sync_data());
        cleared.map_err(|source| StoreError::Io {
            path: log.path.clone(),
            source,
        })
    }
}

/// What a file holds, how many lines it has and how many of its bytes are whole lines.
fn read(path: &Path) -> Result<(BTreeMap<String, Value>, usize, u64), StoreError> {
    let mut entries = BTreeMap::new();
    let (mut count, mut sound) = (0, 0);
    let failed = |source| StoreError::Io {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((entries, 0, 0)),
        Err(error) => return Err(failed(error)),
    };
    let mut reader = BufReader::new(file);
    let mut text = Vec::new();
    loop {
        text.clear();
        let length = reader.read_until(b'\n', &mut text).map_err(failed)?;
        if !text.ends_with(b"\n") {
            return Ok((entries, count, sound));
        }
        count += 1;
        let line: Line = serde_json::from_slice(&text).map_err(|source| StoreError::Corrupt {
            path: path.to_owned(),
            line: count,
            source,
        })?;
        match line.v {
            Some(value) => entries.insert(line.k, value),
            None => entries.remove(&line.k),
        };
        sound += length as u64;
    }
}

fn truncate(path: &Path, length: u64) -> io::Result<()> {
    match OpenOptions::new().write(true).open(path) {
        Ok(file) => file.set_len(length),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn rewrite(path: &Path, entries: &BTreeMap<String, Value>) -> io::Result<()> {
    let beside = path.with_extension("rewrite");
    let mut writer = BufWriter::new(File::create(&beside)?);
    for (key, value) in entries {
        serde_json::to_writer(
            &mut writer,
            &Line {
                k: key.clone(),
                v: Some(value.clone()),
            },
        )?;
        writer.write_all(b"\n")?;
    }
    writer
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .sync_all()?;
    std::fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(entries: &[(&str, Option<u32>)]) -> Batch {
        let mut batch = Batch::default();
        for (key, value) in entries {
            match value {
                Some(value) => batch.put(*key, value).unwrap(),
                None => batch.delete(*key),
            }
        }
        batch
    }

    #[test]
    fn the_last_entry_of_a_key_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let (log, entries) = Log::open(Some(&path)).unwrap();
        assert!(entries.is_empty());
        log.commit(batch(&[("a", Some(1)), ("b", Some(1))]))
            .unwrap();
        log.commit(batch(&[("a", Some(2)), ("b", None)])).unwrap();
        let (_, entries) = Log::open(Some(&path)).unwrap();
        assert_eq!(entries, BTreeMap::from([("a".to_owned(), Value::from(2))]));
    }

    #[test]
    fn a_torn_last_line_is_dropped_and_a_broken_one_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        std::fs::write(&path, "{\"k\":\"a\",\"v\":1}\n{\"k\":\"b\",\"v").unwrap();
        let (log, entries) = Log::open(Some(&path)).unwrap();
        assert_eq!(entries.len(), 1);
        log.commit(batch(&[("c", Some(3))])).unwrap();
        let (_, entries) = Log::open(Some(&path)).unwrap();
        assert_eq!(entries.keys().collect::<Vec<_>>(), ["a", "c"]);

        std::fs::write(&path, "nonsense\n{\"k\":\"b\",\"v\":1}\n").unwrap();
        assert!(matches!(
            Log::open(Some(&path)),
            Err(StoreError::Corrupt { line: 1, .. })
        ));
    }

    #[test]
    fn a_log_of_stale_lines_is_rewritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let (log, _) = Log::open(Some(&path)).unwrap();
        let entries: Vec<_> = (0..=COMPACT_FROM)
            .map(|n| ("a", u32::try_from(n).ok()))
            .collect();
        log.commit(batch(&entries)).unwrap();
        let grown = std::fs::metadata(&path).unwrap().len();
        let (_, entries) = Log::open(Some(&path)).unwrap();
        assert_eq!(entries["a"], Value::from(COMPACT_FROM));
        assert!(std::fs::metadata(&path).unwrap().len() < grown / 100);
    }
}
