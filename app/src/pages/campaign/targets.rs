//! Choosing the groups that receive the message.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_router::components::A;

use super::audience::Audience;
use super::lists::ListPicker;
use super::offer::{NotRead, Offer};
use super::search::{PickerSearch, Search};
use crate::api::{ApiError, GroupsView};
use crate::components::sentences::{Label, Tone};
use crate::components::{Badge, Loaded, format};
use crate::domain::{Group, GroupBrief, GroupJid, GroupStanding};
use crate::pages::{SelectAll, without_boxes};

/// The lists of the chosen connection, and its groups, one page at a time, with a search and a live
/// count.
#[component]
pub(super) fn Targets(
    groups: Resource<Result<Option<Offer>, ApiError>>,
    audience: Audience,
    search: Search,
    is_alive: Signal<bool>,
) -> impl IntoView {
    view! {
        <section aria-labelledby="grupos">
            <h2 id="grupos">
                {say!(editor.groups)} " "
                <b aria-live="polite">
                    {move || match audience.reach.get().groups {
                        0 => say!(editor.none_selected).to_owned(),
                        count => say!(editor.selected, count = count),
                    }}
                </b>
            </h2>
            <ListPicker audience boxes="form[lists][]" />
            <GroupPicker
                groups
                audience
                search
                is_alive
                boxes="form[targets][]"
                others="form[others]"
            />
        </section>
    }
}

/// The groups of a connection, as the form posts them.
#[component]
pub(super) fn GroupPicker(
    groups: Resource<Result<Option<Offer>, ApiError>>,
    audience: Audience,
    search: Search,
    is_alive: Signal<bool>,
    /// Under which name the form posts those that have a box on the page.
    #[prop(into)]
    boxes: String,
    /// Under which name it posts the other chosen ones.
    #[prop(into)]
    others: String,
) -> impl IntoView {
    let boxes = StoredValue::new(boxes);
    view! {
        <Transition>
            {move || {
                let offered = groups.get().and_then(Result::ok).flatten();
                let shown = offered
                    .filter(|offer| Some(offer.connection) == audience.connection.get())
                    .map(|offer| offer.view.groups)
                    .unwrap_or_default();
                let chosen = audience.targets.with(|marked| without_boxes(marked, &shown));
                view! { <input type="hidden" name=others.clone() value=chosen /> }
            }}
        </Transition>
        <NotRead offer=groups />
        <Loaded
            resource=groups
            view=move |offer| view! { <Picker offer audience search is_alive boxes /> }
        />
    }
}

/// One page of the groups of a connection.
#[component]
fn Picker(
    offer: Signal<Option<Offer>>,
    audience: Audience,
    search: Search,
    is_alive: Signal<bool>,
    boxes: StoredValue<String>,
) -> impl IntoView {
    let connection = audience.connection;
    let view = Memo::new(move |_| {
        let chosen = connection.get();
        offer.with(|offer| {
            let offer = offer.as_ref()?;
            (Some(offer.connection) == chosen).then(|| offer.view.clone())
        })
    });
    let groups = Memo::new(move |_| {
        view.with(|view| {
            view.as_ref()
                .map(|view| view.groups.clone())
                .unwrap_or_default()
        })
    });
    let has_connection = Memo::new(move |_| connection.with(Option::is_some));
    let total = Memo::new(move |_| view.with(|view| Some(view.as_ref()?.total)));
    let has_groups = Memo::new(move |_| total.get().map(|total| total > 0));
    move || {
        if !has_connection.get() {
            return view! { <p class="note">{say!(editor.need_connection)}</p> }.into_any();
        }
        // Those of the connection that was chosen before are not shown for its.
        let Some(has_groups) = has_groups.get() else {
            return view! { <p class="note">{say!(common.loading)}</p> }.into_any();
        };
        if !has_groups {
            return view! {
                <p class="note">
                    {say!(editor.no_groups)} " " <A href="/grupos">{say!(editor.go_sync)}</A>
                </p>
            }
            .into_any();
        }
        view! {
            <div class="picker">
                <PickerSearch view=view.into() search is_alive />
                <ul class="picker-list">
                    <For each=move || groups.get() key=row_key let:group>
                        <Choice group audience boxes />
                    </For>
                </ul>
                <p class="note" role="status">
                    {move || groups.with(Vec::is_empty).then(|| say!(groups.none_found))}
                </p>
                <Foot view=view.into() audience search is_alive />
            </div>
        }
        .into_any()
    }
}

/// A row is drawn anew when anything that it shows changes.
fn row_key(group: &Group) -> (GroupJid, String, u32, Option<&'static str>) {
    let warning = warning(group).map(|label| label.word);
    (
        group.jid.clone(),
        group.subject.clone(),
        group.participants,
        warning,
    )
}

/// One group.
#[component]
fn Choice(group: Group, audience: Audience, boxes: StoredValue<String>) -> impl IntoView {
    let is_chosen = {
        let jid = group.jid.clone();
        Memo::new(move |_| audience.targets.with(|targets| targets.contains(&jid)))
    };
    let warning = warning(&group);
    let brief = GroupBrief::from(&group);
    view! {
        <li>
            <label class="check">
                <input
                    type="checkbox"
                    name=boxes.get_value()
                    value=group.jid.to_string()
                    checked=is_chosen.get_untracked()
                    prop:checked=move || is_chosen.get()
                    on:change=move |event| {
                        if event_target_checked(&event) {
                            audience.choose([brief.clone()]);
                        } else {
                            audience.targets.update(|targets| {
                                targets.remove(&brief.jid);
                            });
                        }
                    }
                />
                <span>
                    {group.subject}
                    <span class="sub">{say!(count.participants, count = group.participants)}</span>
                </span>
            </label>
            {warning.map(|label| view! { <Badge label /> })}
        </li>
    }
}

/// Why a group will not receive the message.
fn warning(group: &Group) -> Option<Label> {
    if group.accepts_messages() {
        None
    } else if group.standing == GroupStanding::Gone {
        Some(Label {
            tone: Tone::Idle,
            icon: "pulado",
            word: say!(editor.gone),
        })
    } else {
        Some(Label {
            tone: Tone::Warn,
            icon: "cadeado",
            word: say!(editor.blocked),
        })
    }
}

/// Selecting all that the search finds, and the count with its reach.
#[component]
fn Foot(
    view: Signal<Option<GroupsView>>,
    audience: Audience,
    search: Search,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let kind = search.query.with(|query| query.kind);
        view.with(|view| view.as_ref().map_or(0, |view| view.counts.accepting(kind)))
    });
    let total = Memo::new(move |_| view.with(|view| view.as_ref().map_or(0, |view| view.total)));
    let reach = move || {
        let reach = audience.reach.get();
        say!(
            editor.of_total,
            selected = format::thousands(reach.groups as usize),
            total = format::thousands(total.get() as usize),
            participants = say!(count.participants, count = reach.participants)
        )
    };
    view! {
        <div class="picker-foot">
            <div class="actions" hidden=move || !is_alive.get()>
                <SelectAll
                    connection=audience.connection
                    query=search.query
                    found
                    choose=move |groups| audience.choose(groups)
                />
                <button
                    class="btn quiet"
                    type="button"
                    hidden=move || audience.targets.with(BTreeSet::is_empty)
                    on:click=move |_| audience.targets.update(BTreeSet::clear)
                >
                    {say!(editor.clear_selection)}
                </button>
            </div>
            <span class="soft">{reach}</span>
        </div>
    }
}
