//! What holds of every history.

use std::time::Duration;

use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::history::{DAY, HOUR};
use super::*;
use crate::domain::Timestamp;

const START: Timestamp = Timestamp::from_seconds(1_795_359_600);

fn spans(most: u64) -> impl Strategy<Value = Pacing> {
    (0..most, 0..most).prop_map(|(a, b)| Pacing {
        shortest: Duration::from_millis(a.min(b)),
        longest: Duration::from_millis(a.max(b)),
    })
}

fn limits() -> impl Strategy<Value = Limits> {
    let pause = (1..20u32, spans(400_000)).prop_map(|(every, length)| LongPause { every, length });
    (
        spans(90_000),
        prop::option::of(pause),
        prop::option::of(1..60u32),
        prop::option::of(1..150u32),
        any::<bool>(),
    )
        .prop_map(|(interval, pause, hourly, daily, warm_up)| Limits {
            interval,
            pause,
            hourly,
            daily,
            warm_up,
        })
}

/// What happens between two messages besides the waiting.
#[derive(Clone, Copy, Debug)]
enum Between {
    Nothing,
    Idle(u64),
    /// The process ends, and another one restores the history from the journal.
    Restart(u64),
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        6 => Just(Between::Nothing),
        2 => (0..7_200_000u64).prop_map(Between::Idle),
        1 => (0..60_000u64).prop_map(Between::Restart),
    ]
}

/// Hands over one message after the other as soon as it may go, and returns when they went.
fn play(
    limits: &Limits,
    linked_at: Option<Timestamp>,
    course: &[Between],
    seed: u64,
) -> Result<Vec<Timestamp>, TestCaseError> {
    let mut random = StdRng::seed_from_u64(seed);
    let (mut now, mut history, mut sent) = (START, History::default(), Vec::new());
    for step in course {
        match step {
            Between::Nothing => {}
            Between::Idle(millis) => now = now.plus(Duration::from_millis(*millis)),
            Between::Restart(millis) => {
                now = now.plus(Duration::from_millis(*millis));
                let journal = sent.iter().map(|at| (*at, 1));
                history = History::restored(journal, now, limits, &mut random);
            }
        }
        let decision = next_message(now, limits, &history, linked_at, None);
        if let PaceDecision::WaitUntil { at, .. } = decision {
            prop_assert!(at > now);
            // Asking again in between moves it no later, and at its end the message goes.
            let half = Timestamp::from_millis(i64::midpoint(now.as_millis(), at.as_millis()));
            match next_message(half, limits, &history, linked_at, None) {
                PaceDecision::WaitUntil { at: again, .. } => prop_assert!(again <= at),
                other => prop_assert_eq!(other, PaceDecision::SendNow),
            }
            now = at;
        }
        let at_last = next_message(now, limits, &history, linked_at, None);
        prop_assert_eq!(at_last, PaceDecision::SendNow, "it waited for nothing");
        history.hand_over(now, limits, &mut random);
        sent.push(now);
    }
    Ok(sent)
}

/// Most messages that lie within `span` before one of them.
fn most_within(sent: &[Timestamp], span: Duration) -> usize {
    let counts = sent.iter().enumerate().map(|(index, at)| {
        let since = at.minus(span);
        sent[..=index]
            .iter()
            .rev()
            .take_while(|earlier| **earlier > since)
            .count()
    });
    counts.max().unwrap_or_default()
}

proptest! {
    #[test]
    fn no_cap_is_exceeded_within_any_hour_or_day(
        limits in limits(), course in prop::collection::vec(between(), 0..250), seed: u64
    ) {
        let sent = play(&limits, None, &course, seed)?;
        prop_assert!(limits.hourly.is_none_or(|most| most_within(&sent, HOUR) <= most as usize));
        prop_assert!(limits.daily.is_none_or(|most| most_within(&sent, DAY) <= most as usize));
    }

    #[test]
    fn messages_are_never_closer_than_the_shortest_interval(
        limits in limits(), course in prop::collection::vec(between(), 0..100), seed: u64
    ) {
        let shortest = match limits.pause {
            Some(pause) => limits.interval.shortest.min(pause.length.shortest),
            None => limits.interval.shortest,
        };
        let sent = play(&limits, None, &course, seed)?;
        for pair in sent.windows(2) {
            prop_assert!(pair[1].since(pair[0]) >= shortest);
        }
    }

    #[test]
    fn nothing_but_a_cap_makes_a_message_wait_longer_than_the_longest_pause(
        limits in limits(), course in prop::collection::vec(Just(Between::Nothing), 0..100), seed: u64
    ) {
        let free = Limits { hourly: None, daily: None, ..limits };
        let pause = free.pause.map_or(Duration::ZERO, |pause| pause.length.longest);
        let sent = play(&free, None, &course, seed)?;
        for pair in sent.windows(2) {
            prop_assert!(pair[1].since(pair[0]) <= free.interval.longest.max(pause));
        }
    }

    #[test]
    fn a_new_number_stays_on_its_rung(
        course in prop::collection::vec(between(), 0..250), seed: u64, hours in 0u64..400
    ) {
        let limits = Limits { warm_up: true, ..Limits::only(Pacing::default()) };
        let linked_at = START.minus(Duration::from_hours(hours));
        let sent = play(&limits, Some(linked_at), &course, seed)?;
        for (index, at) in sent.iter().enumerate() {
            let newest = sent[..=index].iter().rev();
            let before = newest.take_while(|earlier| **earlier > at.minus(DAY)).count();
            if let Some(rung) = warm_up_rung(linked_at, *at) {
                prop_assert!(before <= rung.most as usize);
            }
        }
    }

    #[test]
    fn an_estimate_lies_between_the_fastest_and_the_slowest_draw(
        messages in 1u32..120, limits in limits(), seed: u64
    ) {
        let always = |_| crate::domain::Opening {
            opens: Timestamp::default(),
            closes: Timestamp::from_millis(i64::MAX),
        };
        let at_bound = |bound: fn(&Pacing) -> Duration| {
            let fixed = |pacing: Pacing| Pacing { shortest: bound(&pacing), longest: bound(&pacing) };
            let pause = limits.pause.map(|pause| LongPause { length: fixed(pause.length), ..pause });
            Limits { interval: fixed(limits.interval), pause, hourly: None, daily: None, warm_up: false }
        };
        let free = Limits { hourly: None, daily: None, warm_up: false, ..limits };
        let course = vec![Between::Nothing; messages as usize];
        let end = |limits: &Limits| play(limits, None, &course, seed).map(|sent| *sent.last().unwrap());
        let estimate = estimate(messages, &free, &History::default(), None, START, always).unwrap();
        // An interval as long as a longer pause counts as one, so only without pauses are the bounds plain.
        if limits.pause.is_none() {
            prop_assert!(end(&at_bound(|pacing| pacing.shortest))? <= estimate.ends_at);
            prop_assert!(estimate.ends_at <= end(&at_bound(|pacing| pacing.longest))?);
        }
        prop_assert!(estimate.begins_at == START && estimate.ends_at >= START);
    }
}
