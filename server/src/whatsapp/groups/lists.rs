//! The app's port to the lists of groups.

use std::collections::HashMap;

use arauto_app::api::{
    ApiError, GroupChoice, GroupListCard, GroupListChoice, GroupListView, GroupLists,
    GroupListsView, LiveEvent, NotFound, Principal,
};
use arauto_app::domain::{
    Campaign, CampaignState, ConnectionId, Group, GroupJid, GroupList, GroupListCounts,
    GroupListId, GroupListProblem, GroupPlace, GroupTraits, WorkspaceId, each_once,
    group_list_name,
};
use async_trait::async_trait;

use crate::clock::SharedClock;
use crate::failure::api_error;
use crate::live::LiveBoard;
use crate::random::Random;
use crate::store::{Store, StoreError, folded};

/// How many groups a page shows.
const SHOWN: usize = 50;

/// Serves the lists' pages.
pub struct GroupListService {
    store: Store,
    clock: SharedClock,
    random: Random,
    live: LiveBoard,
}

impl GroupListService {
    /// A service over the store.
    pub fn new(store: Store, clock: SharedClock, random: Random, live: LiveBoard) -> Self {
        Self {
            store,
            clock,
            random,
            live,
        }
    }

    /// The name of a connection, if it is one of the workspace.
    async fn name_of(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
    ) -> Result<String, ApiError> {
        let row = self.store.connections.get(workspace, connection).await;
        let row = row.map_err(api_error)?;
        Ok(row.ok_or(ApiError::NotFound(NotFound::Connection))?.name)
    }

    async fn known(&self, workspace: WorkspaceId, id: GroupListId) -> Result<GroupList, ApiError> {
        let list = self.store.group_lists.get(workspace, id).await;
        list.map_err(api_error)?
            .ok_or(ApiError::NotFound(NotFound::GroupList))
    }

    /// What the connection knows of the groups of lists, by subject.
    async fn groups_of(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        lists: &[GroupList],
    ) -> Result<Vec<Group>, StoreError> {
        let jids = each_once(lists.iter().flat_map(|list| &list.groups));
        let groups = &self.store.groups;
        groups.among(workspace, connection, &jids).await
    }

    /// Those of the chosen groups that are groups of the connection, each once.
    ///
    /// # Errors
    /// [`GroupListProblem::GroupsMissing`] when none is.
    async fn chosen(
        &self,
        workspace: WorkspaceId,
        connection: ConnectionId,
        chosen: &GroupChoice,
    ) -> Result<Vec<GroupJid>, ApiError> {
        let groups = &self.store.groups;
        let known = groups.among(workspace, connection, &chosen.groups).await;
        let known = known.map_err(api_error)?.into_iter();
        let mut jids: Vec<GroupJid> = known.map(|group| group.jid).collect();
        if let Some(query) = &chosen.all_of {
            let found = groups.accepting(workspace, connection, query).await;
            jids.extend(found.map_err(api_error)?.into_iter().map(|group| group.jid));
        }
        if jids.is_empty() {
            return Err(ApiError::GroupList(GroupListProblem::GroupsMissing));
        }
        Ok(each_once(&jids))
    }

    /// Tells open pages, after a change that found its list.
    fn told(&self, workspace: WorkspaceId, list: &GroupList, found: bool) -> Result<(), ApiError> {
        if !found {
            return Err(ApiError::NotFound(NotFound::GroupList));
        }
        self.live
            .post(workspace, LiveEvent::Groups(list.connection));
        Ok(())
    }
}

#[async_trait]
impl GroupLists for GroupListService {
    async fn list(
        &self,
        who: &Principal,
        connection: ConnectionId,
    ) -> Result<GroupListsView, ApiError> {
        let workspace = who.workspace_id();
        self.name_of(workspace, connection).await?;
        let lists = self.store.group_lists.list(workspace, connection).await;
        let lists = lists.map_err(api_error)?;
        let (groups, campaigns) = tokio::try_join!(
            self.groups_of(workspace, connection, &lists),
            self.store.campaigns.list(workspace)
        )
        .map_err(api_error)?;
        let known = by_address(&groups);
        let cards = lists.iter().map(|list| card(list, &known, &campaigns));
        Ok(GroupListsView {
            lists: cards.collect(),
            now: self.clock.now(),
        })
    }

