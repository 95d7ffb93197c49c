//! What the owner of a run has sent again of it.

use arauto::store::Store;
use arauto_app::domain::{
    DeliveryEvent, DeliveryState, FailureReason, Gate, MemberMark, MessageId, RepeatAction, Run,
};

use super::home::Home;
use super::journal::news;
use super::samples::{at, claim, stored_run, workspace_id};

const REFUSED: FailureReason = FailureReason::InvalidMessage;

/// A finished run of three: sent, refused, out of the group. Tells the message that was refused.
async fn run_with_failures(store: &Store) -> (Run, MessageId) {
    let run = stored_run(store, 3).await;
    let (workspace, journal) = (run.workspace, &store.journal);
    let mut messages = Vec::new();
    for _ in 0..3 {
        let claimed = claim(store, &run, at(0)).await.unwrap();
        messages.push(claimed.message_id.unwrap());
    }
    let told = [
        news(&messages[0], DeliveryEvent::Acknowledged, at(1)),
        news(&messages[1], DeliveryEvent::Refused(REFUSED), at(2)),
        news(
            &messages[2],
            DeliveryEvent::Refused(FailureReason::NotInGroup),
            at(2),
        ),
    ];
    let changed = journal.record(workspace, run.connection, &told).await;
    assert_eq!(changed.unwrap(), [run.id]);
    assert!(journal.finish_run(workspace, run.id, at(3)).await.unwrap());
    (run, messages.swap_remove(1))
}

pub async fn failures_are_sent_again_once_as_other_messages(home: Home) {
    let (run, refused) = run_with_failures(&home.store).await;
    let (workspace, journal) = (run.workspace, &home.store.journal);
    let outcomes = journal.outcomes(workspace, run.id).await.unwrap();
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes.contains(&(DeliveryState::Failed(REFUSED), 1)));
    let failures = journal.repeatable(workspace, run.id, RepeatAction::Failures);
    let positions: Vec<u32> = failures.await.unwrap().iter().map(|d| d.position).collect();
    assert_eq!(positions, [1], "who left the group stays as it is");

    let gate = Gate {
        opens: at(1),
        closes: at(1_000),
    };
    // The other places are asked for too: the rule protects them.
    let renewed = journal.renew(workspace, run.id, 0, &[0, 1, 2], gate, at(9));
    assert_eq!(renewed.await.unwrap(), 1);
    let home = home.reopen().await;
    let journal = &home.store.journal;
    let opened = journal.run(workspace, run.id).await.unwrap().unwrap();
    assert_eq!((opened.finished_at, opened.gate), (None, gate));
    assert!(opened.reopened > 0);
    let renewed = journal.renew(workspace, run.id, 0, &[1], gate, at(9));
    assert_eq!(renewed.await.unwrap(), 0, "a second click");

    let again = claim(&home.store, &run, at(10)).await.unwrap();
    assert_eq!((again.position, again.attempts), (1, 2));
    assert_ne!(again.message_id.as_ref(), Some(&refused));
    let earlier = &again.earlier[0];
    assert_eq!(earlier.id.as_ref(), Some(&refused));
    assert_eq!(earlier.state, DeliveryState::Failed(REFUSED));
    assert!(claim(&home.store, &run, at(10)).await.is_none());
    // Another word on the first message is nothing new, and says nothing about this one.
    let late = [news(&refused, DeliveryEvent::Refused(REFUSED), at(11))];
    let changed = journal.record(workspace, run.connection, &late).await;
    assert!(changed.unwrap().is_empty());
    let message = again.message_id.unwrap();
    let ack = [news(&message, DeliveryEvent::Acknowledged, at(12))];
    journal
        .record(workspace, run.connection, &ack)
        .await
        .unwrap();
    assert!(journal.finish_run(workspace, run.id, at(13)).await.unwrap());
}

pub async fn of_two_who_ask_one_has_it_sent_again(home: Home) {
    let (run, _) = run_with_failures(&home.store).await;
    let journal = &home.store.journal;
    let ask = || journal.renew(run.workspace, run.id, 0, &[1], Gate::OPEN, at(9));
    let (one, two) = tokio::join!(ask(), ask());
    let mut renewed = [one.unwrap(), two.unwrap()];
    renewed.sort_unstable();
    assert_eq!(renewed, [0, 1]);
    let delivery = journal.delivery(run.workspace, run.id, 1).await.unwrap();
    assert_eq!(delivery.unwrap().earlier.len(), 1);
}

pub async fn an_end_that_races_leaves_nothing_behind(home: Home) {
    for _ in 0..8 {
        let (run, _) = run_with_failures(&home.store).await;
        let journal = &home.store.journal;
        let renew = journal.renew(run.workspace, run.id, 0, &[1], Gate::OPEN, at(9));
        let finish = async {
            for now in 10..14 {
                let finished = journal.finish_run(run.workspace, run.id, at(now));
                finished.await.unwrap();
            }
        };
        let (renewed, ()) = tokio::join!(renew, finish);
        assert_eq!(renewed.unwrap(), 1);
        let stored = journal.run(run.workspace, run.id).await.unwrap().unwrap();
        assert_eq!(stored.finished_at, None, "a message of it waits");
        assert!(claim(&home.store, &run, at(20)).await.is_some());
    }
}

