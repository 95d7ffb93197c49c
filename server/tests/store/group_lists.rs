//! Lists of groups.

use arauto::store::StoreError;
use arauto_app::domain::GroupJid;

use super::home::Home;
use super::samples::{at, connection_id, group_list, group_list_id, jid, workspace_id};

fn jids(numbers: &[u64]) -> Vec<GroupJid> {
    numbers.iter().map(|number| jid(*number)).collect()
}

pub async fn they_are_listed_by_name_and_kept(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let lists = &home.store.group_lists;
    let [zebra, agua, pao] = [
        group_list(workspace, connection, "zebra", &[1]),
        group_list(workspace, connection, "Água", &[2, 1]),
        group_list(workspace, connection, "Pão", &[]),
    ];
    for list in [&zebra, &agua, &pao] {
        lists.insert(list).await.unwrap();
    }
    let elsewhere = group_list(workspace, connection_id(), "Pão", &[5]);
    lists.insert(&elsewhere).await.unwrap();
    let home = home.reopen().await;
    let lists = &home.store.group_lists;
    let listed = lists.list(workspace, connection).await.unwrap();
    assert_eq!(listed, [agua.clone(), pao, zebra.clone()]);
    lists.delete(workspace, agua.id).await.unwrap();
    lists.delete(workspace, agua.id).await.unwrap();
    assert_eq!(lists.get(workspace, agua.id).await.unwrap(), None);
    let read = lists.get(workspace, zebra.id).await.unwrap();
    assert_eq!(read, Some(zebra));
}

pub async fn a_name_is_taken_however_it_is_written(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let lists = &home.store.group_lists;
    let mut list = group_list(workspace, connection, "Clientes da Padaria São João", &[1]);
    let other = group_list(workspace, connection, "Outros", &[2]);
    lists.insert(&list).await.unwrap();
    lists.insert(&other).await.unwrap();
    let alike = "CLIENTES da padaria sao joao";
    let again = group_list(workspace, connection, alike, &[]);
    let taken = lists.insert(&again).await;
    assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
    let taken = lists.rename(workspace, other.id, alike, at(1)).await;
    assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
    assert_eq!(
        lists.get(workspace, other.id).await.unwrap(),
        Some(other.clone())
    );

    // Its own name may be written otherwise.
    assert!(
        lists
            .rename(workspace, list.id, alike, at(2))
            .await
            .unwrap()
    );
    list.name = alike.into();
    list.updated_at = at(2);
    assert_eq!(
        lists.get(workspace, list.id).await.unwrap(),
        Some(list.clone())
    );
    assert!(
        !lists
            .rename(workspace, group_list_id(), "x", at(3))
            .await
            .unwrap()
    );
    lists.delete(workspace, list.id).await.unwrap();
    let free = lists.rename(workspace, other.id, alike, at(4)).await;
    assert!(free.unwrap());
}

pub async fn groups_come_at_the_end_and_go(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let lists = &home.store.group_lists;
    let mut list = group_list(workspace, connection, "Clientes", &[5, 1]);
    lists.insert(&list).await.unwrap();
    let more = jids(&[9, 1, 3, 9, 2]);
    assert!(lists.add(workspace, list.id, &more, at(1)).await.unwrap());
    list.groups = jids(&[5, 1, 9, 3, 2]);
    list.updated_at = at(1);
    let read = lists.get(workspace, list.id).await.unwrap();
    assert_eq!(read, Some(list.clone()));

    let fewer = jids(&[1, 2, 77]);
    let removed = lists.remove(workspace, list.id, &fewer, at(2)).await;
    assert!(removed.unwrap());
    list.groups = jids(&[5, 9, 3]);
    list.updated_at = at(2);
    let read = lists.get(workspace, list.id).await.unwrap();
    assert_eq!(read, Some(list.clone()));
    for jid in list.groups.clone() {
        let removed = lists.remove(workspace, list.id, &[jid], at(3)).await;
        assert!(removed.unwrap());
    }
    let read = lists.get(workspace, list.id).await.unwrap();
    assert_eq!(read.unwrap().groups, []);
    assert!(
        !lists
            .add(workspace, group_list_id(), &more, at(4))
            .await
            .unwrap()
    );
    let removed = lists.remove(workspace, group_list_id(), &more, at(4)).await;
    assert!(!removed.unwrap());
}

pub async fn changes_that_race_are_all_kept(home: Home) {
    let (workspace, connection) = (workspace_id(), connection_id());
    let lists = &home.store.group_lists;
    let list = group_list(workspace, connection, "Clientes", &[100, 101, 102]);
    lists.insert(&list).await.unwrap();
    let changes = (0..30).map(|number| async move {
        let changed = match number {
            0..3 => {
                let gone = [jid(100 + number)];
                lists.remove(workspace, list.id, &gone, at(1)).await
            }
            _ => lists.add(workspace, list.id, &[jid(number)], at(1)).await,
        };
        assert!(changed.unwrap());
    });
    futures::future::join_all(changes).await;
    let read = lists.get(workspace, list.id).await.unwrap();
    let mut groups = read.unwrap().groups;
    groups.sort_unstable();
    assert_eq!(groups, jids(&(3..30).collect::<Vec<_>>()));
}

pub async fn a_connection_takes_its_lists_along(home: Home) {
    let (workspace, gone, other) = (workspace_id(), connection_id(), connection_id());
    let lists = &home.store.group_lists;
    let kept = group_list(workspace, other, "Clientes", &[1]);
    for list in [
        &group_list(workspace, gone, "Clientes", &[1]),
        &group_list(workspace, gone, "Revenda", &[2]),
        &kept,
    ] {
        lists.insert(list).await.unwrap();
    }
    lists.delete_all(workspace, gone).await.unwrap();
    assert_eq!(lists.list(workspace, gone).await.unwrap(), []);
    assert_eq!(lists.list(workspace, other).await.unwrap(), [kept]);
}

pub async fn other_workspaces_see_no_lists(home: Home) {
    let (workspace, stranger, connection) = (workspace_id(), workspace_id(), connection_id());
    let lists = &home.store.group_lists;
    let list = group_list(workspace, connection, "Clientes", &[1]);
    lists.insert(&list).await.unwrap();
    assert_eq!(lists.list(stranger, connection).await.unwrap(), []);
    assert_eq!(lists.get(stranger, list.id).await.unwrap(), None);
    let (one, two) = ([jid(1)], [jid(2)]);
    let renamed = lists.rename(stranger, list.id, "x", at(1)).await;
    let added = lists.add(stranger, list.id, &two, at(1)).await;
    let removed = lists.remove(stranger, list.id, &one, at(1)).await;
    assert!(!renamed.unwrap() && !added.unwrap() && !removed.unwrap());
    lists.delete(stranger, list.id).await.unwrap();
    lists.delete_all(stranger, connection).await.unwrap();
    let read = lists.get(workspace, list.id).await.unwrap();
    assert_eq!(read, Some(list));
}
