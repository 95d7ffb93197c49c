//! Groups: reading what the store has, and asking for a sync.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, GroupListName, Principal};
use crate::domain::{
    ConnectionId, Group, GroupBrief, GroupCounts, GroupJid, GroupMember, GroupPlace, GroupQuery,
    GroupSync, RunId, Timestamp,
};

/// What the rest of the product may ask of the groups.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Groups: Send + Sync {
    /// The groups of a connection that a person looks for, a page at a time, as the store has
    /// them: never asks WhatsApp. The page begins after a place.
    async fn search(
        &self,
        who: &Principal,
        connection: ConnectionId,
        query: &GroupQuery,
        after: Option<&GroupPlace>,
    ) -> Result<GroupsView, ApiError>;
    /// All of those groups that take our messages.
    async fn accepting(
        &self,
        who: &Principal,
        connection: ConnectionId,
        query: &GroupQuery,
    ) -> Result<Vec<GroupBrief>, ApiError>;
    /// One group.
    async fn get(
        &self,
        who: &Principal,
        connection: ConnectionId,
        jid: &GroupJid,
    ) -> Result<GroupView, ApiError>;
    /// Who is in a group: asks WhatsApp.
    async fn members(
        &self,
        who: &Principal,
        connection: ConnectionId,
        jid: &GroupJid,
    ) -> Result<Vec<GroupMember>, ApiError>;
    /// Those of these addresses that are groups of the connection.
    async fn chosen(
        &self,
        who: &Principal,
        connection: ConnectionId,
        jids: &[GroupJid],
    ) -> Result<Vec<GroupBrief>, ApiError>;
    /// Begins a sync in the background; one that is under way goes on.
    async fn sync(&self, who: &Principal, connection: ConnectionId) -> Result<(), ApiError>;
    /// Ends a sync that is under way; what it has read stays.
    async fn cancel_sync(&self, who: &Principal, connection: ConnectionId) -> Result<(), ApiError>;
}

/// A connection's groups as the page shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupsView {
    /// A page of the groups that were looked for, by subject.
    pub groups: Vec<Group>,
    /// Where the next page begins, if there is one.
    pub next: Option<GroupPlace>,
    /// How many groups of each kind the text finds.
    pub counts: GroupCounts,
    /// How many groups the connection has, whatever was looked for.
    pub total: u32,
    /// What was last sent to those of the page's groups that were ever sent to.
    pub sent: Vec<SentMessage>,
    /// The connection's lists, by name.
    pub lists: Vec<GroupListName>,
    /// When the latest complete sync ended.
    pub synced_at: Option<Timestamp>,
    /// What a sync is doing now.
    pub sync: SyncProgress,
    /// The latest sync and how it ended.
    pub latest: Option<GroupSync>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// The last message of ours to a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMessage {
    /// The group.
    pub jid: GroupJid,
    /// When WhatsApp took it.
    pub at: Timestamp,
    /// The run that it belonged to.
    pub run: RunId,
    /// The name of the campaign.
    pub campaign: String,
}

/// One group as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupView {
    /// The group.
    pub group: Group,
    /// The name of the connection that takes part in it.
    pub connection_name: String,
    /// What was last sent to it.
    pub sent: Option<SentMessage>,
    /// The lists that it is in, by name.
    pub lists: Vec<GroupListName>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// Where a sync of groups stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "sync", rename_all = "snake_case")]
pub enum SyncProgress {
    /// None is under way.
    #[default]
    Idle,
    /// WhatsApp was asked for the list.
    Asking,
    /// Groups are being stored.
    Storing {
        /// How many are stored.
        done: u32,
        /// Of how many.
        total: u32,
    },
    /// WhatsApp was asked too often; it is asked again then.
    Waiting {
        /// When.
        until: Timestamp,
    },
}

impl SyncProgress {
    /// Whether a sync is under way.
    pub const fn is_under_way(self) -> bool {
        !matches!(self, Self::Idle)
    }
}

/// A page of the groups of a connection; everything but the connection may be left out.
#[server(prefix = "/api", endpoint = "groups")]
pub async fn list_groups(
    connection: ConnectionId,
    #[server(default)] query: GroupQuery,
    #[server(default)] after: Option<GroupPlace>,
) -> Result<GroupsView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .search(&who, connection, &query, after.as_ref())
        .await
}

/// All groups that are looked for and take our messages, for choosing them at once.
#[server(prefix = "/api", endpoint = "accepting-groups")]
pub async fn accepting_groups(
    connection: ConnectionId,
    #[server(default)] query: GroupQuery,
) -> Result<Vec<GroupBrief>, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .accepting(&who, connection, &query)
        .await
}

/// What there is to know of chosen groups; `jids` has their addresses with spaces between them.
#[server(prefix = "/api", endpoint = "chosen-groups")]
pub async fn chosen_groups(
    connection: ConnectionId,
    jids: String,
) -> Result<Vec<GroupBrief>, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .chosen(&who, connection, &super::jids_in(&jids))
        .await
}

/// One group.
#[server(prefix = "/api", endpoint = "group")]
pub async fn get_group(connection: ConnectionId, jid: GroupJid) -> Result<GroupView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .get(&who, connection, &jid)
        .await
}

/// Who is in a group.
#[server(prefix = "/api", endpoint = "group-members")]
pub async fn list_group_members(
    connection: ConnectionId,
    jid: GroupJid,
) -> Result<Vec<GroupMember>, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .members(&who, connection, &jid)
        .await
}

/// Asks for a sync.
#[server(prefix = "/api", endpoint = "sync-groups")]
pub async fn sync_groups(connection: ConnectionId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .sync(&who, connection)
        .await
}

/// Ends a sync.
#[server(prefix = "/api", endpoint = "cancel-group-sync")]
pub async fn cancel_group_sync(connection: ConnectionId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn Groups>()
        .cancel_sync(&who, connection)
        .await
}

/// The addresses in a text that has spaces between them; what is none is passed over: no person can
/// type one.
pub(crate) fn jids_in(text: &str) -> Vec<GroupJid> {
    let words = text.split_whitespace();
    words.filter_map(|jid| jid.parse().ok()).collect()
}
