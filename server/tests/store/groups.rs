//! Groups.

use std::sync::Arc;

use arauto::store::{DeliveryUpdate, GroupFact, GroupStore};
use arauto_app::domain::{
    ConnectionCause, ConnectionId, DeliveryEvent, Group, GroupQuery, GroupStanding, GroupSync,
    GroupSyncEnd, LastSent, Run, SyncOutcome, WorkspaceId,
};

use super::home::Home;
use super::samples::{at, claim, connection_id, deliveries, group, hold, jid, run, workspace_id};

pub async fn a_sync_replaces_and_marks_what_it_did_not_see(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let first = [
        group(connection, 1, "Um", at(0)),
        group(connection, 2, "Dois", at(0)),
    ];
    groups.put(workspace, &first).await.unwrap();
    assert_eq!(groups.count(workspace, connection).await.unwrap(), 2);

    let mut seen = group(connection, 2, "Dois, novo", at(10));
    seen.participants = 3;
    seen.announce_only = true;
    groups
        .put(workspace, std::slice::from_ref(&seen))
        .await
        .unwrap();
    groups
        .mark_unseen_as_gone(workspace, connection, at(10))
        .await
        .unwrap();
    let home = home.reopen().await;
    let groups = &home.store.groups;
    let mut gone = first[0].clone();
    gone.standing = GroupStanding::Gone;
    assert_eq!(
        everything(groups, workspace, connection).await,
        [seen.clone(), gone]
    );
    assert_eq!(groups.count(workspace, connection).await.unwrap(), 1);

    let (one, back) = (jid(1), GroupFact::Standing(GroupStanding::Member));
    let back = groups.change(workspace, connection, &one, &back).await;
    assert!(back.unwrap());
    let read = groups.get(workspace, connection, &jid(1)).await.unwrap();
    assert_eq!(read, Some(first[0].clone()));
    groups.delete_all(workspace, connection).await.unwrap();
    assert!(everything(groups, workspace, connection).await.is_empty());
}

/// All groups of a connection.
async fn everything(
    groups: &Arc<dyn GroupStore>,
    workspace: WorkspaceId,
    connection: ConnectionId,
) -> Vec<Group> {
    let query = GroupQuery::default();
    let found = groups.search(workspace, connection, &query, None, 10_000);
    found.await.unwrap()
}

pub async fn the_last_message_to_each_group_is_told(home: Home) {
    let groups = &home.store.groups;
    let (workspace, connection) = (workspace_id(), connection_id());
    hold(&home.store, workspace, connection).await;
    let jids = [jid(0), jid(1), jid(2)];
    let last = async || {
        groups
            .last_sent(workspace, connection, &jids)
            .await
            .unwrap()
    };
    assert_eq!(last().await, []);
    let mut runs = Vec::new();
    for (started, acknowledged) in [(0, 2), (100, 1)] {
        let run = run(workspace, connection, started);
        let journal = &home.store.journal;
        journal.begin_run(&run, &deliveries(&run, 2)).await.unwrap();
        for number in 0..2 {
            let now = at(started + 10 * number);
            let claimed = claim(&home.store, &run, now).await.unwrap();
            let update = DeliveryUpdate {
                member: None,
                message: claimed.message_id.unwrap(),
                event: DeliveryEvent::Acknowledged,
                at: now,
            };
            if number < acknowledged {
                journal
                    .record(workspace, connection, &[update])
                    .await
                    .unwrap();
            }
        }
        runs.push(run);
    }
    // The second run reached the first group only.
    let expected = |number: u64, millis, run: &Run| LastSent {
        jid: jid(number),
        at: at(millis),
        run: run.id,
        campaign: run.campaign,
    };
    assert_eq!(
        last().await,
        [expected(0, 100, &runs[1]), expected(1, 10, &runs[0])]
    );
    let strangers = groups.last_sent(workspace_id(), connection, &jids).await;
    assert_eq!(strangers.unwrap(), []);
    let journal = &home.store.journal;
    let deleted = journal.delete_runs(workspace, runs[1].campaign).await;
    deleted.unwrap();
    assert_eq!(last().await[0], expected(0, 0, &runs[0]));
}

