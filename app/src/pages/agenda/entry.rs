//! How an entry of the calendar is told.

use crate::api::{AgendaConflict, AgendaEntry, AgendaWhat};
use crate::components::groups_count;
use crate::components::sentences::{Label, Tone, missed_why, run_status};
use crate::components::time::duration;
use crate::domain::CivilTime;

/// `8h`, or `8h05`.
pub(super) fn hour(at: CivilTime) -> String {
    match at.minute() {
        0 => format!("{}h", at.hour()),
        minute => format!("{}h{minute:02}", at.hour()),
    }
}

/// `08:05`, or from when to when of many.
pub(super) fn times(entry: &AgendaEntry) -> String {
    let time = |at: CivilTime| format!("{:02}:{:02}", at.hour(), at.minute());
    match entry.until {
        Some(until) => say!(agenda.from_to, from = time(entry.at), to = time(until)),
        None => time(entry.at),
    }
}

/// How it stands.
pub(super) fn label(what: &AgendaWhat) -> Label {
    match what {
        AgendaWhat::Ran { tally, .. } | AgendaWhat::RanOften { tally, .. } => {
            run_status(tally.status())
        }
        AgendaWhat::Missed { .. } => Label {
            tone: Tone::Warn,
            icon: "warn",
            word: say!(missed.title),
        },
        AgendaWhat::Planned {
            conflict: Some(_), ..
        } => Label {
            tone: Tone::Error,
            icon: "conflito",
            word: say!(agenda.in_conflict),
        },
        AgendaWhat::Planned { .. } | AgendaWhat::PlannedOften { .. } => Label {
            tone: Tone::Idle,
            icon: "relogio",
            word: say!(agenda.planned),
        },
    }
}

/// What a person wants to know of it besides its name and time.
pub(super) fn details(entry: &AgendaEntry) -> String {
    let connection = match &entry.connection_name {
        Some(name) => name.clone(),
        None => say!(agenda.no_connection).to_owned(),
    };
    let sent = |tally: &crate::domain::RunTally| {
        say!(
            campaigns.acknowledged_of,
            done = tally.acknowledged(),
            total = tally.total()
        )
    };
    let rest = match &entry.what {
        AgendaWhat::Ran { tally, .. } => sent(tally),
        AgendaWhat::RanOften { count, tally } => {
            format!("{} · {}", say!(agenda.runs, count = *count), sent(tally))
        }
        AgendaWhat::Missed { count, why } => {
            format!(
                "{} · {}",
                say!(missed.count, count = *count),
                missed_why(*why)
            )
        }
        AgendaWhat::Planned { groups, takes, .. } if takes.as_secs() == 0 => groups_count(*groups),
        AgendaWhat::Planned { groups, takes, .. } => format!(
            "{} · {}",
            groups_count(*groups),
            say!(agenda.takes, span = duration(*takes))
        ),
        AgendaWhat::PlannedOften { groups } => {
            format!("{} · {}", say!(agenda.many_times), groups_count(*groups))
        }
    };
    format!("{connection} · {rest}")
}

/// What gets into the way of an entry, if anything does.
pub(super) fn conflict(entry: &AgendaEntry) -> Option<String> {
    let AgendaWhat::Planned {
        takes,
        conflict: Some(conflict),
        ..
    } = &entry.what
    else {
        return None;
    };
    let span = duration(*takes);
    Some(match conflict {
        AgendaConflict::Turns { name, at } => say!(
            agenda.turns,
            name = entry.name.clone(),
            span = span,
            other = name.clone(),
            time = hour(*at)
        ),
        AgendaConflict::Itself => say!(agenda.itself, name = entry.name.clone(), span = span),
    })
}

/// Where it leads.
pub(super) fn href(entry: &AgendaEntry) -> String {
    match entry.what {
        AgendaWhat::Ran { run, .. } => format!("/execucoes/{run}"),
        _ => format!("/campanhas/{}", entry.campaign),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn an_hour_is_told_as_people_say_it() {
        assert_eq!(hour(time(8, 0, 0, 0)), "8h");
        assert_eq!(hour(time(8, 5, 0, 0)), "8h05");
    }
}
