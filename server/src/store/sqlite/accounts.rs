//! Workspaces, users and sessions in SQLite.

use arauto_app::domain::{Timestamp, User, UserId, Workspace};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SqliteStore;
use super::columns::{Col, Word, col, word};
use super::error::naming_conflict;
use crate::store::{AccountStore, SessionRow, StoreError, TokenHash};

#[async_trait]
impl AccountStore for SqliteStore {
    async fn is_empty(&self) -> Result<bool, StoreError> {
        self.read(|db| {
            Ok(
                !db.query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| {
                    row.get::<_, bool>(0)
                })?,
            )
        })
        .await
    }

    async fn create_first(
        &self,
        workspace: &Workspace,
        user: &User,
        password_hash: &str,
    ) -> Result<(), StoreError> {
        let (workspace, user, hash) = (workspace.clone(), user.clone(), password_hash.to_owned());
        self.write(move |db| {
            if db.query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| row.get(0))? {
                return Err(StoreError::Conflict("there is a user already"));
            }
            insert_workspace(db, &workspace)?;
            insert_user(db, &user, &hash)
        })
        .await
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<(User, String)>, StoreError> {
        let email = email.to_owned();
        self.read(move |db| {
            let mut query = db.prepare_cached("SELECT * FROM users WHERE email = ?1")?;
            Ok(query
                .query_row([email], |row| Ok((user(row)?, row.get("password_hash")?)))
                .optional()?)
        })
        .await
    }

    async fn user(&self, id: UserId) -> Result<Option<(User, Workspace)>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT users.*, workspaces.name AS workspace_name,
                        workspaces.created_at AS workspace_created_at
                 FROM users JOIN workspaces ON workspaces.id = users.workspace
                 WHERE users.id = ?1",
            )?;
            Ok(query
                .query_row([Col(id)], |row| {
                    let user = user(row)?;
                    let workspace = Workspace {
                        id: user.workspace,
                        name: row.get("workspace_name")?,
                        created_at: col(row, "workspace_created_at")?,
                    };
                    Ok((user, workspace))
                })
                .optional()?)
        })
        .await
    }

    async fn open_session(&self, session: &SessionRow) -> Result<(), StoreError> {
        let session = session.clone();
        self.write(move |db| insert_session(db, &session)).await
    }

    async fn session(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError> {
        self.read(move |db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM browser_sessions WHERE token = ?1 AND expires_at > ?2",
            )?;
            Ok(query
                .query_row(params![Col(token), Col(now)], session)
                .optional()?)
        })
        .await
    }

    async fn extend_session(
        &self,
        token: TokenHash,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "UPDATE browser_sessions SET expires_at = ?2 WHERE token = ?1",
                params![Col(token), Col(expires_at)],
            )?;
            Ok(())
        })
        .await
    }

    async fn close_session(&self, token: TokenHash) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "DELETE FROM browser_sessions WHERE token = ?1",
                [Col(token)],
            )?;
            Ok(())
        })
        .await
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute(
                "DELETE FROM browser_sessions WHERE expires_at <= ?1",
                [Col(now)],
            )?;
            Ok(())
        })
        .await
    }
}

pub(super) fn insert_workspace(db: &Connection, workspace: &Workspace) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO workspaces (id, name, created_at) VALUES (?1, ?2, ?3)",
        params![Col(workspace.id), workspace.name, Col(workspace.created_at)],
    )?;
    Ok(())
}

pub(super) fn workspace(row: &Row<'_>) -> rusqlite::Result<Workspace> {
    Ok(Workspace {
        id: col(row, "id")?,
        name: row.get("name")?,
        created_at: col(row, "created_at")?,
    })
}

pub(super) fn insert_session(db: &Connection, session: &SessionRow) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO browser_sessions (token, user, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4)",
        params![
            Col(session.token),
            Col(session.user),
            Col(session.created_at),
            Col(session.expires_at)
        ],
    )
    .map_err(naming_conflict("the session exists already"))?;
    Ok(())
}

pub(super) fn session(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        token: col(row, "token")?,
        user: col(row, "user")?,
        created_at: col(row, "created_at")?,
        expires_at: col(row, "expires_at")?,
    })
}

pub(super) fn insert_user(db: &Connection, user: &User, hash: &str) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO users
             (id, workspace, role, platform_admin, name, email, password_hash, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            Col(user.id),
            Col(user.workspace),
            Word(user.role),
            user.platform_admin,
            user.name,
            user.email,
            hash,
            Col(user.created_at)
        ],
    )?;
    Ok(())
}

pub(super) fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: col(row, "id")?,
        workspace: col(row, "workspace")?,
        role: word(row, "role")?,
        platform_admin: row.get("platform_admin")?,
        name: row.get("name")?,
        email: row.get("email")?,
        created_at: col(row, "created_at")?,
    })
}
