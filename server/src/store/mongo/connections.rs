//! Connections in MongoDB.

use arauto_app::domain::{
    AfterOutage, Connection, ConnectionId, ConnectionState, Limits, Outage, Restriction, Timestamp,
    Transition, WorkspaceId,
};
use async_trait::async_trait;
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};

use super::documents::{collect, from_document, to_bson, to_document};
use super::error::naming_conflict;
use super::{MongoStore, calls, leases};
use crate::store::{ConnectionStore, HISTORY_KEPT, HISTORY_MOST, Lease, StoreError, order};

#[async_trait]
impl ConnectionStore for MongoStore {
    async fn insert(&self, connection: &Connection) -> Result<(), StoreError> {
        let (connections, new) = (self.collection("connections"), to_document(connection)?);
        calls::run(async move {
            let inserted = connections.insert_one(new).await;
            inserted
                .map(drop)
                .map_err(naming_conflict("the connection exists already"))
        })
        .await
    }

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Connection>, StoreError> {
        let connections = self.collection("connections");
        calls::run(async move {
            let filter = doc! { "workspace": workspace.to_string() };
            let mut found = collect(connections.find(filter).await?).await?;
            order::connections(&mut found);
            Ok(found)
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        let connections = self.collection("connections");
        calls::run(async move {
            let found = connections.find_one(key(workspace, id)).await?;
            found.map(from_document).transpose()
        })
        .await
    }

    async fn every_connection(&self) -> Result<Vec<Connection>, StoreError> {
        let connections = self.collection("connections");
        calls::run(async move {
            collect(connections.find(doc! {}).sort(doc! { "_id": 1 }).await?).await
        })
        .await
    }

    async fn set_state(
        &self,
        lease: &Lease,
        state: &ConnectionState,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let (connections, history) = (
            self.collection("connections"),
            self.collection("connection_history"),
        );
        let (lease, state) = (*lease, to_bson(state)?);
        calls::run(async move {
            // The history first: a crash in between leaves an entry that the repetition writes again.
            // A lease that is lost in between leaves one that was true for its holder.
            leases::confirm(&connections, &lease).await?;
            let id = lease.connection.to_string();
            let entry = doc! { "connection": &id, "at": since.as_millis() };
            history
                .update_one(entry, doc! { "$set": { "state": &state } })
                .upsert(true)
                .await?;
            let change = doc! { "state": state, "state_since": since.as_millis() };
            change_held(&connections, &lease, change).await?;
            let old = doc! { "$lt": since.minus(HISTORY_KEPT).as_millis() };
            history
                .delete_many(doc! { "connection": id, "at": old })
                .await?;
            Ok(())
        })
        .await
    }

    async fn history(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Timestamp,
    ) -> Result<Vec<Transition>, StoreError> {
        let (connections, history) = (
            self.collection("connections"),
            self.collection("connection_history"),
        );
        calls::run(async move {
            if connections.find_one(key(workspace, id)).await?.is_none() {
                return Ok(Vec::new());
            }
            let of = |at: Document| doc! { "connection": id.to_string(), "at": at };
            let newest_first = doc! { "at": -1 };
            // The state in force at `from` was entered before it.
            let before = history
                .find(of(doc! { "$lte": from.as_millis() }))
                .sort(newest_first.clone())
                .limit(1)
                .await?;
            let after = history
                .find(of(doc! { "$gt": from.as_millis() }))
                .sort(newest_first)
                .limit(i64::from(HISTORY_MOST))
                .await?;
            let mut transitions: Vec<Transition> = collect(after).await?;
            transitions.extend(collect::<Transition>(before).await?);
            transitions.truncate(HISTORY_MOST as usize);
            transitions.reverse();
            Ok(transitions)
        })
        .await
    }

    async fn set_linked(
        &self,
        lease: &Lease,
        phone: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (connections, lease) = (self.collection("connections"), *lease);
        let change = doc! { "phone": phone, "linked_at": at.as_millis() };
        calls::run(async move { change_held(&connections, &lease, change).await }).await
    }

    async fn set_unlinked(&self, lease: &Lease) -> Result<(), StoreError> {
        let (connections, lease) = (self.collection("connections"), *lease);
        let change = doc! { "linked_at": Bson::Null };
        calls::run(async move { change_held(&connections, &lease, change).await }).await
    }

    async fn set_phone_seen(&self, lease: &Lease, at: Timestamp) -> Result<(), StoreError> {
        let (connections, lease) = (self.collection("connections"), *lease);
        let later = doc! { "$max": { "phone_seen_at": at.as_millis() } };
        calls::run(async move { update_held(&connections, &lease, later).await }).await
    }

    async fn set_groups_synced(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let connections = self.collection("connections");
        let change = doc! { "$set": { "groups_synced_at": at.as_millis() } };
        calls::run(async move {
            connections.update_one(key(workspace, id), change).await?;
            Ok(())
        })
        .await
    }

    async fn set_settings(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        name: &str,
        after_outage: AfterOutage,
    ) -> Result<(), StoreError> {
        let change = doc! { "name": name, "after_outage": to_bson(&after_outage)? };
        self.change_connection(workspace, id, change).await
    }

    async fn set_pace(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        pace: Option<Limits>,
    ) -> Result<(), StoreError> {
        let change = doc! { "pace": to_bson(&pace)? };
        self.change_connection(workspace, id, change).await
    }

    async fn change_restriction(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Option<Restriction>,
        to: Option<Restriction>,
    ) -> Result<bool, StoreError> {
        let connections = self.collection("connections");
        let mut expected = key(workspace, id);
        expected.insert("restriction", to_bson(&from)?);
        let change = doc! { "$set": { "restriction": to_bson(&to)? } };
        calls::run(async move {
            let changed = connections.update_one(expected, change).await?;
            Ok(changed.matched_count == 1)
        })
        .await
    }

    async fn set_able(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let change = doc! { "able_at": at.as_millis() };
        self.change_connection(workspace, id, change).await
    }

    async fn change_outage(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Option<Outage>,
        to: Option<Outage>,
    ) -> Result<bool, StoreError> {
        let connections = self.collection("connections");
        let mut expected = key(workspace, id);
        expected.insert("outage", to_bson(&from)?);
        let mut change = doc! { "$set": { "outage": to_bson(&to)? } };
        if let Some(outage) = to {
            change.insert("$max", doc! { "able_at": outage.back_at.as_millis() });
        }
        calls::run(async move {
            let changed = connections.update_one(expected, change).await?;
            Ok(changed.matched_count == 1)
        })
        .await
    }

    async fn delete(&self, workspace: WorkspaceId, id: ConnectionId) -> Result<(), StoreError> {
        let (connections, history) = (
            self.collection("connections"),
            self.collection("connection_history"),
        );
        calls::run(async move {
            if connections
                .delete_one(key(workspace, id))
                .await?
                .deleted_count
                > 0
            {
                history
                    .delete_many(doc! { "connection": id.to_string() })
                    .await?;
            }
            Ok(())
        })
        .await
    }
}

/// Sets fields of a connection, in one step with the look whether the lease is its latest.
async fn change_held(
    connections: &Collection<Document>,
    lease: &Lease,
    fields: Document,
) -> Result<(), StoreError> {
    update_held(connections, lease, doc! { "$set": fields }).await
}

/// Updates a connection, in one step with the look whether the lease is its latest.
async fn update_held(
    connections: &Collection<Document>,
    lease: &Lease,
    update: Document,
) -> Result<(), StoreError> {
    let changed = connections.update_one(leases::held(lease), update).await?;
    match changed.matched_count {
        0 => Err(StoreError::LeaseLost),
        _ => Ok(()),
    }
}

impl MongoStore {
    /// Sets fields of one connection.
    async fn change_connection(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        fields: Document,
    ) -> Result<(), StoreError> {
        let connections = self.collection("connections");
        calls::run(async move {
            connections
                .update_one(key(workspace, id), doc! { "$set": fields })
                .await?;
            Ok(())
        })
        .await
    }
}

fn key(workspace: WorkspaceId, id: ConnectionId) -> Document {
    doc! { "_id": id.to_string(), "workspace": workspace.to_string() }
}
