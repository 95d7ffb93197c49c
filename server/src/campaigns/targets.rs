//! Whom a campaign goes to: the groups of its lists, and those that are chosen by themselves.

use arauto_app::domain::{
    Campaign, ConnectionId, GroupJid, GroupList, GroupListId, WorkspaceId, each_once,
};

use crate::store::{Store, StoreError};

/// The groups that a campaign goes to at this moment, each once: its lists in their order, then the
/// groups that are chosen by themselves.
pub(super) async fn now(
    store: &Store,
    campaign: &Campaign,
    connection: ConnectionId,
) -> Result<Vec<GroupJid>, StoreError> {
    let lists = lists_of(store, campaign.workspace, connection, &campaign.lists).await?;
    let in_lists = lists.iter().flat_map(|list| &list.groups);
    Ok(each_once(in_lists.chain(&campaign.targets)))
}

/// How many groups those are.
pub(super) async fn count(store: &Store, campaign: &Campaign) -> Result<u32, StoreError> {
    let groups = match campaign.connection {
        Some(connection) if !campaign.lists.is_empty() => {
            now(store, campaign, connection).await?.len()
        }
        _ => campaign.targets.len(),
    };
    Ok(u32::try_from(groups).unwrap_or(u32::MAX))
}

/// Those of these lists that are lists of the chosen connection, each once. Others come from a form
/// that was filled in for another connection or before they were deleted, and go with that.
pub(super) async fn known_lists(
    store: &Store,
    workspace: WorkspaceId,
    connection: Option<ConnectionId>,
    ids: &[GroupListId],
) -> Result<Vec<GroupListId>, StoreError> {
    let Some(connection) = connection else {
        return Ok(Vec::new());
    };
    let mut known: Vec<GroupListId> = Vec::new();
    for list in lists_of(store, workspace, connection, ids).await? {
        if !known.contains(&list.id) {
            known.push(list.id);
        }
    }
    Ok(known)
}

/// The lists of a connection that these name, in that order.
async fn lists_of(
    store: &Store,
    workspace: WorkspaceId,
    connection: ConnectionId,
    ids: &[GroupListId],
) -> Result<Vec<GroupList>, StoreError> {
    let mut lists = Vec::new();
    for id in ids {
        let list = store.group_lists.get(workspace, *id).await?;
        lists.extend(list.filter(|list| list.connection == connection));
    }
    Ok(lists)
}
