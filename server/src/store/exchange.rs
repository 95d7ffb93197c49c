//! What servers on one store tell each other.

use std::time::Duration;

use arauto_app::domain::ConnectionId;
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use super::{Lease, ServerId, StoreError};

/// How long a letter can be delivered after it was posted.
pub const LETTER_LIVES: Duration = Duration::from_secs(30);
/// How long what a holder showed is kept when it shows nothing newer.
pub const SIGHT_LIVES: Duration = Duration::from_mins(10);

/// Letters between servers, and what the holder of a connection lets the others see of it. Only
/// stores that several servers share have one.
///
/// To the store they are bytes; what they mean is known to `whatsapp::tenancy` alone.
#[async_trait]
pub trait Exchange: Send + Sync {
    /// Posts a letter to one server, or to all others.
    async fn post(
        &self,
        from: ServerId,
        to: Option<ServerId>,
        letter: Bytes,
    ) -> Result<(), StoreError>;
    /// The letters to a server as they come, each once: at once where the store can tell of
    /// changes, else within a second. The stream outlasts outages and never ends; letters older
    /// than [`LETTER_LIVES`] are lost.
    fn letters(&self, to: ServerId) -> BoxStream<'static, Bytes>;
    /// Shows what the holder of a lease sees, in place of what was shown before.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when a later holder showed something.
    async fn show(&self, lease: &Lease, sight: Bytes) -> Result<(), StoreError>;
    /// What the present holder of a connection shows.
    async fn shown(&self, connection: ConnectionId) -> Result<Option<Bytes>, StoreError>;
}
