//! Which campaigns depend on media items, in one look for all of them.

use std::collections::HashMap;

use arauto_app::domain::{CampaignId, CampaignState, MediaId, WorkspaceId};
use mongodb::bson::{Bson, Document, doc};
use serde::Deserialize;

use super::documents::collect;
use super::{MongoStore, calls};
use crate::store::StoreError;
use crate::store::media_uses::{Dependence, MediaUses, Reason, uses_of};

/// What is read of a campaign.
#[derive(Deserialize)]
struct Having {
    id: CampaignId,
    name: String,
    state: CampaignState,
    content: Part,
    others: Vec<Part>,
}

/// What is read of a run.
#[derive(Deserialize)]
struct Sending {
    campaign: CampaignId,
    content: Part,
    others: Vec<Part>,
}

/// What is read of a message.
#[derive(Deserialize)]
struct Part {
    media: Option<MediaId>,
}

/// What is read of a campaign that a run belongs to.
#[derive(Deserialize)]
struct Named {
    id: CampaignId,
    name: String,
}

fn media_of(content: &Part, others: &[Part]) -> Vec<MediaId> {
    let parts = std::iter::once(content).chain(others);
    parts.filter_map(|part| part.media).collect()
}

impl MongoStore {
    pub(super) async fn uses_of_media(
        &self,
        workspace: WorkspaceId,
        media: &[MediaId],
    ) -> Result<Vec<MediaUses>, StoreError> {
        let (campaigns, runs) = (self.collection("campaigns"), self.collection("runs"));
        let wanted = media.to_vec();
        calls::run(async move {
            let ids: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            let sends = |mut condition: Document| {
                let among = doc! { "$in": &ids };
                let either = [
                    doc! { "content.media": &among },
                    doc! { "others.media": among },
                ];
                condition.insert("workspace", workspace.to_string());
                condition.insert("$or", either.to_vec());
                condition
            };
            let fields = doc! { "name": 1, "state": 1, "content.media": 1, "others.media": 1 };
            let having = campaigns.find(sends(doc! {})).projection(fields).await?;
            let having: Vec<Having> = collect(having).await?;
            let fields = doc! { "campaign": 1, "content.media": 1, "others.media": 1 };
            let under_way = sends(doc! { "finished_at": Bson::Null });
            let sending = runs.find(under_way).projection(fields).await?;
            let sending: Vec<Sending> = collect(sending).await?;
            let of_runs: Vec<String> = sending.iter().map(|run| run.campaign.to_string()).collect();
            let named = doc! { "workspace": workspace.to_string(), "_id": { "$in": of_runs } };
            let named = campaigns.find(named).projection(doc! { "name": 1 }).await?;
            let named: Vec<Named> = collect(named).await?;
            Ok(uses_of(&wanted, &dependences(having, sending, named)))
        })
        .await
    }
}

fn dependences(having: Vec<Having>, sending: Vec<Sending>, owners: Vec<Named>) -> Vec<Dependence> {
    let names: HashMap<_, _> = owners.into_iter().map(|one| (one.id, one.name)).collect();
    let having = having.into_iter().map(|one| Dependence {
        campaign: one.id,
        media: media_of(&one.content, &one.others),
        name: one.name,
        reason: match one.state {
            CampaignState::Active => Reason::Active,
            _ => Reason::Idle,
        },
    });
    let sending = sending.into_iter().filter_map(|run| {
        Some(Dependence {
            campaign: run.campaign,
            media: media_of(&run.content, &run.others),
            name: names.get(&run.campaign)?.clone(),
            reason: Reason::UnderWay,
        })
    });
    having.chain(sending).collect()
}
