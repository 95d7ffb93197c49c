//! Groups that a person has marked, on whatever page of the list they are.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{ApiError, accepting_groups};
use crate::components::ErrorNotice;
use crate::domain::{ConnectionId, Group, GroupBrief, GroupJid, GroupQuery};

/// The marked groups.
#[derive(Clone, Copy)]
pub(super) struct Selection(RwSignal<BTreeSet<GroupJid>>);

impl Selection {
    pub(super) fn empty() -> Self {
        Self(RwSignal::default())
    }

    pub(super) fn has(self, jid: &GroupJid) -> bool {
        self.0.with(|marked| marked.contains(jid))
    }

    pub(super) fn count(self) -> u32 {
        u32::try_from(self.0.with(BTreeSet::len)).unwrap_or(u32::MAX)
    }

    pub(super) fn mark(self, jid: &GroupJid, is_marked: bool) {
        self.0.update(|marked| {
            if is_marked {
                marked.insert(jid.clone());
            } else {
                marked.remove(jid);
            }
        });
    }

    pub(super) fn mark_all(self, groups: Vec<GroupBrief>) {
        let jids = groups.into_iter().map(|group| group.jid);
        self.0.update(|marked| marked.extend(jids));
    }

    pub(super) fn clear(self) {
        self.0.update(BTreeSet::clear);
    }

    /// See [`without_boxes`].
    pub(super) fn beyond(self, shown: &[Group]) -> String {
        self.0.with(|marked| without_boxes(marked, shown))
    }
}

/// Those of the marked groups that have no box on the page, since another page of the list is
/// shown: the form posts them all the same.
pub(crate) fn without_boxes(marked: &BTreeSet<GroupJid>, shown: &[Group]) -> String {
    let shown: BTreeSet<&GroupJid> = shown.iter().map(|group| &group.jid).collect();
    let others = marked.iter().filter(|jid| !shown.contains(jid));
    others.map(GroupJid::as_str).collect::<Vec<_>>().join(" ")
}

/// Marks all that a search finds and that take our messages, on every page of the list.
#[component]
pub(crate) fn SelectAll<Choose>(
    /// Whose groups are shown.
    #[prop(into)]
    connection: Signal<Option<ConnectionId>>,
    /// What is looked for.
    #[prop(into)]
    query: Signal<GroupQuery>,
    /// How many of those take our messages.
    #[prop(into)]
    found: Signal<u32>,
    /// Marks them.
    choose: Choose,
) -> impl IntoView
where
    Choose: Fn(Vec<GroupBrief>) + Copy + 'static,
{
    let failure = RwSignal::new(None::<ApiError>);
    let select = move |_| {
        let Some(asked) = connection.get_untracked() else {
            return;
        };
        let query = query.get_untracked();
        spawn_local(async move {
            match accepting_groups(asked, query).await {
                // Another connection's groups may have been asked for meanwhile.
                Ok(groups) if connection.get_untracked() == Some(asked) => {
                    failure.set(None);
                    choose(groups);
                }
                Ok(_) => {}
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    view! {
        <button
            class="btn quiet"
            type="button"
            hidden=move || found.get() == 0
            on:click=select
        >
            {move || say!(editor.select_all, count = found.get())}
        </button>
        {move || failure.get().map(|error| view! { <ErrorNotice error /> })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AddressingMode, GroupStanding, Timestamp};

    #[test]
    fn what_is_marked_on_other_pages_is_posted_too() {
        let jids = ["1@g.us", "2@g.us", "3@g.us"].map(|jid| jid.parse::<GroupJid>().unwrap());
        let shown = Group {
            connection: ConnectionId::new(Timestamp::default(), [1; 10]),
            jid: jids[1].clone(),
            subject: "Clientes".into(),
            participants: 3,
            announce_only: false,
            is_admin: false,
            addressing_mode: AddressingMode::Lid,
            community: None,
            standing: GroupStanding::Member,
            synced_at: Timestamp::default(),
        };
        let marked = BTreeSet::from(jids);
        assert_eq!(without_boxes(&marked, &[shown]), "1@g.us 3@g.us");
        assert_eq!(without_boxes(&BTreeSet::new(), &[]), "");
    }
}
