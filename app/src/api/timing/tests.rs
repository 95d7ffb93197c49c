//! What is made of the answers about when a campaign runs.

use jiff::civil::{date, time};

use super::form::{ScheduleKind, TimingForm};
use super::reading::{read_times, unit_word};
use crate::domain::{
    CronFault, CronField, CronProblem, IntervalUnit, Schedule, Timing, TimingProblem, Weekday,
    Weekdays, Window,
};

fn form(schedule: ScheduleKind) -> TimingForm {
    TimingForm {
        schedule,
        ..TimingForm::from(&Timing::default())
    }
}

#[test]
fn a_form_without_answers_means_now() {
    assert_eq!(TimingForm::default().timing(), Ok(Timing::default()));
}

#[test]
fn answers_say_what_they_were_made_of() {
    let window = Window {
        days: Weekdays::WORKING,
        from: time(22, 0, 0, 0),
        to: time(6, 30, 0, 0),
    };
    for schedule in [
        Schedule::Now,
        Schedule::Once {
            at: date(2026, 12, 24).at(18, 5, 0, 0),
        },
        Schedule::Every {
            n: 90,
            unit: IntervalUnit::Minutes,
        },
        Schedule::Weekly {
            days: Weekdays::from_iter([Weekday::Sunday, Weekday::Saturday]),
            times: vec![time(8, 0, 0, 0), time(18, 30, 0, 0)],
        },
        Schedule::Cron {
            expression: "*/20 8-18 * * mon-fri".parse().unwrap(),
        },
    ] {
        let plain = Timing {
            schedule,
            zone: "Europe/Lisbon".parse().unwrap(),
            tolerance_minutes: 15,
            ..Timing::default()
        };
        let is_recurring = plain.schedule.is_recurring();
        let limited = Timing {
            window: Some(window),
            last_day: is_recurring.then(|| date(2027, 1, 31)),
            max_runs: is_recurring.then_some(3),
            ..plain.clone()
        };
        for timing in [plain, limited] {
            assert_eq!(TimingForm::from(&timing).timing(), Ok(timing));
        }
    }
}

#[test]
fn times_are_read_as_people_write_them() {
    for (text, expected) in [
        ("08:00", vec![(8, 0)]),
        ("18h30, 8h e 12", vec![(8, 0), (12, 0), (18, 30)]),
        ("8:00;8h00 08:00:00", vec![(8, 0)]),
        ("23H59", vec![(23, 59)]),
    ] {
        let expected = expected
            .iter()
            .map(|(hour, minute)| time(*hour, *minute, 0, 0));
        assert_eq!(read_times(text), Some(expected.collect()), "{text:?}");
    }
    for text in [
        "",
        " , ",
        "24:00",
        "8:60",
        "8h5x",
        "oito",
        "08:00, amanhã",
        "800",
        "+8",
        "-1",
    ] {
        assert_eq!(read_times(text), None, "{text:?}");
    }
}

#[test]
fn each_schedule_is_told_what_cannot_be_read() {
    let problems = |form: TimingForm| form.timing().unwrap_err();
    assert_eq!(
        problems(form(ScheduleKind::Once)),
        [TimingProblem::MomentMissing]
    );
    let without_number = TimingForm {
        n: " ".into(),
        ..form(ScheduleKind::Every)
    };
    assert_eq!(problems(without_number), [TimingProblem::IntervalMissing]);
    let without_times = TimingForm {
        times: "cedo".into(),
        ..form(ScheduleKind::Weekly)
    };
    assert_eq!(problems(without_times), [TimingProblem::TimesMissing]);
    let wrong_hour = TimingForm {
        cron: "0 25 * * *".into(),
        ..form(ScheduleKind::Cron)
    };
    let in_its_hour = CronProblem::Field {
        field: CronField::Hour,
        fault: CronFault::OutOfRange { first: 0, last: 23 },
    };
    assert_eq!(problems(wrong_hour), [TimingProblem::Cron(in_its_hour)]);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let wrong = TimingForm {
        zone: "São Paulo".into(),
        windowed: "on".into(),
        to: String::new(),
        last_day: "31/12/2026".into(),
        max_runs: "três".into(),
        tolerance: "-1".into(),
        ..form(ScheduleKind::Every)
    };
    assert_eq!(
        wrong.timing().unwrap_err(),
        [
            TimingProblem::ZoneUnknown,
            TimingProblem::WindowTimesMissing,
            TimingProblem::LastDayPassed,
            TimingProblem::MaxRunsMissing,
            TimingProblem::ToleranceTooLong
        ]
    );
}

#[test]
fn what_is_not_asked_is_not_minded() {
    let once_with_old_limits = TimingForm {
        date: "2026-12-24".into(),
        time: "18:00".into(),
        last_day: "ontem".into(),
        max_runs: "0".into(),
        cron: "?".into(),
        from: "?".into(),
        ..form(ScheduleKind::Once)
    };
    let timing = once_with_old_limits.timing().unwrap();
    assert_eq!(
        (timing.last_day, timing.max_runs, timing.window),
        (None, None, None)
    );
}

#[test]
fn a_number_beyond_all_numbers_is_too_large_for_its_field() {
    let endless = TimingForm {
        n: "99999999999".into(),
        ..form(ScheduleKind::Every)
    };
    let Schedule::Every { n, .. } = endless.timing().unwrap().schedule else {
        panic!("it is an interval");
    };
    assert_eq!(n, u32::MAX);
}

#[test]
fn a_browser_posts_what_is_gathered() {
    let form = TimingForm {
        windowed: "on".into(),
        ..form(ScheduleKind::Weekly)
    };
    let posted = serde_json::to_value(&form).unwrap();
    let value = |name: &str| {
        let name = name.strip_prefix("form[timing][")?.split(']').next()?;
        posted.get(name)
    };
    let one = |name: &str| value(name)?.as_str().map(str::to_owned);
    let all = |name: &str| {
        let list = value(name).and_then(|list| list.as_array()).cloned();
        let words = list.unwrap_or_default().into_iter();
        words
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect()
    };
    assert_eq!(TimingForm::gather(one, all), Some(form));
    assert_eq!(TimingForm::gather(|_| None, |_| Vec::new()), None);
    for kind in ScheduleKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    for unit in IntervalUnit::EVERY {
        assert_eq!(serde_json::to_value(unit).unwrap(), unit_word(unit));
    }
}