    async fn get(
        &self,
        who: &Principal,
        id: GroupListId,
        text: &str,
        after: Option<&GroupPlace>,
    ) -> Result<GroupListView, ApiError> {
        let workspace = who.workspace_id();
        let list = self.known(workspace, id).await?;
        let connection_name = self.name_of(workspace, list.connection).await?;
        let (groups, campaigns) = tokio::try_join!(
            self.groups_of(workspace, list.connection, std::slice::from_ref(&list)),
            self.store.campaigns.list(workspace)
        )
        .map_err(api_error)?;
        let card = card(&list, &by_address(&groups), &campaigns);
        let page = page(groups, text, after);
        Ok(GroupListView {
            card,
            connection: list.connection,
            connection_name,
            groups: page.groups,
            found: page.found,
            next: page.next,
            now: self.clock.now(),
        })
    }

    async fn choices(&self, who: &Principal) -> Result<Vec<GroupListChoice>, ApiError> {
        let workspace = who.workspace_id();
        let connections = self.store.connections.list(workspace).await;
        let mut choices = Vec::new();
        for connection in connections.map_err(api_error)? {
            let lists = self.store.group_lists.list(workspace, connection.id).await;
            let lists = lists.map_err(api_error)?;
            let groups = self.groups_of(workspace, connection.id, &lists).await;
            let groups = groups.map_err(api_error)?;
            let known = by_address(&groups);
            choices.extend(lists.into_iter().map(|list| {
                GroupListChoice {
                    id: list.id,
                    connection: list.connection,
                    name: list.name,
                    groups: (list.groups.iter())
                        .filter_map(|jid| known.get(jid).map(|group| (*group).into()))
                        .collect(),
                }
            }));
        }
        Ok(choices)
    }

    async fn create(
        &self,
        who: &Principal,
        connection: ConnectionId,
        name: &str,
        groups: &GroupChoice,
    ) -> Result<GroupListId, ApiError> {
        let workspace = who.workspace_id();
        let name = group_list_name(name).map_err(ApiError::GroupList)?;
        self.name_of(workspace, connection).await?;
        let now = self.clock.now();
        let list = GroupList {
            id: GroupListId::new(now, self.random.bytes()),
            workspace,
            connection,
            name,
            groups: self.chosen(workspace, connection, groups).await?,
            created_at: now,
            updated_at: now,
        };
        let stored = self.store.group_lists.insert(&list).await;
        stored.map_err(naming_error)?;
        self.told(workspace, &list, true)?;
        Ok(list.id)
    }

    async fn add(
        &self,
        who: &Principal,
        id: GroupListId,
        groups: &GroupChoice,
    ) -> Result<(), ApiError> {
        let workspace = who.workspace_id();
        let list = self.known(workspace, id).await?;
        let groups = self.chosen(workspace, list.connection, groups).await?;
        let lists = &self.store.group_lists;
        let added = lists.add(workspace, id, &groups, self.clock.now()).await;
        self.told(workspace, &list, added.map_err(api_error)?)
    }

    async fn take_out(
        &self,
        who: &Principal,
        id: GroupListId,
        groups: &[GroupJid],
    ) -> Result<(), ApiError> {
        if groups.is_empty() {
            return Err(ApiError::GroupList(GroupListProblem::GroupsMissing));
        }
        let workspace = who.workspace_id();
        let list = self.known(workspace, id).await?;
        let lists = &self.store.group_lists;
        let taken = lists.remove(workspace, id, groups, self.clock.now()).await;
        self.told(workspace, &list, taken.map_err(api_error)?)
    }

    async fn rename(&self, who: &Principal, id: GroupListId, name: &str) -> Result<(), ApiError> {
        let workspace = who.workspace_id();
        let name = group_list_name(name).map_err(ApiError::GroupList)?;
        let list = self.known(workspace, id).await?;
        let lists = &self.store.group_lists;
        let renamed = lists.rename(workspace, id, &name, self.clock.now()).await;
        self.told(workspace, &list, renamed.map_err(naming_error)?)
    }

