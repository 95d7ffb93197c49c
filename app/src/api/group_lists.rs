//! Lists of groups: making, changing, choosing.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};
use crate::domain::{
    ConnectionId, Group, GroupBrief, GroupJid, GroupListCounts, GroupListId, GroupPlace,
    GroupQuery, Timestamp,
};

/// What the rest of the product may ask of the lists of groups.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait GroupLists: Send + Sync {
    /// Those of a connection, by name.
    async fn list(
        &self,
        who: &Principal,
        connection: ConnectionId,
    ) -> Result<GroupListsView, ApiError>;
    /// One with those of its groups that have `text` in their subject, as
    /// [`GroupQuery::text`], a page at a time. The page begins after a place.
    async fn get(
        &self,
        who: &Principal,
        id: GroupListId,
        text: &str,
        after: Option<&GroupPlace>,
    ) -> Result<GroupListView, ApiError>;
    /// Those of all connections of the workspace, for choosing among them.
    async fn choices(&self, who: &Principal) -> Result<Vec<GroupListChoice>, ApiError>;
    /// Makes one of chosen groups.
    async fn create(
        &self,
        who: &Principal,
        connection: ConnectionId,
        name: &str,
        groups: &GroupChoice,
    ) -> Result<GroupListId, ApiError>;
    /// Adds chosen groups to one.
    async fn add(
        &self,
        who: &Principal,
        id: GroupListId,
        groups: &GroupChoice,
    ) -> Result<(), ApiError>;
    /// Takes groups out of one.
    async fn take_out(
        &self,
        who: &Principal,
        id: GroupListId,
        groups: &[GroupJid],
    ) -> Result<(), ApiError>;
    /// Gives one another name.
    async fn rename(&self, who: &Principal, id: GroupListId, name: &str) -> Result<(), ApiError>;
    /// Deletes one and takes it out of the campaigns that use it; refused while one of those is
    /// active. Tells whose it was.
    async fn delete(&self, who: &Principal, id: GroupListId) -> Result<ConnectionId, ApiError>;
}

/// Groups of a connection that a person has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupChoice {
    /// One by one.
    pub groups: Vec<GroupJid>,
    /// All that this finds and that take our messages.
    pub all_of: Option<GroupQuery>,
}

/// The lists of a connection as their page shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupListsView {
    /// The lists, by name.
    pub lists: Vec<GroupListCard>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// What there is to know of a list without its groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupListCard {
    /// Its identifier.
    pub id: GroupListId,
    /// Its name.
    pub name: String,
    /// What has become of its groups.
    pub counts: GroupListCounts,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The campaigns that use it, by name.
    pub used_by: Vec<String>,
    /// Those of them that are active: as long as there is one, the list is not deleted.
    pub active_in: Vec<String>,
}

/// One list as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupListView {
    /// The list.
    pub card: GroupListCard,
    /// The connection that it belongs to.
    pub connection: ConnectionId,
    /// That connection's name.
    pub connection_name: String,
    /// A page of the groups that were looked for, by subject.
    pub groups: Vec<Group>,
    /// How many were found in all.
    pub found: u32,
    /// Where the next page begins, if there is one.
    pub next: Option<GroupPlace>,
    /// The server's time when this view was made.
    pub now: Timestamp,
}

/// A list that a campaign may go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupListChoice {
    /// Its identifier.
    pub id: GroupListId,
    /// The connection that it belongs to.
    pub connection: ConnectionId,
    /// Its name.
    pub name: String,
    /// Its groups, for counting what a choice of lists reaches.
    pub groups: Vec<GroupBrief>,
}

/// The name of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupListName {
    /// The list.
    pub id: GroupListId,
    /// Its name.
    pub name: String,
}

/// The lists of a connection.
#[server(prefix = "/api", endpoint = "group-lists")]
pub async fn list_group_lists(connection: ConnectionId) -> Result<GroupListsView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn GroupLists>()
        .list(&who, connection)
        .await
}

