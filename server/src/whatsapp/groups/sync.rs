//! The sync of all groups of a connection.

use std::sync::Arc;

use arauto_app::api::{LiveEvent, SyncProgress};
use arauto_app::domain::{ConnectionCause, GroupSync, GroupSyncEnd, SyncOutcome, Timestamp};

use super::super::session::{SeenGroup, Session};
use super::changes::Change;
use super::worker::{Order, Worker};

/// How many groups are stored at a time: as often the progress is told.
const BATCH: usize = 50;

/// What keeps a sync from its end.
enum Halt {
    /// A person cancelled it.
    Cancelled,
    /// It could not go on.
    Failed(ConnectionCause),
    /// The connection is being removed, or the process ends.
    Stopped,
}

impl From<ConnectionCause> for Halt {
    fn from(cause: ConnectionCause) -> Self {
        Self::Failed(cause)
    }
}

/// A sync under way.
struct Course {
    began: Timestamp,
    session: Arc<dyn Session>,
    /// The connection was lost and came back meanwhile: what failed deserves another try.
    has_newer_session: bool,
    /// What WhatsApp told while the list was read or stored.
    held: Vec<(Change, u64)>,
}

impl Worker {
    /// Reads all groups from WhatsApp. Its beginning and its end are stored, so that a start of the
    /// server knows whether it was interrupted.
    pub(super) async fn sync(&mut self, session: Arc<dyn Session>) {
        let began = self.now();
        let mut course = Course {
            began,
            session,
            has_newer_session: false,
            held: Vec::new(),
        };
        self.tell(SyncProgress::Asking);
        let read = match self.note(began, None).await {
            Ok(()) => self.read_all(&mut course).await,
            Err(cause) => Err(Halt::Failed(cause)),
        };
        for (change, number) in course.held {
            self.follow(change, number).await;
        }
        let outcome = match read {
            Ok(groups) => SyncOutcome::Completed { groups },
            Err(Halt::Cancelled) => SyncOutcome::Cancelled,
            Err(Halt::Failed(cause)) => SyncOutcome::Failed { cause },
            Err(Halt::Stopped) => return,
        };
        // Unwritten it counts as interrupted and begins anew, which costs one question.
        let _ = self.note(began, Some(outcome)).await;
        self.tell(SyncProgress::Idle);
    }

    async fn note(
        &self,
        began_at: Timestamp,
        outcome: Option<SyncOutcome>,
    ) -> Result<(), ConnectionCause> {
        let (workspace, connection) = self.owner;
        let at = self.now();
        let end = outcome.map(|outcome| GroupSyncEnd { at, outcome });
        let sync = GroupSync { began_at, end };
        let groups = &self.around.store.groups;
        self.insist(|| groups.note_sync(workspace, connection, &sync))
            .await
    }

    async fn read_all(&mut self, course: &mut Course) -> Result<u32, Halt> {
        let seen = self.list(course).await?;
        let (workspace, connection) = self.owner;
        let total = count(seen.len());
        for (batch, seen) in seen.chunks(BATCH).enumerate() {
            self.tell(SyncProgress::Storing {
                done: count(batch * BATCH),
                total,
            });
            while let Ok(order) = self.mailbox.try_recv() {
                course.take(order)?;
            }
            let rows: Vec<_> = seen
                .iter()
                .map(|seen| self.row(seen, course.began))
                .collect();
            let groups = &self.around.store.groups;
            self.insist(|| groups.put(workspace, &rows)).await?;
            if self.stop.is_cancelled() {
                return Err(Halt::Stopped);
            }
        }
        let (groups, connections) = (&self.around.store.groups, &self.around.store.connections);
        self.insist(|| groups.mark_unseen_as_gone(workspace, connection, course.began))
            .await?;
        let now = self.now();
        self.insist(|| connections.set_groups_synced(workspace, connection, now))
            .await?;
        let live = &self.around.live;
        live.post(workspace, LiveEvent::Connection(connection));
        Ok(total)
    }

    /// The list of all groups; asks again, later and later, while WhatsApp says that it is asked
    /// too often.
    async fn list(&mut self, course: &mut Course) -> Result<Vec<SeenGroup>, Halt> {
        let mut refusals = 0;
        loop {
            self.tell(SyncProgress::Asking);
            let cause = match self.listed(course).await? {
                Ok(seen) => return Ok(seen),
                Err(cause) => cause,
            };
            // The list that told of these never came.
            for (change, number) in std::mem::take(&mut course.held) {
                self.follow(change, number).await;
            }
            if cause == ConnectionCause::RateLimited {
                refusals += 1;
                let draw = self.around.random.with(rand::Rng::random);
                let Some(pause) = self.around.plan.pause(refusals, draw) else {
                    return Err(Halt::Failed(cause));
                };
                let until = self.now().plus(pause);
                self.tell(SyncProgress::Waiting { until });
                self.wait(course, until).await?;
            } else if !std::mem::take(&mut course.has_newer_session) {
                return Err(Halt::Failed(cause));
            }
        }
    }

    /// Asks for the list, and holds what WhatsApp tells until it is there.
    async fn listed(
        &mut self,
        course: &mut Course,
    ) -> Result<Result<Vec<SeenGroup>, ConnectionCause>, Halt> {
        let began = self.around.count.next();
        let session = course.session.clone();
        let mut answer = session.groups();
        let answer = loop {
            tokio::select! {
                answer = &mut answer => break answer,
                order = self.next_order() => course.take(order.ok_or(Halt::Stopped)?)?,
            }
        };
        if answer.is_ok() {
            self.asked.about_all(began..self.around.count.next());
        }
        Ok(answer)
    }

    /// Waits, and follows changes meanwhile.
    async fn wait(&mut self, course: &mut Course, until: Timestamp) -> Result<(), Halt> {
        let clock = self.around.clock.clone();
        let mut time_is_up = clock.sleep_until(until);
        loop {
            let order = tokio::select! {
                () = &mut time_is_up => return Ok(()),
                order = self.next_order() => order.ok_or(Halt::Stopped)?,
            };
            course.take(order)?;
            for (change, number) in std::mem::take(&mut course.held) {
                self.follow(change, number).await;
            }
        }
    }
}

impl Course {
    fn take(&mut self, order: Order) -> Result<(), Halt> {
        match order {
            Order::Cancel => return Err(Halt::Cancelled),
            Order::Follow(change, number) => self.held.push((change, number)),
            Order::Sync(session) | Order::Online(session) => {
                self.has_newer_session |= !Arc::ptr_eq(&self.session, &session);
                self.session = session;
            }
        }
        Ok(())
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
