//! Choosing the groups that receive the message.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

use super::draft::Draft;
use super::search::{PickerSearch, Search};
use crate::api::{ApiError, GroupsView, accepting_groups};
use crate::components::sentences::{Label, Tone};
use crate::components::{Badge, ErrorNotice, Loaded, format};
use crate::domain::{Group, GroupBrief, GroupJid, GroupStanding};

/// The groups of the chosen connection, one page at a time, with a search and a live count.
#[component]
pub(super) fn Targets(
    groups: Resource<Result<Option<GroupsView>, ApiError>>,
    draft: Draft,
    search: Search,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let selected = move || u32::try_from(draft.targets.with(BTreeSet::len)).unwrap_or(u32::MAX);
    view! {
        <section aria-labelledby="grupos">
            <h2 id="grupos">
                {say!(editor.groups)} " "
                <b aria-live="polite">
                    {move || match selected() {
                        0 => say!(editor.none_selected).to_owned(),
                        count => say!(editor.selected, count = count),
                    }}
                </b>
            </h2>
            <Transition>
                {move || {
                    let shown = groups.get().and_then(Result::ok).flatten();
                    view! { <input type="hidden" name="form[others]" value=others(draft, shown) /> }
                }}
            </Transition>
            <Loaded
                resource=groups
                view=move |view| view! { <Picker view draft search is_alive /> }
            />
        </section>
    }
}

/// The chosen groups that have no box on the page: they are posted all the same.
fn others(draft: Draft, shown: Option<GroupsView>) -> String {
    let shown: BTreeSet<&GroupJid> = shown
        .iter()
        .flat_map(|view| view.groups.iter().map(|group| &group.jid))
        .collect();
    draft.targets.with(|targets| {
        let others = targets.iter().filter(|jid| !shown.contains(jid));
        others.map(GroupJid::as_str).collect::<Vec<_>>().join(" ")
    })
}

#[component]
fn Picker(
    view: Signal<Option<GroupsView>>,
    draft: Draft,
    search: Search,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let groups = Memo::new(move |_| {
        view.with(|view| {
            view.as_ref()
                .map(|view| view.groups.clone())
                .unwrap_or_default()
        })
    });
    let has_connection = Memo::new(move |_| view.with(Option::is_some));
    let has_groups =
        Memo::new(move |_| view.with(|view| view.as_ref().is_some_and(|view| view.total > 0)));
    move || {
        if !has_connection.get() {
            return view! { <p class="note">{say!(editor.need_connection)}</p> }.into_any();
        }
        if !has_groups.get() {
            return view! {
                <p class="note">
                    {say!(editor.no_groups)} " " <A href="/grupos">{say!(editor.go_sync)}</A>
                </p>
            }
            .into_any();
        }
        view! {
            <div class="picker">
                <PickerSearch view search is_alive />
                <ul class="picker-list">
                    <For each=move || groups.get() key=row_key let:group>
                        <Choice group draft />
                    </For>
                </ul>
                <p class="note" role="status">
                    {move || groups.with(Vec::is_empty).then(|| say!(groups.none_found))}
                </p>
                <Foot view draft search is_alive />
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
fn Choice(group: Group, draft: Draft) -> impl IntoView {
    let is_chosen = {
        let jid = group.jid.clone();
        Memo::new(move |_| draft.targets.with(|targets| targets.contains(&jid)))
    };
    let warning = warning(&group);
    let brief = GroupBrief::from(&group);
    view! {
        <li>
            <label class="check">
                <input
                    type="checkbox"
                    name="form[targets][]"
                    value=group.jid.to_string()
                    checked=is_chosen.get_untracked()
                    prop:checked=move || is_chosen.get()
                    on:change=move |event| {
                        if event_target_checked(&event) {
                            draft.choose([brief.clone()]);
                        } else {
                            draft.targets.update(|targets| {
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
    draft: Draft,
    search: Search,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let kind = search.query.with(|query| query.kind);
        view.with(|view| view.as_ref().map_or(0, |view| view.counts.accepting(kind)))
    });
    let total = Memo::new(move |_| view.with(|view| view.as_ref().map_or(0, |view| view.total)));
    let failure = RwSignal::new(None::<ApiError>);
    let select_all = move |_| {
        let Some(connection) = draft.connection.get_untracked() else {
            return;
        };
        let query = search.query.get_untracked();
        spawn_local(async move {
            match accepting_groups(connection, query).await {
                // Another connection's groups may have been asked for meanwhile.
                Ok(groups) if draft.connection.get_untracked() == Some(connection) => {
                    failure.set(None);
                    draft.choose(groups);
                }
                Ok(_) => {}
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let reach = move || {
        draft.targets.with(|targets| {
            draft.known.with(|known| {
                let chosen = targets.iter().filter_map(|jid| known.get(jid));
                say!(
                    editor.of_total,
                    selected = format::thousands(targets.len()),
                    total = format::thousands(total.get() as usize),
                    participants = say!(
                        count.participants,
                        count = chosen.map(|group| group.participants).sum::<u32>()
                    )
                )
            })
        })
    };
    view! {
        <div class="picker-foot">
            <div class="actions" hidden=move || !is_alive.get()>
                <button
                    class="btn quiet"
                    type="button"
                    hidden=move || found.get() == 0
                    on:click=select_all
                >
                    {move || say!(editor.select_all, count = found.get())}
                </button>
                <button
                    class="btn quiet"
                    type="button"
                    hidden=move || draft.targets.with(BTreeSet::is_empty)
                    on:click=move |_| draft.targets.update(BTreeSet::clear)
                >
                    {say!(editor.clear_selection)}
                </button>
            </div>
            <span class="soft">{reach}</span>
            {move || failure.get().map(|error| view! { <ErrorNotice error /> })}
        </div>
    }
}
