//! Claiming a delivery and handing it over.

use std::time::Duration;

use arauto_app::domain::{Delivery, DeliveryEvent, FailureReason, MessageId};

use super::super::content::Loaded;
use super::super::patience::GaveUp;
use super::doubt::Doubt;
use super::{Next, Queue};
use crate::store::{Lease, StoreError};
use crate::whatsapp::SendError;

/// How long a queue rests after a claim that the store did not answer.
const AFTER_A_LOST_CLAIM: Duration = Duration::from_secs(1);

impl Queue {
    /// Claims what is due and hands it over. The store is asked once only: nobody knows whether a
    /// claim without an answer was made, and a second one would claim something else.
    pub(super) async fn claim(&mut self, lease: &Lease) -> Result<Next, GaveUp> {
        let now = self.shared.now();
        let fresh = MessageId::new(self.shared.random.bytes());
        let journal = &self.shared.store.journal;
        let held_before = self.lane.presence.held_before();
        let claimed = journal.claim_due(lease, now, held_before, &fresh).await;
        let delivery = match claimed {
            Ok(Some(delivery)) => delivery,
            Ok(None) => return Ok(Next::Rest(Some(now.plus(AFTER_A_LOST_CLAIM)))),
            // Another server's queue goes on; ours does if the connection comes back.
            Err(StoreError::LeaseLost) => return Ok(Next::Rest(None)),
            Err(error) => {
                self.doubt = Doubt::Unanswered;
                if !error.is_retryable() {
                    return Err(GaveUp::Refused(error));
                }
                tracing::warn!(connection = %self.lane.connection, "failed to claim a delivery: {error}");
                return Ok(Next::Rest(Some(now.plus(AFTER_A_LOST_CLAIM))));
            }
        };
        let Some(message) = delivery.message_id.clone() else {
            let what = format!("delivery {} was claimed without a message id", delivery.id);
            return Err(GaveUp::Refused(StoreError::Damaged(what)));
        };
        self.lane.take_off(&message, &delivery);
        let ended = self.hand_over(&message, &delivery).await;
        if ended.is_err() {
            self.lane.land(&message);
            self.doubt = Doubt::Unanswered;
        }
        self.shared.note(self.lane.workspace, delivery.run);
        ended.map(|()| Next::Step)
    }

    async fn hand_over(&mut self, message: &MessageId, delivery: &Delivery) -> Result<(), GaveUp> {
        self.shared.note(self.lane.workspace, delivery.run);
        let (run, position) = (delivery.run, delivery.position);
        let attempts = delivery.attempts_with_this_id();
        let loaded = self.content.of(&self.shared, self.lane.workspace, run);
        let loaded = match loaded.await {
            Ok(loaded) => loaded,
            // Until the store is back the window may close, and the owner may pause the campaign: the claim
            // is given back and made anew.
            Err(error) if error.is_retryable() => {
                tracing::warn!(%message, "failed to read what a run sends: {error}");
                self.postpone(message, run, position, attempts).await?;
                return Ok(());
            }
            Err(error) => return Err(GaveUp::Refused(error)),
        };
        let content = match loaded {
            Loaded::Ready(content) => content,
            Loaded::Unusable(reason) => return self.refuse(message, delivery, reason).await,
            Loaded::RunGone => {
                self.lane.land(message);
                return Ok(());
            }
        };
        let outgoing = content.message(message.clone(), delivery, self.shared.now());
        let sent = self
            .shared
            .messenger
            .send(self.lane.connection, outgoing)
            .await;
        let now = self.shared.now();
        let usual = self.shared.config.pacing;
        self.lane.pace.hand_over(now, usual, &self.shared.random);
        match sent {
            Ok(()) => {
                self.lane
                    .handed_over(message, now, now.plus(self.shared.config.ack_deadline));
                Ok(())
            }
            Err(SendError::Final(reason)) => self.refuse(message, delivery, reason).await,
            Err(error @ (SendError::Offline | SendError::Retry)) => {
                tracing::info!(%message, "failed to {error}; it is tried again");
                self.postpone(message, run, position, attempts).await?;
                Ok(())
            }
        }
    }

    /// The message will never go.
    async fn refuse(
        &self,
        message: &MessageId,
        delivery: &Delivery,
        reason: FailureReason,
    ) -> Result<(), GaveUp> {
        let (journal, now) = (&self.shared.store.journal, self.shared.now());
        self.shared
            .patiently("note a refusal", || {
                let event = DeliveryEvent::Refused(reason);
                journal.record_at(
                    delivery.workspace,
                    delivery.run,
                    delivery.position,
                    event,
                    now,
                )
            })
            .await?;
        self.lane.land(message);
        Ok(())
    }
}
