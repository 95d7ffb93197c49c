//! The other connections of a campaign, each with its own groups.

use leptos::prelude::*;

use super::audience::Audience;
use super::draft::Draft;
use super::lists::ListPicker;
use super::material::Material;
use super::offer::offer_of;
use super::plain_edits::{self, PlainEdit};
use super::sender::{OtherSender, boxes, field};
use super::targets::GroupPicker;
use crate::api::{GroupListChoice, LiveEvent};
use crate::components::{Icon, groups_count, live_resource};
use crate::domain::{ConnectionId, GroupJid, GroupListId, SENDERS_MAX};
use crate::pages::option_name;

/// One connection below the other, and the way to one more. With a single connection in the workspace
/// there is nothing to choose.
#[component]
pub(super) fn OtherSenders(
    material: Signal<Material>,
    draft: Draft,
    /// Every list of the workspace.
    lists: Signal<Vec<GroupListChoice>>,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let is_needless = move || {
        let alone = material.with(|material| material.connections.len() < 2);
        alone && draft.also.with(Vec::is_empty)
    };
    // What is added belongs to the page, and not to the click that added it.
    let owner = StoredValue::new(Owner::current());
    let add = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let key = draft.also.with_untracked(|also| {
            let last = also.iter().map(|one| one.key).max();
            last.unwrap_or_default() + 1
        });
        let make = || OtherSender::begin(key, None, lists, Vec::new(), Vec::new());
        let sender = owner.with_value(|owner| match owner {
            Some(owner) => owner.with(make),
            None => make(),
        });
        draft.also.update(|also| also.push(sender));
    };
    // A connection that is removed while the page is open is chosen no more.
    Effect::new(move || {
        material.with(|material| {
            for one in draft.also.get_untracked() {
                let chosen = one.chosen.get_untracked();
                if chosen.is_some_and(|id| !material.has_connection(id)) {
                    one.lose();
                }
            }
        });
    });
    let is_full = move || draft.also.with(|also| also.len() + 1 >= SENDERS_MAX);
    let numbered = move || draft.also.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <section aria-labelledby="outras-conexoes" hidden=is_needless>
            <h2 id="outras-conexoes">{say!(editor.other_connections)}</h2>
            <p class="hint">{say!(editor.other_connections_hint)}</p>
            <For each=numbered key=|(number, one)| (*number, one.key) let((number, one))>
                <One material draft sender=one number is_alive />
            </For>
            <div class="actions">
                <button
                    class="btn"
                    name=plain_edits::FIELD
                    value=PlainEdit::AddSender.to_string()
                    formmethod="get"
                    formaction=""
                    formnovalidate
                    disabled=is_full
                    on:click=add
                >
                    <Icon name="novo" />
                    {say!(editor.add_connection)}
                </button>
            </div>
        </section>
    }
}

