//! The media library. Uploads and downloads of the bytes are plain HTTP (`POST /midias/enviar`,
//! `GET /midias/{id}/arquivo`, `GET /midias/{id}/miniatura`); here is what surrounds them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
use crate::domain::{MediaId, MediaItem, Timestamp};

/// What the rest of the product may ask of the media library.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Media: Send + Sync {
    /// The library, newest first.
    async fn list(&self, who: &Principal) -> Result<MediaView, ApiError>;
    /// Gives an item another name.
    async fn rename(&self, who: &Principal, id: MediaId, name: &str) -> Result<(), ApiError>;
    /// Deletes an item; refused while a campaign uses it.
    async fn delete(&self, who: &Principal, id: MediaId) -> Result<(), ApiError>;
}

/// The library as its page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaView {
    /// The items, newest first.
    pub items: Vec<MediaCard>,
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
}

/// The media library.
#[server(prefix = "/api", endpoint = "media")]
pub async fn list_media() -> Result<MediaView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Media>().list(&who).await
}

/// Renames an item.
#[server(prefix = "/api", endpoint = "rename-media")]
pub async fn rename_media(id: MediaId, name: String) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Media>()
        .rename(&who, id, &name)
        .await
}

/// Deletes an item.
#[server(prefix = "/api", endpoint = "delete-media")]
pub async fn delete_media(id: MediaId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Media>().delete(&who, id).await
}
