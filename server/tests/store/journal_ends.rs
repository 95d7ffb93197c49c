//! How runs end: finished, deleted, given up; and whose they are.

use arauto::store::StoreError;
use arauto_app::domain::{DeliveryEvent, DeliveryState, FailureReason, RunTally};

use super::home::Home;
use super::journal::news;
use super::samples::{
    NOTHING_HELD, at, campaign_id, claim, first_lease, message_id, stored_run, workspace_id,
};

pub async fn a_run_finishes_once_and_only_when_nothing_is_open(home: Home) {
    let run = stored_run(&home.store, 2).await;
    let (workspace, id) = (run.workspace, run.id);
    let journal = &home.store.journal;
    let sent = claim(&home.store, &run, at(0))
        .await
        .unwrap()
        .message_id
        .unwrap();
    let refused = DeliveryEvent::Refused(FailureReason::NotInGroup);
    assert!(
        journal
            .record_at(workspace, id, 1, refused, at(1))
            .await
            .unwrap()
    );
    assert!(
        !journal
            .record_at(workspace, id, 1, refused, at(1))
            .await
            .unwrap()
    );
    assert!(
        !journal
            .record_at(workspace, id, 7, refused, at(1))
            .await
            .unwrap()
    );
    assert!(
        !journal.finish_run(workspace, id, at(2)).await.unwrap(),
        "one is being sent"
    );

    let ack = [news(&sent, DeliveryEvent::Acknowledged, at(3))];
    journal
        .record(workspace, run.connection, &ack)
        .await
        .unwrap();
    let (one, two) = tokio::join!(
        journal.finish_run(workspace, id, at(4)),
        journal.finish_run(workspace, id, at(4))
    );
    assert!(
        one.unwrap() != two.unwrap(),
        "of two that race, one ends it"
    );
    let home = home.reopen().await;
    let journal = &home.store.journal;
    let finished = journal.run(workspace, id).await.unwrap().unwrap();
    assert_eq!(finished.finished_at, Some(at(4)));
    assert!(journal.every_open_run().await.unwrap().is_empty());
    // Receipts still come after the end.
    let read = [news(&sent, DeliveryEvent::Read, at(9))];
    assert_eq!(
        journal
            .record(workspace, run.connection, &read)
            .await
            .unwrap(),
        [id]
    );
    let tally = journal.tally(workspace, id).await.unwrap();
    assert_eq!((tally.read, tally.skipped, tally.total()), (1, 1, 2));
}

pub async fn a_run_that_was_deleted_leaves_nothing_to_claim(home: Home) {
    let run = stored_run(&home.store, 2).await;
    let journal = &home.store.journal;
    let sent = claim(&home.store, &run, at(0)).await.unwrap();
    let marked = journal.mark_unconfirmed(run.workspace, run.connection, at(0), at(1));
    assert_eq!(marked.await.unwrap(), [run.id]);
    journal
        .delete_runs(run.workspace, campaign_id())
        .await
        .unwrap();
    assert!(journal.run(run.workspace, run.id).await.unwrap().is_some());
    journal
        .delete_runs(run.workspace, run.campaign)
        .await
        .unwrap();
    assert_eq!(journal.run(run.workspace, run.id).await.unwrap(), None);
    assert!(
        journal
            .deliveries(run.workspace, run.id)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(claim(&home.store, &run, at(5)).await.is_none());
    let late = [news(&sent.message_id.unwrap(), DeliveryEvent::Read, at(9))];
    assert!(
        journal
            .record(run.workspace, run.connection, &late)
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn what_is_open_can_be_refused_at_once(home: Home) {
    let run = stored_run(&home.store, 4).await;
    let (workspace, connection) = (run.workspace, run.connection);
    let journal = &home.store.journal;
    let mut ids = Vec::new();
    for now in 0..3 {
        let sent = claim(&home.store, &run, at(now)).await.unwrap();
        ids.push(sent.message_id.unwrap());
    }
    let ack = [news(&ids[0], DeliveryEvent::Acknowledged, at(3))];
    journal.record(workspace, connection, &ack).await.unwrap();
    journal
        .mark_unconfirmed(workspace, connection, at(1), at(99))
        .await
        .unwrap();
    let reason = FailureReason::Refused { code: 418 };
    let refused = DeliveryEvent::Refused(reason);
    let changed = journal
        .record_all_open(workspace, connection, refused, at(5))
        .await;
    assert_eq!(changed.unwrap(), [run.id]);
    let stored = journal.deliveries(workspace, run.id).await.unwrap();
    let states: Vec<_> = stored.iter().map(|delivery| delivery.state).collect();
    let failed = DeliveryState::Failed(reason);
    assert_eq!(
        states,
        [
            DeliveryState::Sent,
            failed,
            failed,
            DeliveryState::Skipped(reason)
        ]
    );
    assert!(
        stored[1..]
            .iter()
            .all(|delivery| delivery.failed_at == Some(at(5)))
    );
    let again = journal
        .record_all_open(workspace, connection, refused, at(6))
        .await;
    assert!(again.unwrap().is_empty());
}

pub async fn other_workspaces_see_no_runs(home: Home) {
    let run = stored_run(&home.store, 2).await;
    let (stranger, connection) = (workspace_id(), run.connection);
    let sent = claim(&home.store, &run, at(0)).await.unwrap();
    let before = home
        .store
        .journal
        .deliveries(run.workspace, run.id)
        .await
        .unwrap();
    let journal = &home.store.journal;
    assert_eq!(journal.run(stranger, run.id).await.unwrap(), None);
    assert_eq!(
        journal.latest_run(stranger, run.campaign).await.unwrap(),
        None
    );
    assert_eq!(
        journal.tally(stranger, run.id).await.unwrap(),
        RunTally::default()
    );
    assert!(
        journal
            .deliveries(stranger, run.id)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(journal.delivery(stranger, run.id, 0).await.unwrap(), None);
    let claimed = journal
        .claim_due(
            &first_lease(stranger, connection),
            at(9),
            NOTHING_HELD,
            &message_id(),
        )
        .await;
    assert!(matches!(claimed, Err(StoreError::LeaseLost)), "{claimed:?}");
    assert_eq!(
        journal
            .next_due(stranger, connection, at(9), NOTHING_HELD)
            .await
            .unwrap(),
        None
    );
    let ack = [news(
        &sent.message_id.unwrap(),
        DeliveryEvent::Acknowledged,
        at(9),
    )];
    assert!(
        journal
            .record(stranger, connection, &ack)
            .await
            .unwrap()
            .is_empty()
    );
    let marked = journal
        .mark_unconfirmed(stranger, connection, at(9), at(9))
        .await;
    assert!(marked.unwrap().is_empty());
    let refused = DeliveryEvent::Refused(FailureReason::Unlinked);
    assert!(
        !journal
            .record_at(stranger, run.id, 1, refused, at(9))
            .await
            .unwrap()
    );
    let all = journal
        .record_all_open(stranger, connection, refused, at(9))
        .await;
    assert!(all.unwrap().is_empty());
    journal.delete_runs(stranger, run.campaign).await.unwrap();
    let after = journal.deliveries(run.workspace, run.id).await.unwrap();
    assert_eq!(after, before);
    let all = journal
        .record_all_open(run.workspace, connection, refused, at(9))
        .await;
    assert_eq!(all.unwrap(), [run.id]);
    assert!(!journal.finish_run(stranger, run.id, at(9)).await.unwrap());
    assert!(
        journal
            .finish_run(run.workspace, run.id, at(9))
            .await
            .unwrap()
    );
}
