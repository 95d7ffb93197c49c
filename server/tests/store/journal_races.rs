//! The journal, many calls at the same time.

use std::collections::HashSet;

use arauto::store::{DeliveryUpdate, StoreError};
use arauto_app::domain::DeliveryEvent;
use futures::future::join_all;

use super::home::Home;
use super::samples::{
    NOTHING_HELD, at, claim, connection_id, deliveries, first_lease, hold, message_id, run,
    stored_run, workspace_id,
};

pub async fn of_two_starts_one_wins(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let one = run(workspace, connection, 0);
    let mut two = run(workspace, connection, 1);
    two.campaign = one.campaign;
    hold(&home.store, workspace, connection).await;
    let (of_one, of_two) = (deliveries(&one, 20), deliveries(&two, 20));
    let journal = &home.store.journal;
    let (first, second) = tokio::join!(
        journal.begin_run(&one, &of_one),
        journal.begin_run(&two, &of_two)
    );
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let ((won, of_won), lost) = if first.is_ok() {
        ((&one, of_one), &two)
    } else {
        ((&two, of_two), &one)
    };
    let error = first.and(second);
    assert!(matches!(error, Err(StoreError::Conflict(_))), "{error:?}");
    assert_eq!(journal.deliveries(workspace, won.id).await.unwrap(), of_won);
    assert_eq!(journal.run(workspace, lost.id).await.unwrap(), None);
    assert!(
        journal
            .deliveries(workspace, lost.id)
            .await
            .unwrap()
            .is_empty()
    );
    for _ in 0..20 {
        assert_eq!(claim(&home.store, won, at(9)).await.unwrap().run, won.id);
    }
    assert!(claim(&home.store, won, at(9)).await.is_none());

    // A start that is repeated with the same run harms nothing.
    let again = journal.begin_run(won, &of_won).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    let tally = journal.tally(workspace, won.id).await.unwrap();
    assert_eq!((tally.sending, tally.total()), (20, 20));
}

pub async fn each_delivery_is_claimed_once(home: Home) {
    const DELIVERIES: u32 = 60;
    let run = stored_run(&home.store, DELIVERIES).await;
    let claimers = (0..8).map(|_| {
        let (store, run) = (home.store.clone(), run.clone());
        tokio::spawn(async move {
            let mut claimed = Vec::new();
            while let Some(delivery) = claim(&store, &run, at(0)).await {
                claimed.push((delivery.position, delivery.message_id));
            }
            claimed
        })
    });
    let claimed: Vec<_> = join_all(claimers)
        .await
        .into_iter()
        .flat_map(Result::unwrap)
        .collect();
    assert_eq!(claimed.len(), DELIVERIES as usize);
    let positions: HashSet<_> = claimed.iter().map(|(position, _)| position).collect();
    assert_eq!(positions.len(), DELIVERIES as usize);
    for delivery in home
        .store
        .journal
        .deliveries(run.workspace, run.id)
        .await
        .unwrap()
    {
        assert!(claimed.contains(&(delivery.position, delivery.message_id)));
        assert_eq!(delivery.attempts, 1);
    }
}

pub async fn acknowledgements_that_race_are_all_applied(home: Home) {
    const DELIVERIES: u32 = 12;
    let run = stored_run(&home.store, DELIVERIES).await;
    let mut ids = Vec::new();
    while let Some(delivery) = claim(&home.store, &run, at(0)).await {
        ids.push(delivery.message_id.unwrap());
    }
    let events = [
        DeliveryEvent::Acknowledged,
        DeliveryEvent::Received,
        DeliveryEvent::Read,
    ];
    let calls = events.into_iter().flat_map(|event| {
        let journal = &home.store.journal;
        ids.iter().map(move |id| async move {
            let update = DeliveryUpdate {
                member: None,
                message: id.clone(),
                event,
                at: at(1),
            };
            journal
                .record(run.workspace, run.connection, &[update])
                .await
                .unwrap();
        })
    });
    join_all(calls).await;
    let tally = home
        .store
        .journal
        .tally(run.workspace, run.id)
        .await
        .unwrap();
    assert_eq!(tally.read, DELIVERIES);
}

pub async fn a_dropped_caller_leaves_no_half_change(home: Home) {
    const ROUNDS: u32 = 30;
    let run = stored_run(&home.store, ROUNDS).await;
    let lease = first_lease(run.workspace, run.connection);
    let journal = &home.store.journal;
    for round in 0..ROUNDS {
        let fresh = message_id();
        let mut call = journal.claim_due(&lease, at(0), NOTHING_HELD, &fresh);
        // Polled a few times, then dropped, as axum does when a browser disconnects.
        for _ in 0..round % 4 {
            if futures::poll!(&mut call).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    // What was claimed is whole, and the store still works.
    home.store.meta.ping().await.unwrap();
    while claim(&home.store, &run, at(0)).await.is_some() {}
    for delivery in journal.deliveries(run.workspace, run.id).await.unwrap() {
        assert_eq!(delivery.attempts, 1);
        assert!(delivery.message_id.is_some() && delivery.attempted_at == Some(at(0)));
    }
}