/// One list; everything but the list may be left out.
#[server(prefix = "/api", endpoint = "group-list")]
pub async fn get_group_list(
    id: GroupListId,
    #[server(default)] text: String,
    #[server(default)] after: Option<GroupPlace>,
) -> Result<GroupListView, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn GroupLists>()
        .get(&who, id, &text, after.as_ref())
        .await
}

/// The lists that campaigns may go to.
#[server(prefix = "/api", endpoint = "group-list-choices")]
pub async fn list_group_list_choices() -> Result<Vec<GroupListChoice>, ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn GroupLists>()
        .choices(&who)
        .await
}

/// What becomes of the groups that were chosen on the groups' page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gathering {
    /// They make a new list.
    #[default]
    Create,
    /// They go into one that exists.
    Add,
}

/// The form around the groups of a connection as a browser posts it, with or without WASM:
/// unchecked boxes post nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GatheringForm {
    /// The connection whose groups they are.
    pub connection: ConnectionId,
    /// The addresses of the chosen groups that have a box on the page.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The addresses of the other chosen groups, with spaces between them.
    #[serde(default)]
    pub others: String,
    /// The text that the page looks for.
    #[serde(default)]
    pub text: String,
    /// The kind that it looks for, as its address writes it.
    #[serde(default)]
    pub kind: String,
    /// Whether all that these find and that take our messages are chosen too.
    #[serde(default)]
    pub all: bool,
    /// What becomes of them.
    #[serde(default)]
    pub then: Gathering,
    /// The name of a new list.
    #[serde(default)]
    pub name: String,
    /// The list that they go into; empty for none.
    #[serde(default)]
    pub list: String,
}

impl GatheringForm {
    /// The groups that the form chooses.
    pub fn chosen(&self) -> GroupChoice {
        let boxes = self.groups.iter().map(String::as_str);
        GroupChoice {
            groups: boxes
                .chain([self.others.as_str()])
                .flat_map(super::jids_in)
                .collect(),
            all_of: self.all.then(|| GroupQuery {
                text: self.text.clone(),
                kind: self.kind.parse().unwrap_or_default(),
            }),
        }
    }
}

/// Puts chosen groups into a list and leads to it.
#[server(prefix = "/api", endpoint = "gather-groups")]
pub async fn gather_groups(form: GatheringForm) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let lists = super::principal::port::<dyn GroupLists>();
    let groups = form.chosen();
    let id = match form.then {
        Gathering::Create => {
            let made = lists.create(&who, form.connection, &form.name, &groups);
            made.await?
        }
        Gathering::Add => {
            let id = form.list.parse();
            let id = id.map_err(|_| ApiError::NotFound(super::NotFound::GroupList))?;
            lists.add(&who, id, &groups).await?;
            id
        }
    };
    leptos_axum::redirect(&format!("/grupos/listas/{id}"));
    Ok(())
}

/// Takes groups out of a list.
#[server(prefix = "/api", endpoint = "take-out-of-group-list")]
pub async fn take_out_of_group_list(
    id: GroupListId,
    #[server(default)] groups: Vec<GroupJid>,
) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn GroupLists>()
        .take_out(&who, id, &groups)
        .await
}

/// Gives a list another name.
#[server(prefix = "/api", endpoint = "rename-group-list")]
pub async fn rename_group_list(id: GroupListId, name: String) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    super::principal::port::<dyn GroupLists>()
        .rename(&who, id, &name)
        .await
}

/// Deletes a list and leads to the others.
#[server(prefix = "/api", endpoint = "delete-group-list")]
pub async fn delete_group_list(id: GroupListId) -> Result<(), ApiError> {
    let who = Principal::from_context()?;
    let connection = super::principal::port::<dyn GroupLists>()
        .delete(&who, id)
        .await?;
    leptos_axum::redirect(&format!("/grupos/listas?conexao={connection}"));
    Ok(())
}
