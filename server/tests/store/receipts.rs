//! How many members a message reached.

use arauto::store::DeliveryUpdate;
use arauto_app::domain::{DeliveryEvent, FailureReason, MemberMark, MessageId, Reached};

use super::home::Home;
use super::samples::{at, claim, stored_run, workspace_id};

use DeliveryEvent::{Acknowledged, Read, Received};

fn receipt(message: &MessageId, event: DeliveryEvent, member: u8) -> DeliveryUpdate {
    DeliveryUpdate {
        message: message.clone(),
        event,
        member: (member > 0).then(|| MemberMark::from_bytes([member; 8])),
        at: at(1),
    }
}

pub async fn members_are_counted_once_and_late_receipts_count(home: Home) {
    let run = stored_run(&home.store, 3).await;
    let (workspace, connection) = (run.workspace, run.connection);
    let mut ids = Vec::new();
    while let Some(claimed) = claim(&home.store, &run, at(0)).await {
        ids.push(claimed.message_id.unwrap());
    }
    let told = [
        receipt(&ids[0], Acknowledged, 0),
        receipt(&ids[0], Received, 1),
        receipt(&ids[0], Received, 2),
        receipt(&ids[0], Received, 2),
        receipt(&ids[0], Read, 2),
        receipt(&ids[2], Read, 255),
    ];
    let journal = &home.store.journal;
    let changed = journal.record(workspace, connection, &told).await.unwrap();
    assert_eq!(changed, [run.id]);
    // The second device of a member, and a repetition.
    let known = [receipt(&ids[0], Received, 1), receipt(&ids[0], Read, 2)];
    let changed = journal.record(workspace, connection, &known).await.unwrap();
    assert!(changed.is_empty(), "nothing is new");

    let home = home.reopen().await;
    let journal = &home.store.journal;
    let late = [receipt(&ids[0], Received, 3), receipt(&ids[0], Read, 1)];
    let changed = journal.record(workspace, connection, &late).await.unwrap();
    assert_eq!(changed, [run.id], "its state stays, its numbers do not");
    let reached = journal.reached(workspace, run.id, &[0, 1, 2]).await;
    let expected = |delivered, read| Reached { delivered, read };
    assert_eq!(reached.unwrap(), [(0, expected(3, 2)), (2, expected(1, 1))]);
    let one = journal.reached(workspace, run.id, &[2]).await.unwrap();
    assert_eq!(one.len(), 1);
    let stranger = journal.reached(workspace_id(), run.id, &[0]).await;
    assert!(stranger.unwrap().is_empty());

    journal.delete_runs(workspace, run.campaign).await.unwrap();
    let gone = journal.reached(workspace, run.id, &[0]).await.unwrap();
    assert!(gone.is_empty());
}

pub async fn receipts_of_what_failed_and_of_strangers_count_nothing(home: Home) {
    let run = stored_run(&home.store, 1).await;
    let (workspace, connection) = (run.workspace, run.connection);
    let message = claim(&home.store, &run, at(0)).await.unwrap().message_id;
    let message = message.unwrap();
    let journal = &home.store.journal;
    let refused = DeliveryEvent::Refused(FailureReason::InvalidMessage);
    let told = [receipt(&message, refused, 0)];
    journal.record(workspace, connection, &told).await.unwrap();
    let received = [receipt(&message, Received, 1)];
    for owner in [workspace, workspace_id()] {
        let changed = journal.record(owner, connection, &received).await.unwrap();
        assert!(changed.is_empty());
    }
    let reached = journal.reached(workspace, run.id, &[0]).await.unwrap();
    assert!(reached.is_empty());
}
