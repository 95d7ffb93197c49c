//! What a connection handed over lately.

use std::collections::VecDeque;
use std::time::Duration;

use rand::Rng;

use super::{HoldReason, Limits};
use crate::domain::Timestamp;

/// The span of the hourly cap.
pub(super) const HOUR: Duration = Duration::from_hours(1);
/// The span of the daily cap, and how far a history reaches back.
pub(super) const DAY: Duration = Duration::from_hours(24);
/// Messages within so short a time are counted together.
const BATCH: Duration = Duration::from_mins(1);
/// How long after its claim a message may leave: the upload of its media comes in between.
const UPLOAD_MOST: Duration = Duration::from_mins(2);

/// The hand-overs of the last 24 hours: enough to decide about the next one.
///
/// Those of one minute are counted together as if all of them were as late as the last one, so a
/// history has some 1,440 entries at most, whatever was sent, and errs by a minute at most, to the slow
/// side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// In order of time.
    batches: VecDeque<Batch>,
    /// How many messages the batches count.
    total: u32,
    /// How many messages went out in a row, without a rest as long as a longer pause.
    streak: u32,
    /// The rest after the last one.
    rest: Option<Rest>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Batch {
    first: Timestamp,
    last: Timestamp,
    count: u32,
}

/// The time before the next message, drawn when the last one was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rest {
    from: Timestamp,
    drawn: Duration,
    is_long: bool,
}

impl History {
    /// The history that a journal tells: when how many messages were claimed, in order of time. It knows
    /// nothing of the time between messages.
    pub fn counted(
        claimed: impl IntoIterator<Item = (Timestamp, u32)>,
        now: Timestamp,
        limits: &Limits,
    ) -> Self {
        let mut history = Self::default();
        for (at, count) in claimed {
            history.note(at, count, limits);
        }
        history.tidy(now);
        history
    }

    /// The same for a queue that goes on: the last message may have left a moment ago, so the rest after
    /// it is drawn anew.
    pub fn restored(
        claimed: impl IntoIterator<Item = (Timestamp, u32)>,
        now: Timestamp,
        limits: &Limits,
        random: &mut impl Rng,
    ) -> Self {
        let mut history = Self::counted(claimed, now, limits);
        if let Some(last) = history.batches.back() {
            let from = last.last.plus(UPLOAD_MOST).min(now);
            history.rest = Some(history.rest_from(from, limits, |pacing| pacing.draw(random)));
        }
        history
    }

    /// Notes that a message was handed over and draws the time before the next one.
    pub fn hand_over(&mut self, at: Timestamp, limits: &Limits, random: &mut impl Rng) {
        self.note(at, 1, limits);
        self.rest = Some(self.rest_from(at, limits, |pacing| pacing.draw(random)));
    }

    /// The same with the average instead of a draw, for an estimate.
    pub(super) fn hand_over_on_average(&mut self, at: Timestamp, limits: &Limits) {
        self.note(at, 1, limits);
        self.rest = Some(self.rest_from(at, limits, super::Pacing::mean));
    }

    /// Forgets what is older than 24 hours. What is later than `now`, because the clock was set back,
    /// counts as if it were of now.
    pub fn tidy(&mut self, now: Timestamp) {
        while let Some(oldest) = self.batches.front()
            && oldest.last.plus(DAY) <= now
        {
            self.total = self.total.saturating_sub(oldest.count);
            self.batches.pop_front();
        }
        for batch in self.batches.iter_mut().rev() {
            if batch.last <= now {
                break;
            }
            (batch.first, batch.last) = (batch.first.min(now), now);
        }
        if let Some(rest) = &mut self.rest {
            rest.from = rest.from.min(now);
        }
    }

    /// How many messages of the last hour, and of the last 24 hours, it counts at `now`.
    pub fn counts(&self, now: Timestamp) -> (u32, u32) {
        let within = |span: Duration| {
            let newest = self.batches.iter().rev();
            newest
                .take_while(|batch| now < batch.last.plus(span))
                .map(|batch| batch.count)
                .sum()
        };
        (within(HOUR), within(DAY))
    }

    /// When the time between messages has passed since the last one, and what kind of time it is.
    pub(super) fn rested_at(&self, limits: &Limits) -> Option<(Timestamp, HoldReason)> {
        let rest = self.rest?;
        let (pacing, reason) = match limits.pause {
            Some(pause) if rest.is_long => (pause.length, HoldReason::LongPause),
            _ => (limits.interval, HoldReason::Interval),
        };
        Some((rest.from.plus(pacing.nearest(rest.drawn)), reason))
    }

    /// When fewer than `cap` messages lie within `span` before that time, if that is not so at `now`.
    pub(super) fn free_at(&self, span: Duration, cap: u32, now: Timestamp) -> Option<Timestamp> {
        let cap = cap.max(1);
        if self.total < cap {
            return None;
        }
        let mut count = 0_u32;
        for batch in self.batches.iter().rev() {
            let leaves_at = batch.last.plus(span);
            if leaves_at <= now {
                return None;
            }
            count = count.saturating_add(batch.count);
            if count >= cap {
                return Some(leaves_at);
            }
        }
        None
    }

