//! Groups.

use arauto_app::domain::GroupStanding;

use super::home::Home;
use super::samples::{at, connection_id, group, jid, workspace_id};

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
        groups.list(workspace, connection).await.unwrap(),
        [seen.clone(), gone]
    );
    assert_eq!(groups.count(workspace, connection).await.unwrap(), 1);

    let one = jid(1);
    let back = groups.set_standing(workspace, connection, &one, GroupStanding::Member);
    back.await.unwrap();
    let read = groups.get(workspace, connection, &jid(1)).await.unwrap();
    assert_eq!(read, Some(first[0].clone()));
    groups.delete_all(workspace, connection).await.unwrap();
    assert!(groups.list(workspace, connection).await.unwrap().is_empty());
}

pub async fn members_come_first_then_by_subject(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let mut all: Vec<_> = (0..300)
        .map(|n| group(connection, n, &format!("grupo {n:03}"), at(0)))
        .collect();
    all[0].standing = GroupStanding::Gone;
    all[299].subject = "A capital comes before no small letter".into();
    home.store.groups.put(workspace, &all).await.unwrap();
    let listed = home.store.groups.list(workspace, connection).await.unwrap();
    assert_eq!(listed.len(), 300);
    assert_eq!((&listed[0], &listed[299]), (&all[299], &all[0]));
    assert_eq!(listed[1..299], all[1..299]);
}

pub async fn other_workspaces_see_no_groups(home: Home) {
    let (workspace, stranger, connection) = (workspace_id(), workspace_id(), connection_id());
    let stored = group(connection, 1, "Um", at(0));
    let groups = &home.store.groups;
    groups
        .put(workspace, std::slice::from_ref(&stored))
        .await
        .unwrap();
    assert!(groups.list(stranger, connection).await.unwrap().is_empty());
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
    let one = jid(1);
    let gone = groups.set_standing(stranger, connection, &one, GroupStanding::Gone);
    gone.await.unwrap();
    groups.delete_all(stranger, connection).await.unwrap();
    groups
        .put(stranger, &[group(connection, 1, "Outro", at(0))])
        .await
        .unwrap();
    assert_eq!(groups.list(workspace, connection).await.unwrap(), [stored]);
}
