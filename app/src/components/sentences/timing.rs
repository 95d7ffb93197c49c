//! The words for what is wrong with a campaign's timing.

use crate::domain::{CronFault, CronField, CronProblem, TimingProblem};

/// What is wrong, and what to do.
pub(crate) fn timing_problem(problem: TimingProblem) -> String {
    match problem {
        TimingProblem::MomentMissing => say!(timing_problem.moment_missing).into(),
        TimingProblem::MomentPassed => say!(timing_problem.moment_passed).into(),
        TimingProblem::IntervalMissing => say!(timing_problem.interval_missing).into(),
        TimingProblem::IntervalTooLong => say!(timing_problem.interval_too_long).into(),
        TimingProblem::DaysMissing => say!(timing_problem.days_missing).into(),
        TimingProblem::TimesMissing => say!(timing_problem.times_missing).into(),
        TimingProblem::Cron(problem) => cron_problem(problem),
        TimingProblem::Never => say!(timing_problem.never).into(),
        TimingProblem::ZoneUnknown => say!(timing_problem.zone_unknown).into(),
        TimingProblem::WindowDaysMissing => say!(timing_problem.window_days_missing).into(),
        TimingProblem::WindowTimesMissing => say!(timing_problem.window_times_missing).into(),
        TimingProblem::WindowNeverMet => say!(timing_problem.window_never_met).into(),
        TimingProblem::LastDayPassed => say!(timing_problem.last_day_passed).into(),
        TimingProblem::MaxRunsMissing => say!(timing_problem.max_runs_missing).into(),
        TimingProblem::ToleranceTooLong => say!(timing_problem.tolerance_too_long).into(),
    }
}

/// What is wrong with a cron expression, and in which of its fields.
fn cron_problem(problem: CronProblem) -> String {
    let (field, fault) = match problem {
        CronProblem::FieldCount { found } => {
            return say!(timing_problem.cron_fields, found = found);
        }
        CronProblem::Field { field, fault } => (cron_field(field), fault),
    };
    match fault {
        CronFault::Unreadable => say!(timing_problem.cron_unreadable, field = field),
        CronFault::OutOfRange { first, last } => say!(
            timing_problem.cron_out_of_range,
            field = field,
            first = first,
            last = last
        ),
        CronFault::Backwards => say!(timing_problem.cron_backwards, field = field),
        CronFault::Step => say!(timing_problem.cron_step, field = field),
    }
}

fn cron_field(field: CronField) -> &'static str {
    match field {
        CronField::Minute => say!(timing_problem.minute),
        CronField::Hour => say!(timing_problem.hour),
        CronField::DayOfMonth => say!(timing_problem.day_of_month),
        CronField::Month => say!(timing_problem.month),
        CronField::DayOfWeek => say!(timing_problem.day_of_week),
    }
}
