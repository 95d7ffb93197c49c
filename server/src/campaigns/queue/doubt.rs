//! What is `Sending` in the store while nobody is at work on it.

use arauto_app::domain::{DeliveryEvent, DeliveryState, MessageId, Timestamp};

use super::super::patience::GaveUp;
use super::Queue;

/// What may be `Sending` in the store without anybody at work on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Nothing.
    None,
    /// Whatever an earlier process, or a queue that broke, left behind.
    Inherited,
    /// A claim, or the end of a hand-over, that the store did not answer.
    Unanswered,
}

impl Queue {
    /// Takes back what is `Sending` in the store while nobody is at work on it: it is due at once,
    /// with the id that it has.
    pub(super) async fn settle_doubt(&mut self) -> Result<(), GaveUp> {
        match self.doubt {
            Doubt::None => return Ok(()),
            Doubt::Inherited => self.take_back_everything().await?,
            Doubt::Unanswered => self.take_back_orphans().await?,
        }
        self.doubt = Doubt::None;
        Ok(())
    }

    async fn take_back_everything(&self) -> Result<(), GaveUp> {
        let (journal, lane) = (&self.shared.store.journal, &self.lane);
        let now = self.shared.now();
        // Whatever the clock said when they were handed over: it may have been set back since.
        let whenever = Timestamp::from_millis(i64::MAX);
        let runs = self
            .shared
            .patiently("take back unfinished hand-overs", || {
                journal.mark_unconfirmed(lane.workspace, lane.connection, whenever, now)
            })
            .await?;
        for run in runs {
            self.shared.note(lane.workspace, run);
        }
        Ok(())
    }

    async fn take_back_orphans(&self) -> Result<(), GaveUp> {
        let (journal, now) = (&self.shared.store.journal, self.shared.now());
        let open = self
            .shared
            .patiently("list open runs", || journal.every_open_run())
            .await?;
        for run in open
            .iter()
            .filter(|run| run.is_sent_by(self.lane.connection))
        {
            let deliveries = self
                .shared
                .patiently("list deliveries", || {
                    journal.deliveries(run.workspace, run.id)
                })
                .await?;
            let orphans = deliveries.iter().filter(|delivery| {
                let at_work = |id: &MessageId| self.lane.is_in_flight(id);
                delivery.state == DeliveryState::Sending
                    && delivery.connection == self.lane.connection
                    && !delivery.message_id.as_ref().is_some_and(at_work)
            });
            for orphan in orphans {
                self.shared
                    .patiently("take back a lost claim", || {
                        let event = DeliveryEvent::DeadlinePassed;
                        journal.record_at(run.workspace, run.id, orphan.position, event, now)
                    })
                    .await?;
                self.shared.note(run.workspace, run.id);
            }
        }
        Ok(())
    }
}
