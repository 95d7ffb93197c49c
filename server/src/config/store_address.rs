//! The address of any store, where a command names one.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The file of an embedded store in its data folder.
pub(crate) const STORE_FILE: &str = "arauto.db";

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// The file of an embedded store.
    File(PathBuf),
    /// A MongoDB by its connection string, which may hold a password.
    MongoDb(String),
}

impl FromStr for StoreAddress {
    type Err = Infallible;

    /// What ends in `.db` is a file, and any other path a data folder.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if is_mongodb(text) {
            return Ok(Self::MongoDb(text.to_owned()));
        }
        let path = Path::new(text.strip_prefix("sqlite:").unwrap_or(text));
        let is_file = path.extension().is_some_and(|extension| extension == "db");
        Ok(Self::File(if is_file {
            path.to_owned()
        } else {
            path.join(STORE_FILE)
        }))
    }
}

impl fmt::Display for StoreAddress {
    /// Without user name and password; a file by its whole path, where that is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => {
                let whole = std::path::absolute(path);
                let whole = path.canonicalize().or(whole);
                write!(f, "{}", whole.as_deref().unwrap_or(path).display())
            }
            Self::MongoDb(url) => f.write_str(&without_secrets(url)),
        }
    }
}

impl fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether an address is one of MongoDB's.
pub(super) fn is_mongodb(address: &str) -> bool {
    address.starts_with("mongodb://") || address.starts_with("mongodb+srv://")
}

/// A connection string as it may be shown.
pub(super) fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("mongodb", url));
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let hosts = authority.rsplit('@').next().unwrap_or_default();
    // Options may hold secrets too (certificates' passwords).
    let path = path.split('?').next().unwrap_or_default();
    format!("{scheme}://{hosts}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_the_file_of_a_store_and_a_database_is_a_file() {
        let file = |text: &str| match text.parse().unwrap() {
            StoreAddress::File(path) => path,
            address @ StoreAddress::MongoDb(_) => panic!("{address}"),
        };
        assert_eq!(file("./data"), Path::new("./data/arauto.db"));
        assert_eq!(
            file(" /srv/arauto.d/ "),
            Path::new("/srv/arauto.d/arauto.db")
        );
        assert_eq!(file("sqlite:/b/2026.db"), Path::new("/b/2026.db"));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = "mongodb+srv://ana:segr%40do@db1,db2/arauto?password=oculta";
        let address: StoreAddress = url.parse().unwrap();
        assert_eq!(address, StoreAddress::MongoDb(url.into()));
        for shown in [format!("{address}"), format!("{address:?}")] {
            assert_eq!(shown, "mongodb+srv://db1,db2/arauto");
        }
    }
}
