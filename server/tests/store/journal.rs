//! The journal, one call after the other.

use arauto::store::{DeliveryUpdate, StoreError};
use arauto_app::domain::{
    DeliveryEvent, DeliveryState, FailureReason, MessageId, RunTally, Timestamp,
};

use super::home::Home;
use super::samples::{
    NOTHING_HELD, at, claim, connection_id, deliveries, first_lease, hold, message_id, run,
    stored_run, workspace_id,
};

pub fn news(message: &MessageId, event: DeliveryEvent, at: Timestamp) -> DeliveryUpdate {
    DeliveryUpdate {
        message: message.clone(),
        event,
        at,
    }
}

pub async fn a_run_survives_a_reopen(home: Home) {
    let run = run(workspace_id(), connection_id(), 0);
    let deliveries = deliveries(&run, 3);
    home.store
        .journal
        .begin_run(&run, &deliveries)
        .await
        .unwrap();
    let home = home.reopen().await;
    let journal = &home.store.journal;
    assert_eq!(
        journal.run(run.workspace, run.id).await.unwrap(),
        Some(run.clone())
    );
    let latest = journal.latest_run(run.workspace, run.campaign).await;
    assert_eq!(latest.unwrap(), Some(run.clone()));
    assert_eq!(
        journal.deliveries(run.workspace, run.id).await.unwrap(),
        deliveries
    );
    assert_eq!(
        journal.every_open_run().await.unwrap(),
        std::slice::from_ref(&run)
    );
    let one = journal.delivery(run.workspace, run.id, 1).await.unwrap();
    assert_eq!(one.as_ref(), Some(&deliveries[1]));
    assert_eq!(
        journal.delivery(run.workspace, run.id, 3).await.unwrap(),
        None
    );
    let tally = RunTally {
        pending: 3,
        ..RunTally::default()
    };
    assert_eq!(journal.tally(run.workspace, run.id).await.unwrap(), tally);
}

pub async fn pending_deliveries_are_claimed_in_order(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let journal = &home.store.journal;
    let (later, earlier) = (
        run(workspace, connection, 10),
        run(workspace, connection, 5),
    );
    for run in [&later, &earlier] {
        journal.begin_run(run, &deliveries(run, 2)).await.unwrap();
    }
    let elsewhere = connection_id();
    let lease = hold(&home.store, workspace, connection).await;
    let lease_elsewhere = hold(&home.store, workspace, elsewhere).await;
    assert_eq!(
        journal
            .next_due(workspace, elsewhere, at(20), NOTHING_HELD)
            .await
            .unwrap(),
        None
    );
    assert!(
        journal
            .claim_due(&lease_elsewhere, at(20), NOTHING_HELD, &message_id())
            .await
            .unwrap()
            .is_none()
    );
    let due = journal
        .next_due(workspace, connection, at(20), NOTHING_HELD)
        .await
        .unwrap();
    assert!(due.is_some_and(|due| due <= at(20)));
    for (run, position) in [(&earlier, 0), (&earlier, 1), (&later, 0), (&later, 1)] {
        let fresh = message_id();
        let claimed = journal
            .claim_due(&lease, at(20), NOTHING_HELD, &fresh)
            .await;
        let claimed = claimed.unwrap().unwrap();
        assert_eq!((claimed.run, claimed.position), (run.id, position));
        assert_eq!(claimed.message_id, Some(fresh));
        assert_eq!(
            (claimed.state, claimed.attempts),
            (DeliveryState::Sending, 1)
        );
        assert_eq!(claimed.attempted_at, Some(at(20)));
        let stored = journal.delivery(workspace, run.id, position).await.unwrap();
        assert_eq!(stored, Some(claimed));
    }
    assert!(claim(&home.store, &earlier, at(20)).await.is_none());
    assert_eq!(
        journal
            .next_due(workspace, connection, at(20), NOTHING_HELD)
            .await
            .unwrap(),
        None
    );
}

