//! Campaigns in MongoDB.

use std::ops::Range;

use arauto_app::domain::{
    Campaign, CampaignCounts, CampaignId, CampaignQuery, CampaignState, ConnectionId, GroupListId,
    MediaId, Missed, Standing, Timestamp, WorkspaceId,
};
use async_trait::async_trait;
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};

use super::documents::{collect, from_document, to_bson, to_document};
use super::error::{is_duplicate_key, naming_conflict};
use super::{MongoStore, calls, campaign_search};
use crate::store::{CampaignStore, MediaUses, StoreError, folded, order};

#[async_trait]
impl CampaignStore for MongoStore {
    async fn insert(&self, campaign: &Campaign) -> Result<(), StoreError> {
        let (campaigns, new) = (self.collection("campaigns"), campaign_document(campaign)?);
        calls::run(async move {
            let inserted = campaigns.insert_one(new).await;
            inserted
                .map(drop)
                .map_err(naming_conflict("the campaign exists already"))
        })
        .await
    }

    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<Campaign>, StoreError> {
        let campaigns = self.collection("campaigns");
        calls::run(async move {
            let found = campaigns
                .find(doc! { "workspace": workspace.to_string() })
                .sort(doc! { "updated_at": -1, "_id": -1 })
                .await?;
            collect(found).await
        })
        .await
    }

    async fn search(
        &self,
        workspace: WorkspaceId,
        query: &CampaignQuery,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        let (campaigns, query) = (self.collection("campaigns"), query.clone());
        calls::run(async move {
            campaign_search::page(&campaigns, workspace, &query, skipped, limit).await
        })
        .await
    }

    async fn counts(
        &self,
        workspace: WorkspaceId,
        text: &str,
    ) -> Result<CampaignCounts, StoreError> {
        let (campaigns, text) = (self.collection("campaigns"), folded(text));
        calls::run(async move { campaign_search::counts(&campaigns, workspace, &text).await }).await
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
    ) -> Result<Option<Campaign>, StoreError> {
        let campaigns = self.collection("campaigns");
        calls::run(async move {
            let found = campaigns.find_one(key(workspace, id)).await?;
            found.map(from_document).transpose()
        })
        .await
    }

    async fn update(&self, campaign: &Campaign, seen: Timestamp) -> Result<(), StoreError> {
        let campaigns = self.collection("campaigns");
        let mut expected = key(campaign.workspace, campaign.id);
        expected.insert("state", to_bson(&campaign.state)?);
        expected.insert("updated_at", seen.as_millis());
        let change = doc! { "$set": {
            "name": &campaign.name,
            "search": folded(&campaign.name),
            "connection": to_bson(&campaign.connection)?,
            "lost_connection": campaign.lost_connection,
            "lists": to_bson(&campaign.lists)?,
            "targets": to_bson(&campaign.targets)?,
            "also": to_bson(&campaign.also)?,
            "pace": to_bson(&campaign.pace)?,
            "content": to_bson(&campaign.content)?,
            "others": to_bson(&campaign.others)?,
            "timing": to_bson(&campaign.timing)?,
            "updated_at": campaign.updated_at.as_millis(),
            "updated_by": to_bson(&campaign.updated_by)?,
        } };
        calls::run(async move {
            let updated = campaigns.update_one(expected, change).await?;
            if updated.matched_count == 0 {
                return Err(StoreError::Conflict(
                    "the campaign is gone, in another state, or was changed",
                ));
            }
            Ok(())
        })
        .await
    }

    async fn move_on(
        &self,
        workspace: WorkspaceId,
        id: CampaignId,
        from: &Standing,
        to: &Standing,
    ) -> Result<bool, StoreError> {
        let campaigns = self.collection("campaigns");
        let mut expected = key(workspace, id);
        expected.extend(standing(from)?);
        let change = doc! { "$set": standing(to)? };
        calls::run(async move {
            let updated = campaigns.update_one(expected, change).await?;
            Ok(updated.matched_count == 1)
        })
        .await
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Campaign>, StoreError> {
        let campaigns = self.collection("campaigns");
        calls::run(async move {
            let due =
                campaigns.find(doc! { "next_at": { "$gt": i64::MIN, "$lte": now.as_millis() } });
            let first = due.sort(doc! { "next_at": 1, "_id": 1 });
            collect(first.limit(i64::from(limit)).await?).await
        })
        .await
    }

    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let campaigns = self.collection("campaigns");
        calls::run(async move {
            let scheduled = campaigns.find_one(doc! { "next_at": { "$gt": i64::MIN } });
            let first: Option<Document> = scheduled
                .sort(doc! { "next_at": 1 })
                .projection(doc! { "next_at": 1 })
                .await?;
            let next_at = first.and_then(|first| first.get_i64("next_at").ok());
            Ok(next_at.map(Timestamp::from_millis))
        })
        .await
    }

    async fn note_missed(&self, missed: &Missed) -> Result<(), StoreError> {
        let (collection, new) = (self.collection("missed_runs"), to_document(missed)?);
        calls::run(async move {
            match collection.insert_one(new).await {
                // It was noted by an earlier try, or by another server.
                Err(error) if is_duplicate_key(&error) => Ok(()),
                inserted => Ok(inserted.map(drop)?),
            }
        })
        .await
    }

