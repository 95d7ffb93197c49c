//! The words for what holds the next message, and for a pace that is not taken.

use super::Sentence;
use crate::components::time::{duration, short_date, time_of_day};
use crate::domain::{
    DAILY_MAX, HOURLY_MAX, Hold, HoldReason, INTERVAL_MAX, INTERVAL_MIN, PAUSE_EVERY_MAX,
    PAUSE_MAX, PAUSE_MIN, PaceProblem, Restriction, RestrictionCause, Timestamp,
};

/// What holds the next message, until when, and why.
pub(crate) fn pace_hold(hold: Hold, now: Timestamp) -> Sentence {
    let until = hold.until.unwrap_or(now);
    let (span, at) = (duration(until.since(now)), moment(until, now));
    if hold.until.is_some() && until.since(now).as_secs() == 0 {
        return Sentence::new(say!(run.next_now), say!(run.next_text));
    }
    match hold.reason {
        HoldReason::Interval => Sentence::new(say!(run.next_in, span = span), say!(run.next_text)),
        HoldReason::LongPause => Sentence::new(
            say!(pace.long_pause, span = span),
            say!(pace.long_pause_text),
        ),
        HoldReason::HourlyCap { most } => Sentence::new(
            say!(pace.hourly_cap, at = at),
            say!(pace.hourly_cap_text, count = most),
        ),
        HoldReason::DailyCap { most } => Sentence::new(
            say!(pace.daily_cap, at = at),
            say!(pace.daily_cap_text, count = most),
        ),
        HoldReason::WarmUp { most } => Sentence::new(
            say!(pace.warm_up, count = most),
            say!(pace.warm_up_text, at = at),
        ),
        HoldReason::Campaign => {
            Sentence::new(say!(pace.campaign, span = span), say!(pace.campaign_text))
        }
        HoldReason::Restricted => match hold.until {
            Some(_) => Sentence::new(say!(pace.banned), say!(pace.banned_text, at = at)),
            None => Sentence::new(say!(pace.paused), say!(pace.refused_message_text)),
        },
    }
}

/// That WhatsApp restricts the number of a connection, and what its owner has to do.
pub(crate) fn restriction(restriction: Restriction, name: String) -> Sentence {
    match restriction.cause {
        RestrictionCause::MessageRefused => Sentence::new(
            say!(pace.restricted, name = name),
            say!(pace.refused_message_text),
        ),
        RestrictionCause::TemporaryBan => {
            Sentence::new(say!(pace.blocked, name = name), say!(pace.blocked_text))
        }
    }
}

/// `às 15:20`, or `em 25/11 15:20` on another day.
fn moment(at: Timestamp, now: Timestamp) -> String {
    let date = short_date(at, now);
    if date == time_of_day(at) {
        say!(pace.at, time = date)
    } else {
        say!(pace.on, date = date)
    }
}

/// What is wrong, and which answers are taken.
pub(crate) fn pace_problem(problem: PaceProblem) -> String {
    match problem {
        PaceProblem::IntervalBackwards | PaceProblem::PauseBackwards => say!(pace.backwards).into(),
        PaceProblem::IntervalOutOfBounds => say!(
            pace.interval_bounds,
            shortest = INTERVAL_MIN.as_secs(),
            longest = INTERVAL_MAX.as_secs()
        ),
        PaceProblem::PauseEveryOutOfBounds => say!(pace.every_bounds, most = PAUSE_EVERY_MAX),
        PaceProblem::PauseOutOfBounds => say!(
            pace.pause_bounds,
            shortest = PAUSE_MIN.as_secs() / 60,
            longest = PAUSE_MAX.as_secs() / 60
        ),
        PaceProblem::HourlyOutOfBounds => say!(pace.cap_bounds, most = HOURLY_MAX),
        PaceProblem::DailyOutOfBounds => say!(pace.cap_bounds, most = DAILY_MAX),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_795_359_600); // 12:00 in Brasília

    fn title(reason: HoldReason, wait: Duration) -> String {
        let until = Some(NOON.plus(wait));
        pace_hold(Hold { reason, until }, NOON).title
    }

    #[test]
    fn the_page_says_what_holds_the_queue_and_until_when() {
        let minutes = Duration::from_mins;
        for (reason, wait, words) in [
            (
                HoldReason::Interval,
                Duration::from_secs(12),
                "Próxima mensagem em 12 s",
            ),
            (
                HoldReason::LongPause,
                minutes(3),
                "Pausa maior: próxima mensagem em 3 min",
            ),
            (
                HoldReason::HourlyCap { most: 120 },
                minutes(20),
                "Limite por hora atingido: volta às 12:20",
            ),
            (
                HoldReason::DailyCap { most: 600 },
                minutes(20 * 60),
                "Limite por dia atingido: volta em 23/11 08:00",
            ),
            (
                HoldReason::WarmUp { most: 40 },
                minutes(60),
                "Número novo: até 40 mensagens por dia agora",
            ),
            (
                HoldReason::HourlyCap { most: 120 },
                Duration::from_millis(900),
                "Enviando a próxima mensagem",
            ),
        ] {
            assert_eq!(title(reason, wait), words);
        }
        let held = Hold {
            reason: HoldReason::Restricted,
            until: None,
        };
        assert_eq!(pace_hold(held, NOON).title, "Envios pausados");
    }

    #[test]
    fn what_is_not_taken_says_what_is() {
        let words = pace_problem(PaceProblem::PauseOutOfBounds);
        assert_eq!(words, "Escreva de 1 a 720 minutos, nos dois campos.");
        let words = pace_problem(PaceProblem::DailyOutOfBounds);
        assert_eq!(words, "Escreva um número de 1 a 10000.");
    }
}
