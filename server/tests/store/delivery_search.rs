//! Looking for deliveries of a run.

use arauto::store::Store;
use arauto_app::domain::{
    DeliveryEvent, DeliveryKind, DeliveryQuery, FailureReason, Run, RunTally,
};

use super::home::Home;
use super::samples::{at, claim, connection_id, deliveries, hold, run, stored_run, workspace_id};

fn query(text: &str, kind: DeliveryKind) -> DeliveryQuery {
    DeliveryQuery {
        text: text.into(),
        kind,
    }
}

async fn positions(
    store: &Store,
    run: &Run,
    query: &DeliveryQuery,
    skipped: u32,
    limit: u32,
) -> Vec<u32> {
    let found = store
        .journal
        .search_deliveries(run.workspace, run.id, query, skipped, limit);
    let found = found.await.unwrap();
    found.iter().map(|delivery| delivery.position).collect()
}

pub async fn pages_follow_each_other_and_filters_agree_with_their_counts(home: Home) {
    const DELIVERIES: u32 = 120;
    let run = stored_run(&home.store, DELIVERIES).await;
    let (workspace, journal) = (run.workspace, &home.store.journal);
    let event = |position| match position % 4 {
        0 => DeliveryEvent::Acknowledged,
        1 => DeliveryEvent::Refused(FailureReason::InvalidMessage),
        2 => DeliveryEvent::Read,
        _ => DeliveryEvent::GivenUp,
    };
    for position in 0..60 {
        claim(&home.store, &run, at(0)).await.unwrap();
        let changed = journal.record_at(workspace, run.id, position, event(position), at(1));
        assert!(changed.await.unwrap());
    }
    let home = home.reopen().await;
    let tally = home.store.journal.tally(workspace, run.id).await.unwrap();
    for kind in DeliveryKind::EVERY {
        let all = query("", kind);
        let mut found = Vec::new();
        loop {
            let skipped = u32::try_from(found.len()).unwrap();
            let page = positions(&home.store, &run, &all, skipped, 50).await;
            let is_last = page.len() < 50;
            found.extend(page);
            if is_last {
                break;
            }
        }
        assert_eq!(found.len(), kind.count(&tally) as usize, "{kind:?}");
        assert!(found.is_sorted());
    }
    let failed = positions(&home.store, &run, &query("", DeliveryKind::Failed), 2, 3).await;
    assert_eq!(failed, [9, 13, 17]);
}

pub async fn a_search_of_a_run_minds_neither_case_nor_accents(home: Home) {
    let run = run(workspace_id(), connection_id(), 0);
    hold(&home.store, run.workspace, run.connection).await;
    let mut three = deliveries(&run, 4);
    let names = ["Pão da Vovó", "𝐏𝐀̃𝐎 quente 50%", "Café_Central", "Bairro"];
    for (delivery, name) in three.iter_mut().zip(names) {
        delivery.target_name = name.into();
    }
    let journal = &home.store.journal;
    journal.begin_run(&run, &three).await.unwrap();
    let found = async |text| {
        let all = query(text, DeliveryKind::All);
        let tally = journal.tally_of_search(run.workspace, run.id, text).await;
        let found = positions(&home.store, &run, &all, 0, 50).await;
        assert_eq!(tally.unwrap().pending as usize, found.len());
        found
    };
    assert_eq!(found("pao").await, [0, 1]);
    assert_eq!(found(" PÃO D").await, [0]);
    assert_eq!(found("0%").await, [1]);
    assert_eq!(found("e_c").await, [2]);
    assert_eq!(found(".*").await, [] as [u32; 0]);
    assert_eq!(found("").await, [0, 1, 2, 3]);
}

pub async fn what_changed_is_still_found(home: Home) {
    let run = stored_run(&home.store, 3).await;
    claim(&home.store, &run, at(0)).await.unwrap();
    let queued = query("grupo 0", DeliveryKind::Queued);
    assert_eq!(positions(&home.store, &run, &queued, 0, 9).await, [0]);
    let journal = &home.store.journal;
    let changed = journal.record_at(run.workspace, run.id, 0, DeliveryEvent::Read, at(1));
    assert!(changed.await.unwrap());
    assert!(positions(&home.store, &run, &queued, 0, 9).await.is_empty());
    let read = query("GRUPO 0", DeliveryKind::Read);
    assert_eq!(positions(&home.store, &run, &read, 0, 9).await, [0]);
}

pub async fn other_workspaces_find_no_deliveries(home: Home) {
    let run = stored_run(&home.store, 3).await;
    let (stranger, journal) = (workspace_id(), &home.store.journal);
    let all = DeliveryQuery::default();
    let found = journal
        .search_deliveries(stranger, run.id, &all, 0, 9)
        .await;
    assert!(found.unwrap().is_empty());
    let tally = journal.tally_of_search(stranger, run.id, "grupo").await;
    assert_eq!(tally.unwrap(), RunTally::default());
}
