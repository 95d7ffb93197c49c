//! The ladder that a number climbs in its first days.

use std::time::Duration;

use crate::domain::Timestamp;

/// For how many days after it was linked a number sends less.
pub const WARM_UP_DAYS: usize = 14;

/// Most messages within any 24 hours, by whole days since the number was linked. It begins with what a
/// person would write to their own groups on a first day, and reaches the usual daily cap in steps of a
/// fifth or so: what gets new numbers restricted is the jump from nothing to hundreds.
const LADDER: [u32; WARM_UP_DAYS] = [
    40, 60, 80, 100, 130, 160, 190, 230, 270, 310, 360, 420, 480, 540,
];

const DAY: Duration = Duration::from_hours(24);

/// Where on the ladder a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarmUpRung {
    /// Most messages within any 24 hours.
    pub most: u32,
    /// When it comes to the next rung, or off the ladder.
    pub until: Timestamp,
}

/// The rung at `now` of a number that was linked at `linked_at`; `None` once it is old enough.
pub fn warm_up_rung(linked_at: Timestamp, now: Timestamp) -> Option<WarmUpRung> {
    let days = now.since(linked_at).as_secs() / DAY.as_secs();
    let most = *LADDER.get(usize::try_from(days).ok()?)?;
    let until = linked_at.plus(Duration::from_hours(24 * (days + 1)));
    Some(WarmUpRung { most, until })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_rises_day_by_day_and_ends_after_fourteen() {
        let linked_at = Timestamp::from_seconds(1_795_359_600);
        let after = |days: u64| linked_at.plus(Duration::from_hours(24 * days));
        let rung = |days: u64| warm_up_rung(linked_at, after(days));
        let first = rung(0).unwrap();
        assert_eq!((first.most, first.until), (40, linked_at.plus(DAY)));
        let just_before = warm_up_rung(linked_at, linked_at.plus(DAY).minus(DAY / 1_000));
        assert_eq!(just_before, Some(first));
        for day in 1..14 {
            assert!(rung(day).unwrap().most > rung(day - 1).unwrap().most);
        }
        assert_eq!((rung(14), WARM_UP_DAYS), (None, 14));
        // A clock that was set back makes no number older.
        assert_eq!(
            warm_up_rung(linked_at, linked_at.minus(DAY)).unwrap().most,
            40
        );
    }
}