pub async fn a_fact_changes_nothing_else_of_its_group(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let mut expected = group(connection, 1, "Um", at(0));
    expected.participants = 3;
    expected.community = Some("Bairro".into());
    let both = [expected.clone(), group(connection, 2, "Dois", at(0))];
    groups.put(workspace, &both).await.unwrap();
    let facts = [
        // Names are whatever people write.
        GroupFact::Subject("$subject {\"$set\": 1} 'pão'".into()),
        GroupFact::AnnounceOnly(true),
        GroupFact::Admin(false),
        GroupFact::Participants(2),
        GroupFact::Standing(GroupStanding::Gone),
        // What was missed before must not make the count negative.
        GroupFact::Participants(-7),
    ];
    for fact in facts {
        match &fact {
            GroupFact::Subject(subject) => expected.subject.clone_from(subject),
            GroupFact::AnnounceOnly(is) => expected.announce_only = *is,
            GroupFact::Admin(is) => expected.is_admin = *is,
            GroupFact::Participants(by) => {
                expected.participants = expected.participants.saturating_add_signed(*by);
            }
            GroupFact::Standing(standing) => expected.standing = *standing,
        }
        let changed = groups.change(workspace, connection, &jid(1), &fact).await;
        assert!(changed.unwrap(), "{fact:?}");
        let read = groups.get(workspace, connection, &jid(1)).await.unwrap();
        assert_eq!(read.as_ref(), Some(&expected), "{fact:?}");
    }
    let other = groups.get(workspace, connection, &jid(2)).await.unwrap();
    assert_eq!(other.as_ref(), Some(&both[1]));
    let fact = GroupFact::Admin(true);
    let unknown = groups.change(workspace, connection, &jid(3), &fact).await;
    assert!(!unknown.unwrap());
}

pub async fn facts_that_race_are_all_noted(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let known = group(connection, 1, "Um", at(0));
    groups.put(workspace, &[known]).await.unwrap();
    let comings = (0..40).map(|n| async move {
        let fact = match n {
            0 => GroupFact::Subject("Novo".into()),
            1 => GroupFact::AnnounceOnly(true),
            _ => GroupFact::Participants(1),
        };
        let changed = groups.change(workspace, connection, &jid(1), &fact).await;
        assert!(changed.unwrap());
    });
    futures::future::join_all(comings).await;
    let read = groups.get(workspace, connection, &jid(1)).await.unwrap();
    let read = read.unwrap();
    assert_eq!((read.participants, &*read.subject), (57 + 38, "Novo"));
    assert!(read.announce_only);
}

pub async fn the_latest_sync_is_kept(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let groups = &home.store.groups;
    let latest = async |groups: &Arc<dyn GroupStore>| {
        groups.latest_sync(workspace, connection).await.unwrap()
    };
    assert_eq!(latest(groups).await, None);
    let mut sync = GroupSync {
        began_at: at(1),
        end: None,
    };
    let outcomes = [
        None,
        Some(SyncOutcome::Completed { groups: 52 }),
        Some(SyncOutcome::Cancelled),
        Some(SyncOutcome::Failed {
            cause: ConnectionCause::RateLimited,
        }),
    ];
    for outcome in outcomes {
        sync.end = outcome.map(|outcome| GroupSyncEnd { at: at(2), outcome });
        let noted = groups.note_sync(workspace, connection, &sync).await;
        noted.unwrap();
        assert_eq!(latest(groups).await, Some(sync));
    }
    let home = home.reopen().await;
    let groups = &home.store.groups;
    assert_eq!(latest(groups).await, Some(sync));
    groups.delete_all(workspace, connection).await.unwrap();
    assert_eq!(latest(groups).await, None);
}

pub async fn other_workspaces_see_no_groups(home: Home) {
    let (workspace, stranger, connection) = (workspace_id(), workspace_id(), connection_id());
    let stored = group(connection, 1, "Um", at(0));
    let groups = &home.store.groups;
    groups
        .put(workspace, std::slice::from_ref(&stored))
        .await
        .unwrap();
    assert!(everything(groups, stranger, connection).await.is_empty());
    assert_eq!(
        groups.get(stranger, connection, &jid(1)).await.unwrap(),
        None
    );
    assert_eq!(
        groups
            .get(workspace, connection_id(), &jid(1))
            .await
            .unwrap(),
        None
    );
    assert_eq!(groups.count(stranger, connection).await.unwrap(), 0);
    groups
        .mark_unseen_as_gone(stranger, connection, at(9))
        .await
        .unwrap();
    let (one, gone) = (jid(1), GroupFact::Standing(GroupStanding::Gone));
    let changed = groups.change(stranger, connection, &one, &gone).await;
    assert!(!changed.unwrap());
    assert_eq!(
        groups.latest_sync(stranger, connection).await.unwrap(),
        None
    );
    groups.delete_all(stranger, connection).await.unwrap();
    groups
        .put(stranger, &[group(connection, 1, "Outro", at(0))])
        .await
        .unwrap();
    assert_eq!(everything(groups, workspace, connection).await, [stored]);
}
