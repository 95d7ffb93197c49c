//! The app's port to the groups.

use std::sync::Arc;

use arauto_app::api::{ApiError, Groups, GroupsView, NotFound, Principal};
use arauto_app::domain::{
    Connection, ConnectionId, GroupBrief, GroupJid, GroupKind, GroupPlace, GroupQuery,
};
use async_trait::async_trait;

use super::super::Hub;
use crate::clock::SharedClock;
use crate::failure::api_error;
use crate::store::{Store, folded};

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
        // One more than is shown tells whether there is another page.
        let (mut found, counts, all, latest) = tokio::try_join!(
            groups.search(workspace, connection, query, after, SHOWN + 1),
            groups.counts(workspace, connection, &query.text),
            groups.counts(workspace, connection, ""),
            groups.latest_sync(workspace, connection)
        )
        .map_err(api_error)?;
        let has_more = found.len() > SHOWN as usize;
        found.truncate(SHOWN as usize);
        let last = found.last().filter(|_| has_more);
        Ok(GroupsView {
            next: last.map(|group| GroupPlace {
                subject: folded(&group.subject),
                jid: group.jid.clone(),
            }),
            groups: found,
            counts,
            total: all.of(GroupKind::All),
            synced_at: row.groups_synced_at,
            sync: self.hub.groups().progress(connection),
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
        let workspace = who.workspace_id();
        let seen = self
            .hub
            .snapshot(workspace, connection)
            .ok_or(ApiError::NotFound(NotFound::Connection))?;
        if !seen.state.can_send() {
            return Err(ApiError::ConnectionOffline);
        }
        let session = seen.session.ok_or(ApiError::ConnectionOffline)?;
        self.hub.groups().sync((workspace, connection), session);
        Ok(())
    }

    async fn cancel_sync(&self, who: &Principal, connection: ConnectionId) -> Result<(), ApiError> {
        self.known(who, connection).await?;
        let owner = (who.workspace_id(), connection);
        self.hub.groups().cancel(owner);
        Ok(())
    }
}
