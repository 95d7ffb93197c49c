//! Messages whose acknowledgement does not come.

use arauto_app::domain::{DeliveryEvent, MessageId, RunId};

use super::super::patience::GaveUp;
use super::Queue;

impl Queue {
    /// The message waits for another attempt with the same id. Tells whether it has to: an answer
    /// may have come in the meantime.
    pub(super) async fn postpone(
        &self,
        message: &MessageId,
        run: RunId,
        position: u32,
        attempts: u32,
    ) -> Result<bool, GaveUp> {
        let retry_at = self
            .shared
            .now()
            .plus(self.shared.config.retry.after(attempts));
        let (journal, workspace) = (&self.shared.store.journal, self.lane.workspace);
        let changed = self
            .shared
            .patiently("postpone a message", || {
                journal.record_at(
                    workspace,
                    run,
                    position,
                    DeliveryEvent::DeadlinePassed,
                    retry_at,
                )
            })
            .await?;
        self.lane.land(message);
        Ok(changed)
    }

    /// The message was sent as often as it makes sense: what becomes of it is its owner's choice. Tells
    /// whether it has to be: an answer may have come in the meantime.
    async fn give_up(
        &self,
        message: &MessageId,
        run: RunId,
        position: u32,
    ) -> Result<bool, GaveUp> {
        let (journal, now) = (&self.shared.store.journal, self.shared.now());
        let changed = self
            .shared
            .patiently("give a message up", || {
                let event = DeliveryEvent::GivenUp;
                journal.record_at(self.lane.workspace, run, position, event, now)
            })
            .await?;
        self.lane.land(message);
        Ok(changed)
    }

    /// Postpones the messages whose acknowledgement is overdue, or gives them up, and asks for a new
    /// connection: the present one may be half open. Messages that left before the latest such request
    /// were on a connection that is gone already and ask for no other.
    pub(super) async fn give_up_waiting(&mut self) -> Result<(), GaveUp> {
        let mut silent = false;
        for (message, flight) in self.lane.overdue(self.shared.now()) {
            let unanswered = if flight.attempts < self.shared.config.most_attempts {
                self.postpone(&message, flight.run, flight.position, flight.attempts)
                    .await?
            } else {
                self.give_up(&message, flight.run, flight.position).await?
            };
            self.shared.note(self.lane.workspace, flight.run);
            if unanswered {
                tracing::warn!(%message, attempts = flight.attempts, "no acknowledgement within the deadline");
                silent |= flight.handed_over_at() >= self.reconnected_at;
            }
        }
        if silent && self.is_online() {
            self.reconnected_at = Some(self.shared.now());
            self.shared.messenger.reconnect(self.lane.connection).await;
        }
        Ok(())
    }
}
