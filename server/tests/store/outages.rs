//! Outages of connections: what is noted of them, and the runs that waited through one.

use arauto::store::Due;
use arauto_app::domain::{
    AfterOutage, Backlog, DeliveryEvent, DeliveryState, FailureReason, Outage, Run,
};

use super::home::Home;
use super::journal::news;
use super::samples::{
    NOTHING_HELD, at, claim, connection, connection_id, deliveries, first_lease, hold, message_id,
    run, workspace_id,
};

const DROPPED: FailureReason = FailureReason::DroppedAfterOutage;

const fn outage(lost_at: i64, back_at: i64) -> Outage {
    Outage {
        lost_at: at(lost_at),
        back_at: at(back_at),
        dropping: false,
    }
}

pub async fn the_settings_and_the_note_of_an_outage_are_kept(home: Home) {
    let mut expected = connection(workspace_id(), "Loja");
    let (workspace, id) = (expected.workspace, expected.id);
    home.store.connections.insert(&expected).await.unwrap();
    let mut home = home;
    for after_outage in [AfterOutage::Drop, AfterOutage::Send, AfterOutage::Ask] {
        let connections = &home.store.connections;
        connections
            .set_settings(workspace, id, "Balcão", after_outage)
            .await
            .unwrap();
        connections.set_able(workspace, id, at(5)).await.unwrap();
        let noted = Some(outage(5, 900_000));
        let changed = connections.change_outage(workspace, id, expected.outage, noted);
        assert!(changed.await.unwrap());
        expected.name = "Balcão".into();
        (expected.after_outage, expected.able_at) = (after_outage, Some(at(900_000)));
        expected.outage = noted;
        home = home.reopen().await;
        let stored = home.store.connections.get(workspace, id).await.unwrap();
        assert_eq!(stored, Some(expected.clone()));
    }
    // What is noted of an outage does not turn back what is known since, and settling it neither.
    let connections = &home.store.connections;
    let later = at(1_000_000);
    connections.set_able(workspace, id, later).await.unwrap();
    let earlier = Some(outage(0, 600_000));
    for (from, to) in [(expected.outage, earlier), (earlier, None)] {
        let changed = connections.change_outage(workspace, id, from, to);
        assert!(changed.await.unwrap());
        let stored = connections.get(workspace, id).await.unwrap().unwrap();
        assert_eq!((stored.able_at, stored.outage), (Some(later), to));
    }
    (expected.able_at, expected.outage) = (Some(later), None);
    // A new row keeps all of it too.
    let mut another = connection(workspace, "Outra");
    (another.able_at, another.outage) = (Some(at(7)), Some(outage(1, 2)));
    home.store.connections.insert(&another).await.unwrap();
    let listed = home.store.connections.list(workspace).await.unwrap();
    assert_eq!(listed, [expected, another]);
}

pub async fn of_two_answers_to_one_question_one_counts(home: Home) {
    let stored = connection(workspace_id(), "Loja");
    let (workspace, id) = (stored.workspace, stored.id);
    let connections = &home.store.connections;
    connections.insert(&stored).await.unwrap();
    let asked = outage(0, 900_000);
    let change = |from, to| connections.change_outage(workspace, id, from, to);
    assert!(
        !change(Some(asked), None).await.unwrap(),
        "nobody was asked"
    );
    assert!(change(None, Some(asked)).await.unwrap());
    assert!(!change(None, Some(asked)).await.unwrap());
    let drop = Outage {
        dropping: true,
        ..asked
    };
    let (sent, dropped) = tokio::join!(change(Some(asked), None), change(Some(asked), Some(drop)));
    let (sent, dropped) = (sent.unwrap(), dropped.unwrap());
    assert!(sent != dropped, "both, or none");
    let left = connections.get(workspace, id).await.unwrap().unwrap();
    assert_eq!(left.outage, dropped.then_some(drop));
    connections.delete(workspace, id).await.unwrap();
    assert!(!change(None, Some(asked)).await.unwrap(), "it is gone");
}

/// Two runs of one connection: one from before the outage and one from after it.
async fn two_runs(home: &Home) -> (Run, Run) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let (old, new) = (
        run(workspace, connection, 100),
        run(workspace, connection, 500),
    );
    hold(&home.store, workspace, connection).await;
    for run in [&old, &new] {
        let deliveries = deliveries(run, 3);
        let begun = home.store.journal.begin_run(run, &deliveries);
        begun.await.unwrap();
    }
    (old, new)
}