/// One connection: which, and to which groups. Without WASM its buttons load the page anew, with everything
/// written so far.
#[component]
fn One(
    material: Signal<Material>,
    draft: Draft,
    sender: OtherSender,
    number: usize,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let id = format!("outra-conexao-{}", sender.key);
    let (audience, shows_groups) = (sender.audience, sender.shows_groups);
    let has_connection = move || sender.chosen.with(Option::is_some);
    view! {
        <fieldset class="variant">
            <legend class="sr">{say!(editor.connection)}</legend>
            <div class="field">
                <label for=id.clone()>{say!(editor.connection)}</label>
                <select
                    class="input"
                    id=id
                    name=field(number, "connection")
                    on:change=move |event| {
                        audience.choose_nobody();
                        sender.is_lost.set(false);
                        sender.chosen.set(event_target_value(&event).parse().ok());
                    }
                >
                    <option value="">{say!(editor.choose_connection)}</option>
                    <Options material draft sender />
                </select>
                <p class="hint over" role="alert">
                    {move || sender.is_lost.get().then(|| say!(editor.connection_gone))}
                </p>
            </div>
            <p class="note" role="status">
                {move || match audience.reach.get().groups {
                    0 => say!(editor.none_selected).to_owned(),
                    groups => groups_count(groups),
                }}
            </p>
            <div class="actions">
                <button
                    class="btn"
                    name=plain_edits::FIELD
                    value=PlainEdit::ShowGroups(number).to_string()
                    formmethod="get"
                    formaction=""
                    formnovalidate
                    aria-expanded=move || shows_groups.get().to_string()
                    disabled=move || is_alive.get() && !has_connection()
                    on:click=move |event| {
                        event.prevent_default();
                        shows_groups.update(|shows| *shows = !*shows);
                    }
                >
                    <Icon name="grupos" />
                    {say!(editor.choose_groups)}
                </button>
                <button
                    class="btn quiet danger"
                    name=plain_edits::FIELD
                    value=PlainEdit::RemoveSender(number).to_string()
                    formmethod="get"
                    formaction=""
                    formnovalidate
                    on:click=move |event| {
                        event.prevent_default();
                        draft.also.update(|also| also.retain(|one| one.key != sender.key));
                    }
                >
                    <Icon name="lixo" />
                    {say!(editor.remove_connection)}
                </button>
            </div>
            {move || {
                if shows_groups.get() {
                    view! { <Groups sender number is_alive /> }.into_any()
                } else {
                    view! { <Unseen audience number /> }.into_any()
                }
            }}
        </fieldset>
    }
}

/// What is chosen while nobody looks at it.
#[component]
fn Unseen(audience: Audience, number: usize) -> impl IntoView {
    let lists = move || joined(&audience.chosen_lists(), GroupListId::to_string);
    let targets = move || joined(&audience.chosen_targets(), GroupJid::to_string);
    view! {
        <input type="hidden" name=field(number, "lists") value=lists />
        <input type="hidden" name=field(number, "targets") value=targets />
    }
}

fn joined<Id>(ids: &[Id], written: fn(&Id) -> String) -> String {
    ids.iter().map(written).collect::<Vec<_>>().join(" ")
}

/// The connections of the workspace; one that sends already cannot be chosen once more.
#[component]
fn Options(material: Signal<Material>, draft: Draft, sender: OtherSender) -> impl IntoView {
    let options = Memo::new(move |_| {
        material.with(|material| {
            let connections = material.connections.iter();
            connections
                .map(|view| (view.connection.id, option_name(view)))
                .collect::<Vec<_>>()
        })
    });
    let is_taken = move |id: ConnectionId| {
        let by_another = |one: &OtherSender| one.key != sender.key && one.chosen.get() == Some(id);
        draft.audience.connection.get() == Some(id)
            || draft.also.with(|also| also.iter().any(by_another))
    };
    move || {
        let option = |(id, name): (ConnectionId, String)| {
            view! {
                <option
                    value=id.to_string()
                    selected=move || sender.chosen.get() == Some(id)
                    disabled=move || is_taken(id)
                >
                    {name}
                </option>
            }
        };
        options.get().into_iter().map(option).collect_view()
    }
}

/// The lists and groups of one more connection. They are read when somebody opens them.
#[component]
fn Groups(sender: OtherSender, number: usize, is_alive: Signal<bool>) -> impl IntoView {
    let OtherSender {
        audience, search, ..
    } = sender;
    let groups = live_resource(
        move || (sender.chosen.get(), search.query.get(), search.after.get()),
        |(connection, query, after)| offer_of(connection, query, after),
        |event| matches!(event, LiveEvent::Groups(_) | LiveEvent::Connections),
    );
    view! {
        <input type="hidden" name=plain_edits::SHOWN value=number.to_string() />
        <ListPicker audience boxes=boxes(number, "list_boxes") />
        <GroupPicker
            groups
            audience
            search
            is_alive
            boxes=boxes(number, "boxes")
            others=field(number, "targets")
        />
    }
}