    fn note(&mut self, at: Timestamp, count: u32, limits: &Limits) {
        let newest = self.batches.back();
        let at = newest.map_or(at, |newest| at.max(newest.last));
        let rested = newest.is_some_and(|newest| {
            let pause = limits.pause.map(|pause| pause.length.shortest);
            pause.is_some_and(|pause| at.since(newest.last) >= pause)
        });
        self.streak = if rested { 0 } else { self.streak }.saturating_add(count);
        self.total = self.total.saturating_add(count);
        match self.batches.back_mut() {
            Some(batch) if at.since(batch.first) < BATCH => {
                batch.last = at;
                batch.count = batch.count.saturating_add(count);
            }
            _ => self.batches.push_back(Batch {
                first: at,
                last: at,
                count,
            }),
        }
        self.tidy(at);
    }

    fn rest_from(
        &self,
        from: Timestamp,
        limits: &Limits,
        mut span: impl FnMut(&super::Pacing) -> Duration,
    ) -> Rest {
        let pause = limits.pause.filter(|pause| self.streak >= pause.every);
        Rest {
            from,
            drawn: span(&pause.map_or(limits.interval, |pause| pause.length)),
            is_long: pause.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::{LongPause, Pacing};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(1_795_359_600 + second)
    }

    const fn secs(shortest: u64, longest: u64) -> Pacing {
        Pacing {
            shortest: Duration::from_secs(shortest),
            longest: Duration::from_secs(longest),
        }
    }

    fn with_pause(every: u32) -> Limits {
        Limits {
            pause: Some(LongPause {
                every,
                length: secs(100, 100),
            }),
            ..Limits::only(secs(10, 10))
        }
    }

    fn random() -> StdRng {
        StdRng::seed_from_u64(1)
    }

    #[test]
    fn a_longer_pause_follows_so_many_messages_in_a_row() {
        let limits = with_pause(3);
        let mut history = History::default();
        let mut hand_over = |second| {
            history.hand_over(at(second), &limits, &mut random());
            history.rested_at(&limits).unwrap()
        };
        assert_eq!(hand_over(0), (at(10), HoldReason::Interval));
        assert_eq!(hand_over(10), (at(20), HoldReason::Interval));
        assert_eq!(hand_over(20), (at(120), HoldReason::LongPause));
        assert_eq!(hand_over(120), (at(130), HoldReason::Interval));
        // A rest that nobody ordered is one too.
        assert_eq!(hand_over(300), (at(310), HoldReason::Interval));
        assert_eq!(hand_over(310).1, HoldReason::Interval);
        assert_eq!(hand_over(320).1, HoldReason::LongPause);
    }

    #[test]
    fn other_limits_hold_from_the_moment_they_are_set() {
        let mut history = History::default();
        let slow = Limits::only(secs(3_000, 3_000));
        history.hand_over(at(0), &slow, &mut random());
        let fast = Limits::only(secs(8, 20));
        assert_eq!(history.rested_at(&fast).unwrap().0, at(20));
        assert_eq!(history.rested_at(&slow).unwrap().0, at(3_000));
    }

    #[test]
    fn a_restored_history_counts_attempts_and_rests_only_after_a_fresh_one() {
        let limits = with_pause(30);
        let claimed = [(at(-90_000), 7), (at(-7_000), 2), (at(-5), 3)];
        let history = History::restored(claimed, at(0), &limits, &mut random());
        assert_eq!(history.counts(at(0)), (3, 5));
        assert_eq!(history.rested_at(&limits).unwrap().0, at(10));
        let long_ago = History::restored([(at(-900), 1)], at(0), &limits, &mut random());
        assert!(long_ago.rested_at(&limits).unwrap().0 < at(0));
        let nothing = History::restored([], at(0), &limits, &mut random());
        assert_eq!(nothing, History::default());
    }

    #[test]
    fn a_clock_that_was_set_back_holds_nothing_for_longer() {
        let limits = Limits::only(secs(10, 10));
        let mut history = History::default();
        history.hand_over(at(0), &limits, &mut random());
        history.hand_over(at(1_000_000), &limits, &mut random());
        history.tidy(at(20));
        assert_eq!(history.rested_at(&limits).unwrap().0, at(30));
        assert_eq!(history.free_at(HOUR, 1, at(20)), Some(at(3_620)));
    }

    #[test]
    fn it_stays_small_whatever_is_sent() {
        let limits = Limits::only(secs(0, 0));
        let mut history = History::default();
        for tenth in 0..1_000_000 {
            let now = at(0).plus(Duration::from_millis(tenth * 100));
            history.hand_over(now, &limits, &mut random());
        }
        assert!(history.batches.len() <= 1_441, "{}", history.batches.len());
        let now = at(100_000);
        let (hour, day) = history.counts(now);
        assert!((36_000..=36_600).contains(&hour), "{hour}");
        assert!((864_000..=864_600).contains(&day), "{day}");
    }
}
