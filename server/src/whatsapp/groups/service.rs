//! The app's port to the groups.

use std::collections::HashMap;
use std::sync::Arc;

use arauto_app::api::{
    ApiError, GroupListName, GroupView, Groups, GroupsView, NotFound, Principal, SentMessage,
    SyncProgress,
};
use arauto_app::domain::{
    CampaignId, Connection, ConnectionId, GroupBrief, GroupJid, GroupKind, GroupList, GroupMember,
    GroupPlace, GroupQuery, WorkspaceId,
};
use async_trait::async_trait;

use super::super::Hub;
use super::super::tenancy::{Errand, Glimpse, members_of, refusal_error, run_errand, sight};
use crate::clock::SharedClock;
use crate::failure::api_error;
use crate::store::{Store, StoreError, folded};

/// How many groups a page shows.
const SHOWN: u32 = 50;

/// Serves the groups' pages.
pub struct GroupService {
    hub: Arc<Hub>,
    store: Store,
    clock: SharedClock,
}

impl GroupService {
    /// A service over the hub and its store.
    pub fn new(hub: Arc<Hub>, store: Store, clock: SharedClock) -> Self {
        Self { hub, store, clock }
    }

    /// The connection, if it is one of the workspace.
    async fn known(&self, who: &Principal, id: ConnectionId) -> Result<Connection, ApiError> {
        let row = self.store.connections.get(who.workspace_id(), id).await;
        row.map_err(api_error)?
            .ok_or(ApiError::NotFound(NotFound::Connection))
    }

    /// Where the sync of a connection's groups stands, at whichever server it runs.
    async fn progress(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<SyncProgress, ApiError> {
        let glimpse = sight(&self.hub, workspace, connection).await;
        Ok(match glimpse.map_err(api_error)? {
            Glimpse::Seen(seen) => seen.sync,
            Glimpse::Adrift(_) => SyncProgress::Idle,
        })
    }

    /// What was last sent to groups, with the names of the campaigns.
    async fn sent(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<SentMessage>, StoreError> {
        let groups = &self.store.groups;
        let sent = groups.last_sent(workspace, connection, jids).await?;
        let mut names: HashMap<CampaignId, String> = HashMap::new();
        for last in &sent {
            if !names.contains_key(&last.campaign) {
                let campaign = self.store.campaigns.get(workspace, last.campaign).await?;
                names.extend(campaign.map(|campaign| (campaign.id, campaign.name)));
            }
        }
        let messages = sent.into_iter().filter_map(|last| {
            Some(SentMessage {
                jid: last.jid,
                at: last.at,
                run: last.run,
                campaign: names.get(&last.campaign)?.clone(),
            })
        });
        Ok(messages.collect())
    }
}

#[async_trait]
impl Groups for GroupService {
    async fn search(
        &self,
        who: &Principal,
        connection: ConnectionId,
        query: &GroupQuery,
        after: Option<&GroupPlace>,
    ) -> Result<GroupsView, ApiError> {
        let (workspace, row) = (who.workspace_id(), self.known(who, connection).await?);
        let groups = &self.store.groups;
        let before = self.progress(workspace, connection).await?;
        // One more than is shown tells whether there is another page.
        let (mut found, counts, all, latest, lists) = tokio::try_join!(
            groups.search(workspace, connection, query, after, SHOWN + 1),
            groups.counts(workspace, connection, &query.text),
            groups.counts(workspace, connection, ""),
            groups.latest_sync(workspace, connection),
            self.store.group_lists.list(workspace, connection)
        )
        .map_err(api_error)?;
        let has_more = found.len() > SHOWN as usize;
        found.truncate(SHOWN as usize);
        let jids: Vec<_> = found.iter().map(|group| group.jid.clone()).collect();
        let sent = self.sent(workspace, connection, &jids).await;
        let after = self.progress(workspace, connection).await?;
        let last = found.last().filter(|_| has_more);
        Ok(GroupsView {
            next: last.map(|group| GroupPlace {
                subject: folded(&group.subject),
                jid: group.jid.clone(),
            }),
            sent: sent.map_err(api_error)?,
            lists: lists.into_iter().map(name_of).collect(),
            groups: found,
            counts,
            total: all.of(GroupKind::All),
            synced_at: row.groups_synced_at,
            // A sync that began or ended while the rows were read is told as under way: its row may
            // lack the end, and without this would count as interrupted.
            sync: if after == SyncProgress::Idle {
                before
            } else {
                after
            },
            latest,
            now: self.clock.now(),
        })
    }

    async fn accepting(
        &self,
        who: &Principal,
        connection: ConnectionId,
        query: &GroupQuery,
    ) -> Result<Vec<GroupBrief>, ApiError> {
        self.known(who, connection).await?;
        let groups = &self.store.groups;
        let found = groups.accepting(who.workspace_id(), connection, query);
        found.await.map_err(api_error)
    }

    async fn get(
        &self,
        who: &Principal,
        connection: ConnectionId,
        jid: &GroupJid,
    ) -> Result<GroupView, ApiError> {
        let (workspace, row) = (who.workspace_id(), self.known(who, connection).await?);
        let jids = [jid.clone()];
        let group = self.store.groups.get(workspace, connection, jid);
        let sent = self.sent(workspace, connection, &jids);
        let lists = self.store.group_lists.list(workspace, connection);
        let (group, mut sent, lists) = tokio::try_join!(group, sent, lists).map_err(api_error)?;
        let in_these = lists.into_iter().filter(|list| list.groups.contains(jid));
        Ok(GroupView {
            group: group.ok_or(ApiError::NotFound(NotFound::Group))?,
            connection_name: row.name,
            sent: sent.pop(),
            lists: in_these.map(name_of).collect(),
            now: self.clock.now(),
        })
    }

    async fn members(
        &self,
        who: &Principal,
        connection: ConnectionId,
        jid: &GroupJid,
    ) -> Result<Vec<GroupMember>, ApiError> {
        let asked = members_of(&self.hub, who.workspace_id(), connection, jid.clone()).await;
        match asked.map_err(refusal_error)? {
            Ok(Some(members)) => Ok(members),
            Ok(None) => Err(ApiError::NotFound(NotFound::Group)),
            Err(cause) => Err(ApiError::Unanswered(cause)),
        }
    }

    async fn chosen(
        &self,
        who: &Principal,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<GroupBrief>, ApiError> {
        let groups = &self.store.groups;
        let found = groups.among(who.workspace_id(), connection, jids).await;
        Ok(found.map_err(api_error)?.iter().map(Into::into).collect())
    }

    async fn sync(&self, who: &Principal, connection: ConnectionId) -> Result<(), ApiError> {
        let errand = Errand::SyncGroups;
        run_errand(&self.hub, who.workspace_id(), connection, errand)
            .await
            .map_err(refusal_error)
    }

    async fn cancel_sync(&self, who: &Principal, connection: ConnectionId) -> Result<(), ApiError> {
        let errand = Errand::CancelSync;
        run_errand(&self.hub, who.workspace_id(), connection, errand)
            .await
            .map_err(refusal_error)
    }
}

fn name_of(list: GroupList) -> GroupListName {
    GroupListName {
        id: list.id,
        name: list.name,
    }
}