    async fn delete(&self, who: &Principal, id: GroupListId) -> Result<ConnectionId, ApiError> {
        let workspace = who.workspace_id();
        let list = self.known(workspace, id).await?;
        let campaigns = self.store.campaigns.list(workspace).await;
        let using: Vec<_> = using(id, &campaigns.map_err(api_error)?).cloned().collect();
        let active = active_names(&using);
        if !active.is_empty() {
            return Err(ApiError::GroupListInUse(active));
        }
        // Before the list itself: a campaign never names one that is not there.
        match self.store.campaigns.detach_list(workspace, id).await {
            // Somebody started one meanwhile.
            Err(StoreError::Conflict(_)) => {
                return Err(ApiError::GroupListInUse(names(using.iter())));
            }
            detached => detached.map_err(api_error)?,
        }
        let deleted = self.store.group_lists.delete(workspace, id).await;
        deleted.map_err(api_error)?;
        for campaign in using {
            self.live.post(workspace, LiveEvent::Campaign(campaign.id));
        }
        self.told(workspace, &list, true)?;
        Ok(list.connection)
    }
}

/// A store's contradiction about a list is about its name.
fn naming_error(error: StoreError) -> ApiError {
    match error {
        StoreError::Conflict(_) => ApiError::GroupList(GroupListProblem::NameTaken),
        error => api_error(error),
    }
}

fn by_address(groups: &[Group]) -> HashMap<&GroupJid, &Group> {
    groups.iter().map(|group| (&group.jid, group)).collect()
}

fn card(
    list: &GroupList,
    known: &HashMap<&GroupJid, &Group>,
    campaigns: &[Campaign],
) -> GroupListCard {
    let mut counts = GroupListCounts::default();
    for jid in &list.groups {
        counts.add(known.get(jid).map(|group| GroupTraits::from(*group)));
    }
    GroupListCard {
        id: list.id,
        name: list.name.clone(),
        counts,
        updated_at: list.updated_at,
        used_by: names(using(list.id, campaigns)),
        active_in: active_names(using(list.id, campaigns)),
    }
}

/// The campaigns that use a list.
fn using(id: GroupListId, campaigns: &[Campaign]) -> impl Iterator<Item = &Campaign> {
    campaigns
        .iter()
        .filter(move |campaign| campaign.uses_list(id))
}

fn active_names<'a>(campaigns: impl IntoIterator<Item = &'a Campaign>) -> Vec<String> {
    let is_active = |campaign: &&Campaign| campaign.state == CampaignState::Active;
    names(campaigns.into_iter().filter(is_active))
}

/// The names of campaigns, in the order in which people look for them.
fn names<'a>(campaigns: impl Iterator<Item = &'a Campaign>) -> Vec<String> {
    let mut names: Vec<_> = campaigns.map(|campaign| campaign.name.clone()).collect();
    names.sort_by_cached_key(|name| folded(name));
    names
}

struct Page {
    groups: Vec<Group>,
    found: u32,
    next: Option<GroupPlace>,
}

/// A page of groups that come by subject: those that have `text` in it, after a place.
fn page(mut groups: Vec<Group>, text: &str, after: Option<&GroupPlace>) -> Page {
    let text = folded(text);
    groups.retain(|group| folded(&group.subject).contains(&text));
    let found = u32::try_from(groups.len()).unwrap_or(u32::MAX);
    if let Some(after) = after {
        groups.retain(|group| place(group) > *after);
    }
    let has_more = groups.len() > SHOWN;
    groups.truncate(SHOWN);
    let last = groups.last().filter(|_| has_more);
    Page {
        found,
        next: last.map(place),
        groups,
    }
}

fn place(group: &Group) -> GroupPlace {
    GroupPlace {
        subject: folded(&group.subject),
        jid: group.jid.clone(),
    }
}

#[cfg(test)]
mod tests {
    use arauto_app::domain::{AddressingMode, GroupStanding, Timestamp};

    use super::*;

    #[test]
    fn pages_of_a_list_follow_each_other_and_search_as_the_store_does() {
        let group = |number: usize| Group {
            connection: ConnectionId::new(Timestamp::default(), [1; 10]),
            jid: format!("{}@g.us", 1_000 + number).parse().unwrap(),
            subject: if number < 120 {
                "Pão".into()
            } else {
                "Água".into()
            },
            participants: 3,
            announce_only: false,
            is_admin: false,
            addressing_mode: AddressingMode::Lid,
            community: None,
            standing: GroupStanding::Member,
            synced_at: Timestamp::default(),
        };
        let mut all: Vec<_> = (0..125).map(group).collect();
        all.sort_by_key(place);
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = page(all.clone(), "PAO", after.as_ref());
            assert_eq!(page.found, 120);
            assert!(page.groups.len() <= SHOWN);
            seen.extend(page.groups);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all[5..]);
        assert_eq!(page(all, "nada", None).groups, []);
    }
}
