//! How fast a connection may send, and what it handed over lately.

use std::time::Duration;

use arauto::store::HandOvers;
use arauto_app::domain::{
    DeliveryEvent, FailureReason, Limits, LongPause, Pacing, Restriction, RestrictionCause,
};

use super::home::Home;
use super::samples::{at, claim, connection, connection_id, stored_run, workspace_id};

fn slow() -> Limits {
    let span = |shortest, longest| Pacing {
        shortest: Duration::from_secs(shortest),
        longest: Duration::from_millis(longest),
    };
    Limits {
        interval: span(30, 90_500),
        pause: Some(LongPause {
            every: 7,
            length: span(120, 300_000),
        }),
        hourly: Some(40),
        daily: None,
        warm_up: false,
    }
}

const fn refused(since: i64, until: Option<i64>) -> Restriction {
    Restriction {
        since: at(since),
        cause: RestrictionCause::MessageRefused,
        until: match until {
            Some(until) => Some(at(until)),
            None => None,
        },
    }
}

pub async fn the_pace_and_a_restriction_are_kept(home: Home) {
    let mut expected = connection(workspace_id(), "Loja");
    let (workspace, id) = (expected.workspace, expected.id);
    home.store.connections.insert(&expected).await.unwrap();
    let mut home = home;
    let plain = Limits {
        pause: None,
        ..Limits::default()
    };
    for (pace, restriction) in [
        (Some(slow()), Some(refused(5, None))),
        (Some(plain), Some(refused(6, Some(9)))),
        (None, None),
    ] {
        let connections = &home.store.connections;
        connections.set_pace(workspace, id, pace).await.unwrap();
        let changed =
            connections.change_restriction(workspace, id, expected.restriction, restriction);
        assert!(changed.await.unwrap());
        (expected.pace, expected.restriction) = (pace, restriction);
        home = home.reopen().await;
        let stored = home.store.connections.get(workspace, id).await.unwrap();
        assert_eq!(stored, Some(expected.clone()));
    }
    // A new row keeps both too.
    let mut another = connection(workspace, "Outra");
    (another.pace, another.restriction) = (Some(slow()), Some(refused(1, Some(2))));
    home.store.connections.insert(&another).await.unwrap();
    let listed = home.store.connections.list(workspace).await.unwrap();
    assert_eq!(listed, [expected, another]);
}

pub async fn of_two_changes_of_one_restriction_one_counts(home: Home) {
    let stored = connection(workspace_id(), "Loja");
    let (workspace, id) = (stored.workspace, stored.id);
    let connections = &home.store.connections;
    connections.insert(&stored).await.unwrap();
    let change = |from, to| connections.change_restriction(workspace, id, from, to);
    let (first, second) = (refused(1, None), refused(2, None));
    assert!(!change(Some(first), None).await.unwrap(), "there is none");
    assert!(change(None, Some(first)).await.unwrap());
    assert!(!change(None, Some(second)).await.unwrap());
    assert!(change(Some(first), Some(second)).await.unwrap());
    assert!(
        !change(Some(first), None).await.unwrap(),
        "another one is in force by now"
    );
    let lifts = [change(Some(second), None), change(Some(second), None)];
    let [one, other] = lifts.map(async |lift| lift.await.unwrap());
    assert!(one.await ^ other.await);
    let gone = connections.change_restriction(workspace, connection_id(), None, Some(first));
    assert!(!gone.await.unwrap());
}

pub async fn what_was_claimed_lately_is_told_in_order(home: Home) {
    let run = stored_run(&home.store, 4).await;
    let (workspace, connection) = (run.workspace, run.connection);
    let journal = &home.store.journal;
    let told = async |since| {
        let told = journal.hand_overs(workspace, connection, at(since)).await;
        let of = |told: &HandOvers| (told.at, told.count);
        told.unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(told(0).await, []);
    for second in 1..=3 {
        claim(&home.store, &run, at(second * 1_000)).await.unwrap();
    }
    // The first is refused, the second sent again: both count, and the second twice.
    let refused = DeliveryEvent::Refused(FailureReason::InvalidMessage);
    let recorded = journal.record_at(workspace, run.id, 0, refused, at(3_500));
    assert!(recorded.await.unwrap());
    let postponed = journal.record_at(
        workspace,
        run.id,
        1,
        DeliveryEvent::DeadlinePassed,
        at(4_000),
    );
    assert!(postponed.await.unwrap());
    claim(&home.store, &run, at(5_000)).await.unwrap();
    let all = [(at(1_000), 1), (at(3_000), 1), (at(5_000), 2)];
    assert_eq!(told(0).await, all);
    assert_eq!(told(999).await, all);
    assert_eq!(told(1_000).await, all[1..], "a day ago is not within a day");
    // The end of the run changes nothing.
    for position in 1..4 {
        let event = DeliveryEvent::Refused(FailureReason::Unlinked);
        let recorded = journal.record_at(workspace, run.id, position, event, at(6_000));
        assert!(recorded.await.unwrap());
    }
    assert!(
        journal
            .finish_run(workspace, run.id, at(6_000))
            .await
            .unwrap()
    );
    assert_eq!(told(0).await, all);
}

pub async fn other_workspaces_see_no_pace(home: Home) {
    let (stored, stranger) = (connection(workspace_id(), "Loja"), workspace_id());
    let connections = &home.store.connections;
    connections.insert(&stored).await.unwrap();
    let paced = connections.set_pace(stranger, stored.id, Some(slow()));
    paced.await.unwrap();
    let restriction = Some(refused(1, None));
    let changed = connections.change_restriction(stranger, stored.id, None, restriction);
    assert!(!changed.await.unwrap());
    let run = stored_run(&home.store, 1).await;
    claim(&home.store, &run, at(1)).await.unwrap();
    let told = home
        .store
        .journal
        .hand_overs(stranger, run.connection, at(0));
    assert_eq!(told.await.unwrap(), []);
    let read = connections.get(stored.workspace, stored.id).await.unwrap();
    assert_eq!(read, Some(stored));
}
