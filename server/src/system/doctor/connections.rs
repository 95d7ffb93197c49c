//! Each connection as it is stored: its state, and whether its session can be read again.

use arauto_app::domain::{Connection, ConnectionState, Timestamp};
use arauto_app::operator::{connection_state, date_and_time};
use arauto_app::say;

use super::report::{Check, ConnectionCheck, Verdict};
use super::table::machine;
use crate::store::{Store, StoreError};
use crate::whatsapp::{KeyRing, Legibility};

/// Every connection, and the latest time at which one of them changed.
pub(super) async fn check(
    store: &Store,
    ring: Option<&KeyRing>,
) -> Result<(Option<Timestamp>, Vec<ConnectionCheck>), StoreError> {
    let mut connections = store.connections.every_connection().await?;
    connections.sort_by(|one, other| one.name.cmp(&other.name));
    let latest = connections.iter().map(|connection| connection.state_since);
    let latest = latest.max();
    let mut checks = Vec::with_capacity(connections.len());
    for connection in connections {
        let legible = Legibility::of(connection.id, ring, store).await?;
        checks.push(describe(&connection, legible));
    }
    Ok((latest, checks))
}

/// The connections cannot be listed.
pub(super) fn unreadable(error: &StoreError) -> Check {
    let found = say!(doctor.connections_bad, reason = error.to_string());
    Check::new(
        "connections",
        say!(doctor.connections),
        Verdict::Failed,
        found,
    )
}

fn describe(connection: &Connection, legible: Legibility) -> ConnectionCheck {
    let is_linked = connection.linked_at.is_some();
    let (verdict, advice) = judge(&connection.state, is_linked, legible);
    let state = connection_state(&connection.state);
    let since = date_and_time(connection.state_since);
    let mut found = vec![say!(doctor.connection_state, state = state, since = since)];
    if legible.keys > 0 || is_linked {
        let readable = legible.keys - legible.unreadable;
        let keys = legible.keys;
        found.push(say!(
            doctor.connection_keys,
            readable = readable,
            keys = keys
        ));
    }
    found.push(match connection.groups_synced_at {
        Some(at) => say!(doctor.connection_groups, time = date_and_time(at)),
        None => say!(doctor.connection_no_groups).to_owned(),
    });
    ConnectionCheck {
        id: connection.id.to_string(),
        connection: connection.name.clone(),
        verdict,
        state: state.to_owned(),
        since: machine(connection.state_since),
        linked: is_linked,
        keys: legible.keys,
        unreadable: legible.unreadable,
        groups_synced_at: connection.groups_synced_at.map(machine),
        found: found.join(" · "),
        advice,
    }
}

fn judge(
    state: &ConnectionState,
    is_linked: bool,
    legible: Legibility,
) -> (Verdict, Option<String>) {
    use ConnectionState as S;
    if legible.unreadable > 0 {
        let advice = say!(doctor.connection_unreadable_advice);
        return (Verdict::Failed, Some(advice.to_owned()));
    }
    if is_linked && legible.keys == 0 {
        let advice = say!(doctor.connection_no_keys_advice);
        return (Verdict::Failed, Some(advice.to_owned()));
    }
    match state {
        S::Stopped | S::Unpaired { cause: None } => (Verdict::Ok, None),
        state if state.needs_person() => {
            let advice = say!(doctor.connection_person_advice);
            (Verdict::Warning, Some(advice.to_owned()))
        }
        _ => (Verdict::Ok, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_fails_whatever_the_state() {
        let judge = |state: &ConnectionState, linked, keys, unreadable| {
            judge(state, linked, Legibility { keys, unreadable }).0
        };
        let online = ConnectionState::Online;
        assert_eq!(judge(&online, true, 800, 0), Verdict::Ok);
        assert_eq!(judge(&online, true, 800, 1), Verdict::Failed);
        assert_eq!(judge(&online, true, 0, 0), Verdict::Failed);
        assert_eq!(judge(&ConnectionState::Stopped, true, 800, 0), Verdict::Ok);
        let new = ConnectionState::Unpaired { cause: None };
        assert_eq!(judge(&new, false, 0, 0), Verdict::Ok);
        assert_eq!(
            judge(&ConnectionState::LoggedOut, false, 0, 0),
            Verdict::Warning
        );
    }
}
