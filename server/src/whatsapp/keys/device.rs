//! The linked device itself: the account's private keys and what WhatsApp told at pairing.

use std::time::Duration;

use async_trait::async_trait;
use wacore::store::Device;
use wacore::store::error::{Result, StoreError as EngineError};
use wacore::store::traits::DeviceStore;

use super::SessionKeys;
use super::cells::space;
use crate::store::StoreError;

/// How long to wait before storing the device is tried again, at first and at most.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

#[async_trait]
impl DeviceStore for SessionKeys {
    /// Waits for a store that does not answer instead of failing: the engine's saver would stop
    /// for good after ten failures. The end of the session ends the wait.
    async fn save(&self, device: &Device) -> Result<()> {
        let writes = [self.put_json(space::DEVICE, Vec::new(), device)?];
        let (mut pause, longest) = RETRY;
        loop {
            match self.write(&writes).await {
                Err(error) if is_passing(&error) => {
                    tracing::warn!("failed to store the linked device, trying again: {error:?}");
                }
                done => return done,
            }
            tokio::select! {
                () = self.clock.sleep(pause) => {}
                () = self.retired.cancelled() => {}
            }
            pause = longest.min(pause * 2);
        }
    }

    async fn load(&self) -> Result<Option<Device>> {
        self.get_json(space::DEVICE, &[]).await
    }

    async fn exists(&self) -> Result<bool> {
        Ok(self.get(space::DEVICE, &[]).await?.is_some())
    }

    async fn create(&self) -> Result<i32> {
        if !self.exists().await? {
            self.save(&Device::new()).await?;
        }
        // The engine's number for one of several devices in one store; ours has one per connection.
        Ok(1)
    }
}

fn is_passing(error: &EngineError) -> bool {
    let EngineError::Database(source) = error else {
        return false;
    };
    source
        .downcast_ref::<StoreError>()
        .is_some_and(StoreError::is_retryable)
}
