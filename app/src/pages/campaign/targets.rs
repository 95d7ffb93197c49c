//! Choosing the groups that receive the message.

use leptos::prelude::*;
use leptos_router::components::A;

use super::draft::Draft;
use crate::api::{ApiError, GroupsView};
use crate::components::sentences::{Label, Tone};
use crate::components::{Badge, Icon, Loaded, len_u32};
use crate::domain::{Group, GroupJid, GroupStanding};

/// The groups of the chosen connection, with a search and a live count.
#[component]
pub(super) fn Targets(
    groups: Resource<Result<Option<GroupsView>, ApiError>>,
    draft: Draft,
) -> impl IntoView {
    let selected = move || u32::try_from(draft.targets.with(std::collections::BTreeSet::len));
    view! {
        <section aria-labelledby="grupos">
            <h2 id="grupos">
                {say!(editor.groups)} " "
                <b aria-live="polite">
                    {move || match selected().unwrap_or(u32::MAX) {
                        0 => say!(editor.none_selected).to_owned(),
                        count => say!(editor.selected, count = count),
                    }}
                </b>
            </h2>
            <Loaded resource=groups view=move |view| view! { <Picker view draft /> } />
        </section>
    }
}

#[component]
fn Picker(view: Signal<Option<GroupsView>>, draft: Draft) -> impl IntoView {
    let groups = Memo::new(move |_| {
        view.with(|view| {
            view.as_ref()
                .map(|view| view.groups.clone())
                .unwrap_or_default()
        })
    });
    let has_connection = Memo::new(move |_| view.with(Option::is_some));
    let search = RwSignal::new(String::new());
    move || {
        if !has_connection.get() {
            return view! { <p class="note">{say!(editor.need_connection)}</p> }.into_any();
        }
        if groups.with(Vec::is_empty) {
            return view! {
                <p class="note">
                    {say!(editor.no_groups)} " " <A href="/grupos">{say!(editor.go_sync)}</A>
                </p>
            }
            .into_any();
        }
        view! {
            <div class="picker">
                <div class="picker-top"><div class="with-icon">
                    <label class="sr" for="busca-grupo">
                        {say!(editor.search)}
                    </label>
                    <Icon name="busca" class="small" />
                    <input
                        class="input"
                        id="busca-grupo"
                        type="search"
                        placeholder=say!(editor.search)
                        on:input=move |event| search.set(event_target_value(&event))
                        on:keydown=move |event| {
                            // Enter searches; it does not save the form.
                            if event.key() == "Enter" {
                                event.prevent_default();
                            }
                        }
                    />
                </div></div>
                <ul class="picker-list">
                    {move || {
                        groups
                            .get()
                            .into_iter()
                            .map(|group| view! { <Choice group draft search /> })
                            .collect_view()
                    }}
                </ul>
                <Foot groups draft search />
            </div>
        }
        .into_any()
    }
}

fn matches_search(subject: &str, search: RwSignal<String>) -> bool {
    let subject = subject.to_lowercase();
    search.with(|search| subject.contains(search.trim().to_lowercase().as_str()))
}

/// One group. It stays in the form while the search hides it.
#[component]
fn Choice(group: Group, draft: Draft, search: RwSignal<String>) -> impl IntoView {
    let is_chosen = {
        let jid = group.jid.clone();
        Memo::new(move |_| draft.targets.with(|targets| targets.contains(&jid)))
    };
    let warning = warning(&group);
    let Group {
        jid,
        subject,
        participants,
        ..
    } = group;
    let value = jid.to_string();
    let hidden = {
        let subject = subject.clone();
        move || !matches_search(&subject, search)
    };
    view! {
        <li hidden=hidden>
            <label class="check">
                <input
                    type="checkbox"
                    name="form[targets][]"
                    value=value
                    checked=is_chosen.get_untracked()
                    prop:checked=move || is_chosen.get()
                    on:change=move |event| {
                        let jid = jid.clone();
                        let is_checked = event_target_checked(&event);
                        draft
                            .targets
                            .update(move |targets| {
                                if is_checked {
                                    targets.insert(jid);
                                } else {
                                    targets.remove(&jid);
                                }
                            });
                    }
                />
                <span>
                    {subject}
                    <span class="sub">{say!(count.participants, count = participants)}</span>
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

/// Selecting all that the search shows, and the count with its reach.
#[component]
fn Foot(groups: Memo<Vec<Group>>, draft: Draft, search: RwSignal<String>) -> impl IntoView {
    let found = Memo::new(move |_| {
        groups.with(|groups| {
            groups
                .iter()
                .filter(|group| group.accepts_messages() && matches_search(&group.subject, search))
                .map(|group| group.jid.clone())
                .collect::<Vec<GroupJid>>()
        })
    });
    let all_chosen = move || {
        found.with(|found| {
            !found.is_empty()
                && draft
                    .targets
                    .with(|targets| found.iter().all(|jid| targets.contains(jid)))
        })
    };
    let reach = move || {
        groups.with(|groups| {
            draft.targets.with(|targets| {
                let chosen = groups.iter().filter(|group| targets.contains(&group.jid));
                say!(
                    editor.of_total,
                    selected = targets.len(),
                    total = groups.len(),
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
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=all_chosen
                    on:change=move |event| {
                        let is_checked = event_target_checked(&event);
                        draft
                            .targets
                            .update(|targets| {
                                for jid in found.get_untracked() {
                                    if is_checked {
                                        targets.insert(jid);
                                    } else {
                                        targets.remove(&jid);
                                    }
                                }
                            });
                    }
                />
                {move || {
                    say!(editor.select_all, count = found.with(|found| len_u32(found)))
                }}
            </label>
            <span class="soft">{reach}</span>
        </div>
    }
}
