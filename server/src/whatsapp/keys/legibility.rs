//! How much of what a session stored can be read again.

use arauto_app::domain::ConnectionId;

use super::{KeyRing, Place};
use crate::random::Random;
use crate::store::{Store, StoreError};

/// How much of what a session stored can be read again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Legibility {
    /// How many values are stored.
    pub keys: usize,
    /// How many of them do not open: their key is not at hand, or they are damaged.
    pub unreadable: usize,
}

impl Legibility {
    /// Opens everything of a connection with the keys at hand.
    pub async fn of(
        connection: ConnectionId,
        ring: Option<&KeyRing>,
        store: &Store,
    ) -> Result<Self, StoreError> {
        // Opening draws nothing.
        let sealer = ring.map(|ring| ring.sealer(Random::from_seed(0)));
        let mut seen = Self::default();
        for seal in store.session_keys.every_seal().await? {
            for stored in store.session_keys.under(connection, &seal).await? {
                let place = Place {
                    connection,
                    space: &stored.space,
                    key: &stored.key,
                };
                let opened = sealer
                    .as_ref()
                    .map(|sealer| sealer.open(place, &stored.value));
                seen.keys += 1;
                seen.unreadable += usize::from(!matches!(opened, Some(Ok(_))));
            }
        }
        Ok(seen)
    }
}