    async fn missed(
        &self,
        workspace: WorkspaceId,
        campaign: CampaignId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError> {
        let collection = self.collection("missed_runs");
        let theirs = doc! {
            "workspace": workspace.to_string(),
            "campaign": campaign.to_string(),
            "from": { "$lt": before.as_millis() },
        };
        calls::run(async move {
            let found = collection.find(theirs).sort(doc! { "from": -1 });
            collect(found.limit(i64::from(limit)).await?).await
        })
        .await
    }

    async fn missed_between(
        &self,
        workspace: WorkspaceId,
        stretch: Range<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Missed>, StoreError> {
        let collection = self.collection("missed_runs");
        let theirs = doc! {
            "workspace": workspace.to_string(),
            "from": { "$gte": stretch.start.as_millis(), "$lt": stretch.end.as_millis() },
        };
        calls::run(async move {
            let found = collection
                .find(theirs)
                .sort(doc! { "from": -1, "campaign": -1 });
            collect(found.limit(i64::from(limit)).await?).await
        })
        .await
    }

    async fn delete(&self, workspace: WorkspaceId, id: CampaignId) -> Result<(), StoreError> {
        let (campaigns, missed) = (self.collection("campaigns"), self.collection("missed_runs"));
        let theirs = doc! { "campaign": id.to_string(), "workspace": workspace.to_string() };
        let mut inactive = key(workspace, id);
        inactive.insert("state", doc! { "$ne": to_bson(&CampaignState::Active)? });
        calls::run(async move {
            let deleted = campaigns.delete_one(inactive).await?;
            if deleted.deleted_count == 0 && campaigns.find_one(key(workspace, id)).await?.is_some()
            {
                return Err(StoreError::Conflict("the campaign is active"));
            }
            missed.delete_many(theirs).await?;
            Ok(())
        })
        .await
    }

    async fn names_using_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<Vec<String>, StoreError> {
        let connection = connection.to_string();
        let using = [
            doc! { "connection": &connection },
            doc! { "also.connection": &connection },
        ];
        self.campaign_names(workspace, doc! { "$or": using.to_vec() })
            .await
    }

    async fn media_uses(
        &self,
        workspace: WorkspaceId,
        media: &[MediaId],
    ) -> Result<Vec<MediaUses>, StoreError> {
        self.uses_of_media(workspace, media).await
    }

    async fn detach_list(
        &self,
        workspace: WorkspaceId,
        list: GroupListId,
    ) -> Result<(), StoreError> {
        let campaigns = self.collection("campaigns");
        let list = list.to_string();
        let using = doc! {
            "workspace": workspace.to_string(),
            "$or": [{ "lists": &list }, { "also.lists": &list }],
        };
        let (mut active, mut inactive) = (using.clone(), using);
        let state = to_bson(&CampaignState::Active)?;
        active.insert("state", state.clone());
        inactive.insert("state", doc! { "$ne": state });
        calls::run(async move {
            let refused = || StoreError::Conflict("an active campaign uses the list");
            if campaigns.find_one(active.clone()).await?.is_some() {
                return Err(refused());
            }
            let change = doc! { "$pull": { "lists": &list, "also.$[].lists": &list } };
            campaigns.update_many(inactive, change).await?;
            match campaigns.find_one(active).await? {
                Some(_) => Err(refused()),
                None => Ok(()),
            }
        })
        .await
    }

    async fn detach_connection(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        let campaigns = self.collection("campaigns");
        let (workspace, connection) = (workspace.to_string(), connection.to_string());
        let first = doc! { "workspace": &workspace, "connection": &connection };
        let change = doc! { "$set": {
            "connection": Bson::Null, "lost_connection": true, "lists": [], "targets": [],
        } };
        let also = doc! { "workspace": &workspace, "also.connection": &connection };
        let taken_out = doc! { "$pull": { "also": { "connection": &connection } } };
        calls::run(async move {
            campaigns.update_many(first, change).await?;
            campaigns.update_many(also, taken_out).await?;
            Ok(())
        })
        .await
    }
}

impl MongoStore {
    async fn campaign_names(
        &self,
        workspace: WorkspaceId,
        mut condition: Document,
    ) -> Result<Vec<String>, StoreError> {
        let campaigns = self.collection("campaigns");
        condition.insert("workspace", workspace.to_string());
        calls::run(async move {
            let found: Vec<Document> = campaigns
                .find(condition)
                .projection(doc! { "name": 1 })
                .await?
                .try_collect()
                .await?;
            let mut names: Vec<String> = found
                .iter()
                .filter_map(|campaign| campaign.get_str("name").ok().map(str::to_owned))
                .collect();
            order::names(&mut names);
            Ok(names)
        })
        .await
    }
}

/// Where a campaign stands, field by field.
fn standing(standing: &Standing) -> Result<Document, StoreError> {
    Ok(doc! {
        "state": to_bson(&standing.state)?,
        "past": to_bson(&standing.past)?,
        "next_at": to_bson(&standing.next_at)?,
    })
}

/// A campaign as it is kept: with its name as searches read it.
pub(super) fn campaign_document(campaign: &Campaign) -> Result<Document, StoreError> {
    let mut document = to_document(campaign)?;
    document.insert("search", folded(&campaign.name));
    Ok(document)
}

fn key(workspace: WorkspaceId, id: CampaignId) -> Document {
    doc! { "_id": id.to_string(), "workspace": workspace.to_string() }
}
