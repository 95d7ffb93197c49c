//! A diagnosis as people read it in a terminal.

use arauto_app::domain::Timestamp;
use arauto_app::operator::date_and_time;
use arauto_app::say;

use super::report::{Report, Verdict};

/// How wide the titles are, in characters.
const TITLES: usize = 26;

/// The whole diagnosis as text.
pub(super) fn of(report: &Report, at: Timestamp) -> String {
    let mut lines = vec![say!(
        doctor.title,
        version = report.version,
        time = date_and_time(at)
    )];
    lines.extend([String::new(), say!(doctor.configuration).to_owned()]);
    for setting in &report.settings {
        lines.push(row("", setting.title, &setting.value));
    }
    lines.extend([String::new(), say!(doctor.checks).to_owned()]);
    for check in &report.checks {
        lines.push(row(mark(check.verdict), check.title, &check.found));
        lines.extend(check.advice.as_deref().map(advice));
    }
    if !report.connections.is_empty() {
        lines.extend([String::new(), say!(doctor.connections).to_owned()]);
    }
    for check in &report.connections {
        lines.push(row(mark(check.verdict), &check.connection, &check.found));
        lines.extend(check.advice.as_deref().map(advice));
    }
    let (failures, warnings) = (
        report.count(Verdict::Failed),
        report.count(Verdict::Warning),
    );
    lines.extend([
        String::new(),
        if failures + warnings == 0 {
            say!(doctor.all_well).to_owned()
        } else {
            say!(doctor.summary, failures = failures, warnings = warnings)
        },
    ]);
    lines.join("\n")
}

/// A point in time as programs read it.
pub(super) fn machine(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map_or_else(|_| String::new(), |at| at.to_string())
}

fn row(mark: &str, title: &str, text: &str) -> String {
    format!("  {mark:<9}{title:<TITLES$} {text}")
}

/// What to do, under what was found.
fn advice(advice: &str) -> String {
    let indent = format!("\n{:1$}→ ", "", 2 + 9 + TITLES + 1);
    let lines: Vec<&str> = advice.lines().collect();
    indent.trim_start_matches('\n').to_owned() + &lines.join(&indent)
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => say!(doctor.mark_ok),
        Verdict::Warning => say!(doctor.mark_warning),
        Verdict::Failed => say!(doctor.mark_failed),
        Verdict::Skipped => say!(doctor.mark_skipped),
    }
}
