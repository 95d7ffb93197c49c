//! The next runs, as they follow from the answers.

use leptos::prelude::*;

use crate::api::{TimingForm, ZoneRules};
use crate::components::calendar::day_and_time;
use crate::domain::{PastRuns, Schedule, Timestamp, Timing, Zone};

/// How many are shown.
const SHOWN: usize = 5;

/// What is shown of what lies ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ahead {
    /// The answers are not complete, or something is wrong with them.
    Unknown,
    /// So many runs, each in words.
    Runs(Vec<String>),
}

/// The next five runs in the campaign's zone. Nothing is asked of the server while a person writes.
#[component]
pub(super) fn NextRuns(
    timing: RwSignal<TimingForm>,
    rules: Signal<ZoneRules>,
    past: Signal<PastRuns>,
    minute: Memo<Timestamp>,
) -> impl IntoView {
    let zone = Memo::new(move |_| rules.with(ZoneRules::zone));
    let ahead = Memo::new(move |_| {
        let zone = zone.get();
        let timing = timing.with(TimingForm::timing).ok();
        match timing.zip(zone) {
            Some((timing, zone)) => ahead(&timing, &zone, &past.get(), minute.get()),
            None => Ahead::Unknown,
        }
    });
    view! {
        <div class="field" role="status" aria-labelledby="proximas">
            <span class="label" id="proximas">
                {say!(when.next)}
            </span>
            {move || match ahead.get() {
                Ahead::Unknown => view! { <p class="hint">{say!(when.next_later)}</p> }.into_any(),
                Ahead::Runs(runs) if runs.is_empty() => {
                    view! { <p class="hint">{say!(when.next_none)}</p> }.into_any()
                }
                Ahead::Runs(runs) => {
                    let runs = runs.into_iter().map(|run| view! { <li>{run}</li> });
                    view! { <ol class="runs">{runs.collect_view()}</ol> }.into_any()
                }
            }}
        </div>
    }
}

fn ahead(timing: &Timing, zone: &Zone, past: &PastRuns, now: Timestamp) -> Ahead {
    // While another zone's rules are on their way, these would tell wrong times.
    if *zone.name() != timing.zone || !timing.problems(zone, now).is_empty() {
        return Ahead::Unknown;
    }
    let begins_at_start = matches!(timing.schedule, Schedule::Now | Schedule::Every { .. });
    let today = zone.local(now).date();
    let words = |at: Timestamp| {
        if at == now && begins_at_start && past.first_at.is_none() {
            say!(when.on_start).to_owned()
        } else {
            day_and_time(zone.local(at), today)
        }
    };
    let runs = timing.next_runs(zone, past, now, SHOWN);
    Ahead::Runs(runs.into_iter().map(words).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::IntervalUnit;

    /// A Wednesday, at 9:00 in São Paulo.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_608_000);

    fn shown(schedule: Schedule, past: PastRuns) -> Ahead {
        let timing = Timing {
            schedule,
            ..Timing::default()
        };
        let zone = Zone::embedded(&timing.zone).unwrap();
        ahead(&timing, &zone, &past, NOW)
    }

    fn runs(words: &[&str]) -> Ahead {
        Ahead::Runs(words.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_campaign_that_was_not_started_begins_at_its_start() {
        let every = Schedule::Every {
            n: 200,
            unit: IntervalUnit::Days,
        };
        let words = [
            "ao iniciar",
            "dom., 13 jun. 2027 às 09:00",
            "qui., 30 dez. 2027 às 09:00",
            "seg., 17 jul. 2028 às 09:00",
            "sex., 2 fev. 2029 às 09:00",
        ];
        assert_eq!(shown(every.clone(), PastRuns::default()), runs(&words));
        assert_eq!(shown(Schedule::Now, PastRuns::default()), runs(&words[..1]));
        let started = PastRuns {
            first_at: Some(NOW),
            ..PastRuns::default()
        };
        let Ahead::Runs(of_started) = shown(every, started) else {
            panic!("there are runs");
        };
        assert_eq!(of_started[0], "qua., 25 nov. às 09:00");
    }

    #[test]
    fn what_is_wrong_shows_nothing() {
        let never = Schedule::Cron {
            expression: "0 0 31 2 *".parse().unwrap(),
        };
        assert_eq!(shown(never, PastRuns::default()), Ahead::Unknown);
    }
}