pub async fn what_nobody_answered_is_its_owners_choice(home: Home) {
    let run = stored_run(&home.store, 2).await;
    let (workspace, journal) = (run.workspace, &home.store.journal);
    let mut messages = Vec::new();
    for position in 0..2 {
        let claimed = claim(&home.store, &run, at(0)).await.unwrap();
        messages.push(claimed.message_id.unwrap());
        let given_up = DeliveryEvent::GivenUp;
        let changed = journal.record_at(workspace, run.id, position, given_up, at(1));
        assert!(changed.await.unwrap());
    }
    assert!(claim(&home.store, &run, at(99)).await.is_none());
    assert!(journal.finish_run(workspace, run.id, at(2)).await.unwrap());
    let tally = journal.tally(workspace, run.id).await.unwrap();
    assert_eq!((tally.unanswered, tally.total()), (2, 2));
    // A late receipt of the first proves it.
    let read = [news(&messages[0], DeliveryEvent::Read, at(3))];
    let changed = journal.record(workspace, run.connection, &read).await;
    assert_eq!(changed.unwrap(), [run.id]);

    assert!(journal.presume(workspace, run.id, at(4)).await.unwrap());
    assert!(!journal.presume(workspace, run.id, at(4)).await.unwrap());
    let home = home.reopen().await;
    let journal = &home.store.journal;
    let tally = journal.tally(workspace, run.id).await.unwrap();
    assert_eq!((tally.read, tally.presumed), (1, 1));
    let ack = [news(&messages[1], DeliveryEvent::Acknowledged, at(5))];
    journal
        .record(workspace, run.connection, &ack)
        .await
        .unwrap();
    let tally = journal.tally(workspace, run.id).await.unwrap();
    assert_eq!((tally.read, tally.sent), (1, 1));
}

/// A run of two whose messages nobody answered and whose owner wants both once more.
async fn run_wanted_once_more(store: &Store) -> (Run, Vec<MessageId>) {
    let run = stored_run(store, 2).await;
    let (workspace, journal) = (run.workspace, &store.journal);
    let mut messages = Vec::new();
    for position in 0..2 {
        let claimed = claim(store, &run, at(0)).await.unwrap();
        messages.push(claimed.message_id.unwrap());
        let given_up =
            journal.record_at(workspace, run.id, position, DeliveryEvent::GivenUp, at(1));
        assert!(given_up.await.unwrap());
    }
    assert!(journal.finish_run(workspace, run.id, at(2)).await.unwrap());
    let renewed = journal.renew(workspace, run.id, 0, &[0, 1], Gate::OPEN, at(3));
    assert_eq!(renewed.await.unwrap(), 2);
    (run, messages)
}

pub async fn what_arrived_after_all_is_not_sent_once_more(home: Home) {
    let (run, messages) = run_wanted_once_more(&home.store).await;
    let home = home.reopen().await;
    let journal = &home.store.journal;
    let mut read = news(&messages[0], DeliveryEvent::Read, at(4));
    read.member = Some(MemberMark::from_bytes([7; 8]));
    let changed = journal.record(run.workspace, run.connection, &[read]).await;
    assert_eq!(changed.unwrap(), [run.id]);
    let first = journal.delivery(run.workspace, run.id, 0).await.unwrap();
    let first = first.unwrap();
    assert_eq!(first.state, DeliveryState::Read);
    assert_eq!(first.message_id.as_ref(), Some(&messages[0]));
    assert!(first.earlier.is_empty());
    let reached = journal.reached(run.workspace, run.id, &[0]).await.unwrap();
    assert_eq!(reached[0].1.read, 1);
    let again = claim(&home.store, &run, at(5)).await.unwrap();
    assert_eq!(again.position, 1, "the other one is");
    assert!(claim(&home.store, &run, at(5)).await.is_none());
}

pub async fn late_news_of_a_message_is_kept_with_it(home: Home) {
    let (run, messages) = run_wanted_once_more(&home.store).await;
    let again = claim(&home.store, &run, at(4)).await.unwrap();
    let journal = &home.store.journal;
    let mut late = news(&messages[0], DeliveryEvent::Received, at(5));
    late.member = Some(MemberMark::from_bytes([7; 8]));
    let late = [late];
    let changed = journal.record(run.workspace, run.connection, &late).await;
    assert_eq!(changed.unwrap(), [run.id]);
    let changed = journal.record(run.workspace, run.connection, &late).await;
    assert!(changed.unwrap().is_empty(), "told twice");
    let home = home.reopen().await;
    let journal = &home.store.journal;
    let stored = journal.delivery(run.workspace, run.id, 0).await.unwrap();
    let stored = stored.unwrap();
    assert_eq!(stored.state, DeliveryState::Sending);
    assert_eq!(stored.message_id, again.message_id);
    assert_eq!(stored.earlier[0].state, DeliveryState::Delivered);
    assert_eq!(stored.earlier[0].ended_at, Some(at(5)));
    let reached = journal.reached(run.workspace, run.id, &[0]).await.unwrap();
    assert!(reached.is_empty(), "that is of the present message");
}

pub async fn other_workspaces_repeat_nothing(home: Home) {
    let (run, _) = run_with_failures(&home.store).await;
    let (stranger, journal) = (workspace_id(), &home.store.journal);
    let failures = journal.repeatable(stranger, run.id, RepeatAction::Failures);
    assert!(failures.await.unwrap().is_empty());
    assert!(journal.outcomes(stranger, run.id).await.unwrap().is_empty());
    let renewed = journal.renew(stranger, run.id, 0, &[1], Gate::OPEN, at(9));
    assert_eq!(renewed.await.unwrap(), 0);
    assert!(!journal.presume(stranger, run.id, at(9)).await.unwrap());
    let stored = journal.run(run.workspace, run.id).await.unwrap().unwrap();
    assert_eq!((stored.finished_at, stored.reopened), (Some(at(3)), 0));
}
