//! `/grupos/listas/{id}`: one list.

use leptos::prelude::*;
use leptos_router::components::A;

use super::super::choice::{GROUPS, LISTS};
use super::super::search::{Asked, asked};
use super::counts::Counts;
use super::dialogs::{Deletion, Rename};
use super::members::Members;
use crate::api::{
    DeleteGroupList, GroupListCard, GroupListView, LiveEvent, RenameGroupList, TakeOutOfGroupList,
    get_group_list,
};
use crate::components::{
    ActionError, Crumb, Icon, Loaded, PageTitle, ending_action, groups_count, live_resource,
};
use crate::domain::GroupListId;
use crate::pages::{MissingInFrame, use_id};

/// One list.
#[component]
pub(crate) fn GroupListPage() -> impl IntoView {
    let id = use_id::<GroupListId>();
    move || match id.get() {
        Some(id) => view! { <OneList id /> }.into_any(),
        None => view! { <MissingInFrame /> }.into_any(),
    }
}

#[component]
fn OneList(id: GroupListId) -> impl IntoView {
    let asked = asked();
    let delete = ending_action::<DeleteGroupList>();
    let rename = ServerAction::<RenameGroupList>::new();
    let take_out = ServerAction::<TakeOutOfGroupList>::new();
    let list = live_resource(
        move || {
            (
                asked.get(),
                rename.version().get(),
                take_out.version().get(),
            )
        },
        move |(asked, ..)| get_group_list(id, asked.query.text, asked.after),
        |event| matches!(event, LiveEvent::Groups(_) | LiveEvent::Campaign(_)),
    );
    view! {
        <Loaded
            resource=list
            view=move |view| view! { <Page id view asked=asked.into() rename take_out delete /> }
        />
    }
}

#[component]
fn Page(
    id: GroupListId,
    view: Signal<GroupListView>,
    asked: Signal<Asked>,
    rename: ServerAction<RenameGroupList>,
    take_out: ServerAction<TakeOutOfGroupList>,
    delete: ServerAction<DeleteGroupList>,
) -> impl IntoView {
    let card = Memo::new(move |_| view.with(|view| view.card.clone()));
    let name = Memo::new(move |_| card.with(|card| card.name.clone()));
    let connection = Memo::new(move |_| view.with(|view| view.connection));
    let summary = move || {
        let connection_name = view.with(|view| view.connection_name.clone());
        let groups = groups_count(card.with(|card| card.counts.total()));
        card.with(|card| format!("{connection_name} · {groups} · {}", uses(card)))
    };
    view! {
        <PageTitle title=name />
        <div class="page-head">
            <div>
                <Crumb
                    href=Signal::derive(move || format!("{LISTS}?conexao={}", connection.get()))
                    name=say!(group_lists.title)
                />
                <h1>{move || name.get()}</h1>
                <p class="note">{summary}</p>
            </div>
            <div class="actions">
                <Rename id name=name.into() rename />
                <A
                    href=move || format!("{GROUPS}?conexao={}", connection.get())
                    attr:class="btn primary"
                >
                    <Icon name="novo" />
                    {say!(group_lists.add_groups)}
                </A>
            </div>
        </div>
        <div class="notices">
            <ActionError value=rename.value() />
            <ActionError value=take_out.value() />
        </div>
        <div class="flow">
            <section aria-labelledby="grupos-da-lista">
                <div class="block-head">
                    <h2 id="grupos-da-lista">{say!(group_lists.members)}</h2>
                    {move || view! { <Counts counts=card.with(|card| card.counts) /> }}
                </div>
                <Members id view asked take_out />
            </section>
            <Deletion id card delete />
        </div>
    }
}

/// Which campaigns use a list.
fn uses(card: &GroupListCard) -> String {
    if card.used_by.is_empty() {
        say!(group_lists.unused).to_owned()
    } else {
        say!(group_lists.used_by, names = card.used_by.join(", "))
    }
}