pub async fn an_unconfirmed_delivery_is_claimed_again_with_its_id(home: Home) {
    let run = stored_run(&home.store, 2).await;
    let journal = &home.store.journal;
    let first = claim(&home.store, &run, at(0)).await.unwrap();
    let mark = |by, retry| journal.mark_unconfirmed(run.workspace, run.connection, by, retry);
    assert!(
        mark(at(-1), at(50)).await.unwrap().is_empty(),
        "its deadline has not passed"
    );
    assert_eq!(mark(at(0), at(50)).await.unwrap(), [run.id]);
    assert!(mark(at(0), at(60)).await.unwrap().is_empty());

    let second = claim(&home.store, &run, at(49)).await.unwrap();
    assert_eq!(second.position, 1, "the first is not due again yet");
    let due = journal
        .next_due(run.workspace, run.connection, at(49), NOTHING_HELD)
        .await;
    assert_eq!(due.unwrap(), Some(at(50)));
    assert!(claim(&home.store, &run, at(49)).await.is_none());
    let home = home.reopen().await;
    let again = claim(&home.store, &run, at(50)).await.unwrap();
    assert_eq!(again.position, 0);
    assert_eq!(
        again.message_id, first.message_id,
        "a retry never gets another id"
    );
    assert_eq!((again.attempts, again.retry_at), (2, None));
}

pub async fn late_repeated_and_reordered_news_end_alike(home: Home) {
    use DeliveryEvent::{Acknowledged, Read, Received, Refused};
    let orders = [
        vec![Acknowledged, Received, Read],
        vec![Read, Received, Acknowledged],
        vec![
            Received,
            Received,
            Acknowledged,
            Read,
            Refused(FailureReason::AnnounceOnly),
        ],
        vec![Read, Read, Acknowledged],
    ];
    let run = stored_run(&home.store, u32::try_from(orders.len()).unwrap()).await;
    let journal = &home.store.journal;
    for (round, order) in orders.iter().enumerate() {
        let sent = claim(&home.store, &run, at(0)).await.unwrap();
        let id = sent.message_id.clone().unwrap();
        let mut expected = sent;
        // In the first rounds one by one, in the others as one batch.
        let updates: Vec<_> = order
            .iter()
            .zip(1..)
            .map(|(event, n)| news(&id, *event, at(n)))
            .collect();
        for batch in updates.chunks(if round < 2 { 1 } else { updates.len() }) {
            let mut changes = false;
            for update in batch {
                changes |= expected.apply(update.event, update.at);
            }
            let changed = journal
                .record(run.workspace, run.connection, batch)
                .await
                .unwrap();
            assert_eq!(changed, if changes { vec![run.id] } else { Vec::new() });
        }
        let stored = journal
            .delivery(run.workspace, run.id, expected.position)
            .await
            .unwrap();
        assert_eq!(stored.as_ref(), Some(&expected));
        assert_eq!(expected.state, DeliveryState::Read);
    }
}

pub async fn unknown_messages_are_passed_over(home: Home) {
    let run = stored_run(&home.store, 1).await;
    let sent = claim(&home.store, &run, at(0)).await.unwrap();
    let id = sent.message_id.unwrap();
    let journal = &home.store.journal;
    let batch = [
        news(&message_id(), DeliveryEvent::Acknowledged, at(1)),
        news(&id, DeliveryEvent::Acknowledged, at(2)),
    ];
    let elsewhere = journal.record(run.workspace, connection_id(), &batch).await;
    assert!(
        elsewhere.unwrap().is_empty(),
        "an id is that of one connection"
    );
    assert!(
        journal
            .record(run.workspace, run.connection, &[])
            .await
            .unwrap()
            .is_empty()
    );
    let changed = journal.record(run.workspace, run.connection, &batch).await;
    assert_eq!(changed.unwrap(), [run.id]);
}

pub async fn a_message_id_is_never_given_twice(home: Home) {
    let run = stored_run(&home.store, 2).await;
    let journal = &home.store.journal;
    let fresh = message_id();
    let lease = first_lease(run.workspace, run.connection);
    let claim = || journal.claim_due(&lease, at(0), NOTHING_HELD, &fresh);
    assert!(claim().await.unwrap().is_some());
    let twice = claim().await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    let tally = journal.tally(run.workspace, run.id).await.unwrap();
    assert_eq!((tally.sending, tally.pending), (1, 1));
}
