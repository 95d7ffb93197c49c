//! Connections.

use std::time::Duration;

use arauto::store::{HISTORY_KEPT, Lease, StoreError};
use arauto_app::domain::{ConnectionCause, ConnectionState, PairingStep, PairingWay};

use super::home::Home;
use super::samples::{SERVER, at, connection, connection_id, take_lease, workspace_id};

pub async fn what_is_noted_is_read_back(home: Home) {
    let mut expected = connection(workspace_id(), "Loja");
    let (workspace, id) = (expected.workspace, expected.id);
    let connections = &home.store.connections;
    connections.insert(&expected).await.unwrap();
    let again = connections.insert(&expected).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");

    let lease = take_lease(&home.store, workspace, id).await;
    connections
        .set_linked(&lease, "5511955500142", at(1))
        .await
        .unwrap();
    connections
        .set_groups_synced(workspace, id, at(2))
        .await
        .unwrap();
    expected.phone = Some("5511955500142".into());
    expected.linked_at = Some(at(1));
    expected.groups_synced_at = Some(at(2));
    for seen in [5, 3] {
        connections.set_phone_seen(&lease, at(seen)).await.unwrap();
    }
    expected.phone_seen_at = Some(at(5));
    let home = home.reopen().await;
    let connections = &home.store.connections;
    assert_eq!(
        connections.get(workspace, id).await.unwrap(),
        Some(expected.clone())
    );
    assert_eq!(
        connections.every_connection().await.unwrap(),
        [expected.clone()]
    );

    connections.set_unlinked(&lease).await.unwrap();
    // The number stays known, and when its phone was seen: another one that links it is asked about.
    expected.linked_at = None;
    assert_eq!(
        connections.get(workspace, id).await.unwrap(),
        Some(expected)
    );
    connections.delete(workspace, id).await.unwrap();
    connections.delete(workspace, id).await.unwrap();
    assert_eq!(connections.get(workspace, id).await.unwrap(), None);
    // With the connection went its lease.
    let late = connections.set_state(&lease, &ConnectionState::Online, at(9));
    assert!(matches!(late.await, Err(StoreError::LeaseLost)));
    assert_eq!(connections.get(workspace, id).await.unwrap(), None);
}

