//! Whom a campaign goes to: the groups of its lists, and those that are chosen by themselves.

use std::collections::HashSet;

use arauto_app::domain::{
    Campaign, ConnectionId, GroupJid, GroupList, GroupListId, Sender, WorkspaceId, each_once,
};

use crate::store::{Store, StoreError};

/// A connection of a campaign and the groups that it sends to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) connection: ConnectionId,
    pub(super) groups: Vec<GroupJid>,
}

/// The groups that a campaign goes to at this moment, by the connection that sends: its lists in their
/// order, then the groups that are chosen by themselves. A group that several connections are in gets the
/// message once, from the first of them.
pub(super) async fn now(store: &Store, campaign: &Campaign) -> Result<Vec<Share>, StoreError> {
    let mut taken = HashSet::new();
    let mut shares = Vec::new();
    for sender in campaign.senders() {
        let mut groups = of_sender(store, campaign.workspace, &sender).await?;
        groups.retain(|group| taken.insert(group.clone()));
        shares.push(Share {
            connection: sender.connection,
            groups,
        });
    }
    Ok(shares)
}

async fn of_sender(
    store: &Store,
    workspace: WorkspaceId,
    sender: &Sender,
) -> Result<Vec<GroupJid>, StoreError> {
    let lists = lists_of(store, workspace, sender.connection, &sender.lists).await?;
    let in_lists = lists.iter().flat_map(|list| &list.groups);
    Ok(each_once(in_lists.chain(&sender.targets)))
}

/// How many groups those are.
pub(super) async fn count(store: &Store, campaign: &Campaign) -> Result<u32, StoreError> {
    let groups = if campaign.lists.is_empty() && campaign.also.is_empty() {
        campaign.targets.len()
    } else {
        let shares = now(store, campaign).await?;
        shares.iter().map(|share| share.groups.len()).sum()
    };
    Ok(u32::try_from(groups).unwrap_or(u32::MAX))
}

/// Those of these lists that are lists of the chosen connection, each once. Others come from a form
/// that was filled in for another connection or before they were deleted, and go with that.
pub(super) async fn known_lists(
    store: &Store,
    workspace: WorkspaceId,
    connection: ConnectionId,
    ids: &[GroupListId],
) -> Result<Vec<GroupListId>, StoreError> {
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
