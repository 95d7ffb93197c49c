//! Workspaces, users and sessions in MongoDB.

use arauto_app::domain::{Timestamp, User, UserId, Workspace};
use async_trait::async_trait;
use mongodb::bson::{Bson, DateTime, Document, doc};
use serde::Deserialize;

use super::documents::{from_document, to_document};
use super::error::naming_conflict;
use super::{MongoStore, calls};
use crate::store::{AccountStore, SessionRow, StoreError, TokenHash};

#[async_trait]
impl AccountStore for MongoStore {
    async fn is_empty(&self) -> Result<bool, StoreError> {
        let users = self.collection("users");
        calls::run(async move { Ok(users.find_one(doc! {}).await?.is_none()) }).await
    }

    async fn create_first(
        &self,
        workspace: &Workspace,
        user: &User,
        password_hash: &str,
    ) -> Result<(), StoreError> {
        let (users, workspaces) = (self.collection("users"), self.collection("workspaces"));
        let (workspace, id) = (to_document(workspace)?, workspace.id.to_string());
        let mut user = user_document(user, password_hash)?;
        // A unique index on this field lets only one first user in.
        user.insert("first", true);
        calls::run(async move {
            const TAKEN: &str = "there is a user already";
            if users.find_one(doc! {}).await?.is_some() {
                return Err(StoreError::Conflict(TAKEN));
            }
            workspaces
                .insert_one(workspace)
                .await
                .map_err(naming_conflict(TAKEN))?;
            let created = users.insert_one(user).await.map_err(naming_conflict(TAKEN));
            if matches!(created, Err(StoreError::Conflict(_))) {
                workspaces.delete_one(doc! { "_id": id }).await?;
            }
            created.map(drop)
        })
        .await
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<(User, String)>, StoreError> {
        let (users, email) = (self.collection("users"), email.to_owned());
        calls::run(async move {
            let Some(mut found) = users.find_one(doc! { "email": email }).await? else {
                return Ok(None);
            };
            let Some(Bson::String(hash)) = found.remove("password_hash") else {
                return Err(StoreError::Damaged("a user has no password hash".into()));
            };
            Ok(Some((from_document(found)?, hash)))
        })
        .await
    }

    async fn user(&self, id: UserId) -> Result<Option<(User, Workspace)>, StoreError> {
        let (users, workspaces) = (self.collection("users"), self.collection("workspaces"));
        calls::run(async move {
            let Some(user) = users.find_one(doc! { "_id": id.to_string() }).await? else {
                return Ok(None);
            };
            let user: User = from_document(user)?;
            let workspace = workspaces
                .find_one(doc! { "_id": user.workspace.to_string() })
                .await?;
            match workspace {
                Some(workspace) => Ok(Some((user, from_document(workspace)?))),
                None => Ok(None),
            }
        })
        .await
    }

    async fn open_session(&self, session: &SessionRow) -> Result<(), StoreError> {
        let sessions = self.collection("browser_sessions");
        let document = session_document(session);
        calls::run(async move {
            let opened = sessions.insert_one(document).await;
            opened
                .map(drop)
                .map_err(naming_conflict("the session exists already"))
        })
        .await
    }

    async fn session(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError> {
        let sessions = self.collection("browser_sessions");
        let filter = doc! { "_id": hex::encode(token.0), "expires_at": { "$gt": now.as_millis() } };
        calls::run(async move {
            match sessions.find_one(filter).await? {
                Some(found) => Ok(Some(session(token, found)?)),
                None => Ok(None),
            }
        })
        .await
    }

    async fn extend_session(
        &self,
        token: TokenHash,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let sessions = self.collection("browser_sessions");
        let change =
            doc! { "$set": { "expires_at": expires_at.as_millis(), "ends": ends(expires_at) } };
        calls::run(async move {
            sessions
                .update_one(doc! { "_id": hex::encode(token.0) }, change)
                .await?;
            Ok(())
        })
        .await
    }

    async fn close_session(&self, token: TokenHash) -> Result<(), StoreError> {
        let sessions = self.collection("browser_sessions");
        calls::run(async move {
            sessions
                .delete_one(doc! { "_id": hex::encode(token.0) })
                .await?;
            Ok(())
        })
        .await
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<(), StoreError> {
        let sessions = self.collection("browser_sessions");
        calls::run(async move {
            sessions
                .delete_many(doc! { "ends": { "$lte": ends(now) } })
                .await?;
            Ok(())
        })
        .await
    }
}

/// When the server may delete a session by itself: its TTL index needs a date.
fn ends(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_millis())
}

/// A session as it is kept.
pub(super) fn session_document(session: &SessionRow) -> Document {
    doc! {
        "_id": hex::encode(session.token.0),
        "user": session.user.to_string(),
        "created_at": session.created_at.as_millis(),
        "expires_at": session.expires_at.as_millis(),
        "ends": ends(session.expires_at),
    }
}

/// A user as they are kept.
pub(super) fn user_document(user: &User, password_hash: &str) -> Result<Document, StoreError> {
    let mut document = to_document(user)?;
    document.insert("password_hash", password_hash);
    Ok(document)
}

pub(super) fn session(token: TokenHash, found: Document) -> Result<SessionRow, StoreError> {
    #[derive(Deserialize)]
    struct Fields {
        user: UserId,
        created_at: Timestamp,
        expires_at: Timestamp,
    }
    let fields: Fields = from_document(found)?;
    Ok(SessionRow {
        token,
        user: fields.user,
        created_at: fields.created_at,
        expires_at: fields.expires_at,
    })
}
