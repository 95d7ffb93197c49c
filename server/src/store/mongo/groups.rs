//! Groups in MongoDB.

use arauto_app::domain::{
    ConnectionId, Group, GroupBrief, GroupCounts, GroupJid, GroupPlace, GroupQuery, GroupStanding,
    GroupSync, LastSent, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};

use super::documents::{from_document, to_bson, to_document};
use super::error::is_duplicate_key;
use super::{MongoStore, calls, group_search};
use crate::store::folded::place;
use crate::store::{GroupFact, GroupStore, StoreError, folded};

/// How many groups are written at the same time.
const CONCURRENT_PUTS: usize = 16;
/// How many belong to one call, which has to be through within a call's patience.
const PUTS_PER_CALL: usize = 500;

#[async_trait]
impl GroupStore for MongoStore {
    async fn search(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        query: &GroupQuery,
        after: Option<&GroupPlace>,
        rows: u32,
    ) -> Result<Vec<Group>, StoreError> {
        let (groups, owned) = (self.collection("groups"), all_of(workspace, connection));
        let (query, after) = (query.clone(), after.cloned());
        calls::run(
            async move { group_search::page(groups, owned, &query, after.as_ref(), rows).await },
        )
        .await
    }

    async fn accepting(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        query: &GroupQuery,
    ) -> Result<Vec<GroupBrief>, StoreError> {
        let (groups, owned) = (self.collection("groups"), all_of(workspace, connection));
        let query = query.clone();
        calls::run(async move { group_search::accepting(groups, owned, &query).await }).await
    }

    async fn counts(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        text: &str,
    ) -> Result<GroupCounts, StoreError> {
        let (groups, owned) = (self.collection("groups"), all_of(workspace, connection));
        let text = text.to_owned();
        calls::run(async move { group_search::counts(groups, owned, &text).await }).await
    }

