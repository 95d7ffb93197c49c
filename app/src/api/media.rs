//! The media library. Uploads and downloads of the bytes are plain HTTP (`POST /midias/enviar`,
//! `GET /midias/{id}/arquivo`, `GET /midias/{id}/miniatura`); here is what surrounds them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
#[cfg(feature = "ssr")]
use crate::domain::VARIANTS_MAX;
use crate::domain::{MediaCounts, MediaId, MediaItem, MediaQuery, Timestamp};

/// What the rest of the product may ask of the media library.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Media: Send + Sync {
    /// The library, newest first.
    async fn list(&self, who: &Principal) -> Result<MediaView, ApiError>;
    /// A page of those that a person looks for, from 1; beyond the last it is the last.
    async fn search(
        &self,
        who: &Principal,
        query: &MediaQuery,
        page: u32,
    ) -> Result<LibraryView, ApiError>;
    /// Those of these items that there are.
    async fn chosen(&self, who: &Principal, ids: &[MediaId]) -> Result<Vec<MediaItem>, ApiError>;
    /// Gives an item another name.
    async fn rename(&self, who: &Principal, id: MediaId, name: &str) -> Result<(), ApiError>;
    /// Makes a voice note of a sound, as an item of its own beside it.
    async fn make_voice_note(&self, who: &Principal, id: MediaId) -> Result<(), ApiError>;
    /// Deletes an item; refused while an active campaign uses it, or a run that sends it is under way.
    async fn delete(&self, who: &Principal, id: MediaId) -> Result<(), ApiError>;
}

/// All of the library, to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaView {
    /// The items, newest first.
    pub items: Vec<MediaCard>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// The library as its page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryView {
    /// A page of what was found.
    pub items: Vec<MediaCard>,
    /// How many of each kind the text finds.
    pub counts: MediaCounts,
    /// Which page this is, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// How many bytes the workspace holds; the same file counts once.
    pub used_bytes: u64,
    /// How many it may hold; `None` for any number.
    pub quota: Option<u64>,
    /// Whether this server can convert files.
    pub converts: bool,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// One item and who uses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaCard {
    /// The item.
    pub item: MediaItem,
    /// The campaigns that use it, by name.
    pub used_by: Vec<String>,
    /// Those because of which it cannot be deleted now: they are active, or send it at this moment.
    pub sent_by: Vec<String>,
}

/// The media library.
#[server(prefix = "/api", endpoint = "media")]
pub async fn list_media() -> Result<MediaView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Media>().list(&who).await
}

/// A page of the media that a person looks for.
#[server(prefix = "/api", endpoint = "search-media")]
pub async fn search_media(
    #[server(default)] query: MediaQuery,
    #[server(default)] page: u32,
) -> Result<LibraryView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Media>()
        .search(&who, &query, page)
        .await
}

/// Chosen items, as far as they are still there; `ids` has their ids with spaces between them.
#[server(prefix = "/api", endpoint = "chosen-media")]
pub async fn chosen_media(ids: String) -> Result<Vec<MediaItem>, ApiError> {
    let who = Principal::from_context()?;
    let ids: Vec<MediaId> = ids
        .split_whitespace()
        .filter_map(|id| id.parse().ok())
        .take(VARIANTS_MAX)
        .collect();
    super::principal::port::<dyn Media>()
        .chosen(&who, &ids)
        .await
}

/// Renames an item.
#[server(prefix = "/api", endpoint = "rename-media")]
pub async fn rename_media(id: MediaId, name: String) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Media>()
        .rename(&who, id, &name)
        .await
}

/// Makes a voice note of a sound.
#[server(prefix = "/api", endpoint = "make-voice-note")]
pub async fn make_voice_note(id: MediaId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Media>()
        .make_voice_note(&who, id)
        .await
}

/// Deletes an item.
#[server(prefix = "/api", endpoint = "delete-media")]
pub async fn delete_media(id: MediaId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Media>().delete(&who, id).await
}
