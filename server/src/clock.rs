//! The time, as an argument: real in the product, moved by hand in tests.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arauto_app::domain::Timestamp;
use async_trait::async_trait;
use tokio::sync::oneshot;

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

/// A clock for tests: stands still until it is moved. Whoever waits for it is woken in the order of the
/// times, then of the asking, so what follows from it is the same every time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Manual>>);

#[derive(Debug)]
struct Manual {
    now: Timestamp,
    alarms: BTreeMap<AlarmKey, oneshot::Sender<()>>,
    /// How many alarms there were.
    set: u64,
}

/// For when an alarm is set, and which it is.
type AlarmKey = (Timestamp, u64);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Manual {
            now,
            alarms: BTreeMap::new(),
            set: 0,
        })))
    }

    /// Moves the clock forward and wakes whoever waits for a time that has come.
    pub fn advance(&self, by: Duration) {
        let mut inner = self.lock();
        let now = inner.now.plus(by);
        inner.now = now;
        while let Some(next) = inner.alarms.first_entry()
            && next.key().0 <= now
        {
            // Whoever waited may be gone.
            let _ = next.remove().send(());
        }
    }

    /// The next time that somebody waits for.
    pub fn next_alarm(&self) -> Option<Timestamp> {
        self.lock().alarms.keys().next().map(|(at, _)| *at)
    }

    fn lock(&self) -> MutexGuard<'_, Manual> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody waits for a time, until this is dropped.
struct Alarm<'a> {
    clock: &'a ManualClock,
    key: AlarmKey,
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        self.clock.lock().alarms.remove(&self.key);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    fn uptime(&self) -> Duration {
        self.now().since(Timestamp::default())
    }

    async fn sleep_until(&self, until: Timestamp) {
        let (alarm, rung) = {
            let mut inner = self.lock();
            if until <= inner.now {
                return;
            }
            inner.set += 1;
            let (key, (alarm, rung)) = ((until, inner.set), oneshot::channel());
            inner.alarms.insert(key, alarm);
            (Alarm { clock: self, key }, rung)
        };
        // It rings, or the clock is gone, which `self` rules out.
        let _ = rung.await;
        drop(alarm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_next_alarm_is_the_earliest_that_somebody_still_waits_for() {
        let at = Timestamp::from_seconds;
        let clock = ManualClock::new(at(0));
        assert_eq!(clock.next_alarm(), None);
        let (late, early) = (clock.sleep_until(at(9)), clock.sleep_until(at(3)));
        let mut early = Box::pin(early);
        tokio::select! {
            biased;
            () = late => panic!("it stands still"),
            () = &mut early => panic!("it stands still"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(
            clock.next_alarm(),
            Some(at(3)),
            "nobody waits for the late one"
        );
        clock.advance(Duration::from_secs(3));
        early.await;
        assert_eq!(clock.next_alarm(), None);
    }
}
