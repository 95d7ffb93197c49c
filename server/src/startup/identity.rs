//! Which start of the server this is, and which one before it is known to be dead.
//!
//! A server that starts on a MongoDB could only wait until the leases of its own earlier start expire.
//! The data folder tells more: it keeps the earlier start's identifier, and a lock on it that the
//! operating system gives back when that process has ended, however it ended.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use crate::config::Config;
use crate::random::Random;
use crate::store::ServerId;
use crate::whatsapp::TenancyConfig;

/// The file in the data folder.
const FILE: &str = "server.id";

/// Which start of the server this is.
pub struct Identity {
    /// This one.
    pub server: ServerId,
    /// The one before it in this data folder, which is dead.
    pub before: Option<ServerId>,
    /// Holds the lock.
    _file: Option<File>,
}

impl Identity {
    /// A new identity. Without a data folder of its own the server has no memory of the one before
    /// it, and waits for its leases to expire.
    pub fn take(config: &Config, random: &Random) -> Self {
        let server = ServerId::new(random.bytes());
        match remember(&config.data, server) {
            Ok((file, before)) => Self {
                server,
                before,
                _file: Some(file),
            },
            Err(error) => {
                tracing::info!("no memory of an earlier start: {FILE}: {error}");
                Self {
                    server,
                    before: None,
                    _file: None,
                }
            }
        }
    }

    /// The server's place among others.
    pub const fn tenancy(&self, config: &Config) -> TenancyConfig {
        TenancyConfig {
            server: self.server,
            before: self.before,
            lease: config.lease,
        }
    }
}

/// Locks the file, reads who was here before, and leaves word of `server`.
fn remember(folder: &Path, server: ServerId) -> io::Result<(File, Option<ServerId>)> {
    std::fs::create_dir_all(folder)?;
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(folder.join(FILE))?;
    file.try_lock()?;
    let mut before = String::new();
    file.read_to_string(&mut before)?;
    file.rewind()?;
    file.set_len(0)?;
    write!(file, "{server}")?;
    file.sync_data()?;
    Ok((file, before.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(number: u8) -> ServerId {
        ServerId::new([number; 16])
    }

    #[test]
    fn the_one_before_is_told_once_it_has_ended_and_not_while_it_lives() {
        let folder = tempfile::tempdir().unwrap();
        let (first, before) = remember(folder.path(), server(1)).unwrap();
        assert_eq!(before, None);
        assert!(remember(folder.path(), server(2)).is_err(), "it lives");
        drop(first);
        let (_second, before) = remember(folder.path(), server(3)).unwrap();
        assert_eq!(before, Some(server(1)));
    }

    #[test]
    fn a_file_that_means_nothing_tells_of_nobody() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "…").unwrap();
        let (_file, before) = remember(folder.path(), server(1)).unwrap();
        assert_eq!(before, None);
    }
}
