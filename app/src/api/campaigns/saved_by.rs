//! Who saved a campaign, as somebody reads it.

use serde::{Deserialize, Serialize};

use crate::domain::{Author, UserId};

/// Who saved a campaign, for the person who reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SavedBy {
    /// The reader, here or in another place.
    Oneself,
    /// Somebody else, of this name.
    Another(String),
    /// That was not noted then.
    Unknown,
}

impl SavedBy {
    /// What `reader` is told about `author`.
    pub fn told_to(reader: UserId, author: Option<&Author>) -> Self {
        match author {
            Some(author) if author.id == reader => Self::Oneself,
            Some(author) => Self::Another(author.name.clone()),
            None => Self::Unknown,
        }
    }
}
