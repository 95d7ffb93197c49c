//! The one thread that writes.
//!
//! It takes everything that waits, carries it out in one transaction, and answers after the commit
//! reached the disk: a burst of acknowledgements costs one `fsync`. Each job has its own savepoint,
//! so that one that fails takes nothing of the others with it.

use std::fs::File;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::translate;
use crate::store::StoreError;

/// How many jobs may wait; beyond that callers wait to hand theirs in.
const QUEUE: usize = 256;
/// Most jobs in one commit, so that the first of them is not kept waiting for too long.
const MOST_PER_COMMIT: usize = 64;

/// The handle of the writing thread. Dropping it waits until the thread wrote what is queued.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. It keeps `lock` until it ends.
    pub(super) fn start(db: Connection, lock: File) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || {
                work_off(&db, queue);
                drop(db);
                drop(lock);
            })
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// A writer that writes nothing: somebody else's server does.
    pub(super) const fn absent() -> Self {
        Self {
            jobs: None,
            thread: None,
        }
    }

    /// Carries out `work` in a transaction; returns after the commit. An error of `work` undoes
    /// what it wrote. Once queued it is carried out even when the caller is dropped.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(Task {
            work: Some(work),
            result: None,
            answer,
        });
        self.sender()?.send(job).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Queues `work` without waiting for it; tells whether there was room in the queue.
    pub(super) fn try_queue<F>(&self, work: F) -> bool
    where
        F: FnOnce(&Connection) -> Result<(), StoreError> + Send + 'static,
    {
        let job = Box::new(Task {
            work: Some(work),
            result: None,
            answer: oneshot::channel().0,
        });
        self.sender().is_ok_and(|jobs| jobs.try_send(job).is_ok())
    }

    fn sender(&self) -> Result<&mpsc::Sender<Box<dyn Job>>, StoreError> {
        self.jobs.as_ref().ok_or_else(stopped)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the writing thread has stopped".into())
}

/// A [`Task`] of any type.
trait Job: Send {
    /// Carries it out; tells whether what it wrote is to be kept.
    fn carry_out(&mut self, db: &Connection) -> bool;
    /// Tells the caller how it went, now that the commit went like `commit`.
    fn answer(self: Box<Self>, commit: &rusqlite::Result<()>);
}

struct Task<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
{
    fn carry_out(&mut self, db: &Connection) -> bool {
        self.result = self.work.take().map(|work| work(db));
        matches!(self.result, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, commit: &rusqlite::Result<()>) {
        let result = match (commit, self.result) {
            (Ok(()), Some(result)) => result,
            (Err(error), _) => Err(translate(error)),
            (Ok(()), None) => Err(stopped()),
        };
        // A caller that went away is no error: the work is done.
        let _ = self.answer.send(result);
    }
}

fn work_off(db: &Connection, mut queue: mpsc::Receiver<Box<dyn Job>>) {
    while let Some(first) = queue.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < MOST_PER_COMMIT
            && let Ok(next) = queue.try_recv()
        {
            batch.push(next);
        }
        let commit = commit_together(db, &mut batch);
        if let Err(error) = &commit {
            tracing::warn!(%error, jobs = batch.len(), "a commit failed");
            if !db.is_autocommit() {
                let _ = db.execute_batch("ROLLBACK");
            }
        }
        for job in batch {
            job.answer(&commit);
        }
    }
}

fn commit_together(db: &Connection, batch: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    for job in batch {
        db.execute_batch("SAVEPOINT job")?;
        if !job.carry_out(db) {
            // Some errors (a full disk) end the whole transaction: then there is nothing left to
            // roll back to, this fails, and with it the batch.
            db.execute_batch("ROLLBACK TO job")?;
        }
        db.execute_batch("RELEASE job")?;
    }
    db.execute_batch("COMMIT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer() -> (Writer, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE t (n INTEGER PRIMARY KEY)")
            .unwrap();
        let lock = super::super::lock::acquire(&folder.path().join("t")).unwrap();
        (Writer::start(db, lock).unwrap(), folder)
    }

    #[tokio::test]
    async fn a_job_that_fails_takes_nothing_of_its_neighbours_with_it() {
        let (writer, _folder) = writer();
        let insert = |n: i64, fail: bool| {
            writer.run(move |db| {
                db.execute("INSERT INTO t VALUES (?1)", [n])?;
                if fail {
                    return Err(StoreError::Conflict("as asked"));
                }
                Ok(())
            })
        };
        let (one, two, three) = tokio::join!(insert(1, false), insert(2, true), insert(3, false));
        one.unwrap();
        assert!(matches!(two, Err(StoreError::Conflict("as asked"))));
        three.unwrap();
        let sum: i64 = writer
            .run(|db| Ok(db.query_row("SELECT sum(n) FROM t", [], |row| row.get(0))?))
            .await
            .unwrap();
        assert_eq!(sum, 4);
    }

    #[tokio::test]
    async fn queued_work_is_done_though_the_caller_is_gone() {
        let (writer, _folder) = writer();
        let (begun, has_begun) = oneshot::channel();
        let (release, hold) = std::sync::mpsc::channel::<()>();
        let call = writer.run(move |db| {
            let _ = begun.send(());
            let _ = hold.recv();
            db.execute("INSERT INTO t VALUES (7)", [])?;
            Ok(())
        });
        tokio::select! {
            _ = call => panic!("the job is held"),
            _ = has_begun => {}
        }
        release.send(()).unwrap();
        let n: i64 = writer
            .run(|db| Ok(db.query_row("SELECT n FROM t", [], |row| row.get(0))?))
            .await
            .unwrap();
        assert_eq!(n, 7);
    }
}