pub async fn every_state_is_kept(home: Home) {
    let stored = connection(workspace_id(), "Loja");
    let connections = &home.store.connections;
    connections.insert(&stored).await.unwrap();
    let lease = take_lease(&home.store, stored.workspace, stored.id).await;
    let qr = PairingStep::Qr {
        text: "2@abc,def==".into(),
        number: 3,
        expires_at: at(20_000),
    };
    let code = PairingStep::Code {
        code: "ABCD1234".into(),
        phone: "5511955500142".into(),
        expires_at: at(20_000),
    };
    let states = [
        ConnectionState::Unpaired {
            cause: Some(ConnectionCause::QrExpired),
        },
        ConnectionState::Pairing {
            step: PairingStep::Opening {
                way: PairingWay::Code,
            },
        },
        ConnectionState::Pairing { step: qr },
        ConnectionState::Pairing { step: code },
        ConnectionState::Pairing {
            step: PairingStep::PasskeyRequired {
                way: PairingWay::Qr,
            },
        },
        ConnectionState::OtherNumber {
            phone: "5511955500187".into(),
            known: "5511955500142".into(),
        },
        ConnectionState::Syncing,
        ConnectionState::Online,
        ConnectionState::Unstable,
        ConnectionState::Reconnecting {
            attempt: 7,
            next_at: at(9),
            cause: Some(ConnectionCause::Unreachable),
        },
        ConnectionState::Stopped,
        ConnectionState::LoggedOut,
        ConnectionState::Replaced,
        ConnectionState::TemporarilyBanned {
            until: Some(at(99)),
        },
        ConnectionState::TemporarilyBanned { until: None },
        ConnectionState::Banned,
        ConnectionState::ClientOutdated,
        ConnectionState::Failed {
            cause: ConnectionCause::KeysUnreadable,
        },
    ];
    for (since, state) in states.into_iter().enumerate() {
        let since = at(i64::try_from(since).unwrap());
        let noted = connections.set_state(&lease, &state, since);
        noted.await.unwrap();
        let read = connections
            .get(stored.workspace, stored.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((read.state, read.state_since), (state, since));
    }
}

pub async fn the_history_keeps_each_state_once_and_reaches_back(home: Home) {
    let stored = connection(workspace_id(), "Loja");
    let (workspace, id) = (stored.workspace, stored.id);
    let connections = &home.store.connections;
    connections.insert(&stored).await.unwrap();
    let lease = take_lease(&home.store, workspace, id).await;
    let trying = |attempt| ConnectionState::Reconnecting {
        attempt,
        next_at: at(0),
        cause: None,
    };
    // Another attempt is the same state; a repeated note changes nothing.
    let notes = [
        (ConnectionState::Online, 10),
        (trying(1), 20),
        (trying(2), 20),
        (ConnectionState::Online, 30),
        (ConnectionState::Online, 30),
    ];
    for (state, since) in notes {
        connections
            .set_state(&lease, &state, at(since))
            .await
            .unwrap();
    }
    let entered = async |from| {
        let history = connections.history(workspace, id, at(from)).await.unwrap();
        history.into_iter().map(|entry| (entry.state, entry.at))
    };
    let all = [
        (ConnectionState::Online, at(10)),
        (trying(2), at(20)),
        (ConnectionState::Online, at(30)),
    ];
    assert!(entered(0).await.eq(all.clone()));
    assert!(
        entered(25).await.eq(all[1..].to_vec()),
        "with what was in force then"
    );

    let other = connections.history(workspace_id(), id, at(0));
    assert_eq!(other.await.unwrap(), []);
    connections
        .set_state(&lease, &ConnectionState::Stopped, at(40).plus(HISTORY_KEPT))
        .await
        .unwrap();
    assert_eq!(entered(0).await.count(), 1, "what is old is dropped");
    connections.delete(workspace, id).await.unwrap();
    assert_eq!(entered(0).await.count(), 0);
}

pub async fn they_are_listed_by_name(home: Home) {
    let workspace = workspace_id();
    for name in ["zebra", "Loja", "abelha", "Ímã"] {
        let new = connection(workspace, name);
        home.store.connections.insert(&new).await.unwrap();
    }
    let listed = home.store.connections.list(workspace).await.unwrap();
    let names: Vec<&str> = listed
        .iter()
        .map(|connection| connection.name.as_str())
        .collect();
    assert_eq!(names, ["abelha", "Loja", "zebra", "Ímã"]);
}

pub async fn other_workspaces_see_no_connections(home: Home) {
    let (stored, stranger) = (connection(workspace_id(), "Loja"), workspace_id());
    let id = stored.id;
    let connections = &home.store.connections;
    connections.insert(&stored).await.unwrap();
    assert!(connections.list(stranger).await.unwrap().is_empty());
    assert_eq!(connections.get(stranger, id).await.unwrap(), None);
    assert_eq!(
        connections
            .get(stored.workspace, connection_id())
            .await
            .unwrap(),
        None
    );
    assert_eq!(home.store.leases.tenure(stranger, id).await.unwrap(), None);
    let hour = Duration::from_hours(1);
    let taken = home.store.leases.acquire(stranger, id, SERVER, hour).await;
    assert_eq!(taken.unwrap(), None);
    let lease = Lease {
        workspace: stranger,
        ..take_lease(&home.store, stored.workspace, id).await
    };
    let notes = [
        connections
            .set_state(&lease, &ConnectionState::Online, at(1))
            .await,
        connections.set_linked(&lease, "1", at(1)).await,
        connections.set_unlinked(&lease).await,
        connections.set_phone_seen(&lease, at(1)).await,
    ];
    for note in notes {
        assert!(matches!(note, Err(StoreError::LeaseLost)), "{note:?}");
    }
    connections
        .set_groups_synced(stranger, id, at(1))
        .await
        .unwrap();
    connections.delete(stranger, id).await.unwrap();
    assert_eq!(connections.list(stored.workspace).await.unwrap(), [stored]);
}
