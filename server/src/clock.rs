//! The time, as an argument: real in the product, moved by hand in tests.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use arauto_app::domain::Timestamp;
use async_trait::async_trait;
use tokio::sync::watch;

/// Tells the time and waits for it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present time.
    fn now(&self) -> Timestamp;
    /// How long it has run since some point: for spans that must not be misjudged when the machine's
    /// time is set.
    fn uptime(&self) -> Duration;
    /// Returns once the time is `until` or later.
    async fn sleep_until(&self, until: Timestamp);
    /// Returns once `period` has passed.
    async fn sleep(&self, period: Duration) {
        self.sleep_until(self.now().plus(period)).await;
    }
}

/// A clock that is cheap to clone.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    fn uptime(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }

    async fn sleep_until(&self, until: Timestamp) {
        // Sleeps run on the monotonic clock and the wall clock can be set back meanwhile: look again.
        while self.now() < until {
            tokio::time::sleep(until.since(self.now())).await;
        }
    }
}

/// The machine's clock, set forward: for tests of the whole program, which make days pass by a restart.
#[cfg(feature = "simulator")]
#[derive(Clone, Copy, Debug)]
pub struct ShiftedClock {
    ahead: Duration,
}

#[cfg(feature = "simulator")]
impl ShiftedClock {
    /// Ahead of the machine's by as many milliseconds as `ARAUTO_CLOCK_AHEAD_MS` says, if it does.
    pub fn from_env() -> Self {
        let millis = std::env::var("ARAUTO_CLOCK_AHEAD_MS").ok();
        let millis = millis.and_then(|text| text.parse().ok()).unwrap_or(0);
        Self {
            ahead: Duration::from_millis(millis),
        }
    }
}

#[cfg(feature = "simulator")]
#[async_trait]
impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.ahead)
    }

    fn uptime(&self) -> Duration {
        SystemClock.uptime()
    }

    async fn sleep_until(&self, until: Timestamp) {
        SystemClock.sleep_until(until.minus(self.ahead)).await;
    }
}

/// A clock for tests: stands still until it is moved.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<watch::Sender<Timestamp>>);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(watch::Sender::new(now)))
    }

    /// Moves the clock forward and wakes whoever waits for a time that has come.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = now.plus(by));
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    fn uptime(&self) -> Duration {
        self.now().since(Timestamp::default())
    }

    async fn sleep_until(&self, until: Timestamp) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|now| *now >= until).await;
    }
}
