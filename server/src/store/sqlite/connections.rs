//! Connections in SQLite.

use arauto_app::domain::{
    AfterOutage, Connection, ConnectionId, ConnectionState, Limits, Outage, Restriction, Timestamp,
    Transition, WorkspaceId,
};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, params};

use super::columns::{Col, Json, Word};
use super::connection_rows::{connection, json, note_transition, transition};
use super::{SqliteStore, connection_rows, leases};
use crate::store::{ConnectionStore, HISTORY_KEPT, HISTORY_MOST, Lease, StoreError, order};

#[async_trait]
impl ConnectionStore for SqliteStore {
    async fn insert(&self, connection: &Connection) -> Result<(), StoreError> {
        let new = connection.clone();
        self.write(move |db| connection_rows::insert(db, &new))
            .await
    }

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Connection>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached("SELECT * FROM connections WHERE workspace = ?1")?;
            let rows = query.query_map([Col(workspace)], connection)?;
            let mut connections = rows.collect::<Result<Vec<_>, _>>()?;
            order::connections(&mut connections);
            Ok(connections)
        })
        .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        self.read(move |db| {
            let mut query =
                db.prepare_cached("SELECT * FROM connections WHERE id = ?1 AND workspace = ?2")?;
            Ok(query
                .query_row(params![Col(id), Col(workspace)], connection)
                .optional()?)
        })
        .await
    }

    async fn every_connection(&self) -> Result<Vec<Connection>, StoreError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT * FROM connections ORDER BY id")?;
            let rows = query.query_map([], connection)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await
    }

    async fn set_state(
        &self,
        lease: &Lease,
        state: &ConnectionState,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let (lease, state) = (*lease, state.clone());
        self.write(move |db| {
            leases::check(db, &lease)?;
            let id = Col(lease.connection);
            db.prepare_cached("UPDATE connections SET state = ?2, state_since = ?3 WHERE id = ?1")?
                .execute(params![id, Json(&state), Col(since)])?;
            note_transition(db, lease.connection, since, &state)?;
            db.prepare_cached(
                "DELETE FROM connection_history WHERE connection = ?1 AND entered_at < ?2",
            )?
            .execute(params![id, Col(since.minus(HISTORY_KEPT))])?;
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
        self.read(move |db| {
            // The state in force at `from` was entered before it.
            let mut query = db.prepare_cached(
                "SELECT entered_at, state FROM connection_history
                 WHERE connection = (SELECT id FROM connections WHERE id = ?1 AND workspace = ?2)
                   AND entered_at >= coalesce(
                       (SELECT max(entered_at) FROM connection_history
                        WHERE connection = ?1 AND entered_at <= ?3), ?3)
                 ORDER BY entered_at DESC LIMIT ?4",
            )?;
            let parameters = params![Col(id), Col(workspace), Col(from), HISTORY_MOST];
            let rows = query.query_map(parameters, transition)?;
            let mut transitions = rows.collect::<Result<Vec<_>, _>>()?;
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
        let (lease, phone) = (*lease, phone.to_owned());
        self.write(move |db| {
            leases::check(db, &lease)?;
            db.execute(
                "UPDATE connections SET phone = ?2, linked_at = ?3 WHERE id = ?1",
                params![Col(lease.connection), phone, Col(at)],
            )?;
            Ok(())
        })
        .await
    }

    async fn set_unlinked(&self, lease: &Lease) -> Result<(), StoreError> {
        let lease = *lease;
        self.write(move |db| {
            leases::check(db, &lease)?;
            db.execute(
                "UPDATE connections SET linked_at = NULL WHERE id = ?1",
                [Col(lease.connection)],
            )?;
            Ok(())
        })
        .await
    }

    async fn set_phone_seen(&self, lease: &Lease, at: Timestamp) -> Result<(), StoreError> {
        let lease = *lease;
        self.write(move |db| {
            leases::check(db, &lease)?;
            db.execute(
                "UPDATE connections SET phone_seen_at = max(ifnull(phone_seen_at, ?2), ?2)
                 WHERE id = ?1",
                params![Col(lease.connection), Col(at)],
            )?;
            Ok(())
        })
        .await
    }

    async fn set_groups_synced(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "UPDATE connections SET groups_synced_at = ?3 WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace), Col(at)],
            )?;
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
        let name = name.to_owned();
        self.write(move |db| {
            db.execute(
                "UPDATE connections SET name = ?3, after_outage = ?4
                 WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace), name, Word(after_outage)],
            )?;
            Ok(())
        })
        .await
    }

    async fn set_pace(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        pace: Option<Limits>,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "UPDATE connections SET pace = ?3 WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace), pace.map(Json)],
            )?;
            Ok(())
        })
        .await
    }

    async fn change_restriction(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Option<Restriction>,
        to: Option<Restriction>,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let mut query = db.prepare_cached(
                "SELECT restriction FROM connections WHERE id = ?1 AND workspace = ?2",
            )?;
            let noted = query
                .query_row(params![Col(id), Col(workspace)], |row| {
                    json(row, "restriction")
                })
                .optional()?;
            if noted != Some(from) {
                return Ok(false);
            }
            db.prepare_cached("UPDATE connections SET restriction = ?2 WHERE id = ?1")?
                .execute(params![Col(id), to.map(Json)])?;
            Ok(true)
        })
        .await
    }

    async fn set_able(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "UPDATE connections SET able_at = ?3 WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace), Col(at)],
            )?;
            Ok(())
        })
        .await
    }

    async fn change_outage(
        &self,
        workspace: WorkspaceId,
        id: ConnectionId,
        from: Option<Outage>,
        to: Option<Outage>,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let key = params![Col(id), Col(workspace)];
            let mut query = db.prepare_cached(
                "SELECT outage FROM connections WHERE id = ?1 AND workspace = ?2",
            )?;
            let noted = query
                .query_row(key, |row| row.get::<_, Option<Json<Outage>>>(0))
                .optional()?;
            if noted.is_none_or(|noted| noted.map(|Json(outage)| outage) != from) {
                return Ok(false);
            }
            db.prepare_cached(
                "UPDATE connections SET outage = ?3,
                     able_at = max(ifnull(able_at, ?4), ifnull(?4, able_at))
                 WHERE id = ?1 AND workspace = ?2",
            )?
            .execute(params![
                Col(id),
                Col(workspace),
                to.map(Json),
                to.map(|outage| Col(outage.back_at))
            ])?;
            Ok(true)
        })
        .await
    }

    async fn delete(&self, workspace: WorkspaceId, id: ConnectionId) -> Result<(), StoreError> {
        self.write(move |db| {
            let deleted = db.execute(
                "DELETE FROM connections WHERE id = ?1 AND workspace = ?2",
                params![Col(id), Col(workspace)],
            )?;
            if deleted > 0 {
                db.execute(
                    "DELETE FROM connection_history WHERE connection = ?1",
                    params![Col(id)],
                )?;
            }
            Ok(())
        })
        .await
    }
}
