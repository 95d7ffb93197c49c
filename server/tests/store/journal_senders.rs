//! Runs that several connections send, and runs that are slower than their connections.

use std::time::Duration;

use arauto::store::{Due, Lease, Store};
use arauto_app::domain::{
    ConnectionId, Delivery, DeliveryEvent, DeliveryState, FailureReason, Pacing, Run, RunSender,
    Timestamp,
};

use super::home::Home;
use super::samples::{
    NOTHING_HELD, at, claim, connection_id, deliveries, hold, message_id, run, stored_run,
    workspace_id,
};

/// A stored run of four: places 0 and 2 are the first connection's, 1 and 3 another's. Tells both leases.
async fn run_of_two(store: &Store) -> (Run, Lease, Lease) {
    let mut run = run(workspace_id(), connection_id(), 0);
    let other = connection_id();
    run.also = vec![RunSender {
        connection: other,
        name: "Filial".into(),
    }];
    let mut deliveries = deliveries(&run, 4);
    for delivery in deliveries.iter_mut().skip(1).step_by(2) {
        delivery.connection = other;
    }
    let leases = (
        hold(store, run.workspace, run.connection).await,
        hold(store, run.workspace, other).await,
    );
    store.journal.begin_run(&run, &deliveries).await.unwrap();
    (run, leases.0, leases.1)
}

async fn claim_with(store: &Store, lease: &Lease, now: Timestamp) -> Option<Delivery> {
    let fresh = message_id();
    let claimed = store.journal.claim_due(lease, now, NOTHING_HELD, &fresh);
    claimed.await.unwrap()
}

async fn next(store: &Store, run: &Run, connection: ConnectionId, now: i64) -> Option<Due> {
    let journal = &store.journal;
    let next = journal.next_due(run.workspace, connection, at(now), NOTHING_HELD);
    next.await.unwrap()
}

pub async fn each_connection_claims_its_own(home: Home) {
    let (run, first, other) = run_of_two(&home.store).await;
    let home = home.reopen().await;
    let store = &home.store;
    let stored = store.journal.run(run.workspace, run.id).await.unwrap();
    assert_eq!(stored, Some(run.clone()));
    let mut claimed = Vec::new();
    for lease in [&other, &first, &other] {
        let delivery = claim_with(store, lease, at(1)).await.unwrap();
        assert_eq!(delivery.connection, lease.connection);
        claimed.push(delivery.position);
    }
    assert_eq!(claimed, [1, 0, 3]);
    assert_eq!(claim_with(store, &other, at(1)).await, None);
    assert_eq!(next(store, &run, other.connection, 1).await, None);
    let due = next(store, &run, first.connection, 1).await;
    assert_eq!(due, Some(Due::Message(at(1))), "the other's are left");

    let journal = &store.journal;
    let tally = async |connection| {
        let tally = journal.tally_of_sender(run.workspace, run.id, connection);
        let tally = tally.await.unwrap();
        (tally.pending, tally.sending)
    };
    assert_eq!(tally(first.connection).await, (1, 1));
    assert_eq!(tally(other.connection).await, (0, 2));
    assert_eq!(tally(connection_id()).await, (0, 0));
    for (lease, pending, handed_over) in [(&first, 1, 1), (&other, 0, 2)] {
        let backlog = journal.backlog(run.workspace, lease.connection, at(9));
        let backlog = backlog.await.unwrap();
        assert_eq!(
            (backlog.pending, backlog.handed_over),
            (pending, handed_over)
        );
    }
}

pub async fn what_ends_a_connection_leaves_the_others_alone(home: Home) {
    use DeliveryState::{Pending, Sending};
    let (run, first, other) = run_of_two(&home.store).await;
    let (store, journal) = (&home.store, &home.store.journal);
    let states = async || -> Vec<DeliveryState> {
        let deliveries = journal.deliveries(run.workspace, run.id).await.unwrap();
        deliveries.iter().map(|delivery| delivery.state).collect()
    };
    let refused = DeliveryEvent::Refused(FailureReason::Unlinked);
    claim_with(store, &other, at(1)).await.unwrap();
    let (workspace, id) = (run.workspace, other.connection);
    let changed = journal.record_all_pending(workspace, id, at(9), refused, at(2));
    assert_eq!(changed.await.unwrap(), [run.id]);
    let after = states().await;
    assert_eq!(after[..3], [Pending, Sending, Pending]);
    assert!(!after[3].is_open());
    let changed = journal.record_all_open(workspace, id, refused, at(3)).await;
    assert_eq!(changed.unwrap(), [run.id]);
    let after = states().await;
    assert_eq!((after[0], after[2]), (Pending, Pending));
    assert!(!after[1].is_open());
    assert!(!journal.finish_run(workspace, run.id, at(4)).await.unwrap());
    let first = journal.record_all_open(workspace, first.connection, refused, at(5));
    assert_eq!(first.await.unwrap(), [run.id]);
    assert!(journal.finish_run(workspace, run.id, at(6)).await.unwrap());
}

/// Half a minute to a minute between two messages.
const SLOW: Pacing = Pacing {
    shortest: Duration::from_secs(30),
    longest: Duration::from_mins(1),
};

pub async fn a_run_with_a_pace_of_its_own_rests_after_each_message(home: Home) {
    let mut slow = run(workspace_id(), connection_id(), 0);
    slow.pace = Some(SLOW);
    hold(&home.store, slow.workspace, slow.connection).await;
    let queued = deliveries(&slow, 3);
    home.store.journal.begin_run(&slow, &queued).await.unwrap();

    let first = claim(&home.store, &slow, at(0)).await.unwrap();
    let rest = i64::try_from(SLOW.following_from(first.seed).as_millis()).unwrap();
    // It holds over a restart.
    let home = home.reopen().await;
    let store = &home.store;
    assert_eq!(claim(store, &slow, at(rest - 1)).await, None);
    let due = next(store, &slow, slow.connection, 1).await;
    assert_eq!(due, Some(Due::Message(at(rest))));
    let stored = store.journal.run(slow.workspace, slow.id).await.unwrap();
    assert_eq!(stored.unwrap().rests_until, at(rest));

    // What is sent again is the same message: it neither waits nor makes others wait.
    let postponed = store.journal.record_at(
        slow.workspace,
        slow.id,
        0,
        DeliveryEvent::DeadlinePassed,
        at(1),
    );
    assert!(postponed.await.unwrap());
    let again = claim(store, &slow, at(2)).await.unwrap();
    assert_eq!(again.message_id, first.message_id);
    let second = claim(store, &slow, at(rest)).await.unwrap();
    assert_eq!(second.position, 1);
    assert_eq!(claim(store, &slow, at(rest + 29_999)).await, None);
}

pub async fn a_run_that_rests_holds_no_other(home: Home) {
    let quick = stored_run(&home.store, 2).await;
    let mut slow = run(quick.workspace, quick.connection, 1);
    slow.pace = Some(SLOW);
    let queued = deliveries(&slow, 2);
    home.store.journal.begin_run(&slow, &queued).await.unwrap();
    let mut order = Vec::new();
    while let Some(claimed) = claim(&home.store, &quick, at(10)).await {
        order.push(claimed.run);
    }
    assert_eq!(order.iter().filter(|run| **run == quick.id).count(), 2);
    assert_eq!(order.iter().filter(|run| **run == slow.id).count(), 1);
}
