//! Where the processes of a history live: one thread, and time that moves only while all of them wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

/// How long a rest may take to come in real time: far longer than what one moment brings.
const DEADLINE: Duration = Duration::from_mins(1);

/// A runtime of one thread that tells when it has nothing to do.
pub struct Stage {
    pub runtime: Runtime,
    pub rest: Rest,
}

/// Tells when every task waits.
#[derive(Clone, Default)]
pub struct Rest(Arc<Notify>);

impl Stage {
    pub fn new() -> Self {
        let rest = Rest::default();
        let told = rest.clone();
        let runtime = Builder::new_current_thread()
            .enable_all()
            .on_thread_park(move || told.0.notify_waiters())
            .build()
            .unwrap();
        Self { runtime, rest }
    }
}

impl Rest {
    /// Returns once every task waits, which is for the clock: nothing else moves by itself.
    pub async fn comes(&self) {
        let rest = tokio::time::timeout(DEADLINE, self.0.notified());
        rest.await.expect("it comes to no rest");
    }
}