pub async fn runs_from_before_an_outage_wait_and_later_ones_go(home: Home) {
    let (old, new) = two_runs(&home).await;
    let (workspace, connection) = (old.workspace, old.connection);
    let journal = &home.store.journal;
    let retry = claim(&home.store, &old, at(200)).await.unwrap();
    let marked = journal.mark_unconfirmed(workspace, connection, at(200), at(210));
    assert_eq!(marked.await.unwrap(), [old.id]);
    // The run that began at that very moment does not wait.
    let held_before = new.started_at;
    for position in 0..3 {
        let due = journal.next_due(workspace, connection, at(600), held_before);
        assert_eq!(due.await.unwrap(), Some(Due::Message(at(600))));
        let fresh = message_id();
        let claimed = journal
            .claim_due(
                &first_lease(workspace, connection),
                at(600),
                held_before,
                &fresh,
            )
            .await;
        let claimed = claimed.unwrap().unwrap();
        assert_eq!((claimed.run, claimed.position), (new.id, position));
    }
    let claimed = journal
        .claim_due(
            &first_lease(workspace, connection),
            at(600),
            held_before,
            &message_id(),
        )
        .await;
    assert_eq!(claimed.unwrap(), None);
    let due = journal.next_due(workspace, connection, at(600), held_before);
    assert_eq!(due.await.unwrap(), None);
    // Without the hold: first what has to be confirmed, with its id.
    let again = claim(&home.store, &old, at(600)).await.unwrap();
    assert_eq!((again.id, again.message_id), (retry.id, retry.message_id));
    assert_eq!(again.attempts, 2);
}

pub async fn only_what_was_never_handed_over_is_skipped(home: Home) {
    let (old, new) = two_runs(&home).await;
    let (workspace, connection) = (old.workspace, old.connection);
    let journal = &home.store.journal;
    let backlog = async |before| {
        journal
            .backlog(workspace, connection, at(before))
            .await
            .unwrap()
    };
    assert_eq!(backlog(100).await, Backlog::default());
    let sent = claim(&home.store, &old, at(200)).await.unwrap();
    let waits = |pending, handed_over, since: Option<i64>| Backlog {
        pending,
        handed_over,
        waiting_since: since.map(at),
    };
    assert_eq!(backlog(500).await, waits(2, 1, Some(100)));
    assert_eq!(backlog(501).await, waits(5, 1, Some(100)));
    let refused = DeliveryEvent::Refused(DROPPED);
    let skip = || journal.record_all_pending(workspace, connection, at(500), refused, at(600));
    assert_eq!(skip().await.unwrap(), [old.id]);
    assert!(skip().await.unwrap().is_empty(), "once is enough");
    assert_eq!(backlog(500).await, waits(0, 1, None));
    assert_eq!(backlog(501).await, waits(3, 1, Some(500)));
    let stored = journal.deliveries(workspace, old.id).await.unwrap();
    let states: Vec<_> = stored.iter().map(|delivery| delivery.state).collect();
    let skipped = DeliveryState::Skipped(DROPPED);
    assert_eq!(states, [DeliveryState::Sending, skipped, skipped]);
    // What was handed over is confirmed, and ends the run.
    assert!(
        !journal
            .finish_run(workspace, old.id, at(601))
            .await
            .unwrap()
    );
    let ack = [news(
        &sent.message_id.unwrap(),
        DeliveryEvent::Acknowledged,
        at(602),
    )];
    journal.record(workspace, connection, &ack).await.unwrap();
    assert!(
        journal
            .finish_run(workspace, old.id, at(603))
            .await
            .unwrap()
    );
    let home = home.reopen().await;
    let tally = home.store.journal.tally(workspace, new.id).await.unwrap();
    assert_eq!(tally.pending, 3, "a later run is not concerned");
}

pub async fn other_workspaces_settle_nothing(home: Home) {
    let (old, _) = two_runs(&home).await;
    let (stranger, connection_id) = (workspace_id(), old.connection);
    let journal = &home.store.journal;
    let backlog = journal.backlog(stranger, connection_id, at(900));
    assert_eq!(backlog.await.unwrap(), Backlog::default());
    let refused = DeliveryEvent::Refused(DROPPED);
    let skipped = journal.record_all_pending(stranger, connection_id, at(900), refused, at(900));
    assert!(skipped.await.unwrap().is_empty());
    assert!(claim(&home.store, &old, at(900)).await.is_some());
    let held = journal.next_due(stranger, connection_id, at(900), NOTHING_HELD);
    assert_eq!(held.await.unwrap(), None);

    let stored = connection(workspace_id(), "Loja");
    let connections = &home.store.connections;
    connections.insert(&stored).await.unwrap();
    connections
        .set_settings(stranger, stored.id, "Minha", AfterOutage::Drop)
        .await
        .unwrap();
    connections
        .set_able(stranger, stored.id, at(1))
        .await
        .unwrap();
    let changed = connections.change_outage(stranger, stored.id, None, Some(outage(0, 1)));
    assert!(!changed.await.unwrap());
    let left = connections.get(stored.workspace, stored.id).await.unwrap();
    assert_eq!(left, Some(stored));
}
