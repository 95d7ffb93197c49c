//! The journal, one call after the other.

use arauto::store::{DeliveryUpdate, Due, StoreError};
use arauto_app::domain::{
    DeliveryEvent, DeliveryState, FIRST_TEST, FailureReason, Gate, MessageId, Recipient, RunOrigin,
    RunTally, Timestamp,
};

use super::home::Home;
use super::samples::{
    NOTHING_HELD, at, claim, connection_id, deliveries, first_lease, hold, message_id, run,
    stored_run, workspace_id,
};

pub fn news(message: &MessageId, event: DeliveryEvent, at: Timestamp) -> DeliveryUpdate {
    DeliveryUpdate {
        member: None,
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

pub async fn pending_deliveries_are_claimed_in_order_and_runs_take_turns(home: Home) {
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
    assert_eq!(due, Some(Due::Message(at(20))));
    let turns = [(&earlier, 0), (&later, 0), (&earlier, 1), (&later, 1)];
    for (now, (run, position)) in (20..).map(at).zip(turns) {
        let fresh = message_id();
        let claimed = journal.claim_due(&lease, now, NOTHING_HELD, &fresh).await;
        let claimed = claimed.unwrap().unwrap();
        assert_eq!((claimed.run, claimed.position), (run.id, position));
        assert_eq!(claimed.message_id, Some(fresh));
        assert_eq!(
            (claimed.state, claimed.attempts),
            (DeliveryState::Sending, 1)
        );
        assert_eq!(claimed.attempted_at, Some(now));
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
    assert_eq!(due.unwrap(), Some(Due::Message(at(50))));
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

pub async fn a_run_sends_while_its_gate_is_open(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let lease = hold(&home.store, workspace, connection).await;
    let mut windowed = run(workspace, connection, 0);
    let first = Gate {
        opens: at(10),
        closes: at(20),
    };
    windowed.gate = first;
    let journal = &home.store.journal;
    let three = deliveries(&windowed, 3);
    journal.begin_run(&windowed, &three).await.unwrap();
    let due = |now| journal.next_due(workspace, connection, at(now), NOTHING_HELD);
    let claim = async |now| {
        let fresh = message_id();
        let claimed = journal.claim_due(&lease, at(now), NOTHING_HELD, &fresh);
        claimed.await.unwrap()
    };
    assert_eq!(due(5).await.unwrap(), Some(Due::Message(at(10))));
    assert_eq!(claim(9).await, None);
    let sent = claim(10).await.unwrap();
    let marked = journal.mark_unconfirmed(workspace, connection, at(12), at(15));
    assert_eq!(marked.await.unwrap(), [windowed.id]);

    // Neither the next message nor the repetition leaves outside.
    assert_eq!(due(20).await.unwrap(), Some(Due::Gate));
    assert_eq!(claim(20).await, None);
    let over = journal.runs_past_their_gate(workspace, connection, at(20));
    assert_eq!(over.await.unwrap(), std::slice::from_ref(&windowed));
    let next = Gate {
        opens: at(30),
        closes: at(40),
    };
    let stale = journal.move_gate(workspace, windowed.id, Gate::OPEN, next);
    assert!(!stale.await.unwrap());
    let moved = journal.move_gate(workspace, windowed.id, first, next);
    assert!(moved.await.unwrap());
    assert_eq!(due(20).await.unwrap(), Some(Due::Message(at(30))));
    let home = home.reopen().await;
    let journal = &home.store.journal;
    let fresh = message_id();
    let again = journal.claim_due(&lease, at(30), NOTHING_HELD, &fresh);
    let again = again.await.unwrap().unwrap();
    assert_eq!((again.id, again.message_id), (sent.id, sent.message_id));

    // Its owner pauses it, for good.
    let shut = journal.move_gate(workspace, windowed.id, next, Gate::SHUT);
    assert!(shut.await.unwrap());
    let due = journal.next_due(workspace, connection, at(50), NOTHING_HELD);
    let never = Due::Message(Gate::SHUT.opens);
    assert_eq!(due.await.unwrap(), Some(never));
    let ended = DeliveryEvent::Refused(FailureReason::CampaignEnded);
    let changed = journal.record_pending_of(workspace, windowed.id, ended, at(60));
    assert!(changed.await.unwrap());
    let tally = journal.tally(workspace, windowed.id).await.unwrap();
    assert_eq!((tally.skipped, tally.sending), (2, 1));
    let stranger = journal.record_pending_of(workspace_id(), windowed.id, ended, at(60));
    assert!(!stranger.await.unwrap());
}

pub async fn a_time_of_the_schedule_begins_one_run(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let journal = &home.store.journal;
    let mut first = run(workspace, connection, 5);
    first.origin = RunOrigin::Schedule;
    journal
        .begin_run(&first, &deliveries(&first, 1))
        .await
        .unwrap();
    let mut second = run(workspace, connection, 6);
    (second.campaign, second.number) = (first.campaign, 2);
    (second.origin, second.due_at) = (RunOrigin::Schedule, first.due_at);
    let again = journal.begin_run(&second, &deliveries(&second, 1)).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    // A person may begin one at that very moment.
    second.origin = RunOrigin::Person;
    journal
        .begin_run(&second, &deliveries(&second, 1))
        .await
        .unwrap();
}

pub async fn earlier_runs_are_listed_from_the_latest(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let journal = &home.store.journal;
    let first = run(workspace, connection, 0);
    for number in 1..=4 {
        let mut run = run(workspace, connection, i64::from(number));
        (run.campaign, run.number) = (first.campaign, number);
        journal.begin_run(&run, &deliveries(&run, 1)).await.unwrap();
    }
    let numbers = async |workspace, before| {
        let runs = journal.runs_before(workspace, first.campaign, before, 2);
        let runs = runs.await.unwrap();
        runs.iter().map(|run| run.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(workspace, u32::MAX).await, [4, 3]);
    assert_eq!(numbers(workspace, 3).await, [2, 1]);
    assert!(numbers(workspace_id(), u32::MAX).await.is_empty());
}

pub async fn the_runs_of_a_stretch_of_time_are_listed_from_the_latest(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let journal = &home.store.journal;
    for (number, started) in [(1, 10), (2, 20), (3, 30)] {
        let mut run = run(workspace, connection, started);
        run.number = number;
        journal.begin_run(&run, &deliveries(&run, 1)).await.unwrap();
    }
    let numbers = async |workspace, from, to, limit| {
        let runs = journal.runs_between(workspace, at(from)..at(to), limit);
        let runs = runs.await.unwrap();
        runs.iter().map(|run| run.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(workspace, 10, 30, 5).await, [2, 1]);
    assert_eq!(numbers(workspace, 0, 99, 2).await, [3, 2]);
    assert!(numbers(workspace_id(), 0, 99, 5).await.is_empty());
}

pub async fn tests_are_numbered_and_listed_apart(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let journal = &home.store.journal;
    let first = run(workspace, connection, 1);
    journal
        .begin_run(&first, &deliveries(&first, 1))
        .await
        .unwrap();
    let test = async |ordinal: u32, started| {
        let mut test = run(workspace, connection, started);
        test.campaign = first.campaign;
        (test.origin, test.number) = (RunOrigin::Test, FIRST_TEST + ordinal - 1);
        let mut message = deliveries(&test, 1);
        message[0].target = Recipient::Oneself;
        let begun = journal.begin_run(&test, &message).await;
        begun.map(|()| (test, message))
    };
    let (one, message) = test(1, 2).await.unwrap();
    let (two, _) = test(2, 3).await.unwrap();
    let again = test(2, 4).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");

    assert_eq!((two.ordinal(), two.is_test()), (2, true));
    let tests = async |workspace, limit| {
        let tests = journal.tests(workspace, first.campaign, limit).await;
        tests.unwrap()
    };
    assert_eq!(tests(workspace, 9).await, [two.clone(), one.clone()]);
    assert_eq!(tests(workspace, 1).await, std::slice::from_ref(&two));
    assert!(tests(workspace_id(), 9).await.is_empty());
    let stored = journal.deliveries(workspace, one.id).await.unwrap();
    assert_eq!(stored, message);

    // They are none of the campaign's runs, and go on like those.
    let latest = journal.latest_run(workspace, first.campaign).await;
    assert_eq!(latest.unwrap().as_ref(), Some(&first));
    let runs = journal.runs_before(workspace, first.campaign, u32::MAX, 9);
    assert_eq!(runs.await.unwrap(), std::slice::from_ref(&first));
    let runs = journal.runs_between(workspace, at(0)..at(99), 9).await;
    assert_eq!(runs.unwrap(), std::slice::from_ref(&first));
    let open = journal.every_open_run().await.unwrap();
    let open = open.iter().filter(|run| run.workspace == workspace).count();
    assert_eq!(open, 3);
    journal
        .delete_runs(workspace, first.campaign)
        .await
        .unwrap();
    assert!(tests(workspace, 9).await.is_empty());
}
