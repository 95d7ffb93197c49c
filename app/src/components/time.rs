//! Times as people read them: relative first, absolute on hover; ages and countdowns tick in the
//! browser only, from the server's own time.

use std::time::Duration;

use leptos::prelude::*;

use super::browser::monotonic_millis;
use crate::domain::Timestamp;

/// The date and time on a clock in Brasília.
///
/// Brazil has had no daylight saving time since 2019, so São Paulo is three hours behind UTC all
/// year: no time zone database is shipped to the browser. Whoever adds campaigns with time zones
/// of their own replaces this function.
pub(crate) fn in_brasilia(at: Timestamp) -> jiff::civil::DateTime {
    jiff::Timestamp::from_millisecond(at.as_millis()).map_or_else(
        |_| jiff::civil::DateTime::default(),
        |at| jiff::tz::Offset::constant(-3).to_datetime(at),
    )
}

/// `14:12`.
pub(crate) fn time_of_day(at: Timestamp) -> String {
    let at = in_brasilia(at);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `19/11/2026 14:12:03`.
pub(crate) fn date_and_time(at: Timestamp) -> String {
    let at = in_brasilia(at);
    format!(
        "{:02}/{:02}/{} {:02}:{:02}:{:02}",
        at.day(),
        at.month(),
        at.year(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// `14:12` today, `19/11 14:12` on another day of this year, with the year before that.
pub(crate) fn short_date(at: Timestamp, now: Timestamp) -> String {
    let (day, today) = (in_brasilia(at).date(), in_brasilia(now).date());
    if day == today {
        time_of_day(at)
    } else if day.year() == today.year() {
        format!("{:02}/{:02} {}", day.day(), day.month(), time_of_day(at))
    } else {
        format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
    }
}

/// The machine's form, for `<time datetime>`.
fn machine(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map_or_else(|_| String::new(), |at| at.to_string())
}

/// `12 s`, `1 min 48 s`, `2 h 51 min`, `3 d 4 h`: at most two units.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let pair = |first: u64, unit: &str, second: u64, smaller: &str| {
        if second == 0 {
            format!("{first} {unit}")
        } else {
            format!("{first} {unit} {second} {smaller}")
        }
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => pair(seconds / 60, "min", seconds % 60, "s"),
        3_600..86_400 => pair(seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
        _ => pair(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    }
}

/// How late something was, in whole minutes: `30 min`, `5 h 30 min`, `2 d 3 h`. Nobody plans by seconds.
pub(crate) fn lateness(late: Duration) -> String {
    duration(Duration::from_mins(late.as_secs() / 60))
}

/// `agora`, `há 12 s`, `há 3 min`, `há 2 h`, `há 5 d`: one unit, because it ticks.
pub(crate) fn age(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.since(at).as_secs();
    let span = match seconds {
        0..2 => return say!(time.now).into(),
        2..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    };
    say!(time.ago, span = span)
}

/// Milliseconds since this page came alive, once a second. Zero on the server and while the page
/// comes alive, so that both draw the same.
#[derive(Clone, Copy)]
pub(crate) struct Ticker(RwSignal<i64>);

impl Ticker {
    /// Starts to tick for everything below.
    pub(crate) fn provide() {
        let ticker = RwSignal::new(0);
        provide_context(Self(ticker));
        Effect::new(move || {
            let start = monotonic_millis();
            let handle = set_interval_with_handle(
                move || {
                    ticker.try_set(monotonic_millis() - start);
                },
                Duration::from_secs(1),
            );
            if let Ok(handle) = handle {
                on_cleanup(move || handle.clear());
            }
        });
    }
}

/// The server's present time, ticking on from the moment at which a view was made.
pub(crate) fn ticking(
    view_made_at: impl Fn() -> Timestamp + Send + Sync + 'static,
) -> Signal<Timestamp> {
    let Ticker(ticker) = expect_context::<Ticker>();
    let anchor = Memo::new(move |_| (view_made_at(), ticker.get_untracked()));
    Signal::derive(move || {
        let (made_at, ticks_then) = anchor.get();
        let passed = u64::try_from(ticker.get() - ticks_then).unwrap_or(0);
        made_at.plus(Duration::from_millis(passed))
    })
}

/// How long ago something was, ticking, with the absolute time on hover.
#[component]
pub(crate) fn Ago(
    /// When it was.
    at: Timestamp,
    /// The present.
    now: Signal<Timestamp>,
) -> impl IntoView {
    view! {
        <time datetime=machine(at) title=say!(time.brasilia, time = date_and_time(at))>
            {move || age(at, now.get())}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_795_359_600); // 2026-11-22T15:00:00Z

    #[test]
    fn clocks_in_brasilia_are_three_hours_behind() {
        assert_eq!(date_and_time(NOON), "22/11/2026 12:00:00");
        assert_eq!(short_date(NOON, NOON), "12:00");
        assert_eq!(
            short_date(NOON.minus(Duration::from_hours(24)), NOON),
            "21/11 12:00"
        );
    }

    #[test]
    fn ages_have_one_unit_and_durations_two() {
        let ago = |seconds| age(NOON.minus(Duration::from_secs(seconds)), NOON);
        assert_eq!(ago(1), "agora");
        assert_eq!(ago(59), "há 59 s");
        assert_eq!(ago(3_599), "há 59 min");
        assert_eq!(ago(90_000), "há 1 d");
        assert_eq!(duration(Duration::from_secs(108)), "1 min 48 s");
        assert_eq!(duration(Duration::from_hours(2)), "2 h");
        assert_eq!(lateness(Duration::from_secs(30 * 60 + 59)), "30 min");
        assert_eq!(lateness(Duration::from_secs(5_459)), "1 h 30 min");
    }
}