    async fn among(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<Group>, StoreError> {
        let (groups, owned) = (self.collection("groups"), all_of(workspace, connection));
        let jids = jids.to_vec();
        calls::run(async move { group_search::among(groups, owned, &jids).await }).await
    }

    async fn last_sent(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<LastSent>, StoreError> {
        let (deliveries, runs) = (self.collection("deliveries"), self.collection("runs"));
        let (owned, jids) = (all_of(workspace, connection), jids.to_vec());
        calls::run(async move { group_search::last_sent(deliveries, runs, &owned, jids).await })
            .await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
    ) -> Result<Option<Group>, StoreError> {
        let (groups, key) = (self.collection("groups"), key(workspace, connection, jid));
        calls::run(async move { groups.find_one(key).await?.map(from_document).transpose() }).await
    }

    async fn put(&self, workspace: WorkspaceId, groups: &[Group]) -> Result<(), StoreError> {
        let replacements = groups
            .iter()
            .map(|group| {
                let key = key(workspace, group.connection, &group.jid);
                Ok((key, group_document(workspace, group)?))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        for some in replacements.chunks(PUTS_PER_CALL) {
            let (groups, some) = (self.collection("groups"), some.to_vec());
            calls::run(async move {
                futures::stream::iter(some)
                    .map(|(key, document)| replace(groups.clone(), key, document))
                    .buffer_unordered(CONCURRENT_PUTS)
                    .try_collect::<()>()
                    .await
            })
            .await?;
        }
        Ok(())
    }

    async fn change(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        jid: &GroupJid,
        fact: &GroupFact,
    ) -> Result<bool, StoreError> {
        let (groups, key) = (self.collection("groups"), key(workspace, connection, jid));
        let change = vec![change_of(jid, fact)?];
        calls::run(async move {
            let changed = groups.update_one(key, change).await?;
            Ok(changed.matched_count > 0)
        })
        .await
    }

    async fn mark_unseen_as_gone(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        synced_at: Timestamp,
    ) -> Result<(), StoreError> {
        let groups = self.collection("groups");
        let mut unseen = all_of(workspace, connection);
        unseen.insert("synced_at", doc! { "$lt": synced_at.as_millis() });
        let change = doc! { "$set": { "standing": to_bson(&GroupStanding::Gone)? } };
        calls::run(async move {
            groups.update_many(unseen, change).await?;
            Ok(())
        })
        .await
    }

    async fn count(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<u32, StoreError> {
        let groups = self.collection("groups");
        let mut members = all_of(workspace, connection);
        members.insert("standing", to_bson(&GroupStanding::Member)?);
        calls::run(async move {
            let count = groups.count_documents(members).await?;
            Ok(u32::try_from(count).unwrap_or(u32::MAX))
        })
        .await
    }

    async fn note_sync(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        sync: &GroupSync,
    ) -> Result<(), StoreError> {
        let document = sync_document(workspace, sync)?;
        let syncs = self.collection("group_syncs");
        calls::run(async move {
            let key = doc! { "_id": connection.to_string() };
            replace(syncs, key, document).await
        })
        .await
    }

    async fn latest_sync(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Option<GroupSync>, StoreError> {
        let syncs = self.collection("group_syncs");
        calls::run(async move {
            let found = syncs.find_one(sync_key(workspace, connection)).await?;
            found.map(from_document).transpose()
        })
        .await
    }

    async fn delete_all(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        let (groups, syncs) = (self.collection("groups"), self.collection("group_syncs"));
        calls::run(async move {
            groups.delete_many(all_of(workspace, connection)).await?;
            syncs.delete_one(sync_key(workspace, connection)).await?;
            Ok(())
        })
        .await
    }
}

/// What a fact changes, as one stage of an update: what is there may take part.
fn change_of(jid: &GroupJid, fact: &GroupFact) -> Result<Document, StoreError> {
    let fields = match fact {
        GroupFact::Subject(subject) => {
            let mut fields = doc! { "subject": subject };
            fields.extend(searchable(subject, jid));
            literally(fields)
        }
        GroupFact::AnnounceOnly(is) => doc! { "announce_only": is },
        GroupFact::Participants(by) => {
            let sum = doc! { "$add": ["$participants", i64::from(*by)] };
            doc! { "participants": { "$max": [0_i64, sum] } }
        }
        GroupFact::Admin(is) => doc! { "is_admin": is },
        GroupFact::Standing(standing) => doc! { "standing": to_bson(standing)? },
    };
    Ok(doc! { "$set": fields })
}

/// A group as it is kept.
pub(super) fn group_document(
    workspace: WorkspaceId,
    group: &Group,
) -> Result<Document, StoreError> {
    let mut document = to_document(group)?;
    document.insert("workspace", workspace.to_string());
    document.extend(searchable(&group.subject, &group.jid));
    Ok(document)
}

/// A sync as it is kept, but for its connection.
pub(super) fn sync_document(
    workspace: WorkspaceId,
    sync: &GroupSync,
) -> Result<Document, StoreError> {
    let mut document = to_document(sync)?;
    document.insert("workspace", workspace.to_string());
    Ok(document)
}

/// The fields that groups are looked for and listed by.
pub(super) fn searchable(subject: &str, jid: &GroupJid) -> Document {
    let search = folded(subject);
    let place = place(&search, jid.as_str());
    doc! { "search": search, "place": place }
}

/// Values as they are, in an expression: a name may begin with a dollar sign.
fn literally(fields: Document) -> Document {
    fields
        .into_iter()
        .map(|(field, value)| (field, Bson::from(doc! { "$literal": value })))
        .collect()
}

fn sync_key(workspace: WorkspaceId, connection: ConnectionId) -> Document {
    doc! { "_id": connection.to_string(), "workspace": workspace.to_string() }
}

fn all_of(workspace: WorkspaceId, connection: ConnectionId) -> Document {
    doc! { "workspace": workspace.to_string(), "connection": connection.to_string() }
}

fn key(workspace: WorkspaceId, connection: ConnectionId, jid: &GroupJid) -> Document {
    let mut key = all_of(workspace, connection);
    key.insert("jid", jid.as_str());
    key
}

async fn replace(
    groups: Collection<Document>,
    key: Document,
    document: Document,
) -> Result<(), StoreError> {
    let put = || {
        groups
            .replace_one(key.clone(), document.clone())
            .upsert(true)
    };
    match put().await {
        // Another sync made it between the look and the insert: now it is there to be replaced.
        Err(error) if is_duplicate_key(&error) => Ok(put().await.map(drop)?),
        other => Ok(other.map(drop)?),
    }
}
