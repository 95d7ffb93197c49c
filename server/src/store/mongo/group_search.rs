//! Looking for groups in MongoDB.

use arauto_app::domain::{
    Group, GroupBrief, GroupCounts, GroupJid, GroupKind, GroupPlace, GroupQuery, GroupTraits,
    LastSent, Run, RunId, Timestamp,
};
use futures::{StreamExt, TryStreamExt};
use mongodb::Collection;
use mongodb::bson::{Document, doc};
use serde::Deserialize;

use super::documents::{collect, from_document};
use crate::store::folded::place;
use crate::store::{StoreError, folded};

/// How many groups' last messages are looked for at the same time.
const LOOKED_FOR_TOGETHER: usize = 8;

/// The order in which people see groups.
fn in_order() -> Document {
    doc! { "place": 1 }
}

/// `owned` selects all groups of a connection.
pub(super) async fn page(
    groups: Collection<Document>,
    owned: Document,
    query: &GroupQuery,
    after: Option<&GroupPlace>,
    rows: u32,
) -> Result<Vec<Group>, StoreError> {
    let mut filter = matching(owned, query);
    if let Some(after) = after {
        let place = place(&after.subject, after.jid.as_str());
        filter.insert("place", doc! { "$gt": place });
    }
    let found = groups.find(filter).sort(in_order()).limit(rows.into());
    collect(found.await?).await
}

pub(super) async fn accepting(
    groups: Collection<Document>,
    owned: Document,
    query: &GroupQuery,
) -> Result<Vec<GroupBrief>, StoreError> {
    let filter = doc! { "$and": [matching(owned, query), condition(GroupKind::CanSend)] };
    let fields =
        doc! { "jid": 1, "participants": 1, "standing": 1, "announce_only": 1, "is_admin": 1 };
    let found = groups.find(filter).projection(fields).sort(in_order());
    let found: Vec<Brief> = collect(found.await?).await?;
    Ok(found.into_iter().map(Into::into).collect())
}

pub(super) async fn counts(
    groups: Collection<Document>,
    owned: Document,
    text: &str,
) -> Result<GroupCounts, StoreError> {
    let query = GroupQuery {
        text: text.to_owned(),
        kind: GroupKind::All,
    };
    let by = doc! {
        "standing": "$standing", "announce_only": "$announce_only", "is_admin": "$is_admin"
    };
    let stages = [
        doc! { "$match": matching(owned, &query) },
        doc! { "$group": { "_id": by, "groups": { "$sum": 1_i64 } } },
    ];
    let mut rows = groups.aggregate(stages).await?;
    let mut counts = GroupCounts::default();
    while let Some(row) = rows.try_next().await? {
        let Counted { id, groups } = from_document(row)?;
        counts.add(id.into(), u32::try_from(groups).unwrap_or(u32::MAX));
    }
    Ok(counts)
}

pub(super) async fn among(
    groups: Collection<Document>,
    mut owned: Document,
    jids: &[GroupJid],
) -> Result<Vec<Group>, StoreError> {
    let jids: Vec<&str> = jids.iter().map(GroupJid::as_str).collect();
    owned.insert("jid", doc! { "$in": jids });
    collect(groups.find(owned).sort(in_order()).await?).await
}

pub(super) async fn last_sent(
    deliveries: Collection<Document>,
    runs: Collection<Document>,
    owned: &Document,
    jids: Vec<GroupJid>,
) -> Result<Vec<LastSent>, StoreError> {
    let found: Vec<_> = futures::stream::iter(jids)
        .map(|jid| last_sent_to(&deliveries, &runs, owned, jid))
        .buffered(LOOKED_FOR_TOGETHER)
        .try_collect()
        .await?;
    Ok(found.into_iter().flatten().collect())
}

async fn last_sent_to(
    deliveries: &Collection<Document>,
    runs: &Collection<Document>,
    owned: &Document,
    jid: GroupJid,
) -> Result<Option<LastSent>, StoreError> {
    let mut filter = owned.clone();
    filter.insert("target", jid.as_str());
    filter.insert("sent_at", doc! { "$type": "number" });
    let fields = doc! { "sent_at": 1, "run": 1, "_id": 0 };
    let latest = deliveries.find_one(filter).projection(fields);
    let Some(latest) = latest.sort(doc! { "sent_at": -1 }).await? else {
        return Ok(None);
    };
    let Sent { sent_at, run } = from_document(latest)?;
    // A run that is being deleted takes its deliveries along.
    let Some(run) = runs.find_one(doc! { "_id": run.to_string() }).await? else {
        return Ok(None);
    };
    let run: Run = from_document(run)?;
    Ok(Some(LastSent {
        jid,
        at: sent_at,
        run: run.id,
        campaign: run.campaign,
    }))
}

fn matching(owned: Document, query: &GroupQuery) -> Document {
    let mut filter = owned;
    let text = folded(&query.text);
    if !text.is_empty() {
        // As it is written: what a person types is no pattern.
        let found = doc! { "$indexOfCP": ["$search", { "$literal": text }] };
        filter.insert("$expr", doc! { "$gte": [found, 0] });
    }
    filter.extend(condition(query.kind));
    filter
}

/// What makes a group one of a kind: [`GroupTraits::are`] as a filter.
fn condition(kind: GroupKind) -> Document {
    match kind {
        GroupKind::All => doc! {},
        GroupKind::CanSend => doc! {
            "standing": "member", "$or": [{ "announce_only": false }, { "is_admin": true }]
        },
        GroupKind::OnlyAdmins => doc! { "standing": "member", "announce_only": true },
        GroupKind::Left => doc! { "standing": { "$ne": "member" } },
    }
}

#[derive(Deserialize)]
struct Traits {
    standing: arauto_app::domain::GroupStanding,
    announce_only: bool,
    is_admin: bool,
}

impl From<Traits> for GroupTraits {
    fn from(traits: Traits) -> Self {
        Self {
            standing: traits.standing,
            announce_only: traits.announce_only,
            is_admin: traits.is_admin,
        }
    }
}

#[derive(Deserialize)]
struct Sent {
    sent_at: Timestamp,
    run: RunId,
}

#[derive(Deserialize)]
struct Counted {
    id: Traits,
    groups: i64,
}

#[derive(Deserialize)]
struct Brief {
    jid: GroupJid,
    participants: u32,
    #[serde(flatten)]
    traits: Traits,
}

impl From<Brief> for GroupBrief {
    fn from(brief: Brief) -> Self {
        Self {
            jid: brief.jid,
            participants: brief.participants,
            accepts_messages: GroupTraits::from(brief.traits).accept_messages(),
        }
    }
}
